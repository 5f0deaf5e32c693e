"""One element of ``statuses[]`` becomes a receipt, or for the legacy ``deleted`` a revoke."""

from typing import Final

from inbox.domain.events import ErrorEvent, Event, Ignored, Pricing, RevokeEvent, StatusEvent
from inbox.domain.phone import number
from inbox.domain.text import JsonObject, flag, identifier, mapping, present, text
from inbox.providers.cloud_api.messages import Batch, moment
from inbox.providers.cloud_api.problems import problems, read_problem

WORD_LIMIT: Final = 40
"""Characters of a category, or of what a message is billed by."""


def read_status(status: JsonObject, batch: Batch) -> Event:
    if isinstance(kind := status.get("type"), str) and kind not in ("message", ""):
        return Ignored(reason="status_type", field=identifier(kind), account=batch.account)
    target = identifier(status.get("id"))
    word = status.get("status")
    word = identifier(word.lower()) if isinstance(word, str) else None
    if target is None or word is None:
        missing = "id" if target is None else "status"
        return Ignored(reason=f"status_without_{missing}", account=batch.account)
    if word == "deleted":
        return _deleted(status, target, batch)
    return _receipt(status, target, word, batch)


def _receipt(status: JsonObject, target: str, word: str, batch: Batch) -> StatusEvent:
    participant = _participant(status)
    who = batch.people.person(status.get("recipient_id"), status.get("recipient_user_id"))
    return StatusEvent(
        key=f"st:{target}:{word}:{participant}" if participant else f"st:{target}:{word}",
        ts=moment(status.get("timestamp"), batch.now),
        message_id=target,
        status=word,
        recipient=number(status.get("recipient_id")).wa_id or who.wa_id,
        recipient_user_id=who.user_id,
        participant=participant,
        errors=problems(status.get("errors")),
        conversation_id=identifier(mapping(status.get("conversation")).get("id")),
        category=text(mapping(status.get("pricing")).get("category")),
        pricing=_pricing(mapping(status.get("pricing"))),
        opaque=identifier(status.get("biz_opaque_callback_data")),
        account=batch.account,
    )


def _pricing(told: JsonObject) -> Pricing | None:
    """Without a category it says nothing of use; ``type`` says what ``billable`` does, and more."""
    category, kind = _word(told.get("category")), _word(told.get("type"))
    model = _word(told.get("pricing_model"))
    billable = flag(told.get("billable"))
    if billable is None and kind is not None:
        billable = kind == "regular"
    if category is None or billable is None:
        return None
    return present(Pricing, billable=billable, category=category, type=kind, model=model)


def _word(value: object) -> str | None:
    found = identifier(value)
    return found.lower()[:WORD_LIMIT] if found else None


def _participant(status: JsonObject) -> str | None:
    """Whose receipt it is in a group: each participant reports apart from the others."""
    return number(status.get("recipient_participant_id")).wa_id or identifier(
        status.get("recipient_participant_user_id")
    )


def _deleted(status: JsonObject, target: str, batch: Batch) -> RevokeEvent:
    return RevokeEvent(
        key=f"st:{target}:deleted",
        ts=moment(status.get("timestamp"), batch.now),
        target_id=target,
        recipient=number(status.get("recipient_id")).wa_id,
        account=batch.account,
    )


def error_event(error: JsonObject, batch: Batch) -> ErrorEvent:
    found = read_problem(error)
    return ErrorEvent(
        code=found.get("code"),
        title=found.get("title"),
        detail=found.get("detail"),
        account=batch.account,
    )
