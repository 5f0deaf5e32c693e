"""What a host is told when messages are read, in the form that it takes (C.4)."""

from dataclasses import replace

import httpx

from inbox.domain.channels import Channel
from inbox.providers.base import Refused
from inbox.providers.calling import Call
from inbox.providers.cloud_api.reading import payload
from inbox.providers.reading import marked
from inbox.providers.waba.answers import judge
from inbox.providers.waba.entrance import entrance, secret_of
from inbox.providers.waba.sending import call


async def mark_read(
    http: httpx.AsyncClient, channel: Channel, provider_message_id: str, patience: httpx.Timeout
) -> Refused | None:
    made = prepared_mark(channel, provider_message_id)
    secret = "" if isinstance(made, Refused) else secret_of(made.headers)
    return await marked(http, made, patience, lambda answer: judge(answer, "", secret))


def prepared_mark(channel: Channel, provider_message_id: str) -> Call | Refused:
    """Graph's POST, or on-premises a PUT to the message itself."""
    cloud = entrance(channel.api_base).cloud
    made = call(channel) if cloud else call(channel, provider_message_id)
    if isinstance(made, Refused):
        return made
    if cloud:
        return replace(made, body=payload(provider_message_id))
    return replace(made, body={"status": "read"}, method="PUT")
