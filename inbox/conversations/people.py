"""Who wrote: contacts found or made, with their conversation, for a whole batch at once."""

from collections.abc import Collection, Iterable
from typing import Any, Final, Literal, cast

from msgspec import Struct, field
from sqlalchemy import Connection, Select, bindparam, exists, literal_column, select, union, update

from inbox.conversations.merging import Gone, Key, absorb, aliases_of, joined, keep_aliases
from inbox.domain.events import Person
from inbox.domain.ids import new_id
from inbox.domain.phone import match_key
from inbox.domain.rows import ContactRow, ConversationRow, MessageRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import Micros
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import aliases, contacts, conversations

NOBODY = "unknown"
"""The one contact of a channel for messages that do not say who wrote them."""

KeyName = Literal["match_key", "user_id"]
FactName = Literal["wa_id", "phone_number", "username", "name"]
Column = Literal[KeyName, FactName]

NUMBER: Final = "match_key"
USER: Final = "user_id"

_KEYS: tuple[KeyName, ...] = (NUMBER, USER)
_FACTS: tuple[FactName, ...] = ("wa_id", "phone_number", "username", "name")
_OURS: tuple[Literal["own_name", "person_id"], ...] = ("own_name", "person_id")
_MERGED: tuple[Column, ...] = ("wa_id", USER, "phone_number", "name")

SOMEBODY = (NUMBER, NOBODY)


class Known(Struct, eq=False):
    """A contact with its conversation, as rows that change while the batch is applied.

    ``keys`` are those that are known here to be theirs, ``stored`` those that are found again,
    ``before`` those that were theirs before this batch. ``into`` is who they turned out to be.
    """

    contact: ContactRow
    conversation: ConversationRow
    learned: dict[str, Micros]
    new: bool = False
    dirty: bool = False
    changed: set[str] = field(default_factory=set)
    keys: set[Key] = field(default_factory=set)
    stored: set[Key] = field(default_factory=set)
    before: set[Key] = field(default_factory=set)
    into: "Known | None" = None
    last: MessageRow | None = None
    """The newest of the batch's messages that are its conversation's."""
    moved: bool = False
    """Where it stands at the desk is another place than before."""
    reopened: bool = False
    """It was put aside, and is open again."""
    merged: "list[Known]" = field(default_factory=list)

    @property
    def itself(self) -> "Known":
        known = self
        while known.into is not None:
            known = known.into
        return known

    @property
    def own(self) -> set[Key]:
        """The keys in the contact's own row; all others are aliases."""
        return {(name, value) for name in _KEYS if (value := self.contact[name])}

    def set(self, name: Column, value: str | None) -> None:
        if value and self.contact[name] != value:
            self.contact[name] = value
            self.changed.update(self._shown(name))
            self.dirty = True

    def call(self, username: str | None, at: Micros) -> None:
        """Learn a username; whoever has had several keeps them all."""
        if not username:
            return
        seen = {one for one in (*self.usernames, self.contact["username"], username) if one}
        if len(seen) > 1 and seen != {*self.usernames}:
            self.contact["usernames"] = encoded(sorted(seen))
            self.changed.add("aliases")
            self.dirty = True
        self.learn("username", username, at)

    @property
    def usernames(self) -> list[str]:
        return decoded(self.contact["usernames"]) or []

    def _shown(self, name: Column) -> Collection[str]:
        """What everybody sees of it: what they call themselves is their name while we have none."""
        if name != "name":
            return (name,)
        return ("profile_name",) if self.contact["own_name"] else ("profile_name", name)

    def learn(self, name: Column, value: str | None, at: Micros) -> None:
        """The newest word on a fact wins, in any order of words; absence says nothing."""
        if value and (at, value) > (self.learned.get(name, 0), self.contact[name] or ""):
            if at != self.learned.get(name):
                self.learned[name] = at
                self.dirty = True
            self.set(name, value)


class Sighting(Struct):
    """One mention of a person: ``at`` decides which of two names is the newer.

    ``became`` is the id that WhatsApp gave them anew: they are known by both. ``moved_to`` is the
    number that they say they have now: theirs if it is nobody's yet (wire-formats A.4).
    """

    channel_id: str
    person: Person
    at: Micros
    became: str | None = None
    moved_to: str | None = None
    keys: tuple[Key, ...] = ()

    def __post_init__(self) -> None:
        person = self.person
        found = []
        if person.wa_id:
            found.append((NUMBER, match_key(person.wa_id)))
        if person.user_id:
            found.append((USER, person.user_id))
        if self.became:
            found.append((USER, self.became))
        self.keys = tuple(found) or (SOMEBODY,)

    @property
    def next(self) -> Key | None:
        """The key of the number they moved to; nobody in particular moves nowhere."""
        if self.moved_to is None or self.keys == (SOMEBODY,):
            return None
        return (NUMBER, match_key(self.moved_to))

    @property
    def asked(self) -> Iterable[Key]:
        """The keys whose owners must be known."""
        return self.keys if self.next is None else (*self.keys, self.next)


