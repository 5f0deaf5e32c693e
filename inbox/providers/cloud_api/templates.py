"""The templates of a WhatsApp Business account at Meta (wire-formats B.6)."""

from collections.abc import Mapping
from typing import Any, Final

from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.templates.definition import Definition
from inbox.domain.text import JsonObject, identifier, mapping, mappings, text
from inbox.providers.base import Http, Refused
from inbox.providers.calling import TIMEOUT, Body
from inbox.providers.cloud_api.registration import account_of, graph_call
from inbox.providers.cloud_api.resumable import upload_for_handle
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

FIELDS: Final = (
    "id,name,language,status,category,components,parameter_format,quality_score,"
    "rejected_reason,previous_category"
)
NO_ACCOUNT: Final = N_("Meta did not say which WhatsApp Business account the number belongs to")

_ENTRY = N_("Check the access token; it needs whatsapp_business_management.")
_DESK = Desk("Meta", _ENTRY, TIMEOUT)


class MetaTemplates:
    """What a provider has who speaks to Graph."""

    whole = True
    changes = True
    fetches = False
    wants_handles = True

    async def business_account(self, http: Http, channel: Channel) -> str | Trouble | None:
        if not (channel.account or "").strip():
            return Trouble(
                _("The channel has no phone number ID"), _("Enter it below, under Details.")
            )
        told = await _ask(http, channel, (channel.account or "",), {"fields": "health_status"})
        if isinstance(told, Trouble):
            return told
        found = account_of(told)
        if found is None:
            todo = _("Enter the id of the account below, under Details.")
            return Trouble(_(NO_ACCOUNT), todo)
        return found

    async def templates(self, http: Http, channel: Channel, after: str) -> TemplatePage | Trouble:
        query = {"fields": FIELDS, "limit": str(PAGE)} | ({"after": after} if after else {})
        told = await _ask(http, channel, _home(channel), query)
        if isinstance(told, Trouble):
            return told
        paging = mapping(told.get("paging"))
        further = text(mapping(paging.get("cursors")).get("after")) if paging.get("next") else None
        found = [one for said in mappings(told.get("data")) if (one := read_template(said))]
        return TemplatePage(found, further)

    async def hand_sample(self, http: Http, channel: Channel, sample: SampleFile) -> str | Trouble:
        return await upload_for_handle(http, channel, sample.file)

    async def create_template(
        self, http: Http, channel: Channel, definition: Definition
    ) -> TemplateFound | Trouble:
        told = await _ask(http, channel, _home(channel), body=as_written(definition))
        return told if isinstance(told, Trouble) else _written(told, definition)

    async def change_template(
        self, http: Http, channel: Channel, provider_id: str, definition: Definition
    ) -> TemplateFound | Trouble:
        written = as_written(definition)
        body = {name: written[name] for name in ("category", "components", "parameter_format")}
        told = await _ask(http, channel, (provider_id,), body=body)
        if isinstance(told, Trouble):
            return told
        return replace(_written(told, definition), provider_id=provider_id)

    async def delete_template(
        self, http: Http, channel: Channel, name: str, provider_id: str | None
    ) -> Trouble | None:
        query = {"name": name} | ({"hsm_id": provider_id} if provider_id else {})
        told = await _ask(http, channel, _home(channel), query, method="DELETE")
        return told if isinstance(told, Trouble) else None


def _home(channel: Channel) -> tuple[str, str]:
    return channel.business_account or "", "message_templates"


def _written(told: JsonObject, definition: Definition) -> TemplateFound:
    """Meta may put it into another category than was asked for."""
    category = text(told.get("category"), 40) or definition.category
    return TemplateFound(
        definition=replace(definition, category=category.upper()),
        status=state_now(told.get("status")),
        provider_id=identifier(told.get("id")),
    )


async def _ask(
    http: Http,
    channel: Channel,
    path: tuple[str, ...],
    query: Mapping[str, str] | None = None,
    body: Body | None = None,
    method: Any = None,
) -> JsonObject | Trouble:
    call = graph_call(channel, path, "", body)
    if not isinstance(call, Refused):
        url = call.url.copy_merge_params(dict(query or {}))
        call = replace(call, url=url, method=method or call.method, most=ANSWER_LIMIT)
    told = await _DESK.ask(http, call, channel.access_token.strip())
    return _DESK.strange() if isinstance(told, list) else told
