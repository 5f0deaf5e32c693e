"""One try: what is posted, how it is signed, and what the answer means."""

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple, Protocol

from inbox.domain.language import N_, _
from inbox.domain.times import MILLISECOND, SECOND, Micros, iso, micros
from inbox.domain.webhooks import DeliveryTry
from inbox.forwarding.bodies import shown_headers
from inbox.forwarding.rows import EndpointColumns
from inbox.forwarding.secrets import Sealed, signature_headers, signing_keys
from inbox.storage.secrets import Sealer

REDIRECTED: Final = N_("It sent us to another address. Enter that one: no redirect is followed")
UNKNOWN: Final = N_("There was no answer")
GONE: Final = 410


class ReceiverAnswer(NamedTuple):
    """``status`` None: there was none, for a ``reason``. ``retry_after``: as it was sent."""

    status: int | None
    reason: str | None = None
    begins: bytes = b""
    retry_after: str = ""


class Receivers(Protocol):
    """The programs of others. It never raises for what is elsewhere, and ends in 15 s."""

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> ReceiverAnswer: ...

    async def close(self) -> None:
        """End what is under way."""


class PostOutcome(NamedTuple):
    """``pause``: so long it wants to hear nothing. ``gone``: it wants to hear nothing ever."""

    said: DeliveryTry
    at: Micros
    pause: Micros = 0
    gone: bool = False

    @property
    def taken(self) -> bool:
        return self.said["error"] is None


async def attempt(
    receivers: Receivers,
    sealer: Sealer,
    row: EndpointColumns,
    webhook_id: str,
    body: bytes,
    now: Callable[[], Micros],
) -> PostOutcome:
    """Signed anew each time, under the same ``webhook-id``."""
    sealed: Sealed = sealer.open(row["sealed"])
    at, began = now(), time.monotonic()
    keys = signing_keys(sealed, row["previous_until"], at)
    ours = shown_headers(webhook_id) | signature_headers(keys, webhook_id, at, body)
    answer = await receivers.post(row["url"], body, sealed["headers"] | ours)
    took = round((time.monotonic() - began) * SECOND)
    said: DeliveryTry = {
        "at": iso(at),
        "took_ms": took // MILLISECOND,
        "status": answer.status,
        "answer": answer.begins.decode("utf-8", "replace").replace("\0", "\ufffd"),
        "error": _error(answer),
    }
    return PostOutcome(said, at, asked_pause(answer.retry_after, at), answer.status == GONE)


def _error(answer: ReceiverAnswer) -> str | None:
    status = answer.status
    if status is None:
        return _(answer.reason or UNKNOWN)
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return _(REDIRECTED)
    return _("It answered %(status)s", status=status)


def asked_pause(retry_after: str, now: Micros) -> Micros:
    """Of a Retry-After: seconds, or a date of HTTP; 0: it has none that can be read."""
    if retry_after.isascii() and retry_after.isdigit() and len(retry_after) < 10:
        return int(retry_after) * SECOND
    try:
        return max(0, micros(parsedate_to_datetime(retry_after)) - now)
    except (ValueError, TypeError, OverflowError):
        return 0