class People:
    """Everybody a batch mentions, by the keys that identify a person on a channel.

    Two keys that are seen together are of one person, then and ever after: whom we took for
    two is one contact from there on, with one conversation, in whatever order we were told.
    """

    def __init__(self) -> None:
        self._by_key: dict[tuple[str, Key], Known] = {}
        self._all: list[Known] = []

    @property
    def everybody(self) -> list[Known]:
        return [known for known in self._all if known.into is None]

    def load(self, connection: Connection, sightings: Iterable[Sighting]) -> None:
        """Read those we know already: one statement for each channel."""
        by_channel: dict[str, list[Sighting]] = {}
        for sighting in sightings:
            by_channel.setdefault(sighting.channel_id, []).append(sighting)
        for channel_id, seen in by_channel.items():
            asked = {key for sighting in seen for key in sighting.asked}
            keys, users = (
                listed(connection, [value for name, value in asked if name == kind])
                for kind in _KEYS
            )
            also: dict[str, Known] = {}
            for row in _known.rows(connection, channel=channel_id, keys=keys, users=users):
                contact = cast("ContactRow", dict(zip(_CONTACT, row, strict=False)))
                rest = zip(_CONVERSATION, row[len(_CONTACT) : -1], strict=True)
                conversation = cast("ConversationRow", dict(rest))
                known = Known(contact, conversation, decoded(contact["learned"]))
                self._all.append(known)
                self._index(known, own := known.own)
                known.before |= own
                if row[-1]:
                    also[contact["id"]] = known
            for contact_id, key in aliases_of(connection, also) if also else ():
                self._index(also[contact_id], [key])
                also[contact_id].stored.add(key)
                also[contact_id].before.add(key)

    def _index(self, known: Known, keys: Iterable[Key]) -> None:
        for key in keys:
            known.keys.add(key)
            self._by_key.setdefault((known.contact["channel_id"], key), known)

    def see(self, sighting: Sighting, now: Micros) -> Known:
        """The contact this mention is about, made if it is the first, with what it adds.

        ``itself``, once all are seen, is who that is in the end.
        """
        found = self._found(sighting)
        if found:
            known = found[0]
            for other in found[1:]:
                known = _merge(known, other)
        else:
            known = _newcomer(sighting, now)
            self._all.append(known)
        self._index(known, sighting.keys)
        if (moved := sighting.next) and (sighting.channel_id, moved) not in self._by_key:
            self._index(known, [moved])
        person, at = sighting.person, sighting.at
        known.learn("wa_id", person.wa_id, at)
        known.set(NUMBER, _number(known.contact["wa_id"]))
        known.learn(USER, person.user_id, at)
        known.learn(USER, sighting.became, at + 1)
        known.learn("phone_number", person.phone, at)
        known.call(person.username, at)
        known.learn("name", person.name, at)
        return known

    def hear_of(self, sighting: Sighting, now: Micros) -> None:
        """Like ``see``, but it makes nobody."""
        if self._found(sighting):
            self.see(sighting, now)

    def _found(self, sighting: Sighting) -> list[Known]:
        found: list[Known] = []
        for key in sighting.keys:
            known = self._by_key.get((sighting.channel_id, key))
            if known is not None and known.itself not in found:
                found.append(known.itself)
        return found

    def save(self, connection: Connection) -> list[Gone]:
        """Write new contacts, changed ones, and new conversations; join those that are one.

        Returns each that is no more.
        """
        everybody = self.everybody
        newcomers = [known for known in everybody if known.new]
        dirty = [known for known in everybody if known.dirty and not known.new]
        gone = [
            absorb(
                connection, known.contact, known.conversation, (other.contact, other.conversation)
            )
            for known in everybody
            for other in known.merged
        ]
        for known in (*newcomers, *dirty):
            known.contact["learned"] = encoded(known.learned)
        _insert_contacts.each(connection, [known.contact for known in newcomers])
        _insert_conversations.each(connection, [known.conversation for known in newcomers])
        for statement, told in ((_update_learned, False), (_update_facts, True)):
            some = [known.contact for known in dirty if bool(known.changed) == told]
            statement.each(connection, some)
        keep_aliases(
            connection,
            [
                (known.contact, known.keys - known.own - known.stored)
                for known in everybody
                if known.changed or known.keys != known.before  # nearly nobody
            ],
        )
        return gone


