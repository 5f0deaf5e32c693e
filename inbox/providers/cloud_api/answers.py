"""What Graph's answer to a send proves: the message's id, a refusal, or nothing (B.4).

Decided by error code; the HTTP status is only a fallback, because published tables disagree.
"""

import json
import re
from typing import Any, NamedTuple

from inbox.domain.events import Problem
from inbox.domain.phone import number
from inbox.domain.text import identifier, mapping, mappings, text
from inbox.providers import errors
from inbox.providers.base import Accepted, Ambiguous, Refused, SendResult
from inbox.providers.cloud_api.problems import code

RETRY_LIMIT = 3600
"""No ``Retry-After`` holds a message back for longer: a day would look like a hang."""

_PREFIX = re.compile(r"^\(#[0-9]+\) ", re.ASCII)
_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)
_UNPROVEN = "It may or may not have gone out. Ask the customer before sending it again."


class Answer(NamedTuple):
    status: int
    body: bytes
    retry_after: str | None = None


def judge(answer: Answer, recipient: str, token: str) -> SendResult:
    told = _object(answer.body)
    if answer.status // 100 == 2 and (accepted := _accepted(told, recipient)):
        return accepted
    error = mapping(told.get("error"))
    return _by_code(answer, error, token) if error else _by_status(answer)


def _object(body: bytes) -> dict[str, Any]:
    try:
        return mapping(json.loads(body))
    except (ValueError, RecursionError):
        return {}


def _accepted(told: dict[str, Any], recipient: str) -> Accepted | None:
    for message in mappings(told.get("messages"))[:1]:
        if wamid := identifier(message.get("id")):
            return Accepted(wamid, _other_wa_id(told, recipient))
    return None


def _other_wa_id(told: dict[str, Any], recipient: str) -> str | None:
    """WhatsApp's own spelling of the number, where it is not the one we used."""
    contact = next(iter(mappings(told.get("contacts"))), {})
    wa_id = number(contact.get("wa_id")).wa_id
    return wa_id if wa_id != number(recipient).wa_id else None


def _by_code(answer: Answer, error: dict[str, Any], token: str) -> SendResult:
    found = code(error.get("code"))
    title, detail = (_hidden(words, token) for words in _words(error))
    problem = errors.explain(found, title, detail)
    known = errors.advice(found)
    if known is not None:
        return _refused(problem, known.retry_after, answer)
    if error.get("is_transient") is True:
        return _refused(problem, 30, answer)
    if answer.status // 100 == 4:
        return _refused(problem, 60 if answer.status == 429 else None, answer)
    return Ambiguous(problem["title"], problem.get("detail") or _UNPROVEN)


def _refused(problem: Problem, wait: float | None, answer: Answer) -> Refused:
    wait = _patient(wait, answer)
    return Refused(problem["title"], problem.get("detail"), problem.get("code"), wait)


def _words(error: dict[str, Any]) -> tuple[str | None, str | None]:
    title = text(error.get("error_user_title")) or text(error.get("message"))
    detail = text(mapping(error.get("error_data")).get("details"))
    return _PREFIX.sub("", title or "") or None, detail or text(error.get("error_user_msg"))


def _hidden(words: str | None, token: str) -> str | None:
    """An error that quotes our request must not carry the token into a page or a log."""
    return words.replace(token, "…") if words else None


def _by_status(answer: Answer) -> SendResult:
    """An answer that is none of Graph's: a gateway's, a proxy's, or a wrong address.

    A gateway that says 502 or 503 had no one to give the message to, and the corpus calls
    them transient. 500, 504 and 408 come also from a server that was already at work.
    """
    match answer.status:
        case 401 | 403:
            return Refused(
                "WhatsApp did not let us in",
                "Ask an administrator to check the access token in the channel's settings.",
            )
        case 429:
            return _later("Too many requests to WhatsApp", 60, answer)
        case 502 | 503:
            return _later("WhatsApp is briefly unavailable", 30, answer)
        case 408:
            return Ambiguous("WhatsApp gave up on the request", _UNPROVEN)
        case status if 300 <= status < 500:
            return Refused(
                f"The API address answered {status}",
                "Ask an administrator to check the API address in the channel's settings.",
            )
        case status if 200 <= status < 300:
            return Ambiguous("WhatsApp accepted the message without an id", _UNPROVEN)
        case status:
            return Ambiguous(f"WhatsApp answered {status}", _UNPROVEN)


def _later(title: str, wait: float, answer: Answer) -> Refused:
    return Refused(title, errors.PASSES, retry_after=_patient(wait, answer))


def _patient(wait: float | None, answer: Answer) -> float | None:
    """Ours or the provider's pause, whichever is longer; a date for an answer is not read."""
    asked = answer.retry_after or ""
    if wait is None or not _SECONDS.fullmatch(asked):
        return wait
    return max(wait, min(float(asked), RETRY_LIMIT))
