"""Canned responses from a table and as a table: each line is taken or said why not."""

from collections.abc import Sequence
from typing import Annotated, Final, Literal, TypedDict

from msgspec.structs import replace
from sqlalchemy import Connection, select

from inbox.conversations.uploads import whole_uploads
from inbox.desk import canned
from inbox.desk.wording import Author, Wording, checked_wording, scoped_owner
from inbox.domain.canned import CannedResponse
from inbox.domain.canned_lines import COLUMNS, CannedLine
from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.spreadsheets import table_text
from inbox.domain.standing import label_key
from inbox.domain.times import Micros
from inbox.storage.tables import teams

AT_ONCE: Final = 20
"""Lines that are written in one transaction: others write between them."""

Outcome = Literal["added", "changed", "unchanged", "refused"]


class TakenLine(TypedDict):
    """What became of a line of the table."""

    line: Annotated[int, says("Where it begins in the file, counted from one.")]
    short_code: Annotated[str, says("What it calls itself.")]
    outcome: Annotated[
        Outcome, says("`added`, `changed`, `unchanged` (it is there already) or `refused`.")
    ]
    detail: Annotated[str | None, says("Why it was refused, or what is missing, in words.")]


def canned_table(connection: Connection, author: Author) -> str:
    """All that this author can use, as ``take_lines`` reads it."""
    found: list[CannedResponse] = []
    after: str | None = ""
    while after is not None:
        page, after = canned.responses_page(connection, author, "", after, 500)
        found += page
    return table_text(COLUMNS, map(_cells, found))


def _cells(one: CannedResponse) -> list[str]:
    team = one["team"]["name"] if one["team"] else ""
    return [one["short_code"], one["content"], one["scope"], " ".join(one["attachments"]), team]


def take_lines(
    connection: Connection,
    author: Author,
    lines: Sequence[CannedLine],
    over: bool,
    preview: bool,
    now: Micros,
) -> list[TakenLine]:
    """``over``: replace what is there under the same code. ``preview``: nothing is written."""
    return [_taken(connection, author, one, (over, preview), now) for one in lines]


def twice(lines: Sequence[CannedLine]) -> dict[int, int]:
    """Lines whose short code an earlier line of the same scope has: number → that one's."""
    first: dict[tuple[str, str, str], int] = {}
    again = {}
    for one in lines:
        code = one.short_code.strip().removeprefix("/").lower()
        earlier = first.setdefault((one.scope, label_key(one.team), code), one.number)
        if earlier != one.number:
            again[one.number] = earlier
    return again


def _taken(
    connection: Connection,
    author: Author,
    line: CannedLine,
    how: tuple[bool, bool],
    now: Micros,
) -> TakenLine:
    over, preview = how
    said: TakenLine = {
        "line": line.number,
        "short_code": line.short_code[:80],
        "outcome": "refused",
        "detail": None,
    }
    try:
        wording, lost = _wording(connection, line)
        code, whose = checked_wording(wording)["short_code"], scoped_owner(author, wording)
        known = canned.under_code(connection, whose, code)
        said["outcome"] = _outcome(known, wording, line, over)
        if known is not None and line.attachments is None:
            wording = replace(wording, attachments=known["attachments"])
        if not preview and said["outcome"] == "added":
            canned.add(connection, author, wording, now)
        if not preview and known is not None and said["outcome"] == "changed":
            canned.change(connection, author, known["id"], wording, now)
    except Invalid as wrong:
        return said | {"outcome": "refused", "detail": str(wrong)}
    if lost:
        said["detail"] = _("Its files are not here: add them on its page.")
    return said


def _wording(connection: Connection, line: CannedLine) -> tuple[Wording, bool]:
    """What it says, and whether files that it names are not here."""
    named = line.attachments or ()
    here = whole_uploads(connection, named) if named else {}
    kept = [each for each in named if each in here]
    wording = Wording(
        short_code=line.short_code,
        content=line.content,
        scope=line.scope,
        team_id=_team_called(connection, line.team) if line.scope == "team" else None,
        attachments=kept,
    )
    return wording, len(kept) < len(named)


def _team_called(connection: Connection, name: str) -> str | None:
    """By its name, as a table does not know ids. Raises ``Invalid``."""
    if not name:
        return None
    for row in connection.execute(select(teams.c.id, teams.c.name)):
        if label_key(row.name) == label_key(name):
            return str(row.id)
    raise Invalid("team_id", _("There is no team %(name)s.", name=name[:50]))


def _outcome(
    known: CannedResponse | None, wording: Wording, line: CannedLine, over: bool
) -> Outcome:
    """Raises ``Invalid``."""
    if known is None:
        return "added"
    said = wording.content.replace("\r\n", "\n").strip()
    same_files = line.attachments is None or [*wording.attachments] == known["attachments"]
    if known["content"] == said and same_files:
        return "unchanged"
    if not over:
        sentence = _(
            "/%(code)s says something else already; it was not replaced.", code=known["short_code"]
        )
        raise Invalid("short_code", sentence)
    return "changed"
