"""Canned responses as a table in a file: what of it can be read, line by line."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.spreadsheets import as_meant

COLUMNS: Final = ("short_code", "content", "scope", "attachments")
MOST_BYTES: Final = 4 * 1024 * 1024
MOST_LINES: Final = 2_000
_SEPARATORS: Final = ",;\t"
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                 (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


class CannedLine(NamedTuple):
    """``number``: where it begins, counted from one as editors do. ``attachments`` None: the table
    has no such column."""

    number: int
    short_code: str
    content: str
    scope: str
    attachments: Sequence[str] | None


def read_table(data: bytes) -> list[CannedLine]:
    """Those that say something. Raises ``Invalid`` where nothing can be known of what follows."""
    rows = _rows(_text(data))
    _at, head = next(rows, (1, []))
    columns = [cell.strip().lower() for cell in head]
    if not {"short_code", "content"} <= {*columns}:
        raise _wrong(
            _(
                "The first line has to name the columns: short_code and content, and scope and "
                "attachments if you like."
            )
        )
    found: list[CannedLine] = []
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if len(found) == MOST_LINES:
            raise _wrong(_("At most %(most)s lines at once.", most=MOST_LINES))
        found.append(_line(number, dict(zip(columns, map(as_meant, cells), strict=False))))
    if not found:
        raise _wrong(_("There is no canned response in it."))
    return found


def _line(number: int, cells: dict[str, str]) -> CannedLine:
    files = cells.get("attachments")
    return CannedLine(
        number,
        cells.get("short_code", ""),
        cells.get("content", ""),
        cells.get("scope", "").strip().lower() or "personal",
        None if files is None else files.split(),
    )


def _text(data: bytes) -> str:
    """UTF-8, or UTF-16 that says so; anything else would be guessed."""
    if len(data) > MOST_BYTES:
        raise _wrong(_("The file is too large: at most 4 MB."))
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as unknown:
        line = data[: unknown.start].count(b"\n") + 1
        sentence = _(
            "Line %(line)s is not written in UTF-8. Save the table as “CSV UTF-8” and bring it "
            "again.",
            line=line,
        )
        raise _wrong(sentence) from unknown


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """A text may go on over several lines."""
    first = text.partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for cells in lines:
            yield begins, cells
            begins = lines.line_num + 1
    except csv.Error as broken:
        sentence = _(
            "What begins in line %(line)s is no CSV: a quotation mark is missing, or too much.",
            line=begins,
        )
        raise _wrong(sentence) from broken


def _wrong(sentence: str) -> Invalid:
    return Invalid("file", sentence)
