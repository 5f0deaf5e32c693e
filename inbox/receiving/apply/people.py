"""Who wrote: contacts found or made, with their conversation, for a whole batch at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union, update

from inbox.domain.events import Person
from inbox.domain.ids import new_id
from inbox.domain.phone import match_key
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import Micros
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import contacts, conversations

NOBODY = "unknown"
"""The one contact of a channel for messages that do not say who wrote them."""

_KEYS = ("match_key", "user_id")
_FACTS = ("wa_id", "phone_number", "username", "name")


@dataclass(slots=True)
class Known:
    """A contact with its conversation, as rows that change while the batch is applied."""

    contact: dict[str, Any]
    conversation: dict[str, Any]
    learned: dict[str, Micros]
    new: bool = False
    dirty: bool = False
    changed: set[str] = field(default_factory=set)

    def set(self, name: str, value: str | None) -> None:
        if value and self.contact[name] != value:
            self.contact[name] = value
            self.changed.add(name)
            self.dirty = True

    def learn(self, name: str, value: str | None, at: Micros) -> None:
        """The newest word on a fact wins, in any order of words; absence says nothing."""
        if value and (at, value) > (self.learned.get(name, 0), self.contact[name] or ""):
            if at != self.learned.get(name):
                self.learned[name] = at
                self.dirty = True
            self.set(name, value)


@dataclass(slots=True)
class Sighting:
    """One mention of a person: ``at`` decides which of two names is the newer."""

    channel_id: str
    person: Person
    at: Micros
    match_key: str | None = field(init=False)

    def __post_init__(self) -> None:
        if self.person.wa_id:
            self.match_key = match_key(self.person.wa_id)
        else:
            self.match_key = None if self.person.user_id else NOBODY


class People:
    """Everybody a batch mentions, by the two keys that identify a person on a channel."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str | None], Known] = {}
        self._by_user: dict[tuple[str, str | None], Known] = {}
        self.everybody: list[Known] = []

    def load(self, connection: Connection, sightings: Iterable[Sighting]) -> None:
        """Read those we know already: one statement for each channel."""
        by_channel: dict[str, list[Sighting]] = {}
        for sighting in sightings:
            by_channel.setdefault(sighting.channel_id, []).append(sighting)
        for channel_id, seen in by_channel.items():
            keys = listed(connection, {s.match_key for s in seen if s.match_key})
            users = listed(connection, {s.person.user_id for s in seen if s.person.user_id})
            for row in _known.rows(connection, channel=channel_id, keys=keys, users=users):
                contact = dict(zip(_CONTACT, row, strict=False))
                conversation = dict(zip(_CONVERSATION, row[len(_CONTACT) :], strict=True))
                self._add(Known(contact, conversation, decoded(contact["learned"])))

    def _add(self, known: Known) -> None:
        self.everybody.append(known)
        self._index(known)

    def _index(self, known: Known) -> None:
        channel_id, contact = known.contact["channel_id"], known.contact
        if contact["match_key"]:
            self._by_key.setdefault((channel_id, contact["match_key"]), known)
        if contact["user_id"]:
            self._by_user.setdefault((channel_id, contact["user_id"]), known)

    def see(self, sighting: Sighting, now: Micros) -> Known:
        """The contact this mention is about, made if it is the first, with what it adds."""
        channel_id, person = sighting.channel_id, sighting.person
        known = self._by_user.get((channel_id, person.user_id)) or self._by_key.get(
            (channel_id, sighting.match_key)
        )
        if known is None:
            known = _newcomer(sighting, now)
            self._add(known)
        self._learn(known, sighting)
        return known

    def _learn(self, known: Known, sighting: Sighting) -> None:
        person = sighting.person
        self._fill(known, "user_id", person.user_id, self._by_user)
        self._fill(known, "match_key", sighting.match_key, self._by_key)
        if known.contact["match_key"] == sighting.match_key:
            known.learn("wa_id", person.wa_id, sighting.at)
        known.learn("phone_number", person.phone, sighting.at)
        known.learn("username", person.username, sighting.at)
        known.learn("name", person.name, sighting.at)
        self._index(known)

    def _fill(
        self,
        known: Known,
        name: str,
        value: str | None,
        taken: Mapping[tuple[str, str | None], Known],
    ) -> None:
        """Learn a missing key, unless it is somebody else's: histories are never merged."""
        if not known.contact[name] and (known.contact["channel_id"], value) not in taken:
            known.set(name, value)

    def save(self, connection: Connection) -> None:
        """Write new contacts, changed ones, and new conversations."""
        newcomers = [known for known in self.everybody if known.new]
        dirty = [known for known in self.everybody if known.dirty and not known.new]
        for known in (*newcomers, *dirty):
            known.contact["learned"] = encoded(known.learned)
        _insert_contacts.each(connection, [known.contact for known in newcomers])
        _insert_conversations.each(connection, [known.conversation for known in newcomers])
        _update_facts.each(connection, [known.contact for known in dirty])


_CONTACT, _CONVERSATION = contacts.c.keys(), conversations.c.keys()


def _find(engine: str) -> Select[Any]:
    """By one key or the other: a union, as ``OR`` would make SQLite read the whole channel."""
    here = select(contacts.c.id).where(contacts.c.channel_id == bindparam("channel"))
    named = union(
        here.where(among(engine, contacts.c.match_key, "keys")),
        here.where(among(engine, contacts.c.user_id, "users")),
    )
    return (
        select(contacts, conversations)
        .join_from(contacts, conversations, conversations.c.contact_id == contacts.c.id)
        .where(contacts.c.id.in_(named))
        .order_by(contacts.c.created_at, contacts.c.id)
        .with_for_update(of=conversations)
    )


_known = Prepared(_find)


def _newcomer(sighting: Sighting, now: Micros) -> Known:
    contact = {"id": new_id(now), "channel_id": sighting.channel_id, "created_at": now}
    contact |= dict.fromkeys((*_KEYS, *_FACTS)) | {"learned": "{}"}
    conversation = {
        "id": new_id(now),
        "channel_id": sighting.channel_id,
        "contact_id": contact["id"],
        "status": "open",
        "arrived_at": now,
        "last_message_id": None,
        "inbound_count": 0,
        "seen_count": 0,
        "last_inbound_at": None,
        "created_at": now,
    }
    return Known(contact, conversation, {}, new=True)


_LEARNED = (*_KEYS, *_FACTS, "learned")

_insert_contacts = Prepared(contacts.insert(), contacts.c.keys())
_insert_conversations = Prepared(conversations.insert(), conversations.c.keys())
_update_facts = Prepared(
    update(contacts)
    .where(contacts.c.id == bindparam("id"))
    .values({name: bindparam(name) for name in _LEARNED}),
    ("id", *_LEARNED),
)
