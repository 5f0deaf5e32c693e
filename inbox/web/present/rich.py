"""WhatsApp's own markup as safe HTML: styles, quotes, lists and links (see ``domain.markup``).

Every character of the text goes through ``escape``; the only tags that come out are ours:
strong, em, s, code, blockquote, ul, li, and links to http, https, mailto and tel.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from markupsafe import Markup, escape

from inbox.domain.markup import LINE, Piece, tokens
from inbox.web.present.links import mailto, shown, tel, weblink

MAX_JUMBO = 3

_TAGS = {"bold": "strong", "italic": "em", "strike": "s"}
_SCHEME = re.compile(r"(?:mailto|tel):", re.IGNORECASE)
_MONO = re.compile(r"(```.+?```)", re.DOTALL)


def rich(text: str) -> Markup:
    """The text as HTML. Line breaks stay line breaks; the style sheet shows them."""
    if not LINE.search(text):
        return _render(text, frozenset())
    # A quote within mono is none.
    parts = enumerate(_MONO.split(text))
    return Markup("").join(
        _render(part, frozenset()) if at % 2 else Markup("").join(_blocks(part))
        for at, part in parts
    )


def _blocks(text: str) -> Iterator[Markup]:
    """Lines of one kind together. A block begins on a line of its own, so no break is beside it."""
    lines = [(LINE.match(line), line) for line in text.split("\n")]
    for kind, some in groupby(lines, key=lambda pair: pair[0] and pair[0].lastgroup):
        if kind is None:
            yield _render("\n".join(line for _, line in some), frozenset())
            continue
        inner = [_render(line[2:], frozenset()) for _, line in some]
        if kind == "quote":
            yield Markup("<blockquote>{}</blockquote>").format(Markup("\n").join(inner))
        else:
            points = Markup("").join(Markup("<li>{}</li>").format(point) for point in inner)
            yield Markup("<ul>{}</ul>").format(points)


def _render(text: str, inside: frozenset[str]) -> Markup:
    """``inside`` are the styles around this text: none nests in itself, so depth is bounded."""
    out: list[Markup] = []
    at = 0
    for token in tokens(text):
        out.append(escape(text[at : token.start]))
        out.append(_token(token, text[token.start : token.end], inside))
        at = token.end
    out.append(escape(text[at:]))
    return Markup("").join(out)


def _token(token: Piece, written: str, inside: frozenset[str]) -> Markup:
    match token.kind:
        case "block" | "mono":
            return Markup("<code>{}</code>").format(token.body.strip("\n"))
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
    tag = Markup(_TAGS[token.kind])  # noqa: S704 - one of three constants
    return Markup("<{0}>{1}</{0}>").format(tag, _render(token.body, inside | {token.kind}))


def _link(href: str, written: str) -> Markup:
    """``dir`` keeps a right-to-left character in an address from reordering it."""
    if not href:
        return escape(written)
    return Markup(
        '<a href="{}" dir="ltr" target="_blank" rel="noopener noreferrer nofollow">{}</a>'
    ).format(href, shown(href, written))


_JOINS = "\u200d\ufe0f\ufe0e\u20e3"
_BASE = re.compile(
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff"
    "\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299]"
)
_PART = re.compile(f"[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f{_JOINS}]")
_JOINED = re.compile("\u200d.", re.DOTALL)
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")


def jumbo(text: str) -> bool:
    """Whether the text is one to three emoji and nothing else: shown large."""
    bare = "".join(text.split())
    if not bare or len(bare) > 40:
        return False
    simple = _KEYCAP.sub("\u2b50", _FLAG.sub("\u2b50", _JOINED.sub("", bare)))
    faces = _PART.sub("", simple)
    return 0 < len(faces) <= MAX_JUMBO and not _BASE.sub("", faces)
