"""What Graph is told when messages are read or answered: a POST to where replies go as well (B.2).

That somebody types is part of a read mark: there is no sign of it alone.
"""

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import JsonObject
from inbox.providers.base import Refused
from inbox.providers.calling import Body
from inbox.providers.cloud_api.answers import judge
from inbox.providers.cloud_api.sending import call
from inbox.providers.reading import marked


async def mark_read(
    http: httpx.AsyncClient, channel: Channel, provider_message_id: str, patience: httpx.Timeout
) -> Refused | None:
    return await _told(http, channel, payload(provider_message_id), patience)


async def show_typing(
    http: httpx.AsyncClient, channel: Channel, provider_message_id: str, patience: httpx.Timeout
) -> Refused | None:
    return await _told(http, channel, typing_payload(provider_message_id), patience)


async def _told(
    http: httpx.AsyncClient, channel: Channel, body: Body, patience: httpx.Timeout
) -> Refused | None:
    token = channel.access_token.strip()
    made = call(channel, body)
    return await marked(http, made, patience, lambda answer: judge(answer, "", token))


def payload(provider_message_id: str) -> JsonObject:
    return {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": provider_message_id,
    }


def typing_payload(provider_message_id: str) -> JsonObject:
    """For 25 seconds, or until the answer comes."""
    return payload(provider_message_id) | {"typing_indicator": {"type": "text"}}
