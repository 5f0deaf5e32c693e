"""Whom Graph is to let through no more: ``block_users`` of the number (B.8)."""

import httpx

from inbox.domain.channels import Channel
from inbox.providers.base import Refused
from inbox.providers.blocking import blocked_by, payload
from inbox.providers.cloud_api.answers import judge
from inbox.providers.cloud_api.sending import call

PLACE = "block_users"


async def set_blocked(
    http: httpx.AsyncClient,
    channel: Channel,
    recipient: str,
    blocked: bool,
    patience: httpx.Timeout,
) -> Refused | None:
    token = channel.access_token.strip()
    made = call(channel, payload(recipient), PLACE, "POST" if blocked else "DELETE")
    return await blocked_by(http, made, patience, lambda answer: judge(answer, "", token))
