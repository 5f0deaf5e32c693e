"""Whom a host that hands on to Graph is to let through no more (C.4)."""

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.providers.base import Refused
from inbox.providers.blocking import blocked_by, payload
from inbox.providers.cloud_api.blocking import PLACE
from inbox.providers.waba.answers import judge
from inbox.providers.waba.entrance import secret_of
from inbox.providers.waba.sending import call


async def set_blocked(
    http: httpx.AsyncClient,
    channel: Channel,
    recipient: str,
    blocked: bool,
    patience: httpx.Timeout,
) -> Refused | None:
    made = call(channel, to=PLACE)
    secret = ""
    if not isinstance(made, Refused):
        secret = secret_of(made.headers)
        made = replace(made, body=payload(recipient), method="POST" if blocked else "DELETE")
    return await blocked_by(http, made, patience, lambda answer: judge(answer, "", secret))
