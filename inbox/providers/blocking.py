"""Keeping a customer out: the provider lets through nothing of theirs, and nothing of ours."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import httpx

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.text import JsonObject, mapping, mappings, text
from inbox.providers import errors
from inbox.providers.base import Accepted, Ambiguous, Http, Refused, SendResult
from inbox.providers.calling import Answer, Body, Call, exchange
from inbox.providers.verdicts import answer_object

_UNPROVEN = N_("Nobody knows whether it was done. Try again: to ask twice does no harm.")
_UNSAID = N_("WhatsApp’s answer does not say whom it was about")
_FAILED = 139100
"""Meta's code for one who could not be blocked."""


@runtime_checkable
class Blocks(Protocol):
    """A provider of which hosts, or some of them, ``can`` block customers."""

    async def set_blocked(
        self, http: Http, channel: Channel, recipient: str, blocked: bool
    ) -> Refused | None:
        """Block who is so called, or unblock them. None: it is so now; it never raises."""


def payload(recipient: str) -> Body:
    """Somebody without a number is named by their user id."""
    dialled = recipient.isascii() and recipient.isdigit()
    who = {"user": f"+{recipient}"} if dialled else {"user_id": recipient}
    return {"messaging_product": "whatsapp", "block_users": [who]}


async def blocked_by(
    http: Http,
    call: Call | Refused,
    patience: httpx.Timeout,
    judge: Callable[[Answer], SendResult],
) -> Refused | None:
    """One try; ``judge`` says what an answer means that tells of nobody."""
    if isinstance(call, Refused):
        return call
    answer = await exchange(http, call, patience)
    if isinstance(answer, Answer):
        told = mapping(answer_object(answer).get("block_users"))
        if failed := mappings(told.get("failed_users")):
            return _failure(failed[0])
        if mappings(told.get("added_users")) or mappings(told.get("removed_users")):
            return None
        verdict = judge(answer) if answer.status // 100 != 2 else None
    else:
        verdict = answer
    match verdict:
        case Refused():
            return verdict
        case Ambiguous(title):
            return Refused(title, _UNPROVEN)
        case Accepted() | None:
            return Refused(_UNSAID, _UNPROVEN)


def _failure(failed: JsonObject) -> Refused:
    """Why this one could not be: each has reasons of their own."""
    error = next(iter(mappings(failed.get("errors"))), {})
    own = text(mapping(error.get("error_data")).get("details")) or text(error.get("message"))
    problem = errors.explain(_FAILED, None, own)
    return Refused(problem["title"], problem.get("detail"), _FAILED)
