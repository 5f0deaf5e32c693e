"""Which files are to be fetched, and by whom: rows, each written with what it belongs to.

Any process may take a job that nobody holds. Who holds one says so again and again; when it
stops doing so, it has died, and the job is anybody's. Fetching twice does no harm, so that is
all the care it needs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, or_, select, update

from inbox.domain import shapes
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.feed.log import NewEvent, append
from inbox.media.versions import reference_of, state
from inbox.providers.media import fetchable
from inbox.storage.dialect import insert
from inbox.storage.prepared import Prepared
from inbox.storage.tables import media_files, media_jobs, messages
from inbox.storage.views import message_shapes, previews

HOLD: Micros = 60 * SECOND
"""How long a job stays with who took it and has not been heard of since."""
WAITS = (5, 30, 120, 600)
"""Seconds between tries; after the last of them it is given up."""
LONGEST_WAIT: Micros = HOUR
LOST = "The file is no longer on this server's disk"
_SKEW: Micros = 10 * MINUTE
"""So far clocks may be apart. What is due later than it can be was written down before the clock
was set back, and is due now."""


class Missing(LookupError):
    """There is no such message."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to fetch. ``attempts`` counts this one; ``reference`` is the content's ``media``.

    ``digest``: of the file that was here before, if it was lost since.
    """

    message_id: str
    channel_id: str
    attempts: int
    deleted: bool
    reference: Mapping[str, Any]
    digest: str | None = None


_insert = Prepared(
    media_jobs.insert(), ("message_id", "channel_id", "due_at", "attempts", "holder")
)


def add(connection: Connection, rows: Sequence[Mapping[str, Any]], now: Micros) -> None:
    """Have the files of these new messages fetched; one statement, and none if there are none."""
    _insert.each(
        connection,
        [_new(row, now) for row in rows if _awaits(row["media"])],
    )


def _awaits(media: str | None) -> bool:
    return media is not None and shapes.decoded(media)["state"] == "waiting"


def _new(row: Mapping[Any, Any], now: Micros) -> dict[str, Any]:
    named = {"message_id": row["id"], "channel_id": row["channel_id"]}
    return named | {"due_at": now, "attempts": 0, "holder": None}


def _due(now: Micros) -> ColumnElement[bool]:
    due_at = media_jobs.c.due_at
    return or_(due_at <= now, due_at > now + LONGEST_WAIT + _SKEW)


def any_due(connection: Connection, now: Micros) -> bool:
    return (
        connection.execute(select(media_jobs.c.message_id).where(_due(now)).limit(1)).first()
        is not None
    )


def claim(connection: Connection, holder: str, limit: int, now: Micros) -> list[Job]:
    """Take what is due, the newest first: somebody is waiting for it, and history can wait."""
    jobs, of = media_jobs.c, messages.c
    query = (
        select(jobs.message_id, jobs.channel_id, jobs.attempts, of.deleted_at, of.content, of.media)
        .join_from(media_jobs, messages, of.id == jobs.message_id)
        .where(_due(now))
        .order_by(jobs.due_at.desc())
        .limit(limit)
        .with_for_update(of=media_jobs, skip_locked=True)
    )
    rows = connection.execute(query).all()
    if rows:
        connection.execute(
            update(media_jobs)
            .where(jobs.message_id.in_([row.message_id for row in rows]))
            .values(holder=holder, due_at=now + HOLD, attempts=jobs.attempts + 1)
        )
    return [
        Job(
            row.message_id,
            row.channel_id,
            row.attempts + 1,
            row.deleted_at is not None,
            reference_of(row.content) or {},
            (shapes.decoded(row.media) or {}).get("digest"),
        )
        for row in rows
    ]


def hold(connection: Connection, holder: str, now: Micros) -> None:
    """Say that we are still at work."""
    connection.execute(
        update(media_jobs).where(media_jobs.c.holder == holder).values(due_at=now + HOLD)
    )


def release(connection: Connection, holder: str, now: Micros) -> None:
    """Let go of all that we hold, unfinished: others may take it."""
    connection.execute(
        update(media_jobs)
        .where(media_jobs.c.holder == holder)
        .values(holder=None, due_at=now, attempts=media_jobs.c.attempts - 1)
    )


def expire(connection: Connection, now: Micros) -> None:
    """Nobody else is there: what anybody held is free."""
    connection.execute(
        update(media_jobs).where(media_jobs.c.holder.is_not(None)).values(holder=None, due_at=now)
    )


def postpone(
    connection: Connection, message_id: str, holder: str, due_at: Micros, counted: bool = True
) -> None:
    """Another try, later. Not ``counted``: it was no fault of the file's."""
    tries = media_jobs.c.attempts if counted else media_jobs.c.attempts - 1
    connection.execute(
        update(media_jobs)
        .where(*_ours(message_id, holder))
        .values(holder=None, due_at=due_at, attempts=tries)
    )


def finish(
    connection: Connection, job: Job, holder: str, outcome: Mapping[str, Any], now: Micros
) -> bool:
    """Write down what became of the file and publish it; False if it is no longer ours.

    ``outcome``: what ``messages.media`` holds, as ``domain.shapes.media`` reads it; with its
    ``digest`` if it is here. What was edited meanwhile awaits another file.
    """
    row = _locked(connection, job.message_id)
    if row is None or (reference_of(row["content"]) or {}) != job.reference:
        return False
    ours = delete(media_jobs).where(*_ours(job.message_id, holder))
    if connection.execute(ours.returning(media_jobs.c.message_id)).first() is None:
        return False
    if digest := outcome.get("digest"):
        statement = insert(connection, media_files).on_conflict_do_nothing()
        connection.execute(statement, {"message_id": job.message_id, "digest": digest})
    _tell(connection, row, outcome, now)
    return True


