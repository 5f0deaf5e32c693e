"""What Meta sends, at random but seeded: each webhook with the facts that are in it.

Newcomers whose first messages come all at once, known customers, batches, echoes from the
phone, statuses in any order and before their message, and all of it again.
"""

import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from inbox.providers.sandbox import meta_json
from tests.support.fake_graph import ACCOUNT

BEGAN = int(time.time())
"""Now: a reply to somebody who wrote long ago would be refused."""
FATES = (
    ("sent", "delivered", "read"),
    ("sent", "delivered", "read", "played"),
    ("sent", "failed"),
    ("failed", "delivered"),
    ("delivered",),
)
RECENT = 200


@dataclass(frozen=True)
class Said:
    """A message: ``direction`` as in our rows, ``customer`` the number on the other side."""

    wamid: str
    customer: str
    text: str
    direction: str


@dataclass(frozen=True)
class Told:
    """A status at this second. ``ours``: our id of the message, where Meta gives it back."""

    wamid: str
    status: str
    at: int
    ours: str | None = None


@dataclass(frozen=True)
class Webhook:
    body: bytes
    facts: tuple[Said | Told, ...]


def webhook(*facts: Said | Told, entry: int = 0) -> Webhook:
    """One body with these facts, each in the change where Meta puts it."""
    told = [_status(fact) for fact in facts if isinstance(fact, Told)]
    said = [fact for fact in facts if isinstance(fact, Said)]
    incoming = [fact for fact in said if fact.direction == "incoming"]
    echoes = [_message(fact) for fact in said if fact.direction == "outgoing"]
    changes = []
    if incoming:
        people = sorted({fact.customer for fact in incoming})
        contacts = [{"profile": {"name": f"Customer {one}"}, "wa_id": one} for one in people]
        messages = [_message(fact) for fact in incoming]
        changes.append(_change("messages", contacts=contacts, messages=messages))
    if told:
        changes.append(_change("messages", statuses=told))
    if echoes:
        changes.append(_change("smb_message_echoes", message_echoes=echoes))
    entries = [{"id": str(102938475610293 + entry), "changes": changes}]
    body = meta_json({"object": "whatsapp_business_account", "entry": entries})
    return Webhook(body, facts)


def _change(name: str, **arrays: Any) -> dict[str, Any]:
    metadata = {"display_phone_number": "12025550100", "phone_number_id": ACCOUNT}
    return {
        "field": name,
        "value": {"messaging_product": "whatsapp", "metadata": metadata, **arrays},
    }


def _message(said: Said) -> dict[str, Any]:
    incoming = said.direction == "incoming"
    ends = {"from": said.customer} if incoming else {"from": "12025550100", "to": said.customer}
    return {
        "id": said.wamid,
        **ends,
        "timestamp": str(BEGAN),
        "type": "text",
        "text": {"body": said.text},
    }


def _status(told: Told) -> dict[str, Any]:
    failed = told.status == "failed"
    named = {"biz_opaque_callback_data": told.ours} if told.ours else {}
    return {
        "id": told.wamid,
        "status": told.status,
        "timestamp": str(told.at),
        **named,
        **({"errors": [{"code": 131026, "title": "Message undeliverable"}]} if failed else {}),
    }


@dataclass
class Traffic:
    """An endless supply of webhooks. ``name`` keeps the ids of two runs apart."""

    random: random.Random
    name: str
    customers: list[str] = field(default_factory=list)
    _soon: deque[Webhook] = field(default_factory=deque)
    _recent: deque[Webhook] = field(default_factory=lambda: deque(maxlen=RECENT))
    _fates: list[list[Said | Told]] = field(default_factory=list)
    _made: int = 0

    def next(self) -> Webhook:
        if not self._soon:
            self._think()
        found = self._soon.popleft()
        self._recent.append(found)
        return found

    def again(self, webhook: Webhook) -> None:
        """Meta had no answer, so it sends this once more, some time."""
        place = self.random.randint(0, len(self._soon))
        self._soon.insert(place, webhook)

    def answered(self, wamid: str, ours: str) -> None:
        """Graph took a reply of ours: what becomes of it is told from now on."""
        named = ours if self.random.random() < 0.5 else None
        self._fates.append(self._fate(wamid, named))

    def _think(self) -> None:
        act = self.random.choices(
            (self._newcomer, self._talk, self._batch, self._echo, self._statuses, self._repeat),
            weights=(8, 30, 6, 8, 36, 12),
        )[0]
        self._soon.extend(act())

    def _newcomer(self) -> list[Webhook]:
        """The first messages of somebody new, one webhook each, which go out together."""
        customer = f"1202{5_550_000 + len(self.customers):07}"
        self.customers.append(customer)
        return [webhook(self._said(customer)) for _ in range(self.random.randint(1, 4))]

    def _talk(self) -> list[Webhook]:
        return [webhook(self._said(self._somebody()))]

    def _batch(self) -> list[Webhook]:
        facts: list[Said | Told] = [
            self._said(self._somebody()) for _ in range(self.random.randint(2, 12))
        ]
        facts += self._news(self.random.randint(0, 8))
        self.random.shuffle(facts)
        return [webhook(*facts)]

    def _echo(self) -> list[Webhook]:
        """Answered from the phone: its statuses may come before it."""
        said = self._said(self._somebody(), "outgoing")
        fate = [said, *self._fate(said.wamid, None)]
        self.random.shuffle(fate)
        self._fates.append(fate)
        return self._statuses()

    def _statuses(self) -> list[Webhook]:
        news = self._news(self.random.choice((1, 1, 1, 2, 5)))
        return [webhook(*news)] if news else self._talk()

    def _repeat(self) -> list[Webhook]:
        """The same bytes again, or the same facts under another entry."""
        if not self._recent:
            return self._talk()
        before = self.random.choice(self._recent)
        if self.random.random() < 0.5:
            return [before] * self.random.randint(1, 3)
        self._made += 1
        return [webhook(*before.facts, entry=self._made)]

    def _news(self, most: int) -> list[Said | Told]:
        news = []
        for _ in range(min(most, len(self._fates))):
            fate = self.random.choice(self._fates)
            news.append(fate.pop())
            if not fate:
                self._fates.remove(fate)
        return list(dict.fromkeys(news))

    def _somebody(self) -> str:
        if not self.customers:
            self.customers.append("12025550142")
        return self.random.choice(self.customers[-500:])

    def _said(self, customer: str, direction: str = "incoming") -> Said:
        self._made += 1
        wamid = f"wamid.{self.name}.{self._made}"
        return Said(wamid, customer, f"text {self._made}", direction)

    def _fate(self, wamid: str, ours: str | None) -> list[Said | Told]:
        steps = self.random.choice(FATES)
        fate: list[Said | Told] = [
            Told(wamid, step, BEGAN + 10 * number, ours) for number, step in enumerate(steps)
        ]
        self.random.shuffle(fate)
        return fate
