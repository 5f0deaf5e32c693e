"""What Meta's elements mean: joins, echoes, edits, receipts and the awkward types."""

from typing import Any

import pytest

from inbox.domain.events import (
    EditEvent,
    Ignored,
    MessageEvent,
    Misread,
    ReactionEvent,
    RevokeEvent,
    StatusEvent,
    as_json,
)
from inbox.domain.times import SECOND
from inbox.providers.cloud_api import content
from tests.support.corpus import body, same
from tests.support.meta import ACCOUNT, SENT_AT, message, normalise, of_value, only, status


def test_every_event_names_the_business_number_it_is_about() -> None:
    events = normalise(body("meta/batch_multi_entry.json"))
    about = [event.account for event in events if not isinstance(event, Ignored)]
    assert about == [ACCOUNT, ACCOUNT, ACCOUNT, "208765432109876"]


def test_a_body_without_metadata_leaves_the_number_to_the_url() -> None:
    change = {"field": "messages", "value": {"statuses": [status()]}}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    [event] = normalise(body)
    assert isinstance(event, StatusEvent)
    assert event.account is None


def test_messages_statuses_and_errors_come_in_this_order_whatever_order_they_are_in() -> None:
    found = of_value(errors=[{"code": 1}], statuses=[status()], messages=[message(type="text")])
    assert [as_json(event)["kind"] for event in found] == ["message", "status", "error"]


def test_a_surprise_in_one_element_never_loses_its_siblings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = content.read_content

    def explode(part: dict[str, Any]) -> Any:
        if part["id"] == "wamid.2":
            raise RecursionError
        return read(part)

    monkeypatch.setattr(content, "read_content", explode)
    three = [message(id=f"wamid.{n}", type="text") for n in (1, 2, 3)]
    first, second, third = of_value(messages=three)
    assert isinstance(second, Misread) and second.account == ACCOUNT
    assert (first.key, third.key) == ("msg:wamid.1", "msg:wamid.3")


def test_a_receipt_of_a_call_moves_no_tick() -> None:
    [under_calls] = of_value("calls", statuses=[status()])
    [typed] = of_value(
        statuses=[
            status(type="call"),
        ]
    )
    assert isinstance(under_calls, Ignored)
    assert isinstance(typed, Ignored)
    [plain] = of_value(statuses=[status(type="message")])
    assert isinstance(plain, StatusEvent)


def test_a_message_from_the_phone_app_goes_out_to_its_customer() -> None:
    echo = message(**{"from": "12025550100"}, to="12025550142", type="text", text={"body": "Hi"})
    [event] = of_value("message_echoes", message_echoes=[echo])
    assert isinstance(event, MessageEvent)
    assert (event.direction, event.contact.wa_id) == ("out", "12025550142")


def test_an_echo_may_edit_and_revoke_too() -> None:
    edit = {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "b"}}}
    revoke = {"original_message_id": "wamid.0"}
    echoes = [message(type="edit", edit=edit), message(type="revoke", revoke=revoke)]
    edited, revoked = of_value("smb_message_echoes", message_echoes=echoes)
    assert isinstance(edited, EditEvent)
    assert (edited.direction, edited.target_id, edited.text) == ("out", "wamid.0", "b")
    assert isinstance(revoked, RevokeEvent)
    assert revoked.direction == "out"


@pytest.mark.parametrize("kind", ["reaction", "edit", "revoke"])
def test_what_changes_a_message_without_naming_it_is_ignored(kind: str) -> None:
    [event] = of_value(messages=[message(type=kind, **{kind: {"emoji": "👍"}})])
    assert event == Ignored(reason=f"{kind}_without_target", ts=SENT_AT, account=ACCOUNT)


@pytest.mark.parametrize("emoji", [{}, {"emoji": ""}, {"emoji": None}, {"emoji": True}])
def test_a_reaction_without_an_emoji_is_taken_back(emoji: dict[str, Any]) -> None:
    reaction = {"message_id": "wamid.0", **emoji}
    [event] = of_value(messages=[message(type="reaction", reaction=reaction)])
    assert isinstance(event, ReactionEvent)
    assert event.removed
    assert event.emoji is None


def test_the_legacy_status_deleted_revokes_the_customers_message() -> None:
    [event] = of_value(statuses=[status(status="Deleted", recipient_id="12025550142")])
    assert event == RevokeEvent(
        key="st:wamid.1:deleted",
        ts=SENT_AT,
        target_id="wamid.1",
        recipient="12025550142",
        account=ACCOUNT,
    )


