"""Whether a conversation takes free text just now, for its composer (law 19)."""

from typing import Literal

from inbox.domain.shapes import Shape
from inbox.domain.times import iso, now
from inbox.providers.registry import PROVIDERS


def window(conversation: Shape) -> Literal["none", "open", "over", "never"]:
    """``none``: its provider has no window. ``never``: the customer has not written yet."""
    if "window" not in PROVIDERS[conversation["channel"]["provider"]].can:
        return "none"
    expires = conversation["window_expires_at"]
    if expires is None:
        return "never"
    return "open" if iso(now()) < expires else "over"  # texts of one form, so they compare
