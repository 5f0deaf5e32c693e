"""Who wrote: contacts found or made, with their conversation, for a whole batch at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, or_, select, update

from inbox.domain.events import Person
from inbox.domain.ids import new_id
from inbox.domain.phone import match_key
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import Micros
from inbox.storage.dialect import insert, slices
from inbox.storage.tables import contacts, conversations
from inbox.storage.views import part

NOBODY = "unknown"
"""The one contact of a channel for messages that do not say who wrote them."""

_KEYS = ("match_key", "user_id")
_FACTS = ("wa_id", "phone_number", "username", "name")


@dataclass(slots=True)
class Known:
    """A contact with its conversation, as rows that change while the batch is applied."""

    contact: dict[str, Any]
    conversation: dict[str, Any]
    new: bool = False
    dirty: bool = False
    changed: set[str] = field(default_factory=set)

    def set(self, name: str, value: str | None) -> None:
        if value and self.contact[name] != value:
            self.contact[name] = value
            self.changed.add(name)
            self.dirty = True


@dataclass(frozen=True, slots=True)
class Sighting:
    """One mention of a person: ``at`` decides which of two names is the newer."""

    channel_id: str
    person: Person
    at: Micros

    @property
    def match_key(self) -> str | None:
        if self.person.wa_id:
            return match_key(self.person.wa_id)
        return None if self.person.user_id else NOBODY


class People:
    """Everybody a batch mentions, by the two keys that identify a person on a channel."""

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, str | None], Known] = {}
        self._by_user: dict[tuple[str, str | None], Known] = {}
        self.everybody: list[Known] = []

    def load(self, connection: Connection, sightings: Iterable[Sighting]) -> None:
        """Read those we know already: one statement for each channel (and 10,000 people)."""
        by_channel: dict[str, list[Sighting]] = {}
        for sighting in sightings:
            by_channel.setdefault(sighting.channel_id, []).append(sighting)
        loaded: set[str] = set()
        for channel_id, seen in by_channel.items():
            for some in slices(seen):
                keys = {s.match_key for s in some if s.match_key}
                users = {s.person.user_id for s in some if s.person.user_id}
                for row in connection.execute(_known(channel_id, keys, users)).mappings():
                    # One who is named by number here and by user id there comes twice.
                    if row["c_id"] not in loaded:
                        loaded.add(row["c_id"])
                        self._add(Known(part(row, "c_"), part(row, "v_")))

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
        learned = decoded(known.contact["learned"])
        before = dict(learned)
        if known.contact["match_key"] == sighting.match_key:
            _newest(known, learned, "wa_id", person.wa_id, sighting.at)
        _newest(known, learned, "phone_number", person.phone, sighting.at)
        _newest(known, learned, "username", person.username, sighting.at)
        _newest(known, learned, "name", person.name, sighting.at)
        if learned != before:
            known.contact["learned"] = encoded(learned)
            known.dirty = True
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
        if newcomers:
            connection.execute(insert(connection, contacts), [k.contact for k in newcomers])
            connection.execute(
                insert(connection, conversations), [k.conversation for k in newcomers]
            )
        dirty = [known for known in self.everybody if known.dirty and not known.new]
        if dirty:
            connection.execute(_update_facts, [_facts(known) for known in dirty])


def _known(channel_id: str, keys: set[str], users: set[str]) -> Any:
    matches = [contacts.c.match_key.in_(keys)] if keys else []
    matches += [contacts.c.user_id.in_(users)] if users else []
    return (
        select(
            *[column.label("c_" + column.name) for column in contacts.c],
            *[column.label("v_" + column.name) for column in conversations.c],
        )
        .join_from(contacts, conversations, conversations.c.contact_id == contacts.c.id)
        .where(contacts.c.channel_id == channel_id, or_(*matches))
        .order_by(contacts.c.created_at, contacts.c.id)
        .with_for_update(of=conversations)
    )


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
    return Known(contact, conversation, new=True)


def _newest(
    known: Known, learned: dict[str, Micros], name: str, value: str | None, at: Micros
) -> None:
    """The newest word on a fact wins, in whatever order the words came; absence says nothing."""
    if value and (at, value) > (learned.get(name, 0), known.contact[name] or ""):
        learned[name] = at
        known.set(name, value)


_update_facts = (
    update(contacts)
    .where(contacts.c.id == bindparam("contact"))
    .values({name: bindparam("new_" + name) for name in (*_KEYS, *_FACTS, "learned")})
)


def _facts(known: Known) -> dict[str, Any]:
    facts = {"new_" + name: known.contact[name] for name in (*_KEYS, *_FACTS, "learned")}
    return facts | {"contact": known.contact["id"]}
