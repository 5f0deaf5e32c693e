"""The rooms of the house and who may import whom, lazy imports and type-only ones included."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

HOUSE = Path(__file__).parents[1] / "inbox"

LINES = (
    ("__main__",),
    ("commands",),
    ("app",),
    ("outside",),
    ("web",),
    ("receiving", "sending", "desk", "trial"),
    ("channels", "receipts", "changes", "search"),
    ("media",),
    ("feed", "access", "providers"),
    ("storage",),
    ("domain",),
    ("config", "staff"),
)
"""Top to bottom. A module imports from its own room and from lines below; rooms on one line are
strangers and meet in ``app`` or through the database."""

RANK = {room: rank for rank, line in enumerate(LINES) for room in line}
EVERYWHERE = frozenset(RANK)


class Outsider(NamedTuple):
    """Names of others that only some rooms may use."""

    names: tuple[str, ...]
    rooms: frozenset[str]
    advice: str


OUTSIDERS = (
    Outsider(
        ("litestar", "litestar_htmx", "jinja2"),
        frozenset({"web", "app"}),
        "return plain data and let web turn it into HTTP and HTML",
    ),
    Outsider(
        ("httpx",),
        frozenset({"providers", "media", "web", "outside", "commands"}),
        "let a provider make the call, or take the client as an argument",
    ),
    Outsider(
        ("sqlalchemy", "sqlmodel", "alembic", "aiosqlite", "asyncpg", "sqlite3"),
        EVERYWHERE - {"providers", "domain", "web"},
        "put the query into the room that owns the words and call that",
    ),
    Outsider(
        ("PIL",),
        frozenset({"media", "trial"}),
        "only media/thumbnails.py reads what pictures hold; trial/files.py draws its own",
    ),
    Outsider(("uvicorn",), frozenset({"commands"}), "only commands start a server"),
    Outsider(
        ("os.environ", "os.environb", "os.getenv", "os.getenvb", "dotenv"),
        frozenset({"config"}),
        "add a setting to inbox/config.py and take Settings as an argument",
    ),
)


class Use(NamedTuple):
    """``name`` is dotted and absolute: ``inbox.web.pages``, ``httpx``, ``os.environ``."""

    room: str
    where: str
    name: str


def modules(house: Path) -> list[Path]:
    return sorted(house.rglob("*.py"))


def uses(house: Path) -> Iterator[Use]:
    for path in modules(house):
        inner = path.relative_to(house)
        room = inner.parts[0].removesuffix(".py")
        package = ("inbox", *inner.parent.parts)
        for line, name in _names(ast.parse(path.read_text()), package):
            yield Use(room, f"inbox/{inner.as_posix()}:{line}", name)


def _names(tree: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package[: len(package) - level + 1] if level else ()
                start = ".".join((*above, *filter(None, [module])))
                yield from ((node.lineno, f"{start}.{alias.name}") for alias in names)
            case ast.Attribute(value=ast.Name(id="os"), attr=attribute):
                yield node.lineno, f"os.{attribute}"
            case ast.Call(
                func=ast.Name(id="import_module" | "__import__")
                | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def faults(house: Path) -> list[str]:
    rooms = {path.relative_to(house).parts[0].removesuffix(".py") for path in modules(house)}
    found = [
        f"inbox/{room} is on no line: give it one in tests/test_architecture.py and in "
        "docs/architecture.md"
        for room in sorted(rooms - EVERYWHERE - {"__init__"})
    ]
    for use in uses(house):
        if use.room not in EVERYWHERE | {"__init__"}:
            continue
        fault = _among_ours(use, rooms) if use.name.startswith("inbox.") else _of_others(use)
        if fault:
            found.append(f"{use.where} uses {use.name}: {fault}")
    return found


def _among_ours(use: Use, rooms: set[str]) -> str | None:
    target = use.name.split(".")[1]
    if target == use.room or target not in rooms & EVERYWHERE:
        return None
    if use.room not in RANK:
        return "inbox/__init__.py imports nothing; import it where it is needed"
    if target == "app" and use.room != "commands":
        return "only commands know app; take what you need as an argument"
    if RANK[use.room] < RANK[target]:
        return None
    if RANK[use.room] == RANK[target]:
        return f"{use.room} and {target} are strangers; let app hand one to the other"
    return f"{target} is above {use.room}; move the code down or take it as an argument"


def _of_others(use: Use) -> str | None:
    for outsider in OUTSIDERS:
        named = any(f"{use.name}.".startswith(f"{name}.") for name in outsider.names)
        if named and use.room not in outsider.rooms:
            return f"not in {use.room}; {outsider.advice}"
    return None


def test_a_module_imports_only_from_its_own_room_and_from_below() -> None:
    assert len(modules(HOUSE)) > 20, "the walk found the house"
    assert sum(use.name.startswith("inbox.") for use in uses(HOUSE)) > 20, "and its imports"
    found = faults(HOUSE)
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source", "advice"),
    [
        ("domain/text.py", "import inbox.web.pages", "web is above domain"),
        ("domain/text.py", "from inbox.web import pages", "web is above domain"),
        ("domain/text.py", "from inbox import web", "web is above domain"),
        ("domain/text.py", "from ..web import pages", "web is above domain"),
        ("domain/text.py", "def late():\n    from inbox.web import pages", "web is above domain"),
        ("domain/text.py", "importlib.import_module('inbox.web.pages')", "web is above domain"),
        ("config.py", "from .domain import text", "domain is above config"),
        ("feed/hub.py", "from inbox.access import tokens", "strangers"),
        ("web/pages.py", "from inbox.app import build", "only commands know app"),
        ("__main__.py", "from inbox.app import build", "only commands know app"),
        ("__init__.py", "from inbox.domain import text", "imports nothing"),
        ("desk/thread.py", "import jinja2", "let web turn it"),
        ("desk/thread.py", "from litestar.response import Template", "let web turn it"),
        ("desk/thread.py", "import httpx", "let a provider"),
        ("providers/base.py", "from sqlalchemy import select", "into the room that owns"),
        ("web/pages.py", "import sqlmodel", "into the room that owns"),
        ("app.py", "import uvicorn", "only commands start"),
        ("app.py", "import os\nos.environ['HOME']", "add a setting"),
        ("app.py", "from os import getenv", "add a setting"),
        ("app.py", "import dotenv", "add a setting"),
        ("shed/tools.py", "", "is on no line"),
    ],
)
def test_a_breach_is_found_and_the_message_says_what_to_do(
    tmp_path: Path, path: str, source: str, advice: str
) -> None:
    _build(tmp_path, {path: source})
    [fault] = faults(tmp_path)
    assert advice in fault
    assert path.partition("/")[0].removesuffix(".py") in fault


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    allowed = {
        "__main__.py": "from inbox.commands import serve",
        "commands/serve.py": "import uvicorn, httpx\nfrom inbox.app import build",
        "app.py": "import inbox, jinja2, litestar\nfrom inbox import web, config",
        "web/pages.py": "from inbox.desk import thread\nfrom . import sockets\nimport httpx",
        "web/sockets.py": "from litestar import websocket",
        "desk/thread.py": "import sqlalchemy\nfrom ..domain.text import scrub",
        "providers/base.py": "import httpx, os\nos.path.join('a', 'b')",
        "config.py": "import os, dotenv\nos.environ.get('HOME')",
        "storage/tables.py": "from sqlmodel import SQLModel",
    }
    _build(tmp_path, allowed)
    assert len(list(uses(tmp_path))) > len(allowed)
    assert faults(tmp_path) == []


def _build(house: Path, sources: dict[str, str]) -> None:
    """Small houses with every room in them."""
    for room in ("app", "web", "domain", "access", "desk"):
        _write(house / room / "__init__.py", "")
    for path, source in sources.items():
        _write(house / path, source)


def _write(path: Path, source: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)
