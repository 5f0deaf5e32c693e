"""WhatsApp's own markup as safe HTML: styles, quotes, lists and links (see ``domain.markup``).

Every character of the text goes through ``escape``; the only tags that come out are ours:
strong, em, s, code, blockquote, ul, li, and links to http, https, mailto and tel.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

from inbox.domain.emoji import emoji_in
from inbox.domain.markup import LINE, Piece, tokens
from inbox.web.present.links import mailto, shown, tel, weblink
from inbox.web.present.national import dialled_at_home

MAX_JUMBO = 3
NEWLINE = "\n"
SHOWN = 3_000
"""Characters of one message that a page shows at first."""
MARKS = 300
"""And so many places of them that may have to become a style, a link or a line of their own."""
_COSTLY = re.compile(r"[`*_~@+.\n]|00|://")

_TAGS = {"bold": "strong", "italic": "em", "strike": "s"}
_SCHEME = re.compile(r"(?:mailto|tel):", re.IGNORECASE)
_MONO = re.compile(r"(```.+?```)", re.DOTALL)


def rich(text: str, region: str = "") -> Markup:
    """The text as HTML. Line breaks stay line breaks; the style sheet shows them.

    ``region``: the country in which numbers without one may be dialled.
    """
    if len(text) > SHOWN:
        region = ""  # looking for them takes longer than all the rest
    if not LINE.search(text):
        return Markup(_render(text, frozenset(), region))  # noqa: S704 - escaped below, as all here is
    # A quote within mono is none.
    parts = enumerate(_MONO.split(text))
    html = (
        _render(part, frozenset(), region) if at % 2 else "".join(_blocks(part, region))
        for at, part in parts
    )
    return Markup("".join(html))  # noqa: S704 - as above


def beginning(text: str) -> str:
    """As much of it as a page shows at first: bounded in characters and in what may be a mark."""
    start = text[:SHOWN]
    for number, found in enumerate(_COSTLY.finditer(start)):
        if number == MARKS:
            return start[: found.start()]
    return start


def _blocks(text: str, region: str) -> Iterator[str]:
    """Lines of one kind together. A block begins on a line of its own, so no break is beside it."""
    lines = [(LINE.match(line), line) for line in text.split("\n")]
    for kind, some in groupby(lines, key=lambda pair: pair[0] and pair[0].lastgroup):
        if kind is None:
            yield _render("\n".join(line for _, line in some), frozenset(), region)
            continue
        inner = [_render(line[2:], frozenset(), region) for _, line in some]
        if kind == "quote":
            yield f"<blockquote>{NEWLINE.join(inner)}</blockquote>"
        else:
            yield f"<ul>{''.join(f'<li>{point}</li>' for point in inner)}</ul>"


def _render(text: str, inside: frozenset[str], region: str) -> str:
    """HTML already. ``inside`` are the styles around this text: none nests in itself, so depth is
    bounded. Put together as plain strings: markup of markup takes several times as long."""
    out: list[str] = []
    at = 0
    for token in tokens(text):
        out += (
            _words(text[at : token.start], region),
            _token(token, text[token.start : token.end], inside, region),
        )
        at = token.end
    out.append(_words(text[at:], region))
    return "".join(out)


def _words(text: str, region: str) -> str:
    if not region:
        return escape(text)
    out: list[str] = []
    at = 0
    for found in dialled_at_home(text, region):
        written = text[found.start : found.end]
        out += (escape(text[at : found.start]), _link(f"tel:{found.number}", written))
        at = found.end
    return "".join([*out, escape(text[at:])])


def _token(token: Piece, written: str, inside: frozenset[str], region: str) -> str:
    match token.kind:
        case "block" | "mono":
            return f"<code>{escape(token.body.strip(NEWLINE))}</code>"
        case "web":
            return _link(weblink(written), written)
        case "bare":
            return _link(weblink(f"https://{written}"), written)
        case "mail":
            return _link(mailto(_SCHEME.sub("", written)), written)
        case "tel":
            href = tel(_SCHEME.sub("", written))
            return _link(href if href.startswith("tel:+") else "", written)
        case _ if token.kind in inside:
            return escape(written)
    tag = _TAGS[token.kind]
    return f"<{tag}>{_render(token.body, inside | {token.kind}, region)}</{tag}>"


def _link(href: str, written: str) -> str:
    """``dir`` keeps a right-to-left character in an address from reordering it."""
    if not href:
        return escape(written)
    return (
        f'<a href="{escape(href)}" dir="ltr" target="_blank"'
        f' rel="noopener noreferrer nofollow">{escape(shown(href, written))}</a>'
    )


def jumbo(text: str) -> bool:
    """Whether the text is one to three emoji and nothing else: shown large."""
    bare = "".join(text[:200].split())
    if not bare or len(bare) > 40 or len(text) > 200:
        return False
    return 0 < emoji_in(bare) <= MAX_JUMBO
