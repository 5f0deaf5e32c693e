"""How style sheets, templates and scripts are written: a change shows as the lines it is about,
and nothing is left of what went.
"""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))

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


def test_a_class_an_id_and_an_icon_are_somewhere_on_a_page() -> None:
    """What nobody bears is left of something that went."""
    written = [*TEMPLATES, *SCRIPTS, *(ROOT / "inbox").rglob("*.py")]
    words = set(re.findall(r"[\w-]+", "\n".join(file.read_text("utf-8") for file in written)))
    rules = "\n".join(COMMENT.sub("", file.read_text("utf-8")) for file in SHEETS)
    named = re.findall(r"[.#]([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", rules))
    icons = re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text("utf-8"))
    assert len(named) > 500 and len(icons) > 20
    made = re.compile(r"hue-\d+|tick-(queued|sent|delivered|read|failed)|htmx-request")
    assert {one for one in {*named, *icons} - words if not made.fullmatch(one)} == set()


def test_what_a_script_exports_another_takes() -> None:
    text = "\n".join(file.read_text("utf-8") for file in SCRIPTS)
    given = re.findall(r"^export (?:const|class|(?:async )?function) (\w+)", text, re.MULTILINE)
    taken = " ".join(re.findall(r"^import \{([^}]*)\}", text, re.MULTILINE))
    assert len(given) > 100
    assert set(given) - set(re.findall(r"\w+", taken)) == set()
