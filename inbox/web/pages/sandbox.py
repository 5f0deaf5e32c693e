"""The pretend phone: a page that plays the customer.

It speaks to our own webhook over real HTTP, signed like Meta's.
"""

import asyncio
from typing import Any, Final, TypedDict

from litestar import Response, get, post
from litestar.exceptions import ClientException, HTTPException
from litestar.params import FromPath, FromQuery
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.conversations import threads
from inbox.conversations.reaching import reaches_conversation
from inbox.domain.content import Problem
from inbox.domain.language import N_, _
from inbox.domain.public import Message
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.feed.log import head
from inbox.providers.sandbox import PhoneUnreachable
from inbox.storage.database import Connection
from inbox.trial import answers, samples
from inbox.web.context import app_of, me
from inbox.web.http.guard import AGENT
from inbox.web.http.rendering import own_page
from inbox.web.pages.pretend_graph import phone_of, sandbox

Request = HTMXRequest

CUSTOMERS: Final = (
    {"name": "Amara Okafor", "wa_id": "12025550142"},
    {"name": "Jonas Weiß", "wa_id": "447700900123"},
    {"name": "ليلى حداد", "wa_id": "12025550177"},
)
STATUSES: Final = ("delivered", "read", "failed")
_NOTHING_YET: Final = {
    "ours": N_("First write a reply in the inbox: this refers to one."),
    "theirs": N_("First write a text here: this refers to one."),
}
_REFUSED: Final[Problem] = {
    "code": 131026,
    "title": N_("Message undeliverable"),
    "detail": N_("The pretend phone refused this message."),
}


@get("/sandbox/{channel_id:str}", opt=AGENT, include_in_schema=False)
async def phone_page(
    request: Request, channel_id: FromPath[str], customer: FromQuery[str] = ""
) -> HTMXTemplate:
    at = app_of(request)
    channel = await sandbox(at, channel_id)
    chosen = next((one for one in CUSTOMERS if one["wa_id"] == customer), CUSTOMERS[0])
    found = await at.database.read(
        _conversation_with, channel_id, chosen["wa_id"], me(request).reach
    )
    return own_page(
        request,
        "sandbox/phone.html",
        channel={"id": channel.id, "name": channel.name},
        customer=chosen,
        customers=CUSTOMERS,
        samples=samples.SAMPLES,
        lasting=samples.LASTING,
        **found,
    )


class Screen(TypedDict):
    """What the pretend phone shows of its conversation with us."""

    messages: list[Message]
    conversation_id: str | None
    seq: int


def _conversation_with(connection: Connection, channel_id: str, wa_id: str, reach: Reach) -> Screen:
    conversation_id = threads.of_number(connection, channel_id, wa_id)
    if conversation_id and not reaches_conversation(connection, reach, conversation_id):
        conversation_id = None
    found = threads.latest(connection, conversation_id).messages if conversation_id else []
    return {
        # What is internal no phone ever has (law 35).
        "messages": [one for one in found if one["direction"] != "internal"],
        "conversation_id": conversation_id,
        "seq": head(connection),
    }


@post("/sandbox/{channel_id:str}/messages", opt=AGENT, status_code=204, include_in_schema=False)
async def customer_writes(request: Request, channel_id: FromPath[str]) -> Response[None]:
    at, form = app_of(request), await request.form()
    words = scrub(str(form.get("text") or "")).strip()
    if not words:
        raise ClientException(_("Write something first."))
    wa_id, name = _who(form)
    phone = phone_of(at, await sandbox(at, channel_id))
    try:
        await phone.say(words, wa_id=wa_id, name=name, now=at.now())
    except PhoneUnreachable as error:
        raise HTTPException(str(error), status_code=502) from error
    return Response(None, status_code=204)


