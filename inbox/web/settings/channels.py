"""Settings: the connected numbers."""

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.channels import health, roster
from inbox.channels.shapes import channel_shape, health_event
from inbox.channels.wrong import WrongChannel
from inbox.domain.channels import Channel
from inbox.domain.shapes import Shape
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.feed.log import append, head
from inbox.feed.news import channel_changed
from inbox.providers.registry import PROVIDERS
from inbox.storage.database import Connection
from inbox.storage.secrets import Sealer
from inbox.web.guard import ADMIN
from inbox.web.house import House, house
from inbox.web.rendering import own_page, to

Request = HTMXRequest

_FIELDS = ("name", "provider", "account", "secret", "verify_token", "access_token", "api_base")
_SECRETS = ("secret", "access_token")
_KEPT = (*_SECRETS, "verify_token")


@get("/settings", opt=ADMIN, include_in_schema=False)
async def settings() -> Redirect:
    return to("/settings/channels")


@get("/settings/channels", opt=ADMIN, include_in_schema=False)
async def channel_list(request: Request) -> HTMXTemplate:
    at = house(request)
    found, seq = await at.database.read(_listing, at)
    return own_page(request, "settings/channels.html", channels=found, seq=seq)


def _listing(connection: Connection, at: House) -> tuple[list[Shape], int]:
    known = {row.id: row for row in health.listing(connection)}
    channels = roster.listing(connection, at.sealer)
    shapes = [channel_shape(channel, known[channel.id], at.public_url) for channel in channels]
    return shapes, head(connection)


@get("/settings/channels/new", opt=ADMIN, include_in_schema=False)
async def new_channel_page(request: Request, provider: FromQuery[str] = "") -> HTMXTemplate:
    return _new(request, {"provider": provider}, {})


def _new(
    request: Request, values: dict[str, str], problems: dict[str, str], status: int = 200
) -> HTMXTemplate:
    providers = [
        {"name": name, "title": provider.title, "api_base": provider.default_api_base}
        for name, provider in PROVIDERS.items()
    ]
    chosen = values.get("provider") or ""
    return own_page(
        request,
        "settings/channel_new.html",
        status,
        providers=providers,
        provider=chosen if chosen in PROVIDERS else "",
        values=values,
        problems=problems,
    )


@post("/settings/channels", opt=ADMIN, status_code=200, include_in_schema=False)
async def add_channel(request: Request) -> HTMXTemplate | Redirect:
    at, values = house(request), await _values(request)
    try:
        channel = await at.database.write(_add, at.sealer, values, at.now())
    except WrongChannel as wrong:
        shown = {name: value for name, value in values.items() if name not in _SECRETS}
        return _new(request, shown, {wrong.field: str(wrong)}, 422)
    await at.directory.load()
    return to(f"/settings/channels/{channel.id}")


def _add(connection: Connection, sealer: Sealer, values: dict[str, str], now: Micros) -> Channel:
    channel = roster.add(connection, sealer, **values, now=now)
    append(connection, [channel_changed(channel.id)], now)
    return channel


async def _values(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: scrub(str(form.get(name) or "")).strip() for name in _FIELDS}


@get("/settings/channels/{channel_id:str}", opt=ADMIN, include_in_schema=False)
async def channel_page(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    return await _channel(request, channel_id, {})


async def _channel(
    request: Request,
    channel_id: str,
    problems: dict[str, str],
    typed: dict[str, str] | None = None,
) -> HTMXTemplate:
    """``typed``: what a refused form held, to be mended and not typed again."""
    at = house(request)
    found = await at.database.read(_one, at, channel_id)
    if found is None:
        raise NotFoundException("There is no such channel.")
    channel, seq = found
    shown = ("name", "account", "api_base")
    values = {name: (typed or {}).get(name, channel[name] or "") for name in shown}
    return own_page(
        request,
        "settings/channel.html",
        422 if problems else 200,
        channel=channel,
        problems=problems,
        values=values,
        saved="saved" in request.query_params,
        seq=seq,
    )


def _one(connection: Connection, at: House, channel_id: str) -> tuple[Shape, int] | None:
    channel = roster.by_id(connection, at.sealer, channel_id)
    if channel is None:
        return None
    shape = channel_shape(channel, health.of(connection, channel_id), at.public_url) | {
        "verify_token": channel.verify_token,
        "has_secret": bool(channel.secret),
        "has_access_token": bool(channel.access_token),
        "api_base": channel.api_base,
    }
    return shape, head(connection)


@post("/settings/channels/{channel_id:str}", opt=ADMIN, status_code=200, include_in_schema=False)
async def change_channel(request: Request, channel_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, form = house(request), await request.form()
    sent = {name: value for name, value in (await _values(request)).items() if name in form}
    sent.pop("provider", None)
    # An empty secret field means "leave it as it is": it is never shown to be sent back.
    facts = {name: value for name, value in sent.items() if value or name not in _KEPT}
    try:
        await at.database.write(_change, at, channel_id, facts)
    except WrongChannel as wrong:
        return await _channel(request, channel_id, {wrong.field: str(wrong)}, typed=sent)
    await at.directory.load()
    return to(f"/settings/channels/{channel_id}?saved=1")


def _change(connection: Connection, at: House, channel_id: str, facts: dict[str, str]) -> None:
    channel = roster.change(connection, at.sealer, channel_id, now=at.now(), **facts)
    news = [channel_changed(channel_id), health_event(connection, channel)]
    append(connection, news, at.now())


HANDLERS = [settings, channel_list, new_channel_page, add_channel, channel_page, change_channel]
