"""The templates of a number at 360dialog, by the number's own key (wire-formats C.4)."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.templates.definition import Definition
from inbox.domain.text import JsonObject, identifier, mappings
from inbox.providers.base import Http, Refused
from inbox.providers.calling import TIMEOUT, Body, Call, api_address, token_of
from inbox.providers.registration import Desk
from inbox.providers.templates import (
    ANSWER_LIMIT,
    PAGE,
    SampleFile,
    TemplateFound,
    TemplatePage,
    Trouble,
    as_written,
    read_template,
    state_now,
)
from inbox.providers.waba.entrance import D360_CLOUD, authorization, entrance, secret_of

_DESK = Desk(N_("The provider"), N_("Check the API key and the API address."), TIMEOUT)


class D360Templates:
    whole = True
    changes = False
    fetches = True
    wants_handles = False

    async def business_account(self, http: Http, channel: Channel) -> None:
        """The key is of one number, and says whose templates these are."""

    async def templates(self, http: Http, channel: Channel, after: str) -> TemplatePage | Trouble:
        start = int(after or "0")
        query = {"limit": str(PAGE), "offset": str(start), "sort": "business_templates.name"}
        told = await _ask(http, channel, (), query)
        if isinstance(told, Trouble):
            return told
        listed = mappings(told.get("waba_templates"))
        found = [one for said in listed if (one := read_template(said))]
        total = told.get("total")
        more = listed and isinstance(total, int) and start + len(listed) < total
        return TemplatePage(found, str(start + len(listed)) if more else None)

    async def hand_sample(self, http: Http, channel: Channel, sample: SampleFile) -> str | Trouble:
        """It fetches the file and hands it to Meta itself: the key is of no app."""
        return sample.link or Trouble(
            _("The provider fetches the file itself, and this server has no public address"),
            _("Ask whoever runs it to set INBOX_PUBLIC_URL."),
        )

    async def create_template(
        self, http: Http, channel: Channel, definition: Definition
    ) -> TemplateFound | Trouble:
        told = await _ask(http, channel, (), body=as_written(definition))
        if isinstance(told, Trouble):
            return told
        return TemplateFound(
            definition=definition,
            status=state_now(told.get("status")),
            provider_id=identifier(told.get("id")),
        )

    async def change_template(
        self, http: Http, channel: Channel, provider_id: str, definition: Definition
    ) -> Trouble:
        return Trouble(
            _("360dialog changes no template"), _("Delete it, and create it by another name.")
        )

    async def delete_template(
        self, http: Http, channel: Channel, name: str, provider_id: str | None
    ) -> Trouble | None:
        told = await _ask(http, channel, (name,), method="DELETE")
        return told if isinstance(told, Trouble) else None


async def _ask(
    http: Http,
    channel: Channel,
    below: tuple[str, ...],
    query: Mapping[str, str] | None = None,
    body: Body | None = None,
    method: Any = None,
) -> JsonObject | Trouble:
    call = _call(channel, below, query or {}, body)
    secret = ""
    if not isinstance(call, Refused):
        call = replace(call, method=method or ("GET" if body is None else "POST"))
        secret = secret_of(call.headers)
    told = await _DESK.ask(http, call, secret)
    return _DESK.strange() if isinstance(told, list) else told


def _call(
    channel: Channel, below: tuple[str, ...], query: Mapping[str, str], body: Body | None
) -> Call | Refused:
    key = token_of(channel, N_("API key"), N_("The provider shows it when it is made."))
    if isinstance(key, Refused):
        return key
    root = entrance(channel.api_base).root.removesuffix("/v1")
    there = replace(channel, api_base=root)
    url = api_address(there, "v1", "configs", "templates", *below, example=D360_CLOUD)
    if isinstance(url, Refused):
        return url
    return Call(url.copy_merge_params(dict(query)), authorization(key), body, most=ANSWER_LIMIT)
