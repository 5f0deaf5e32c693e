"""A message on its way to a host of the WhatsApp Business API, in the form that it takes (C.4)."""

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject, scrub
from inbox.providers.base import Outgoing, Refused, SendResult
from inbox.providers.calling import NOBODY, Call, api_address, token_of, tried
from inbox.providers.cloud_api.bodies import body
from inbox.providers.cloud_api.sending import payload as graph_payload
from inbox.providers.waba.answers import judge
from inbox.providers.waba.checking import once_looked_up
from inbox.providers.waba.entrance import D360_CLOUD, authorization, entrance, secret_of

_EXAMPLE = f"{D360_CLOUD} or https://whatsapp.example.com/v1"


async def send(
    http: httpx.AsyncClient, channel: Channel, message: Outgoing, patience: httpx.Timeout
) -> SendResult:
    made = prepared_call(channel, message)
    if isinstance(made, Refused):
        return made
    secret = secret_of(made.headers)
    # What Graph's form is sent to needs no looking up, and has no call for it.
    ask = tried if entrance(channel.api_base).cloud else once_looked_up
    return await ask(http, made, patience, lambda got: judge(got, message.recipient, secret))


def prepared_call(channel: Channel, message: Outgoing) -> Call | Refused:
    """In which form, to which address and with which proof: all by what the channel was told."""
    made = call(channel)
    if isinstance(made, Refused):
        return made
    cloud = entrance(channel.api_base).cloud
    dialled = message.recipient.isascii() and message.recipient.isdigit()
    if not dialled and not (cloud and message.recipient):
        return NOBODY
    return replace(made, body=graph_payload(message) if cloud else payload(message))


def call(channel: Channel, *below: str, to: str = "messages") -> Call | Refused:
    """A call to ``messages``, or below it, or to another place; it still lacks its body."""
    key = token_of(channel, N_("API key"), N_("The provider shows it when it is made."))
    if isinstance(key, Refused):
        return key
    root, path, _ = entrance(channel.api_base)
    url = api_address(replace(channel, api_base=root), *path, to, *below, example=_EXAMPLE)
    return url if isinstance(url, Refused) else Call(url, authorization(key))


def payload(message: Outgoing) -> JsonObject:
    """On-premises clients take the digits alone, and refuse a key that they do not know."""
    quoted = {"context": {"message_id": message.quoted_id}} if message.quoted_id else {}
    return {
        "recipient_type": "individual",
        "to": message.recipient,
        **_body(message.said),
        **quoted,
    }


def _body(said: Said) -> JsonObject:
    """As Graph's, but that a client is told beside the text whether to show its link."""
    if said.type == "audio":
        file = said.content["media"]
        return {"type": "audio", "audio": {"id": file["id"]}}  # Opus is a voice message by itself
    if said.type != "text":
        return body(said)
    preview = {"preview_url": True} if said.content.get("preview_url") else {}
    return {"type": "text", "text": {"body": scrub(said.content["text"])}, **preview}
