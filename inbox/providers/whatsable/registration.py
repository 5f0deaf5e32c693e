"""Our address in a WhatsAble dashboard: any number of them (wire-formats D.7)."""

from typing import Any

import httpx

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.text import JsonObject
from inbox.providers.base import Refused
from inbox.providers.calling import TIMEOUT, Body, Call, api_address, token_of
from inbox.providers.listing import read_listing
from inbox.providers.registration import Desk, Done, Registered, RegistrationProblem
from inbox.providers.whatsable.sending import KEY


class WhatsAbleRegistrar:
    title = "WhatsAble"
    removing = N_(
        "WhatsAble tells no id of these: remove them in its dashboard, Developer Settings."
    )

    def __init__(self, patience: httpx.Timeout = TIMEOUT) -> None:
        self._desk = Desk(self.title, N_("Check the API key below."), patience)

    async def registered(
        self, http: httpx.AsyncClient, channel: Channel
    ) -> list[Registered] | RegistrationProblem:
        return read_listing(self._desk, await self._ask(http, channel, "get"))

    async def register(
        self, http: httpx.AsyncClient, channel: Channel, url: str
    ) -> Done | RegistrationProblem:
        told = await self._ask(http, channel, "create", body={"webhook": url})
        return told if isinstance(told, RegistrationProblem) else Done()

    async def unregister(
        self, http: httpx.AsyncClient, channel: Channel, registered_id: str
    ) -> Done | RegistrationProblem:
        told = await self._ask(http, channel, "delete", registered_id=registered_id)
        return told if isinstance(told, RegistrationProblem) else Done()

    async def _ask(
        self,
        http: httpx.AsyncClient,
        channel: Channel,
        what: str,
        body: Body | None = None,
        registered_id: str = "",
    ) -> JsonObject | list[Any] | RegistrationProblem:
        call = _call(channel, what, body, registered_id)
        return await self._desk.ask(http, call, channel.access_token.strip())


def _call(channel: Channel, what: str, body: Body | None, registered_id: str) -> Call | Refused:
    token = token_of(channel, KEY.name, KEY.hint)
    if isinstance(token, Refused):
        return token
    url = api_address(channel, "api", "webhooks", what, example="https://dashboard.whatsable.app")
    if isinstance(url, Refused):
        return url
    # Unlike for messages, the key comes with Bearer here.
    headers = {"authorization": f"Bearer {token}"}
    if registered_id:
        return Call(url.copy_add_param("id", registered_id), headers, method="DELETE")
    return Call(url, headers, body, "GET" if body is None else "POST")
