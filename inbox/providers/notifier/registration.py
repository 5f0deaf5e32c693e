"""Our address in a Notifier account: any number of them, each with a secret (wire-formats E.5).

No call is documented that removes one.
"""

import re
from typing import Any, Final

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject, mapping, text
from inbox.providers.base import Refused
from inbox.providers.calling import TIMEOUT, Body, Call, api_address, token_of
from inbox.providers.listing import read_listing
from inbox.providers.notifier.sending import KEY
from inbox.providers.registration import Desk, Done, Registered, RegistrationProblem

_GROUP: Final = "api:AFRA_QCy"
"""Notifier's hosts have one path for each part of the API; this is the webhooks'."""
_OTHER_GROUP = re.compile(r"(/api:[A-Za-z0-9_-]+)?(/send(/message)?)?$", re.ASCII)

_SECRETS = ("signature_secret", "webhook_secret", "signing_secret", "secret")
_UNTOLD = N_(
    "Notifier did not tell the webhook secret. Copy it from its "
    "dashboard, Developer, and enter it below: until then every "
    "webhook is refused."
)


class NotifierRegistrar:
    title = "Notifier"
    removing = N_(
        "Notifier’s API cannot remove an address. In its dashboard: "
        "Developer in the sidebar, then webhooks, where each endpoint can "
        "be deleted."
    )

    def __init__(self, patience: httpx.Timeout = TIMEOUT) -> None:
        self._desk = Desk(self.title, N_("Check the API token below."), patience)

    async def registered(
        self, http: httpx.AsyncClient, channel: Channel
    ) -> list[Registered] | RegistrationProblem:
        found = read_listing(self._desk, await self._ask(http, channel, None))
        return (
            found
            if isinstance(found, RegistrationProblem)
            else [replace(each, id=None) for each in found]
        )

    async def register(
        self, http: httpx.AsyncClient, channel: Channel, url: str
    ) -> Done | RegistrationProblem:
        body = {"url": url, "description": "Inbox", "events": ["incoming_message"]}
        told = await self._ask(http, channel, body)
        if isinstance(told, RegistrationProblem):
            return told
        secret = _secret(mapping(told))
        return Done(secret=secret) if secret else Done(_UNTOLD)

    async def unregister(
        self, http: httpx.AsyncClient, channel: Channel, registered_id: str
    ) -> RegistrationProblem:
        return RegistrationProblem(_("That cannot be removed from here"), self.removing)

    async def _ask(
        self, http: httpx.AsyncClient, channel: Channel, body: Body | None
    ) -> JsonObject | list[Any] | RegistrationProblem:
        call = _call(channel, body)
        return await self._desk.ask(http, call, channel.access_token.strip())


def _call(channel: Channel, body: Body | None) -> Call | Refused:
    token = token_of(channel, KEY.name, KEY.hint)
    if isinstance(token, Refused):
        return token
    base = channel.api_base.strip().rstrip("/")
    root = _OTHER_GROUP.sub("", base)
    there = replace(channel, api_base=f"{root}/{_GROUP}")
    url = api_address(there, "webhooks", example="https://api.insightssystem.com/api:-GWQv5aM")
    if isinstance(url, Refused):
        return url
    return Call(
        url,
        {"authorization": f"Bearer {token}"},
        body,
        "GET" if body is None else "POST",
    )


def _secret(told: JsonObject) -> str:
    """What it signs with, told once, at the top or beside the endpoint."""
    for part in (told, *(mapping(told.get(key)) for key in ("data", "webhook", "result"))):
        for key in _SECRETS:
            if found := text(part.get(key)):
                return found
    return ""
