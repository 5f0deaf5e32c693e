"""A template with its gaps filled, as the customer will read it: for the bubble and the preview."""

from collections.abc import Sequence

from inbox.domain.content import (
    Content,
    Location,
    Template,
    TemplateButton,
    TemplateCard,
    TemplateHeader,
)
from inbox.domain.templates.definition import (
    FILES,
    Definition,
    Section,
    gaps,
    one_time,
    part_kind,
    with_values,
)
from inbox.domain.templates.filling import Value, Values, said_in
from inbox.domain.text import JsonObject, mapping, present, text
from inbox.domain.times import MILLISECOND, iso


def shown_template(
    definition: Definition, values: Values, components: Sequence[JsonObject] = ()
) -> Content:
    """What a message of it says; gaps without a value stay to be seen."""
    whole = definition.whole
    cards: list[TemplateCard] = [
        present(
            TemplateCard,
            header=_header(card, values),
            text=_words(card, "body", values),
            buttons=_buttons(card, values),
        )
        for card in definition.cards
    ]
    template = present(
        Template,
        name=definition.name,
        language=definition.language,
        components=list(components),
        header=_header(whole, values),
        footer=whole.words("FOOTER"),
        buttons=_buttons(whole, values),
        cards=cards,
        offer=_offer(whole),
        expires_at=_expiry(values),
    )
    return present(Content, text=_words(whole, "body", values), template=template)


def _words(section: Section, part: str, values: Values) -> str:
    return with_values(section.words(part.upper()), said_in(section, part, values))


def _header(section: Section, values: Values) -> TemplateHeader:
    of = section.header_format
    value = values.get(f"{section.prefix}header")
    given: JsonObject = {"link": value} if isinstance(value, str) else mapping(value)
    if of == "TEXT":
        return {"type": "text", "text": _words(section, "header", values)}
    if of == "LOCATION":
        place = present(
            Location,
            lat=_degrees(given.get("latitude")),
            lng=_degrees(given.get("longitude")),
            name=text(given.get("name")),
            address=text(given.get("address")),
        )
        return present(TemplateHeader, type="location", location=place)
    if of in FILES:
        parts = {name: text(given.get(name)) for name in ("link", "filename")}
        return present(TemplateHeader, type=FILES[of], **parts)
    return {}


def _degrees(value: object) -> float | None:
    try:
        return float(text(value, 40) or "")
    except ValueError:
        return None


def _buttons(section: Section, values: Values) -> list[TemplateButton]:
    return [
        _button(button, values.get(f"{section.prefix}button.{number}"))
        for number, button in enumerate(section.buttons)
    ]


def _button(button: JsonObject, value: Value | None) -> TemplateButton:
    kind, url = part_kind(button), text(button.get("url")) or ""
    said = value if isinstance(value, str) else ""
    return present(
        TemplateButton,
        type="copy_code" if one_time(button) else kind.lower(),
        text=text(button.get("text")),
        url=_led(url, said) if kind == "URL" and not one_time(button) else None,
        phone_number=text(button.get("phone_number")),
        code=said if kind == "COPY_CODE" else None,
    )


def _led(url: str, suffix: str) -> str:
    return with_values(url, dict.fromkeys(gaps(url), suffix)) if suffix else url


def _offer(section: Section) -> str | None:
    part = mapping(section.part("LIMITED_TIME_OFFER"))
    return text(mapping(part.get("limited_time_offer")).get("text"))


def _expiry(values: Values) -> str | None:
    value = values.get("offer")
    if not isinstance(value, str) or not value.isdecimal() or len(value) > 14:
        return None
    return iso(int(value) * MILLISECOND)
