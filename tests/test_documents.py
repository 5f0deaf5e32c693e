"""What the documents name exists: settings, commands, routes, files."""

import json
import re
from pathlib import Path

import pytest
from msgspec.structs import fields

from inbox.commands.registry import COMMANDS
from inbox.config import Settings
from inbox.web.urls import HANDLERS

HOME = Path(__file__).parents[1]
DOCUMENTS = [
    *sorted(HOME.glob("*.md")),
    *sorted((HOME / "docs").rglob("*.md")),
    *sorted(path for room in ("inbox", "tests") for path in (HOME / room).rglob("*.md")),
]
FOLDERS = [HOME / name for name in ("", "inbox", "docs", "templates", "static")]
"""From where documents name files: ``web/urls.py`` is meant as well as ``inbox/config.py``."""

FILE = re.compile(
    r"`((?:[\w.-]+/)+[\w.-]+\.(?:py|js|css|html|svg|json|md|toml|yaml|lock))(?:::\w+)?`"
)
FOLDER = re.compile(r"`((?:inbox|tests|static|templates|docs)(?:/\w+)*|(?:\w+/)+)`")
JSON = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
DIGITS = re.compile(r"(?<![\w.])\+?\d[\d -]{8,}x*")
RUN_BY_OTHERS = [HOME / "compose.yaml", HOME / "Dockerfile"]
COMMAND_WORDS = {name.split()[0] for name in COMMANDS} | {
    "serve",
    "tail",
    "parse",
    "backup",
    "restore",
    "doctor",
}


def _all_text() -> str:
    return "\n".join(path.read_text() for path in DOCUMENTS)


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    known = {f"INBOX_{field.name.upper()}" for field in fields(Settings)}
    table = (HOME / "docs" / "settings.md").read_text()
    assert set(re.findall(r"^\| `(INBOX_[A-Z_]+)`", table, re.MULTILINE)) == known
    elsewhere = set(re.findall(r"INBOX_[A-Z_]+", _all_text()))
    known |= {f"{name}_FILE" for name in known}
    assert elsewhere - known <= {"INBOX_TEST_CHROMIUM", "INBOX_"}
    containers = "".join(path.read_text() for path in RUN_BY_OTHERS)
    assert set(re.findall(r"INBOX_[A-Z_]+", containers)) <= known


def test_every_command_in_the_documents_exists() -> None:
    named = set(re.findall(r"(?:\.venv/bin/|`)inbox ([a-z]+)", _all_text()))
    assert named
    assert named <= COMMAND_WORDS | {"serve"}


def test_every_route_in_the_documents_exists() -> None:
    known = {re.sub(r"\{[^}]+\}", "{}", path) for one in HANDLERS for path in one.paths}
    mounts = [one for one in HANDLERS if getattr(one, "is_mount", False)]
    known |= {f"{path}/{{}}" for one in mounts for path in one.paths}
    named = re.findall(r"`(?:GET |POST )?(/(?:api|webhooks|health|ws)[^\s`?]*)", _all_text())
    assert named
    for path in named:
        assert any(re.sub(r"\{[^}]+\}", "{}", path).rstrip("/") in one for one in known), path


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_every_local_link_leads_somewhere(document: Path) -> None:
    for link in re.findall(r"\]\(([^)]+)\)", document.read_text()):
        name, _, anchor = link.partition("#")
        if not name.startswith("http"):
            target = document.parent / name if name else document
            assert target.exists(), link
            assert not anchor or anchor in _anchors(target), link


def _anchors(document: Path) -> set[str]:
    """What its headings are called in addresses."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_every_file_that_a_document_names_is_there(document: Path) -> None:
    words = document.read_text()
    named = {*FILE.findall(words), *FOLDER.findall(words)}
    assert [one for one in named if not any((folder / one).exists() for folder in FOLDERS)] == []


def test_files_are_found_in_documents() -> None:
    named = [one for path in DOCUMENTS for one in FILE.findall(path.read_text())]
    assert {"web/webhooks/door.py", "tests/test_architecture.py"} <= {*named}
    assert len({*named}) > 80
    assert FILE.findall("`web/nothing.py` and `tests/web/test_api.py::test_a_page`") == [
        "web/nothing.py",
        "tests/web/test_api.py",
    ]


def test_the_glossary_is_in_the_order_of_the_alphabet() -> None:
    architecture = (HOME / "docs" / "architecture.md").read_text()
    words = re.findall(r"^- \*\*([^*]+)\*\*", architecture.split("\n## Words")[1], re.MULTILINE)
    assert len(words) > 40
    assert words == sorted(words, key=str.lower)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(HOME)))
def test_an_example_in_json_is_json(document: Path) -> None:
    for example in JSON.findall(document.read_text()):
        json.loads(example)


def test_every_phone_number_in_the_documents_is_kept_for_fiction() -> None:
    digits = [re.sub(r"[ -]", "", one) for one in DIGITS.findall(_all_text())]
    numbers = [one for one in digits if one.startswith("+") or re.fullmatch(r"1\d{10}", one)]
    assert len(numbers) > 5
    assert [one for one in numbers if not re.match(r"\+?(1202555|447700900)", one)] == []
