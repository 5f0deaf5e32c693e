"""Tables that somebody brings as a file: CSV as spreadsheets write it, line by line."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.spreadsheets import as_meant

MOST_BYTES: Final = 4 * 1024 * 1024
_SEPARATORS: Final = ",;\t"
_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                 (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip


def read_cells(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Each line that says something, with the number of where it begins, counted from one.

    A text may go on over several lines. Raises ``Invalid`` where nothing can be known of what
    follows.
    """
    for number, cells in _rows(_text(data)):
        if any(cell.strip() for cell in cells):
            yield number, [as_meant(cell) for cell in cells]


def _text(data: bytes) -> str:
    """UTF-8, or UTF-16 that says so; anything else would be guessed."""
    if len(data) > MOST_BYTES:
        raise unfit_file(_("The file is too large: at most 4 MB."))
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
        raise unfit_file(sentence) from unknown


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
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
        raise unfit_file(sentence) from broken


def unfit_file(sentence: str) -> Invalid:
    return Invalid("file", sentence)
