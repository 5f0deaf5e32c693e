"""Meta's rules for a template that is to be created or changed, each told with its field.

Checked here, as Meta answers a breach with one number and looks at what passes for hours.
"""

import re
from collections.abc import Sequence
from typing import Final

from inbox.domain.errors import Invalid
from inbox.domain.language import _, ngettext
from inbox.domain.templates.asking import (
    CODE_LIMIT,
    HEADER_LIMIT,
    URL_LIMIT,
    body_limit,
    examples_of,
)
from inbox.domain.templates.definition import Definition, Section, gaps, part_kind
from inbox.domain.templates.languages import CODES
from inbox.domain.templates.samples import shown_by
from inbox.domain.text import JsonObject, mapping, text

CATEGORIES: Final = ("UTILITY", "MARKETING")
"""Those whose words are one's own: what hands over passwords is made in WhatsApp Manager."""
NAME_LIMIT: Final = 512
FOOTER_LIMIT: Final = 60
BUTTON_LIMIT: Final = 25
OFFER_LIMIT: Final = 16
BUTTONS: Final = 10
MOST_OF: Final = {
    "QUICK_REPLY": 10,
    "URL": 2,
    "PHONE_NUMBER": 1,
    "COPY_CODE": 1,
    "FLOW": 1,
    "VOICE_CALL": 1,
}
"""How many of each kind one template may have."""
CARDS: Final = (2, 10)

_NAME: Final = re.compile(r"[a-z0-9_]+", re.ASCII)
_GAP_NAME: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_STYLED: Final = re.compile(r"[*_~`\n]")
_BRACES: Final = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_PARTS: Final = {"HEADER", "BODY", "FOOTER", "BUTTONS", "LIMITED_TIME_OFFER", "CAROUSEL"}
_FORMATS: Final = {"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION"}


def check_new(definition: Definition) -> None:
    """Raises ``Invalid``; its field says where, as ``buttons.0.url`` or ``cards.1.body``."""
    if not _NAME.fullmatch(definition.name) or len(definition.name) > NAME_LIMIT:
        raise Invalid("name", _("A name has only a to z, 0 to 9 and _, at most 512 of them."))
    if definition.language not in CODES:
        raise Invalid("language", _("WhatsApp has no templates in this language."))
    check_definition(definition)


def check_definition(definition: Definition) -> None:
    """What may also change of one that is there."""
    if definition.category not in CATEGORIES:
        raise Invalid("category", _("A category is UTILITY or MARKETING."))
    kinds = [part_kind(part) for part in definition.components]
    for kind in kinds:
        if kind not in _PARTS or kinds.count(kind) > 1:
            raise Invalid(
                "components", _("A template has each part once, and no %(part)s.", part=kind)
            )
    if "BODY" not in kinds:
        raise Invalid("body", _("Write what the template says."))
    _check_section(definition, definition.whole, "")
    _check_offer(definition.whole)
    if "CAROUSEL" in kinds:
        _check_cards(definition)


def _check_section(definition: Definition, section: Section, where: str) -> None:
    if section.header_format is not None:
        _check_header(definition, section, where)
    _check_body(definition, section, where)
    if footer := mapping(section.part("FOOTER")):
        words = _written(f"{where}footer", footer.get("text"), FOOTER_LIMIT)
        if gaps(words):
            raise Invalid(f"{where}footer", _("The footer has no gaps."))
    if section.part("BUTTONS") is not None:
        _check_buttons(section.buttons, where)


def _check_header(definition: Definition, section: Section, where: str) -> None:
    field, part = f"{where}header", mapping(section.part("HEADER"))
    if section.header_format not in _FORMATS:
        raise Invalid(field, _("A header is a text, a picture, a film, a document or a place."))
    if section.header_format == "TEXT":
        words = _written(field, part.get("text"), HEADER_LIMIT)
        if len(gaps(words)) > 1:
            raise Invalid(field, _("The header has one gap at most."))
        if _STYLED.search(_BRACES.sub("", words)):
            raise Invalid(field, _("The header has no line breaks and none of * _ ~ `."))
        _check_gaps(definition, field, part, "header", words)
    elif section.header_format != "LOCATION" and not any(shown_by(part)):
        raise Invalid(field, _("A header with a file needs a sample of it."))


def _check_body(definition: Definition, section: Section, where: str) -> None:
    field, part = f"{where}body", mapping(section.part("BODY"))
    words = _written(field, part.get("text"), body_limit(definition, section))
    if re.match(r"\s*\{\{", words) or re.search(r"\}\}\s*$", words):
        raise Invalid(field, _("A gap stands neither at the beginning nor at the end."))
    wanted = gaps(words)
    if len(re.findall(r"\w+", _BRACES.sub("", words))) < 2 * len(wanted) + 1:
        raise Invalid(field, _("There are too many gaps for so few words."))
    _check_gaps(definition, field, part, "body", words)


