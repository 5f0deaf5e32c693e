"""Attributes of contacts: what a definition may be, and what a value of each kind is.

Values come from programs as JSON, and from forms and tables as text: both are read here.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, get_args
from urllib.parse import urlsplit

from inbox.domain.contact_lines import OURS, TOLD, WHO
from inbox.domain.contacts import AttributeKind, AttributeValue, ContactAttribute
from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.text import scrub

KINDS: Final[Mapping[AttributeKind, str]] = {
    "text": N_("Text"),
    "number": N_("Number"),
    "date": N_("Date"),
    "choice": N_("Choice"),
    "link": N_("Link"),
    "yes_no": N_("Yes or no"),
}
MOST: Final = 50
"""Attributes of one team: more is no panel to read, but another system's data."""
KEY_LIMIT: Final = 40
LABEL_LIMIT: Final = 60
CHOICES_LIMIT: Final = 50
CHOICE_LIMIT: Final = 100
VALUE_LIMIT: Final = 1_000
LARGEST: Final = Decimal(10) ** 15
"""What JSON's numbers hold exactly for whoever reads them."""

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_GAP: Final = re.compile(r"[\x00-\x20\x7f-\xa0]")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?", re.ASCII)
_GROUPED: Final = re.compile(r",[0-9]{3}\Z", re.ASCII)
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"false", "no", "0"})


def checked_key(key: str) -> str:
    """Raises ``Invalid``, as all here."""
    if key in {*WHO, *OURS, *TOLD}:
        raise Invalid("key", _("“%(key)s” is something else of a contact already.", key=key))
    if _KEY.fullmatch(key) and len(key) <= KEY_LIMIT:
        return key
    sentence = _(
        "A key begins with a letter and has up to %(most)s small letters, digits and _, "
        "as order_number.",
        most=KEY_LIMIT,
    )
    raise Invalid("key", sentence)


def checked_label(label: str) -> str:
    words = scrub(label).strip()
    if 0 < len(words) <= LABEL_LIMIT:
        return words
    raise Invalid("label", _("A label has from 1 to %(most)s characters.", most=LABEL_LIMIT))


def checked_kind(kind: str) -> AttributeKind:
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        names = ", ".join(get_args(AttributeKind))
        raise Invalid("kind", _("A kind is one of %(names)s.", names=names))
    return known


def checked_choices(kind: AttributeKind, choices: Sequence[str]) -> list[str]:
    words = list(dict.fromkeys(filter(None, (scrub(one).strip() for one in choices))))
    if kind != "choice":
        if words:
            raise Invalid("choices", _("Only a choice has choices."))
        return []
    if not 0 < len(words) <= CHOICES_LIMIT:
        sentence = _("A choice has from 1 to %(most)s choices.", most=CHOICES_LIMIT)
        raise Invalid("choices", sentence)
    if any(len(one) > CHOICE_LIMIT for one in words):
        raise Invalid("choices", _("A choice has at most %(most)s characters.", most=CHOICE_LIMIT))
    return words


def checked_value(attribute: ContactAttribute, value: object) -> AttributeValue | None:
    """What is kept of it; None: nothing is to be known any more."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return _READERS[attribute["kind"]](attribute, value)
    except _Unfit as unfit:
        sentence = _("%(label)s: %(why)s", label=attribute["label"], why=str(unfit))
        raise Invalid(f"attributes.{attribute['key']}", sentence) from None


class _Unfit(ValueError):
    """Why it is no value of this kind, in a sentence that follows the label."""


def _text(_attribute: ContactAttribute, value: object) -> str:
    words = _words(value)
    if len(words) > VALUE_LIMIT:
        raise _Unfit(_("at most %(most)s characters.", most=VALUE_LIMIT))
    return words


def _number(_attribute: ContactAttribute, value: object) -> int | float:
    why = _("a number, as 12 or 12.5.")
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _Unfit(why)
    written = str(value).strip()
    if isinstance(value, str):
        # Of 1,250 nobody knows whether it is more than a thousand.
        if not _DECIMAL.fullmatch(written) or _GROUPED.search(written):
            raise _Unfit(why)
        written = written.replace(",", ".")
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise _Unfit(why) from None
    if not number.is_finite() or abs(number) >= LARGEST:
        raise _Unfit(why)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(_attribute: ContactAttribute, value: object) -> str:
    written = _words(value)
    try:
        if not _DAY.fullmatch(written):
            raise ValueError
        return date.fromisoformat(written).isoformat()
    except ValueError:
        raise _Unfit(_("a day, as 2026-11-30.")) from None


def _choice(attribute: ContactAttribute, value: object) -> str:
    written = _words(value)
    folded = written.casefold()
    found = next((one for one in attribute["choices"] if one.casefold() == folded), None)
    if found is None:
        raise _Unfit(_("one of %(choices)s.", choices=", ".join(attribute["choices"])))
    return found


def _link(_attribute: ContactAttribute, value: object) -> str:
    written = _words(value)
    why = _("an address of the web that begins with https:// or http://.")
    try:
        parts = urlsplit(written)
        whole = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        whole = False
    if not whole or _GAP.search(written) or len(written) > VALUE_LIMIT:
        raise _Unfit(why)
    return written


def _yes_no(_attribute: ContactAttribute, value: object) -> bool:
    if isinstance(value, bool):
        return value
    written = _words(value).casefold()
    if written not in _YES | _NO:
        raise _Unfit(_("yes or no."))
    return written in _YES


def _words(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise _Unfit(_("a text."))
    return scrub(str(value)).strip()


_READERS: Final[Mapping[AttributeKind, Callable[[ContactAttribute, object], AttributeValue]]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "link": _link,
    "yes_no": _yes_no,
}


def written(value: AttributeValue) -> str:
    """As a form or a table has it, which ``checked_value`` reads again."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