def follow(connection: Connection, rows: Sequence[Mapping[Any, Any]], now: Micros) -> None:
    """Fetch the files that these messages have by an edit, and no longer those before.

    Whoever is at one of those finds out when it is done. The rows of ``messages`` are locked.
    """
    for row in rows:
        if _awaits(row["media"]):
            _renew(connection, row, now)
        else:
            connection.execute(delete(media_jobs).where(media_jobs.c.message_id == row["id"]))


def _renew(connection: Connection, row: Mapping[Any, Any], now: Micros) -> None:
    fresh = _new(row, now)
    rest = {name: value for name, value in fresh.items() if name != "message_id"}
    statement = insert(connection, media_jobs).values(fresh)
    connection.execute(statement.on_conflict_do_update(index_elements=["message_id"], set_=rest))


def retry(connection: Connection, message_id: str, now: Micros) -> shapes.Shape:
    """Fetch anew what could not be had, once however often it is asked. Raises ``Missing``."""
    row = _locked(connection, message_id)
    if row is None:
        raise Missing("There is no such message.")
    known = shapes.decoded(row["media"]) or {}
    if known.get("state") in ("ready", "waiting") or not _begun(connection, row, now):
        return message_shapes(connection, [row])[0]
    return _tell(connection, row, _waiting_again(row, known), now)


def lost(connection: Connection, message_id: str, digest: str, here: bool, now: Micros) -> None:
    """Say that this file of the message is not on the disk any more.

    ``here``: only its thumbnail is not, which is made anew at once.
    """
    row = _locked(connection, message_id)
    if row is None or row["deleted_at"] is not None:
        return
    known = shapes.decoded(row["media"]) or {}
    if known.get("digest") != digest or known["state"] != "ready":
        return
    if here and _begun(connection, row, now):
        _tell(connection, row, _waiting_again(row, known), now)
        return
    gone = state("failed", reference_of(row["content"]) or {}, reason=LOST, digest=digest)
    _tell(connection, row, gone, now)


def _locked(connection: Connection, message_id: str) -> Mapping[Any, Any] | None:
    query = select(messages).where(messages.c.id == message_id).with_for_update()
    return connection.execute(query).mappings().first()


def _begun(connection: Connection, row: Mapping[Any, Any], now: Micros) -> bool:
    """Whether there is a job for it now: not if nothing says where the file is."""
    reference = reference_of(row["content"])
    if row["deleted_at"] is not None or not fetchable(reference):
        return False
    connection.execute(insert(connection, media_jobs).on_conflict_do_nothing(), _new(row, now))
    return True


def _waiting_again(row: Mapping[Any, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    reference = reference_of(row["content"]) or {}
    return state("waiting", reference, digest=known.get("digest"))


def _tell(
    connection: Connection, before: Mapping[Any, Any], media: Mapping[str, Any], now: Micros
) -> shapes.Shape:
    statement = (
        update(messages)
        .where(messages.c.id == before["id"])
        .values(media=shapes.encoded(media))
        .returning(*messages.c)
    )
    row = connection.execute(statement).mappings().one()
    message = message_shapes(connection, [row])[0]
    ids = (row["conversation_id"], row["contact_id"])
    events = [NewEvent("message:updated", message | {"changed": ["media"]}, *ids)]
    if (shapes.decoded(before["media"]) or {}).get("duration") != media.get("duration"):
        # The list says how long the last voice message is.
        shown = previews(connection, [row["id"]])
        events += [NewEvent("conversation:updated", shape, *ids) for shape in shown]
    append(connection, events, now)
    return message


def _ours(message_id: str, holder: str) -> tuple[ColumnElement[bool], ...]:
    return media_jobs.c.message_id == message_id, media_jobs.c.holder == holder


def held(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Those of the files that belong to a message."""
    query = select(media_files.c.digest).where(media_files.c.digest.in_(digests))
    return set(connection.execute(query).scalars())


def file_of(connection: Connection, message_id: str, start: str) -> shapes.Shape | None:
    """What is known of a message's file that is here, with its ``digest``.

    ``start`` of the digest tells an edited message's files apart; empty: the one it has now.
    None without one, or if the message was deleted.
    """
    query = select(messages.c.media, messages.c.previous).where(
        messages.c.id == message_id, messages.c.deleted_at.is_(None)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    earlier = [version.get("media") for version in shapes.decoded(row.previous) or ()]
    for known in (shapes.decoded(row.media), *(reversed(earlier) if start else ())):
        if known and known["state"] == "ready" and known["digest"].startswith(start):
            return dict(known)
    return None


def waiting(connection: Connection, most: int) -> tuple[int, Micros | None]:
    """How many files are to be fetched, up to ``most``, and when the first of them is due."""
    capped = select(media_jobs.c.message_id).limit(most).subquery()
    count = connection.execute(select(func.count()).select_from(capped)).scalar_one()
    return count, connection.execute(select(func.min(media_jobs.c.due_at))).scalar()
