"""Contacts as a table in a file: its columns, and what of it can be read, line by line."""

from collections.abc import Collection
from typing import Annotated, Final, NamedTuple, TypedDict

from inbox.domain.csv_files import read_cells, unfit_file
from inbox.domain.fields import says
from inbox.domain.language import _

WHO: Final = ("id", "phone_number", "channel")
OURS: Final = ("name", "note")
TOLD: Final = ("profile_name", "username", "blocked", "created_at")
"""Columns that an export has for people to read; nobody changes these by a table."""
MOST_LINES: Final = 20_000


class ContactLine(NamedTuple):
    """``number``: where it begins, counted from one as editors do. ``cells``: by column."""

    number: int
    cells: dict[str, str]


class LineFault(TypedDict):
    """Something that keeps a line of the table out."""

    line: Annotated[int, says("Where it begins in the file, counted from one.")]
    column: Annotated[str, says("Which column it is; empty: the line as a whole.")]
    detail: Annotated[str, says("What is wrong, and what to do.")]


def read_contacts(data: bytes, keys: Collection[str]) -> list[ContactLine]:
    """``keys``: of the attributes, each a column. Raises ``Invalid`` of the file as a whole."""
    rows = read_cells(data)
    _at, head = next(rows, (1, []))
    columns = [cell.strip().lower() for cell in head]
    _check(columns, keys)
    found: list[ContactLine] = []
    for number, cells in rows:
        if len(found) == MOST_LINES:
            raise unfit_file(_("At most %(most)s lines at once.", most=MOST_LINES))
        found.append(ContactLine(number, dict(zip(columns, cells, strict=False))))
    if not found:
        raise unfit_file(_("There is no contact in it."))
    return found


def _check(columns: list[str], keys: Collection[str]) -> None:
    if not {"id", "phone_number"} & {*columns}:
        raise unfit_file(
            _("The first line has to name the columns, phone_number or id among them.")
        )
    for column in columns:
        if columns.count(column) > 1:
            raise unfit_file(_("Line 1 names the column “%(column)s” twice.", column=column[:80]))
        if column not in {*WHO, *OURS, *TOLD, *keys}:
            sentence = _(
                "Line 1 names the column “%(column)s”, which is no attribute of contacts. "
                "Define it first, or leave it out.",
                column=column[:80],
            )
            raise unfit_file(sentence)
