"""Notes: what agents say to each other in a conversation. No provider ever has one (law 35).

A note stands in the thread by its time and changes nothing about the conversation: the list keeps
its order and its last line, as who is to be answered, and until when, depends on the customer.
"""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, func, select, update

from inbox.access.reach import in_reach
from inbox.conversations import publish, queries
from inbox.conversations.drafts import end_note_draft
from inbox.conversations.moved import former_ids, moved_into, refuse_misdirected
from inbox.conversations.new_row import INTERNAL, UNSTORED, new_row, store_messages
from inbox.conversations.removing import forget_message, is_forgotten
from inbox.conversations.taking import take_conversation, take_message
from inbox.desk import mentions
from inbox.desk.note_files import attached_files, hold_attached
from inbox.desk.writer import Writer
from inbox.domain import shapes
from inbox.domain.attachments import Attachment
from inbox.domain.content import EventContent, Mention
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import Changed, NewEvent
from inbox.domain.ids import is_uuid, new_id
from inbox.domain.language import _
from inbox.domain.public import Message
from inbox.domain.rows import ConversationRow, MessageRow
from inbox.domain.status import NOT_YET
from inbox.domain.stored import StoredVersion
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.storage.tables import conversations, messages
from inbox.storage.typed_rows import all_rows, first_row

TEXT_LIMIT = 10_000
CLIENT_ID_LIMIT = 128
VERSIONS = 50
"""So many former texts are kept."""


class NotTheAuthor(Exception):
    """Only who wrote a note changes it."""

    def __init__(self) -> None:
        super().__init__(_("This note is somebody else’s: only who wrote it can change it."))


class Note(Struct, frozen=True, kw_only=True):
    """``mentioned``: ids of users. ``client_id`` and ``written_for`` are as a reply has them.

    ``by_name``: who is named in the text is meant, and nobody says it by ids. ``attachments``: ids
    of uploads; who edits it leaves its files as they are. ``ends_draft``: it was written on the
    page, so what its writer had begun to note there is said; ``draft_at`` as of a reply.
    """

    conversation_id: str
    text: str
    mentioned: Sequence[str] = ()
    attachments: Sequence[str] = ()
    by_name: bool = False
    ends_draft: bool = False
    draft_at: Micros | None = None
    client_id: str = ""
    written_for: str = ""
    author: Writer


def add_note(connection: Connection, note: Note, now: Micros) -> Message:
    """Store it, once per ``client_id``; raises ``Invalid`` and ``Missing``."""
    text = _checked_text(note.text, bool(note.attachments))
    if len(note.client_id) > CLIENT_ID_LIMIT:
        raise Invalid(
            "client_id", _("A client_id has at most %(most)s characters.", most=CLIENT_ID_LIMIT)
        )
    conversation = _conversation(connection, note.conversation_id)
    refuse_misdirected(connection, note.written_for, conversation["id"])
    if written := _written_before(connection, note, conversation):
        return written
    people = mentions.people(connection, conversation["id"], text, note.mentioned, note.by_name)
    # As of a reply: the bubble that is on the page already has its id.
    note_id = note.client_id if is_uuid(note.client_id) else new_id(now)
    files = attached_files(connection, note_id, note.attachments)
    times = _newest(connection, conversation["id"], now), now
    row = _row(note_id, note, conversation, _facts(people, files), times)
    store_messages(connection, [row])
    if row["number"] == UNSTORED:
        raise Invalid("client_id", _("This client_id is that of another message."))
    hold_attached(connection, row["id"], files)
    told = mentions.note_mentions(connection, row, people, note.author.user_id, now)
    if note.ends_draft and note.author.user_id:
        whose = note.author.user_id, conversation["id"]
        told = [*told, *end_note_draft(connection, *whose, note.draft_at, now)]
    found = queries.conversation(connection, conversation["id"])
    assert found is not None
    message = shapes.message(row)
    append(connection, [publish.note_new(message, found["contact"]), *told], now)
    return message


def in_sight(connection: Connection, ids: Sequence[str], note: str, author: Writer) -> list[str]:
    """Where the author can leave this note, asked before it goes out of their reach."""
    if not note.strip() or not author.reach.is_limited:
        return [*ids]
    seen = conversations.c.id.in_(ids), *in_reach(author.reach)
    return list(connection.execute(select(conversations.c.id).where(*seen)).scalars())


def leave_notes(
    connection: Connection, conversation_ids: Sequence[str], text: str, author: Writer, now: Micros
) -> dict[str, str]:
    """The same note in each, below what was done there; their ids, by conversation. What is not
    there is left out, and without a text nothing is noted. Raises ``Invalid``."""
    if not text.strip():
        return {}
    left = {}
    for conversation_id in conversation_ids:
        note = Note(conversation_id=conversation_id, text=text, by_name=True, author=author)
        with suppress(Missing):
            left[conversation_id] = add_note(connection, note, now + 1)["id"]
    return left


