"""What every kind of message is checked for: shapes, lengths and counts, each with its sentence.

``field`` names the input as the API spells it, down to the part: ``interactive.footer.text``.
"""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit

from inbox.domain.errors import Invalid
from inbox.domain.language import _, ngettext
from inbox.domain.text import JsonObject, scrub

ADDRESS_LIMIT = 2_000


def words(given: object, field: str, most: int, *, blank: bool = False) -> str:
    """A text of at most so many characters; ``blank``: it may say nothing."""
    if given is None and blank:
        return ""
    if not isinstance(given, str):
        raise Invalid(field, _("%(field)s must be a text.", field=field))
    said = scrub(given)
    if not blank and not said.strip():
        raise Invalid(field, _("%(field)s says nothing yet.", field=field))
    if len(said) > most:
        raise beyond(field, most, len(said))
    return said


def beyond(field: str, most: int, length: int) -> Invalid:
    sentence = _(
        "WhatsApp takes at most %(most)s characters in %(field)s; this has %(length)s.",
        most=most,
        field=field,
        length=length,
    )
    return Invalid(field, sentence)


def mapping_of(given: object, field: str, names: Collection[str]) -> JsonObject:
    """An object with none but these names."""
    if not isinstance(given, dict):
        raise Invalid(field, _("%(field)s must be an object.", field=field))
    for name in given:
        if name not in names:
            raise Invalid(
                f"{field}.{scrub(str(name))[:40]}",
                _(
                    "%(field)s has no “%(name)s”; it takes %(names)s.",
                    field=field,
                    name=scrub(str(name))[:40],
                    names=", ".join(sorted(names)),
                ),
            )
    return given


def list_of(given: object, field: str, most: int) -> Sequence[object]:
    """A list of one to ``most``."""
    if not isinstance(given, list) or not given:
        raise Invalid(field, _("%(field)s must be a list with at least one entry.", field=field))
    if len(given) > most:
        raise Invalid(
            field,
            ngettext(
                "WhatsApp takes at most %(num)s entry in %(field)s; there are %(count)s.",
                "WhatsApp takes at most %(num)s entries in %(field)s; there are %(count)s.",
                most,
                field=field,
                count=len(given),
            ),
        )
    return given


def one_of(given: object, field: str, names: Collection[str]) -> str:
    if not isinstance(given, str) or given not in names:
        raise Invalid(
            field, _("%(field)s is one of %(names)s.", field=field, names=", ".join(names))
        )
    return given


def distinct(given: Sequence[str], field: str) -> None:
    for place, one in enumerate(given):
        if one in given[:place]:
            raise Invalid(field, _("“%(one)s” is there twice in %(field)s.", one=one, field=field))


def address(given: object, field: str) -> str:
    """A web address that a phone can open."""
    said = words(given, field, ADDRESS_LIMIT).strip()
    try:
        parts = urlsplit(said)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable or any(sign.isspace() for sign in said):
        raise Invalid(
            field, _("%(field)s must be an address that begins with https://.", field=field)
        )
    return said