def _merge(one: Known, other: Known) -> Known:
    """The older of the two, with all that is known of both."""
    kept, gone = sorted(
        (one, other), key=lambda known: (known.contact["created_at"], known.contact["id"])
    )
    for username in gone.usernames:
        kept.call(username, 0)
    kept.call(gone.contact["username"], gone.learned.get("username", 0))
    for name in _MERGED:
        kept.learn(name, gone.contact[name], gone.learned.get(name, 0))
    kept.set(NUMBER, _number(kept.contact["wa_id"]))
    if kept.contact["blocked_at"] is None and gone.contact["blocked_at"] is not None:
        kept.contact["blocked_at"] = gone.contact["blocked_at"]
        kept.changed.add("blocked")
        kept.dirty = True
    for ours in _OURS:
        if kept.contact[ours] is None and gone.contact[ours] is not None:
            kept.contact[ours] = gone.contact[ours]
            kept.changed |= {ours} | ({"name"} if ours == "own_name" else set())
    kept.conversation = joined(kept.conversation, gone.conversation)
    kept.keys |= gone.keys
    kept.stored |= gone.stored
    kept.merged += gone.merged if gone.new else [*gone.merged, gone]
    gone.into = kept
    return kept


def _number(wa_id: str | None) -> str | None:
    return match_key(wa_id) if wa_id else None


_CONTACT, _CONVERSATION = contacts.c.keys(), conversations.c.keys()


def _find(engine: str) -> Select[Any]:
    """By one key or the other: a union, as ``OR`` would make SQLite read the whole channel."""
    here = select(contacts.c.id).where(contacts.c.channel_id == bindparam("channel"))
    named = union(
        here.where(among(engine, contacts.c.match_key, "keys")),
        here.where(among(engine, contacts.c.user_id, "users")),
        *(
            select(aliases.c.contact_id).where(
                aliases.c.channel_id == bindparam("channel"),
                aliases.c.kind == literal_column(f"'{kind}'"),
                among(engine, aliases.c.value, name),
            )
            for kind, name in ((NUMBER, "keys"), (USER, "users"))
        ),
    )
    several = exists(select(aliases.c.contact_id).where(aliases.c.contact_id == contacts.c.id))
    return (
        select(contacts, conversations, several)
        .join_from(contacts, conversations, conversations.c.contact_id == contacts.c.id)
        .where(contacts.c.id.in_(named))
        .order_by(contacts.c.created_at, contacts.c.id)
        .with_for_update(of=conversations, key_share=True)
    )


_known = Prepared(_find)


def _newcomer(sighting: Sighting, now: Micros) -> Known:
    contact: ContactRow = {
        "id": new_id(now),
        "channel_id": sighting.channel_id,
        "match_key": NOBODY if sighting.keys == (SOMEBODY,) else None,
        "user_id": None,
        "wa_id": None,
        "phone_number": None,
        "username": None,
        "name": None,
        "learned": "{}",
        "created_at": now,
        "blocked_at": None,
        "usernames": None,
        "own_name": None,
        "person_id": None,
    }
    conversation: ConversationRow = {
        "id": new_id(now),
        "channel_id": sighting.channel_id,
        "contact_id": contact["id"],
        "status": "open",
        "arrived_at": now,
        "last_message_id": None,
        "last_direction": None,
        "inbound_count": 0,
        "seen_count": 0,
        "last_inbound_at": None,
        "created_at": now,
        "assignee_id": None,
        "team_id": None,
        "snoozed_until": None,
        "priority": "normal",
        "labels": "[]",
        "waiting_since": None,
        "answered_at": None,
        "closing": False,
    }
    return Known(contact, conversation, {}, new=True)


_LEARNED = (*_KEYS, *_FACTS, "learned", "blocked_at", "usernames")

_insert_contacts = Prepared(contacts.insert(), contacts.c.keys())
_insert_conversations = Prepared(conversations.insert(), conversations.c.keys())


def _updating(*names: str) -> Prepared:
    this = update(contacts).where(contacts.c.id == bindparam("id"))
    return Prepared(this.values({name: bindparam(name) for name in names}), ("id", *names))


_update_learned, _update_facts = _updating("learned"), _updating(*_LEARNED)
"""Apart: most are told again who they are. A column that is set is written to its indexes, and
is searched anew, whether it is another or not."""
