"""``/api/v1``: the webhook log, for the tokens of admins."""

from typing import Annotated, Any

from litestar import Request, get

from inbox.domain.events import as_json
from inbox.domain.fields import says
from inbox.domain.redaction import redacted
from inbox.receiving import webhook_log
from inbox.receiving.log_shapes import LoggedWebhook
from inbox.web.api.paging import Paged
from inbox.web.context import app_of
from inbox.web.http.guard import ADMIN
from inbox.web.http.parameters import IdPlace, UpTo200, in_query, path_id
from inbox.web.settings.webhook_log import (
    EVENTS_SHOWN,
    entry_or_missing,
    found,
    log_filter,
    parsed_body,
)


class WebhookList(Paged):
    """A page of the webhook log."""

    data: Annotated[list[LoggedWebhook], says("The webhooks.")]


class WholeWebhook(LoggedWebhook):
    """A webhook with what it said. Secrets are hidden in it."""

    body: Annotated[str, says("As text; of a refused one its start, if anything.")]
    events: Annotated[
        list[dict[str, Any]], says("What Inbox reads in it today; the first 200 of them.")
    ]


@get(
    "/api/v1/journal",
    opt=ADMIN,
    tags=["Webhook log"],
    operation_id="listEntries",
    summary="List webhooks that came",
)
async def entry_list(
    request: Request[Any, Any, Any],
    q: Annotated[str, in_query("A phone number or a message's id.", "12025550142")] = "",
    channel: Annotated[
        str,
        in_query(
            "A channel's id; `shared`: the shared address; `nowhere`: addresses of no channel.",
            "shared",
        ),
    ] = "",
    in_state: Annotated[
        str, in_query("`applied`, `failed`, `pending` or `refused`.", "failed", name="state")
    ] = "",
    answer: Annotated[
        str, in_query("The HTTP status that they got; `none` for what broke off.", "401")
    ] = "",
    since: Annotated[str, in_query("From then on; ISO 8601.", "2026-01-01")] = "",
    until: Annotated[str, in_query("Before then; ISO 8601.", "2026-01-02T12:00:00Z")] = "",
    cursor: IdPlace = "",
    limit: UpTo200 = webhook_log.PAGE,
) -> WebhookList:
    """Newest first, without their bodies; a filter that makes no sense is as if it were not there.

    A refused one stands for `number` of its `kind`. `next` may come with few or no entries when
    much had to be looked through.
    """
    page = await found(app_of(request), log_filter(request), limit)
    return WebhookList(data=page.data, next=page.next)


@get(
    "/api/v1/journal/{entry_id:str}",
    opt=ADMIN,
    tags=["Webhook log"],
    operation_id="getEntry",
    summary="Get a webhook that came",
)
async def entry(
    request: Request[Any, Any, Any], entry_id: Annotated[str, path_id("The entry's id.")]
) -> WholeWebhook:
    """One of them with its `body` and the events in it."""
    at = app_of(request)
    shape, body = await entry_or_missing(at, entry_id)
    known = await parsed_body(at, shape, body)
    told = [redacted(as_json(event), own=known.own) for event in known.events[:EVENTS_SHOWN]]
    return WholeWebhook(**shape, body=known.text, events=told)


HANDLERS = [entry_list, entry]
