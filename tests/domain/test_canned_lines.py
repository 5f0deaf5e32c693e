"""A table of canned responses, as spreadsheets and strangers write it."""

import pytest

from inbox.domain.canned_lines import MOST_LINES, read_table
from inbox.domain.csv_files import MOST_BYTES
from inbox.domain.errors import Invalid
from inbox.domain.spreadsheets import as_meant, harmless, table_text

TABLE = (
    'short_code,content,scope\r\nhours,"Zoë, we open\r\nat nine",everybody\r\n,,\r\nbye,Bye,\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_it_is_read_as_spreadsheets_save_it(encoding: str, separator: str) -> None:
    """With the line where each begins, though one goes on over several."""
    text = TABLE.replace("Zoë, we", "Zoë we").replace(",", separator)
    one, other = read_table(text.encode(encoding))
    assert one == (2, "hours", "Zoë we open\r\nat nine", "everybody", None, "")
    assert (other.number, other.short_code, other.scope) == (5, "bye", "personal")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "first line has to name"),
        (b"code,text\nx,y\n", "first line has to name"),
        (b"short_code,content\n", "no canned response"),
        (b"short_code,content\nx,y\nz,Stra\xdfe\n", "Line 3 is not written in UTF-8"),
        (b'short_code,content\nx,y\nz,"open\n', "begins in line 3"),
        (b'short_code,content\nz,"a"b\n', "begins in line 2"),
        (b"short_code,content\nx," + b"y" * 200_000, "begins in line 2"),
        (b"short_code,content\n" + b"x,y\n" * (MOST_LINES + 1), "At most"),
        (b"x" * (MOST_BYTES + 1), "4 MB"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_line(data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words) as refusal:
        read_table(data)
    assert refusal.value.field == "file"


@pytest.mark.parametrize(
    "cell", ["=1+1", "'=1+1", "''-x", "'quoted'", "@here", "-", "plain", "", "'"]
)
def test_what_is_written_as_a_table_is_read_as_it_was(cell: str) -> None:
    """No cell begins a formula, and none is changed by going there and back."""
    assert not harmless(cell).startswith(("=", "-", "@"))
    assert as_meant(harmless(cell)) == cell
    [line] = read_table(table_text(["short_code", "content"], [["x", cell]]).encode())
    assert line.content == cell