def test_a_receipt_hands_back_our_own_message_id() -> None:
    [event] = of_value(statuses=[status(status="READ", biz_opaque_callback_data="01J-ours")])
    assert isinstance(event, StatusEvent)
    assert (event.status, event.opaque) == ("read", "01J-ours")


def test_a_receipt_without_an_id_or_a_word_is_ignored() -> None:
    without_id, without_word = of_value(statuses=[status(id=None), status(status=7)])
    assert isinstance(without_id, Ignored)
    assert isinstance(without_word, Ignored)
    assert without_id.reason == "status_without_id"
    assert without_word.reason == "status_without_status"


def test_one_contact_belongs_to_the_one_message_even_when_nothing_else_joins_them() -> None:
    contact = {"wa_id": "447700900123", "profile": {"name": "Jonas"}}
    [event] = of_value(messages=[message(type="text")], contacts=[contact])
    assert isinstance(event, MessageEvent)
    assert (event.contact.name, event.contact.wa_id) == ("Jonas", "447700900123")
    assert event.contact.phone == "+12025550142"


def test_two_messages_join_by_number_by_id_and_by_the_spellings_of_a_number() -> None:
    contacts = [
        {"user_id": "US.17", "profile": {"name": "By id"}},
        {"wa_id": "553187654321", "profile": {"name": "By spelling"}},
        {"wa_id": "447700900123", "profile": {"name": "By number"}},
    ]
    senders: list[dict[str, Any]] = [
        {"from": "5531987654321"},
        {"from": "+44 7700 900123"},
        {"from": None, "from_user_id": "US.17"},
        {"from": "US.17"},
        {"from": "12025550177"},
    ]
    events = of_value(messages=[message(type="text", **who) for who in senders], contacts=contacts)
    names = [event.contact.name for event in events if isinstance(event, MessageEvent)]
    assert names == ["By spelling", "By number", "By id", "By id", None]


def test_a_business_scoped_id_in_the_place_of_a_number_is_no_number() -> None:
    person = only(type="text", **{"from": "US.40817263549081726354"}).contact
    assert person.user_id == "US.40817263549081726354"
    assert person.wa_id is None
    assert person.phone is None


def test_media_says_when_nothing_tells_where_to_fetch_it() -> None:
    here = only(type="audio", audio={"id": 7, "voice": True, "mime_type": "audio/ogg"})
    gone = only(type="audio", audio={"mime_type": "audio/ogg"})
    assert here.content["media"] == {"id": "7", "voice": True, "mime": "audio/ogg"}
    assert gone.content["media"] == {"missing": True, "mime": "audio/ogg"}


def test_a_digest_is_read_as_hex_or_as_base64_and_otherwise_not_at_all() -> None:
    def digest(value: str) -> Any:
        return only(type="image", image={"id": "1", "sha256": value}).content["media"].get("sha256")

    assert digest("AB" * 32) == "ab" * 32
    assert digest("q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=") == "ab" * 32
    assert digest("ab" * 20) is None
    assert digest("q6ur\u00e9") is None


def test_an_interactive_message_without_its_object_is_unsupported() -> None:
    event = only(type="interactive", errors=[{"code": "131000", "title": "Something"}])
    assert (event.type, event.provider_type) == ("unsupported", "interactive")
    assert event.content == {"errors": [{"code": 131000, "title": "Something"}]}


@pytest.mark.parametrize(
    ("response", "facts"),
    [
        ('{"size": "L", "n": [1, 2.5]}', {"data": {"size": "L", "n": [1, 2.5]}}),
        (
            '{"a": NaN, "b": 1e999, "c": 12345678901234567890}',
            {"data": {"c": "12345678901234567890"}},
        ),
        ("[1]", {"raw": "[1]"}),
        ("{broken", {"raw": "{broken"}),
        ("[" * 50_000, {"raw": "[" * 50_000}),
        (None, {}),
    ],
)
def test_a_flows_answer_is_kept_as_an_object_or_as_text(response: Any, facts: Any) -> None:
    reply = {"name": "flow", "body": "Sent", "response_json": response}
    event = only(type="interactive", interactive={"type": "nfm_reply", "nfm_reply": reply})
    assert event.text == "Sent"
    assert same({"type": "nfm_reply", "name": "flow", **facts}, event.content["interactive"])


