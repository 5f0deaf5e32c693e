"""``/api/v1/webhooks``: where what happens is posted, and what came of each post. For admins."""

from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, delete, get, patch, post
from litestar.params import JSONBody

from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.language import _
from inbox.domain.text import scrub
from inbox.domain.times import when
from inbox.domain.webhooks import (
    EVERYTHING,
    Backlog,
    Delivery,
    Endpoint,
    MadeEndpoint,
    Replayed,
    ShownDelivery,
)
from inbox.forwarding import deliveries, endpoints
from inbox.forwarding.endpoints import Wishes
from inbox.web.api.contract.problems import NOT_KEPT, UNFIT_ENDPOINT, WRONG_SINCE, can_fail
from inbox.web.api.paging import Paged
from inbox.web.context import AppContext, app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.parameters import Place, UpTo100, in_query, path_id
from inbox.web.http.scopes import WEBHOOKS

EndpointId = Annotated[str, path_id("The endpoint's id.")]
DeliveryId = Annotated[str, path_id("The delivery's id: its `webhook-id`.")]
UNSET = msgspec.UNSET
Unset = msgspec.UnsetType


class EndpointList(Paged):
    """All endpoints there are."""

    data: Annotated[list[Endpoint], says("The endpoints, the oldest first.")]


class EndpointReport(Endpoint, Backlog):
    """An endpoint, and how far behind it is."""


class DeliveryList(Paged):
    """Deliveries of one endpoint."""

    data: Annotated[list[Delivery], says("The deliveries, newest first.")]


@get(
    "/api/v1/webhooks",
    opt=ADMIN | WEBHOOKS,
    tags=["Outgoing webhooks"],
    operation_id="listWebhooks",
    summary="List endpoints",
)
async def endpoint_list(request: Request[Any, Any, Any]) -> EndpointList:
    """All of them at once: there are at most 50."""
    return EndpointList(data=await app_of(request).database.read(endpoints.listing), next=None)


class NewEndpoint(msgspec.Struct):
    """An address that is to be told what happens."""

    url: Annotated[str, says("Where to post: https, or http.")]
    description: Annotated[str, says("What it is for; up to 200 characters.")] = ""
    events: Annotated[
        list[str], says("Types of events of the feed, or `*`: all, and those to come.")
    ] = msgspec.field(default_factory=lambda: [EVERYTHING])
    channel_ids: Annotated[list[str], says("Only what is of these channels; empty: all.")] = []
    headers: Annotated[
        dict[str, str], says("Sent along with each post; kept encrypted and never shown again.")
    ] = {}
    concurrency: Annotated[
        int, says("Posts under way at once, up to 10; with 1 they come in their order.")
    ] = 1
    active: Annotated[bool, says("Whether it is posted to at once.")] = True


@post(
    "/api/v1/webhooks",
    opt=ADMIN | WEBHOOKS | can_fail(UNFIT_ENDPOINT),
    status_code=201,
    tags=["Outgoing webhooks"],
    operation_id="addWebhook",
    summary="Add an endpoint",
)
async def add(request: Request[Any, Any, Any], data: JSONBody[NewEndpoint]) -> MadeEndpoint:
    """It is told what happens from now on. Its secret is in this answer and never again."""
    wishes: Wishes = {
        "url": data.url,
        "description": data.description,
        "events": data.events,
        "channel_ids": [scrub(one) for one in data.channel_ids],
        "headers": data.headers,
        "concurrency": data.concurrency,
        "active": data.active,
    }
    at = app_of(request)
    private = at.settings.webhooks_private
    made = await at.database.write(endpoints.add, at.sealer, wishes, at.now(), private=private)
    at.forwarding.wake()
    return _made(*made)


def _made(endpoint: Endpoint, secret: str) -> MadeEndpoint:
    return {**endpoint, "secret": secret}


