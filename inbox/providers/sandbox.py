"""Inbox without an account anywhere: a pretend phone that writes like a customer of Meta's.

It posts over real HTTP to the channel's real webhook, signed like Meta, so that a demo and
a test go the same way as production.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from typing import Final

import httpx
from msgspec import Struct

from inbox.discreet import Discreet, Private
from inbox.domain.channels import Channel
from inbox.domain.content import Problem
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject
from inbox.domain.times import DAY, SECOND, Micros
from inbox.providers.base import Field, Refused
from inbox.providers.calling import Body
from inbox.providers.cloud_api import CloudApi
from inbox.providers.cloud_api.envelope import OBJECT
from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.providers.uploading import OwnFile, Uploaded

HERE: Final = httpx.Timeout(connect=5, read=5, write=20, pool=5)
"""This very server answers at once, or a script has it say nothing."""


class Sandbox(CloudApi):
    name = "sandbox"
    title = N_("Sandbox (pretend phone)")
    about = N_("A pretend phone in the browser. No account anywhere; for trying and testing.")
    fields: tuple[Field, ...] = ()
    default_api_base = ""
    shared_webhook = False
    # The pretend phone shows no ticks of its own messages, and nobody there is a nuisance.
    can = CloudApi.can - {"mark_read", "typing", "block", "direct_send"}

    def __init__(self, timeout: httpx.Timeout = HERE) -> None:
        super().__init__(timeout)

    async def upload(
        self, http: httpx.AsyncClient, channel: Channel, file: OwnFile
    ) -> Uploaded | Refused:
        """It is this very server, which has the file already."""
        return Uploaded(file.digest, DAY)


_PRICED: Final = ("sent", "delivered")
_FREE: Final[JsonObject] = {
    "billable": False,
    "pricing_model": "PMP",
    "type": "free_customer_service",
    "category": "service",
}
"""Meta tells it with these two; of a pretend phone nobody is billed."""


class PhoneUnreachable(Exception):
    """The webhook did not take what the phone said; ``status`` is None without any answer."""

    def __init__(self, sentence: str, status: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status


def new_wamid() -> str:
    """A message id as Meta makes them: opaque, case-sensitive, never reused."""
    return "wamid." + secrets.token_urlsafe(36)


class Customer(Struct, frozen=True, kw_only=True):
    """``wa_id`` is empty for who hides it: then they have a ``user_id``, and perhaps a
    ``username``."""

    name: str
    wa_id: str = ""
    user_id: str = ""
    username: str = ""

    def contact(self) -> JsonObject:
        """Who they are, as a webhook says it beside their messages."""
        profile = {"name": self.name} | ({"username": self.username} if self.username else {})
        ids = {"wa_id": self.wa_id, "user_id": self.user_id}
        return {"profile": profile} | {name: value for name, value in ids.items() if value}

    def message(self, wamid: str, said: Body, now: Micros) -> JsonObject:
        """They send this: ``type`` and what belongs to it, as Meta spells it."""
        ids = {"from": self.wa_id, "from_user_id": self.user_id}
        sender = {name: value for name, value in ids.items() if value}
        return {**sender, "id": wamid, "timestamp": _seconds(now), **said}

    def receipt(
        self,
        wamid: str,
        status: str,
        now: Micros,
        error: Problem | None = None,
        opaque: str | None = None,
    ) -> JsonObject:
        """What became of a message of ours; ``opaque``: what came with its send."""
        ids = {"recipient_id": self.wa_id, "recipient_user_id": self.user_id}
        found: JsonObject = {"id": wamid, "status": status, "timestamp": _seconds(now)}
        found |= {name: value for name, value in ids.items() if value}
        if status in _PRICED:
            found["pricing"] = _FREE
        if opaque:
            found["biz_opaque_callback_data"] = opaque
        if error is not None:
            found["errors"] = [_error(error)]
        return found


class PretendPhone(Discreet, frozen=True, kw_only=True):
    """A customer's phone and Meta's servers in one. ``account`` is the phone number id."""

    http: httpx.AsyncClient
    webhook_url: str
    secret: Private[str]
    account: str
    display_number: str = "12025550100"
    new_wamid: Callable[[], str] = new_wamid

    async def say(self, text: str, *, wa_id: str, name: str, now: Micros) -> str:
        """The customer writes; returns the id of the message."""
        words = {"type": "text", "text": {"body": text}}
        return await self.send(words, wa_id=wa_id, name=name, now=now)

    async def send(self, message: Body, *, wa_id: str, name: str, now: Micros) -> str:
        """The customer sends this: ``type`` and what belongs to it, as Meta spells it."""
        wamid, who = self.new_wamid(), Customer(name=name, wa_id=wa_id)
        await self.post(contacts=[who.contact()], messages=[who.message(wamid, message, now)])
        return wamid

    async def report(
        self, wamid: str, status: str, *, wa_id: str, now: Micros, error: Problem | None = None
    ) -> None:
        """What became of a message of ours: sent, delivered, read, or failed with an error."""
        whose = Customer(name="", wa_id=wa_id)
        await self.post(statuses=[whose.receipt(wamid, status, now, error)])

    async def post(self, **arrays: Sequence[Body]) -> None:
        """One webhook with these, signed; raises ``PhoneUnreachable``."""
        body = meta_json(self._envelope(arrays))
        headers = {"content-type": "application/json"}
        if self.secret:
            headers[HEADER] = sign(self.secret, body)
        try:
            answer = await self.http.post(self.webhook_url, content=body, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PhoneUnreachable(
                _("The webhook does not answer: %(error)s", error=error)
            ) from error
        if answer.status_code != 200:
            sentence = _(
                "The webhook answered %(status_code)s: %(value)s",
                status_code=answer.status_code,
                value=answer.text[:200],
            )
            raise PhoneUnreachable(sentence, answer.status_code)

    def _envelope(self, arrays: Body) -> JsonObject:
        metadata = {"display_phone_number": self.display_number, "phone_number_id": self.account}
        value = {"messaging_product": "whatsapp", "metadata": metadata, **arrays}
        change = {"value": value, "field": "messages"}
        return {"object": OBJECT, "entry": [{"id": "0", "changes": [change]}]}


def meta_json(body: Body) -> bytes:
    r"""Bytes as Meta writes and signs them: compact, ``\uXXXX`` in lower case, ``\/``."""
    return json.dumps(body, separators=(",", ":")).replace("/", r"\/").encode("ascii")


def _seconds(now: Micros) -> str:
    return str(now // SECOND)


def _error(error: Problem) -> JsonObject:
    title = error.get("title", "Unknown error")
    details = {"error_data": {"details": error["detail"]}} if error.get("detail") else {}
    return {"code": error.get("code", 131000), "title": title, "message": title, **details}
