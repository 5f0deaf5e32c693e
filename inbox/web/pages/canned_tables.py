"""Canned responses as a file for spreadsheets, and what became of one that was brought."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Final, TypedDict

from litestar import Response

from inbox.desk.canned_table import AT_ONCE, TakenLine, take_lines, twice
from inbox.desk.wording import Author
from inbox.domain.canned_lines import CannedLine, read_table
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.web.context import AppContext

_NAMED: Final = {"Content-Disposition": 'attachment; filename="canned-responses.csv"'}


class TakenTable(TypedDict):
    """What became of a table of canned responses."""

    added: Annotated[int, says("How many are new.")]
    changed: Annotated[int, says("How many say something else now.")]
    unchanged: Annotated[int, says("How many were there already.")]
    refused: Annotated[int, says("How many were not taken.")]
    lines: Annotated[list[TakenLine], says("The lines of the file, each with its outcome.")]


def table_answer(text: str) -> Response[str]:
    return Response(text, media_type="text/csv", headers=_NAMED)


async def take_table(
    at: AppContext, author: Author, data: bytes, *, replace: bool, preview: bool
) -> TakenTable:
    """Line by line, and what is wrong with one keeps no other out. Raises ``Invalid``."""
    read = await asyncio.to_thread(read_table, data)
    again = twice(read)
    once = [one for one in read if one.number not in again]
    taken = [_again(one, again[one.number]) for one in read if one.number in again]
    for start in range(0, len(once), AT_ONCE):
        some = once[start : start + AT_ONCE]
        taken += await _take(at, author, some, replace=replace, preview=preview)
    counts = Counter(one["outcome"] for one in taken)
    return {
        "added": counts["added"],
        "changed": counts["changed"],
        "unchanged": counts["unchanged"],
        "refused": counts["refused"],
        "lines": sorted(taken, key=lambda one: one["line"]),
    }


async def _take(
    at: AppContext, author: Author, lines: Sequence[CannedLine], *, replace: bool, preview: bool
) -> list[TakenLine]:
    work = at.database.read if preview else at.database.write
    return await work(take_lines, author, lines, replace, preview, at.now())


def _again(line: CannedLine, earlier: int) -> TakenLine:
    return {
        "line": line.number,
        "short_code": line.short_code[:80],
        "outcome": "refused",
        "detail": _("Line %(line)s has this short code already.", line=earlier),
    }
