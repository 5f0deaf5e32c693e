"""What Graph is told when messages are read: a POST to where replies go as well (B.2)."""

import httpx

from inbox.domain.channels import Channel
from inbox.domain.text import JsonObject
from inbox.providers.base import Refused
from inbox.providers.cloud_api.answers import judge
from inbox.providers.cloud_api.sending import call
from inbox.providers.reading import marked


async def mark_read(
    http: httpx.AsyncClient, channel: Channel, provider_message_id: str, patience: httpx.Timeout
) -> Refused | None:
    token = channel.access_token.strip()
    made = call(channel, payload(provider_message_id))
    return await marked(http, made, patience, lambda answer: judge(answer, "", token))


def payload(provider_message_id: str) -> JsonObject:
    return {
        "messaging_product": "whatsapp",
        "status": "read",
        "message_id": provider_message_id,
    }
