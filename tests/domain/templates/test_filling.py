"""What a template's form gives, Meta takes: whatever the definition that it allowed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.errors import Invalid
from inbox.domain.templates.asking import fields_of, unsendable
from inbox.domain.templates.defining import check_new
from inbox.domain.templates.definition import Definition
from inbox.domain.templates.filling import components_of
from inbox.domain.templates.given import given_values
from inbox.domain.templates.rendering import shown_template
from tests.domain.templates.strategies import definitions, values_for
from tests.support.graph.definitions import check_definition
from tests.support.graph.templates import Definition as AtMeta
from tests.support.graph.templates import check_template
from tests.support.graph.wrong import Wrong


def at_meta(of: Definition) -> AtMeta:
    return AtMeta(
        name=of.name, language=of.language, named=of.named, components=tuple(of.components)
    )


def sent(of: Definition, components: object) -> dict[str, Any]:
    return {"name": of.name, "language": {"code": of.language}, "components": components}


def written(of: Definition) -> dict[str, Any]:
    form = "NAMED" if of.named else "POSITIONAL"
    return {
        "name": of.name,
        "language": of.language,
        "category": of.category,
        "parameter_format": form,
        "components": list(of.components),
    }


@given(definitions(), st.data())
def test_whatever_meta_allows_gives_a_form_whose_values_it_takes(
    of: Definition, data: st.DataObject
) -> None:
    check_definition(written(of))
    check_new(of)
    values = data.draw(values_for(fields_of(of)))
    components = components_of(of, values, 0)
    check_template(sent(of, components), [at_meta(of)], {})
    assert components_of(of, given_values(of, components), 0) == components
    assert shown_template(of, values)["text"]


@given(definitions(), st.data())
def test_without_any_one_of_its_values_the_form_names_the_field(
    of: Definition, data: st.DataObject
) -> None:
    asked = fields_of(of)
    if not asked:
        return
    values = data.draw(values_for(asked))
    name = data.draw(st.sampled_from(sorted(values)))
    del values[name]
    with pytest.raises(Invalid) as wrong:
        components_of(of, values, 0)
    assert wrong.value.field.startswith(name)


ORDER = Definition(
    name="order_ready",
    language="en_US",
    components=[
        {"type": "HEADER", "format": "DOCUMENT"},
        {"type": "BODY", "text": "Hello {{1}}, order {{2}} is ready."},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "QUICK_REPLY", "text": "Stop"},
                {"type": "URL", "text": "Track", "url": "https://shop.example/{{1}}"},
                {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+12025550100"},
            ],
        },
    ],
)
FILE = {"link": "https://files.example/a.pdf", "filename": "a.pdf"}
VALUES: dict[str, Any] = {"header": FILE, "body.1": "Amara", "body.2": "17", "button.1": "17"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body.1", "two\nlines"),
        ("body.1", "a\ttab"),
        ("body.1", "far     apart"),
        ("body.1", "x" * 1_024),
        ("body.2", "   "),
        ("header", {"link": "ftp://files.example/a"}),
        ("header", {"link": "https://files.example/a", "id": "1"}),
        ("header", {"link": "https://files.example/a", "caption": "x"}),
        ("button.1", "x" * 2_000),
        ("button.2", "+12025550100"),
    ],
)
def test_what_meta_would_refuse_is_told_with_its_field(field: str, value: object) -> None:
    assert components_of(ORDER, VALUES, 0), "with other values it is taken"
    with pytest.raises(Invalid) as wrong:
        components_of(ORDER, VALUES | {field: value}, 0)
    assert wrong.value.field == field


BODY = {"type": "body", "parameters": [{"type": "text", "text": "Amara"}] * 2}
TRACK = {
    "type": "button",
    "sub_type": "url",
    "index": "1",
    "parameters": [{"type": "text", "text": "17"}],
}


@pytest.mark.parametrize(
    ("components", "field"),
    [
        ("x", "components"),
        ([BODY, BODY], "components[1]"),
        ([{"type": "footer"}], "components[0]"),
        ([{"type": "carousel", "cards": []}], "components[0]"),
        ([BODY | {"parameters": [{"type": "text", "text": "x"}]}], "components[0].parameters"),
        ([BODY, TRACK | {"index": "2"}], "components[1]"),
        ([BODY, TRACK | {"index": "9"}], "components[1]"),
        ([BODY, TRACK | {"sub_type": "copy_code"}], "components[1]"),
        ([{"type": "header", "parameters": [{"type": "image", "image": {}}]}], "components[0]"),
    ],
)
def test_a_component_that_the_template_has_not_is_told_with_its_place(
    components: object, field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        given_values(ORDER, components)
    assert wrong.value.field == field


def test_a_bubble_says_what_the_customer_reads() -> None:
    shown = shown_template(ORDER, VALUES)
    assert shown["text"] == "Hello Amara, order 17 is ready."
    assert shown["template"]["header"] == {"type": "document"} | FILE
    assert [button.get("url") for button in shown["template"]["buttons"]] == [
        None,
        "https://shop.example/17",
        None,
    ]


def test_an_offer_that_is_over_is_not_sent() -> None:
    told = {"text": "Today", "has_expiration": True}
    offer = Definition(
        name="offer",
        language="en",
        components=[
            {"type": "BODY", "text": "Have a look"},
            {"type": "LIMITED_TIME_OFFER", "limited_time_offer": told},
        ],
    )
    assert components_of(offer, {"offer": "2000"}, 1_999_999)
    with pytest.raises(Invalid, match="over"):
        components_of(offer, {"offer": "2000"}, 2_000_000)


def test_a_password_goes_into_its_button_by_itself() -> None:
    url = "https://www.whatsapp.com/otp/code/?otp_type=COPY_CODE&code=otp{{1}}"
    login = Definition(
        name="login",
        language="en",
        category="AUTHENTICATION",
        components=[
            {"type": "BODY", "text": "*{{1}}* is your code."},
            {"type": "BUTTONS", "buttons": [{"type": "URL", "text": "Copy", "url": url}]},
        ],
    )
    assert [one.name for one in fields_of(login)] == ["body.1"]
    components = components_of(login, {"body.1": "482913"}, 0)
    assert components[1]["parameters"] == [{"type": "text", "text": "482913"}]


def test_what_no_form_can_fill_in_says_why() -> None:
    shop = Definition(
        name="shop", language="en", components=[{"type": "HEADER", "format": "PRODUCT"}]
    )
    assert unsendable(shop) is not None
    with pytest.raises(Invalid, match="catalogue"):
        components_of(shop, {}, 0)
    assert unsendable(ORDER) is None


def body(text: str, **example: object) -> dict[str, Any]:
    return {"type": "BODY", "text": text} | ({"example": example} if example else {})


def url_button(url: str, **more: object) -> dict[str, Any]:
    button = {"type": "URL", "text": "Track", "url": url} | more
    return {"type": "BUTTONS", "buttons": [button]}


FINE = body("Your order is ready.")
STOP = {"type": "QUICK_REPLY", "text": "Stop"}
CALL = {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+12025550100"}


@pytest.mark.parametrize(
    ("field", "parts", "more"),
    [
        ("name", [FINE], {"name": "Order Ready"}),
        ("language", [FINE], {"language": "xx"}),
        ("category", [FINE], {"category": "SERVICE"}),
        ("components", [FINE, {"type": "POLL"}], {}),
        ("body", [{"type": "FOOTER", "text": "x"}], {}),
        ("body", [body("{{1}} is ready now, dear", body_text=[["x"]])], {}),
        ("body", [body("Order number {{1}}", body_text=[["x"]])], {}),
        ("body", [body("Hi {{1}}, {{2}}.", body_text=[["x", "y"]])], {}),
        ("body", [body("Hello dear {{2}}, how are you", body_text=[["x"]])], {}),
        ("body", [body("Hello dear {{name}, how are you")], {}),
        ("body.1", [body("Hello dear {{1}}, how are you")], {}),
        ("body", [body("x" * 1_025)], {}),
        ("header", [{"type": "HEADER", "format": "TEXT", "text": "*Hello*"}, FINE], {}),
        ("header", [{"type": "HEADER", "format": "TEXT", "text": "x" * 61}, FINE], {}),
        ("header", [{"type": "HEADER", "format": "IMAGE"}, FINE], {}),
        ("footer", [FINE, {"type": "FOOTER", "text": "Hi {{1}}"}], {}),
        ("buttons", [FINE, {"type": "BUTTONS", "buttons": []}], {}),
        ("buttons.1", [FINE, {"type": "BUTTONS", "buttons": [CALL, CALL]}], {}),
        ("buttons", [FINE, {"type": "BUTTONS", "buttons": [STOP, CALL, STOP]}], {}),
        ("buttons.0.text", [FINE, {"type": "BUTTONS", "buttons": [STOP | {"text": "x" * 26}]}], {}),
        ("buttons.0.url", [FINE, url_button("shop.example")], {}),
        ("buttons.0.url", [FINE, url_button("https://shop.example/{{1}}/x", example=["x"])], {}),
        ("buttons.0.example", [FINE, url_button("https://shop.example/{{1}}")], {}),
        ("cards", [FINE, {"type": "CAROUSEL", "cards": []}], {}),
        ("offer", [FINE, {"type": "LIMITED_TIME_OFFER", "limited_time_offer": {}}], {}),
    ],
)
def test_what_meta_would_not_approve_is_told_with_its_field(
    field: str, parts: list[Any], more: dict[str, Any]
) -> None:
    facts = {"name": "order_ready", "language": "en_US", "components": parts} | more
    with pytest.raises(Invalid) as wrong:
        check_new(Definition(**facts))
    assert wrong.value.field == field
    if field != "language":  # Meta knows which there are; the fake does not
        with pytest.raises((Wrong, KeyError)):
            check_definition(written(Definition(**facts)))
