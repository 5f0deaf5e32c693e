"""A stranger's contact card as a file: correct for any address book, and nothing but words."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.vcard import called, filename, vcard, with_vcard

CARD: dict[str, Any] = {
    "name": "Jonas Weiß; Sons, Inc",
    "phones": ["+44 7700 900123"],
    "emails": ["jonas@example.com"],
    "org": "Example, Buyer",
    "urls": ["https://example.com/jonas", "javascript:alert(1)"],
    "addresses": ["1 Road; Town"],
    "birthday": "1990-02-28",
}
HOSTILE = "A\r\nEND:VCARD\nBEGIN:VCARD\u2028TEL:900\x00\x1b[31m\\n"


def lines(card: dict[str, Any]) -> list[str]:
    """Unfolded, as a reader has them (RFC 2426, 2.6)."""
    text = re.sub(r"\r\n ", "", vcard(card).decode())
    assert text.endswith("\r\n")
    return text.removesuffix("\r\n").split("\r\n")


def test_a_card_says_what_was_shown() -> None:
    assert lines(CARD) == [
        "BEGIN:VCARD",
        "VERSION:3.0",
        r"N:;Jonas Weiß\; Sons\, Inc;;;",
        r"FN:Jonas Weiß\; Sons\, Inc",
        r"ORG:Example\, Buyer",
        "TEL;TYPE=CELL:+44 7700 900123",
        "EMAIL;TYPE=INTERNET:jonas@example.com",
        r"ADR:;;1 Road\; Town;;;;",
        "URL:https://example.com/jonas",
        "BDAY:1990-02-28",
        "END:VCARD",
    ]


@given(st.text() | st.just(HOSTILE))
def test_no_word_of_a_stranger_is_a_line_of_its_own(words: str) -> None:
    card = {"name": words, "phones": [words], "emails": [words], "org": words, "birthday": words}
    found = lines(card | {"urls": ["https://x.example/" + words], "addresses": [words]})
    names = [re.split("[:;]", line)[0] for line in found]
    wanted = ["BEGIN", "VERSION", "N", "FN", "ORG", "TEL", "EMAIL", "ADR", "URL", "END"]
    assert [name for name in names if name != "ORG"] == [n for n in wanted if n != "ORG"]
    assert not re.search(r"[\x00-\x1f\x7f\u2028\u2029]", "".join(found))


@given(st.text(max_size=300))
def test_no_line_is_longer_than_75_bytes_and_no_character_is_cut(words: str) -> None:
    for line in vcard({"name": words, "phones": []}).split(b"\r\n"):
        assert len(line) <= 75
        line.decode()


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Jonas Weiß", "Jonas Weiß.vcf"),
        ("../../etc/passwd", "etc passwd.vcf"),
        ("\u202efcv.exe", "fcv.exe.vcf"),
        ('a"\r\nSet-Cookie: x', "a Set-Cookie x.vcf"),
        ("CON", "contact.vcf"),
        ("\u200b", "contact.vcf"),
        ("x" * 300, "x" * 60 + ".vcf"),
    ],
)
def test_a_file_is_called_by_a_name_that_does_nothing(name: str, file: str) -> None:
    assert filename({"name": name, "phones": []}) == file


def test_a_card_that_is_only_a_vcard_shows_its_name_and_numbers() -> None:
    text = "BEGIN:VCARD\r\nFN:Bo <b>\r\nitem1.TEL;type=CELL;waid=1:+1 202-555-0143\r\nEND:VCARD"
    card = with_vcard({"phones": [], "vcard": True, "vcard_text": text})
    assert (called(card), card["phones"]) == ("Bo <b>", ["+1 202-555-0143"])
    known = {"name": "Jonas", "phones": [], "vcard_text": text}
    assert with_vcard(known) == known
    assert called(with_vcard({"phones": [], "vcard_text": "TEL" * 20_000})) == "Unnamed contact"
