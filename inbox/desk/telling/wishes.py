"""What a user wants to be told of; every page of theirs hears when that changes."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, delete, select

from inbox.domain.errors import Invalid
from inbox.domain.feed_events import NoticesUpdated
from inbox.domain.language import _
from inbox.domain.notices import (
    MESSAGE_WISHES,
    SOUNDS,
    NoticeSettings,
    NoticesWanted,
    QuietHours,
    WishesRow,
    as_clock,
    is_away,
    minutes_of,
    usual_wishes,
)
from inbox.domain.times import Micros, iso, moment_of
from inbox.domain.zones import is_zone
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.tables import channels, muted_channels, notice_wishes
from inbox.storage.typed_rows import all_rows

LONGEST_AWAY_TEXT = 40


def wishes_of(connection: Connection, user_ids: Collection[str]) -> dict[str, WishesRow]:
    """Of each of these users, whether they ever chose or not."""
    query = select(notice_wishes).where(notice_wishes.c.user_id.in_(user_ids))
    chosen = {row["user_id"]: row for row in all_rows(WishesRow, connection.execute(query))}
    return {one: chosen.get(one) or usual_wishes(one) for one in user_ids}


def muted_by(connection: Connection, user_ids: Collection[str]) -> set[tuple[str, str]]:
    """Pairs of user and channel."""
    muted = muted_channels.c
    query = select(muted.user_id, muted.channel_id).where(muted.user_id.in_(user_ids))
    return {(row.user_id, row.channel_id) for row in connection.execute(query)}


def notice_settings(connection: Connection, user_id: str, now: Micros) -> NoticeSettings:
    """What they are told of; somebody who is back by now is no longer away."""
    row = wishes_of(connection, [user_id])[user_id]
    muted = sorted(channel for _, channel in muted_by(connection, [user_id]))
    away, until = is_away(row, now), row["away_until"]
    return {
        "messages": row["messages"],
        "mentions": row["mentions"],
        "assignments": row["assignments"],
        "preview": row["preview"],
        "sound": row["sound"],
        "muted_channels": muted,
        "quiet_hours": _quiet_hours(row),
        "away": away,
        "away_until": iso(until) if away and until is not None else None,
    }


def zone_of(connection: Connection, user_id: str) -> str:
    """Whose clock their quiet hours went by last."""
    return wishes_of(connection, [user_id])[user_id]["time_zone"]


def _quiet_hours(row: WishesRow) -> QuietHours | None:
    start, end = row["quiet_start"], row["quiet_end"]
    if start is None or end is None:
        return None
    return {"start": as_clock(start), "end": as_clock(end), "time_zone": row["time_zone"]}


def change_notice_settings(
    connection: Connection, user_id: str, wanted: NoticesWanted, now: Micros
) -> NoticeSettings:
    """What is not named stays; raises ``Invalid``."""
    row = {**wishes_of(connection, [user_id])[user_id], **_columns(wanted, now)}
    statement = insert(connection, notice_wishes).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["user_id"], set_=row))
    if "muted_channels" in wanted:
        _mute(connection, user_id, wanted["muted_channels"])
    settings = notice_settings(connection, user_id, now)
    append(connection, [NoticesUpdated(settings, user_id=user_id)], now)
    return settings


def _columns(wanted: NoticesWanted, now: Micros) -> dict[str, object]:
    columns: dict[str, object] = {}
    if "mentions" in wanted:
        columns["mentions"] = wanted["mentions"]
    if "assignments" in wanted:
        columns["assignments"] = wanted["assignments"]
    if "preview" in wanted:
        columns["preview"] = wanted["preview"]
    if "messages" in wanted:
        columns["messages"] = _one_of("messages", wanted["messages"], MESSAGE_WISHES)
    if "sound" in wanted:
        columns["sound"] = _one_of("sound", wanted["sound"], SOUNDS)
    if "quiet_hours" in wanted:
        columns |= _quiet_columns(wanted["quiet_hours"])
    if {"away", "away_until"} & wanted.keys():
        columns |= _away_columns(wanted, now)
    return columns


def _one_of(name: str, value: str, known: Iterable[str]) -> str:
    if value in known:
        return value
    raise Invalid(name, _("It is one of %(known)s.", known=", ".join(known)))


def _quiet_columns(wanted: QuietHours | None) -> dict[str, object]:
    if wanted is None:
        return {"quiet_start": None, "quiet_end": None}
    start, end = minutes_of(wanted["start"]), minutes_of(wanted["end"])
    if start is None or end is None:
        raise Invalid("quiet_hours", _("Quiet hours begin and end at a time like 22:00."))
    if start == end:
        raise Invalid(
            "quiet_hours",
            _("Quiet hours end at another time than they begin: to hear nothing, be away."),
        )
    if not is_zone(wanted["time_zone"]):
        raise Invalid("quiet_hours", _("A time zone is one like Europe/Berlin."))
    return {"quiet_start": start, "quiet_end": end, "time_zone": wanted["time_zone"]}


def _away_columns(wanted: NoticesWanted, now: Micros) -> dict[str, object]:
    """Who says until when is away; who is back is so without an end."""
    text = wanted.get("away_until")
    away = bool(wanted.get("away", text is not None))
    if not away or text is None:
        return {"away": away, "away_until": None}
    until = moment_of(str(text)[:LONGEST_AWAY_TEXT])
    if until is None or until <= now:
        raise Invalid("away_until", _("You are away until a time to come."))
    return {"away": True, "away_until": until}


def _mute(connection: Connection, user_id: str, channel_ids: Collection[str]) -> None:
    muted = muted_channels.c
    known = set(connection.execute(select(channels.c.id)).scalars())
    if set(channel_ids) - known:
        raise Invalid("muted_channels", _("One of these channels is not there."))
    connection.execute(delete(muted_channels).where(muted.user_id == user_id))
    rows = [{"user_id": user_id, "channel_id": one} for one in sorted(set(channel_ids))]
    if rows:
        connection.execute(insert(connection, muted_channels).values(rows))
