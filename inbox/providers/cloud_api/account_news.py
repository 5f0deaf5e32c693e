"""What Meta says of the account, the number and its templates (wire-formats A.13), in a sentence.

News that all is well again, or goes its way, are left alone: nobody has to do anything.
"""

from collections.abc import Callable
from typing import Final

from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject, clip, mapping, mappings, text

LONGEST: Final = 500
_FINE: Final = frozenset(
    {
        *("APPROVED", "PENDING", "REINSTATED", "UNARCHIVED", "UNFLAGGED", "UPGRADE", "ONBOARDING"),
        *("GREEN", "ACCOUNT_RECONNECTED", "PARTNER_ADDED", "PARTNER_APP_INSTALLED"),
        *("VERIFIED_ACCOUNT", "ACCOUNT_UNRESTRICTED"),
    }
)


def sentence_of(field: str, value: JsonObject) -> str | None:
    """None for what nobody has to know of."""
    known = _READERS.get(field)
    if known is None:
        return None
    title, key, read = known
    word = text(value.get(key)) or ""
    if word.upper() in _FINE:
        return None
    details = [part for part in read(value) if part]
    said = ", ".join(filter(None, [_plain(word), *map(_plain, details)]))
    return clip(f"{_(title)}: {said}" if said else _(title), LONGEST)


def _plain(word: str) -> str:
    """``ACCOUNT_VIOLATION`` as people write it."""
    return word.replace("_", " ").lower() if word.isupper() else word


def _account(value: JsonObject) -> list[str | None]:
    ban, violation = mapping(value.get("ban_info")), mapping(value.get("violation_info"))
    kept = [text(one.get("restriction_type")) for one in mappings(value.get("restriction_info"))]
    return [text(ban.get("waba_ban_state")), text(violation.get("violation_type")), *kept]


def _of(*names: str) -> Callable[[JsonObject], list[str | None]]:
    return lambda value: [text(value.get(name)) for name in names]


_TEMPLATE = ("message_template_name", "message_template_language")
_READERS: Final[dict[str, tuple[str, str, Callable[[JsonObject], list[str | None]]]]] = {
    "account_update": (N_("The WhatsApp account has news"), "event", _account),
    "account_alerts": (
        N_("Meta warns about the WhatsApp account"),
        "alert_type",
        _of("alert_severity", "alert_description"),
    ),
    "account_review_update": (N_("Meta reviewed the WhatsApp account"), "decision", _of()),
    "phone_number_quality_update": (
        N_("The quality or limit of the number changed"),
        "event",
        _of("current_limit", "display_phone_number"),
    ),
    "phone_number_name_update": (
        N_("Meta decided on the number’s name"),
        "decision",
        _of("requested_verified_name", "rejection_reason"),
    ),
    "message_template_status_update": (
        N_("A template changed its state"),
        "event",
        _of(*_TEMPLATE, "reason"),
    ),
    "message_template_quality_update": (
        N_("The quality of a template changed"),
        "new_quality_score",
        _of(*_TEMPLATE),
    ),
    "template_category_update": (
        N_("A template has another category, and so another price"),
        "new_category",
        _of(*_TEMPLATE),
    ),
    "security": (N_("A security setting of the number changed"), "event", _of("requester")),
}
