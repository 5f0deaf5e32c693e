"""The texts that people read, as they stand in the code: what ``make words`` writes down.

As a program it writes ``inbox/locale/inbox.pot``, from which translators begin.
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from jinja2 import nodes

from inbox.web.present.templating import environment

ROOT: Final = Path(__file__).parents[2]
POT: Final = ROOT / "inbox" / "locale" / "inbox.pot"

_METHODS: Final = [
    ("inbox/**.py", "python"),
    ("templates/**.html", "jinja2.ext:babel_extract"),
    ("static/js/**.js", "javascript"),
]
_OPTIONS: Final = {
    "templates/**.html": {
        "extensions": "jinja2.ext.i18n",
        "newstyle_gettext": "true",
        "trimmed": "true",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "silent": "false",
    }
}
_KEYWORDS: Final[dict[str, Any]] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "many": (1, 2),
}


def extracted() -> Catalog:
    """What stands in the code now."""
    catalogue = Catalog(
        project="Inbox", fuzzy=False, creation_date=datetime(2026, 1, 1, tzinfo=UTC)
    )
    for folder in ("inbox", "templates", "static/js"):
        for file, _, message, comments, context in extract_from_dir(
            ROOT / folder,
            [(pattern.removeprefix(f"{folder}/"), how) for pattern, how in _METHODS],
            {pattern.removeprefix(f"{folder}/"): how for pattern, how in _OPTIONS.items()},
            _KEYWORDS,
        ):
            catalogue.add(message, None, [(f"{folder}/{file}", 0)], [], comments, context=context)
    return catalogue


def written() -> Catalog:
    """What was written down last."""
    with POT.open("rb") as file:
        return read_po(file)


_PARSER: Final = environment(ROOT / "templates", str)
_LETTERS: Final = re.compile(r"[^\W\d_]{2}")
_SENTENCE: Final = re.compile(r"[A-Z][a-z]|[a-z]+ [a-z]+ [a-z]")
_SPOKEN: Final = frozenset({"title", "placeholder", "aria-label", "alt", "label"})
_OF_MACHINES: Final = frozenset({"code", "kbd", "script"})
_NAMES: Final = frozenset({"Inbox", "WhatsApp", "Meta", "OpenStreetMap", "Google Maps", "UTC"})
"""What is called so in every language."""


def bare(template: str) -> list[str]:
    """What a template says by itself, so that nobody can translate it."""
    tree = _PARSER.parse(template)
    page = _Page("".join(_markup(tree)))
    return [words for words in page.found if words not in _NAMES] + list(_constants(tree))


class _Page(HTMLParser):
    """What a reader sees and hears of markup in which values are blanks."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._apart = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._apart += tag in _OF_MACHINES
        self.found += [value for name, value in attrs if name in _SPOKEN and _words(value)]

    def handle_endtag(self, tag: str) -> None:
        self._apart -= tag in _OF_MACHINES

    def handle_data(self, data: str) -> None:
        if not self._apart:
            self.found += filter(_words, data.replace("·", "\n").split("\n"))


def _words(text: str | None) -> bool:
    text = (text or "").strip()
    return bool(_LETTERS.search(text)) and "=" not in text and text not in _NAMES


def _markup(node: nodes.Node) -> Iterator[str]:
    match node:
        case nodes.TemplateData(data=data):
            yield data
        case nodes.Expr():
            yield " "
        case _:
            for child in node.iter_child_nodes():
                yield from _markup(child)


def _constants(node: nodes.Node) -> Iterator[str]:
    """Strings in expressions that look like a text and pass through nothing."""
    match node:
        case nodes.Call(node=nodes.Name(name="_" | "gettext" | "ngettext" | "N_")):
            for value in node.kwargs:
                yield from _constants(value)
            return
        case nodes.Const(value=str(text)) if _SENTENCE.search(text) and text not in _NAMES:
            yield text
        case nodes.TemplateData():
            return
    for child in node.iter_child_nodes():
        yield from _constants(child)


def main() -> int:
    found = io.BytesIO()
    write_po(found, extracted(), width=100, sort_output=True, include_lineno=False)
    POT.parent.mkdir(exist_ok=True)
    POT.write_bytes(found.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main())
