"""Whatever a docstring or a comment cites is in the repository, and every law names its proof."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_docstrings import MODULES, ROOT, docstrings

GUARANTEES = (ROOT / "docs" / "guarantees.md").read_text()
WIRE_FORMATS = (ROOT / "docs" / "wire-formats.md").read_text()
HOSTILE = WIRE_FORMATS.split("\n## G. ")[1].split("\n## ")[0]
DOCUMENTS = [ROOT, ROOT / "docs", ROOT / "docs" / "guides", ROOT / "tests"]
WRITTEN = [
    *MODULES,
    *(path for folder in DOCUMENTS for path in folder.glob("*.md")),
    *(ROOT / "static").rglob("*.js"),
    *(ROOT / "static").rglob("*.css"),
    *(ROOT / "templates").rglob("*.html"),
    *(ROOT / name for name in ("Makefile", "Dockerfile", "pyproject.toml", "compose.yaml")),
]

LAWS = {
    int(number): re.sub(r"\s+", " ", words)
    for number, words in re.findall(
        r"^(\d+)\. (.+?)(?=^\d+\. |^## |\Z)", GUARANTEES, re.MULTILINE | re.DOTALL
    )
}
SECTIONS = {
    *re.findall(r"^#{2,3} ([0A-H](?:\.\d+)?)\.? ", WIRE_FORMATS, re.MULTILINE),
    *(f"G {row}" for row in re.findall(r"^\| (\d+) \|", HOSTILE, re.MULTILINE)),
}

SECTION = re.compile(r"\b[A-H]\.\d{1,2}\b|(?:[Ww]ire[- ]formats|[Ss]ection) ([0A-H]\b(?:\.\d+)?)")
ROW = re.compile(r"\bG (\d+(?:, \d+)*)")
LAW = re.compile(r"\b[Ll]aws? (\d+(?:(?:, | and | to )\d+)*)")
DOCUMENT = re.compile(r"\b[\w-]+\.md\b")
TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
UNPROVED = re.compile(r"\*Not (?:yet proved|built yet)")


def cited(prose: str) -> Iterator[str]:
    """Sections, laws and documents that are named in it."""
    prose = re.sub(r"\s+", " ", prose)
    for found in SECTION.finditer(prose):
        yield found[1] or found[0]
    for found in ROW.finditer(prose):
        yield from (f"G {number}" for number in found[1].split(", "))
    yield from (f"law {number}" for number in laws_of(prose))
    yield from DOCUMENT.findall(prose)


def laws_of(prose: str) -> list[int]:
    """Of "laws 2 to 4 and 9" all four."""
    found: list[int] = []
    for laws in LAW.findall(prose):
        for to, number in re.findall(r"( to )?(\d+)", laws):
            found += range(found[-1] + 1, int(number) + 1) if to else [int(number)]
    return found


def prose_of(path: Path) -> str:
    """Docstrings and comments of a module, all of any other file."""
    text = path.read_text()
    if path.suffix != ".py":
        return text
    if not any(cited(text)):
        return ""  # to take a module to pieces takes long, and hardly any cites
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    comments = (token.string for token in tokens if token.type == tokenize.COMMENT)
    return "\n\n".join((*docstrings(text), *comments))


def leads_somewhere(citation: str) -> bool:
    if citation.endswith(".md"):
        return any((folder / citation).exists() for folder in DOCUMENTS)
    if citation.startswith("law "):
        return int(citation.removeprefix("law ")) in LAWS
    return citation in SECTIONS


def test_every_citation_leads_somewhere() -> None:
    paths = [path for path in WRITTEN if path != Path(__file__)]
    found = {str(path.relative_to(ROOT)): set(cited(prose_of(path))) for path in paths}
    assert len(set().union(*found.values())) > 50, "they were looked for"
    lost = {path: [one for one in all_ if not leads_somewhere(one)] for path, all_ in found.items()}
    assert {path: citations for path, citations in lost.items() if citations} == {}


def test_a_citation_is_found_however_it_is_written(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        '"""Laws 2 to 4 and 77 (wire-formats\n0, D.99, G 7, 88), as no.md."""\n# B.1\n'
    )
    found = ["0", "D.99", "B.1", "G 7", "G 88", "law 2", "law 3", "law 4", "law 77", "no.md"]
    assert list(cited(prose_of(module))) == found
    lost = [one for one in found if not leads_somewhere(one)]
    assert lost == ["D.99", "G 88", "law 77", "no.md"]


def test_the_laws_are_numbered_without_a_gap() -> None:
    assert list(LAWS) == list(range(1, 40))


@pytest.mark.parametrize("law", LAWS)
def test_a_law_names_its_proof_or_says_that_there_is_none(law: int) -> None:
    proofs, unproved = TEST.findall(LAWS[law]), UNPROVED.search(LAWS[law])
    assert proofs or unproved
    assert ("Proved by" in LAWS[law]) == bool(proofs)


def test_a_law_names_whoever_says_that_it_proves_it() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        said = re.sub(r"\s+", " ", ast.get_docstring(ast.parse(path.read_text())) or "")
        for law in laws_of(said):
            assert str(path.relative_to(ROOT)) in LAWS[law], f"law {law}: name {path.name} there"


def test_every_test_that_a_document_names_is_there() -> None:
    documents = [path for folder in DOCUMENTS for path in folder.glob("*.md")]
    named = {found for path in documents for found in TEST.findall(path.read_text())}
    assert len(named) > 50, "they were looked for"
    lost = [f"{path}::{name}" for path, name in named if name not in {"", *_tests(ROOT / path)}]
    assert lost == []
    assert [path for path, _ in named if not (ROOT / path).exists()] == []


def _tests(path: Path) -> set[str]:
    tree = ast.parse(path.read_text()) if path.exists() else ast.Module([], [])
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}
