"""A webhook on its way: journaled, and once normalised ready to be applied."""

from msgspec import Struct

from inbox.domain.events import Event, Misread
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros

TEST = "/test"
"""Behind the proof of a test of our own, so that the log can tell it from the provider's."""


class Entry(Struct):
    """A journal entry. ``body`` is the parsed body, or None until it is read back.

    ``acknowledged_at``: when its 200 went out; None for one that was read back.
    """

    id: str
    channel_id: str
    received_at: Micros
    raw: bytes
    body: JsonObject | None = None
    acknowledged_at: Micros | None = None
    proof: str | None = None
    """The kind of the scheme by which it is authentic (``domain.channels.Scheme``)."""
    sample: bool = False
    """A test of our own, which says nothing of the provider."""
    applied: bool = False
    """By the transaction that stored it."""


class Facts(Struct, frozen=True):
    """What one entry tells, each event with the channel it belongs to.

    ``strays`` are reasons for events that belong to no channel of ours, and what else the log
    should say of it. ``misread`` is what a mistake of ours made of some: the entry is failed when
    the others are applied. Of a long entry that is applied in parts, ``whole`` is all of it, and
    the part that ``ends`` it makes it applied.
    """

    entry_id: str
    received_at: Micros
    channel_id: str
    events: list[tuple[str, Event]]
    strays: list[str]
    whole: "Facts | None" = None
    ends: bool = True
    misread: tuple[Misread, ...] = ()
    acknowledged_at: Micros | None = None
