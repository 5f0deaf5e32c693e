"""The fake Graph takes what Meta's pages show, and refuses each breach of a rule with its code."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.graph.definitions import check_definition
from tests.support.graph.files import check_upload, kind_of
from tests.support.graph.messages import Known, check
from tests.support.graph.sessions import Sessions, check_example
from tests.support.graph.templates import Definition
from tests.support.graph.wrong import Wrong

HEAD = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+12025550142"}
OPUS = "audio/ogg; codecs=opus"
ORDER = Definition(
    name="order_ready",
    components=(
        {"type": "HEADER", "format": "IMAGE"},
        {"type": "BODY", "text": "Hello {{1}}, order {{2}} is ready."},
        {"type": "FOOTER", "text": "Thank you"},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Stop"},
                {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+12025550100"},
            ],
        },
    ),
)
NAMED = Definition(
    name="hello",
    named=True,
    components=(
        {"type": "HEADER", "format": "TEXT", "text": "Hello {{first_name}}"},
        {"type": "BODY", "text": "We open at {{hour}}."},
    ),
)
PLACE = Definition(
    name="where",
    components=(
        {"type": "HEADER", "format": "LOCATION"},
        {"type": "BODY", "text": "Here we are."},
    ),
)
PAUSED = Definition(name="paused", status="PAUSED", components=({"type": "BODY", "text": "Hi"},))
FILES = {"1": (b"x" * 9, "image/jpeg"), "2": (b"x" * 9, OPUS), "3": (b"x" * 9, "image/webp")}
KNOWN = Known(files=FILES, templates=(ORDER, NAMED, PLACE, PAUSED))

BODY = {"text": "Shall we?"}
YES = {"type": "reply", "reply": {"id": "yes", "title": "Yes"}}
NO = {"type": "reply", "reply": {"id": "no", "title": "No"}}
ROW = {"id": "a", "title": "Monday", "description": "From nine"}
CARD = {"name": {"formatted_name": "Jonas Weiß", "first_name": "Jonas"}}
SPOT = {"latitude": 51.47781, "longitude": -0.00148, "name": "Observatory", "address": "London"}


def text_value(text: str, **more: str) -> dict[str, str]:
    return {"type": "text", "text": text, **more}


def button(number: int, kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": str(number), "parameters": [value]}


def template(name: str, *components: Mapping[str, Any], code: str = "en_US") -> dict[str, Any]:
    sent = {"name": name, "language": {"code": code}, "components": list(components)}
    return {"type": "template", "template": sent}


def asks(kind: str, action: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": BODY, "action": action} | more,
    }


PICTURE = {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]}
FILLED = {"type": "body", "parameters": [text_value("Amara"), text_value("17")]}
TRACK = button(1, "url", text_value("17"))
STOP = button(0, "quick_reply", {"type": "payload", "payload": "STOP"})
HI = {"type": "header", "parameters": [text_value("Amara", parameter_name="first_name")]}
NINE = {"type": "body", "parameters": [text_value("nine", parameter_name="hour")]}
SECTION = {"title": "Days", "rows": [ROW]}
DAYS = {"button": "Days", "sections": [SECTION]}
LONG = {"type": "reply", "reply": {"id": "a", "title": "x" * 21}}
LINK = {"name": "cta_url", "parameters": {"display_text": "Track", "url": "https://shop.example"}}

TAKEN: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": {"body": "x" * 4_096, "preview_url": True}},
    "quote": {"type": "text", "text": {"body": "Yes"}, "context": {"message_id": "wamid.1"}},
    "picture": {"type": "image", "image": {"id": "1", "caption": "Look"}},
    "film by link": {"type": "video", "video": {"link": "https://shop.example/film.mp4"}},
    "voice": {"type": "audio", "audio": {"id": "2", "voice": True}},
    "document": {"type": "document", "document": {"id": "1", "filename": "a.jpg", "caption": "x"}},
    "sticker": {"type": "sticker", "sticker": {"id": "3"}},
    "place": {"type": "location", "location": SPOT},
    "contacts": {"type": "contacts", "contacts": [CARD]},
    "reaction": {"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": "👍"}},
    "no reaction": {"type": "reaction", "reaction": {"message_id": "wamid.1", "emoji": ""}},
    "buttons": asks("button", {"buttons": [YES, NO]}, footer={"text": "x"}),
    "buttons under a picture": asks(
        "button", {"buttons": [YES]}, header={"type": "image", "image": {"id": "1"}}
    ),
    "list": asks("list", DAYS),
    "link": asks("cta_url", LINK, header={"type": "text", "text": "Order 17"}),
    "ask for a place": asks("location_request_message", {"name": "send_location"}),
    "ask for the number": asks("request_contact_info", {"name": "request_contact_info"}),
    "template": template("order_ready", PICTURE, FILLED, STOP, TRACK),
    "template, payload left to Meta": template("order_ready", PICTURE, FILLED, TRACK),
    "named template": template("hello", HI, NINE),
    "template with a place": template(
        "where", {"type": "header", "parameters": [{"type": "location", "location": SPOT}]}
    ),
}

REFUSED: list[tuple[int, dict[str, Any]]] = [
    (100, {"type": "poll", "poll": {}}),
    (131008, {"type": "image", "text": {"body": "x"}}),
    (100, {"type": "text", "text": {"body": "x", "bold": True}}),
    (100, {"type": "text", "text": {"body": "x"}, "preview_url": True}),
    (131009, {"type": "text", "text": {"body": "x" * 4_097}}),
    (131009, {"type": "text", "text": {"body": ""}}),
    (100, {"type": "image", "image": {}}),
    (100, {"type": "image", "image": {"id": "1", "link": "https://shop.example/a.jpg"}}),
    (131009, {"type": "image", "image": {"id": "404"}}),
    (131053, {"type": "video", "video": {"id": "1"}}),
    (131009, {"type": "image", "image": {"id": "1", "caption": "x" * 1_025}}),
    (100, {"type": "audio", "audio": {"id": "2", "caption": "x"}}),
    (100, {"type": "image", "image": {"id": "1", "filename": "a.jpg"}}),
    (131009, {"type": "location", "location": SPOT | {"latitude": 91}}),
    (131008, {"type": "location", "location": {"latitude": 1}}),
    (131009, {"type": "contacts", "contacts": []}),
    (131009, {"type": "contacts", "contacts": [{"name": {"formatted_name": "Jonas"}}]}),
    (131008, {"type": "reaction", "reaction": {"emoji": "👍"}}),
    (100, TAKEN["reaction"] | {"context": {"message_id": "wamid.1"}}),
    (131009, asks("button", {"buttons": [YES] * 2})),
    (131009, asks("button", {"buttons": [YES, NO, YES, NO]})),
    (131009, asks("button", {"buttons": [LONG]})),
    (131009, asks("list", {"button": "Days", "sections": [{"rows": [ROW]}] * 11})),
    (131008, asks("list", {"button": "Days", "sections": [{"rows": [ROW]}] * 2})),
    (131009, asks("list", {"button": "Days", "sections": [SECTION, SECTION]})),
    (131009, asks("list", {"button": "x" * 21, "sections": [SECTION]})),
    (100, asks("list", DAYS, header={"type": "image", "image": {}})),
    (131009, asks("button", {"buttons": [YES]}, footer={"text": "x" * 61})),
    (100, asks("location_request_message", {"name": "send_location"}, footer={"text": "x"})),
    (131009, asks("cta_url", LINK | {"parameters": {"display_text": "x", "url": "shop"}})),
    (132001, template("unknown")),
    (132001, template("hello", HI, NINE, code="de")),
    (132015, template("paused")),
    (132012, template("order_ready", FILLED, TRACK)),
    (132000, template("order_ready", PICTURE, TRACK)),
    (132000, template("hello", HI)),
    (131008, template("order_ready", PICTURE, FILLED)),
    (132018, template("order_ready", PICTURE, FILLED, TRACK, button(2, "url", text_value("x")))),
    (132018, template("order_ready", PICTURE, FILLED, button(1, "quick_reply", text_value("17")))),
    (132012, template("hello", HI, {"type": "body", "parameters": [text_value("nine")]})),
    (132005, template("order_ready", PICTURE, TRACK,
        {"type": "body", "parameters": [text_value("x" * 1_024), text_value("17")]})),
    (132018, template("order_ready", PICTURE, TRACK,
        {"type": "body", "parameters": [text_value("a\nb"), text_value("17")]})),
    (100, {"type": "text", "text": {"body": "x"}, "category": "utility"}),
]  # fmt: skip


@pytest.mark.parametrize("name", TAKEN)
def test_what_meta_shows_is_taken(name: str) -> None:
    check(HEAD | TAKEN[name], KNOWN)


@pytest.mark.parametrize(("code", "body"), REFUSED)
def test_a_breach_is_refused_with_its_code(code: int, body: dict[str, Any]) -> None:
    with pytest.raises(Wrong) as refused:
        check(HEAD | body, KNOWN)
    assert refused.value.code == code, refused.value


def test_a_customer_without_a_number_is_named_by_recipient() -> None:
    text = {"type": "text", "text": {"body": "x"}}
    check({"messaging_product": "whatsapp", "recipient": "US.4081", **text}, KNOWN)
    with pytest.raises(Wrong):
        check({"messaging_product": "whatsapp", "to": "US.4081", **text}, KNOWN)


def test_text_beside_templates_is_for_accounts_that_have_it() -> None:
    direct = HEAD | {"type": "text", "text": {"body": "x"}, "category": "utility", "ttl": 60}
    check(direct, Known(direct_send=True))
    with pytest.raises(Wrong, match="ttl"):
        check(direct | {"ttl": 29}, Known(direct_send=True))
    for known, code in ((Known(), 100), (Known(direct_send="blocked"), 139200)):
        with pytest.raises(Wrong) as refused:
            check(direct, known)
        assert refused.value.code == code


@pytest.mark.parametrize("mime", ["audio/ogg", "audio/opus", "audio/webm", "image/gif", "x/y"])
def test_types_that_whatsapp_does_not_have_are_refused(mime: str) -> None:
    with pytest.raises(Wrong):
        kind_of(mime)


@pytest.mark.parametrize(
    ("kind", "mime", "most"),
    [
        ("image", "image/png", 5 * 1024 * 1024),
        ("video", "video/mp4", 16 * 1024 * 1024),
        ("audio", OPUS, 16 * 1024 * 1024),
        ("document", "application/pdf", 100 * 1024 * 1024),
        ("sticker", "image/webp", 500 * 1024),
    ],
)
def test_a_file_may_be_so_large_and_no_larger(kind: str, mime: str, most: int) -> None:
    assert kind_of(mime) == kind
    check_upload(kind, mime, most)
    with pytest.raises(Wrong):
        check_upload(kind, mime, most + 1)


WHOLE = {
    "name": "order_ready",
    "language": "en_US",
    "category": "UTILITY",
    "components": [
        {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}",
         "example": {"header_text": ["17"]}},
        {"type": "BODY", "text": "Hello {{1}}, it is ready now.",
         "example": {"body_text": [["Amara"]]}},
        {"type": "FOOTER", "text": "Thank you"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Stop"}]},
    ],
}  # fmt: skip


ONE, TWO = {"body_text": [["x"]]}, {"body_text": [["x", "y"]]}


def test_a_template_that_meta_would_look_at_is_taken() -> None:
    check_definition(WHOLE)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (2388299, {"type": "BODY", "text": "{{1}} is ready for you", "example": ONE}),
        (2388293, {"type": "BODY", "text": "a {{1}} {{2}} b", "example": TWO}),
        (100, {"type": "BODY", "text": "Hello {{1}}, it is ready now."}),
        (100, {"type": "BODY", "text": "Hello {{2}}, it is ready.", "example": ONE}),
        (131009, {"type": "BODY", "text": "x" * 1_025}),
        (2388073, {"type": "FOOTER", "text": "Bye {{1}}"}),
        (2388047, {"type": "HEADER", "format": "TEXT", "text": "*bold*"}),
        (100, {"type": "HEADER", "format": "IMAGE"}),
        (100, {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["https://a/b"]}}),
        (100, {"type": "HEADER", "format": "IMAGE", "example": {"media_id": "1"}}),
        (100, {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "x", "url": "https://a/{{1}}"}]}),
    ],
)  # fmt: skip
def test_a_template_that_meta_would_not_look_at_is_refused(code: int, part: dict[str, Any]) -> None:
    others = [one for one in WHOLE["components"] if one["type"] != part["type"]]  # type: ignore[index]  # a list of objects
    with pytest.raises(Wrong) as refused:
        check_definition(WHOLE | {"components": [*others, part]})
    assert refused.value.code == code, refused.value


def _handed(mime: str, length: int, content: bytes) -> tuple[Sessions, str]:
    sessions, oauth = Sessions(), {"authorization": "OAuth x", "file_offset": "0"}
    asked = urlencode({"file_type": mime, "file_length": length, "file_name": "a"})
    begun = sessions.answer("POST", f"/v25.0/app/uploads?{asked}", {}, b"")
    assert begun
    told = sessions.answer("POST", f"/v25.0/{begun['id']}", oauth, content)
    assert told
    return sessions, told["h"]


@pytest.mark.parametrize(
    ("mime", "length", "content"),
    [
        ("image/gif", 6, b"GIF89a"),
        ("video/3gpp", 4, b"film"),
        ("image/png", 6 * 1024 * 1024, b"\x89PNG"),
        ("application/pdf", 5, b"%PDF-1.7"),
        ("application/pdf", 0, b""),
    ],
)
def test_a_file_that_graph_takes_for_no_example_gets_no_handle(
    mime: str, length: int, content: bytes
) -> None:
    with pytest.raises(Wrong) as refused:
        _handed(mime, length, content)
    assert refused.value.code == 100


def test_a_handle_is_of_one_kind_and_runs_out() -> None:
    sessions, handle = _handed("application/pdf", 8, b"%PDF-1.7")
    example = {"header_handle": [handle]}
    check_example(example, "DOCUMENT", sessions)
    with pytest.raises(Wrong) as refused:
        check_example(example, "IMAGE", sessions)
    assert (refused.value.code, refused.value.subcode) == (131009, 2494102)
    sessions.expired.add(handle)
    with pytest.raises(Wrong):
        check_example(example, "DOCUMENT", sessions)
