"""Settings: endpoints, which are told what happens, and what was posted to them."""

from collections.abc import Mapping
from typing import Any, Final, TypedDict
from urllib.parse import urlencode

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid
from inbox.domain.feed_events import FOR_EVERYBODY
from inbox.domain.language import _, ngettext
from inbox.domain.text import scrub
from inbox.domain.times import HOUR, iso, when
from inbox.domain.webhooks import (
    EVERYTHING,
    Backlog,
    Delivery,
    Endpoint,
    EndpointState,
    state_of,
)
from inbox.feed.log import head
from inbox.forwarding import deliveries, endpoints
from inbox.forwarding.checks import MOST_CONCURRENT
from inbox.forwarding.endpoints import Wishes
from inbox.storage.database import Connection
from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.rendering import own_page, to
from inbox.web.present.endpoints import (
    ABOUT,
    head_of,
    headers_in,
    said_of,
    state_in,
)
from inbox.web.settings.sees import chosen_channels, named_channels

Request = HTMXRequest

LIST: Final = "/settings/webhooks"
PAGE: Final = 50


class ListedEndpoint(Endpoint, Backlog):
    state: EndpointState


class EndpointForm(TypedDict):
    """What the form holds."""

    url: str
    description: str
    events: list[str]
    concurrency: int


NEW: Final[EndpointForm] = {"url": "", "description": "", "events": [EVERYTHING], "concurrency": 1}


def _all(connection: Connection) -> tuple[list[ListedEndpoint], int]:
    """Them, and the head of the log at that moment: from there on the page's socket tells."""
    behind = deliveries.backlogs(connection)
    found = [_listed(one, behind[one["id"]]) for one in endpoints.listing(connection)]
    return found, head(connection)


def _one(connection: Connection, endpoint_id: str) -> tuple[ListedEndpoint, int]:
    """As ``_all``."""
    found = endpoints.by_id(connection, endpoint_id)
    return _listed(found, deliveries.backlogs(connection)[found["id"]]), head(connection)


def _listed(endpoint: Endpoint, backlog: Backlog) -> ListedEndpoint:
    return {**endpoint, **backlog, "state": state_of(endpoint)}


@get(LIST, opt=ADMIN, include_in_schema=False)
async def endpoint_list(request: Request, gone: FromQuery[str] = "") -> HTMXTemplate:
    """``gone``: the address of the one that was deleted just now."""
    found, seq = await app_of(request).database.read(_all)
    gone = scrub(gone)[:300]
    return own_page(request, "settings/endpoints.html", endpoints=found, seq=seq, gone=gone)


@get(f"{LIST}/new", opt=ADMIN, include_in_schema=False)
async def new_endpoint(request: Request) -> HTMXTemplate:
    return _form(request, None, NEW, None)


@post(LIST, opt=ADMIN, status_code=200, include_in_schema=False)
async def make_endpoint(request: Request) -> HTMXTemplate:
    """Its page with its secret: an address that shows a secret could be opened again."""
    at = app_of(request)
    filled = await _filled(request)
    try:
        wishes = _wishes(filled, {})
        made, secret = await at.database.write(
            endpoints.add, at.sealer, wishes, at.now(), private=at.settings.webhooks_private
        )
    except Invalid as wrong:
        return _refused(request, None, filled, wrong)
    at.forwarding.wake()
    return await _page(request, made["id"], secret=secret)


@get(f"{LIST}/{{webhook_id:str}}", opt=ADMIN, include_in_schema=False)
async def endpoint_page(request: Request, webhook_id: FromPath[str]) -> HTMXTemplate:
    return await _page(request, webhook_id)


@get(f"{LIST}/{{webhook_id:str}}/edit", opt=ADMIN, include_in_schema=False)
async def edit_endpoint(request: Request, webhook_id: FromPath[str]) -> HTMXTemplate:
    was = await app_of(request).database.read(endpoints.by_id, webhook_id)
    given: EndpointForm = {
        "url": was["url"],
        "description": was["description"],
        "events": was["events"],
        "concurrency": was["concurrency"],
    }
    return _form(request, was, given, was["channel_ids"] or None, keeping=was["header_names"])


