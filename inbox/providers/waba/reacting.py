"""A reaction on its way to a host that speaks Graph's form: clients on the premises have none."""

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.providers.base import Refused
from inbox.providers.calling import NOBODY, Call
from inbox.providers.cloud_api.reacting import payload
from inbox.providers.reading import marked
from inbox.providers.waba.answers import judge
from inbox.providers.waba.entrance import secret_of
from inbox.providers.waba.sending import call


async def react(
    http: httpx.AsyncClient,
    channel: Channel,
    recipient: str,
    target: str,
    emoji: str,
    patience: httpx.Timeout,
) -> Refused | None:
    made: Call | Refused = call(channel)
    secret = ""
    if isinstance(made, Call):
        secret = secret_of(made.headers)
        asked = payload(recipient, target, emoji)
        made = replace(made, body=asked) if recipient else NOBODY
    return await marked(http, made, patience, lambda answer: judge(answer, recipient, secret))
