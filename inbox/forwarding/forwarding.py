"""Outgoing webhooks as one part of the process."""

from collections import Counter

from msgspec import Struct

from inbox.forwarding.forwarder import Forwarder
from inbox.forwarding.retrier import Retrier
from inbox.forwarding.trying import Receivers
from inbox.forwarding.upkeep import Upkeep


class Forwarding(Struct, frozen=True):
    """What posts, what posts again, and what tidies up, as one."""

    receivers: Receivers
    forwarder: Forwarder
    retrier: Retrier
    upkeep: Upkeep

    @property
    def ends(self) -> Counter[str]:
        """Posts by what came of them: delivered, failed."""
        return self.forwarder.ends + self.retrier.ends

    def wake(self) -> None:
        """Somebody asked for something, or changed an endpoint."""
        self.forwarder.wake()
        self.retrier.wake()

    async def close(self) -> None:
        """Leave what is under way to others, or to the next start."""
        await self.forwarder.close()
        await self.retrier.close()
        await self.receivers.close()
