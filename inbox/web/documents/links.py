"""Where a link of a document leads, as it stands in the repository and as it is served."""

import re
from posixpath import dirname, join, normpath
from typing import Final, NamedTuple

from inbox.web.documents.shelf import MADE, START, Shelf

_LINK: Final = re.compile(r"(!?)\[([^\]\n]+)\]\(([^)\s]+)\)")
_FENCE: Final = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)


class Elsewhere(NamedTuple):
    """A file of the source that is no page, as ``tests/README.md``: there is nothing to open."""

    path: str


def served(shelf: Shelf, page: str, link: str) -> str | Elsewhere:
    """The address of what ``page`` names as ``link``."""
    name, mark, anchor = link.partition("#")
    if not name or ":" in name or name.startswith("/"):
        return link
    path = normpath(join("docs", dirname(page), name))
    within = path.removeprefix("docs/")
    if within == path or within.removesuffix(".md") not in {*shelf.pages, *shelf.files}:
        return Elsewhere(path)
    return document_address(within.removesuffix(".md")) + mark + anchor


def document_address(name: str) -> str:
    return "/docs" if name == START else f"/docs/{name}"


def markdown_address(name: str) -> str:
    return f"/docs/{name}.md"


def as_markdown(shelf: Shelf, page: str) -> str:
    """The text of a page whose links lead somewhere where it is served: to other such texts."""

    def told(found: re.Match[str]) -> str:
        picture, words, link = found.groups()
        to = served(shelf, page, link)
        if isinstance(to, Elsewhere):
            return words if words == to.path else f"{words} (`{to.path}` of the source)"
        name, mark, anchor = to.partition("#")
        if name == "/docs" or name.removeprefix("/docs/") in {
            *shelf.pages,
            *(one.name for one in MADE),
        }:
            to = (
                markdown_address(name.removeprefix("/docs").removeprefix("/") or START)
                + mark
                + anchor
            )
        return f"{picture}[{words}]({to})"

    text = shelf.pages[page]
    parts = _FENCE.split(text)
    parts[::2] = [_LINK.sub(told, part) for part in parts[::2]]
    return "".join(parts)
