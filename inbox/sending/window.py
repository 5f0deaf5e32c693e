"""Law 19: for a day after a customer's message or call WhatsApp takes free text, and then no more.

Decided at the moment a reply is accepted. One that was accepted in time and leaves later is for
the provider to judge.
"""

from inbox.domain.language import N_, _
from inbox.domain.shapes import WINDOW
from inbox.domain.times import Micros
from inbox.providers.registry import PROVIDERS


class WindowClosed(Exception):
    """A reply that came too late, or before the customer wrote at all.

    ``ended_at``: since when it is closed; None: nothing is known of an earlier message of theirs.
    """

    def __init__(self, ended_at: Micros | None) -> None:
        super().__init__(_(NEVER) if ended_at is None else _(OVER))
        self.ended_at = ended_at


OVER = N_(
    "The customer last wrote more than 24 hours ago, and until they "
    "write again WhatsApp takes no reply. Nothing was sent."
)
NEVER = N_(
    "The customer has not written to you alone yet, and WhatsApp takes a reply only "
    "within 24 hours of such a message or a call of theirs. Nothing was sent."
)


def is_open(provider: str, last_inbound_at: Micros | None, now: Micros) -> bool:
    if "window" not in PROVIDERS[provider].can:
        return True
    return last_inbound_at is not None and now < last_inbound_at + WINDOW


def check(provider: str, last_inbound_at: Micros | None, now: Micros) -> None:
    """Raises ``WindowClosed``. Who was never heard of has opened no window."""
    if not is_open(provider, last_inbound_at, now):
        raise WindowClosed(None if last_inbound_at is None else last_inbound_at + WINDOW)
