"""What the fields of WhatsAble's two products mean, and by what their messages are known."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from inbox.conversations.apply import outcome
from inbox.domain.channels import Channel
from inbox.domain.events import Event, Ignored, MessageEvent, Misread, StatusEvent, as_json
from inbox.domain.times import SECOND
from inbox.providers.registry import PROVIDERS, remarks
from inbox.receiving.routing import route
from tests.support.corpus import ANY_JSON
from tests.support.meta import NOW, SENT_AT

LINK = "https://api.insightssystem.com/vault/a.jpg"


def read(name: str, body: dict[str, Any]) -> Event:
    [event] = PROVIDERS[name].normalise(body, NOW, json.dumps(body).encode())
    return event


def dashboard(**facts: Any) -> MessageEvent:
    """The event of one ``incoming_message`` of WhatsAble's."""
    usual = {"phone_number": "12025550142", "last_message_of_user": "ok", "message_type": "text"}
    data = usual | {"user_timestamp": 1_750_000_000} | facts
    event = read("whatsable", {"event": "incoming_message", "data": data})
    bare = read("whatsable", data)
    assert isinstance(event, MessageEvent) and isinstance(bare, MessageEvent)
    # Only the bytes differ, which are the key of what has no time.
    assert replace(bare, key=event.key) == event
    assert bare.key == event.key or bare.ts is None
    return event


def notice(**facts: Any) -> MessageEvent:
    """The event of one message of Notifier's."""
    message = {"type": "text", "content": "ok", "timestamp": "2025-06-15T15:06:40Z"} | facts
    data = {"phone_number": "12025550142", "message": message}
    event = read("notifier", {"event_type": "incoming_message", "event_id": "e", "data": data})
    assert isinstance(event, MessageEvent)
    return event


def line(content: Any, at: Any, side: str = "user") -> dict[str, Any]:
    return {"type": side, "content": content, "timestamp": at, "content_type": "text"}


# The key ---------------------------------------------------------------------------------


def test_what_changes_between_two_deliveries_changes_no_key() -> None:
    link = "https://api.insightssystem.com/vault/a.jpg"
    kept = dashboard(message_type="image", attachment_url=link)
    again = dashboard(
        message_type="image",
        attachment_url=f"{link}?signature=2#x",
        conversation_paragraph="User: ok",
        last_message_of_bot="A colleague answered meanwhile",
        bot_timestamp=1_750_000_060,
        recipient_name="Amara",
        phone_number="+1 (202) 555-0142",
    )
    assert again.key == kept.key


@pytest.mark.parametrize(
    "other",
    [
        {"phone_number": "12025550143"},
        {"message_type": "image"},
        {"user_timestamp": 1_750_000_001},
        {"last_message_of_user": "ok!"},
        {"last_messages": [line("earlier", "2025-06-15T15:06:39.100Z")]},
    ],
)
def test_what_another_message_changes_changes_the_key(other: dict[str, Any]) -> None:
    assert dashboard(**other).key != dashboard().key


def test_two_equal_texts_of_one_second_are_told_apart_by_the_history() -> None:
    first, second = (
        dashboard(last_messages=json.dumps([line("ok", f"2025-06-15T15:06:40.{part}Z")]))
        for part in ("100", "900")
    )
    assert first.key != second.key


def test_without_any_time_only_the_same_bytes_are_the_same_message() -> None:
    one, two = dashboard(user_timestamp=None), dashboard(user_timestamp=0)
    assert one.key.startswith("raw:") and two.key.startswith("raw:")
    assert one.key != two.key
    event = read(
        "notifier", {"event_type": "incoming_message", "data": {"phone_number": 12025550142}}
    )
    assert event.key is not None and event.key.startswith("raw:")


