"""``/api/v1``: the message templates of a channel."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.exceptions import NotFoundException
from litestar.params import JSONBody

from inbox.domain.channels import Channel
from inbox.domain.fields import Anything, says
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import _
from inbox.domain.public import MessageTemplate, TemplateSync
from inbox.domain.templates.definition import Definition
from inbox.domain.text import scrub
from inbox.storage.database import Connection
from inbox.templates import store, syncs
from inbox.templates.editing import TemplateDesk
from inbox.templates.store import Wanted
from inbox.web.api.contract.problems import UNFIT_TEMPLATE, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN, AGENT
from inbox.web.http.parameters import ChannelPathId, UpTo200, in_query, path_id
from inbox.web.http.scopes import SETTINGS
from inbox.web.settings.templates import template_desk

TemplateId = Annotated[str, path_id("The template's id.")]
_PATH = "/api/v1/channels/{channel_id:str}/templates"


class TemplateList(Paged):
    """A page of a channel's templates."""

    data: Annotated[list[MessageTemplate], says("The templates, by name and language.")]
    sync: Annotated[TemplateSync, says("When they were read from the provider, and how.")]


@get(
    _PATH,
    opt=AGENT,
    tags=["Templates"],
    operation_id="listTemplates",
    summary="List templates",
)
async def template_list(
    request: Request[Any, Any, Any],
    channel_id: ChannelPathId,
    q: Annotated[str, in_query("Words of its name or of what it says.", "order ready")] = "",
    language: Annotated[str, in_query("WhatsApp's code of a language.", "en_US")] = "",
    in_status: Annotated[
        str, in_query("In Meta's words; several with commas.", "APPROVED", name="status")
    ] = "",
    category: Annotated[str, in_query("In Meta's words.", "UTILITY")] = "",
    cursor: Annotated[
        str, in_query("`next` of the page before this one.", "order_ready~en_US")
    ] = "",
    limit: UpTo200 = store.PAGE,
) -> TemplateList:
    """The templates of a channel as its provider listed them last, by name and language."""
    channel = await known_channel(request, channel_id)
    statuses = [one for one in scrub(in_status).upper().split(",") if one]
    wanted = Wanted(
        channel.id, scrub(q)[:QUERY_LIMIT], scrub(language), statuses, scrub(category).upper()
    )
    at = app_of(request)
    return await at.database.read(_listed, wanted, scrub(cursor), limit)


def _listed(connection: Connection, wanted: Wanted, cursor: str, limit: int) -> TemplateList:
    found, following = store.templates_page(connection, wanted, cursor, limit)
    sync = syncs.sync_of(connection, wanted.channel_id)
    return TemplateList(data=found, next=following, sync=sync)


@get(
    f"{_PATH}/{{template_id:str}}",
    opt=AGENT,
    tags=["Templates"],
    operation_id="getTemplate",
    summary="Get a template",
)
async def one_template(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, template_id: TemplateId
) -> MessageTemplate:
    """As in the list; the id is of one language of it, and the same after it was read anew."""
    channel = await known_channel(request, channel_id)
    database = app_of(request).database
    return await database.read(store.template_by_id, channel.id, scrub(template_id))


async def known_channel(request: Request[Any, Any, Any], channel_id: str) -> Channel:
    channel = await app_of(request).channel_cache.by_id(scrub(channel_id))
    if channel is None or channel.state == "removed":
        raise NotFoundException(_("There is no such channel."))
    return channel


@post(
    f"{_PATH}/sync",
    opt=AGENT | SETTINGS,
    status_code=202,
    tags=["Templates"],
    operation_id="syncTemplates",
    summary="Read the templates anew",
)
async def sync_templates(
    request: Request[Any, Any, Any], channel_id: ChannelPathId
) -> TemplateSync:
    """Have all templates read from the provider now, and not only once a day."""
    at, channel = app_of(request), await known_channel(request, channel_id)
    await at.database.write(syncs.want_sync, channel.id, at.now())
    at.syncer.wake()
    return await at.database.read(syncs.sync_of, channel.id)


class TemplateChange(msgspec.Struct):
    """What a template is made of."""

    category: Annotated[Literal["UTILITY", "MARKETING"], says("What it is for.")]
    components: Annotated[
        list[dict[str, Anything]],
        says(
            "Its parts, with examples, as Meta spells them. Of a file above the text `example` has"
            " the `media_id` of one that was brought, or a `header_handle`; without either, a"
            " template that is changed keeps its own."
        ),
    ]
    parameter_format: Annotated[
        Literal["POSITIONAL", "NAMED"], says("Whether its gaps have numbers or names.")
    ] = "POSITIONAL"


class NewTemplate(TemplateChange, kw_only=True):
    """A template to be approved."""

    name: Annotated[str, says("Of a to z, 0 to 9 and _, up to 512.")]
    language: Annotated[str, says("WhatsApp's code of its language, as `en_US`.")]


@post(
    _PATH,
    opt=ADMIN | SETTINGS | can_fail(UNFIT_TEMPLATE),
    status_code=201,
    tags=["Templates"],
    operation_id="createTemplate",
    summary="Create a template",
)
async def create_template(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, data: JSONBody[NewTemplate]
) -> MessageTemplate:
    """Checked by Meta's rules first. Meta looks at it then: the answer is mostly `PENDING`."""
    desk = await desk_of(request, channel_id)
    return await desk.create(_definition(data, data.name, data.language))


@patch(
    f"{_PATH}/{{template_id:str}}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_TEMPLATE),
    tags=["Templates"],
    operation_id="changeTemplate",
    summary="Change a template",
)
async def change_template(
    request: Request[Any, Any, Any],
    channel_id: ChannelPathId,
    template_id: TemplateId,
    data: JSONBody[TemplateChange],
) -> MessageTemplate:
    """Meta looks at it anew. One that is approved can be changed once a day, ten times a month."""
    desk = await desk_of(request, channel_id)
    return await desk.change(scrub(template_id), _definition(data))


@delete(
    f"{_PATH}/{{template_id:str}}",
    opt=ADMIN | SETTINGS | can_fail(UNFIT_TEMPLATE),
    status_code=200,
    tags=["Templates"],
    operation_id="deleteTemplate",
    summary="Delete a template",
)
async def delete_template(
    request: Request[Any, Any, Any], channel_id: ChannelPathId, template_id: TemplateId
) -> MessageTemplate:
    """Here and at the provider; the answer is what it was. Its name rests for 30 days at Meta."""
    desk = await desk_of(request, channel_id)
    return await desk.delete(scrub(template_id))


async def desk_of(request: Request[Any, Any, Any], channel_id: str) -> TemplateDesk:
    return template_desk(request, await known_channel(request, channel_id))


def _definition(data: TemplateChange, name: str = "", language: str = "") -> Definition:
    return Definition(
        name=name,
        language=language,
        category=data.category,
        named=data.parameter_format == "NAMED",
        components=data.components,
    )


HANDLERS = [
    template_list,
    one_template,
    sync_templates,
    create_template,
    change_template,
    delete_template,
]
