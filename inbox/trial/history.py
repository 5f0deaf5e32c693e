"""A made-up history, page by page: each a function of the plan and its number alone.

So a page can be written by whoever holds the database, and a history that was stopped in the
middle is only a shorter one. Messages come in the order of their times, from conversations that
begin all along; a handful of them are very long, and few people write most of the rest.
"""

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID
from zlib import crc32

from msgspec import Struct, field
from msgspec.structs import force_setattr

from inbox.conversations.new_row import INCOMING, OUTGOING, new_row
from inbox.domain.content import Problem
from inbox.domain.from_customer import from_customer
from inbox.domain.rows import MessageRow
from inbox.domain.status import Status
from inbox.domain.stored import Direction
from inbox.domain.times import DAY, MINUTE, SECOND, Micros, whole_second
from inbox.trial import kinds, words

PAGE = 1_000
"""Messages of one transaction: some tens of milliseconds in which nobody else writes."""

SPAN: Micros = 365 * DAY
GIANTS, GIANT_SHARE = 5, 0.1
"""So many conversations have a tenth of all messages: 20,000 each of a million."""

Row = tuple[Any, ...]

CONTACT = ("id", "channel_id", "match_key", "user_id", "wa_id", "phone_number", "username", "name",
           "learned", "created_at")  # fmt: skip
CONVERSATION = ("id", "channel_id", "contact_id", "status", "arrived_at", "created_at",
                "inbound_count", "seen_count")  # fmt: skip
CHANGE = ("channel_id", "event_key", "target_id", "kind", "direction", "author", "at", "emoji",
          "body")  # fmt: skip
RECEIPT = ("channel_id", "provider_message_id", "status", "participant", "at")

_STATUSES: tuple[tuple[Status, float], ...] = (
    ("read", 0.62),
    ("delivered", 0.87),
    ("sent", 0.97),
    ("failed", 1.0),
)
_STEPS = {
    "read": ("accepted", "sent", "delivered", "read"),
    "delivered": ("accepted", "sent", "delivered"),
    "sent": ("accepted", "sent"),
    "failed": ("accepted", "failed"),
}
_UNDELIVERED: Problem = {
    "code": 131026,
    "title": "Message undeliverable",
    "detail": "The number may not be on WhatsApp.",
}
FRESH = 1_500
"""The newest messages, whose files can still be fetched."""


