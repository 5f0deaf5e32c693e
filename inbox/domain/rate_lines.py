"""A rate card as a table that was pasted: from a spreadsheet, a file, or typed by hand."""

import csv
from collections.abc import Iterator
from typing import Final, NamedTuple

from inbox.domain.errors import Invalid
from inbox.domain.language import _, ngettext
from inbox.domain.rate_card import Rate, RateKey, checked_rate

MOST_LINES: Final = 5_000
MOST_FAULTS: Final = 20
"""Told at once: who has more has pasted something else."""
COLUMNS: Final = ("currency", "country", "category", "from", "price")
_SEPARATORS: Final = "\t;,"


class FaultyLine(NamedTuple):
    """What is wrong in a line, counted from one as editors do."""

    line: int
    sentence: str


class PastedRates(NamedTuple):
    """``rates`` are only of use if there are no ``faults``."""

    rates: list[Rate]
    faults: list[FaultyLine]


def read_lines(text: str) -> PastedRates:
    """Columns apart by tabs, semicolons or commas, with or without a line of their names."""
    found: dict[RateKey, Rate] = {}
    first_at: dict[RateKey, int] = {}
    faults: list[FaultyLine] = []
    for line, cells in _lines(text):
        if len(faults) == MOST_FAULTS:
            break
        try:
            rate = _rate(cells)
        except Invalid as wrong:
            faults.append(FaultyLine(line, str(wrong)))
            continue
        if found.setdefault(rate.key, rate) != rate:
            sentence = _("Line %(line)s has another price for the same.", line=first_at[rate.key])
            faults.append(FaultyLine(line, sentence))
        first_at.setdefault(rate.key, line)
    if not found and not faults:
        faults.append(FaultyLine(1, _("There is no rate in it.")))
    return PastedRates(list(found.values()), faults)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Those that say something, but for the names of the columns."""
    lines = text.removeprefix("\ufeff").splitlines()
    separator = next((each for each in _SEPARATORS if each in text), ",")
    for number, line in enumerate(lines[: MOST_LINES + 1], 1):
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])]
        if not any(cells) or (number == 1 and cells[0].lower() == COLUMNS[0]):
            continue
        if number > MOST_LINES:
            raise Invalid("lines", _("At most %(most)s lines at once.", most=MOST_LINES))
        # Whose columns are apart by something else may write decimals with a comma.
        yield number, cells if separator == "," else [*cells[:4], *_decimal(cells[4:])]


def _decimal(cells: list[str]) -> list[str]:
    return [cells[0].replace(",", "."), *cells[1:]] if cells else []


def _rate(cells: list[str]) -> Rate:
    if len(cells) != len(COLUMNS):
        columns = ", ".join(COLUMNS)
        raise Invalid(
            "line",
            ngettext(
                "It has %(num)s column instead of five: %(columns)s.",
                "It has %(num)s columns instead of five: %(columns)s.",
                len(cells),
                columns=columns,
            ),
        )
    return checked_rate(*cells)
