"""Our address at a host of the WhatsApp Business API: one for the number (wire-formats C.4).

No host documents how to remove it; another takes its place.
"""

from typing import Any, Final

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject
from inbox.providers.authenticity import prove
from inbox.providers.base import Refused
from inbox.providers.calling import TIMEOUT, Body, Call, api_address, token_of
from inbox.providers.listing import read_listing
from inbox.providers.registration import Desk, Done, Registered, RegistrationProblem
from inbox.providers.waba import Waba
from inbox.providers.waba.entrance import D360_CLOUD, authorization, entrance, secret_of

_UNPROVED: Final = N_(
    "Nobody signs these webhooks. Enter a webhook secret below and "
    "register the address again: then they bring it in a header, and "
    "what comes without is refused."
)


class WabaRegistrar:
    title = N_("the provider")
    removing = N_(
        "No API removes the address of a number. Another takes its place, "
        "and a new API key removes it; else remove it in the provider’s "
        "own panel (360dialog Hub: the number, webhook URL)."
    )

    def __init__(self, patience: httpx.Timeout = TIMEOUT) -> None:
        entry = N_("Check the API key below; a new key takes the place of all former ones.")
        self._desk = Desk(N_("The provider"), entry, patience)

    async def registered(
        self, http: httpx.AsyncClient, channel: Channel
    ) -> list[Registered] | RegistrationProblem:
        found = read_listing(self._desk, await self._ask(http, channel, None))
        if isinstance(found, RegistrationProblem):
            return found
        return [
            replace(each, note=_("For this number"), id=None, replaced=True) if each.url else each
            for each in found
        ]

    async def register(
        self, http: httpx.AsyncClient, channel: Channel, url: str
    ) -> Done | RegistrationProblem:
        headers = _headers(channel)
        told = await self._ask(
            http, channel, {"url": url} | ({"headers": headers} if headers else {})
        )
        if isinstance(told, RegistrationProblem):
            return told
        return Done("" if headers else _UNPROVED)

    async def unregister(
        self, http: httpx.AsyncClient, channel: Channel, registered_id: str
    ) -> RegistrationProblem:
        return RegistrationProblem(_("That cannot be removed from here"), self.removing)

    async def _ask(
        self, http: httpx.AsyncClient, channel: Channel, body: Body | None
    ) -> JsonObject | list[Any] | RegistrationProblem:
        call = _call(channel, body)
        secret = "" if isinstance(call, Refused) else secret_of(call.headers)
        return await self._desk.ask(http, call, secret)


def _call(channel: Channel, body: Body | None) -> Call | Refused:
    key = token_of(channel, N_("API key"), N_("The provider shows it when it is made."))
    if isinstance(key, Refused):
        return key
    root, *_rest = entrance(channel.api_base)
    path = ("configs", "webhook") if root.endswith("/v1") else ("v1", "configs", "webhook")
    url = api_address(replace(channel, api_base=root), *path, example=D360_CLOUD)
    if isinstance(url, Refused):
        return url
    return Call(url, authorization(key), body, "GET" if body is None else "POST")


def _headers(channel: Channel) -> dict[str, str]:
    """The proof that webhooks shall bring: what can be told beforehand is no signature."""
    scheme = channel.scheme or Waba.scheme
    return prove(scheme, channel.secret, b"") if scheme.kind in ("header", "basic") else {}
