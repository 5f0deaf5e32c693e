"""Settings: the connected numbers."""

from typing import Final, Literal

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.alerts import listing
from inbox.channels import health, ingress_policy, numbers, saving, store
from inbox.channels.ingress_policy import PolicyTexts
from inbox.channels.shapes import channel_shape
from inbox.domain.channels import Scheme
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.public import Alert, ChannelAddresses
from inbox.domain.text import scrub
from inbox.domain.times import Micros, iso
from inbox.feed.log import head
from inbox.providers.authenticity import in_words
from inbox.providers.base import Field, Provider
from inbox.providers.registry import PROVIDERS, scheme_of
from inbox.reports.service import billing
from inbox.sending.holding import pause_channel, remove_channel, resume_channel
from inbox.storage.database import Connection
from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.present.hours import open_words
from inbox.web.present.windows import can as channel_can
from inbox.web.webhooks.trial_run import Step, try_out

Request = HTMXRequest

_FIELDS = (
    "name",
    "provider",
    "account",
    "business_account",
    "secret",
    "verify_token",
    "access_token",
    "api_base",
)
_TOLD = (*_FIELDS, *ingress_policy.FACTS, "read_receipts", "agent_names", "direct_send", "overlap")
TOLD = 10
"""Alerts on a channel's page."""
_SECRETS = ("secret", "access_token")
_KEPT = (*_SECRETS, "verify_token")


@get("/settings", opt=ADMIN, include_in_schema=False)
async def settings() -> Redirect:
    return to("/settings/channels")


@get("/settings/channels", opt=ADMIN, include_in_schema=False)
async def channel_list(request: Request) -> HTMXTemplate:
    at = app_of(request)
    found, seq = await at.database.read(_listing, at)
    return own_page(request, "settings/channels.html", channels=found, seq=seq)


def _listing(connection: Connection, at: AppContext) -> tuple[list[ChannelAddresses], int]:
    known = {row.id: row for row in health.listing(connection)}
    channels = store.listing(connection, at.sealer)
    shapes = [channel_shape(channel, known[channel.id], at.public_url) for channel in channels]
    return shapes, head(connection)


@get("/settings/channels/new", opt=ADMIN, include_in_schema=False)
async def new_channel_page(request: Request, provider: FromQuery[str] = "") -> HTMXTemplate:
    return _new(request, {"provider": provider}, {})


def _new(
    request: Request, values: dict[str, str], problems: dict[str, str], status: int = 200
) -> HTMXTemplate:
    chosen = PROVIDERS.get(values.get("provider") or "")
    return own_page(
        request,
        "settings/channel_new.html",
        status,
        providers=list(PROVIDERS.values()),
        provider=chosen.name if chosen else "",
        fields=chosen.fields if chosen else (),
        api_base=chosen.default_api_base if chosen else "",
        values=values,
        problems=problems,
    )


@post("/settings/channels", opt=ADMIN, status_code=200, include_in_schema=False)
async def add_channel(request: Request) -> HTMXTemplate | Redirect:
    at, values = app_of(request), await _values(request)
    try:
        facts = {name: value for name, value in values.items() if name in _FIELDS}
        channel = await saving.connect_number(at.database, at.sealer, at.http, at.now, **facts)
    except Invalid as wrong:
        shown = {name: value for name, value in values.items() if name not in _SECRETS}
        return _new(request, shown, {wrong.field: str(wrong)}, 422)
    await at.channel_cache.load()
    return to(f"/settings/channels/{channel.id}")


async def _values(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: scrub(str(form.get(name) or "")).strip() for name in _TOLD}


