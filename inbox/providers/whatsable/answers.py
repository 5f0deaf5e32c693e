"""What the answers of WhatsAble's two APIs prove: ``success`` is the truth, not the status.

A refusal comes with status 200 as well. Their forms::

    {"success": true, "details": {"messages": [{"id": "wamid…"}]}}
    {"success": true, "whatsapp_response_info": {"messages": [{"id": "wamid…"}]}}
    {"success": false, "message": "…"}
    {"success": false, "whatsapp_response_info": {"code": 131026, "message": "…"}}
    {"error": {"code": "…", "message": "…"}}
"""

import re

from inbox.domain.language import N_
from inbox.domain.text import JsonObject, mapping, text
from inbox.providers import errors
from inbox.providers.base import Accepted, Ambiguous, Refused
from inbox.providers.calling import Answer
from inbox.providers.cloud_api.answers import accepted
from inbox.providers.cloud_api.problems import code
from inbox.providers.verdicts import UNPROVEN, by_status, hidden, refused

WINDOW = 131047
"""Meta's code for more than a day since the customer wrote."""

_STATUS_SAYS_MORE = frozenset({401, 408, 429})
"""Who may enter, what is uncertain, and whether time heals."""

_DAY = re.compile(r"24[\s-]*h(ou)?rs?\b", re.ASCII | re.IGNORECASE)


def message_id_of(said: JsonObject, recipient: str) -> Accepted | None:
    """The id of the message, wherever the product puts WhatsApp's own answer."""
    for part in ("details", "whatsapp_response_info"):
        if found := accepted(mapping(said.get(part)), recipient):
            return found
    return accepted(said, recipient)


def failed(answer: Answer, said: JsonObject, token: str) -> Refused | Ambiguous | None:
    """What an answer proves that calls itself a failure, by word or by status; None if neither."""
    speaks = said.get("success") is False or bool(said.get("error"))
    if answer.status // 100 == 2:
        return refusal(answer, said, token) if speaks else None
    if answer.status in _STATUS_SAYS_MORE or answer.status // 100 != 4:
        return by_status(answer)
    speaks = speaks or text(said.get("message")) is not None
    return refusal(answer, said, token) if speaks else by_status(answer)


def refusal(answer: Answer, said: JsonObject, token: str) -> Refused:
    """A refusal in the provider's words, or in ours where they are WhatsApp's own."""
    inner = _error(said)
    words = text(inner.get("message")) or text(said.get("error")) or text(said.get("message"))
    words, _, reason = (words or "").partition(" | Reason: ")
    told = text(said.get("details")) or text(inner.get("details"))
    detail = told or text(mapping(inner.get("error_data")).get("details")) or reason or None
    found = code(inner.get("code")) or (WINDOW if _DAY.search(f"{words} {detail}") else None)
    problem = errors.explain(found, hidden(words or None, token), hidden(detail, token))
    known = errors.advice(found)
    return refused(problem, known.retry_after if known else None, answer)


def unproven() -> Ambiguous:
    """Neither an id nor a refusal."""
    return Ambiguous(N_("WhatsAble did not say what became of the message"), UNPROVEN)


def _error(said: JsonObject) -> JsonObject:
    """The error object: at the top, in the details, or as WhatsApp's answer or within it."""
    told = (mapping(said.get(part)) for part in ("details", "whatsapp_response_info"))
    if error := mapping(said.get("error")):
        return error
    for each in told:
        if error := mapping(each.get("error")) or (each if "code" in each else {}):
            return error
    return {}
