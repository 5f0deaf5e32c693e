"""What the feed told since a run began: which answers went to whom, and what became of them."""

import asyncio
import json
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from msgspec import Struct, field

from inbox.domain.text import JsonObject, mapping, mappings, text
from inbox.providers.sandbox import Customer
from inbox.rehearsal.script import FeedEvent, WantedAnswer

A = TypeVar("A")


class HeardMessage(Struct):
    """A message as it was told first, and how it stood since then, oldest first."""

    message: JsonObject
    statuses: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    wamid: str | None = None

    @property
    def id(self) -> str:
        return str(self.message["id"])

    @property
    def content(self) -> JsonObject:
        return mapping(self.message.get("content"))

    @property
    def words(self) -> str:
        """What it says, or of what kind it is."""
        said = self.content.get("text") or self.content.get("caption")
        return str(said or f"({self.message.get('type')})")

    def take(self, told: JsonObject) -> None:
        """It stands so now; of one that failed without an answer also that nobody knows."""
        error = mapping(told.get("error"))
        self.wamid = text(told.get("provider_message_id")) or self.wamid
        now = [told.get("status"), "waiting" if told.get("waiting") else None]
        now.append("ambiguous" if error.get("ambiguous") else None)
        self.statuses += [str(one) for one in now if one]
        code = error.get("code")
        self.codes += [code] if isinstance(code, int) else []

    @property
    def choices(self) -> dict[str, JsonObject]:
        """What can be pressed, by what stands on it: ``kind``, ``id``, ``title`` of each."""
        offer, template = mapping(self.content.get("offer")), mapping(self.content.get("template"))
        action = mapping(offer.get("action"))
        found = {}
        for button in mappings(action.get("buttons")):
            reply = mapping(button.get("reply"))
            found[str(reply.get("title"))] = {"kind": "button_reply", **reply}
        for section in mappings(action.get("sections")):
            for row in mappings(section.get("rows")):
                found[str(row.get("title"))] = {"kind": "list_reply", **row}
        for button in mappings(template.get("buttons")):
            if button.get("type") == "quick_reply":
                found[str(button.get("text"))] = {"kind": "button", "title": button.get("text")}
        return found


class ToldEvent(NamedTuple):
    """An event of the feed."""

    type: str
    payload: JsonObject


class Tape:
    """``hear`` takes each frame of the feed; only what is of the channel counts as an answer."""

    def __init__(self, channel_id: str) -> None:
        self._channel_id = channel_id
        self._more = asyncio.Event()
        self.events: list[ToldEvent] = []
        self.messages: dict[str, HeardMessage] = {}

    def hear(self, line: str) -> None:
        event = mapping(json.loads(line))
        payload = mapping(event.get("payload"))
        self.events.append(ToldEvent(str(event.get("type")), payload))
        if event.get("type") == "message:new" and payload.get("channel_id") == self._channel_id:
            self.messages[str(payload["id"])] = HeardMessage(payload)
        known = self.messages.get(str(payload.get("id")))
        if known is not None and str(event.get("type")).startswith("message:"):
            known.take(payload)
        self._more.set()

    async def until(self, found: Callable[[], A | None], seconds: float) -> A | None:
        """What is found, as soon as it is; None: it was not, for so long."""
        try:
            async with asyncio.timeout(seconds):
                while (it := found()) is None:
                    self._more.clear()
                    await self._more.wait()
                return it
        except TimeoutError:
            return None

    def to(self, customer: Customer) -> list[HeardMessage]:
        """What was said to them, oldest first."""
        return [
            one
            for one in self.messages.values()
            if one.message.get("direction") == "outgoing" and _is(customer, one.message)
        ]


def _is(customer: Customer, message: JsonObject) -> bool:
    contact = mapping(message.get("contact"))
    if customer.wa_id:
        return contact.get("wa_id") == customer.wa_id
    return contact.get("username") == customer.username


def fits(heard: HeardMessage, wanted: WantedAnswer) -> bool:
    """Whether an answer has all that was wanted of it."""
    words = heard.words
    return (
        (wanted.text is None or wanted.text in words)
        and (wanted.pattern is None or wanted.pattern.search(words) is not None)
        and wanted.type in (None, heard.message.get("type"))
    )


def happened(event: ToldEvent, wanted: FeedEvent) -> bool:
    return event.type == wanted.type and _holds(event.payload, wanted.payload)


def _holds(told: object, wanted: object) -> bool:
    """Whether all that is wanted is in what was told, of a list in any order."""
    if isinstance(wanted, dict) and isinstance(told, dict):
        return all(name in told and _holds(told[name], one) for name, one in wanted.items())
    if isinstance(wanted, list) and isinstance(told, list):
        return all(any(_holds(each, one) for each in told) for one in wanted)
    return bool(told == wanted)
