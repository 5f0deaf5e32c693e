"""A text on its way to WhatsAble: one POST, and what its answer proves (D.7)."""

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import scrub
from inbox.providers.base import Outgoing, Refused, SendResult
from inbox.providers.calling import Answer, Call, address, dialled, token_of, tried
from inbox.providers.verdicts import told
from inbox.providers.whatsable.answers import failed, taken, unproven

_PATH = ("api", "whatsapp", "messages", "v2.0.0", "send")
_HINT = "It stands in WhatsAble's dashboard under Developer Settings."


async def send(
    http: httpx.AsyncClient, channel: Channel, message: Outgoing, patience: httpx.Timeout
) -> SendResult:
    token = channel.access_token.strip()
    call = _prepared(channel, message)
    return await tried(http, call, patience, lambda got: judge(got, message.recipient, token))


def _prepared(channel: Channel, message: Outgoing) -> Call | Refused:
    to = dialled(message)
    if isinstance(to, Refused):
        return to
    token = token_of(channel, "API key", _HINT)
    if isinstance(token, Refused):
        return token
    url = address(channel, *_PATH, example="https://dashboard.whatsable.app")
    if isinstance(url, Refused):
        return url
    # The key stands alone: with Bearer before it WhatsAble's documentation has none.
    return Call(url, {"authorization": token}, {"to": to, "text": scrub(message.text)})


def judge(answer: Answer, recipient: str, token: str) -> SendResult:
    said = told(answer)
    if problem := failed(answer, said, token):
        return problem
    return taken(said, recipient) or unproven()
