"""Markdown as HTML: anchors at headings, links as they are served, and nothing of raw HTML."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from inbox.web.documents.links import Elsewhere

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_LISTED: Final = ("h2", "h3")
_TAKEN: Final = ("main", "status")
"""Names that parts of the page around it have."""

Lead = Callable[[str], str | Elsewhere]
"""What gives the address that a link leads to."""


@cache
def _markdown() -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 - slow to load, for documents alone

    return MarkdownIt("commonmark", {"html": False}).enable("table")


class Heading(NamedTuple):
    level: str
    anchor: str
    text: str


class Drawn(NamedTuple):
    """``contents``: the headings of the second and third level."""

    title: str
    html: str
    contents: list[Heading]


def drawn(text: str, lead: Lead) -> Drawn:
    tokens = _markdown().parse(text)
    headings = list(_anchored(tokens))
    _without_empty_headers(tokens)
    shown = [*_shown(tokens, lead)]
    html = _markdown().renderer.render(shown, _markdown().options, {})
    title = next((one.text for one in headings if one.level == "h1"), "")
    return Drawn(title, html, [one for one in headings if one.level in _LISTED])


def anchor(words: str) -> str:
    """As code hosts make it."""
    return re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-")


def _anchored(tokens: Sequence["Token"]) -> Iterator[Heading]:
    """Gives each heading its name; one that was there before has a number behind it."""
    seen = Counter[str](_TAKEN)
    for opened, inline in pairwise(tokens):
        if opened.type == "heading_open":
            words = _words(inline)
            name = anchor(words)
            seen[name] += 1
            name += f"-{seen[name] - 1}" if seen[name] > 1 else ""
            opened.attrSet("id", name)
            yield Heading(opened.tag, name, words)


def _without_empty_headers(tokens: Sequence["Token"]) -> None:
    """The corner of a table has nothing below it to name."""
    for opened, inline, closed in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opened.type == "th_open" and not inline.content:
            opened.tag = closed.tag = "td"


def _words(inline: "Token") -> str:
    parts = (one for one in inline.children or () if one.type in ("text", "code_inline"))
    return "".join(one.content for one in parts)


def _shown(tokens: Sequence["Token"], lead: Lead) -> Iterator["Token"]:
    """What is wide scrolls by itself, by keys as well; a heading is a link to itself."""
    heading = ""
    for token in tokens:
        if token.type == "heading_open":
            heading = str(token.attrGet("id"))
        if token.type == "table_open":
            yield _html('<div class="wide" role="group" aria-label="Table" tabindex="0">')
        if token.type == "inline":
            token.children = [*_inside(token.children or (), lead)]
            if heading:
                link = _html(f'<a class="here" href="#{escape(heading)}">')
                token.children = [link, *token.children, _html("</a>")]
                heading = ""
        yield _code(token) if token.type in ("fence", "code_block") else token
        if token.type == "table_close":
            yield _html("</div>")


def _inside(children: Sequence["Token"], lead: Lead) -> Iterator["Token"]:
    nowhere = ""
    for token in children:
        if token.type == "link_open":
            to = lead(str(token.attrGet("href")))
            if isinstance(to, Elsewhere):
                nowhere = to.path
                yield _html('<span class="elsewhere">')
                continue
            token.attrSet("href", to)
        elif token.type == "image":
            token.attrSet("src", str(lead(str(token.attrGet("src")))))
        elif token.type == "link_close" and nowhere:
            yield _html(f"</span> <small>(<code>{escape(nowhere)}</code> of the source)</small>")
            nowhere = ""
            continue
        yield token


def _code(token: "Token") -> "Token":
    """A name behind the language is that of a file, as ``python bot.py``."""
    language, _, name = token.info.strip().partition(" ")
    kind = f' class="language-{escape(language)}"' if language else ""
    title = f'<p class="code-name">{escape(name)}</p>' if name else ""
    code = f"<code{kind}>{escape(token.content, quote=False)}</code>"
    return _html(f'<div class="code-block">{title}<pre tabindex="0">{code}</pre></div>\n')


def _html(markup: str) -> "Token":
    """Of ours, as the renderer passes it on."""
    from markdown_it.token import Token  # noqa: PLC0415 - see above

    return Token("html_inline", "", 0, content=markup)
