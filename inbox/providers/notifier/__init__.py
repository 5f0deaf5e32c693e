"""Notifier by WhatsAble, version 2: signed events with an id each, replies by token (section E)."""

from inbox.domain.abilities import Ability
from inbox.domain.channels import Channel, Scheme
from inbox.domain.events import Event
from inbox.domain.language import N_
from inbox.domain.outgoing.said import Said
from inbox.domain.text import JsonObject
from inbox.domain.times import Micros
from inbox.providers.base import Field, SendResult
from inbox.providers.calling import Answer
from inbox.providers.notifier import sending
from inbox.providers.notifier.connecting import API_BASE, FIELDS, sample
from inbox.providers.notifier.webhooks import normalise, unknown_version
from inbox.providers.whatsable.dashboard import ATTACHED, Dashboard, Post


class Notifier(Dashboard):
    name = "notifier"
    title = "Notifier by WhatsAble"
    about = N_("A number in Notifier by WhatsAble. You need its webhook secret and its API token.")
    fields: tuple[Field, ...] = FIELDS
    default_api_base = API_BASE
    shared_webhook = False
    key = sending.KEY
    scheme = Scheme(kind="hmac", header="X-Webhook-Signature", missing=400)
    can: frozenset[Ability] = ATTACHED | {"window"}

    def sample(self, channel: Channel, now: Micros) -> bytes:
        return sample(now)

    def normalise(self, body: JsonObject, now: Micros, raw: bytes) -> list[Event]:
        return normalise(body, now, raw)

    def remark(self, body: JsonObject) -> str | None:
        return unknown_version(body)

    def post(self, api_base: str, phone: str, said: Said) -> Post:
        return sending.post(api_base, phone, said)

    def judge(self, answer: Answer, recipient: str, token: str) -> SendResult:
        return sending.judge(answer, recipient, token)
