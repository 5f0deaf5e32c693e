"""What an answer to a send proves when it says nothing in its provider's own terms.

A gateway that says 502 or 503 had no one to give the message to, and the corpus calls
them transient. 500, 504 and 408 come also from a server that was already at work.
"""

import json
import re

from inbox.domain.content import Problem
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject, mapping
from inbox.providers import errors
from inbox.providers.base import Ambiguous, Refused
from inbox.providers.calling import Answer
from inbox.providers.errors import Limit

RETRY_LIMIT = 3600
"""No ``Retry-After`` holds a message back for longer: a day would look like a hang."""

UNPROVEN = N_("It may or may not have gone out. Ask the customer before sending it again.")

_SECONDS = re.compile(r"[0-9]{1,6}", re.ASCII)


def answer_object(answer: Answer) -> JsonObject:
    """The JSON object of an answer; an empty one if it is none."""
    try:
        return mapping(json.loads(answer.body))
    except (ValueError, RecursionError):
        return {}


def refused(problem: Problem, wait: float | None, answer: Answer) -> Refused:
    """Certainly not sent; worth another try after ``wait`` seconds, None: never."""
    code = problem.get("code")
    title, detail, pause = problem["title"], problem.get("detail"), _patient(wait, answer)
    whole, limit = errors.of_the_channel(code), errors.limit_of(code) or _asked_of_all(answer)
    return Refused(title, detail, code, pause, whole, None if pause is None else limit)


def hidden(words: str | None, token: str) -> str | None:
    """An error that quotes our request must not carry the token into a page or a log."""
    return words.replace(token, "…") if words else None


def by_status(answer: Answer) -> Refused | Ambiguous:
    """An answer that is none of the API's: a gateway's, a proxy's, or a wrong address."""
    match answer.status:
        case 401 | 403:
            return Refused(
                N_("WhatsApp did not let us in"),
                N_("Ask an administrator to check the access token in the channel's settings."),
                channel=True,
            )
        case 429:
            return _later(N_("Too many requests to WhatsApp"), 60, answer)
        case 502 | 503:
            return _later(N_("WhatsApp is briefly unavailable"), 30, answer)
        case 408:
            return Ambiguous(N_("WhatsApp gave up on the request"), UNPROVEN)
        case status if 300 <= status < 500:
            return Refused(
                _("The API address answered %(status)s", status=status),
                N_("Ask an administrator to check the API address in the channel's settings."),
            )
        case status if 200 <= status < 300:
            return Ambiguous(N_("WhatsApp accepted the message without an id"), UNPROVEN)
        case status:
            return Ambiguous(_("WhatsApp answered %(status)s", status=status), UNPROVEN)


def _later(title: str, wait: float, answer: Answer) -> Refused:
    pause, limit = _patient(wait, answer), _asked_of_all(answer)
    return Refused(title, errors.PASSES, retry_after=pause, limit=limit)


def _asked_of_all(answer: Answer) -> Limit | None:
    """Who says when to come again means whoever comes, and so does 429."""
    asks = answer.status == 429 or _SECONDS.fullmatch(answer.retry_after or "")
    return "channel" if asks else None


def _patient(wait: float | None, answer: Answer) -> float | None:
    """Ours or the provider's pause, whichever is longer; a date for an answer is not read."""
    asked = answer.retry_after or ""
    if wait is None or not _SECONDS.fullmatch(asked):
        return wait
    return max(wait, min(float(asked), RETRY_LIMIT))
