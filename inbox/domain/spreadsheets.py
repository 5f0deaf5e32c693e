"""Tables as CSV that a spreadsheet opens without doing what somebody wrote into a cell."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

_BEGINS_A_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def table_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV by RFC 4180. What would begin a formula has an apostrophe before it."""
    written = io.StringIO()
    lines = csv.writer(written, lineterminator="\r\n")
    if head:
        lines.writerow(head)
    lines.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def harmless(cell: object) -> str:
    words = "" if cell is None else str(cell)
    return f"'{words}" if _dangerous(words) else words


def as_meant(cell: str) -> str:
    """What ``harmless`` made this of: the apostrophe before a formula is no part of it."""
    return cell[1:] if cell.startswith("'") and _dangerous(cell[1:]) else cell


def _dangerous(words: str) -> bool:
    """Also with apostrophes before it, so that of two one can be taken away again."""
    return words.lstrip("'").lstrip(" \u00a0").startswith(_BEGINS_A_FORMULA)
