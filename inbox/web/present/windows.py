"""What a conversation's composer may offer: what its provider can do, and just now (law 19)."""

from typing import Literal

from inbox.domain.abilities import Ability
from inbox.domain.public import Conversation
from inbox.domain.times import iso, now
from inbox.providers.registry import PROVIDERS


def window(conversation: Conversation) -> Literal["none", "open", "over", "never"]:
    """``none``: its provider has no window. ``never``: the customer has not written yet."""
    if not can(conversation["channel"]["provider"], "window"):
        return "none"
    expires = conversation["window_expires_at"]
    if expires is None:
        return "never"
    return "open" if iso(now()) < expires else "over"  # texts of one form, so they compare


def can(provider: str, ability: Ability) -> bool:
    return ability in PROVIDERS[provider].can
