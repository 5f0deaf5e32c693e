"""What a host is told when messages are read or answered, in the form that it takes (C.4)."""

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.providers.base import Refused
from inbox.providers.calling import Call
from inbox.providers.cloud_api.reading import payload, typing_payload
from inbox.providers.reading import marked
from inbox.providers.waba.answers import judge
from inbox.providers.waba.entrance import entrance, secret_of
from inbox.providers.waba.sending import call


async def mark_read(
    http: httpx.AsyncClient, channel: Channel, provider_message_id: str, patience: httpx.Timeout
) -> Refused | None:
    return await _told(http, prepared_mark(channel, provider_message_id), patience)


async def show_typing(
    http: httpx.AsyncClient, channel: Channel, provider_message_id: str, patience: httpx.Timeout
) -> Refused | None:
    """Only where Graph's form is spoken."""
    made = call(channel)
    if not isinstance(made, Refused):
        made = replace(made, body=typing_payload(provider_message_id))
    return await _told(http, made, patience)


async def _told(
    http: httpx.AsyncClient, made: Call | Refused, patience: httpx.Timeout
) -> Refused | None:
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
