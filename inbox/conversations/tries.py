"""Tries to send that came to nothing: what an agent sees of them beside why it failed.

A message that went out at once has none, so nearly every send costs no statement for them.
"""

from collections.abc import Collection

from sqlalchemy import Connection, select

from inbox.domain.content import SendProblem
from inbox.domain.public import SendTry, TryEnd
from inbox.domain.rows import TryRow
from inbox.domain.times import Micros, iso
from inbox.storage.dialect import insert
from inbox.storage.tables import tries
from inbox.storage.typed_rows import all_rows

MOST = 20
"""Of each message; a person may press Retry for ever."""


def keep_try(
    connection: Connection, message_id: str, end: TryEnd, problem: SendProblem, now: Micros
) -> None:
    """Note one; of the same moment there is only one."""
    row: TryRow = {
        "message_id": message_id,
        "at": now,
        "end": end,
        "code": problem.get("code"),
        "title": problem.get("title", ""),
    }
    connection.execute(insert(connection, tries).values(row).on_conflict_do_nothing())


def tries_of(connection: Connection, message_ids: Collection[str]) -> dict[str, list[SendTry]]:
    """The latest of each of these messages, oldest first; nothing is asked for none."""
    found: dict[str, list[SendTry]] = {}
    if message_ids:
        query = select(tries).where(tries.c.message_id.in_(message_ids)).order_by(tries.c.at)
        for row in all_rows(TryRow, connection.execute(query)):
            found.setdefault(row["message_id"], []).append(_shape(row))
    return {message_id: all_of_it[-MOST:] for message_id, all_of_it in found.items()}


def _shape(row: TryRow) -> SendTry:
    told: SendTry = {"at": iso(row["at"]), "end": row["end"], "title": row["title"]}
    if row["code"] is not None:
        told["code"] = row["code"]
    return told
