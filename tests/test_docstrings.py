"""Docstrings are whole sentences, and what silences a tool says why."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for room in ("inbox", "tests") for path in (ROOT / room).rglob("*.py"))

ENDS = (".", ":", "?", "!", ";", "`")
SILENCED = re.compile(r"# (?:noqa\b|type: ignore\b)")
REASON = re.compile(r"# noqa: [A-Z0-9, ]+ - \w|# type: ignore\[[a-z, -]+\]  # .*\w")
RULE = re.compile(r'^\s+"[A-Z]+\d+",?')


def docstrings(text: str) -> Iterator[str]:
    """Of modules, classes and functions, and those below a constant or a field."""
    for node in ast.walk(ast.parse(text)):
        body = getattr(node, "body", None)
        if not isinstance(body, list):
            continue
        for before, each in zip([None, *body], body, strict=False):
            match each:
                case ast.Expr(ast.Constant(str(words))) if before is None or isinstance(
                    before, ast.Assign | ast.AnnAssign
                ):
                    yield inspect.cleandoc(words)


def torn(text: str) -> list[str]:
    """Paragraphs of docstrings that end in the middle; what is indented is no prose."""
    paragraphs = [one for words in docstrings(text) for one in re.split(r"\n\s*\n", words)]
    return [
        paragraph
        for paragraph in paragraphs
        if not paragraph.startswith(" ") and not paragraph.rstrip().endswith(ENDS)
    ]


def unexplained(text: str) -> list[str]:
    """Lines that silence a rule and do not say why, there or in a comment right above."""
    lines = text.splitlines()
    return [
        line.strip()
        for above, line in zip(["", *lines], lines, strict=False)
        if SILENCED.search(line) and not REASON.search(line) and not above.strip().startswith("# ")
    ]


def test_a_docstring_is_whole_sentences() -> None:
    found = {str(path.relative_to(ROOT)): torn(path.read_text()) for path in MODULES}
    assert len(found) > 400, "the walk found the house"
    assert {path: parts for path, parts in found.items() if parts} == {}


def test_a_torn_sentence_is_found_wherever_it_stands() -> None:
    function = 'def page():\n    """The message, or None for a\n\n    person who does.\n    """'
    assert torn(function) == ["The message, or None for a"]
    assert torn('LIMIT = 3\n"""How many\n\nthere are."""') == ["How many"]
    assert torn('"""What it is.\n\nIts forms::\n\n    {"a": 1}\n"""\nx = "no docstring"') == []


def test_what_silences_a_tool_says_why() -> None:
    assert "S608" in (ROOT / "inbox" / "storage" / "fulltext.py").read_text(), "there are some"
    found = {str(path.relative_to(ROOT)): unexplained(path.read_text()) for path in MODULES}
    found.pop("tests/test_docstrings.py")
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_a_silence_without_a_reason_is_found() -> None:
    assert unexplained("x = 1  # noqa: S608\n") == ["x = 1  # noqa: S608"]
    assert unexplained("x = 1  # type: ignore[index]\n") == ["x = 1  # type: ignore[index]"]
    assert unexplained("x = 1  # noqa: S608 - our own names\n# Pillow is big.\ny  # noqa: E1") == []


def test_every_rule_that_is_left_out_says_why() -> None:
    text = (
        (ROOT / "pyproject.toml").read_text().split("[tool.ruff.lint]")[1].split("[tool.mypy]")[0]
    )
    lines = [line for line in text.splitlines() if RULE.match(line)]
    assert lines
    assert [line for line in lines if not re.search(r'", +# \w', line)] == []
    assert not re.search(r'ignore = \["', text), "one a line"
