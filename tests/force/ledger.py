"""What was sent and what was answered, and what the rows must then be: a model of its own."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.force.traffic import Said, Told, Webhook

RANK = {"queued": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4, "played": 5}
"""How far a tick is; it only grows."""


@dataclass
class Rows:
    """What a set of webhooks comes to: each message once, each receipt once."""

    messages: dict[str, Said] = field(default_factory=dict)
    receipts: set[tuple[str, str, int]] = field(default_factory=set)
    adopted: dict[str, str] = field(default_factory=dict)
    """Our id → the wamid that a status gave it."""

    def add(self, webhook: Webhook) -> None:
        for fact in webhook.facts:
            match fact:
                case Said():
                    self.messages[fact.wamid] = fact
                case Told():
                    self.receipts.add((fact.wamid, fact.status, fact.at))
                    if fact.ours:
                        self.adopted[fact.ours] = fact.wamid


def status_of(steps: Iterable[str]) -> str:
    """What an outgoing message shows, said anew and not taken from the code under test."""
    known = set(steps)
    for proof in ("played", "read", "delivered"):
        if proof in known:
            return proof
    return "failed" if "failed" in known else "sent"


@dataclass
class Ledger:
    """The webhooks by their bytes: how often posted, and how often answered 200."""

    webhooks: dict[bytes, Webhook] = field(default_factory=dict)
    posted: Counter[bytes] = field(default_factory=Counter)
    acknowledged: Counter[bytes] = field(default_factory=Counter)
    replies: dict[str, str] = field(default_factory=dict)
    """client_id → conversation, of all that were posted."""
    accepted: dict[str, str] = field(default_factory=dict)
    """client_id → message id, of those that were answered 201."""
    surprises: list[str] = field(default_factory=list)

    def post(self, webhook: Webhook) -> None:
        self.webhooks[webhook.body] = webhook
        self.posted[webhook.body] += 1

    def check_journal(self, bodies: Iterable[bytes]) -> list[str]:
        """Every acknowledged webhook byte for byte, and nothing that was never posted."""
        kept = Counter(bodies)
        lost = self.acknowledged - kept
        foreign = kept - self.posted
        return [f"lost: {count} x {body[:300]!r}" for body, count in lost.items()] + [
            f"not posted so often: {count} x {body[:300]!r}" for body, count in foreign.items()
        ]

    def rows(self, bodies: Iterable[bytes]) -> Rows:
        """What the webhooks with these bodies come to."""
        rows = Rows()
        for body in set(bodies):
            rows.add(self.webhooks[body])
        return rows
