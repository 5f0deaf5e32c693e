"""A connected number, as far as a provider needs to know it. No tables, no I/O."""

from typing import Final, Literal, get_args

from msgspec import Struct

from inbox.discreet import Discreet, Private
from inbox.domain.hours.given import SILENT, AutomaticTexts
from inbox.domain.hours.week import ALWAYS, BusinessHours
from inbox.domain.times import Micros

ChannelState = Literal["connected", "paused", "removed"]
"""``paused``: it takes nothing in and no replies, until it is resumed. ``removed``: for good."""

ReadReceipts = Literal["on", "replied", "off"]
"""When customers are told that their messages are read: as soon as somebody of ours has opened
them, when somebody answers, or never. WhatsApp shows that we type only with it (B.2)."""
READ_RECEIPTS: Final[tuple[ReadReceipts, ...]] = get_args(ReadReceipts)

AgentNames = Literal["off", "before", "after"]
"""Whether a customer reads who of the team writes: on a line before or after the words."""
AGENT_NAMES: Final[tuple[AgentNames, ...]] = get_args(AgentNames)

DirectSend = Literal["off", "on"]
"""Whether Meta has opened Direct Send to the number: free text outside the 24 hours, billed."""
DIRECT_SEND: Final[tuple[DirectSend, ...]] = get_args(DirectSend)

SchemeKind = Literal["hmac", "header", "basic", "path"]
Encoding = Literal["hex", "base64"]


class Scheme(Struct, frozen=True, kw_only=True):
    """How a webhook proves that it comes from the provider; the secret itself is the channel's.

    ``hmac``: ``header`` holds ``prefix`` and the HMAC-SHA256 of the raw body, in ``encoding``.
    ``header``: ``header`` holds the secret. ``basic``: ``Authorization`` holds ``user`` and the
    secret as the password. ``path``: nothing but the secret address.

    ``missing``: the status for a webhook without a proof. ``trusting``: without a secret the
    secret address is enough; otherwise a channel without one refuses everything.
    """

    kind: SchemeKind
    header: str = ""
    prefix: str = ""
    encoding: Encoding = "hex"
    user: str = ""
    missing: int = 401
    wrong: int = 401
    trusting: bool = False


SHORTEST_SECRET = 6
RATE = 5_000
BURST = 20_000
"""About as many webhooks as one process takes in at most."""


class Channel(Discreet, frozen=True, kw_only=True):
    """One number with its provider and its open secrets; never logged, so ``repr`` hides them.

    ``account`` is the provider's id of the number (Meta's ``phone_number_id``), and
    ``business_account`` of what it belongs to, where templates are kept.
    ``scheme`` None is the provider's own. ``previous_secret`` counts until ``previous_until``,
    and the former address, of ``previous_key``, until ``previous_key_until``.
    ``team_id``: with which team its new conversations are.
    ``allowed``: the ranges of addresses that webhooks may come from; empty: from anywhere.
    ``rate``: webhooks a second, 0 for any number, and ``burst``: how many of them at once.
    """

    id: str
    name: str
    provider: str
    account: str | None = None
    business_account: str | None = None
    api_base: str
    scheme: Scheme | None = None
    allowed: tuple[str, ...] = ()
    rate: int = RATE
    burst: int = BURST
    read_receipts: ReadReceipts = "on"
    agent_names: AgentNames = "off"
    direct_send: DirectSend = "off"
    hours: BusinessHours = ALWAYS
    automatic: AutomaticTexts = SILENT
    state: ChannelState = "connected"
    team_id: str | None = None
    key: Private[str]
    previous_key: Private[str] = ""
    previous_key_until: Micros = 0
    verify_token: Private[str] = ""
    secret: Private[str] = ""
    previous_secret: Private[str] = ""
    previous_until: Micros = 0
    access_token: Private[str] = ""

    def secrets(self, now: Micros) -> frozenset[str]:
        """Those that count, none of them empty."""
        previous = self.previous_secret if now < self.previous_until else ""
        return frozenset(filter(None, (self.secret, previous)))

    def is_at(self, key: str, now: Micros) -> bool:
        """Whether its webhooks come to the address with this key, the former one for a while."""
        former = bool(self.previous_key) and now < self.previous_key_until
        return key == self.key or (former and key == self.previous_key)

    @property
    def unspeakable(self) -> frozenset[str]:
        """What is shown nowhere; a secret that is hardly one is left, as it would hide words."""
        keys = (self.key, self.previous_key, self.verify_token)
        kept = (*keys, self.secret, self.previous_secret, self.access_token)
        return frozenset(one for one in kept if len(one) >= SHORTEST_SECRET)
