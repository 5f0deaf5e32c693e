"""What the webhook log says of a webhook, on its pages and in the API."""

from typing import Annotated, Literal, NotRequired, TypedDict

from inbox.domain.fields import Id, Moment, says
from inbox.domain.public import ChannelRef
from inbox.providers.base import RefusalKind


class Outcome(TypedDict):
    """What a webhook came to when it was applied."""

    events: Annotated[dict[str, int], says("How many of each kind, as `message` or `status`.")]
    ignored: Annotated[list[str], says("What was left alone, and why.")]


class LatestReplay(TypedDict):
    """When a webhook was applied once more."""

    id: Annotated[Id, says("The replay's id.")]
    by: Annotated[str, says("Who asked for it.")]
    asked: Annotated[str, says("What they asked for, in words.")]
    at: Annotated[Moment, says("When it was asked for.")]


class MessagePlace(TypedDict):
    """Where a message is."""

    id: str
    conversation_id: str


class AwaitedEntry(TypedDict):
    """What became of a webhook that somebody waits for."""

    id: str
    state: Literal["pending", "applied", "failed"]
    result: Outcome | None
    error: str | None


class LoggedWebhook(TypedDict):
    """A webhook that came; or several that were refused alike within one minute."""

    id: Annotated[Id, says("Its id; ids are in the order of arrival.")]
    channel: Annotated[ChannelRef | None, says("Whose it is; null if nobody's.")]
    size: Annotated[int | None, says("Bytes of its body; of a refused one, if it said so.")]
    received_at: Annotated[Moment, says("When it came.")]
    answer: Annotated[int, says("The HTTP status that it got; 0: it broke off before one.")]
    took: Annotated[float | None, says("Milliseconds until the answer.")]
    applied_after: Annotated[float | None, says("Milliseconds until all of it was in the inbox.")]
    proof: Annotated[
        str | None,
        says("What proved it, as `hmac`; of a refused one `missing`, `wrong`, `unset` or `right`."),
    ]
    test: NotRequired[Annotated[bool, says("It was a test of our own.")]]
    state: Annotated[Literal["pending", "applied", "failed", "refused"], says("What became of it.")]
    result: Annotated[Outcome | None, says("What it came to, once it is applied.")]
    error: Annotated[str | None, says("Why it failed or was refused.")]
    kind: NotRequired[Annotated[RefusalKind, says("Of a refused one: for what reason.")]]
    place: NotRequired[
        Annotated[
            Literal["shared", "nowhere"] | None,
            says("Of a refused one: it came to the shared address, or to none of a channel."),
        ]
    ]
    number: NotRequired[Annotated[int, says("Of a refused one: how many it stands for.")]]
    came_from: NotRequired[Annotated[str | None, says("Of a refused one: the peer's address.")]]
    replay: NotRequired[
        Annotated[LatestReplay | None, says("Of one that is asked for: when it was replayed last.")]
    ]
