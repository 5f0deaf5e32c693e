"""A number that somebody types to write to it first: which one it is, and of which country.

Here an identity is made of it, so it must be whole: what is dialled at home only is read as at the
home of the number that one writes from.
"""

from typing import Final, NamedTuple

from inbox.domain import numbering
from inbox.domain.errors import Invalid
from inbox.domain.language import _

FIELD: Final = "phone_number"
_LIMIT: Final = 100
_MEXICO: Final = 52
_MARKED: Final = 11
"""Digits of a number of Mexico with the mark that mobiles had."""


class NewNumber(NamedTuple):
    """``phone`` with its plus, ``region`` as ISO 3166 has it; empty if it is of no country."""

    phone: str
    region: str

    @property
    def wa_id(self) -> str:
        """What WhatsApp calls them, as far as one can tell: its answer may say otherwise."""
        return self.phone.removeprefix("+")


def read_number(typed: str, home: str = "") -> NewNumber:
    """Raises ``Invalid``. ``home``: the country in which a number without a code is dialled."""
    if len(typed) > _LIMIT:
        raise Invalid(FIELD, _("This is no phone number."))
    try:
        parsed = numbering.parse(_abroad(typed.strip()), home or None)
    except numbering.NumberParseException as wrong:
        raise Invalid(FIELD, _unread(wrong)) from None
    _forget_former_mark(parsed)
    match numbering.is_possible_number_with_reason(parsed):
        case numbering.ValidationResult.IS_POSSIBLE:
            phone = numbering.format_number(parsed, numbering.PhoneNumberFormat.E164)
            return NewNumber(phone, _region(parsed))
        case numbering.ValidationResult.TOO_LONG:
            raise Invalid(FIELD, _("This number has too many digits for its country."))
        case numbering.ValidationResult.INVALID_COUNTRY_CODE:
            raise Invalid(FIELD, _("No country has the code with which this number begins."))
        case _:
            raise Invalid(FIELD, _("This number has too few digits for its country."))


def home_of(phone: str | None) -> str:
    """The country of a number of ours; empty if that is not known."""
    try:
        return _region(numbering.parse(phone or "", None))
    except numbering.NumberParseException:
        return ""


def _abroad(typed: str) -> str:
    """Two zeros lead abroad nearly everywhere, and nowhere is a number dialled so at home."""
    bare = typed.lstrip("( ")
    return "+" + bare.removeprefix("00") if bare.startswith("00") else typed


def _forget_former_mark(parsed: "numbering.PhoneNumber") -> None:
    """Mobiles of Mexico had a 1 before them until 2019, and many still write it."""
    national = str(parsed.national_number)
    if parsed.country_code == _MEXICO and len(national) == _MARKED and national[0] == "1":
        parsed.national_number = int(national[1:])


def _unread(wrong: "numbering.NumberParseException") -> str:
    if wrong.error_type == numbering.NumberParseException.INVALID_COUNTRY_CODE:
        return _("Begin with + and the code of the country, as in +44 7700 900123.")
    if wrong.error_type == numbering.NumberParseException.TOO_LONG:
        return _("This number has too many digits for its country.")
    return _("Enter a phone number, as +44 7700 900123.")


def _region(parsed: "numbering.PhoneNumber") -> str:
    found = numbering.region_code_for_number(parsed)
    code = found or numbering.region_code_for_country_code(parsed.country_code or 0)
    return "" if code in ("001", "ZZ") else code
