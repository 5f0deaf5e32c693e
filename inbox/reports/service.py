"""How many of a month's free messages of service a number has used, and until when they last."""

from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, func, select

from inbox.domain.errors import Missing
from inbox.domain.language import _
from inbox.domain.public import Billing, MonthOfService
from inbox.domain.times import DAY, Micros, iso
from inbox.domain.zones import day_of, month_of, start_of
from inbox.reports.cost import BY_CONVERSATION, accounts
from inbox.storage.tables import charges

FREE: Final = 1_000
"""Messages of service that a number may send in a month for nothing, since October 2026."""
_FREE_ANYWAY: Final = "free_entry_point"
"""Within three days after a click on an advert: they are not counted against it."""


def billing(connection: Connection, channel_id: str, now: Micros) -> Billing:
    found = accounts(connection, channel_id)
    if not found:
        raise Missing(_("There is no such channel."))
    [account] = found
    return {
        "currency": account.currency or None,
        "time_zone": account.zone,
        "month": month_of_service(connection, channel_id, account.zone, now),
    }


def month_of_service(
    connection: Connection, channel_id: str, zone: str, now: Micros
) -> MonthOfService:
    first, following = month_of(day_of(now, zone))
    start, end = start_of(first, zone), start_of(following, zone)
    of_service = _of_service(channel_id, start, end)
    counted = connection.execute(select(func.count()).select_from(charges).where(of_service))
    sent: int = counted.scalar_one()
    return {
        "month": f"{first:%Y-%m}",
        "sent": sent,
        "free": FREE,
        "used_up_at": _used_up_at(connection, channel_id, start, end) if sent >= FREE else None,
        "expected_at": _moment(forecast(sent, start, end, now)),
    }


def forecast(sent: int, start: Micros, end: Micros, now: Micros) -> Micros | None:
    """When the last free one will go out, if all days are like those so far.

    Less than a day is no ground for that: it counts as a whole one.
    """
    if not 0 < sent < FREE:
        return None
    at = now + (FREE - sent) * max(now - start, DAY) // sent
    return at if at < end else None


def _used_up_at(connection: Connection, channel_id: str, start: Micros, end: Micros) -> str | None:
    query = select(charges.c.at).where(_of_service(channel_id, start, end))
    last = query.order_by(charges.c.at).offset(FREE - 1).limit(1)
    return _moment(connection.execute(last).scalar())


def _of_service(channel_id: str, start: Micros, end: Micros) -> ColumnElement[bool]:
    return and_(
        charges.c.channel_id == channel_id,
        charges.c.at >= start,
        charges.c.at < end,
        charges.c.category == "service",
        charges.c.undelivered.is_(False),
        charges.c.model != BY_CONVERSATION,
        charges.c.kind != _FREE_ANYWAY,
    )


def _moment(at: Micros | None) -> str | None:
    return None if at is None else iso(at)