def _check_gaps(
    definition: Definition, field: str, part: JsonObject, name: str, words: str
) -> None:
    wanted = gaps(words)
    if words.count("{{") != words.count("}}") or len(_BRACES.findall(words)) != words.count("{{"):
        raise Invalid(field, _("A gap is written as {{1}} or {{first_name}}."))
    if any(not gaps(one) for one in _BRACES.findall(words)):
        raise Invalid(field, _("A gap is written as {{1}} or {{first_name}}."))
    if definition.named and any(not _GAP_NAME.fullmatch(gap) for gap in wanted):
        raise Invalid(field, _("Names of gaps have only a to z, 0 to 9 and _."))
    if not definition.named and wanted != [str(one) for one in range(1, len(wanted) + 1)]:
        raise Invalid(field, _("Gaps are numbered: {{1}}, {{2}} and so on."))
    examples = examples_of(part, name)
    if lacking := [gap for gap in wanted if not examples.get(gap, "").strip()]:
        raise Invalid(
            f"{field}.{lacking[0]}",
            _("Meta wants an example of what stands in {{%(gap)s}}.", gap=lacking[0]),
        )


def _check_buttons(buttons: Sequence[JsonObject], where: str) -> None:
    field = f"{where}buttons"
    if not 1 <= len(buttons) <= BUTTONS:
        raise Invalid(field, _("A template has 1 to %(most)s buttons.", most=BUTTONS))
    kinds = [part_kind(button) for button in buttons]
    for number, kind in enumerate(kinds):
        if kind not in MOST_OF:
            raise Invalid(f"{field}.{number}", _("There is no button %(kind)s.", kind=kind))
        if kinds[: number + 1].count(kind) > MOST_OF[kind]:
            words = ngettext(
                "There is at most %(num)s button of this kind.",
                "There are at most %(num)s buttons of this kind.",
                MOST_OF[kind],
            )
            raise Invalid(f"{field}.{number}", words)
    quick = [kind == "QUICK_REPLY" for kind in kinds]
    if quick not in (sorted(quick), sorted(quick, reverse=True)):
        raise Invalid(field, _("Quick replies stand together, before the others or after them."))
    for number, button in enumerate(buttons):
        _check_button(button, f"{field}.{number}")


def _check_button(button: JsonObject, field: str) -> None:
    kind = part_kind(button)
    if kind in ("QUICK_REPLY", "URL", "PHONE_NUMBER", "FLOW"):
        words = _written(f"{field}.text", button.get("text"), BUTTON_LIMIT)
        if gaps(words):
            raise Invalid(f"{field}.text", _("The words on a button have no gaps."))
    match kind:
        case "URL":
            _check_url(button, field)
        case "PHONE_NUMBER":
            _written(f"{field}.phone_number", button.get("phone_number"), 20)
        case "COPY_CODE":
            _written(f"{field}.example", _example(button), CODE_LIMIT)


def _check_url(button: JsonObject, field: str) -> None:
    url = _written(f"{field}.url", button.get("url"), URL_LIMIT)
    if not re.match(r"https?://[^\s{]+\S*$", url):
        raise Invalid(f"{field}.url", _("An address begins with https://."))
    found = gaps(url)
    if found and (len(found) > 1 or not url.endswith("}}") or url.count("{{") > 1):
        raise Invalid(f"{field}.url", _("An address has one gap at most, at its end."))
    if found and not _example(button):
        raise Invalid(f"{field}.example", _("Give an example of the whole address."))


def _example(button: JsonObject) -> str | None:
    given = button.get("example")
    return text(given[0]) if isinstance(given, list) and given else text(given)


def _check_offer(section: Section) -> None:
    part = section.part("LIMITED_TIME_OFFER")
    if part is None:
        return
    _written("offer", mapping(part.get("limited_time_offer")).get("text"), OFFER_LIMIT)
    if section.part("FOOTER") is not None:
        raise Invalid("footer", _("Beside a limited offer there is no footer."))
    if section.header_format not in (None, "IMAGE", "VIDEO"):
        raise Invalid("header", _("Over a limited offer there is a picture or a film, or nothing."))


def _check_cards(definition: Definition) -> None:
    least, most = CARDS
    cards = definition.cards
    if not least <= len(cards) <= most:
        raise Invalid(
            "cards", _("A carousel has %(least)s to %(most)s cards.", least=least, most=most)
        )
    if definition.whole.header_format or definition.whole.part("FOOTER"):
        raise Invalid("cards", _("Beside a carousel there is neither header nor footer."))
    forms = {(card.header_format, tuple(map(part_kind, card.buttons))) for card in cards}
    if len(forms) > 1:
        raise Invalid("cards", _("All cards have the same header and the same kinds of buttons."))
    for number, card in enumerate(cards):
        where = f"cards.{number}."
        if card.header_format not in ("IMAGE", "VIDEO"):
            raise Invalid(f"{where}header", _("A card has a picture or a film over it."))
        if not 1 <= len(card.buttons) <= 2:
            raise Invalid(f"{where}buttons", _("A card has one button or two."))
        _check_section(definition, card, where)


def _written(field: str, value: object, limit: int) -> str:
    words = text(value) or ""
    if not words.strip():
        raise Invalid(field, _("Fill this in."))
    if len(words) > limit:
        raise Invalid(
            field,
            _(
                "This has %(length)s characters; WhatsApp takes %(limit)s here.",
                length=len(words),
                limit=limit,
            ),
        )
    return words
