"""One message under several ids: facts that name it by another than its own are moved to its own.

Since usernames WhatsApp may name the customer in an id by number or by user id; what is inside
beside that is the same (``domain.inner_ids``). A fact goes to the message with exactly its id; if
there is none, to the one message of that conversation with the same inner id. Whichever comes
first waits for the other: the message, the fact, or the word that both names are of one customer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import (
    Connection,
    Select,
    and_,
    bindparam,
    delete,
    exists,
    select,
    update,
)

from inbox.conversations.charges import move_charges, note_deliveries
from inbox.conversations.merging import Key
from inbox.conversations.receipts import move_receipts
from inbox.domain.inner_ids import Inside, inside
from inbox.domain.phone import match_key, number
from inbox.domain.shapes import decoded, encoded
from inbox.storage.dialect import insert, returned_text, slices
from inbox.storage.tables import aliases, changes, contacts, message_aliases, messages

Inner = dict[str, set[str]]
"""Messages by their inner ids: channel → inner ids."""

NUMBER, USER, OURS = "match_key", "user_id", "id"
"""By what a fact says whom it is about: a key of the customer, or our own id of the message."""

_alias = message_aliases.c

NAMED_OTHERWISE = exists(
    select(_alias.inner_id)
    .select_from(message_aliases)
    .where(
        _alias.channel_id == returned_text(messages.c.channel_id),
        _alias.inner_id == returned_text(messages.c.inner_id),
    )
)
"""Whether some fact may be about a row of ``messages`` though it has another id."""


def person_keys(*addresses: str | None) -> set[Key]:
    """What numbers and user ids are known by."""
    known = [(number(each), each) for each in addresses if each]
    return {(NUMBER, match_key(n.wa_id)) if n.phone and n.wa_id else (USER, a) for n, a in known}


class _Candidate(NamedTuple):
    """A message with the inner id that was asked for, and what its customer is known by."""

    provider_message_id: str
    keys: set[Key]


class Recognised(NamedTuple):
    """Messages by their own ids: all about which something was moved, and of which receipts."""

    messages: set[str]
    receipts: set[str]


def recognise(
    connection: Connection,
    channel_id: str,
    facts: Mapping[str, set[Key]],
    met: Collection[str] = (),
) -> Recognised:
    """Move facts to the messages that they are about.

    ``facts``: ids of which no message is known, with whom their facts are about. ``met``: inner
    ids of messages that are new, or of whose customer something new is known.
    """
    inner = _note(connection, channel_id, facts) | set(met)
    if not inner:
        return Recognised(set(), set())
    moves: dict[str, str] = {}
    exact: list[str] = []
    same = candidates(connection, channel_id, inner)
    for alias in waiting(connection, channel_id, inner):
        own, found = alias["provider_message_id"], same.get(alias["inner_id"], [])
        if any(one.provider_message_id == own for one in found):
            exact.append(own)
        elif target := alias["target"] or _meant(found, _keys(alias)):
            moves[own] = target
    _forget(connection, channel_id, exact)
    return Recognised(set(moves.values()), _move(connection, channel_id, moves))


def waiting_in(connection: Connection, channel_id: str, conversation_id: str) -> set[str]:
    """The inner ids of its messages that facts may name in another way."""
    same = and_(_alias.channel_id == channel_id, _alias.inner_id == messages.c.inner_id)
    query = (
        select(messages.c.inner_id)
        .join(message_aliases, same)
        .where(messages.c.conversation_id == conversation_id, _alias.target.is_(None))
    )
    return set(connection.execute(query).scalars())


def own_ids(
    connection: Connection, channel_ids: Collection[str], named: Iterable[str]
) -> dict[tuple[str, str], str]:
    """The messages that ids mean which no message has exactly: channel and id → their own ids."""
    meant = {each: told for each in named if (told := inside(each))}
    found: dict[tuple[str, str], str] = {}
    for channel_id, inner in _met(connection, channel_ids, meant.values()).items():
        same = candidates(connection, channel_id, inner)
        known = waiting(connection, channel_id, inner)
        facts = {each["provider_message_id"]: each for each in known}
        for alias, told in meant.items():
            those = same.get(told.inner_id, [])
            if any(one.provider_message_id == alias for one in those):
                continue
            fact = facts.get(alias)
            keys = person_keys(told.peer) | (_keys(fact) if fact else set())
            if own := (fact and fact["target"]) or _meant(those, keys):
                found[channel_id, alias] = own
    return found


def other_ids(
    connection: Connection, channel_ids: Collection[str], provider_message_id: str
) -> set[str]:
    """By what else the same message was told of, or is told of here."""
    named, told = {provider_message_id}, inside(provider_message_id)
    if told is None:
        return set()
    own = set(own_ids(connection, channel_ids, named).values())
    others = select(_alias.provider_message_id).where(
        _alias.channel_id.in_(channel_ids),
        _alias.inner_id == told.inner_id,
        _alias.target.in_(own | named),
    )
    return (own | set(connection.execute(others).scalars())) - named


def _met(
    connection: Connection, channel_ids: Collection[str], told: Iterable[Inside]
) -> dict[str, set[str]]:
    """Where there are messages with one of these inside: channel → inner ids."""
    found: dict[str, set[str]] = {}
    for part in slices(sorted({one.inner_id for one in told})):
        here = select(messages.c.channel_id, messages.c.inner_id).where(
            messages.c.channel_id.in_(channel_ids), messages.c.inner_id.in_(part)
        )
        for channel_id, inner in connection.execute(here):
            found.setdefault(channel_id, set()).add(inner)
    return found


def _keys(alias: Any) -> set[Key]:
    return {(kind, value) for kind, value in decoded(alias["keys"])}


def _forget(connection: Connection, channel_id: str, exact: Sequence[str]) -> None:
    """There is a message that has exactly this id."""
    if exact:
        mine = and_(_alias.channel_id == channel_id, _alias.provider_message_id.in_(exact))
        connection.execute(delete(message_aliases).where(mine))


def _note(connection: Connection, channel_id: str, facts: Mapping[str, set[Key]]) -> set[str]:
    """Keep these ids with all that was ever said of whom they are about; their inner ids."""
    told = {
        alias: (found.inner_id, keys | person_keys(found.peer))
        for alias, keys in facts.items()
        if (found := inside(alias))
    }
    if not told:
        return set()
    inner = {one for one, _ in told.values()}
    for row in waiting(connection, channel_id, inner):
        if row["provider_message_id"] in told:
            told[row["provider_message_id"]][1].update(_keys(row))
    rows = [
        {
            "channel_id": channel_id,
            "provider_message_id": alias,
            "inner_id": one,
            "keys": encoded(sorted(keys)),
        }
        for alias, (one, keys) in told.items()
    ]
    statement = insert(connection, message_aliases)
    statement = statement.on_conflict_do_update(
        index_elements=list(message_aliases.primary_key),
        set_={"keys": statement.excluded["keys"]},
    )
    connection.execute(statement, rows)
    return inner


def waiting(connection: Connection, channel_id: str, inner: Iterable[str]) -> list[Any]:
    """Ids with one of these inside, whether or not it is known what they name."""
    found: list[Any] = []
    for part in slices(sorted(inner)):
        mine = and_(_alias.channel_id == channel_id, _alias.inner_id.in_(part))
        found += connection.execute(select(message_aliases).where(mine)).mappings()
    return found


def candidates(
    connection: Connection, channel_id: str, inner: Iterable[str]
) -> dict[str, list[_Candidate]]:
    """The messages of these inner ids, each with the keys of its customer."""
    found: dict[str, dict[str, _Candidate]] = {}
    for part in slices(sorted(inner)):
        for row in connection.execute(_same_inside(channel_id, part)).mappings():
            one = found.setdefault(row["inner_id"], {}).setdefault(
                row["id"], _Candidate(row["provider_message_id"], {(OURS, row["id"])})
            )
            told = ((NUMBER, row["match_key"]), (USER, row["user_id"]), (row["kind"], row["value"]))
            one.keys.update((kind, value) for kind, value in told if kind and value)
    return {name: list(those.values()) for name, those in found.items()}


def _same_inside(channel_id: str, inner: Collection[str]) -> Select[Any]:
    return (
        select(
            messages.c.id,
            messages.c.inner_id,
            messages.c.provider_message_id,
            contacts.c.match_key,
            contacts.c.user_id,
            aliases.c.kind,
            aliases.c.value,
        )
        .join(contacts, contacts.c.id == messages.c.contact_id)
        .outerjoin(aliases, aliases.c.contact_id == contacts.c.id)
        .where(
            messages.c.channel_id == channel_id,
            messages.c.inner_id.in_(inner),
            messages.c.provider_message_id.is_not(None),
        )
    )


def _meant(found: Iterable[_Candidate], keys: set[Key]) -> str | None:
    """The one of that conversation; None if there is none, or more than one."""
    theirs = [one.provider_message_id for one in found if one.keys & keys]
    return theirs[0] if len(theirs) == 1 else None


_aim = (
    update(message_aliases)
    .where(
        _alias.channel_id == bindparam("channel"), _alias.provider_message_id == bindparam("alias")
    )
    .values(target=bindparam("own"))
)
_move_changes = (
    update(changes)
    .where(changes.c.channel_id == bindparam("channel"), changes.c.target_id == bindparam("alias"))
    .values(target_id=bindparam("own"))
)


def _move(connection: Connection, channel_id: str, moves: Mapping[str, str]) -> set[str]:
    if not moves:
        return set()
    rows = [{"channel": channel_id, "alias": alias, "own": own} for alias, own in moves.items()]
    connection.execute(_aim, rows)
    connection.execute(_move_changes, rows)
    moved = move_receipts(connection, channel_id, moves)
    moved |= move_charges(connection, channel_id, moves)
    note_deliveries(connection, channel_id, moved)
    return moved
