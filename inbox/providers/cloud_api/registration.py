"""Our address at Meta: an override for this number, and the app's subscription to the account.

Meta calls the address of the number if it has one, else the account's, else the app's; and only
apps that are subscribed to the account (wire-formats A.10).
"""

from typing import Any, Final

import httpx

from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject, identifier, mapping, mappings, text
from inbox.providers.base import Refused
from inbox.providers.calling import TIMEOUT, Body, Call, api_address, token_of, unset
from inbox.providers.registration import (
    SHOWN_LIMIT,
    URL_LIMIT,
    Desk,
    Done,
    Registered,
    RegistrationProblem,
)

OVERRIDE_LIMIT: Final = 200
NUMBER: Final = "number"
"""The id of this number's override."""

_LEVELS = (
    ("phone_number", N_("For this number"), NUMBER),
    ("whatsapp_business_account", N_("For the whole WhatsApp account"), None),
    ("application", N_("The app’s own, from the App Dashboard"), None),
)
_FIELDS = "webhook_configuration,health_status"


class MetaRegistrar:
    title = "Meta"
    removing = N_(
        "What is not this number’s own is changed in the App Dashboard, WhatsApp, Configuration."
    )

    def __init__(self, patience: httpx.Timeout = TIMEOUT) -> None:
        entry = N_("Check the access token below; it needs whatsapp_business_management.")
        self._desk = Desk(self.title, entry, patience)

    async def registered(
        self, http: httpx.AsyncClient, channel: Channel
    ) -> list[Registered] | RegistrationProblem:
        told = await self._number(http, channel)
        if isinstance(told, RegistrationProblem):
            return told
        addresses = list(_addresses(mapping(told.get("webhook_configuration"))))
        account = account_of(told)
        if account is None:
            return addresses
        return addresses + await self._apps(http, channel, account)

    async def register(
        self, http: httpx.AsyncClient, channel: Channel, url: str
    ) -> Done | RegistrationProblem:
        if len(url) > OVERRIDE_LIMIT:
            todo = _(
                "Meta takes %(override_limit)s characters: give Inbox a shorter public address.",
                override_limit=OVERRIDE_LIMIT,
            )
            return RegistrationProblem(_("The address is too long"), todo)
        if not channel.verify_token:
            return RegistrationProblem(
                _("The channel has no verify token"), _("Enter one below, under Details.")
            )
        told = await self._number(http, channel)
        if isinstance(told, RegistrationProblem):
            return told
        if account := account_of(told):
            subscribed = await self._ask(http, channel, account, "subscribed_apps", body={})
            if isinstance(subscribed, RegistrationProblem):
                return subscribed
        given = await self._override(http, channel, url)
        if isinstance(given, RegistrationProblem):
            return given
        todo = _("In the App Dashboard the webhook field “messages” must be subscribed too.")
        if account is None:
            todo += _(" Meta did not say which account the number is in: subscribe the app to it.")
        return Done(todo)

    async def unregister(
        self, http: httpx.AsyncClient, channel: Channel, registered_id: str
    ) -> Done | RegistrationProblem:
        if registered_id != NUMBER:
            return RegistrationProblem(_("That cannot be removed from here"), self.removing)
        given = await self._override(http, channel, "")
        return given if isinstance(given, RegistrationProblem) else Done()

    async def _number(
        self, http: httpx.AsyncClient, channel: Channel
    ) -> JsonObject | RegistrationProblem:
        number = (channel.account or "").strip()
        if not number:
            return RegistrationProblem(
                _("The channel has no phone number ID"), _("Enter it below, under Details.")
            )
        told = await self._ask(http, channel, number, fields=_FIELDS)
        return self._desk.strange() if isinstance(told, list) else told

    async def _apps(
        self, http: httpx.AsyncClient, channel: Channel, account: str
    ) -> list[Registered]:
        told = await self._ask(http, channel, account, "subscribed_apps")
        if isinstance(told, RegistrationProblem):
            # What is known already is worth showing without it.
            return [
                Registered(
                    url=None, note=_("Subscribed apps are not known: %(title)s.", title=told.title)
                )
            ]
        apps = mappings(mapping(told).get("data"))[:SHOWN_LIMIT]
        if not apps:
            note = _("No app is subscribed to the WhatsApp account: nothing comes from Meta.")
            return [Registered(url=None, note=note)]
        return [_app(mapping(each.get("whatsapp_business_api_data"))) for each in apps]

    async def _override(
        self, http: httpx.AsyncClient, channel: Channel, url: str
    ) -> JsonObject | list[Any] | RegistrationProblem:
        told = {"override_callback_uri": url}
        if url:
            told["verify_token"] = channel.verify_token
        body = {"webhook_configuration": told}
        return await self._ask(http, channel, (channel.account or "").strip(), body=body)

    async def _ask(
        self,
        http: httpx.AsyncClient,
        channel: Channel,
        *path: str,
        fields: str = "",
        body: Body | None = None,
    ) -> JsonObject | list[Any] | RegistrationProblem:
        call = graph_call(channel, path, fields, body)
        secret = channel.access_token.strip()
        told = await self._desk.ask(http, call, secret)
        if isinstance(told, RegistrationProblem) or body is None:
            return told
        return told if mapping(told).get("success") is True else self._desk.strange()


def graph_call(
    channel: Channel, path: tuple[str, ...], fields: str, body: Body | None = None
) -> Call | Refused:
    """A call about the number, or about what it belongs to."""
    token = token_of(channel, N_("access token"), _("Create one at Meta."))
    if isinstance(token, Refused):
        return token
    if path[0] in (".", ".."):
        return unset(channel, _("usable phone number ID"), "")
    url = api_address(channel, *path, example="https://graph.facebook.com/v26.0")
    if isinstance(url, Refused):
        return url
    if fields:
        url = url.copy_add_param("fields", fields)
    headers = {"authorization": f"Bearer {token}"}
    return Call(url, headers, body, "GET" if body is None else "POST")


def _addresses(configured: JsonObject) -> list[Registered]:
    return [
        Registered(url=url, note=note, id=registered_id, replaced=registered_id is not None)
        for key, note, registered_id in _LEVELS
        if (url := text(configured.get(key), URL_LIMIT))
    ]


def account_of(told: JsonObject) -> str | None:
    """The WhatsApp Business Account, one of those whose health decides about the number's."""
    for entity in mappings(mapping(told.get("health_status")).get("entities")):
        if entity.get("entity_type") == "WABA":
            found = identifier(entity.get("id"))
            return found if found and found.isascii() and found.isdigit() else None
    return None


def _app(told: JsonObject) -> Registered:
    name = text(told.get("name"), 100) or identifier(told.get("id")) or _("without a name")
    return Registered(url=None, note=_("Subscribed app: %(name)s", name=name))
