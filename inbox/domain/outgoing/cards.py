"""Contact cards, in the shape in which a customer's come."""

import re

from inbox.domain.content import Card
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.checks import address, list_of, mapping_of, words
from inbox.domain.outgoing.said import Said

CARDS_LIMIT = 5
PARTS_LIMIT = 20
PART_LIMIT = 1_000

_BIRTHDAY = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_PARTS = ("name", "phones", "emails", "urls", "addresses", "org", "birthday")


def contacts(given: object) -> Said:
    """A list of ``{name, phones?, emails?, urls?, addresses?, org?, birthday?}``."""
    cards = list_of(given, "contacts", CARDS_LIMIT)
    made = [_card(one, f"contacts[{place}]") for place, one in enumerate(cards)]
    return Said("contacts", {"cards": made})


def _card(given: object, field: str) -> Card:
    asked = mapping_of(given, field, _PARTS)
    card: Card = {"name": words(asked.get("name"), f"{field}.name", PART_LIMIT).strip()}
    if phones := _texts(asked.get("phones"), f"{field}.phones"):
        card["phones"] = [_phone(one, f"{field}.phones") for one in phones]
    if emails := _texts(asked.get("emails"), f"{field}.emails"):
        card["emails"] = [_mail(one, f"{field}.emails") for one in emails]
    if urls := _texts(asked.get("urls"), f"{field}.urls"):
        card["urls"] = [address(one, f"{field}.urls") for one in urls]
    if addresses := _texts(asked.get("addresses"), f"{field}.addresses"):
        card["addresses"] = addresses
    if org := words(asked.get("org"), f"{field}.org", PART_LIMIT, blank=True).strip():
        card["org"] = org
    if birthday := words(asked.get("birthday"), f"{field}.birthday", 40, blank=True).strip():
        card["birthday"] = _day(birthday, f"{field}.birthday")
    if len(card) == 1:
        raise Invalid(field, _("%(field)s needs a number or something else to know.", field=field))
    return card


def _texts(given: object, field: str) -> list[str]:
    if given in (None, []):
        return []
    return [
        words(one, f"{field}[{place}]", PART_LIMIT).strip()
        for place, one in enumerate(list_of(given, field, PARTS_LIMIT))
    ]


def _phone(said: str, field: str) -> str:
    if not any(sign.isdigit() for sign in said):
        raise Invalid(field, _("“%(said)s” in %(field)s is no number.", said=said, field=field))
    return said


def _mail(said: str, field: str) -> str:
    if not _MAIL.fullmatch(said):
        raise Invalid(
            field, _("“%(said)s” in %(field)s is no e-mail address.", said=said, field=field)
        )
    return said


def _day(said: str, field: str) -> str:
    if not _BIRTHDAY.fullmatch(said):
        raise Invalid(field, _("%(field)s is written as 1990-12-31.", field=field))
    return said
