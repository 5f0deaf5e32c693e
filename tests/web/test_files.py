"""What a page says of a file, by what is known of it."""

from typing import Any

import pytest

from inbox.web.present.files import file_view

READY = {"state": "ready", "url": "/media/1?v=ab", "bytes": 9}


def shown(kind: str, known: dict[str, Any] | None, **reference: Any) -> dict[str, Any]:
    return file_view({"type": kind, "content": {"media": reference}, "media": known})


def test_a_file_that_nobody_asked_for_can_be_asked_for() -> None:
    """Of a message from before files were fetched."""
    told = shown("image", None, id="1")
    assert (told["state"], told["reason"]) == ("unasked", "The file was not fetched.")
    assert told["fetchable"] and not shown("image", None, missing=True)["fetchable"]
    assert shown("image", None, missing=True)["state"] == "missing"


@pytest.mark.parametrize(
    ("kind", "mime", "inline"),
    [
        ("image", "image/jpeg", False),  # without a thumbnail
        ("video", "video/mp4", True),
        ("video", "video/3gpp", False),
        ("audio", "audio/amr", False),
        ("document", "application/pdf", False),
    ],
)
def test_what_no_browser_shows_says_that_it_is_only_saved(
    kind: str, mime: str, inline: bool
) -> None:
    told = shown(kind, READY | {"mime_type": mime}, id="1")
    assert told["inline"] is inline
    assert bool(told["note"]) is (not inline and kind != "document")


def test_a_file_that_is_not_the_announced_one_says_so() -> None:
    known = READY | {"mime_type": "video/mp4", "verified": False}
    assert "announced" in shown("video", known, id="1")["note"]


def test_an_address_elsewhere_is_none() -> None:
    known = READY | {"url": "https://elsewhere.example/x", "mime_type": "video/mp4"}
    told = shown("video", known, id="1")
    assert (told["url"], told["inline"]) == ("", False)
