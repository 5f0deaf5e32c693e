"""What an agent sends, from the click to the outbox: one click is one message."""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, exists, func, select, update

from inbox.conversations import publish, queries
from inbox.conversations.answered import read_by_answer
from inbox.conversations.drafts import draft_sent
from inbox.conversations.moved import former_ids, moved_into, refuse_misdirected
from inbox.conversations.new_row import OUTGOING, UNSTORED, new_row, store_messages
from inbox.conversations.taking import take_message
from inbox.conversations.tries import keep_try
from inbox.domain import shapes
from inbox.domain.abilities import CANNOT, needed
from inbox.domain.changes import said_words
from inbox.domain.content import Content, EventContent, SendProblem
from inbox.domain.errors import Invalid, Missing
from inbox.domain.feed_events import NewEvent
from inbox.domain.ids import is_uuid, new_id
from inbox.domain.language import N_, _
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.signature import in_name_of, unsigned
from inbox.domain.public import Message
from inbox.domain.rows import MessageRow, OutboxRow
from inbox.domain.stored import StoredFile
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.providers.registry import PROVIDERS
from inbox.sending import quoting, signing, window
from inbox.sending.brought import bring, hold_files
from inbox.sending.meanwhile import AnsweredMeanwhile, LastSeen, check_seen
from inbox.sending.provider_files import forget_refused
from inbox.sending.quoting import Quoted
from inbox.sending.sendable import check_channel, check_sendable, check_unblocked
from inbox.sending.templating import same_template, template_to_send
from inbox.sending.waiting import place_behind
from inbox.storage.tables import (
    channels,
    contacts,
    conversations,
    messages,
    moved_conversations,
    outbox,
    receipts,
    taken_back,
)
from inbox.storage.typed_rows import all_rows, first_row

CLIENT_ID_LIMIT = 128


TAKEN = N_(
    "This client_id is that of another message, which says something else. "
    "Nothing was sent; a new message needs one of its own."
)


TAKEN_BACK = N_("This reply was taken back before it was sent. To send it, write it anew.")


class ReplyTakenBack(Exception):
    """A reply that was taken back is asked for again, as by a page that had lost the answer."""

    def __init__(self) -> None:
        super().__init__(_(TAKEN_BACK))


class ClientIdTaken(Exception):
    """A ``client_id`` by which another message is known already, whose id is ``message_id``."""

    def __init__(self, message_id: str) -> None:
        super().__init__(_(TAKEN))
        self.message_id = message_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """``client_id`` is made by who sends and names this reply for ever.

    ``quoted_id``: our id of the message that it answers. ``written_for``: the conversation that the
    form said it belongs to; empty if it said nothing. ``seen``: our id of the newest message that
    its writer has seen, if they say so; ``force``: send it whatever a colleague has answered.
    ``file``: one that is here already, as that of a message that is passed on.
    ``ends_draft``: it was written in the composer, so what its writer had begun there is said.
    """

    conversation_id: str
    said: Said
    client_id: str = ""
    quoted_id: str = ""
    written_for: str = ""
    seen: str = ""
    force: bool = False
    sender_id: str | None = None
    sender_name: str
    file: StoredFile | None = None
    ends_draft: bool = False


def enqueue(connection: Connection, reply: Reply, now: Micros) -> Message:
    """Store the reply with its place in the outbox; the same reply again is the same message.

    To a conversation that became part of another it is sent in that one. Raises ``Invalid``,
    ``Missing``, ``ClientIdTaken``, ``ReplyTakenBack``, ``AnsweredMeanwhile`` and
    ``window.WindowClosed``.
    """
    _check_client_id(reply.client_id)
    if reply.said.type != "template":  # whose files are known once it is filled in
        said, file = bring(connection, reply.said)
        reply = replace(reply, said=said, file=file or reply.file)
    conversation = _conversation(connection, reply.conversation_id)
    refuse_misdirected(connection, reply.written_for, conversation["id"])
    reply = replace(reply, conversation_id=conversation["id"])
    if conversation["joined"] and (sent := _under_former_id(connection, reply)):
        return sent
    key, quoted = _key(reply), None
    _refuse_taken_back(connection, reply, conversation)
    try:
        check_channel(conversation["channel_state"])
        check_unblocked(conversation["blocked_at"])
        _check_able(reply.said, conversation)
        if reply.said.type == "template":
            channel_id = conversation["channel_id"]
            filled = template_to_send(connection, channel_id, reply.said, now)
            reply = replace(reply, said=bring(connection, filled).said)
        else:
            window.check(conversation["provider"], conversation["last_inbound_at"], now)
            reply = _signed(connection, reply, conversation["channel_id"])
        if reply.quoted_id:
            quoted = quoting.message_to_quote(connection, conversation, reply.quoted_id)
        _check_seen(connection, reply)
    except (window.WindowClosed, AnsweredMeanwhile, Invalid):
        # Asked again after its answer was lost: what could be sent then is sent.
        if sent := _by_key(connection, reply, key):
            return sent
        raise
    at = max(now, _newest(connection, conversation["id"]))
    row = _row(reply, key, quoted, conversation, (at, now))
    store_messages(connection, [row])
    if row["number"] == UNSTORED:
        return _sent_before(connection, reply, key)
    hold_files(connection, row["id"], reply.said)
    place = _wait(connection, row, now)
    _come_last(connection, row, now)
    message = shapes.message(row, quoted=quoted.shape if quoted else None, place=place)
    _publish(connection, reply, message, now)
    return message


