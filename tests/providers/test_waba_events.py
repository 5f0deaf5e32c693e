"""What on-premises clients write otherwise than Meta, and what it comes to (wire-formats C)."""

from typing import Any

import pytest

from inbox.domain.events import (
    EditEvent,
    Event,
    Ignored,
    MessageEvent,
    RevokeEvent,
    StatusEvent,
    as_json,
)
from inbox.providers.waba import Waba
from tests.support.meta import NOW, message, status

CONTEXT = {"from": "12025550100", "id": "gBGG1"}
DIGEST = "75fa55d184adc3074440967a4235c26d81b745c2141387ce2005faf664162811"


def normalise(**body: Any) -> list[Event]:
    return Waba().normalise(body, NOW, b"raw")


def only(**facts: Any) -> MessageEvent:
    [event] = normalise(messages=[message(**facts)])
    assert isinstance(event, MessageEvent)
    return event


def told(**facts: Any) -> StatusEvent:
    [event] = normalise(statuses=[status(**facts)])
    assert isinstance(event, StatusEvent)
    return event


def test_a_voice_note_is_audio_that_somebody_spoke() -> None:
    part = {"id": "5d8136", "mime_type": "audio/ogg; codecs=opus", "sha256": DIGEST}
    found = only(type="voice", voice=part)
    assert (found.type, found.provider_type) == ("audio", "voice")
    assert found.content["media"] == {
        "id": "5d8136",
        "mime": "audio/ogg; codecs=opus",
        "sha256": DIGEST,
        "voice": True,
    }


def test_a_voice_note_without_its_object_is_still_one() -> None:
    for part in (None, [], "x"):
        assert only(type="voice", voice=part).content["media"] == {"voice": True, "missing": True}


def test_a_file_that_the_client_could_not_fetch_is_missing() -> None:
    part = {"status": "undownloaded", "mime_type": "image/jpeg", "caption": "the dent"}
    found = only(type="image", image=part | {"link": "https://client.invalid/x"})
    assert found.text == "the dent"
    assert found.content["media"] == {"mime": "image/jpeg", "missing": True}


def test_a_file_is_known_by_its_id_and_link_and_never_by_a_path_on_the_client() -> None:
    part = {"id": "92f7", "link": "https://client.invalid/92f7", "file": "/usr/local/wamedia/92f7"}
    found = only(type="document", document=part | {"filename": "Rechnung.pdf", "sha256": DIGEST})
    assert found.content["media"] == {
        "id": "92f7",
        "url": "https://client.invalid/92f7",
        "sha256": DIGEST,
        "filename": "Rechnung.pdf",
    }


def test_a_sticker_is_known_with_its_pack() -> None:
    pack = {
        "sticker-pack-id": 7,
        "sticker-pack-name": "Turtles",
        "sticker-pack-publisher": "Ana",
        "emojis": ["🐢", None, "🐚"],
        "is-first-party-sticker": 1,
        "android-app-store-link": "https://play.example/turtles",
    }
    part = {"id": "s1", "mime_type": "image/webp", "sha256": DIGEST, "metadata": pack}
    found = only(type="sticker", sticker=part)
    assert found.type == "sticker"
    assert found.content["media"] == {
        "id": "s1",
        "mime": "image/webp",
        "sha256": DIGEST,
        "pack": {
            "id": "7",
            "name": "Turtles",
            "publisher": "Ana",
            "emojis": ["🐢", "🐚"],
            "first_party": True,
            "android": "https://play.example/turtles",
        },
    }


@pytest.mark.parametrize("metadata", [None, [], "x", {}, {"emojis": "🐢", "sticker-pack-id": 1.5}])
def test_a_sticker_of_no_pack_is_a_sticker(metadata: Any) -> None:
    found = only(type="sticker", sticker={"id": "s1", "metadata": metadata})
    assert found.content["media"] == {"id": "s1"}


def test_a_disappearing_message_is_shown_as_one_that_cannot_be() -> None:
    error = {"code": 501, "title": "Unsupported message type", "details": "Disappearing"}
    found = only(type="ephemeral", errors=[error])
    assert (found.type, found.provider_type) == ("unsupported", "ephemeral")
    assert found.content == {
        "unsupported": "ephemeral",
        "errors": [{"code": 501, "title": "Unsupported message type", "detail": "Disappearing"}],
    }


def test_the_echo_of_a_template_is_kept_with_its_name_and_variables() -> None:
    hsm = {
        "namespace": "n",
        "element_name": "hello",
        "language": {"policy": "deterministic", "code": "en"},
        "localizable_params": [{"default": "Ana"}, None, {"default": 17}, {}],
    }
    found = only(type="hsm", hsm=hsm)
    assert (found.type, found.provider_type, found.text) == ("unknown", "hsm", None)
    assert found.content["template"] == {
        "namespace": "n",
        "name": "hello",
        "language": "en",
        "params": ["Ana", "17"],
    }
    for nothing in (None, [], "x", {}):
        assert only(type="hsm", hsm=nothing).content == {}


def test_every_type_that_clients_send_is_a_message() -> None:
    kinds = [
        "text",
        "image",
        "video",
        "audio",
        "voice",
        "document",
        "sticker",
        "location",
        "contacts",
        "interactive",
        "button",
        "order",
        "system",
        "ephemeral",
        "hsm",
        "unknown",
    ]
    messages = [message(id=kind, type=kind) for kind in kinds]
    found = normalise(messages=messages)
    assert [event.key for event in found] == [f"msg:{kind}" for kind in kinds]
    assert all(isinstance(event, MessageEvent) for event in found)


