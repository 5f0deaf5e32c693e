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
    lines.writerow(head)
    lines.writerows([harmless(cell) for cell in row] for row in rows)
    return written.getvalue()


def harmless(cell: object) -> str:
    words = "" if cell is None else str(cell)
    return f"'{words}" if words.lstrip(" \u00a0").startswith(_BEGINS_A_FORMULA) else words
