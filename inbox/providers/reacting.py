"""Reacting to a message: the newest emoji is what counts, so it may be told twice."""

from typing import Protocol, runtime_checkable

from inbox.domain.channels import Channel
from inbox.providers.base import Http, Refused


@runtime_checkable
class Reacts(Protocol):
    """A provider that ``can`` send a ``reaction``."""

    async def react(
        self, http: Http, channel: Channel, recipient: str, provider_message_id: str, emoji: str
    ) -> Refused | None:
        """``emoji`` empty: take it back. None: the customer has it; it never raises."""
