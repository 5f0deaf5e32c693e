"""Outgoing webhooks as everybody outside sees them: endpoints, and what was posted to them."""

from typing import Annotated, Final, Literal, TypedDict
from urllib.parse import urlsplit

from inbox.domain.fields import Id, Moment, says
from inbox.domain.language import N_

EVERYTHING = "*"
"""Among an endpoint's events: all there are, and those that are still to come."""
TEST_TYPE = "webhook.test"

EndedBecause = Literal["gone", "failing"]
EndpointState = Literal["new", "live", "failing", "paused", "ended"]
ENDED: Final[dict[EndedBecause, str]] = {
    "gone": N_("It answered 410: nobody is there any more."),
    "failing": N_("For three days it took nothing."),
}
DeliveryState = Literal["waiting", "delivered", "failed", "cancelled"]


class Endpoint(TypedDict):
    """An address that is told what happens."""

    id: Annotated[Id, says("Its id.")]
    url: Annotated[str, says("Where it is posted to.")]
    description: Annotated[str, says("What it is for, in the words of who made it.")]
    events: Annotated[list[str], says("The types it hears, or `*` alone: all.")]
    channel_ids: Annotated[list[Id], says("The channels it hears of; empty: all.")]
    header_names: Annotated[list[str], says("Its own headers. What they say is never shown again.")]
    concurrency: Annotated[
        int, says("How many posts may be under way at once; with 1 they come in their order.")
    ]
    active: Annotated[bool, says("Whether it is posted to; what happens meanwhile waits.")]
    created_at: Annotated[Moment, says("When it was made.")]
    secret_overlaps_until: Annotated[
        Moment | None, says("Until then the secret before this one signs as well.")
    ]
    last_success_at: Annotated[Moment | None, says("When it last took something.")]
    failing_since: Annotated[
        Moment | None, says("When it first failed, where it has failed ever since.")
    ]
    last_error: Annotated[str | None, says("In words, why the newest post failed.")]
    rests_until: Annotated[
        Moment | None, says("Nothing is tried before that, as it failed several times in a row.")
    ]
    ended_at: Annotated[Moment | None, says("When it was switched off by itself.")]
    ended_because: Annotated[
        EndedBecause | None,
        says("`gone`: it answered 410. `failing`: for three days it took nothing."),
    ]
    missed: Annotated[
        int, says("How many events were so old, before they could be told, that they are gone.")
    ]


class EndpointName(TypedDict):
    """Which endpoint is meant, without what may be a secret: paths of addresses often are."""

    id: Annotated[Id, says("Its id.")]
    description: Annotated[str, says("What it is for, in the words of who made it.")]
    host: Annotated[str, says("Where it is posted to, without the path.")]


class ChangedEndpoint(EndpointName):
    """An endpoint was made, changed, paused, switched off or on, or removed: how it is now."""

    active: Annotated[bool, says("Whether it is posted to.")]
    ended_at: Annotated[Moment | None, says("When it was switched off by itself.")]
    ended_because: Annotated[
        EndedBecause | None,
        says("`gone`: it answered 410. `failing`: for three days it took nothing."),
    ]
    removed: Annotated[bool, says("Whether it is gone for good.")]


class EndpointAlertFacts(TypedDict):
    """What an alert of an endpoint rests on."""

    because: Annotated[
        EndedBecause, says("`gone`: it answered 410. `failing`: for three days it took nothing.")
    ]
    error: Annotated[str | None, says("In words, why the newest post failed.")]


class EndpointAlert(TypedDict):
    """An endpoint was switched off by itself; it ends when that is switched on, or removed."""

    id: Annotated[Id, says("The alert's id.")]
    kind: Annotated[Literal["switched_off"], says("Always `switched_off`; others may come.")]
    endpoint: Annotated[EndpointName, says("Which endpoint it is about.")]
    text: Annotated[str, says("The whole of it in one sentence.")]
    facts: Annotated[EndpointAlertFacts, says("What it rests on.")]
    since: Annotated[Moment, says("When it was switched off.")]
    raised_at: Annotated[Moment, says("When admins were told.")]
    ended_at: Annotated[Moment | None, says("Null while it is open.")]
    muted_at: Annotated[Moment | None, says("When somebody wanted to hear no more of it.")]
    muted_by: Annotated[str | None, says("The name of who wants to hear no more of it.")]


def state_of(endpoint: Endpoint) -> EndpointState:
    """In one word, the worst first."""
    if endpoint["ended_at"] is not None:
        return "ended"
    if not endpoint["active"]:
        return "paused"
    if endpoint["failing_since"] is not None:
        return "failing"
    return "new" if endpoint["last_success_at"] is None else "live"


def host_of(url: str) -> str:
    """What may be told of an address to who may not see it: with its port, without its path."""
    return urlsplit(url).netloc.rpartition("@")[2]


class DeliveryTry(TypedDict):
    """One post of a delivery, and what came of it."""

    at: Annotated[Moment, says("When it began.")]
    took_ms: Annotated[int, says("How long it took, in milliseconds.")]
    status: Annotated[int | None, says("The status of the answer; null: there was none.")]
    answer: Annotated[str, says("The answer's first kilobyte.")]
    error: Annotated[str | None, says("In words, why it failed; null: it was taken.")]


class Delivery(TypedDict):
    """An event that was posted to an endpoint, or waits to be posted once more."""

    id: Annotated[Id, says("Its id: the `webhook-id` of every try.")]
    endpoint_id: Annotated[Id, says("Whose it is.")]
    type: Annotated[str, says("The type of the event; `webhook.test` for a test.")]
    seq: Annotated[int | None, says("The number of the event in the feed; null for a test.")]
    event_at: Annotated[Moment, says("When it happened.")]
    at: Annotated[Moment, says("When it was first posted, or asked for.")]
    state: Annotated[
        DeliveryState,
        says(
            "`waiting` for the next try; `failed`: given up after the last; `cancelled`: the"
            " event was no longer kept."
        ),
    ]
    next_try_at: Annotated[Moment | None, says("When it is tried again.")]
    tries: Annotated[list[DeliveryTry], says("All that was tried, oldest first; at most twenty.")]


class DeliveryRequest(TypedDict):
    """What is posted, as far as it may be shown."""

    url: Annotated[str, says("Where to.")]
    headers: Annotated[dict[str, str], says("Without the signature and the endpoint's own.")]
    body: Annotated[str | None, says("The body; null where the event is no longer kept.")]


class ShownDelivery(Delivery):
    """A delivery with what is posted."""

    request: Annotated[DeliveryRequest, says("What is posted.")]


class Backlog(TypedDict):
    """How far behind an endpoint is."""

    waiting: Annotated[int, says("Deliveries that wait for another try.")]
    failed: Annotated[int, says("Deliveries that were given up, as far as they are kept.")]
    behind: Annotated[int, says("Events of the feed that have not been looked at for it yet.")]


class MadeEndpoint(Endpoint):
    """An endpoint with the secret that signs what is posted to it."""

    secret: Annotated[str, says("Shown this once: it checks the signature of each post.")]


class Replayed(TypedDict):
    """How much is posted again."""

    number: Annotated[int, says("How many deliveries.")]
