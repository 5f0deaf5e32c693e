"""A webhook that is not taken: answered with the reason, counted, and noted in the webhook log."""

from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple

from litestar.types import HTTPScope

from inbox.alerts.rejections import SHARED
from inbox.domain.channels import Channel
from inbox.domain.times import SECOND
from inbox.providers.base import Refusal
from inbox.web.context import AppContext
from inbox.web.http.raw_http import Left, RawAnswer


class TurnedAway(NamedTuple):
    """``channels``: whose it is, or of several whose it may be; ``place``: if not of just one.

    ``shared``: it came to the address of several channels, and nobody knows whose it is.

    ``excerpt``: only of a body that is authentic. ``words``: the answer, if not the reason.
    """

    refusal: Refusal
    channels: Sequence[Channel] = ()
    place: str = SHARED
    shared: bool = False
    size: int | None = None
    excerpt: bytes | None = None
    words: str = ""
    headers: tuple[tuple[bytes, bytes], ...] = ()


def turn_away(at: AppContext, scope: HTTPScope, turned: TurnedAway, began: float) -> RawAnswer:
    """``began``: by ``perf_counter``. Raises ``Left`` where nobody waits for an answer."""
    now, refusal = at.now(), turned.refusal
    if refusal.status:  # What broke off was not refused.
        for channel in turned.channels:
            at.refusals.add(channel.id, refusal.kind, refusal.reason, now)
            at.pulse.counts.refuse(channel.id, refusal.kind, now, shared=turned.shared)
        if not turned.channels:
            at.refusals.totals[turned.place, refusal.kind] += 1
    client = scope.get("client")
    at.pulse.refused.note(
        turned.channels[0].id if len(turned.channels) == 1 else turned.place,
        refusal.status,
        refusal.kind,
        refusal.reason,
        now,
        size=turned.size,
        took=round((perf_counter() - began) * SECOND),
        came_from=client[0] if client else None,
        excerpt=turned.excerpt,
    )
    if not refusal.status:
        raise Left
    return RawAnswer(refusal.status, turned.words or refusal.reason, turned.headers)
