"""What WhatsApp takes of each kind of file, and in which words all else is refused."""

import pytest

from inbox.domain.errors import TooLarge, UnfitType
from inbox.domain.outgoing.files import (
    FILE_KINDS,
    LIMITS,
    MIMES,
    FileFacts,
    FileKind,
    check_file,
    declared_mime,
    gainsaid,
    sent_mime,
    usual_kind,
)
from tests.support.graph import files as graph
from tests.support.graph.wrong import Wrong

OFFICE = "application/vnd.openxmlformats-officedocument."


def facts(kind: FileKind, mime: str, count: int) -> FileFacts:
    return FileFacts(mime=mime, bytes=count, animated=kind == "sticker", opus=True)


@pytest.mark.parametrize("kind", sorted({*FILE_KINDS} - {"voice"}))
def test_what_is_taken_here_is_taken_by_meta(kind: FileKind) -> None:
    """A voice message is no file as it came: tests/media/test_voice.py says what is made of it."""
    for mime in MIMES[kind]:
        check_file(kind, facts(kind, mime, LIMITS[kind]))
        graph.kind_of(sent_mime(mime))
        graph.check_upload(kind, sent_mime(mime), LIMITS[kind])
        with pytest.raises(TooLarge, match="WhatsApp takes"):
            check_file(kind, facts(kind, mime, LIMITS[kind] + 1))
        with pytest.raises(Wrong):
            graph.check_upload(kind, sent_mime(mime), LIMITS[kind] + 1)


@pytest.mark.parametrize(
    ("kind", "mime"),
    [
        ("image", "image/heic"),
        ("image", "image/webp"),
        ("video", "video/quicktime"),
        ("video", "video/webm"),
        ("audio", "audio/webm"),
        ("document", "application/zip"),
        ("document", "application/octet-stream"),
        ("sticker", "image/png"),
    ],
)
def test_of_another_type_it_says_which_would_do(kind: FileKind, mime: str) -> None:
    with pytest.raises(UnfitType, match="WhatsApp takes") as refused:
        check_file(kind, FileFacts(mime=mime, bytes=1))
    assert mime in str(refused.value)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    ("kind", "file", "words"),
    [
        ("image", FileFacts(mime="image/png", bytes=0), "empty"),
        ("sticker", FileFacts(mime="image/webp", bytes=102_401), "100 KB"),
        ("audio", FileFacts(mime="audio/ogg", bytes=9), "Opus"),
        ("video", FileFacts(mime="video/mp4", bytes=9, codecs=frozenset({"hvc1"})), "HEVC"),
    ],
)
def test_what_meta_would_find_out_later_is_found_out_before(
    kind: FileKind, file: FileFacts, words: str
) -> None:
    with pytest.raises((TooLarge, UnfitType), match=words):
        check_file(kind, file)


@pytest.mark.parametrize(
    ("said", "name", "mime"),
    [
        ("", "Offer.DOCX", OFFICE + "wordprocessingml.document"),
        ("application/octet-stream", "prices.xlsx", OFFICE + "spreadsheetml.sheet"),
        ("application/zip", "slides.pptx", OFFICE + "presentationml.presentation"),
        ("text/plain; charset=utf-8", "people.csv", "text/csv"),
        ("image/jpeg", "photo", "image/jpeg"),
        ("application/pdf", "odd.txt", "application/pdf"),
        ("", "no ending", ""),
    ],
)
def test_a_browser_that_knows_no_type_is_helped_by_the_ending(
    said: str, name: str, mime: str
) -> None:
    assert declared_mime(said, name) == mime


def test_every_plain_text_goes_as_one_and_opus_is_named() -> None:
    assert {sent_mime(mime) for mime in ("text/csv", "text/x-log", "text/plain")} == {"text/plain"}
    assert sent_mime("audio/ogg") == "audio/ogg; codecs=opus"
    assert sent_mime("image/png") == "image/png"


def test_bytes_that_cannot_be_what_they_are_called_are_told() -> None:
    assert gainsaid("text/csv", b"\x7fELF\0\0")
    assert gainsaid("application/pdf", b"<html>")
    assert gainsaid(OFFICE + "spreadsheetml.sheet", b"name;price")
    assert not gainsaid("text/csv", b"name;price")


def test_each_type_has_a_usual_kind_that_takes_it() -> None:
    for kind in {*MIMES} - {"voice"}:
        for mime in MIMES[kind]:
            assert mime in MIMES[usual_kind(mime)]
