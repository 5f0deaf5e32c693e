"""By which ids a channel's provider knows files of ours: one upload lasts while its id lives."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, delete, select

from inbox.domain import shapes
from inbox.domain.content import SendProblem
from inbox.domain.outgoing.brought import own_files
from inbox.domain.rows import MessageRow
from inbox.domain.times import HOUR, Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import provider_files

Place = tuple[str, str]
"""Digest and MIME type."""

_SPARE: Final[Micros] = HOUR
"""An id that ends so soon may do so before the message is there."""


_BAD_FILE: Final = frozenset({131052, 131053})
"""Meta's codes for a file that it took and could not use."""


def known_ids(
    connection: Connection, channel_id: str, wanted: Iterable[Place], now: Micros
) -> dict[Place, str]:
    """Those that the provider has, and will have for a while."""
    files = provider_files.c
    query = select(files.digest, files.mime_type, files.provider_file_id).where(
        files.channel_id == channel_id,
        files.digest.in_([digest for digest, _ in wanted]),
        files.until > now + _SPARE,
    )
    found = {(digest, mime): known for digest, mime, known in connection.execute(query)}
    return {place: found[place] for place in wanted if place in found}


def note_id(
    connection: Connection,
    channel_id: str,
    place: Place,
    provider_file_id: str,
    until: Micros,
    now: Micros,
) -> None:
    """Those that have ended go on this occasion."""
    connection.execute(delete(provider_files).where(provider_files.c.until <= now))
    digest, mime = place
    key = {"channel_id": channel_id, "digest": digest, "mime_type": mime}
    rest = {"provider_file_id": provider_file_id, "until": until}
    statement = insert(connection, provider_files).values(key | rest)
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=rest))


def forget_ids(connection: Connection, channel_id: str, places: Iterable[Place]) -> None:
    """The provider does not know them any more, whatever it said."""
    files = provider_files.c
    for digest, mime in places:
        gone = delete(provider_files).where(
            files.channel_id == channel_id, files.digest == digest, files.mime_type == mime
        )
        connection.execute(gone)


def forget_refused(connection: Connection, row: MessageRow) -> None:
    """Of a message that failed for its file, however late: the next try brings that anew."""
    problem: SendProblem | None = shapes.decoded(row["error"])
    if problem and problem.get("code") in _BAD_FILE:
        files = own_files(shapes.content_of(row["content"]))
        places = [(file["sha256"], file["mime"]) for file in files]
        forget_ids(connection, row["channel_id"], places)