def test_an_advert_keeps_the_id_of_its_picture() -> None:
    for kind in ("image", "video"):
        advert = {"source_url": "https://fb.me/x", kind: {"id": "6cd8"}}
        referral = only(type="text", text={"body": "hi"}, referral=advert).content["referral"]
        assert referral == {
            "source_url": "https://fb.me/x",
            "media_type": kind,
            "media_id": "6cd8",
        }


def test_the_group_of_a_context_is_the_message_s() -> None:
    context = {"from": "12025550100", "id": "gBGG1", "group_id": "g-1"}
    assert only(type="text", context=context).content == {"context": CONTEXT, "group_id": "g-1"}


def test_who_is_mentioned_and_who_joined_a_group_is_kept() -> None:
    listed = ["+1 202 555 0142", 447700900123, None, {}, True]
    kept = ["12025550142", "447700900123"]
    context = CONTEXT | {"mentions": listed}
    assert only(type="text", context=context).content["context"] == CONTEXT | {"mentions": kept}
    joined = {"type": "group_user_joined", "body": "They joined", "users": listed}
    assert only(type="system", system=joined).content["system"] == {
        "type": "group_user_joined",
        "users": kept,
    }
    for nothing in (None, "x", {}, [None]):
        context = CONTEXT | {"mentions": nothing}
        assert only(type="text", context=context).content == {"context": CONTEXT}


def test_a_time_in_milliseconds_beside_a_message_does_no_harm() -> None:
    identity = {"acknowledged": "false", "created_timestamp": 1_750_000_000_000, "hash": "x"}
    found = only(type="text", text={"body": "hi"}, identity=identity)
    assert (found.text, as_json(found)["ts"]) == ("hi", "2025-06-15T15:06:40Z")


def test_the_recipient_of_a_status_may_stand_within_its_message() -> None:
    inside = {"recipient_id": "12025550142"}
    assert told(type="message", message=inside).recipient == "12025550142"
    assert told(recipient_id="12025550143", message=inside).recipient == "12025550143"
    assert told(message="x").recipient is None
    assert told().recipient is None


def test_a_status_before_sent_is_told_in_its_own_word() -> None:
    assert told(status="sending").status == "sending"


def test_a_message_that_its_author_deleted_is_revoked() -> None:
    [event] = normalise(statuses=[status(id="ABGG1", status="deleted")])
    assert isinstance(event, RevokeEvent)
    assert (event.target_id, event.key) == ("ABGG1", "st:ABGG1:deleted")


def test_an_edit_and_a_deletion_by_its_author_are_changes_of_the_message() -> None:
    inner = {"type": "image", "image": {"id": "9", "caption": "new"}}
    edit = message(id="e", type="edit", edit={"original_message_id": "ABGG1", "message": inner})
    revoke = message(id="r", type="revoke", revoke={"original_message_id": "ABGG1"})
    aimless = [message(id=kind, type=kind) for kind in ("edit", "revoke", "reaction")]
    edited, revoked, *ignored = normalise(messages=[edit, revoke, *aimless])
    assert isinstance(edited, EditEvent)
    assert isinstance(revoked, RevokeEvent)
    assert (edited.target_id, edited.text) == (revoked.target_id, "new") == ("ABGG1", "new")
    assert edited.content["media"] == {"id": "9"}
    assert [each.reason for each in ignored if isinstance(each, Ignored)] == [
        "edit_without_target",
        "revoke_without_target",
        "reaction_without_target",
    ]


def test_a_number_that_changed_names_the_new_one_under_either_key() -> None:
    for key in ("wa_id", "new_wa_id"):
        notice = {"type": "user_changed_number", "body": "A changed", key: "+1 202 555 0177"}
        found = only(type="system", system=notice)
        assert (found.text, found.content["system"]["new_wa_id"]) == ("A changed", "12025550177")


def test_the_words_of_an_error_may_stand_beside_its_code() -> None:
    found = told(status="failed", errors=[{"code": 470, "title": "Expired", "details": "24 h"}])
    assert found.errors == [{"code": 470, "title": "Expired", "detail": "24 h"}]


def test_a_bad_element_loses_no_sibling_and_is_left_alone() -> None:
    events = normalise(
        messages=[None, 7, {"type": "text"}, message(id="ABGG1", type="text")],
        statuses=[{"status": "read"}, "x", status(id="gBGG1", status="read")],
        errors=[[], {"code": 1011}],
    )
    shown = [as_json(event) for event in events]
    assert [each.get("key") or each.get("reason") or each["code"] for each in shown] == [
        "message_without_id",
        "msg:ABGG1",
        "status_without_id",
        "st:gBGG1:read",
        1011,
    ]


def test_a_body_of_neither_shape_is_left_alone() -> None:
    for body in ({}, {"object": "page", "entry": []}, {"event": "incoming_message"}):
        assert normalise(**body) == [Ignored(reason="object")]


def test_arrays_beside_the_name_of_an_envelope_are_read_as_arrays() -> None:
    [event] = normalise(object="whatsapp_business_account", messages=[message(type="text")])
    assert isinstance(event, MessageEvent)