# Whose, when, what -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "at"),
    [
        ({}, SENT_AT),
        ({"user_timestamp": "1750000000"}, SENT_AT),
        ({"user_timestamp": "1750000000250"}, SENT_AT + SECOND // 4),
        ({"user_timestamp": None, "user_last_message_time": 1_750_000_000}, SENT_AT),
        ({"user_timestamp": 0, "user_last_message_time": 1_750_000_000}, SENT_AT),
        ({"last_messages": [line("ok", "2025-06-15T15:06:40.250Z")]}, SENT_AT + SECOND // 4),
        ({"last_messages": [line("another", "2025-06-15T15:06:41Z")]}, SENT_AT),
        ({"last_messages": [line("ok", "2025-06-15T15:06:41Z", "bot")]}, SENT_AT),
        (
            {"user_timestamp": None, "last_messages": [line("another", "2025-06-15T15:06:40Z")]},
            SENT_AT,
        ),
        (
            {"last_messages": [line("ok", f"2025-06-15T15:06:4{n}Z") for n in (0, 2, 1)]},
            SENT_AT + 2 * SECOND,
        ),
        ({"user_timestamp": True}, None),
        ({"user_timestamp": 4_000_000_000}, None),
    ],
)
def test_the_time_of_a_message_is_the_best_that_is_told(facts: dict[str, Any], at: Any) -> None:
    assert dashboard(**facts).ts == at


@pytest.mark.parametrize(
    "history",
    [
        *(None, "", "[]", "User: ok", "{broken", "[" * 50_000, "[1e999]", "[NaN]", "\x00", 7),
        {"a": 1},
        [None, 1, "x", {}, {"type": ["user"]}, {"type": "user", "timestamp": "soon"}],
    ],
)
def test_a_history_that_says_nothing_does_no_harm(history: Any) -> None:
    assert dashboard(last_messages=history) == dashboard()


def test_what_the_business_said_is_read_from_its_side() -> None:
    event = dashboard(
        incoming_message=False, last_message_of_bot="At nine.", bot_last_message_time=1_750_000_030
    )
    assert (event.direction, event.text, event.ts) == ("out", "At nine.", SENT_AT + 30 * SECOND)
    for said in (True, None, 0, "false"):
        assert dashboard(incoming_message=said).direction == "in"


def test_what_names_no_author_may_be_a_reply_of_ours() -> None:
    for unnamed in ({}, {"send_by": ""}, {"send_by": None, "was_message_by_human": False}):
        assert dashboard(incoming_message=False, last_message_of_bot="x", **unnamed).echo is True
    for named in (
        {"send_by": "WhatsApp App"},
        {"was_message_by_human": True},
        {"attachment_url": LINK},
        {"incoming_message": True},
    ):
        assert dashboard(**({"incoming_message": False} | named)).echo is None


def test_the_account_of_an_event_is_no_contact() -> None:
    for event in (dashboard(user_id="6b0d7a52"), notice(user_id="6b0d7a52")):
        assert event.contact.user_id is None
        assert event.contact.wa_id == "12025550142"


def test_what_newer_products_add_is_left_alone() -> None:
    extra = {"labels": "vip,new", "note": None, "scheduled_messages": [1], "referral": None}
    assert dashboard(**extra) == dashboard()


def test_the_advert_that_brought_a_customer_is_kept() -> None:
    advert = {"source_url": "https://fb.me/x", "headline": "Sale", "source_type": 7, "x": [1]}
    for told in (advert, json.dumps(advert)):
        assert dashboard(referral=told).content["referral"] == {
            "source_url": "https://fb.me/x",
            "headline": "Sale",
            "source_type": "7",
        }
    for nothing in ("javascript:x", [], 7, {}):
        assert dashboard(referral=nothing) == dashboard()


def test_data_is_found_where_it_stands_and_loses_no_sibling() -> None:
    data = {"phone_number": "12025550142", "last_message_of_user": "ok", "user_timestamp": 1}
    whole = read("whatsable", {"event": "incoming_message", "data": data})
    assert isinstance(whole, MessageEvent)
    for body in (data, {"data": json.dumps(data)}, {"data": [data]}):
        assert read("whatsable", {"event": "incoming_message"} | body) == whole
    receipt = {"message_id": "wamid.1", "status": "read"}
    several = [receipt | {"message_id": f"wamid.{n}"} for n in range(3)]
    body = {"event": "message_status", "data": [several[0], None, 7, *several[1:], {}]}
    found = PROVIDERS["whatsable"].normalise(body, NOW, b"raw")
    keys = [each.key for each in found]
    assert keys == [*(f"st:wamid.{n}:read" for n in range(3)), None]
    timeless = [{"phone_number": "12025550142"}] * 2
    body = {"event": "incoming_message", "data": timeless}
    found = PROVIDERS["whatsable"].normalise(body, NOW, b"raw")
    assert len({each.key for each in found}) == 2


def test_a_file_has_a_link_and_a_kind_and_no_more() -> None:
    url = "https://api.insightssystem.com/vault/n.ogg"
    voice = dashboard(message_type="voice", attachment_url=url)
    assert (voice.type, voice.provider_type) == ("audio", "voice")
    assert voice.content == {"media": {"url": url, "voice": True}}
    assert dashboard(message_type="image").content == {"media": {"missing": True}}
    assert dashboard(message_type="hologram", attachment_url=url).content["media"] == {"url": url}
    for facts in ({"message_type": "text"}, {"message_type": None}):
        assert dashboard(attachment_url=url, **facts).content["media"] == {"url": url}


@pytest.mark.parametrize("media", [{"media": LINK}, {"media": {"url": LINK}}, {"media_url": LINK}])
def test_a_file_of_notifiers_may_be_nothing_but_an_address(media: dict[str, Any]) -> None:
    assert notice(type="image", **media).content["media"] == {"url": LINK}


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("51.5,-0.12", {"lat": 51.5, "lng": -0.12}),
        (" -33.86 , 151 ", {"lat": -33.86, "lng": 151.0}),
        ("0,0", {"lat": 0.0, "lng": 0.0}),
        *((words, None) for words in ("91,0", "0,181", "at home", "1,2,3", "١,٢", "1e9,0", "")),
    ],
)
def test_a_place_told_in_words_is_one_if_it_is_on_earth(words: str, place: Any) -> None:
    for event in (
        dashboard(message_type="location", last_message_of_user=words),
        notice(type="location", content=words),
    ):
        assert event.text == (words or None)
        assert event.content.get("location") == place


