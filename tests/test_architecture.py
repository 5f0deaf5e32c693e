"""The rooms of the house and who may import whom, lazy imports and type-only ones included."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

HOUSE = Path(__file__).parents[1] / "inbox"

Lines = tuple[tuple[str, ...], ...]
"""Top to bottom. Each imports from itself and from lines below; those on one line are strangers
and meet further up or through the database."""

LINES: Lines = (
    ("__main__",),
    ("commands",),
    ("server",),
    ("app",),
    ("clients",),
    ("web",),
    ("rehearsal",),
    ("receiving", "sending", "forwarding", "media", "trial", "reports"),
    ("desk",),
    ("conversations",),
    ("templates",),
    ("alerts",),
    ("channels", "search", "audit"),
    ("access",),
    ("feed", "providers"),
    ("storage", "languages"),
    ("domain",),
    ("config", "supervisor", "surprises", "kept"),
    ("discreet",),
)

INSIDE: dict[str, Lines] = {
    "web": (
        ("urls",),
        ("everyday",),
        ("documents",),
        ("api", "mcp"),
        ("settings",),
        ("pages", "live"),
        ("webhooks", "health"),
        ("http",),
        ("present", "context"),
        ("process",),
    ),
    "conversations": (
        ("apply",),
        ("messages", "reactions", "search", "settle_aliases"),
        ("first_contact", "question", "matched"),
        ("files", "settle_changes", "statuses", "people", "listing", "threads", "seen"),
        ("places", "reader_rows", "marking"),
        ("changes", "settle_status", "file_jobs", "unread", "answered", "activities"),
        ("new_row",),
        ("message_aliases",),
        ("merging", "given_back"),
        ("automatic", "contacts", "drafts", "shared"),
        (
            *("queries", "account_problems", "change_facts", "receipts", "charges", "reaching"),
            *("read_marks", "view_counts", "belonging"),
        ),
        (
            "contact_details",
            "costs",
            "draft_files",
            "echoes",
            "entries",
            "file_versions",
            "former_numbers",
            "matches",
            "moved",
            "names",
            "standing",
            "views",
            "paging",
            "publish",
            "removing",
            "taking",
            "tries",
            "uploads",
        ),
    ),
}
"""The same inside the rooms that have many."""

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
        frozenset({"providers", "media", "web", "clients", "alerts", "commands", "server"}),
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
        "only media/shrinking.py reads what pictures hold; trial/files.py draws its own",
    ),
    Outsider(("av",), frozenset({"media"}), "only media/sounding.py hears what recordings hold"),
    Outsider(
        ("babel",),
        frozenset({"domain", "languages"}),
        "numbers, dates and lists are written by domain/language.py and domain/formatting.py",
    ),
    Outsider(("uvicorn",), frozenset({"server"}), "only inbox/server starts one"),
    Outsider(
        ("os.environ", "os.environb", "os.getenv", "os.getenvb", "dotenv"),
        frozenset({"config"}),
        "add a setting to inbox/config.py and take Settings as an argument",
    ),
    Outsider(
        ("dataclasses",),
        frozenset(),
        "make it a msgspec.Struct: Python compiles five functions for each dataclass at each start",
    ),
)


class Use(NamedTuple):
    """``name`` is dotted and absolute: ``inbox.web.pages``, ``httpx``, ``os.environ``."""

    module: tuple[str, ...]
    where: str
    name: str

    @property
    def room(self) -> str:
        return self.module[0]


def modules(house: Path) -> list[Path]:
    return sorted(house.rglob("*.py"))


def uses(house: Path) -> list[Use]:
    """Of the house itself read once, for all laws."""
    return _ours() if house == HOUSE else list(_uses(house))


@cache
def _ours() -> list[Use]:
    return list(_uses(HOUSE))


def _uses(house: Path) -> Iterator[Use]:
    for path in modules(house):
        inner = path.relative_to(house)
        module = inner.with_suffix("").parts
        package = ("inbox", *inner.parent.parts)
        for line, name in _names(ast.parse(path.read_text()), package):
            yield Use(module, f"inbox/{inner.as_posix()}:{line}", name)


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
    found += [
        f"inbox/{room}/{inner} is on no line of INSIDE: give it one in tests/test_architecture.py"
        for room, lines in INSIDE.items()
        for inner in sorted(_units(house / room) - {each for line in lines for each in line})
    ]
    for use in uses(house):
        if use.room not in EVERYWHERE | {"__init__"}:
            continue
        fault = _among_ours(use, rooms) if use.name.startswith("inbox.") else _of_others(use)
        if fault:
            found.append(f"{use.where} uses {use.name}: {fault}")
    return found


def _units(room: Path) -> set[str]:
    return {path.relative_to(room).parts[0].removesuffix(".py") for path in room.rglob("*.py")} - {
        "__init__"
    }


def _among_ours(use: Use, rooms: set[str]) -> str | None:
    target, *inner = use.name.split(".")[1:]
    if target == use.room:
        return _inside(use, inner[0] if inner else "")
    if target not in rooms & EVERYWHERE:
        return None
    if use.room not in RANK:
        return "inbox/__init__.py imports nothing; import it where it is needed"
    if target == "app" and use.room != "server":
        return "only server knows app; take what you need as an argument"
    return _between(LINES, use.room, target)


def _inside(use: Use, target: str) -> str | None:
    lines = INSIDE.get(use.room, ())
    known = {each for line in lines for each in line}
    here = use.module[1]
    return _between(lines, here, target) if here != target and {here, target} <= known else None


def _between(lines: Lines, here: str, target: str) -> str | None:
    rank = {each: number for number, line in enumerate(lines) for each in line}
    if rank[here] < rank[target]:
        return None
    if rank[here] == rank[target]:
        return f"{here} and {target} are strangers; let who is above hand one to the other"
    return f"{target} is above {here}; move the code down or take it as an argument"


def circles(house: Path) -> list[str]:
    """Modules that import each other in a round, each with the way."""
    names = {
        ".".join(("inbox", *path.relative_to(house).with_suffix("").parts))
        for path in modules(house)
    }
    arrows: dict[str, set[str]] = {name: set() for name in names}
    for use in uses(house):
        here = ".".join(("inbox", *use.module))
        for target in (use.name, use.name.rpartition(".")[0]):
            if target in names and target != here:
                arrows[here].add(target)
                break
    done: set[str] = set()
    found: list[str] = []

    def follow(way: tuple[str, ...]) -> None:
        for target in sorted(arrows[way[-1]]):
            if target in way:
                found.append(" -> ".join((*way[way.index(target) :], target)))
            elif target not in done:
                follow((*way, target))
        done.add(way[-1])

    for name in sorted(names):
        if name not in done:
            follow((name,))
    return found


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


def test_no_modules_import_each_other_in_a_round() -> None:
    assert circles(HOUSE) == []


@pytest.mark.parametrize(("number", "folder"), [(0, ""), (1, "web")])
def test_the_document_draws_the_same_house(number: int, folder: str) -> None:
    text = (HOUSE.parent / "docs" / "architecture.md").read_text()
    lines = INSIDE[folder] if folder else LINES
    rank = {each: at for at, line in enumerate(lines) for each in line}
    drawn = text.split("```")[1 + 2 * number].strip().splitlines()
    named = [[rank[each] for each in re.split(r" {2,}", line)[0].split()] for line in drawn]
    assert all(len({*line}) == 1 for line in named)
    assert [line[0] for line in named] == sorted(line[0] for line in named)
    assert sum(map(len, named)) == len(_units(HOUSE / folder) & rank.keys())


def test_a_round_is_found_with_its_way(tmp_path: Path) -> None:
    _build(
        tmp_path,
        {"desk/one.py": "from inbox.desk import two", "desk/two.py": "import inbox.desk.one"},
    )
    assert circles(tmp_path) == ["inbox.desk.one -> inbox.desk.two -> inbox.desk.one"]


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
        ("feed/hub.py", "from inbox.providers import base", "strangers"),
        ("web/pages/inbox.py", "from inbox.app import build", "only server knows app"),
        ("__main__.py", "from inbox.app import build", "only server knows app"),
        ("__init__.py", "from inbox.domain import text", "imports nothing"),
        ("desk/thread.py", "import jinja2", "let web turn it"),
        ("desk/thread.py", "from litestar.response import Template", "let web turn it"),
        ("desk/thread.py", "import httpx", "let a provider"),
        ("providers/base.py", "from sqlalchemy import select", "into the room that owns"),
        ("web/pages/inbox.py", "import sqlmodel", "into the room that owns"),
        ("app.py", "import uvicorn", "only inbox/server"),
        ("app.py", "import os\nos.environ['HOME']", "add a setting"),
        ("app.py", "from os import getenv", "add a setting"),
        ("app.py", "import dotenv", "add a setting"),
        ("shed/tools.py", "", "is on no line"),
        ("web/shed/tools.py", "", "is on no line of INSIDE"),
        ("web/http/guard.py", "from inbox.web.pages import inbox", "pages is above http"),
        ("web/pages/inbox.py", "from inbox.web.live import sockets", "strangers"),
        ("conversations/queries.py", "from . import threads", "threads is above queries"),
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
        "commands/serve.py": "import httpx\nfrom inbox.server import server",
        "server/server.py": "import uvicorn\nfrom inbox.app import build",
        "app.py": "import inbox, jinja2, litestar\nfrom inbox import web, config",
        "web/pages/inbox.py": "from inbox.desk import thread\nimport httpx",
        "web/live/sockets.py": "from litestar import websocket",
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
    for room in ("app", "web/pages", "web/live", "domain", "providers", "desk", "server"):
        _write(house / room / "__init__.py", "")
    for path, source in sources.items():
        _write(house / path, source)


def _write(path: Path, source: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(source)


SHARED = {
    "add": "every store of rows adds one, and the command that asks for it",
    "advice": "words for an error; to be one table with those for a check",
    "by_id": "every store finds a row by its id",
    "change": "a store and its command",
    "claim": "every queue claims what is due",
    "configure": "every command configures its parser",
    "count": "a question and its command",
    "download": "every provider",
    "end_others": "a store and its page",
    "end_session": "a store and its page",
    "listing": "every store lists its rows, and the command that shows them",
    "mute": "what the page does, the API does",
    "remove": "a store and its page",
    "replay_failed": "webhooks that came in, and those that go out",
    "replay_one": "webhooks that came in, and those that go out",
    "retry": "what the page does, the API does",
    "revoke": "a store and its command",
    "send": "every provider; and what the page does, the API does",
    "step": "long work goes by steps",
}
"""Functions of one name in several rooms that do the same there, and what that is."""

HANDLERS = frozenset({"contact", "conversation", "entry", "message"})
"""What an address of the API gives bears the name of its shape."""

ROWS = frozenset(
    {
        "Alert",
        "CannedResponse",
        "Channel",
        "Contact",
        "ContactAttribute",
        "Conversation",
        "Draft",
        "FeedEvent",
        "Mention",
        "Message",
        "MessageTemplate",
        "Outbox",
        "Session",
        "TemplateSync",
        "Upload",
        "User",
    }
)
"""A table's class is named by what its rows are; outside storage only the table is used."""


def test_a_name_means_one_thing_in_all_rooms() -> None:
    rooms: dict[str, set[str]] = {}
    for path in modules(HOUSE):
        room = path.relative_to(HOUSE).parts[0]
        for name in _defined(path):
            rooms.setdefault(name, set()).add(room)
    twice = {name for name, where in rooms.items() if len(where) > 1}
    assert twice <= SHARED.keys() | HANDLERS | ROWS


@cache
def _defined(path: Path) -> set[str]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = {node.name for node in ast.parse(path.read_text()).body if isinstance(node, kinds)}
    return {name for name in found if not name.startswith("_")}


def test_nothing_is_managed() -> None:
    named = [path for path in modules(HOUSE) if "manag" in path.name]
    classes = [
        name for path in modules(HOUSE) for name in _defined(path) if "manag" in name.lower()
    ]
    assert (named, classes) == ([], [])