def edit_note(
    connection: Connection, note_id: str, author: Writer, changed: Note, now: Micros
) -> Message:
    """Put another text there. Raises ``Invalid``, ``Missing`` and ``NotTheAuthor``."""
    row = _own(connection, note_id, author, changed.written_for)
    was = shapes.content_of(row["content"])
    files = was.get("attachments") or []
    text = _checked_text(changed.text, bool(files))
    people = mentions.people(
        connection, row["conversation_id"], text, changed.mentioned, changed.by_name
    )
    content: EventContent = {"text": text, **_facts(people, files)}
    if content == was:
        return queries.message_shapes(connection, [row])[0]
    since: Micros = row["edited_at"] or row["sort_at"]
    versions: list[StoredVersion] = shapes.decoded(row["previous"]) or []
    values = {
        "content": shapes.encoded(content),
        "previous": shapes.encoded([*versions, {"content": was, "at": since}][-VERSIONS:]),
        "edited_at": now,
    }
    this = update(messages).where(messages.c.id == note_id).values(values)
    new = first_row(MessageRow, connection.execute(this.returning(*messages.c)))
    assert new is not None, "it is locked"
    told = mentions.note_mentions(connection, new, people, author.user_id, now)
    message = shapes.message(new)
    fields: list[Changed] = ["content", "previous", "edited_at"]
    append(connection, [publish.note_updated(message, fields), *told], now)
    return message


def delete_note(
    connection: Connection, note_id: str, author: Writer, now: Micros, written_for: str = ""
) -> Message:
    """Delete it: it is nowhere any more. Raises ``Missing`` and ``NotTheAuthor``."""
    row = _own(connection, note_id, author, written_for)
    told = mentions.forget_mentions(connection, row)
    forget_message(connection, row, now)
    events: list[NewEvent] = [publish.message_removed(row), *told]
    append(connection, events, now)
    return shapes.message(row)


def _checked_text(text: str, beside_files: bool) -> str:
    if not text.strip() and not beside_files:
        raise Invalid("text", _("Write something first."))
    if len(text) > TEXT_LIMIT:
        raise Invalid(
            "text",
            _(
                "A note has at most %(most)s characters; this has %(length)s.",
                most=TEXT_LIMIT,
                length=len(text),
            ),
        )
    return text


def _conversation(connection: Connection, conversation_id: str) -> ConversationRow:
    """Its row, or that of the one that it became part of."""
    row = take_conversation(connection, conversation_id)
    if row is None and (into := moved_into(connection, conversation_id)):
        row = take_conversation(connection, into)
    if row is None:
        raise Missing(_("There is no such conversation."))
    return row


def _newest(connection: Connection, conversation_id: str, now: Micros) -> Micros:
    """Where the thread ends: what is noted now stands below what was said, if not sent later."""
    said = (messages.c.conversation_id == conversation_id, messages.c.status.not_in(NOT_YET))
    last: Any = connection.execute(select(func.max(messages.c.sort_at)).where(*said)).scalar()
    return max(now, last or 0)


def _key(conversation_id: str, client_id: str) -> str:
    return f"note:{conversation_id}:{client_id}"


def _written_before(
    connection: Connection, note: Note, conversation: ConversationRow
) -> Message | None:
    """The same note, if it is there already; raises ``Invalid`` if it is another one's id."""
    if not note.client_id:
        return None
    named = [conversation["id"], *former_ids(connection, conversation["id"])]
    keys = [_key(one, note.client_id) for one in named]
    if is_forgotten(connection, conversation["channel_id"], keys):
        raise Invalid("client_id", _("This note was deleted. To have it again, write it anew."))
    query = select(messages).where(
        messages.c.channel_id == conversation["channel_id"], messages.c.event_key.in_(keys)
    )
    rows = all_rows(MessageRow, connection.execute(query))
    if not rows:
        return None
    [found] = queries.message_shapes(connection, rows)
    if note.text not in (
        found["content"].get("text", ""),
        *(each["text"] for each in found["previous"]),
    ):
        raise Invalid("client_id", _("This client_id is that of another note, with another text."))
    return found


def _row(
    note_id: str,
    note: Note,
    conversation: ConversationRow,
    facts: EventContent,
    times: tuple[Micros, Micros],
) -> MessageRow:
    """``times``: for when it counts in the thread, and by our own clock."""
    at, now = times
    return new_row(
        id=note_id,
        channel_id=conversation["channel_id"],
        conversation_id=conversation["id"],
        contact_id=conversation["contact_id"],
        direction=INTERNAL,
        type="note",
        text=note.text,
        content=facts,
        at=at,
        received_at=now,
        event_key=_key(conversation["id"], note.client_id) if note.client_id else None,
        client_id=note.client_id or None,
        sender_id=note.author.user_id,
        sender_name=note.author.name,
    )


def _facts(people: list[Mention], files: list[Attachment]) -> EventContent:
    """What it has besides its words."""
    facts: EventContent = {"mentions": people} if people else {}
    return {**facts, "attachments": files} if files else facts


def _own(connection: Connection, note_id: str, author: Writer, written_for: str) -> MessageRow:
    row = take_message(connection, note_id)
    if row is None or row["type"] != "note":
        raise Missing(_("There is no such note."))
    refuse_misdirected(connection, written_for, row["conversation_id"])
    same_program = row["sender_id"] is None and row["sender_name"] == author.name
    if row["sender_id"] != author.user_id or not (author.user_id or same_program):
        raise NotTheAuthor
    return row
