"""What Graph's answer to a send proves: the message's id, a refusal, or nothing (B.4).

Decided by error code; the HTTP status is only a fallback, because published tables disagree.
"""

import re

from inbox.domain.phone import number
from inbox.domain.text import JsonObject, identifier, mapping, mappings, text
from inbox.providers import errors
from inbox.providers.base import Accepted, Ambiguous, SendResult
from inbox.providers.calling import Answer
from inbox.providers.cloud_api.problems import code
from inbox.providers.verdicts import UNPROVEN, answer_object, by_status, hidden, refused

_PREFIX = re.compile(r"^\(#[0-9]+\) ", re.ASCII)


def judge(answer: Answer, recipient: str, token: str, *, direct: bool = False) -> SendResult:
    """``direct``: it was a Direct Send."""
    said = answer_object(answer)
    if answer.status // 100 == 2 and (taken := accepted(said, recipient)):
        return taken
    error = mapping(said.get("error"))
    return by_code(answer, error, token, direct=direct) if error else by_status(answer)


def accepted(said: JsonObject, recipient: str) -> Accepted | None:
    """The id of the one message in Graph's answer."""
    for message in mappings(said.get("messages"))[:1]:
        if wamid := identifier(message.get("id")):
            return Accepted(wamid, _other_wa_id(said, recipient))
    return None


def _other_wa_id(said: JsonObject, recipient: str) -> str | None:
    """WhatsApp's own spelling of the number, where it is not the one we used."""
    contact = next(iter(mappings(said.get("contacts"))), {})
    wa_id = number(contact.get("wa_id")).wa_id
    return wa_id if wa_id != number(recipient).wa_id else None


def by_code(answer: Answer, error: JsonObject, token: str, *, direct: bool = False) -> SendResult:
    """What one of Meta's error objects proves."""
    found = code(error.get("code"))
    title, detail = (hidden(words, token) for words in _words(error))
    problem = errors.explain(found, title, detail, direct=direct)
    known = errors.advice(found, direct=direct)
    if known is not None:
        return refused(problem, known.retry_after, answer)
    if error.get("is_transient") is True:
        return refused(problem, 30, answer)
    if answer.status // 100 == 4:
        return refused(problem, 60 if answer.status == 429 else None, answer)
    return Ambiguous(problem["title"], problem.get("detail") or UNPROVEN)


def _words(error: JsonObject) -> tuple[str | None, str | None]:
    title = text(error.get("error_user_title")) or text(error.get("message"))
    detail = text(mapping(error.get("error_data")).get("details"))
    return _PREFIX.sub("", title or "") or None, detail or text(error.get("error_user_msg"))