@pytest.mark.parametrize(
    ("said", "size"), [(7, 7), ("7", 7), (True, None), (-1, None), ("x", None)]
)
def test_a_file_of_notifiers_may_have_a_size_and_a_caption(said: Any, size: int | None) -> None:
    media = {"url": "https://api.insightssystem.com/v", "caption": "look", "file_size": said}
    event = notice(type="image", content="", media=media)
    assert event.text == "look"
    assert event.content["media"].get("size") == size


def test_a_message_of_notifiers_may_be_nothing_but_its_words() -> None:
    data = {"phone_number": "12025550142", "message": "hello"}
    body = {"event_type": "incoming_message", "event_id": "e", "data": data}
    event = read("notifier", body | {"timestamp": "2025-06-15T15:06:40Z"})
    assert isinstance(event, MessageEvent)
    assert (event.type, event.text, event.ts) == ("text", "hello", SENT_AT)


@pytest.mark.parametrize("key", ["location", "content"])
def test_a_place_of_notifiers_may_be_an_object(key: str) -> None:
    event = notice(**{"type": "location", key: {"latitude": 0, "longitude": 7.5, "name": "Pier"}})
    assert event.content == {"location": {"lat": 0, "lng": 7.5, "name": "Pier"}}


def test_words_without_a_type_are_a_text() -> None:
    assert notice(type=None).type == dashboard(message_type=None).type == "text"
    assert notice(type=None, content="").type == "unknown"


