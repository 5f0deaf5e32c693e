"""Law 24: what a file is, whatever its sender calls it, and by what name it is saved."""

import pytest

from inbox.media.kinds import file_kind
from inbox.web.present.file_names import disposition, safe_name
from tests.media.pictures import jpeg, sticker, voice

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("content", "declared", "mime"),
    [
        (jpeg(8, 8), "image/jpeg", "image/jpeg"),
        (jpeg(8, 8), "image/png", "image/jpeg"),
        (jpeg(8, 8), "text/html", "image/jpeg"),
        (sticker(), "image/webp", "image/webp"),
        (voice(), "audio/ogg; codecs=opus", "audio/ogg"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video/mp4", "video/mp4"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "audio/mp4", "audio/mp4"),
        (b"\0\0\0\x18ftypM4A \0\0\0\0", None, "audio/mp4"),
        (b"\x1aE\xdf\xa3\x93B\x82\x88matroskawebm", "video/webm", "video/webm"),
        (b"ID3\x04\0\0", "audio/mpeg", "audio/mpeg"),
        (b"\xff\xfb\x90\x64", "audio/mpeg", "audio/mpeg"),
        (b"\xff\xf1\x50\x80", "audio/aac", "audio/aac"),
    ],
)
def test_a_safe_kind_is_known_by_its_first_bytes(
    content: bytes, declared: str | None, mime: str
) -> None:
    assert file_kind(content, declared) == (mime, True)


@pytest.mark.parametrize(
    ("content", "declared", "mime"),
    [
        (SVG, "image/svg+xml", "application/octet-stream"),
        (SVG, "image/png", "application/octet-stream"),
        (HTML, "image/png", "application/octet-stream"),
        (HTML, "text/html", "text/html"),
        (HTML, "application/xhtml+xml", "application/xhtml+xml"),
        (b"%PDF-1.7", "application/pdf", "application/pdf"),
        (b"%PDF-1.7", "image/jpeg", "application/pdf"),
        (b"PK\x03\x04", "image/jpeg", "application/zip"),
        (b"\0\0\0\x18ftypheic\0\0", "image/jpeg", "image/heic"),
        (b"OggS\0\x02" + b"\0" * 22 + b"\x80theora", "video/ogg", "application/ogg"),
        (b"", "image/png", "application/octet-stream"),
        (b"\xff", None, "application/octet-stream"),
        (b"anything", "a/b\r\nSet-Cookie: x=y", "application/octet-stream"),
    ],
)
def test_what_may_hold_a_script_is_only_saved(
    content: bytes, declared: str | None, mime: str
) -> None:
    assert file_kind(content, declared) == (mime, False)


@pytest.mark.parametrize(
    ("said", "safe"),
    [
        ("invoice 2026.pdf", "invoice 2026.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\boot.ini", "_.._boot.ini"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "abSet-Cookie_ x.pdf"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("  .. ", "file.pdf"),
        ("", "file.pdf"),
        (None, "file.pdf"),
        ("Überweisung – 日本.pdf", "Überweisung – 日本.pdf"),
    ],
)
def test_a_hostile_name_becomes_a_plain_one(said: object, safe: str) -> None:
    assert safe_name(said, "application/pdf") == safe


def test_an_endless_name_keeps_its_ending() -> None:
    name = safe_name("x" * 9_000 + ".pdf", "application/pdf")
    assert len(name) == 120 and name.endswith("x.pdf")


def test_a_name_fits_into_a_header_and_keeps_its_letters() -> None:
    header = disposition("attachment", 'Über" %41 日本.pdf')
    assert header.isascii() and "\n" not in header
    assert header == (
        'attachment; filename="Uber_ _41 .pdf"; '
        "filename*=UTF-8''%C3%9Cber%22%20%2541%20%E6%97%A5%E6%9C%AC.pdf"
    )


def test_a_name_of_other_letters_keeps_its_ending_for_old_readers() -> None:
    assert 'filename="file.pdf"' in disposition("attachment", "日本.pdf")
    assert 'filename="file"' in disposition("attachment", "日本")