class Plan(Struct, frozen=True, kw_only=True):
    """``ends``: when the newest message came."""

    channel_id: str
    seed: int
    conversations: int
    messages: int
    ends: Micros
    mark: int = 0

    def __post_init__(self) -> None:
        force_setattr(self, "mark", UUID(self.channel_id).int & (1 << 62) - 1)

    @property
    def pages(self) -> int:
        return -(-self.messages // PAGE)

    def begun(self, message: int) -> int:
        """How many conversations have begun when this message has come."""
        return message * self.conversations // self.messages + 1

    def at(self, message: int) -> Micros:
        gap = min(SPAN, self.messages * 3 * MINUTE) // self.messages
        return self.ends - (self.messages - 1 - message) * gap

    def ids(self, conversation: int) -> tuple[str, str]:
        """Those of a conversation and of its contact, without asking the database."""
        first = -(-conversation * self.messages // self.conversations)
        tail = conversation << 32 ^ self.mark
        return _id(self.at(first), 0, tail), _id(self.at(first), 1, tail)


class Touched(Struct):
    """What a page adds to a conversation."""

    at: Micros
    last: str
    direction: Direction = INCOMING
    inbound: int = 0
    inbound_at: Micros | None = None


class TrialPage(Struct):
    """``ends`` is the plan's: when its files are to be fetched."""

    ends: Micros
    contacts: list[Row] = field(default_factory=list)
    conversations: list[Row] = field(default_factory=list)
    messages: list[MessageRow] = field(default_factory=list)
    receipts: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    touched: dict[str, Touched] = field(default_factory=dict)


def trial_page(plan: Plan, number: int) -> TrialPage:
    """The rows of one page; columns of those that are tuples are named above."""
    chosen = Random(f"{plan.seed}/{number}")  # noqa: S311 - no secret is made of it
    made, known = TrialPage(plan.ends), {}
    for message in range(number * PAGE, min((number + 1) * PAGE, plan.messages)):
        begun = plan.begun(message)
        first = message == 0 or begun != plan.begun(message - 1)
        which = begun - 1 if first else _whose(chosen, begun, plan.conversations)
        if which not in known:
            known[which] = (*plan.ids(which), words.tongue(_lot(plan, which, "who")))
        if first:
            _begin(made, plan, which, message)
        _say(made, plan, chosen, known[which], message, first)
    return made


def _whose(chosen: Random, begun: int, conversations: int) -> int:
    if conversations > 4 * GIANTS and chosen.random() < GIANT_SHARE:
        return min(begun - 1, int(chosen.random() * GIANTS))
    if chosen.random() < 0.5:
        return begun - 1 - int(chosen.random() * (1 + begun // 20))
    return int(chosen.random() ** 2 * begun)


def _lot(plan: Plan, which: int, what: str) -> int:
    """A number that looks drawn: far cheaper than a generator for each."""
    return crc32(b"%d/%d/%b" % (plan.seed, which, what.encode()))


def _begin(made: TrialPage, plan: Plan, which: int, message: int) -> None:
    conversation_id, contact_id = plan.ids(which)
    at = plan.at(message)
    lot = _lot(plan, which, "who")
    name = words.name(lot, words.tongue(lot))
    wa_id = words.fiction_number(which)
    keys: tuple[str | None, ...]
    if which % 33 == 32 or wa_id is None:  # known by their username alone
        keys = (None, f"US.{plan.seed:05d}{which:08d}", None, None, f"made.up.{which}")
    else:
        keys = (wa_id, None, wa_id, f"+{wa_id}", None)
    made.contacts.append((contact_id, plan.channel_id, *keys, name, "{}", at))
    made.conversations.append((conversation_id, plan.channel_id, contact_id, "open", at, at, 0, 0))


def _say(
    made: TrialPage,
    plan: Plan,
    chosen: Random,
    who: tuple[str, str, words.Tongue],
    message: int,
    first: bool,
) -> None:
    conversation_id, contact_id, speaks = who
    at = plan.at(message)
    # Unlike in another channel, with the same seed too.
    message_id = _id(at, message % PAGE, chosen.getrandbits(62) ^ plan.mark)
    wamid = f"wamid.made-up.{plan.channel_id[-12:]}.{message:09d}"
    touched = made.touched.setdefault(conversation_id, Touched(at, message_id))
    touched.at, touched.last = at, message_id
    incoming = first or chosen.random() < 0.55
    recent = plan.messages - message <= FRESH
    text = words.made_up_text(chosen, speaks, incoming=incoming)
    said = kinds.said(chosen, text, incoming=incoming, recent=recent)
    touched.direction = INCOMING if incoming else OUTGOING
    status, facts, sender = None, said.content, None
    if incoming:
        if from_customer(said.type, said.content):
            touched.inbound += 1
            touched.inbound_at = whole_second(at)
    else:
        share = chosen.random()
        status = next(name for name, most in _STATUSES if share < most)
        if status == "failed":
            facts = {**facts, "errors": [_UNDELIVERED]}
        sender = words.AGENTS[int(chosen.random() * len(words.AGENTS))]
        for step, name in enumerate(_STEPS[status]):
            made.receipts.append((plan.channel_id, wamid, name, "", at + step * 2 * SECOND))
    for change in kinds.changes(chosen, wamid, at, incoming=incoming, text=said.type == "text"):
        made.changes.append((plan.channel_id, *change))
    made.messages.append(
        new_row(
            id=message_id,
            channel_id=plan.channel_id,
            conversation_id=conversation_id,
            contact_id=contact_id,
            direction=touched.direction,
            type=said.type,
            text=said.words,
            content=facts,
            at=at,
            received_at=at,
            status=status,
            event_key=f"made-up:{message}",
            provider_message_id=wamid,
            sender_name=sender,
        )
    )


def unread(plan: Plan, start: int, stop: int) -> Iterator[tuple[str, int]]:
    """Conversations of the range in which something is left to read, and how much."""
    for which in range(start, stop):
        lot = _lot(plan, which, "unread")
        if lot % 100 < 3:
            yield plan.ids(which)[0], 1 + lot // 100 % 5


def _id(at: Micros, tie: int, tail: int) -> str:
    """A UUIDv7 of that time."""
    value = at // 1000 << 80 | 0x7 << 76 | (tie & 0xFFF) << 64 | 0b10 << 62 | tail
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