def _check_seen(connection: Connection, reply: Reply) -> None:
    if not reply.seen or reply.force:
        return
    seen = LastSeen(message_id=reply.seen, sender_id=reply.sender_id, sender_name=reply.sender_name)
    check_seen(connection, reply.conversation_id, seen)


def retry(connection: Connection, message_id: str, now: Micros, written_for: str = "") -> Message:
    """Send a failed message again, once however often it is asked.

    Raises ``Invalid``, ``Missing`` and ``window.WindowClosed``.
    """
    found = take_message(connection, message_id)
    if found is None:
        raise Missing(_("There is no such message."))
    refuse_misdirected(connection, written_for, found["conversation_id"])
    again = (
        update(messages)
        .where(
            messages.c.id == message_id,
            messages.c.direction == "outgoing",
            messages.c.status == "failed",
        )
        # The provider gives a new id; receipts of the lost try stay with the old one.
        .values(status="queued", error=None, provider_message_id=None, inner_id=None)
        .returning(*messages.c)
    )
    row = first_row(MessageRow, connection.execute(again))
    if row is None:
        return queries.message_shapes(connection, [found])[0]
    forget_refused(connection, found)
    check_sendable(connection, row["conversation_id"], now, template=row["type"] == "template")
    if found["provider_message_id"] is not None:  # what we ourselves gave up is noted already
        keep_try(connection, message_id, "undone", _problem(found), _failed_at(connection, found))
    place = _wait(connection, row, now)
    append(connection, [publish.message_status(row, "failed", now, place=place)], now)
    return queries.message_shapes(connection, [row])[0]


def _problem(failed: MessageRow) -> SendProblem:
    problem: SendProblem | None = shapes.decoded(failed["error"])
    return problem or {}


def _failed_at(connection: Connection, failed: MessageRow) -> Micros:
    """When WhatsApp reported it."""
    query = select(func.min(receipts.c.at)).where(
        receipts.c.channel_id == failed["channel_id"],
        receipts.c.provider_message_id == failed["provider_message_id"],
        receipts.c.status == "failed",
    )
    return connection.execute(query).scalar() or failed["received_at"]


def _check_client_id(client_id: str) -> None:
    if len(client_id) > CLIENT_ID_LIMIT:
        raise Invalid(
            "client_id",
            _(
                "A client_id has at most %(client_id_limit)s characters.",
                client_id_limit=CLIENT_ID_LIMIT,
            ),
        )


def _conversation(connection: Connection, conversation_id: str) -> Any:
    """Its row, or that of the one that it became part of; ``joined``: others are part of it."""
    row = _row_of(connection, conversation_id)
    if row is None and (into := moved_into(connection, conversation_id)):
        row = _row_of(connection, into)
    if row is None:
        raise Missing(_("There is no such conversation."))
    return row


def _row_of(connection: Connection, conversation_id: str) -> Any:
    # Locked on PostgreSQL: what is published about it must follow what is stored.
    joined = exists().where(moved_conversations.c.into_id == conversations.c.id)
    query = (
        select(
            conversations,
            channels.c.provider,
            channels.c.api_base,
            channels.c.state.label("channel_state"),
            contacts.c.blocked_at,
            joined.label("joined"),
        )
        .join(channels, channels.c.id == conversations.c.channel_id)
        .join(contacts, contacts.c.id == conversations.c.contact_id)
        .where(conversations.c.id == conversation_id)
        .with_for_update(of=conversations, key_share=True)
    )
    return connection.execute(query).mappings().first()


def _check_able(said: Said, conversation: Any) -> None:
    ability = needed(said)
    provider = PROVIDERS[conversation["provider"]]
    if ability and ability not in provider.can_at(conversation["api_base"]):
        raise Invalid("type", _(CANNOT[ability]))


def _signed(connection: Connection, reply: Reply, channel_id: str) -> Reply:
    """With the name of the agent who wrote it, where the channel wants that: see ``signing``."""
    by = signing.signature_of(connection, reply.sender_id, channel_id) if reply.sender_id else None
    return replace(reply, said=in_name_of(reply.said, by))


def _newest(connection: Connection, conversation_id: str) -> Micros:
    """When the last message of the thread was said, by the provider's clock.

    Ours may be behind, and what answers it stands below it: of one second, arrival decides.
    """
    query = select(func.max(messages.c.sort_at)).where(
        messages.c.conversation_id == conversation_id
    )
    return connection.execute(query).scalar() or 0


