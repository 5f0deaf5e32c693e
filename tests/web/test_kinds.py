"""Messages in one line: what the list, a quote and a screen reader call them."""

from pathlib import Path
from typing import Any

import pytest

from inbox.domain.message_types import DELETED, FINER, TYPES, UNSUPPORTED, playtime
from inbox.web.present.files import file_view
from inbox.web.present.message_types import described, glimpse_of, kind, preview, unsupported

HOME = Path(__file__).parents[2]


def of(kind_of: str, text: str = "", **about: Any) -> dict[str, Any]:
    return {"type": kind_of, "text": text, "about": about, "deleted_at": None}


@pytest.mark.parametrize(
    ("message", "line"),
    [
        (of("text", "> so\n*Yes*, _that_"), "so Yes, that"),
        (of("image"), "Photo"),
        (of("image", "the *dent*"), "the dent"),
        (of("audio", voice=True, duration=12), "Voice message 0:12"),
        (of("audio", duration=3729.4), "Audio 1:02:09"),
        (of("document", filename="a*b*.pdf"), "Document: a*b*.pdf"),
        (of("location", name="Eiffel Tower"), "Location: Eiffel Tower"),
        (of("contacts", name="Jonas", count=1), "Contact card: Jonas"),
        (of("contacts", name="Jonas", count=3), "Contact card: Jonas and 2 more"),
        (of("order", count=1), "Order of 1 item"),
        (of("order", count=3), "Order of 3 items"),
        (of("interactive", "Tuesday", kind="list_reply"), "Tuesday"),
        (of("interactive", kind="nfm_reply"), "Form"),
        (of("system", kind="user_changed_number"), "Changed their phone number"),
        (of("unsupported"), "Unsupported message"),
        (of("__proto__"), "Unsupported message"),
        (of("image") | {"deleted_at": "2026-11-21T10:00:00Z"}, "Deleted message"),
    ],
)
def test_a_line_says_what_a_message_is(message: dict[str, Any], line: str) -> None:
    assert preview(message) == line


def test_a_voice_message_is_told_from_a_sound_by_its_icon() -> None:
    assert kind(of("audio", voice=True)).icon == "mic"
    assert kind(of("audio")).icon == "audio"


def test_every_kind_has_words_of_its_own() -> None:
    assert all(described(of(name)) for name in TYPES)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (7.6, "0:08"), (65, "1:05"), (3600, "1:00:00"), (-3, "0:00")],
)
def test_a_length_reads_as_on_a_player(seconds: float, shown: str) -> None:
    assert playtime(seconds) == shown


def test_what_cannot_be_shown_says_what_it_was_and_why() -> None:
    poll = {
        "type": "unsupported",
        "content": {"unsupported": "poll_creation"},
        "error": {"code": 131051, "title": "Unknown"},
    }
    assert unsupported(poll).what == "This was a poll."
    assert "not give messages of this kind" in unsupported(poll).reason
    assert unsupported({"type": "unknown", "content": {}, "error": None}).reason


@pytest.mark.parametrize(
    ("content", "label"),
    [
        ({"template": {"name": "order_ready"}}, "Template: order_ready"),
        ({"template": {"language": "en"}}, "Template"),
        ({"media": {"url": "https://files.example/x"}}, "File"),
        ({}, "Unsupported message"),
    ],
)
def test_an_unknown_type_is_shown_as_what_it_brings(content: dict[str, Any], label: str) -> None:
    assert described({"type": "unknown", "content": content}) == label
    assert preview(glimpse_of({"id": "1", "type": "unknown", "content": content})) == label


def test_a_text_that_came_with_a_file_is_shown_with_it() -> None:
    content = {"caption": "look", "media": {"url": "https://files.example/x"}}
    message = {"type": "text", "content": content}
    assert kind(message).part == "file"
    assert file_view(message)["kind"] == "File"
    assert preview(glimpse_of(message | {"id": "1"})) == "look"


def test_every_record_has_a_partial_and_a_symbol() -> None:
    symbols = (HOME / "static" / "icons.svg").read_text()
    for known in (*TYPES.values(), *FINER.values(), UNSUPPORTED):
        assert (HOME / "templates" / "inbox" / "said" / f"{known.part}.html").is_file()
        assert f'id="{known.icon}"' in symbols, known
    assert f'id="{DELETED.icon}"' in symbols


def test_every_partial_shows_some_type() -> None:
    shown = {known.part for known in (*TYPES.values(), *FINER.values(), UNSUPPORTED)}
    partials = (HOME / "templates" / "inbox" / "said").glob("[!_]*.html")
    assert {path.stem for path in partials} == shown
