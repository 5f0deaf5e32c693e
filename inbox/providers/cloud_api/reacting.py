"""A reaction on its way to Graph: a message of its own kind, told as often as it takes (B.1)."""

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import JsonObject
from inbox.providers.base import Refused
from inbox.providers.calling import NOBODY
from inbox.providers.cloud_api.answers import judge
from inbox.providers.cloud_api.sending import call, dialling
from inbox.providers.reading import marked


async def react(
    http: httpx.AsyncClient,
    channel: Channel,
    recipient: str,
    target: str,
    emoji: str,
    patience: httpx.Timeout,
) -> Refused | None:
    token = channel.access_token.strip()
    made = call(channel, payload(recipient, target, emoji)) if recipient else NOBODY
    return await marked(http, made, patience, lambda answer: judge(answer, recipient, token))


def payload(recipient: str, target: str, emoji: str) -> JsonObject:
    return {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        **dialling(recipient),
        "type": "reaction",
        "reaction": {"message_id": target, "emoji": emoji},
    }