def test_an_answer_that_does_not_name_its_kind_is_known_by_its_object() -> None:
    event = only(type="interactive", interactive={"button_reply": {"id": "b1", "title": "Yes"}})
    assert event.text == "Yes"
    assert event.content["interactive"] == {"type": "button_reply", "id": "b1"}


def test_a_call_permission_says_until_when_it_is_given() -> None:
    reply = {"response": "accept", "expiration_timestamp": 1750600000, "response_source": "user"}
    part = {"type": "call_permission_reply", "call_permission_reply": reply}
    event = only(type="interactive", interactive=part)
    assert event.content["interactive"] == {
        "type": "call_permission_reply",
        "response": "accept",
        "expires": "1750600000",
        "source": "user",
    }


def test_a_call_permission_is_said_in_words() -> None:
    reply = {"response": "reject", "is_permanent": False}
    kind = "call_permission_reply"
    event = only(type="interactive", interactive={"type": kind, kind: reply})
    assert event.text == "Call permission declined"
    assert event.content["interactive"] == {"type": kind, "response": "reject", "permanent": False}


def test_an_order_counts_and_lists_its_lines() -> None:
    line = {"product_retailer_id": "A", "quantity": "3", "item_price": 1.5, "currency": "EUR"}
    order = {"catalog_id": "818", "text": "", "product_items": [line, None]}
    event = only(type="order", order=order)
    assert event.text is None
    product = {"id": "A", "quantity": "3", "price": "1.5", "currency": "EUR"}
    assert event.content["order"] == {"catalog_id": "818", "items": 1, "products": [product]}


def test_a_card_says_all_it_has() -> None:
    [event] = normalise(body("meta/contacts_full.json"))
    assert isinstance(event, MessageEvent)
    [card] = event.content["cards"]
    assert card["emails"] == ["lena@example.invalid"]
    assert card["org"] == "Example Clinic, Front desk, Dentist"
    assert card["addresses"] == ["1 Example Rd, Sydney, NSW, 2000, Australia"]


@pytest.mark.parametrize("lat", [True, "51.5", 1e300, float("nan"), float("inf"), 91, None])
def test_a_place_that_is_none_is_left_out(lat: Any) -> None:
    event = only(type="location", location={"latitude": lat, "longitude": 0})
    assert event.content == {"location": {"lng": 0}}


@pytest.mark.parametrize("said", ["hologram", "__proto__", "", 5, None, ["text"], {"a": 1}])
def test_an_unknown_type_is_kept_as_unknown(said: Any) -> None:
    event = only(type=said, text={"body": "not read"})
    assert event.type == "unknown"
    assert event.text is None


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("1750000000", SENT_AT),
        (1750000000, SENT_AT),
        ("1750000000000", SENT_AT),
        ("4000000000", None),
        ("0000000000", None),
        ("١٧٥٠٠٠٠٠٠٠", None),
        ("²²²²²²²²²²", None),
        (" 175000000", 175_000_000 * SECOND),
        (True, None),
        (None, None),
    ],
)
def test_a_time_is_in_seconds_and_a_lying_clock_is_none(said: Any, at: int | None) -> None:
    assert only(type="text", timestamp=said).ts == at


def test_thousands_of_senders_in_one_body_are_joined_in_no_time() -> None:
    numbers = [str(12_025_550_000 + n) for n in range(5_000)]
    contacts = [{"wa_id": each, "profile": {"name": each}} for each in reversed(numbers)]
    events = of_value(
        messages=[message(type="text") | {"from": each} for each in numbers], contacts=contacts
    )
    names = [event.contact.name for event in events if isinstance(event, MessageEvent)]
    assert names == numbers


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (
            {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "UTILITY"},
            {"billable": True, "category": "utility", "type": "regular", "model": "pmp"},
        ),
        (
            {"type": "free_customer_service", "category": "service"},
            {"billable": False, "category": "service", "type": "free_customer_service"},
        ),
        (
            {"type": "regular", "category": "service"},
            {"billable": True, "category": "service", "type": "regular"},
        ),
        ({"billable": "yes", "category": "service"}, None),
        ({"billable": True}, None),
        ([], None),
    ],
)
def test_a_receipt_tells_what_the_message_costs(told: Any, read: Any) -> None:
    [event] = of_value(statuses=[status(pricing=told)])
    assert isinstance(event, StatusEvent)
    assert event.pricing == read
