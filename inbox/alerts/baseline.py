"""When a channel is usually busy, and how long it is quiet without anybody minding.

From its own past and by plain rules, so that an admin can see why there was an alert:

- What is *usual* in an hour of the week is the median of that hour in the last weeks, at least
  three and at most five. A channel with less past, but a week of it, is taken to be as busy in
  an hour of the day as it was on the quietest of its days.
- An hour that usually brings less than ``BUSY`` webhooks is expected to bring none: nights,
  weekends and slow channels.
- While nothing comes, what should have come adds up: that is what is *missing*. It is much when
  it is ``LEAST``, and ``TIMES`` as much as was missing in any pause before. The longest pause is
  left out (a holiday), and so are those that an alert was raised for.

Pure: slots in, numbers out. Hours are of UTC, counted from 1970.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from inbox.alerts.counts import SLOT
from inbox.domain.times import DAY, HOUR, Micros

BUSY = 4
LEAST = 10
TIMES = 2

IN_A_DAY, IN_A_WEEK = 24, 7 * 24
LEAST_DAYS, MOST_DAYS = 7, 20
LEAST_WEEKS, MOST_WEEKS = 3, 5
PAST_SLOTS = (MOST_WEEKS * 7 * DAY + DAY) // SLOT
"""How much of the past is looked at."""
_SLOTS = HOUR // SLOT

Basis = Literal["weeks", "days"]
Span = tuple[Micros, Micros]


class Baseline(Struct, frozen=True):
    """What is usual of a channel.

    ``usual``: webhooks by the hour of the week, or of the day; ``pause``: the most that was ever
    missing without an alert.
    """

    basis: Basis
    usual: Sequence[int]
    pause: float = 0.0

    def in_hour(self, at: Micros) -> int:
        """How many webhooks the hour of that time usually brings; 0 if that is no busy one."""
        return self.usual[at // HOUR % len(self.usual)]

    def missing(self, since: Micros, now: Micros) -> float:
        """How many should have come in that time."""
        found, at = 0.0, since
        while at < now:
            until = min(now, (at // HOUR + 1) * HOUR)
            found += self.in_hour(at) * (until - at) / HOUR
            at = until
        return found

    @property
    def much(self) -> float:
        """Who misses so many has reason to worry."""
        return max(LEAST, TIMES * self.pause)


def baseline(
    accepted: Mapping[int, int], last: int, excused: Iterable[Span] = ()
) -> Baseline | None:
    """From the webhooks by slot up to ``last``, the newest in which one came.

    ``excused``: when an alert was open. None: there is not enough past to know.
    """
    accepted = {slot: number for slot, number in accepted.items() if number and slot <= last}
    if not accepted:
        return None
    first = min(accepted)
    found = _usual(accepted, first // _SLOTS, last // _SLOTS)
    if found is None or not any(found.usual):
        return None
    pauses = sorted(_pauses(found, sorted(accepted), list(excused)))
    return Baseline(found.basis, found.usual, pauses[-2] if len(pauses) > 1 else 0.0)


def _usual(accepted: Mapping[int, int], first: int, end: int) -> Baseline | None:
    """From whole hours before ``end``; the first one may have begun in its middle."""
    hours: dict[int, int] = {}
    for slot, number in accepted.items():
        hours[slot // _SLOTS] = hours.get(slot // _SLOTS, 0) + number
    weeks = min(MOST_WEEKS, (end - first) // IN_A_WEEK)
    days = min(MOST_DAYS, (end - first) // IN_A_DAY)

    def before(hour: int, period: int, times: int) -> list[int]:
        newest = end - 1 - (end - 1 - hour) % period
        return sorted(hours.get(newest - turn * period, 0) for turn in range(times))

    if weeks >= LEAST_WEEKS:
        middle = (weeks - 1) // 2
        found = [before(hour, IN_A_WEEK, weeks)[middle] for hour in range(IN_A_WEEK)]
        return Baseline("weeks", [_busy(number) for number in found])
    if days >= LEAST_DAYS:
        found = [before(hour, IN_A_DAY, days)[0] for hour in range(IN_A_DAY)]
        return Baseline("days", [_busy(number) for number in found])
    return None


def _busy(number: int) -> int:
    return number if number >= BUSY else 0


def _pauses(usual: Baseline, slots: Sequence[int], excused: Sequence[Span]) -> Iterable[float]:
    """What was missing between one webhook and the next.

    Slots do not tell minutes: the two at the ends count whole, of two that are neighbours one.
    """
    in_slot = [number / _SLOTS for number in usual.usual]
    for one, following in pairwise(slots):
        if following == one + 1:  # nearly all of a busy channel, of which there are thousands
            yield in_slot[following // _SLOTS % len(in_slot)]
            continue
        start, end = one * SLOT, (following + 1) * SLOT
        quiet = (one + 1) * SLOT, following * SLOT
        if not any(since < quiet[1] and quiet[0] < until for since, until in excused):
            yield usual.missing(start, end)
