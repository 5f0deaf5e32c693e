"""One element of ``messages[]`` or ``message_echoes[]`` becomes one event."""

from typing import NamedTuple, TypedDict

from inbox.domain.events import (
    Direction,
    EditEvent,
    Event,
    Ignored,
    MessageEvent,
    Person,
    ReactionEvent,
    RevokeEvent,
)
from inbox.domain.text import JsonObject, identifier, mapping, text
from inbox.domain.times import DAY, SECOND, Micros, when
from inbox.providers.cloud_api import content
from inbox.providers.cloud_api.context import beside
from inbox.providers.cloud_api.people import NamedPeople


class Head(TypedDict):
    """The fields that all four kinds of events share."""

    key: str
    ts: Micros | None
    provider_message_id: str
    direction: Direction
    contact: Person
    account: str | None


class Batch(NamedTuple):
    """What the elements of one webhook value have in common."""

    account: str | None
    now: Micros
    direction: Direction
    people: NamedPeople


def moment(value: object, now: Micros) -> Micros | None:
    """``when``, with a short way for Meta's own form: the seconds in ten digits."""
    if isinstance(value, str) and len(value) == 10 and value.isascii() and value.isdecimal():
        at = int(value) * SECOND
        return at if 0 < at <= now + DAY else None
    return when(value, now)


def message_event(message: JsonObject, batch: Batch) -> Event:
    wamid = identifier(message.get("id"))
    if wamid is None:
        return Ignored(reason="message_without_id", account=batch.account)
    head = _head(message, wamid, batch)
    match message.get("type"):
        case "reaction":
            return _reaction(mapping(message.get("reaction")), head)
        case "edit":
            return _edit(mapping(message.get("edit")), head)
        case "revoke":
            return _revoke(mapping(message.get("revoke")), head)
    kind, provider_type, words, facts = content.read_content(message)
    facts |= beside(message)
    return MessageEvent(**head, type=kind, provider_type=provider_type, text=words, content=facts)


def _head(message: JsonObject, wamid: str, batch: Batch) -> Head:
    """An echo's customer is the one it went to."""
    who = ("from", "from_user_id") if batch.direction == "in" else ("to", "to_user_id")
    return {
        "key": f"msg:{wamid}",
        "ts": moment(message.get("timestamp"), batch.now),
        "provider_message_id": wamid,
        "direction": batch.direction,
        "contact": batch.people.person(message.get(who[0]), message.get(who[1])),
        "account": batch.account,
    }


def _reaction(reaction: JsonObject, head: Head) -> Event:
    """Removal is an emoji left out (documented) or an empty one (seen)."""
    target = identifier(reaction.get("message_id"))
    emoji = text(reaction.get("emoji"))
    if target is None:
        return _without_target("reaction", head)
    return ReactionEvent(**head, target_id=target, emoji=emoji, removed=emoji is None)


def _edit(edit: JsonObject, head: Head) -> Event:
    target = identifier(edit.get("original_message_id"))
    if target is None:
        return _without_target("edit", head)
    kind, _, words, facts = content.read_content(mapping(edit.get("message")))
    return EditEvent(**head, target_id=target, type=kind, text=words, content=facts)


def _revoke(revoke: JsonObject, head: Head) -> Event:
    target = identifier(revoke.get("original_message_id"))
    if target is None:
        return _without_target("revoke", head)
    return RevokeEvent(**head, target_id=target)


def _without_target(kind: str, head: Head) -> Ignored:
    return Ignored(reason=f"{kind}_without_target", ts=head["ts"], account=head["account"])
