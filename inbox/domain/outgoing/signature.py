"""The name of who writes, with what they write: for the customer to read, and in no bubble of ours.

A message keeps its words as they were written, and the name beside them. It is put there on the way
out, the same way at each try, whatever the writer or the channel is called by then.
"""

import unicodedata
from typing import Final, get_args

from msgspec.structs import replace

from inbox.domain.content import Content, NamePlace, Signature, TypeName
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.interactive import BODY_LIMIT
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.texts import TEXT_LIMIT

NAME_PLACES: Final[tuple[NamePlace, ...]] = get_args(NamePlace)
_CAPTION_LIMIT: Final = 1_024

_ROOM: Final[dict[TypeName, int]] = {
    "text": TEXT_LIMIT,
    "image": _CAPTION_LIMIT,
    "video": _CAPTION_LIMIT,
    "document": _CAPTION_LIMIT,
    "interactive": BODY_LIMIT,
}
"""What has words of the agent's own, and how many characters of them WhatsApp takes."""
_MARKS: Final = str.maketrans("", "", "*_~`")
_JOINERS: Final = "\u200c\u200d"
"""Invisible, but letters and emoji are other ones without them."""


def signature(name: str, place: NamePlace) -> Signature | None:
    """None: nothing is left to see of the name without what WhatsApp takes for a mark of style."""
    seen = "".join(each for each in name.translate(_MARKS) if _harmless(each))
    plain = " ".join(seen.split())
    return {"name": plain, "place": place} if plain.strip(_JOINERS) else None


def _harmless(sign: str) -> bool:
    """Controls could break the line, or turn round what stands behind the name."""
    return sign in _JOINERS or sign.isspace() or unicodedata.category(sign)[0] != "C"


def in_name_of(said: Said, by: Signature | None) -> Said:
    """The same with this name and no other; raises ``Invalid`` where no room is left for it."""
    content = unsigned(said.content)
    limit = _ROOM.get(said.type)
    if by is None or limit is None or not said.words:
        return replace(said, content=content)
    made = replace(said, content={**content, "signature": by})
    if (over := len(with_name(said.words, by)) - limit) > 0:
        raise Invalid(
            "text" if said.type == "text" else "caption",
            _(
                "Your name goes with it on this channel, and WhatsApp takes at most %(limit)s "
                "characters in all: %(over)s too many.",
                limit=limit,
                over=over,
            ),
        )
    return made


def unsigned(content: Content) -> Content:
    """What was written, without whose name goes with it."""
    bare = content.copy()
    bare.pop("signature", None)
    return bare


def composed(said: Said) -> Said:
    """As the customer reads it."""
    by = said.content.get("signature")
    if by is None:
        return said
    content = unsigned(said.content)
    if "offer" in content:
        words = with_name(content["offer"]["body"]["text"], by)
        content["offer"] = {**content["offer"], "body": {"text": words}}
    for name in ("text", "caption"):
        if name in content:
            content[name] = with_name(content[name], by)
    return replace(said, content=content)


def with_name(words: str, by: Signature) -> str:
    name = by["name"]
    return f"*{name}:*\n{words}" if by["place"] == "before" else f"{words}\n— {name}"
