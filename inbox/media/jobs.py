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
from inbox.domain.text import present
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros
from inbox.feed.log import NewEvent, append
from inbox.providers.media import fetchable
from inbox.storage.dialect import insert
from inbox.storage.prepared import Prepared
from inbox.storage.tables import media_files, media_jobs, messages
from inbox.storage.views import message_shapes

HOLD: Micros = 60 * SECOND
"""How long a job stays with who took it and has not been heard of since."""
WAITS = (5, 30, 120, 600)
"""Seconds between tries; after the last of them it is given up."""
LONGEST_WAIT: Micros = HOUR
_SKEW: Micros = 10 * MINUTE
"""So far clocks may be apart. What is due later than it can be was written down before the clock
was set back, and is due now."""


class Missing(LookupError):
    """There is no such message."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file to fetch. ``attempts`` counts this one; ``reference`` is the content's ``media``."""

    message_id: str
    channel_id: str
    attempts: int
    type: str
    deleted: bool
    reference: Mapping[str, Any]


def expected(reference: object) -> str | None:
    """``messages.media`` of a message that has just come."""
    if not isinstance(reference, dict) or not reference:
        return None
    if fetchable(reference):
        return _state("waiting", reference)
    return _state("failed", reference, reason="The message came without its file")


def _state(state: str, reference: Mapping[str, Any], **facts: Any) -> str:
    known = present(
        mime_type=_bare(reference.get("mime") or reference.get("mime_type")),
        filename=reference.get("filename"),
        bytes=reference.get("size"),
    )
    return shapes.encoded({"state": state} | known | present(**facts))


def _bare(mime: object) -> str | None:
    return mime.partition(";")[0].strip().lower() if isinstance(mime, str) else None


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
        select(jobs.message_id, jobs.channel_id, jobs.attempts, of.type, of.deleted_at, of.content)
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
            row.type,
            row.deleted_at is not None,
            shapes.decoded(row.content).get("media") or {},
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
    connection: Connection,
    message_id: str,
    holder: str,
    outcome: Mapping[str, Any],
    now: Micros,
    digest: str | None = None,
) -> bool:
    """Write down what became of the file and publish it; False if it is no longer ours.

    ``outcome``: what ``messages.media`` holds, as ``domain.shapes.media`` reads it.
    """
    ours = delete(media_jobs).where(*_ours(message_id, holder)).returning(media_jobs.c.message_id)
    if connection.execute(ours).first() is None:
        return False
    if digest is not None:
        statement = insert(connection, media_files).values(message_id=message_id, digest=digest)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["message_id"], set_={"digest": statement.excluded.digest}
            )
        )
    _tell(connection, message_id, shapes.encoded(outcome), now)
    return True


def retry(connection: Connection, message_id: str, now: Micros) -> shapes.Shape:
    """Fetch anew what could not be had, once however often it is asked. Raises ``Missing``."""
    query = select(messages).where(messages.c.id == message_id).with_for_update()
    row = connection.execute(query).mappings().first()
    if row is None:
        raise Missing("There is no such message.")
    reference = (shapes.decoded(row["content"]) or {}).get("media")
    known = shapes.decoded(row["media"]) or {}
    done = known.get("state") in ("ready", "waiting") or row["deleted_at"] is not None
    if done or not isinstance(reference, dict) or not fetchable(reference):
        return message_shapes(connection, [row])[0]
    statement = insert(connection, media_jobs).on_conflict_do_nothing()
    connection.execute(statement, _new(row, now))
    return _tell(connection, message_id, _state("waiting", reference), now)


def _tell(connection: Connection, message_id: str, media: str, now: Micros) -> shapes.Shape:
    statement = (
        update(messages)
        .where(messages.c.id == message_id)
        .values(media=media)
        .returning(*messages.c)
    )
    row = connection.execute(statement).mappings().one()
    message = message_shapes(connection, [row])[0]
    ids = (row["conversation_id"], row["contact_id"])
    append(connection, [NewEvent("message:updated", message | {"changed": ["media"]}, *ids)], now)
    return message


def _ours(message_id: str, holder: str) -> tuple[ColumnElement[bool], ...]:
    return media_jobs.c.message_id == message_id, media_jobs.c.holder == holder


def held(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Those of the files that belong to a message."""
    query = select(media_files.c.digest).where(media_files.c.digest.in_(digests))
    return set(connection.execute(query).scalars())


def digest_of(connection: Connection, message_id: str) -> tuple[str, shapes.Shape] | None:
    """The file of a message and what is known of it; None without one, or if it was deleted."""
    query = (
        select(media_files.c.digest, messages.c.media)
        .join_from(media_files, messages, messages.c.id == media_files.c.message_id)
        .where(messages.c.id == message_id, messages.c.deleted_at.is_(None))
    )
    row = connection.execute(query).first()
    return None if row is None else (row.digest, shapes.decoded(row.media))


def waiting(connection: Connection, most: int) -> tuple[int, Micros | None]:
    """How many files are to be fetched, up to ``most``, and when the first of them is due."""
    capped = select(media_jobs.c.message_id).limit(most).subquery()
    count = connection.execute(select(func.count()).select_from(capped)).scalar_one()
    return count, connection.execute(select(func.min(media_jobs.c.due_at))).scalar()