# Receipts, and what is nothing -----------------------------------------------------------


def test_a_receipt_stands_with_or_without_its_envelope_in_any_case() -> None:
    data = {"message_id": "wamid.1", "status": "READ", "timestamp": 1_750_000_000}
    for body in ({"event": "message_status", "data": data}, data):
        assert read("whatsable", body) == StatusEvent(
            key="st:wamid.1:read", ts=SENT_AT, message_id="wamid.1", status="read"
        )


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("whatsable", {}, "event"),
        ("whatsable", {"event": "note", "data": {"phone_number": "1"}}, "event"),
        ("whatsable", {"event": ["x"], "phone_number": "12025550142"}, "event"),
        ("whatsable", {"event": "message_status", "data": {"status": "read"}}, "status_without_id"),
        ("whatsable", {"event": "message_status", "data": {"message_id": "a"}}, "unknown_status"),
        ("whatsable", {"last_messages": "[]"}, "no_phone"),
        ("notifier", {}, "event"),
        ("notifier", {"event_type": "incoming_message", "data": []}, "no_phone"),
    ],
)
def test_what_tells_nothing_is_ignored_with_its_reason(
    name: str, body: dict[str, Any], reason: str
) -> None:
    event = read(name, body)
    assert isinstance(event, Ignored)
    assert event.reason == reason


@pytest.mark.parametrize("name", ["whatsable", "notifier"])
def test_a_webhook_to_try_it_with_leaves_nobody_behind(name: str) -> None:
    provider = PROVIDERS[name]
    body = json.loads(provider.sample(None, NOW))  # type: ignore[arg-type]  # these two look at no channel
    assert isinstance(read(name, body), StatusEvent | Ignored)


@pytest.mark.parametrize(
    ("version", "remarked"),
    [
        ("2025-04-01", False),
        (None, False),
        ([], False),
        ("2027-01-01", True),
        (3, True),
        ("v" * 500, True),
    ],
)
def test_a_version_that_is_new_is_read_and_remarked_on(version: Any, remarked: bool) -> None:
    data = {"phone_number": "12025550142", "message": {"content": "ok"}}
    body = {"event_type": "incoming_message", "event_id": "e", "data": data, "version": version}
    assert isinstance(read("notifier", body), MessageEvent)
    channel = Channel(id="1", name="Shop", provider="notifier", api_base="", key="k")
    facts = route("e1", NOW, channel, body, b"raw", lambda *_: None)
    assert len(facts.events) == 1
    assert bool(facts.strays) is remarked
    assert outcome(facts) == {"events": {"message": 1}, "ignored": facts.strays}
    assert len("".join(facts.strays)) < 80
    assert remarks(replace(channel, provider="whatsable"), body) == []


_FIELDS = [
    *("phone_number", "recipient_name", "last_messages", "last_message_of_user", "message_type"),
    *("attachment_url", "user_timestamp", "incoming_message", "message_id", "status", "timestamp"),
    *("error", "message", "conversation_id"),
]
_ENVELOPES = {
    "event": ("whatsable", {"event": "incoming_message"}),
    "status": ("whatsable", {"event": "message_status"}),
    "notice": ("notifier", {"event_type": "incoming_message", "event_id": "e"}),
}


@settings(deadline=None)
@given(
    st.sampled_from(list(_ENVELOPES)),
    st.dictionaries(st.sampled_from(_FIELDS), ANY_JSON | st.integers().map(str)),
)
def test_any_fields_are_read_without_raising(kind: str, fields: dict[str, Any]) -> None:
    name, envelope = _ENVELOPES[kind]
    for data in (fields, {"phone_number": "12025550142"} | fields):
        event = read(name, envelope | {"data": data})
        json.dumps(as_json(event), allow_nan=False, ensure_ascii=False).encode("utf-8")
        assert not isinstance(event, Misread)
