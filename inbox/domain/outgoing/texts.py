"""A text."""

import re
from typing import Final

from inbox.domain.content import Content
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.said import Said

TEXT_LIMIT = 4_096
_LINK: Final = re.compile(r"https?://\S", re.IGNORECASE)


def text(words: str, *, preview_url: bool = False) -> Said:
    """``preview_url``: WhatsApp shows what its first link leads to."""
    if not words.strip():
        raise Invalid("text", _("Write something first."))
    if len(words) > TEXT_LIMIT:
        raise Invalid(
            "text",
            _(
                "WhatsApp takes at most %(text_limit)s characters; this has %(length)s.",
                text_limit=TEXT_LIMIT,
                length=len(words),
            ),
        )
    content: Content = {"text": words}
    if preview_url:
        content["preview_url"] = True
    return Said("text", content)


def leads_somewhere(words: str) -> bool:
    """Whether there is a link in it: as on the phone, it then shows what that leads to."""
    return bool(_LINK.search(words))
