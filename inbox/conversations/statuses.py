"""Receipts of a batch: kept as a set, whether or not their message is known yet."""

from collections.abc import Sequence
from typing import cast

from msgspec import Struct
from sqlalchemy import Connection, bindparam, exists, select, update

from inbox.conversations.change_facts import Targets, together
from inbox.conversations.charges import keep_charges, note_deliveries
from inbox.conversations.merging import Key
from inbox.conversations.message_aliases import OURS, person_keys
from inbox.conversations.receipts import ToldReceipt, keep_receipts
from inbox.conversations.settle_status import settle_statuses
from inbox.domain import shapes
from inbox.domain.countries import country_of
from inbox.domain.events import StatusEvent
from inbox.domain.feed_events import NewEvent
from inbox.domain.inner_ids import inner_id, inside
from inbox.domain.rows import ChargeRow, MessageRow
from inbox.domain.status import FACTS, Receipt
from inbox.domain.times import Micros
from inbox.storage.tables import messages


class Told(Struct, frozen=True):
    """A status as told by one entry; ``received_at`` stands in for an unusable time."""

    channel_id: str
    event: StatusEvent
    received_at: Micros

    @property
    def message_id(self) -> str:
        return self.event.message_id

    @property
    def keys(self) -> set[Key]:
        """Whom it is about, and which message of ours, by all that it says."""
        event = self.event
        ours = {(OURS, event.opaque)} if event.opaque else set()
        return ours | person_keys(event.recipient, event.recipient_user_id)

    @property
    def row(self) -> ToldReceipt:
        """Of a status that is one of ``FACTS``."""
        event = self.event
        return {
            "channel_id": self.channel_id,
            "provider_message_id": event.message_id,
            "status": cast("Receipt", event.status),
            "participant": event.participant or "",
            "at": event.ts or self.received_at,
            "errors": shapes.encoded(event.errors) if event.errors else None,
        }

    @property
    def charge(self) -> ChargeRow | None:
        """What it says the message costs, if it does."""
        event, pricing = self.event, self.event.pricing
        if pricing is None:
            return None
        return {
            "channel_id": self.channel_id,
            "provider_message_id": event.message_id,
            "at": event.ts or self.received_at,
            "category": pricing["category"],
            "billable": pricing["billable"],
            "kind": pricing.get("type", ""),
            "model": pricing.get("model", ""),
            "country": self._country,
            "undelivered": False,
        }

    @property
    def _country(self) -> str:
        """Of whom it was sent to; who is not named beside the message is named in its id."""
        known = inside(self.event.message_id)
        peers = (self.event.recipient, self.event.recipient_user_id, known.peer if known else None)
        return next((found for peer in peers if peer and (found := country_of(peer))), "")


def receive_statuses(
    connection: Connection,
    told: Sequence[Told],
    outgoing: Sequence[MessageRow],
    published: list[NewEvent],
) -> tuple[Targets, Targets]:
    """Keep new receipts and derive what they change, also for ``outgoing`` just stored.

    A receipt that came before its message waits in the same table: nothing is parked apart.
    Returns the messages that may have learned from them by what id the provider calls them, and
    the ids of which no message of ours is known.
    """
    facts = [item for item in told if item.event.status in FACTS]
    news = keep_receipts(connection, [item.row for item in facts])
    charges = [charge for item in facts if (charge := item.charge)]
    news = together(news, keep_charges(connection, charges))
    for channel_id, provider_ids in news.items():
        note_deliveries(connection, channel_id, provider_ids)
    adopted = _adopt(connection, facts)
    for row in outgoing:
        if provider_id := row["provider_message_id"]:
            news.setdefault(row["channel_id"], set()).add(provider_id)
    unknown: Targets = {}
    for channel_id, provider_ids in news.items():
        if rest := settle_statuses(connection, channel_id, provider_ids, published):
            unknown[channel_id] = rest
    return adopted, unknown


_other = messages.alias()
_taken = exists(
    select(_other.c.id).where(
        _other.c.channel_id == bindparam("channel"),
        _other.c.provider_message_id == bindparam("theirs"),
    )
)


def _adopt(connection: Connection, facts: Sequence[Told]) -> Targets:
    """A status may beat the answer to our send: our own id in it tells which message it is."""
    named = [item for item in facts if item.event.opaque]
    adopted: Targets = {}
    for item in named:
        adopted.setdefault(item.channel_id, set()).add(item.event.message_id)
    if not named:
        return adopted
    connection.execute(
        update(messages)
        .where(
            messages.c.id == bindparam("ours"),
            messages.c.channel_id == bindparam("channel"),
            messages.c.direction == "outgoing",
            messages.c.provider_message_id.is_(None),
            ~_taken,
        )
        .values(provider_message_id=bindparam("theirs"), inner_id=bindparam("inner")),
        [
            {
                "ours": item.event.opaque,
                "channel": item.channel_id,
                "theirs": item.event.message_id,
                "inner": inner_id(item.event.message_id),
            }
            for item in named
        ],
    )
    return adopted
