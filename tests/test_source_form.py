"""How style sheets and templates are written, so that a change shows as the lines it is about."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INSIDE = re.compile(r"\([^()]*\)")
ATTRIBUTE = re.compile(r'\s[\w:-]+="')


def lines(files: list[Path]) -> Iterator[tuple[str, str]]:
    """Where a line is, and what stands there besides comments."""
    assert files
    for file in files:
        text = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), file.read_text("utf-8"))
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{file.relative_to(ROOT)}:{number}", line


def test_a_line_of_a_style_sheet_holds_one_declaration_or_one_selector() -> None:
    def several(line: str) -> bool:
        braces = "{" in line and bool(line.split("{", 1)[1].strip())
        declarations = bool(re.search(r";\s*\S", line))
        while line != (line := INSIDE.sub("", line)):
            pass
        selectors = bool(re.search(r"^ *[^@ ].*, .*\{$", line))
        return braces or declarations or selectors

    assert several(".a { color: red; }") and several("color: red; top: 0;") and several(".a, b {")
    assert [where for where, line in lines(SHEETS) if several(line)] == []


def test_a_long_line_of_a_template_has_at_most_two_attributes() -> None:
    def crowded(line: str) -> bool:
        return len(line) > 120 and len(ATTRIBUTE.findall(line)) > 2

    assert crowded('<a id="a" class="b" href="c">' + "d" * 100)
    assert [where for where, line in lines(TEMPLATES) if crowded(line)] == []
