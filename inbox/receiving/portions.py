"""Long work cut into transactions of a bearable length: others want to be stored meanwhile."""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from inbox.conversations.entries import Facts

PORTION_EVENTS = 200
"""What is applied in one transaction: some 20 ms in which no webhook can be stored."""


def portions(facts: Sequence[Facts]) -> Iterator[list[Facts]]:
    """The same, by transactions.

    An entry with very many events is cut. Every event is a fact that is kept once, so that
    one which was cut off half-way by a crash is simply applied again.
    """
    portion: list[Facts] = []
    size = 0
    for one in facts:
        for start in range(0, max(1, len(one.events)), PORTION_EVENTS):
            events = one.events[start : start + PORTION_EVENTS]
            if portion and size + len(events) > PORTION_EVENTS:
                yield portion
                portion, size = [], 0
            ends = start + PORTION_EVENTS >= len(one.events)
            uncut = ends and not start
            portion.append(one if uncut else replace(one, events=events, whole=one, ends=ends))
            size += len(events)
    if portion:
        yield portion