def _key(reply: Reply) -> str | None:
    return f"out:{reply.conversation_id}:{reply.client_id}" if reply.client_id else None


def _refuse_taken_back(connection: Connection, reply: Reply, conversation: Any) -> None:
    if not reply.client_id:
        return
    named = [reply.conversation_id]
    if conversation["joined"]:
        named += former_ids(connection, reply.conversation_id)
    query = select(taken_back.c.at).where(
        taken_back.c.channel_id == conversation["channel_id"],
        taken_back.c.event_key.in_([_key(replace(reply, conversation_id=one)) for one in named]),
    )
    if connection.execute(query).first():
        raise ReplyTakenBack


def _under_former_id(connection: Connection, reply: Reply) -> Message | None:
    """The same reply, if it was sent before its conversation became part of another."""
    for former in former_ids(connection, reply.conversation_id):
        key = _key(replace(reply, conversation_id=former))
        if sent := _by_key(connection, reply, key):
            return sent
    return None


def _row(
    reply: Reply,
    key: str | None,
    quoted: Quoted | None,
    conversation: Any,
    times: tuple[Micros, Micros],
) -> MessageRow:
    """``times``: for when it counts in the thread, and by our own clock."""
    at, now = times
    return new_row(
        # A browser's UUID becomes the message's id: the bubble on its page is already right.
        id=reply.client_id if is_uuid(reply.client_id) else new_id(now),
        channel_id=conversation["channel_id"],
        conversation_id=conversation["id"],
        contact_id=conversation["contact_id"],
        direction=OUTGOING,
        type=reply.said.type,
        text=None,
        content=_with_context(reply.said.content, quoted),
        at=at,
        received_at=now,
        status="queued",
        event_key=key,
        client_id=reply.client_id or None,
        sender_id=reply.sender_id,
        sender_name=reply.sender_name,
        file=reply.file,
    )


def _with_context(content: Content, quoted: Quoted | None) -> EventContent:
    context: EventContent = {"context": {"id": quoted.provider_id}} if quoted else {}
    return {**content, **context}


def _sent_before(connection: Connection, reply: Reply, key: str | None) -> Message:
    found = _by_key(connection, reply, key)
    if found is None:
        raise ClientIdTaken(reply.client_id)  # a UUID that names a message elsewhere
    return found


def _by_key(connection: Connection, reply: Reply, key: str | None) -> Message | None:
    """The message that this reply became already; raises ``ClientIdTaken`` if it is another."""
    if key is None:
        return None
    query = select(messages).where(
        messages.c.conversation_id == reply.conversation_id, messages.c.event_key == key
    )
    rows = all_rows(MessageRow, connection.execute(query))
    if not rows:
        return None
    [found] = queries.message_shapes(connection, rows)
    if not _says(found, reply.said):
        raise ClientIdTaken(found["id"])
    return found


def _says(message: Message, said: Said) -> bool:
    """It is this now, or its words were these before it was edited."""
    if message["previous"]:
        before = [each["text"] for each in message["previous"]]
        return said.words in (said_words(message["content"]), *before)
    if message["type"] == said.type == "template":
        return same_template(message["content"], said.content)
    return message["type"] == said.type and unsigned(message["content"]) == unsigned(
        shapes.kept(said.content)
    )


def _wait(connection: Connection, row: MessageRow, now: Micros) -> OutboxRow:
    """Its place in the outbox."""
    place = {
        "channel_id": row["channel_id"],
        "conversation_id": row["conversation_id"],
        "number": row["number"],
        "message_id": row["id"],
        "attempts": 0,
        "since": now,
        **place_behind(row, now),
    }
    stored = connection.execute(outbox.insert().values(place).returning(outbox))
    return all_rows(OutboxRow, stored)[0]


def _come_last(connection: Connection, row: MessageRow, now: Micros) -> None:
    connection.execute(
        update(conversations)
        .where(conversations.c.id == row["conversation_id"])
        .values(last_message_id=row["id"], last_direction="outgoing", arrived_at=now)
    )


def _publish(connection: Connection, reply: Reply, message: Message, now: Micros) -> None:
    conversation = queries.conversation(connection, message["conversation_id"])
    assert conversation is not None
    events: list[NewEvent] = [
        publish.message_new(message, conversation["contact"]),
        publish.conversation_updated(conversation),
        *read_by_answer(connection, conversation["id"]),
        *_draft_ended(connection, reply, now),
    ]
    append(connection, events, now)


def _draft_ended(connection: Connection, reply: Reply, now: Micros) -> list[NewEvent]:
    if reply.sender_id is None:
        return []
    whose = reply.sender_id, reply.conversation_id
    return draft_sent(connection, whose, reply.ends_draft, reply.file, now)
