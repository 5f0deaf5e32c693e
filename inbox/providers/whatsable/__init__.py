"""WhatsAble's dashboard: webhooks without ids of their own, replies by API key (section D)."""

from inbox.domain.abilities import Ability
from inbox.domain.channels import Channel, Scheme
from inbox.domain.events import Event
from inbox.domain.language import N_
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.providers.base import Field, SendResult
from inbox.providers.calling import Answer
from inbox.providers.whatsable import sending
from inbox.providers.whatsable.connecting import FIELDS, sample
from inbox.providers.whatsable.dashboard import ATTACHED, Dashboard, Post
from inbox.providers.whatsable.webhooks import normalise


class WhatsAble(Dashboard):
    name = "whatsable"
    title = "WhatsAble"
    about = N_("A number in a WhatsAble dashboard. You need its API key.")
    fields: tuple[Field, ...] = FIELDS
    default_api_base = "https://dashboard.whatsable.app"
    shared_webhook = False
    key = sending.KEY
    scheme = Scheme(kind="path")
    """Signatures are recommended and nowhere described: until they are, the address is secret."""
    can: frozenset[Ability] = ATTACHED | {"window", "statuses"}

    def sample(self, channel: Channel, now: Micros) -> bytes:
        return sample(now)

    def normalise(self, body: JsonObject, now: Micros, raw: bytes) -> list[Event]:
        return normalise(body, now, raw)

    def post(self, api_base: str, phone: str, said: Said) -> Post:
        return sending.post(api_base, phone, said)

    def judge(self, answer: Answer, recipient: str, token: str) -> SendResult:
        return sending.judge(answer, recipient, token)
