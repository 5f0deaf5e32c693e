"""Telling a customer that their messages are read, or answered just now: may be told twice."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import mapping
from inbox.providers.base import Accepted, Ambiguous, Http, Refused, SendResult
from inbox.providers.calling import Answer, Call, exchange
from inbox.providers.verdicts import answer_object

AGAIN = 10.0
"""Seconds before the next try where an answer proves nothing."""
PATIENCE = httpx.Timeout(5)
"""With a sign that is worth nothing later."""


@runtime_checkable
class MarksRead(Protocol):
    """A provider that ``can`` mark messages as read."""

    async def mark_read(
        self, http: Http, channel: Channel, provider_message_id: str
    ) -> Refused | None:
        """All up to this message is read. None: it knows now; it never raises."""


@runtime_checkable
class ShowsTyping(Protocol):
    """A provider of which hosts, or some of them, ``can`` show that an answer is being written."""

    async def show_typing(
        self, http: Http, channel: Channel, provider_message_id: str
    ) -> Refused | None:
        """All up to this message is read, and somebody writes. None: it is shown; never raises."""


async def marked(
    http: Http,
    call: Call | Refused,
    patience: httpx.Timeout,
    judge: Callable[[Answer], SendResult],
) -> Refused | None:
    """``judge`` says what an answer means that is no yes. Without a proof it is tried again."""
    if isinstance(call, Refused):
        return call
    answer = await exchange(http, call, patience)
    if isinstance(answer, Answer):
        if _yes(answer):
            return None
        verdict = judge(answer)
    else:
        verdict = answer
    match verdict:
        case Refused():
            return verdict
        case Ambiguous(title, detail):
            return Refused(title, detail, retry_after=AGAIN)
        case Accepted():
            return None


def _yes(answer: Answer) -> bool:
    """An empty body is one as well; what says that it failed is none, whatever its status."""
    said = answer_object(answer)
    no = {said.get("success"), mapping(said.get("meta")).get("success")} & {False}
    return answer.status // 100 == 2 and not (no or said.get("error") or said.get("errors"))
