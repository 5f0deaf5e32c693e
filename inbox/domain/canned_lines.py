"""Canned responses as a table in a file: what of it can be read, line by line."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from inbox.domain.csv_files import read_cells, unfit_file
from inbox.domain.language import _

COLUMNS: Final = ("short_code", "content", "scope", "attachments", "team")
MOST_LINES: Final = 2_000


class CannedLine(NamedTuple):
    """``number``: where it begins, counted from one as editors do. ``attachments`` None: the table
    has no such column."""

    number: int
    short_code: str
    content: str
    scope: str
    attachments: Sequence[str] | None
    team: str = ""


def read_table(data: bytes) -> list[CannedLine]:
    """Those that say something. Raises ``Invalid`` where nothing can be known of what follows."""
    rows = read_cells(data)
    _at, head = next(rows, (1, []))
    columns = [cell.strip().lower() for cell in head]
    if not {"short_code", "content"} <= {*columns}:
        raise unfit_file(
            _(
                "The first line has to name the columns: short_code and content, and scope, team "
                "and attachments if you like."
            )
        )
    found: list[CannedLine] = []
    for number, cells in rows:
        if len(found) == MOST_LINES:
            raise unfit_file(_("At most %(most)s lines at once.", most=MOST_LINES))
        found.append(_line(number, dict(zip(columns, cells, strict=False))))
    if not found:
        raise unfit_file(_("There is no canned response in it."))
    return found


def _line(number: int, cells: dict[str, str]) -> CannedLine:
    files = cells.get("attachments")
    return CannedLine(
        number,
        cells.get("short_code", ""),
        cells.get("content", ""),
        cells.get("scope", "").strip().lower() or "personal",
        None if files is None else files.split(),
        " ".join(cells.get("team", "").split()),
    )
