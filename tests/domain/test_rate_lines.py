"""A pasted rate card: what spreadsheets copy is read, and what is wrong is told by its line."""

import pytest

from inbox.domain.rate_card import Rate
from inbox.domain.rate_lines import MOST_FAULTS, MOST_LINES, read_lines
from inbox.domain.spreadsheets import harmless, table_text

BRITISH = Rate("EUR", "GB", "utility", "2026-10-01", "0.0442")
OTHERS = Rate("EUR", "", "service", "2026-10-01", "0.1")


@pytest.mark.parametrize(
    "text",
    [
        "EUR,GB,utility,2026-10-01,0.0442\nEUR,*,service,2026-10-01,0.10",
        "\ufeffcurrency,country,category,from,price\r\neur,gb,Utility,2026-10-01,0.0442\r\n"
        '"EUR",,"service",2026-10-01,"0.1"\r\n\r\n',
        "EUR\tGB\tutility\t2026-10-01\t0,0442\nEUR\t*\tservice\t2026-10-01\t0,1\n",
        "EUR; GB; utility; 2026-10-01; 0,0442\n\nEUR;;service;2026-10-01;0.1",
    ],
)
def test_what_spreadsheets_copy_is_read(text: str) -> None:
    assert read_lines(text) == ([BRITISH, OTHERS], [])


def test_each_fault_is_told_with_its_line() -> None:
    read = read_lines(
        "currency,country,category,from,price\n"
        "EUR,GB,utility,2026-10-01,0.0442\n"
        "EURO,GB,utility,2026-10-01,1\n"
        "EUR,Britain,utility,2026-10-01,1\n"
        "EUR,GB,<b>,2026-10-01,1\n"
        "EUR,GB,utility,1.10.2026,1\n"
        "EUR,GB,utility,2026-10-01,-1\n"
        "EUR,GB,utility\n"
        "EUR,GB,utility,2026-10-01,0.05\n"
    )
    assert [fault.line for fault in read.faults] == [3, 4, 5, 6, 7, 8, 9]
    words = " ".join(fault.sentence for fault in read.faults)
    for said in ("“EURO”", "“Britain”", "“<b>”", "“1.10.2026”", "“-1”", "3 columns", "Line 2 has"):
        assert said in words


def test_nothing_and_far_too_much_are_told_too() -> None:
    assert len(read_lines("").faults) == 1
    assert len(read_lines("?\n" * 1_000).faults) == MOST_FAULTS
    with pytest.raises(ValueError, match="At most"):
        read_lines("EUR,GB,utility,2026-10-01,1\n" * (MOST_LINES + 1))


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "＝1"])
def test_no_cell_begins_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert f"'{cell}" in table_text(["name"], [[cell]])


def test_a_cell_is_one_cell_whatever_is_in_it() -> None:
    assert table_text(["a", "b"], [['x,"y"\nz', None]]) == 'a,b\r\n"x,""y""\nz",\r\n'
