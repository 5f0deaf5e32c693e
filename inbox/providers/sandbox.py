"""Inbox without an account anywhere: a pretend phone that writes like a customer of Meta's.

It posts over real HTTP to the channel's real webhook, signed like Meta, so that a demo and
a test go the same way as production.
"""

import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import httpx

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


class Sandbox(CloudApi):
    name = "sandbox"
    title = N_("Sandbox (pretend phone)")
    about = N_("A pretend phone in the browser. No account anywhere; for trying and testing.")
    fields: tuple[Field, ...] = ()
    default_api_base = ""
    shared_webhook = False
    # The pretend phone shows no ticks of its own messages, and nobody there is a nuisance.
    can = CloudApi.can - {"mark_read", "typing", "block", "direct_send"}

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PretendPhone:
    """A customer's phone and Meta's servers in one. ``account`` is the phone number id."""

    http: httpx.AsyncClient
    webhook_url: str
    secret: str = field(repr=False)
    account: str
    display_number: str = "12025550100"
    new_wamid: Callable[[], str] = new_wamid

    async def say(self, text: str, *, wa_id: str, name: str, now: Micros) -> str:
        """The customer writes; returns the id of the message."""
        words = {"type": "text", "text": {"body": text}}
        return await self.send(words, wa_id=wa_id, name=name, now=now)

    async def send(self, message: Body, *, wa_id: str, name: str, now: Micros) -> str:
        """The customer sends this: ``type`` and what belongs to it, as Meta spells it."""
        wamid = self.new_wamid()
        whole = {"from": wa_id, "id": wamid, "timestamp": _seconds(now), **message}
        contact = {"profile": {"name": name}, "wa_id": wa_id}
        await self._post(contacts=[contact], messages=[whole])
        return wamid

    async def report(
        self, wamid: str, status: str, *, wa_id: str, now: Micros, error: Problem | None = None
    ) -> None:
        """What became of a message of ours: sent, delivered, read, or failed with an error."""
        receipt: JsonObject = {
            "id": wamid,
            "status": status,
            "timestamp": _seconds(now),
            "recipient_id": wa_id,
        }
        if status in _PRICED:
            receipt["pricing"] = _FREE
        if error is not None:
            receipt["errors"] = [_error(error)]
        await self._post(statuses=[receipt])

    async def _post(self, **arrays: Sequence[Body]) -> None:
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