@get(
    "/api/v1/webhooks/{webhook_id:str}",
    opt=ADMIN | WEBHOOKS,
    tags=["Outgoing webhooks"],
    operation_id="getWebhook",
    summary="Get an endpoint",
)
async def one(request: Request[Any, Any, Any], webhook_id: EndpointId) -> EndpointReport:
    """With how many of its deliveries wait, and how many failed."""
    at = app_of(request)
    found = await at.database.read(endpoints.by_id, scrub(webhook_id))
    return {**found, **(await at.database.read(deliveries.backlogs))[found["id"]]}


class EndpointChange(msgspec.Struct):
    """What is to be changed of an endpoint; what is not named stays."""

    url: Annotated[str | Unset, says("Another address.")] = UNSET
    description: Annotated[str | Unset, says("What it is for.")] = UNSET
    events: Annotated[list[str] | Unset, says("All that it hears from now on.")] = UNSET
    channel_ids: Annotated[list[str] | Unset, says("All its channels; empty: all there are.")] = (
        UNSET
    )
    headers: Annotated[
        dict[str, str | None] | Unset, says("Headers to set; with null one is taken away.")
    ] = UNSET
    concurrency: Annotated[int | Unset, says("Posts under way at once.")] = UNSET
    active: Annotated[
        bool | Unset,
        says("False pauses it: what happens waits. True also ends that it was switched off."),
    ] = UNSET


@patch(
    "/api/v1/webhooks/{webhook_id:str}",
    opt=ADMIN | WEBHOOKS | can_fail(UNFIT_ENDPOINT),
    tags=["Outgoing webhooks"],
    operation_id="changeWebhook",
    summary="Change an endpoint",
)
async def change(
    request: Request[Any, Any, Any], webhook_id: EndpointId, data: JSONBody[EndpointChange]
) -> Endpoint:
    """What was switched off goes on where it stood, as far as the events are kept."""
    asked: Any = {
        name: value
        for name in data.__struct_fields__
        if (value := getattr(data, name)) is not UNSET
    }
    at = app_of(request)
    private = at.settings.webhooks_private
    changed = await at.database.write(
        endpoints.change, at.sealer, scrub(webhook_id), asked, at.now(), private=private
    )
    at.forwarding.wake()
    return changed


@delete(
    "/api/v1/webhooks/{webhook_id:str}",
    opt=ADMIN | WEBHOOKS,
    status_code=200,
    tags=["Outgoing webhooks"],
    operation_id="deleteWebhook",
    summary="Delete an endpoint",
)
async def remove(request: Request[Any, Any, Any], webhook_id: EndpointId) -> Endpoint:
    """Nothing more is posted to it, and its log goes; the answer is what it was."""
    at = app_of(request)
    return await at.database.write(endpoints.remove, scrub(webhook_id), at.now())


@post(
    "/api/v1/webhooks/{webhook_id:str}/rotate",
    opt=ADMIN | WEBHOOKS,
    status_code=200,
    tags=["Outgoing webhooks"],
    operation_id="rotateWebhookSecret",
    summary="Make a new secret",
)
async def change_secret(request: Request[Any, Any, Any], webhook_id: EndpointId) -> MadeEndpoint:
    """For a day each post is signed with both secrets; the new one is in this answer only."""
    at = app_of(request)
    return _made(*await at.database.write(endpoints.rotate, at.sealer, scrub(webhook_id), at.now()))


@post(
    "/api/v1/webhooks/{webhook_id:str}/test",
    opt=ADMIN | WEBHOOKS,
    status_code=201,
    tags=["Outgoing webhooks"],
    operation_id="testWebhook",
    summary="Send a test",
)
async def post_test(request: Request[Any, Any, Any], webhook_id: EndpointId) -> Delivery:
    """An event of the type `webhook.test` is posted at once, whatever the endpoint hears."""
    at = app_of(request)
    made = await at.database.write(deliveries.send_test, scrub(webhook_id), at.now())
    at.forwarding.wake()
    return made


