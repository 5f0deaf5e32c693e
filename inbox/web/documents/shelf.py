"""The files of ``docs/``, read once: pages, the order in which to read them, and what they show."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from inbox.web.process.web_files import web_files

START: Final = "README"
"""The page at ``/docs`` itself; its lists are the order of all others."""
GENERATED: Final = "Reference"
"""The group in which the pages stand that are made of the contracts."""

_GROUP: Final = re.compile(r"^## (.+)\n\n((?:- .+\n(?:  .+\n)*)+)", re.MULTILINE)
_ENTRY: Final = re.compile(r"- \[(.+?)\]\(([\w./-]+)\.md\)(?:: (.+))?")


class Listed(NamedTuple):
    """A page as lists tell of it; ``name`` is its address below ``/docs``, as ``guides/bot``."""

    name: str
    title: str
    about: str


class Group(NamedTuple):
    title: str
    entries: list[Listed]


class Shelf(NamedTuple):
    """``pages``: name → Markdown; ``files``: name → content of what is no page, as pictures."""

    pages: dict[str, str]
    files: dict[str, bytes]
    groups: list[Group]

    def order(self) -> list[Listed]:
        """All pages but the start, one after the other."""
        return [entry for group in self.groups for entry in group.entries]


MADE: Final = [
    Listed("api", "The API", "every address, with what it takes and answers, and how it refuses"),
    Listed("events", "Every frame", "all that is told and said on the socket, with examples"),
]
"""Pages that are made of the contracts of the running server, and are no files."""


@cache
def found_shelf() -> Shelf:
    """That of this installation, which stays as it is for as long as a process lives."""
    return shelf(web_files().docs)


def shelf(folder: Path) -> Shelf:
    pages, files = dict[str, str](), dict[str, bytes]()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.suffix == ".md":
            pages[name.removesuffix(".md")] = path.read_text("utf-8")
        elif path.is_file():
            files[name] = path.read_bytes()
    groups = list(_groups(pages[START]))
    pages[START] = _with_made(pages[START])
    return Shelf(pages, files, groups)


def _with_made(start: str) -> str:
    """Its lists name the pages as well that are no files."""
    lines = "".join(f"- [{one.title}](/docs/{one.name}): {one.about}\n" for one in MADE)

    def longer(found: re.Match[str]) -> str:
        return found[0] + lines if found[1] == GENERATED else found[0]

    return _GROUP.sub(longer, start)


def _groups(start: str) -> Iterator[Group]:
    for title, lines in _GROUP.findall(start):
        listed = _ENTRY.findall(lines.replace("\n  ", " "))
        entries = [Listed(name, words, about) for words, name, about in listed]
        yield Group(title, entries + (MADE if title == GENERATED else []))