@post(f"{LIST}/{{webhook_id:str}}", opt=ADMIN, status_code=200, include_in_schema=False)
async def save_endpoint(request: Request, webhook_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at = app_of(request)
    was = await at.database.read(endpoints.by_id, webhook_id)
    filled = await _filled(request)
    kept = {scrub(str(one)) for one in filled.getall("keep", [])}
    gone = {name: None for name in was["header_names"] if name not in kept}
    try:
        await _change(at, webhook_id, _wishes(filled, gone))
    except Invalid as wrong:
        return _refused(request, was, filled, wrong)
    return to(f"{LIST}/{webhook_id}")


@post(f"{LIST}/{{webhook_id:str}}/active", opt=ADMIN, status_code=303, include_in_schema=False)
async def switch(request: Request, webhook_id: FromPath[str]) -> Redirect:
    """On or off."""
    form = await request.form()
    await _change(app_of(request), webhook_id, {"active": bool(form.get("active"))})
    return to(f"{LIST}/{webhook_id}")


@post(f"{LIST}/{{webhook_id:str}}/rotate", opt=ADMIN, status_code=200, include_in_schema=False)
async def change_secret(request: Request, webhook_id: FromPath[str]) -> HTMXTemplate:
    at = app_of(request)
    _endpoint, secret = await at.database.write(endpoints.rotate, at.sealer, webhook_id, at.now())
    return await _page(request, webhook_id, secret=secret, rotated=True)


@post(f"{LIST}/{{webhook_id:str}}/delete", opt=ADMIN, status_code=303, include_in_schema=False)
async def delete_endpoint(request: Request, webhook_id: FromPath[str]) -> Redirect:
    at = app_of(request)
    was = await at.database.write(endpoints.remove, webhook_id, at.now())
    return Redirect(LIST, status_code=303, query_params={"gone": was["url"]})


@post(f"{LIST}/{{webhook_id:str}}/test", opt=ADMIN, status_code=303, include_in_schema=False)
async def test_endpoint(request: Request, webhook_id: FromPath[str]) -> Redirect:
    """To the delivery, which turns to what came of it."""
    at = app_of(request)
    made = await at.database.write(deliveries.send_test, webhook_id, at.now())
    at.forwarding.wake()
    return to(f"{LIST}/{webhook_id}/deliveries/{made['id']}")


@post(f"{LIST}/{{webhook_id:str}}/replay", opt=ADMIN, status_code=200, include_in_schema=False)
async def replay_posts(request: Request, webhook_id: FromPath[str]) -> HTMXTemplate:
    at, form = app_of(request), await request.form()
    since = str(form.get("since") or "") if form.get("which") == "since" else None
    try:
        if since is None:
            number = await at.database.write(deliveries.replay_failed, webhook_id)
        else:
            moment = when(since, at.now())
            number = await at.database.write(deliveries.replay_since, webhook_id, at=moment)
    except Invalid as wrong:
        return await _page(request, webhook_id, status=422, problem=str(wrong))
    at.forwarding.wake()
    said = ngettext("%(num)s is posted again.", "%(num)s are posted again.", number)
    return await _page(request, webhook_id, said=said if number else _("There was nothing."))


@get(
    f"{LIST}/{{webhook_id:str}}/deliveries/{{delivery_id:str}}", opt=ADMIN, include_in_schema=False
)
async def delivery_page(
    request: Request,
    webhook_id: FromPath[str],
    delivery_id: FromPath[str],
    again: FromQuery[str] = "",
) -> HTMXTemplate:
    at = app_of(request)
    endpoint = await at.database.read(endpoints.by_id, webhook_id)
    found = await at.database.read(deliveries.by_id, webhook_id, delivery_id, at.settings.api_url)
    return own_page(
        request,
        "settings/delivery.html",
        endpoint=endpoint,
        delivery=_told(found),
        request_head=head_of(found["request"]),
        posted=found["request"],
        said=_("It is posted again.") if again else "",
    )


@post(
    f"{LIST}/{{webhook_id:str}}/deliveries/{{delivery_id:str}}/replay",
    opt=ADMIN,
    status_code=303,
    include_in_schema=False,
)
async def repeat_delivery(
    request: Request, webhook_id: FromPath[str], delivery_id: FromPath[str]
) -> Redirect:
    at = app_of(request)
    await at.database.write(deliveries.replay_one, webhook_id, delivery_id)
    at.forwarding.wake()
    return to(f"{LIST}/{webhook_id}/deliveries/{delivery_id}?again=1")


async def _change(at: AppContext, webhook_id: str, wishes: Wishes) -> None:
    private = at.settings.webhooks_private
    await at.database.write(
        endpoints.change, at.sealer, webhook_id, wishes, at.now(), private=private
    )
    at.forwarding.wake()


async def _page(
    request: Request,
    webhook_id: str,
    *,
    status: int = 200,
    secret: str = "",
    rotated: bool = False,
    said: str = "",
    problem: str = "",
) -> HTMXTemplate:
    at, query = app_of(request), request.query_params
    state = state_in(query.get("state", ""))
    endpoint, seq = await at.database.read(_one, webhook_id)
    word = scrub(query.get("cursor", ""))
    cursor = Cursor.read(word) if word else None
    found = await at.database.read(deliveries.listing, endpoint["id"], cursor, PAGE, state)
    own = f"{LIST}/{endpoint['id']}"
    filled = {"state": state} if state else {}
    gone = _("A channel that was removed")
    known = {one["id"]: one["name"] for one in named_channels(at)}
    return own_page(
        request,
        "settings/endpoint.html",
        status,
        endpoint=endpoint,
        seq=seq,
        channel_names=[known.get(one, gone) for one in endpoint["channel_ids"]],
        deliveries=[_told(one) for one in found.deliveries],
        older=f"{own}?{urlencode(filled | {'cursor': str(found.next)})}" if found.next else "",
        state_asked=state or "",
        live=f"{own}?{urlencode(filled)}",
        an_hour_ago=iso(at.now() - HOUR)[:16],
        secret=secret,
        rotated=rotated,
        said=said,
        problems={"replay": problem} if problem else {},
    )


def _told(delivery: Delivery) -> Mapping[str, Any]:
    """With what each try came to, in words."""
    tries = [{**one, "said": said_of(one)} for one in delivery["tries"]]
    return {**delivery, "tries": tries, "last": tries[-1] if tries else None}


async def _filled(request: Request) -> Any:
    return await request.form()


def _wishes(form: Any, gone: Mapping[str, None]) -> Wishes:
    """Raises ``Invalid``."""
    given, seen = _given(form), chosen_channels(form)
    if seen == []:
        raise Invalid("channels", _("Choose at least one channel, or all."))
    return {
        "url": given["url"],
        "description": given["description"],
        "events": given["events"],
        "channel_ids": seen if isinstance(seen, list) else [],
        "headers": {**gone, **headers_in(str(form.get("headers") or ""))},
        "concurrency": given["concurrency"],
    }


def _given(form: Any) -> EndpointForm:
    some = form.get("hears") == "some"
    pace = str(form.get("concurrency") or "1")
    return {
        "url": scrub(str(form.get("url") or "")),
        "description": scrub(str(form.get("description") or "")),
        "events": [scrub(str(one)) for one in form.getall("event", [])] if some else [EVERYTHING],
        "concurrency": int(pace) if pace.isdecimal() and len(pace) < 4 else 0,
    }


def _refused(
    request: Request, endpoint: Endpoint | None, form: Any, wrong: Invalid
) -> HTMXTemplate:
    """The form as it was filled in; what its headers say is not sent back to a page."""
    field = "channels" if wrong.field == "channel_ids" else wrong.field
    problems = {field: str(wrong)}
    if form.get("headers") and field != "headers":
        problems["headers"] = _("Write them again: they are not sent back to a page.")
    seen = chosen_channels(form)
    kept = [scrub(str(one)) for one in form.getall("keep", [])]
    chosen = seen if isinstance(seen, list) else None
    return _form(request, endpoint, _given(form), chosen, keeping=kept, problems=problems)


def _form(
    request: Request,
    endpoint: Endpoint | None,
    given: EndpointForm,
    seen: list[str] | None,
    *,
    keeping: list[str] | None = None,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    """``seen``: the channels that are chosen, none for all."""
    return own_page(
        request,
        "settings/endpoint_form.html",
        422 if problems else 200,
        endpoint=endpoint,
        given=given,
        seen=seen,
        kept=endpoint["header_names"] if endpoint else [],
        keeping=keeping or [],
        offered=[(name, _(ABOUT[name])) for name in FOR_EVERYBODY],
        channels=named_channels(app_of(request)),
        pace=[(str(n), _pace(n)) for n in range(1, MOST_CONCURRENT + 1)],
        problems=problems or {},
    )


def _pace(number: int) -> str:
    if number == 1:
        return _("One after another, in order")
    return ngettext("%(num)s in any order", "%(num)s in any order", number)


HANDLERS = [
    endpoint_list,
    new_endpoint,
    make_endpoint,
    endpoint_page,
    edit_endpoint,
    save_endpoint,
    switch,
    change_secret,
    delete_endpoint,
    test_endpoint,
    replay_posts,
    delivery_page,
    repeat_delivery,
]