@get("/settings/channels/{channel_id:str}", opt=ADMIN, include_in_schema=False)
async def channel_page(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    return await _channel(request, channel_id, {})


async def _channel(
    request: Request,
    channel_id: str,
    problems: dict[str, str],
    typed: dict[str, str] | None = None,
    tested: list[Step] | None = None,
) -> HTMXTemplate:
    """``typed``: what a refused form held, to be mended and not typed again."""
    at, typed = app_of(request), typed or {}
    found = await at.database.read(_one, at, channel_id)
    if found is None:
        raise NotFoundException(_("There is no such channel."))
    channel, told_of, seq = found
    shown = {name: channel[name] for name in _SHOWN}
    bill = None
    if channel_can(channel["provider"], "costs"):
        bill = await at.database.read(billing, channel_id, at.now())
    client = request.client
    at_gate = {name: words for name, words in problems.items() if name in ingress_policy.FACTS}
    return own_page(
        request,
        "settings/channel.html",
        422 if problems else 200,
        channel=channel,
        told_of=told_of,
        problems={name: words for name, words in problems.items() if name not in at_gate},
        values={name: typed.get(name, known or "") for name, known in shown.items()},
        gate=channel["gate"]
        | {name: typed[name] for name in ingress_policy.FACTS if name in typed},
        gate_problems=at_gate,
        gate_fields=ingress_policy.FACTS,
        client=client.host if client else _("an unknown address"),
        saved=request.query_params.get("saved", ""),
        tested=tested,
        billing=bill,
        seq=seq,
    )


_Shown = Literal["name", "account", "business_account", "api_base"]
_SHOWN: Final[tuple[_Shown, ...]] = ("name", "account", "business_account", "api_base")
"""What a form begins with as it is."""


class ChannelPage(ChannelAddresses):
    """A channel as the page of its settings shows it, with what a form begins with."""

    verify_token: str
    business_account: str | None
    has_secret: bool
    has_access_token: bool
    api_base: str
    fields: tuple[Field, ...]
    gate: PolicyTexts
    own_proof: str
    test_says: str
    open_to_all: bool
    secret_label: str
    open_now: str
    previous_until: str | None
    former_address_until: str | None
    twins: list[str]


def _one(
    connection: Connection, at: AppContext, channel_id: str
) -> tuple[ChannelPage, list[Alert], int] | None:
    channel = store.by_id(connection, at.sealer, channel_id)
    if channel is None or channel.state == "removed":
        return None
    provider, scheme = PROVIDERS[channel.provider], scheme_of(channel)
    trusting = scheme.trusting and not channel.secret
    known = numbers.in_use(connection, at.sealer)
    shape: ChannelPage = {
        **channel_shape(channel, health.of(connection, channel_id), at.public_url),
        "verify_token": channel.verify_token,
        "business_account": channel.business_account,
        "has_secret": bool(channel.secret),
        "has_access_token": bool(channel.access_token),
        "api_base": channel.api_base,
        "fields": provider.fields,
        "gate": ingress_policy.policy_texts(channel),
        "own_proof": in_words(provider.scheme),
        "test_says": in_words(Scheme(kind="path") if trusting else scheme),
        "open_to_all": trusting,
        "secret_label": _label(provider, "secret", _("Webhook secret")),
        "open_now": open_words(channel.hours, at.now()),
        "previous_until": _until(channel.previous_secret, channel.previous_until, at.now()),
        "former_address_until": _until(channel.previous_key, channel.previous_key_until, at.now()),
        "twins": [one.name for one in numbers.twins(known, channel.id)],
    }
    told_of, _more = listing.alerts_page(connection, channel_id=channel_id, limit=TOLD)
    return shape, told_of, head(connection)


def _label(provider: Provider, name: str, otherwise: str) -> str:
    return next((each.label for each in provider.fields if each.name == name), otherwise)


def _until(former: str, end: Micros, now: Micros) -> str | None:
    """When the former one ends, while there is one."""
    return iso(end) if former and now < end else None


@post("/settings/channels/{channel_id:str}", opt=ADMIN, status_code=200, include_in_schema=False)
async def change_channel(request: Request, channel_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    sent = {name: value for name, value in (await _values(request)).items() if name in form}
    sent.pop("provider", None)
    # An empty secret field means "leave it as it is": it is never shown to be sent back.
    facts = {name: value for name, value in sent.items() if value or name not in _KEPT}
    try:
        checked = await saving.checked_change(
            at.database, at.sealer, at.http, at.now, channel_id, **facts
        )
        await at.database.write(store.change, at.sealer, channel_id, checked, now=at.now(), **facts)
    except Invalid as wrong:
        return await _channel(request, channel_id, {wrong.field: str(wrong)}, typed=sent)
    await at.channel_cache.load()
    part = "gate" if form.get("part") == "gate" else "1"
    return to(f"/settings/channels/{channel_id}?saved={part}" + ("#gate" if part == "gate" else ""))


@post(
    "/settings/channels/{channel_id:str}/check",
    opt=ADMIN,
    status_code=200,
    include_in_schema=False,
)
async def check_number(request: Request, channel_id: FromPath[str]) -> Redirect:
    """Ask the provider about the token and the number as they are."""
    at = app_of(request)
    await saving.check_now(at.database, at.sealer, at.http, at.now, channel_id)
    return to(f"/settings/channels/{channel_id}#number")


@post(
    "/settings/channels/{channel_id:str}/end-former-secret",
    opt=ADMIN,
    status_code=200,
    include_in_schema=False,
)
async def end_former_secret(request: Request, channel_id: FromPath[str]) -> Redirect:
    at = app_of(request)
    await at.database.write(store.end_previous, at.sealer, channel_id, at.now())
    await at.channel_cache.load()
    return to(f"/settings/channels/{channel_id}?saved=1")


@post(
    "/settings/channels/{channel_id:str}/renew-address",
    opt=ADMIN,
    status_code=200,
    include_in_schema=False,
)
async def renew_address(request: Request, channel_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, form = app_of(request), await request.form()
    hours = scrub(str(form.get("overlap") or ""))
    try:
        await at.database.write(
            store.with_new_address, at.sealer, channel_id, hours=hours, now=at.now()
        )
    except Invalid as wrong:
        return await _channel(request, channel_id, {wrong.field: str(wrong)})
    await at.channel_cache.load()
    return to(f"/settings/channels/{channel_id}?saved=1")


@post("/settings/channels/{channel_id:str}/state", opt=ADMIN, include_in_schema=False)
async def change_state(request: Request, channel_id: FromPath[str]) -> Redirect:
    """Pause, resume or remove it."""
    at, form = app_of(request), await request.form()
    works = {"pause": pause_channel, "resume": resume_channel, "remove": remove_channel}
    work = works.get(action := str(form.get("action") or ""))
    if work is None:
        raise Invalid("action", _("An action is one of pause, resume, remove."))
    await at.database.write(work, at.sealer, channel_id, at.now())
    await at.channel_cache.load()
    at.outbox.wake()
    return to("/settings/channels" if action == "remove" else f"/settings/channels/{channel_id}")


@post(
    "/settings/channels/{channel_id:str}/test",
    opt=ADMIN,
    status_code=200,
    include_in_schema=False,
)
async def test_channel(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    """Send a test webhook, and tell how each step went."""
    at = app_of(request)
    channel = await at.channel_cache.by_id(channel_id)
    if channel is None:
        raise NotFoundException(_("There is no such channel."))
    steps = await try_out(at, request.app, channel)
    return await _channel(request, channel_id, {}, tested=steps)


HANDLERS = [
    settings,
    channel_list,
    new_channel_page,
    add_channel,
    channel_page,
    change_channel,
    check_number,
    end_former_secret,
    renew_address,
    change_state,
    test_channel,
]
