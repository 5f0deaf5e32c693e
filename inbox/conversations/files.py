"""What became of a message's file: in the message's row, and told to everybody."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, select, union_all, update

from inbox.conversations import file_jobs, publish
from inbox.conversations.file_jobs import FileJob
from inbox.conversations.file_versions import reference_of, state
from inbox.conversations.moved import refuse_misdirected
from inbox.conversations.queries import message_shapes, previews
from inbox.conversations.taking import take_message
from inbox.domain import shapes
from inbox.domain.content import Content
from inbox.domain.errors import Missing
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import N_, _
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow
from inbox.domain.stored import StoredFile, StoredVersion
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.dialect import insert
from inbox.storage.tables import media_files, messages, uploads
from inbox.storage.typed_rows import all_rows

LOST = N_("The file is no longer on this server's disk")


def finish(connection: Connection, job: FileJob, outcome: StoredFile, now: Micros) -> bool:
    """Write down what became of the file and publish it; False if it is no longer ours.

    ``outcome`` has its ``digest`` if it is here. What was edited meanwhile awaits another file.
    """
    row = take_message(connection, job.message_id)
    if row is None or (reference_of(row["content"]) or {}) != job.reference:
        return False
    if not file_jobs.QUEUE.finish(connection, job.claim):
        return False
    if digest := outcome.get("digest"):
        statement = insert(connection, media_files).on_conflict_do_nothing()
        connection.execute(statement, {"message_id": job.message_id, "digest": digest})
    _tell(connection, row, outcome, now)
    return True


def put_off(connection: Connection, job: FileJob, digest: str, due_at: Micros) -> None:
    """Have another try later at what stands on the disk already and need not be fetched again."""
    row = take_message(connection, job.message_id)
    if row is not None and (reference_of(row["content"]) or {}) == job.reference:
        known = _waiting_again(row, {"state": "waiting", "digest": digest})
        here = update(messages).where(messages.c.id == row["id"])
        connection.execute(here.values(media=shapes.encoded(known)))
    file_jobs.QUEUE.postpone(connection, job.claim, due_at, job.attempts)


def retry(
    connection: Connection,
    message_id: str,
    pictures: Collection[str],
    now: Micros,
    written_for: str = "",
) -> Message:
    """Fetch anew what could not be had, once however often it is asked.

    Raises ``Invalid`` and ``Missing``.

    ``pictures``: media types that should have a thumbnail; one without is tried again as well.
    """
    row = take_message(connection, message_id)
    if row is None:
        raise Missing(_("There is no such message."))
    refuse_misdirected(connection, written_for, row["conversation_id"])
    known: StoredFile | None = shapes.decoded(row["media"])
    if known and (known["state"] == "waiting" or _complete(known, pictures)):
        return message_shapes(connection, [row])[0]
    if not file_jobs.begin_job(connection, row, now):
        return message_shapes(connection, [row])[0]
    return _tell(connection, row, _waiting_again(row, known), now)


def _complete(known: StoredFile, pictures: Collection[str]) -> bool:
    small = known.get("thumbnail") or known.get("mime_type") not in pictures
    return known["state"] == "ready" and bool(small)


def lost(connection: Connection, message_id: str, digest: str, here: bool, now: Micros) -> None:
    """Say that this file of the message is not on the disk any more.

    ``here``: only its thumbnail is not, which is made anew at once.
    """
    row = take_message(connection, message_id)
    if row is None or row["deleted_at"] is not None:
        return
    known: StoredFile | None = shapes.decoded(row["media"])
    if known is None or known.get("digest") != digest or known["state"] != "ready":
        return
    if here and file_jobs.begin_job(connection, row, now):
        _tell(connection, row, _waiting_again(row, known), now)
        return
    gone = state("failed", reference_of(row["content"]) or {}, reason=LOST, digest=digest)
    _tell(connection, row, gone, now)


def _waiting_again(row: MessageRow, known: StoredFile | None) -> StoredFile:
    reference = reference_of(row["content"]) or {}
    return state("waiting", reference, digest=known.get("digest") if known else None)


def _tell(connection: Connection, before: MessageRow, media: StoredFile, now: Micros) -> Message:
    statement = (
        update(messages)
        .where(messages.c.id == before["id"])
        .values(media=shapes.encoded(media))
        .returning(*messages.c)
    )
    row = all_rows(MessageRow, connection.execute(statement))[0]
    message = message_shapes(connection, [row])[0]
    events: list[NewEvent] = [publish.message_updated(message, ["media"])]
    if (shapes.decoded(before["media"]) or {}).get("duration") != media.get("duration"):
        # The list says how long the last voice message is.
        shown = previews(connection, [row["id"]])
        events += [publish.conversation_updated(shape) for shape in shown]
    append(connection, events, now)
    return message


def file_of(connection: Connection, message_id: str, start: str) -> StoredFile | None:
    """What is known of a message's file that is here, with its ``digest``.

    ``start`` of the digest tells an edited message's files apart; empty: the one it has now.
    None without one, or if the message was deleted.
    """
    query = select(messages.c.media, messages.c.previous, messages.c.content).where(
        messages.c.id == message_id, messages.c.deleted_at.is_(None)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    now: StoredFile | None = shapes.decoded(row.media)
    before: list[StoredVersion] = shapes.decoded(row.previous) or []
    earlier = [version.get("media") for version in reversed(before)] if start else []
    for known in (now, *earlier):
        if known and known["state"] == "ready" and known["digest"].startswith(start):
            return known
    return _attached(shapes.content_of(row.content), start) if start else None


def _attached(content: Content, start: str) -> StoredFile | None:
    """Of a note, whose content says where its files are."""
    for one in content.get("attachments") or ():
        if one["sha256"].startswith(start):
            return {
                "state": "ready",
                "digest": one["sha256"],
                "mime_type": one["mime_type"],
                "filename": one["filename"],
                "thumbnail": "thumbnail_url" in one,
            }
    return None


def held(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Those of the files that belong to a message, are to be sent, or are kept to be."""
    sent = select(media_files.c.digest).where(media_files.c.digest.in_(digests))
    brought = select(uploads.c.digest).where(uploads.c.digest.in_(digests))
    return set(connection.execute(union_all(sent, brought)).scalars())
