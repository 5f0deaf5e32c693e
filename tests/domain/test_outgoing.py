"""What may be sent: whatever passes our checks Meta takes, and the rest is named by its field."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.domain.errors import Invalid
from inbox.domain.outgoing.asked import said_by
from inbox.domain.shapes import kept
from inbox.providers.cloud_api.bodies import body
from tests.support.graph import messages

TO = {"messaging_product": "whatsapp", "to": "+12025550142"}


def taken_by_meta(asked: dict[str, Any]) -> dict[str, Any]:
    """The body that goes out, once the strict stand-in for Graph has taken it."""
    made = {**TO, **body(said_by(asked))}
    messages.check(made, messages.Known())
    return made


def buttons(*titles: str, **more: Any) -> dict[str, Any]:
    replies = [{"type": "reply", "reply": {"id": f"id-{t}", "title": t}} for t in titles]
    asked = {"type": "button", "body": {"text": "Tea?"}, "action": {"buttons": replies}}
    return {"type": "interactive", "interactive": asked | more}


def choices(*sections: dict[str, Any], button: str = "Days") -> dict[str, Any]:
    action = {"button": button, "sections": list(sections)}
    asked = {"type": "list", "body": {"text": "When?"}, "action": action}
    return {"type": "interactive", "interactive": asked}


def rows(*names: str, **more: Any) -> dict[str, Any]:
    return {"rows": [{"id": name, "title": name} for name in names]} | more


def link(url: str = "https://www.example.com/x", label: str = "Look") -> dict[str, Any]:
    action = {"name": "cta_url", "parameters": {"display_text": label, "url": url}}
    asked = {"type": "cta_url", "body": {"text": "Here"}, "action": action}
    return {"type": "interactive", "interactive": asked}


def bare(kind: str, **more: Any) -> dict[str, Any]:
    asked = {"type": kind, "body": {"text": "Where are you?"}}
    return {"type": "interactive", "interactive": asked | more}


def card(**parts: Any) -> dict[str, Any]:
    return {"type": "contacts", "contacts": [{"name": "Ana Example"} | parts]}


def place(**parts: Any) -> dict[str, Any]:
    return {"type": "location", "location": {"latitude": 51.5, "longitude": -0.1} | parts}


GOOD: dict[str, dict[str, Any]] = {
    "text": {"text": "x" * 4_096, "preview_url": True},
    "place": place(name="Office", address="1 Example Street"),
    "place in words": place(latitude="-90", longitude="180"),
    "card": card(phones=["+44 7700 900123"], emails=["a@example.com"], birthday="1990-12-31"),
    "card without number": card(org="Example Ltd", urls=["https://example.com"], addresses=["x"]),
    "buttons": buttons("a", "b", "x" * 20),
    "buttons with all": buttons(
        "a", header={"type": "text", "text": "x" * 60}, footer={"text": "x" * 60}
    ),
    "buttons with a picture": buttons(
        "a", header={"type": "image", "image": {"link": "https://example.com/a.png"}}
    ),
    "list": choices(rows("Mon", "Tue")),
    "list in sections": choices(rows("Mon", title="Work"), rows("Sun", title="Rest")),
    "link": link(),
    "ask for a place": bare("location_request_message"),
    "ask for a number": bare("request_contact_info", action={"name": "request_contact_info"}),
}

BAD: list[tuple[str, dict[str, Any]]] = [
    ("type", {"type": "poll"}),
    ("type", {"type": ["text"]}),
    ("text", {"text": " \n"}),
    ("text", {"text": "x" * 4_097}),
    ("text", {"text": 7}),
    ("location", {"type": "location"}),
    ("location.latitude", place(latitude=90.1)),
    ("location.latitude", place(latitude=None)),
    ("location.longitude", place(longitude=float("nan"))),
    ("location.longitude", place(longitude=True)),
    ("location.name", place(name="x" * 1_001)),
    ("location.altitude", place(altitude=3)),
    ("contacts", {"type": "contacts", "contacts": []}),
    ("contacts", {"type": "contacts", "contacts": [{"name": "A", "org": "B"}] * 6}),
    ("contacts[0]", card()),
    ("contacts[0].name", {"type": "contacts", "contacts": [{"org": "B"}]}),
    ("contacts[0].phones", card(phones=["none"])),
    ("contacts[0].emails", card(emails=["nobody"])),
    ("contacts[0].urls", card(urls=["javascript:alert(1)"])),
    ("contacts[0].birthday", card(birthday="31.12.1990")),
    ("interactive", {"type": "interactive"}),
    ("interactive.type", bare("poll")),
    ("interactive.body.text", buttons("a", body={"text": ""})),
    ("interactive.body.text", buttons("a", body={"text": "x" * 1_025})),
    ("interactive.footer.text", buttons("a", footer={"text": "x" * 61})),
    ("interactive.header.text", buttons("a", header={"type": "text", "text": "x" * 61})),
    ("interactive.header.image.link", buttons("a", header={"type": "image", "image": {}})),
    ("interactive.header.image", buttons("a", header={"type": "text", "image": {}})),
    ("interactive.action.buttons", buttons()),
    ("interactive.action.buttons", buttons("a", "b", "c", "d")),
    ("interactive.action.buttons", buttons("a", "a")),
    ("interactive.action.buttons[1].reply.title", buttons("a", "x" * 21)),
    ("interactive.action.button", choices(rows("a"), button="x" * 21)),
    ("interactive.action.sections", choices()),
    ("interactive.action.sections", choices(rows("a", title="A"), rows("a", title="B"))),
    ("interactive.action.sections", choices(*(rows(f"{n}", title="A") for n in range(11)))),
    (
        "interactive.action.sections",
        choices(rows(*"abcdef", title="A"), rows(*"ghijkl", title="B")),
    ),
    ("interactive.action.sections[1].title", choices(rows("a", title="A"), rows("b"))),
    ("interactive.action.sections[0].rows[0].title", choices(rows("x" * 25))),
    ("interactive.action.parameters.url", link("ftp://example.com")),
    ("interactive.action.parameters.display_text", link(label="x" * 21)),
    ("interactive.footer", bare("location_request_message", footer={"text": "x"})),
    ("interactive.action.name", bare("request_contact_info", action={"name": "send_location"})),
]


@pytest.mark.parametrize("asked", GOOD.values(), ids=GOOD)
def test_what_passes_our_checks_is_taken_by_meta(asked: dict[str, Any]) -> None:
    taken_by_meta(asked)


@pytest.mark.parametrize("asked", GOOD.values(), ids=GOOD)
def test_what_a_row_gives_back_is_sent_as_it_was_asked(asked: dict[str, Any]) -> None:
    said = said_by(asked)
    again = type(said)(said.type, kept(said.content))
    assert body(again) == body(said)


@pytest.mark.parametrize(("field", "asked"), BAD)
def test_what_meta_would_refuse_is_named_by_its_field(field: str, asked: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as wrong:
        said_by(asked)
    assert wrong.value.field == field
    assert str(wrong.value).endswith(".")


WORDS = st.text(max_size=30) | st.none() | st.integers()
ROW = st.fixed_dictionaries({"id": WORDS, "title": WORDS}, optional={"description": WORDS})
SECTION = st.fixed_dictionaries({"rows": st.lists(ROW, max_size=4)}, optional={"title": WORDS})
REPLY = st.fixed_dictionaries({"type": st.just("reply"), "reply": ROW})
ACTION = st.fixed_dictionaries(
    {}, optional={"buttons": st.lists(REPLY, max_size=4), "button": WORDS}
) | st.fixed_dictionaries({"button": WORDS, "sections": st.lists(SECTION, max_size=4)})
INTERACTIVE = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["button", "list", "location_request_message", "poll"]),
        "body": st.fixed_dictionaries({"text": WORDS}),
        "action": ACTION | st.none(),
    },
    optional={"footer": st.fixed_dictionaries({"text": WORDS}), "header": st.none()},
)


@settings(max_examples=300)
@given(INTERACTIVE)
def test_whatever_is_asked_for_meta_takes_it_or_we_refuse_it(asked: dict[str, Any]) -> None:
    try:
        taken_by_meta({"type": "interactive", "interactive": asked})
    except Invalid as wrong:
        assert wrong.field.startswith("interactive")