@get(
    "/api/v1/webhooks/{webhook_id:str}/deliveries",
    opt=ADMIN | WEBHOOKS,
    tags=["Outgoing webhooks"],
    operation_id="listWebhookDeliveries",
    summary="List deliveries",
)
async def delivery_list(
    request: Request[Any, Any, Any],
    webhook_id: EndpointId,
    kept: Annotated[
        Literal["waiting", "delivered", "failed", "cancelled", ""],
        in_query("Those that are so; empty: all.", name="state"),
    ] = "",
    cursor: Place = "",
    limit: UpTo100 = 50,
) -> DeliveryList:
    """What was posted, newest first, with every try."""
    place = Cursor.read(cursor) if cursor else None
    at, endpoint_id = app_of(request), scrub(webhook_id)
    await at.database.read(endpoints.by_id, endpoint_id)
    found = await at.database.read(deliveries.listing, endpoint_id, place, limit, kept or None)
    further = None if found.next is None else str(found.next)
    return DeliveryList(data=[*found.deliveries], next=further)


@get(
    "/api/v1/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}",
    opt=ADMIN | WEBHOOKS,
    tags=["Outgoing webhooks"],
    operation_id="getWebhookDelivery",
    summary="Get a delivery",
)
async def one_delivery(
    request: Request[Any, Any, Any], webhook_id: EndpointId, delivery_id: DeliveryId
) -> ShownDelivery:
    """With what is posted."""
    at = app_of(request)
    return await at.database.read(
        deliveries.by_id, scrub(webhook_id), scrub(delivery_id), at.settings.api_url
    )


@post(
    "/api/v1/webhooks/{webhook_id:str}/deliveries/{delivery_id:str}/replay",
    opt=ADMIN | WEBHOOKS | can_fail(NOT_KEPT),
    status_code=200,
    tags=["Outgoing webhooks"],
    operation_id="replayWebhookDelivery",
    summary="Replay a delivery",
)
async def repeat_delivery(
    request: Request[Any, Any, Any], webhook_id: EndpointId, delivery_id: DeliveryId
) -> Delivery:
    """It is posted once more, under the same `webhook-id`."""
    at = app_of(request)
    found = await at.database.write(deliveries.replay_one, scrub(webhook_id), scrub(delivery_id))
    at.forwarding.wake()
    return found


class ReplayWish(msgspec.Struct):
    """What is to be posted again: all since a time, or all that failed."""

    since: Annotated[
        int | str | None, says("A moment (ISO 8601), up to seven days ago, or a `seq`.")
    ] = None
    failed: Annotated[bool, says("All that was given up, as far as it is kept.")] = False


@post(
    "/api/v1/webhooks/{webhook_id:str}/replay",
    opt=ADMIN | WEBHOOKS | can_fail(WRONG_SINCE),
    status_code=200,
    tags=["Outgoing webhooks"],
    operation_id="replayWebhook",
    summary="Replay what happened since, or what failed",
)
async def replay_posts(
    request: Request[Any, Any, Any], webhook_id: EndpointId, data: JSONBody[ReplayWish]
) -> Replayed:
    """Each is posted under the `webhook-id` it had: who has it already can drop it."""
    at = app_of(request)
    if data.failed == (data.since is not None):
        raise Invalid("since", _("Say either since when, or that what failed is meant."))
    number = await _replay(at, scrub(webhook_id), data.since)
    at.forwarding.wake()
    return Replayed(number=number)


async def _replay(at: AppContext, webhook_id: str, since: int | str | None) -> int:
    """``since`` None: what failed."""
    if since is None:
        return await at.database.write(deliveries.replay_failed, webhook_id)
    seq = since if isinstance(since, int) else None
    moment = when(since, at.now()) if isinstance(since, str) else None
    return await at.database.write(deliveries.replay_since, webhook_id, seq=seq, at=moment)


HANDLERS = [
    endpoint_list,
    add,
    one,
    change,
    remove,
    change_secret,
    post_test,
    delivery_list,
    one_delivery,
    repeat_delivery,
    replay_posts,
]
