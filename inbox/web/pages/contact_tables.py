"""Contacts as a file for spreadsheets, and what becomes of one that was brought."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Final, TypedDict

from litestar.response import Stream

from inbox.conversations.contact_details import attributes_in_order
from inbox.desk.contacts.table import AT_ONCE, columns_of, exported, take_contact_lines
from inbox.domain.contact_lines import ContactLine, LineFault, read_contacts
from inbox.domain.cursors import Cursor
from inbox.domain.fields import says
from inbox.domain.reach import Reach
from inbox.domain.spreadsheets import table_text
from inbox.web.context import AppContext

MOST_TOLD: Final = 1_000
"""Faults that are told: who has more of them has the wrong table."""
_NAMED: Final = {"Content-Disposition": 'attachment; filename="contacts.csv"'}


class TakenContacts(TypedDict):
    """What became of a table of contacts."""

    changed: Annotated[int, says("Lines by which something is known otherwise now.")]
    unchanged: Annotated[int, says("Lines that say what is known already.")]
    refused: Annotated[int, says("Lines that were not taken, as something in them is wrong.")]
    faults: Annotated[
        list[LineFault], says("What is wrong, each by line and column; 1,000 at most.")
    ]


class Taking(TypedDict):
    """How far it is."""

    done: int
    of: int
    result: TakenContacts


def contacts_answer(at: AppContext, reach: Reach, mark: str = "") -> Stream:
    """``mark``: what begins the file, by which spreadsheets know its encoding."""
    return Stream(_text(at, reach, mark), media_type="text/csv", headers=_NAMED)


async def _text(at: AppContext, reach: Reach, mark: str) -> AsyncIterator[str]:
    columns = await at.database.read(columns_of)
    yield mark + table_text(columns, [])
    cursor: Cursor | None = None
    while True:
        lines, cursor = await at.database.read(exported, reach, columns, cursor)
        yield table_text([], lines)
        if cursor is None:
            return


async def lines_brought(at: AppContext, data: bytes) -> list[ContactLine]:
    """Raises ``Invalid``."""
    keys = [one["key"] for one in await at.database.read(attributes_in_order)]
    return await asyncio.to_thread(read_contacts, data, keys)


async def take_contacts(
    at: AppContext, reach: Reach, lines: list[ContactLine], *, preview: bool
) -> AsyncIterator[Taking]:
    """By small portions, each with how far it is: others write between them."""
    result: TakenContacts = {"changed": 0, "unchanged": 0, "refused": 0, "faults": []}
    taken: dict[str, int] = {}
    work = at.database.read if preview else at.database.write
    for start in range(0, len(lines), AT_ONCE):
        some = lines[start : start + AT_ONCE]
        for line, one in zip(
            some,
            await work(take_contact_lines, reach, some, taken, preview, at.now()),
            strict=True,
        ):
            result[one.outcome] += 1
            taken |= dict.fromkeys(one.contact_ids, line.number)
            result["faults"] += one.faults[: MOST_TOLD - len(result["faults"])]
        yield {"done": start + len(some), "of": len(lines), "result": result}
