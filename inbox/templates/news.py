"""Webhooks about templates, brought into the rows; what they do not tell whole is read anew."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from inbox.channels.health_changes import note_news
from inbox.domain.channels import Channel
from inbox.domain.events import TemplateNews
from inbox.domain.feed_events import NewEvent
from inbox.domain.times import Micros
from inbox.providers.registry import scheme_of
from inbox.storage.tables import templates
from inbox.templates.syncs import want_sync

_row = templates.c
GONE = "DELETED"


class TemplateTold(NamedTuple):
    channel_id: str
    event: TemplateNews
    received_at: Micros


def hear_templates(
    connection: Connection,
    told: Sequence[TemplateTold],
    channels: Mapping[str, Channel],
    now: Micros,
) -> list[NewEvent]:
    """What to publish, once all rows are written."""
    published: list[NewEvent] = []
    for one in told:
        for channel_id in sorted(_whose(one, channels)):
            if not _changed(connection, channel_id, one) or one.event.reread:
                want_sync(connection, channel_id, now)
        if one.event.sentence:
            at = one.event.ts or one.received_at
            published += note_news(connection, one.channel_id, one.event.sentence, at)
    return published


def _whose(told: TemplateTold, channels: Mapping[str, Channel]) -> Iterator[str]:
    """All numbers of the account, as far as the same secret signs for them."""
    yield told.channel_id
    here = channels.get(told.channel_id)
    if here is None or told.event.business_account is None:
        return
    for other in channels.values():
        same = other.business_account == told.event.business_account
        if other.id != here.id and same and _same_sender(here, other, told.received_at):
            yield other.id


def _same_sender(one: Channel, other: Channel, at: Micros) -> bool:
    scheme = scheme_of(one)
    if other.state == "removed" or scheme.kind == "path" or scheme != scheme_of(other):
        return False
    return bool(one.secrets(at) & other.secrets(at))


def _changed(connection: Connection, channel_id: str, told: TemplateTold) -> bool:
    """Whether the template was known, so that what is told of it could be noted."""
    event = told.event
    here = (
        (_row.channel_id == channel_id)
        & (_row.name == event.name)
        & (_row.language == event.language)
    )
    if event.status == GONE:
        connection.execute(delete(templates).where(here))
        return True
    at = event.ts or told.received_at
    values = _values(event, at)
    if not values:
        return connection.execute(select(_row.id).where(here)).first() is not None
    newer = here & (_row.seen_at <= at)
    if connection.execute(update(templates).where(newer).values(values)).rowcount:
        return True
    return connection.execute(select(_row.id).where(here)).first() is not None


def _values(event: TemplateNews, at: Micros) -> dict[str, object]:
    """News that are older than the list say nothing that is not in it."""
    values: dict[str, object] = {}
    if event.status:
        values |= {"status": event.status, "reason": event.rejected_reason}
    if event.quality:
        values["quality"] = event.quality
    if event.category:
        values |= {"previous_category": _row.category, "category": event.category}
    return values | {"seen_at": at} if values else {}
