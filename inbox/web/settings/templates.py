"""Settings: the message templates of a channel, listed, read anew, created, changed, deleted."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.folding import QUERY_LIMIT
from inbox.domain.language import N_, _
from inbox.domain.public import MessageTemplate, TemplateSync
from inbox.domain.templates.languages import CODES, name_of
from inbox.domain.templates.samples import (
    SAMPLE_KINDS,
    SAMPLE_LIMITS,
    SAMPLE_MIMES,
    SampleKind,
    samples_of,
)
from inbox.domain.text import scrub
from inbox.providers.template_hosts import template_host
from inbox.storage.database import Connection
from inbox.templates import store, syncs
from inbox.templates.editing import CHANGEABLE, TemplateDesk
from inbox.templates.store import Wanted
from inbox.web.context import AnyRequest, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.present.template_writing import (
    EXAMPLE,
    FIELDS,
    ROWS,
    as_typed,
    examples_asked,
    written_definition,
)

Request = HTMXRequest

SHOWN: Final = 100
LONGEST: Final = 4_000
STATES: Final = {
    "APPROVED": N_("Approved"),
    "PENDING": N_("Being looked at"),
    "REJECTED": N_("Rejected"),
    "PAUSED": N_("Paused"),
    "DISABLED": N_("Disabled"),
}
"""By which the list can be narrowed down."""
_PATH = "/settings/channels/{channel_id:str}/templates"


class TemplatesPart(TypedDict):
    """What the list is rendered of."""

    templates: Sequence[MessageTemplate]
    following: str | None
    sync: TemplateSync


@get(_PATH, opt=ADMIN, include_in_schema=False)
async def template_settings(
    request: Request,
    channel_id: FromPath[str],
    q: FromQuery[str] = "",
    status: FromQuery[str] = "",
    cursor: FromQuery[str] = "",
) -> HTMXTemplate:
    """For htmx the list alone, which looks again while the provider is asked."""
    at, channel = app_of(request), await _channel(request, channel_id)
    if await at.database.write(syncs.want_first, channel.id, at.now()):
        at.syncer.wake()
    words = scrub(q).strip()[:QUERY_LIMIT]
    wanted = Wanted(channel.id, words, statuses=[status] if status in STATES else [])
    part = await at.database.read(_listed, wanted, scrub(cursor))
    host = template_host(channel)
    return own_page(
        request,
        "settings/_templates.html" if request.htmx else "settings/templates.html",
        channel=channel,
        q=words,
        chosen=status,
        states=[(name, _(label)) for name, label in STATES.items()],
        changes=host is not None and host.changes,
        **part,
    )


def _listed(connection: Connection, wanted: Wanted, cursor: str) -> TemplatesPart:
    found, following = store.templates_page(connection, wanted, cursor, SHOWN)
    sync = syncs.sync_of(connection, wanted.channel_id)
    return {"templates": found, "following": following, "sync": sync}


async def _channel(request: Request, channel_id: str) -> Channel:
    channel = await app_of(request).channel_cache.by_id(channel_id)
    if channel is None or channel.state == "removed" or template_host(channel) is None:
        raise NotFoundException(_("There is no such channel, or it has no templates."))
    return channel


@post(f"{_PATH}/sync", opt=ADMIN, include_in_schema=False)
async def read_templates_anew(request: Request, channel_id: FromPath[str]) -> Redirect:
    at, channel = app_of(request), await _channel(request, channel_id)
    await at.database.write(syncs.want_sync, channel.id, at.now())
    at.syncer.wake()
    return to(f"/settings/channels/{channel.id}/templates")


@get(f"{_PATH}/new", opt=ADMIN, include_in_schema=False)
async def new_template_page(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    channel = await _channel(request, channel_id)
    return _form(request, channel, {"category": "UTILITY", "language": "en"})


@post(_PATH, opt=ADMIN, status_code=200, include_in_schema=False)
async def add_template(request: Request, channel_id: FromPath[str]) -> HTMXTemplate | Redirect:
    channel, typed = await _channel(request, channel_id), await _typed(request)
    try:
        await template_desk(request, channel).create(written_definition(typed))
    except Invalid as wrong:
        return _form(request, channel, typed, problem=wrong)
    return to(f"/settings/channels/{channel.id}/templates")


@get(f"{_PATH}/{{template_id:str}}", opt=ADMIN, include_in_schema=False)
async def template_page(
    request: Request, channel_id: FromPath[str], template_id: FromPath[str]
) -> HTMXTemplate:
    at, channel = app_of(request), await _channel(request, channel_id)
    found = await at.database.read(store.template_by_id, channel.id, template_id)
    typed = as_typed(store.definition_of(found))
    return _form(request, channel, typed or {}, found, unknown=typed is None)


@post(f"{_PATH}/{{template_id:str}}", opt=ADMIN, status_code=200, include_in_schema=False)
async def save_template(
    request: Request, channel_id: FromPath[str], template_id: FromPath[str]
) -> HTMXTemplate | Redirect:
    at, channel, typed = app_of(request), await _channel(request, channel_id), await _typed(request)
    found = await at.database.read(store.template_by_id, channel.id, template_id)
    try:
        await template_desk(request, channel).change(template_id, written_definition(typed))
    except Invalid as wrong:
        return _form(request, channel, typed, found, wrong)
    return to(f"/settings/channels/{channel.id}/templates")


@post(f"{_PATH}/{{template_id:str}}/delete", opt=ADMIN, status_code=200, include_in_schema=False)
async def drop_template(
    request: Request, channel_id: FromPath[str], template_id: FromPath[str]
) -> HTMXTemplate | Redirect:
    at, channel = app_of(request), await _channel(request, channel_id)
    found = await at.database.read(store.template_by_id, channel.id, template_id)
    try:
        await template_desk(request, channel).delete(template_id)
    except Invalid as wrong:
        typed = as_typed(store.definition_of(found))
        return _form(request, channel, typed or {}, found, wrong, unknown=typed is None)
    return to(f"/settings/channels/{channel.id}/templates")


def template_desk(request: AnyRequest, channel: Channel) -> TemplateDesk:
    at = app_of(request)
    return TemplateDesk(
        database=at.database,
        http=at.http,
        channel=channel,
        header_files=at.header_files,
        now=at.now,
    )


async def _typed(request: Request) -> dict[str, str]:
    form = await request.form()
    names = [*FIELDS, *(name for name in form if name.startswith(EXAMPLE))]
    typed = {name: str(form.get(name) or "")[:LONGEST] for name in names}
    return {name: scrub(value).replace("\r\n", "\n") for name, value in typed.items()}


def _form(
    request: Request,
    channel: Channel,
    values: Mapping[str, str],
    template: MessageTemplate | None = None,
    problem: Invalid | None = None,
    *,
    unknown: bool = False,
) -> HTMXTemplate:
    """``unknown``: it has parts that the form has no fields for."""
    host = template_host(channel)
    may = template is None or (
        host is not None and host.changes and template["status"] in CHANGEABLE and not unknown
    )
    reachable = host is None or not host.fetches or bool(app_of(request).settings.public_url)
    return own_page(
        request,
        "settings/template.html",
        422 if problem else 200,
        channel=channel,
        template=template,
        values=values,
        problems={_input_of(problem.field, values): str(problem)} if problem else {},
        reachable=reachable,
        sample_kinds=_sample_kinds() if reachable else {},
        own_file=_own_file(template),
        languages=[(code, f"{name_of(code)} ({code})") for code in CODES],
        examples=examples_asked(values),
        rows=range(ROWS),
        may_change=may,
        unknown=unknown,
    )


class OfferedSample(TypedDict):
    """What the page tells of a kind of file, and its script asks for."""

    kind: SampleKind
    accept: str
    taken: str


def _sample_kinds() -> dict[str, OfferedSample]:
    return {
        name: {
            "kind": kind,
            "accept": ",".join(SAMPLE_MIMES[kind]),
            "taken": _(SAMPLE_LIMITS[kind]),
        }
        for name, kind in SAMPLE_KINDS.items()
    }


def _own_file(template: MessageTemplate | None) -> str:
    """The format of the header whose file a template has already."""
    if template is None:
        return ""
    definition = store.definition_of(template)
    kept = [one for one in samples_of(definition) if one.handle and not one.prefix]
    return definition.whole.header_format or "" if kept else ""


def _input_of(field: str, values: Mapping[str, str]) -> str:
    """The input of the form that a field of Meta's rules is."""
    first, _dot, rest = field.partition(".")
    if field == "header" and values.get("header") in SAMPLE_KINDS:
        return "header_media"
    if first == "header":
        return f"{EXAMPLE}{field}" if rest else "header_text"
    if first == "body" and rest:
        return f"{EXAMPLE}{field}"
    if first == "buttons" and rest:
        row, _dot, part = rest.partition(".")
        return f"buttons.{row}.{part if part == 'text' else 'value' if part else 'kind'}"
    return field


HANDLERS = [
    template_settings,
    read_templates_anew,
    new_template_page,
    add_template,
    template_page,
    save_template,
    drop_template,
]
