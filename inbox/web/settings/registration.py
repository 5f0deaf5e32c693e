"""Settings: our webhook's address at the provider, looked up and registered by a button.

The provider is asked only when somebody presses a button, never by opening a page.
"""

from ipaddress import ip_address
from typing import TypedDict
from urllib.parse import urlsplit

from litestar import get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.channels import health, store
from inbox.channels.shapes import channel_shape
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.providers.registrars import REGISTRARS
from inbox.providers.registration import Done, Registered, Registrar, RegistrationProblem
from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page

Request = HTMXRequest

_PATH = "/settings/channels/{channel_id:str}/registration"
_OVERLAP_HOURS = "72"
"""For so long Notifier tries a webhook again, with the secret that it had then."""


@get(_PATH, opt=ADMIN, include_in_schema=False)
async def show_registration(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    channel, registrar = await _found(request, channel_id)
    return await _shown(request, channel, registrar)


@post(_PATH, opt=ADMIN, status_code=200, include_in_schema=False)
async def register(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    at = app_of(request)
    channel, registrar = await _found(request, channel_id)
    done = unreachable(at.public_url) or await registrar.register(
        at.http, channel, _ours(at, channel)
    )
    if isinstance(done, Done) and done.secret:
        done = await _kept(at, channel, done.secret)
    return await _shown(request, channel, registrar, done, _("Registered"))


@post(f"{_PATH}/remove", opt=ADMIN, status_code=200, include_in_schema=False)
async def remove(request: Request, channel_id: FromPath[str]) -> HTMXTemplate:
    at, form = app_of(request), await request.form()
    channel, registrar = await _found(request, channel_id)
    registered_id = scrub(str(form.get("registered") or ""))
    done = await registrar.unregister(at.http, channel, registered_id)
    return await _shown(request, channel, registrar, done, _("Removed"))


async def _found(request: Request, channel_id: str) -> tuple[Channel, Registrar]:
    at = app_of(request)
    channel = await at.database.read(store.by_id, at.sealer, channel_id)
    registrar = REGISTRARS.get(channel.provider) if channel else None
    if channel is None or registrar is None:
        raise NotFoundException(_("There is no such channel, or nothing to register for it."))
    return channel, registrar


async def _shown(
    request: Request,
    channel: Channel,
    registrar: Registrar,
    done: Done | RegistrationProblem | None = None,
    word: str = "",
) -> HTMXTemplate:
    """What is registered now, asked once more after every change, and what became of that."""
    at = app_of(request)
    found = await registrar.registered(at.http, channel)
    known = await at.database.read(health.of, channel.id)
    shape = channel_shape(channel, known, at.public_url)
    ours = {shape["webhook_url"], shape["shared_webhook_url"]}
    asked = found if isinstance(found, RegistrationProblem) else None
    return own_page(
        request,
        "settings/_registration.html",
        channel=shape,
        looked=True,
        listed=[]
        if isinstance(found, RegistrationProblem)
        else [_row(each, ours) for each in found],
        # After a change that failed, one sentence about it is enough.
        trouble=done if isinstance(done, RegistrationProblem) else asked,
        known=asked is None,
        done=done if isinstance(done, Done) else None,
        word=word,
        unreachable=unreachable(at.public_url),
    )


class ShownAddress(TypedDict):
    """An address at a provider; ``ours``: it is one of this inbox."""

    url: str | None
    note: str
    id: str | None
    replaced: bool
    ours: bool


def _row(registered: Registered, ours: set[str | None]) -> ShownAddress:
    return {
        "url": registered.url,
        "note": registered.note,
        "id": registered.id,
        "replaced": registered.replaced,
        "ours": registered.url is not None and registered.url.rstrip("/") in ours,
    }


def _ours(at: AppContext, channel: Channel) -> str:
    return f"{at.public_url}/webhooks/{channel.key}"


async def _kept(at: AppContext, channel: Channel, secret: str) -> Done | RegistrationProblem:
    """Keep what the provider signs with from now on: it will not tell it again."""
    try:
        facts = {"secret": secret, "overlap": _OVERLAP_HOURS}
        await at.database.write(store.change, at.sealer, channel.id, None, now=at.now(), **facts)
    except (Invalid, Missing) as wrong:
        todo = _("%(wrong)s Copy it from the provider's dashboard and enter it below.", wrong=wrong)
        return RegistrationProblem(_("Registered, but its webhook secret could not be kept"), todo)
    await at.channel_cache.load()
    return Done(_("The webhook secret that came with it is saved."))


def unreachable(public_url: str) -> RegistrationProblem | None:
    """Why no provider could call this address; None if nothing speaks against it."""
    parts = urlsplit(public_url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme == "https" and _public(host):
        return None
    return RegistrationProblem(
        _("No provider can call %(public_url)s", public_url=public_url),
        _(
            "They call public https addresses only. Set INBOX_PUBLIC_URL to "
            "yours and start Inbox again."
        ),
    )


def _public(host: str) -> bool:
    try:
        return ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))


HANDLERS = [show_registration, register, remove]