@post("/sandbox/{channel_id:str}/samples", opt=AGENT, status_code=204, include_in_schema=False)
async def customer_sends(request: Request, channel_id: FromPath[str]) -> Response[None]:
    """The customer sends a sample of a kind: ``kind`` is one of ``trial.samples.KINDS``."""
    at, form = app_of(request), await request.form()
    sample = samples.KINDS.get(str(form.get("kind") or ""))
    if sample is None:
        raise ClientException(_("There is no sample of this kind."))
    channel = await sandbox(at, channel_id)
    wa_id, name = _who(form)
    talk = await at.database.read(_talk, channel_id, wa_id)
    if sample.needs and not getattr(talk, sample.needs):
        raise ClientException(_NOTHING_YET[sample.needs])
    message = await asyncio.to_thread(samples.sample_message, sample.kind, talk)
    phone = phone_of(at, channel)
    try:
        await phone.send(message, wa_id=wa_id, name=name, now=at.now())
    except PhoneUnreachable as error:
        raise HTTPException(str(error), status_code=502) from error
    return Response(None, status_code=204)


def _talk(connection: Connection, channel_id: str, wa_id: str) -> samples.Talk:
    """The newest message of the agents, and the newest text of the customer."""
    conversation_id = threads.of_number(connection, channel_id, wa_id)
    shown = threads.latest(connection, conversation_id).messages if conversation_id else []
    ours = [one["provider_message_id"] for one in shown if one["direction"] == "outgoing"]
    theirs = [
        one["provider_message_id"]
        for one in shown
        if one["direction"] == "incoming" and one["type"] == "text" and not one["deleted_at"]
    ]
    return samples.Talk(*(([""] + [each for each in ids if each])[-1] for ids in (ours, theirs)))


@post("/sandbox/{channel_id:str}/answers", opt=AGENT, status_code=204, include_in_schema=False)
async def customer_answers(request: Request, channel_id: FromPath[str]) -> Response[None]:
    """The customer presses a button, chooses a row, or gives what was asked for."""
    at, form = app_of(request), await request.form()
    names = ("kind", "id", "title", "description", "wamid")
    chosen = {name: scrub(str(form.get(name) or "")) for name in names}
    wa_id, name = _who(form)
    message = answers.pressed(chosen, wa_id=wa_id, name=name)
    if message is None:
        raise ClientException(_("That cannot be pressed."))
    phone = phone_of(at, await sandbox(at, channel_id))
    try:
        await phone.send(message, wa_id=wa_id, name=name, now=at.now())
    except PhoneUnreachable as error:
        raise HTTPException(str(error), status_code=502) from error
    return Response(None, status_code=204)


def _who(form: Any) -> tuple[str, str]:
    wa_id = str(form.get("wa_id") or "")
    known = {one["wa_id"]: one["name"] for one in CUSTOMERS}
    if wa_id not in known:
        raise ClientException(_("Choose one of the pretend customers."))
    return wa_id, scrub(str(form.get("name") or "")).strip()[:200] or known[wa_id]


@post("/sandbox/{channel_id:str}/receipts", opt=AGENT, status_code=204, include_in_schema=False)
async def customer_receives(request: Request, channel_id: FromPath[str]) -> Response[None]:
    """The phone says what became of a message: delivered, read, or refused."""
    at, form = app_of(request), await request.form()
    status, wamid = str(form.get("status") or ""), str(form.get("provider_message_id") or "")
    if status not in STATUSES or not wamid:
        raise ClientException(
            _("A receipt is one of %(known)s, for a message.", known=", ".join(STATUSES))
        )
    phone = phone_of(at, await sandbox(at, channel_id))
    wa_id, _name = _who(form)
    error = _REFUSED if status == "failed" else None
    try:
        await phone.report(wamid, status, wa_id=wa_id, now=at.now(), error=error)
    except PhoneUnreachable as unreachable:
        raise HTTPException(str(unreachable), status_code=502) from unreachable
    return Response(None, status_code=204)


HANDLERS = [phone_page, customer_writes, customer_sends, customer_answers, customer_receives]
