"""A message on its way to Graph: one POST, and what its answer proves (B.1, B.4)."""

import httpx

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.outgoing.direct import CATEGORY, is_direct
from inbox.domain.text import JsonObject
from inbox.providers.base import Outgoing, Refused, SendResult
from inbox.providers.calling import NOBODY, Body, Call, Method, api_address, token_of, tried, unset
from inbox.providers.cloud_api.answers import judge
from inbox.providers.cloud_api.bodies import body


async def send(
    http: httpx.AsyncClient, channel: Channel, message: Outgoing, patience: httpx.Timeout
) -> SendResult:
    token = channel.access_token.strip()
    made = _prepared(channel, message)
    direct = is_direct(message.said)
    return await tried(
        http, made, patience, lambda got: judge(got, message.recipient, token, direct=direct)
    )


def _prepared(channel: Channel, message: Outgoing) -> Call | Refused:
    return call(channel, payload(message)) if message.recipient else NOBODY


def call(
    channel: Channel, asked: Body, to: str = "messages", method: Method = "POST"
) -> Call | Refused:
    """What goes to a place of this number: a message, or that one was read, to ``messages``."""
    if not channel.account:
        return unset(
            channel, N_("phone number id"), N_("It stands beside the number in Meta's app.")
        )
    token = token_of(channel, N_("access token"), N_("Create one in Meta's Business settings."))
    if isinstance(token, Refused):
        return token
    url = api_address(channel, channel.account, to, example="https://graph.facebook.com/v26.0")
    if isinstance(url, Refused):
        return url
    return Call(url, {"authorization": f"Bearer {token}"}, asked, method)


def dialling(recipient: str) -> JsonObject:
    """Digits are dialled with a plus; a customer without a number is named by their BSUID."""
    dialled = recipient.isascii() and recipient.isdigit()
    return {"to": "+" + recipient} if dialled else {"recipient": recipient}


def payload(message: Outgoing) -> JsonObject:
    quoted = {"context": {"message_id": message.quoted_id}} if message.quoted_id else {}
    direct = {"category": CATEGORY} if is_direct(message.said) else {}
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **dialling(message.recipient),
        **body(message.said),
        **quoted,
        **direct,
        "biz_opaque_callback_data": message.id,
    }
