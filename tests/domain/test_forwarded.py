"""What is passed on: nothing that WhatsApp would refuse, and what stays is told in words."""

from typing import Any

import pytest

from inbox.domain.content import Content, TypeName
from inbox.domain.errors import Invalid
from inbox.domain.outgoing.asked import said_by
from inbox.domain.outgoing.forwarded import said_again
from inbox.domain.stored import StoredFile
from tests.domain.test_outgoing import GOOD

PHOTO: StoredFile = {
    "state": "ready",
    "digest": "ab" * 32,
    "mime_type": "image/jpeg",
    "bytes": 900,
    "filename": "Shelf.jpg",
}


def voice(count: int) -> StoredFile:
    return {**PHOTO, "mime_type": "audio/ogg", "bytes": count}


@pytest.mark.parametrize("kind", ["location", "contacts"])
def test_what_we_can_say_is_passed_on_as_it_was(kind: str) -> None:
    said = next(one for one in map(said_by, GOOD.values()) if one.type == kind)
    assert said_again(said.type, said.content, None) == said


@pytest.mark.parametrize("type_name", ["button", "interactive"])
def test_what_was_pressed_or_offered_goes_as_its_words(type_name: TypeName) -> None:
    content: Content = {"text": "See https://example.com", "offer": {"type": "button"}}
    said = said_again(type_name, content, None)
    assert (said.type, said.content) == ("text", {"text": content["text"], "preview_url": True})


@pytest.mark.parametrize(
    ("type_name", "media", "file", "sent"),
    [
        ("image", {}, PHOTO, ("image", "image/jpeg")),
        ("image", {}, {**PHOTO, "mime_type": "image/webp"}, ("document", "image/webp")),
        ("video", {}, {**PHOTO, "mime_type": "video/mp4"}, ("video", "video/mp4")),
        ("audio", {"voice": True}, voice(9), ("audio", "audio/ogg; codecs=opus")),
        ("audio", {"voice": True}, voice(600_000), ("audio", "audio/ogg; codecs=opus")),
        ("audio", {}, voice(9), ("document", "audio/ogg; codecs=opus")),
        (
            "document",
            {},
            {**PHOTO, "mime_type": "application/pdf"},
            ("document", "application/pdf"),
        ),
    ],
)
def test_a_file_goes_as_what_whatsapp_takes_of_us(
    type_name: TypeName, media: Any, file: StoredFile, sent: tuple[str, str]
) -> None:
    said = said_again(type_name, {"media": media, "caption": "Third shelf"}, file)
    assert (said.type, said.content["media"]["mime"]) == sent
    assert said.content["media"]["sha256"] == file["digest"]
    recorded = bool(media) and file["bytes"] == 9
    assert said.content["media"].get("voice", False) is recorded
    assert ("caption" in said.content) is (said.type != "audio")


@pytest.mark.parametrize(
    ("type_name", "content", "file", "why"),
    [
        ("note", {"text": "ask Jim"}, None, "stay in your team"),
        ("template", {"text": "Hello"}, None, "choose it anew"),
        ("system", {"text": "They moved"}, None, "Notices"),
        ("order", {}, None, "Orders"),
        ("unsupported", {}, None, "nothing"),
        ("interactive", {"interactive": {"type": "nfm_reply"}}, None, "nothing"),
        ("location", {"location": {"lat": 200.0, "lng": 0.0}}, None, "nothing"),
        ("contacts", {"cards": [{"name": "Ada"}]}, None, "nothing"),
        ("image", {"media": {}}, {"state": "waiting"}, "not been fetched yet"),
        ("image", {"media": {}}, {"state": "failed"}, "could not be fetched"),
        ("image", {"media": {}}, {"state": "gone"}, "no longer there"),
        ("image", {"media": {}}, None, "could not be fetched"),
        ("document", {"media": {}}, {**PHOTO, "mime_type": "application/zip"}, "as PDF"),
    ],
)
def test_what_cannot_be_passed_on_says_why(
    type_name: TypeName, content: Content, file: StoredFile | None, why: str
) -> None:
    with pytest.raises(Invalid, match=why) as told:
        said_again(type_name, content, file)
    assert told.value.field == "message_id"


def test_of_a_card_goes_what_whatsapp_takes() -> None:
    card: Any = {
        "phones": ["+44 7700 900123"],
        "urls": ["example.com"],
        "org": "Bakery",
        "vcard": True,
        "vcard_text": "BEGIN:VCARD",
    }
    said = said_again("contacts", {"cards": [card]}, None)
    assert said.content["cards"] == [
        {"name": "Bakery", "phones": ["+44 7700 900123"], "org": "Bakery"}
    ]


def test_nothing_tells_from_whom_it_came() -> None:
    content: Content = {
        "text": "Hello",
        "signature": {"name": "Ana", "place": "before"},
        "referral": {"headline": "Ad"},
        "group_id": "1",
    }
    assert said_again("text", content, None).content == {"text": "Hello"}
