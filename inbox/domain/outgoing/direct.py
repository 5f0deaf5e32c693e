"""Direct Send: free text outside the 24 hours, which Meta bills in the category ``utility``.

Whoever writes chooses it for each message. It is no template, and Meta itself judges whether what
it says is of that category.
"""

from typing import Final

from msgspec.structs import replace

from inbox.domain.content import Content
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.said import Said

CATEGORY: Final = "utility"
_OFFERS: Final = frozenset({"button", "cta_url"})


def check_kind(said: Said) -> None:
    """Raises ``Invalid`` for what does not go so."""
    offer = said.content.get("offer", {}).get("type")
    if said.type == "text" or (said.type == "interactive" and offer in _OFFERS):
        return
    raise Invalid("direct", _("Only a text, reply buttons and a link button go as Direct Send."))


def as_direct(said: Said) -> Said:
    return replace(said, content={**said.content, "direct": True})


def is_direct(said: Said) -> bool:
    return said.content.get("direct", False)


def undirected(content: Content) -> Content:
    """What was written, however it goes."""
    plain = content.copy()
    plain.pop("direct", None)
    return plain
