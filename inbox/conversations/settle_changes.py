"""Settling: what a message shows follows from its changes, and what is new is published."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Connection, bindparam, select, update

from inbox.conversations import file_jobs, publish
from inbox.conversations.change_facts import AWAITED, Targets
from inbox.conversations.file_versions import follow_edit, renewed
from inbox.conversations.queries import message_shapes, previews
from inbox.conversations.taking import take_conversations
from inbox.domain import shapes
from inbox.domain.changes import EDIT, deleted_at, remembered, standing_reactions, versions
from inbox.domain.content import Content
from inbox.domain.feed_events import Changed, NewEvent
from inbox.domain.rows import ChangeRow, MessageRow
from inbox.domain.stored import StoredFile, StoredVersion
from inbox.domain.times import Micros
from inbox.storage.dialect import among, listed, slices
from inbox.storage.prepared import Prepared
from inbox.storage.tables import changes, messages
from inbox.storage.typed_rows import all_rows, named_rows

_DERIVED: Final[tuple[Changed, ...]] = (
    "reactions",
    "content",
    "previous",
    "edited_at",
    "deleted_at",
    "media",
)


def settle_changes(
    connection: Connection,
    targets: Mapping[str, set[str]],
    published: list[NewEvent],
    now: Micros,
) -> Targets:
    """Bring these messages in line with what is known about them; publish what changed.

    ``targets``: channel → the provider's message ids. Returns those about which, or of which,
    nothing is known.
    """
    unknown: Targets = {}
    for channel_id, provider_ids in targets.items():
        for part in slices(provider_ids):
            found = _settle(connection, channel_id, part, published, now)
            if rest := {each for each in part if each not in found}:
                unknown.setdefault(channel_id, set()).update(rest)
    return unknown


def _settle(
    connection: Connection,
    channel_id: str,
    provider_ids: Sequence[str],
    published: list[NewEvent],
    now: Micros,
) -> Collection[str]:
    take_conversations(connection, *_awaiting(channel_id, provider_ids))
    named = listed(connection, provider_ids)
    found = _awaited.rows(connection, channel=channel_id, ids=named)
    before = named_rows(MessageRow, _COLUMNS, found)
    if not before:
        return ()
    ids = [provider_id for row in before if (provider_id := row["provider_message_id"])]
    facts = _facts(connection, channel_id, ids)
    pairs = [(row, _settled(row, facts[row["provider_message_id"] or ""])) for row in before]
    pairs = [(old, new) for old, new in pairs if _differing(old, new)]
    if pairs:
        connection.execute(_update_derived, [_values(new) for _, new in pairs])
        file_jobs.follow_edits(connection, [new for old, new in pairs if renewed(old, new)], now)
        _publish(connection, pairs, published)
    return ids


def _awaiting(channel_id: str, provider_ids: Sequence[str]) -> Sequence[ColumnElement[bool]]:
    mine = (messages.c.channel_id == channel_id, messages.c.provider_message_id.in_(provider_ids))
    return *mine, AWAITED


_COLUMNS: Final = messages.c.keys()
_awaited: Final = Prepared(
    # Locked on PostgreSQL: what is published of them must follow what is stored.
    lambda engine: (
        select(messages)
        .where(
            messages.c.channel_id == bindparam("channel"),
            among(engine, messages.c.provider_message_id, "ids"),
            AWAITED,
        )
        .order_by(messages.c.number)
        .with_for_update(key_share=True)
    )
)


def _facts(
    connection: Connection, channel_id: str, provider_ids: Sequence[str]
) -> dict[str, list[ChangeRow]]:
    found: dict[str, list[ChangeRow]] = {}
    statement = select(changes).where(
        changes.c.channel_id == channel_id, changes.c.target_id.in_(provider_ids)
    )
    for row in all_rows(ChangeRow, connection.execute(statement)):
        found.setdefault(row["target_id"], []).append(row)
    return found


def _settled(row: MessageRow, facts: Sequence[ChangeRow]) -> MessageRow:
    first, came_at = _first(row)
    edits = [(fact, shapes.decoded(fact["body"])) for fact in facts if fact["kind"] == EDIT]
    said = versions(row["direction"], (first, came_at), edits)
    media, earlier = follow_edit(row, said)
    before = [
        _version(content, at, file) for (content, at), file in zip(said, earlier, strict=False)
    ]
    standing = standing_reactions(facts, group="group_id" in first)
    return {
        **row,
        "reactions": shapes.encoded(standing) if standing else None,
        # As it was first encoded: what no edit touches stays the same byte for byte.
        "content": shapes.encoded(said[-1][0]) if len(said) > 1 else row["content"],
        "previous": shapes.encoded(remembered(before)) if before else None,
        "edited_at": said[-1][1] if len(said) > 1 else None,
        "deleted_at": deleted_at(row["direction"], facts),
        "media": media,
    }


def _version(content: Content, at: Micros, file: StoredFile | None) -> StoredVersion:
    return {"content": content, "at": at, "media": file} if file else {"content": content, "at": at}


def _first(row: MessageRow) -> tuple[Content, Micros]:
    """What the message said before anybody edited it."""
    earlier: list[StoredVersion] | None = shapes.decoded(row["previous"])
    content = earlier[0]["content"] if earlier else shapes.content_of(row["content"])
    return content, row["sort_at"]


def _differing(old: MessageRow, new: MessageRow) -> list[Changed]:
    return [name for name in _DERIVED if old[name] != new[name]]


def _values(row: MessageRow) -> dict[str, object]:
    return {"message": row["id"]} | {"new_" + name: row[name] for name in _DERIVED}


def _publish(
    connection: Connection,
    pairs: Sequence[tuple[MessageRow, MessageRow]],
    published: list[NewEvent],
) -> None:
    """``message:updated`` with what changed: the reactions alone, or all that the bubble says."""
    rewritten = [new for old, new in pairs if _differing(old, new) != ["reactions"]]
    whole = {shape["id"]: shape for shape in message_shapes(connection, rewritten)}
    for old, new in pairs:
        shape = whole.get(new["id"])
        if shape is None:
            published.append(publish.message_reactions(new))
        else:
            published.append(publish.message_updated(shape, _differing(old, new)))
    if rewritten:
        # The list shows each conversation's last message: if that one changed, so does its row.
        shown = previews(connection, [row["id"] for row in rewritten])
        published.extend(publish.conversation_updated(shape) for shape in shown)


_update_derived = (
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values({name: bindparam("new_" + name) for name in _DERIVED})
)
