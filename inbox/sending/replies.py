"""What an agent sends, from the click to the outbox: one click is one message."""

from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, select

from inbox.access.people import undoes_sends
from inbox.conversations import publish, queries
from inbox.conversations.answered import read_by_answer
from inbox.conversations.drafts import Sent, draft_sent
from inbox.conversations.moved import former_ids, refuse_misdirected
from inbox.conversations.new_row import OUTGOING, UNSTORED, new_row, store_messages
from inbox.domain import shapes
from inbox.domain.abilities import CANNOT, needed
from inbox.domain.changes import said_words
from inbox.domain.content import Content, EventContent
from inbox.domain.errors import Invalid
from inbox.domain.feed_events import NewEvent
from inbox.domain.ids import is_uuid, new_id
from inbox.domain.language import N_, _
from inbox.domain.outgoing.direct import undirected
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.signature import in_name_of, unsigned
from inbox.domain.public import Message, Quote
from inbox.domain.rows import MessageRow
from inbox.domain.status import NotYet, Status
from inbox.domain.stored import StoredFile
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.providers.registry import PROVIDERS
from inbox.sending import quoting, signing, window
from inbox.sending.addressed import conversation_to_write
from inbox.sending.brought import bring, hold_files
from inbox.sending.direct_sends import check_direct, in_window
from inbox.sending.later import check_time, put_aside
from inbox.sending.meanwhile import AnsweredMeanwhile, LastSeen, check_seen
from inbox.sending.places import below_all, come_last, newest_said, take_place, take_undoable_place
from inbox.sending.quoting import Quoted
from inbox.sending.sendable import check_channel, check_unblocked
from inbox.sending.templating import same_template, template_to_send
from inbox.storage.dialect import among, listed
from inbox.storage.prepared import Prepared
from inbox.storage.tables import messages, taken_back
from inbox.storage.typed_rows import all_rows

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


class Reply(Struct, frozen=True, kw_only=True):
    """``client_id`` is made by who sends and names this reply for ever.

    ``quoted_id``: our id of the message that it answers. ``written_for``: the conversation that the
    form said it belongs to; empty if it said nothing. ``seen``: our id of the newest message that
    its writer has seen, if they say so; ``force``: send it whatever a colleague has answered.
    ``file``: one that is here already, as that of a message that is passed on.
    ``ends_draft``: it was written in the composer, so what its writer had begun there is said;
    ``draft_at``: when the newest draft was written that its page knew of, if it says so: what is
    newer was begun since, and is not.
    ``send_at``: not before; with ``stop_on_reply`` not by itself if the customer writes first.
    ``hold``: if the window is closed, once the customer writes; ``notify``: the template that tells
    them so now. ``direct``: if it is closed, as Direct Send.
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
    draft_at: Micros | None = None
    send_at: Micros | None = None
    stop_on_reply: bool = False
    hold: bool = False
    notify: Said | None = None
    direct: bool = False


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
    conversation = conversation_to_write(connection, reply.conversation_id)
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
        if reply.direct:
            later = reply.hold or reply.send_at is not None
            check_direct(reply.said, conversation, later=later)
        status = _when(reply, conversation, now)
        if reply.said.type == "template":
            channel_id = conversation["channel_id"]
            filled = template_to_send(connection, channel_id, reply.said, now)
            reply = replace(reply, said=bring(connection, filled).said)
        else:
            reply = _signed(connection, reply, conversation["channel_id"])
        if reply.direct:
            reply = replace(reply, said=in_window(reply.said, conversation, now))
        if reply.quoted_id:
            quoted = quoting.message_to_quote(connection, conversation, reply.quoted_id)
        _check_seen(connection, reply)
    except (window.WindowClosed, AnsweredMeanwhile, Invalid):
        # Asked again after its answer was lost: what could be sent then is sent.
        if sent := _by_key(connection, reply, key):
            return sent
        raise
    row = _row(reply, key, quoted, conversation, now, status)
    row["sort_at"] = _place_of(connection, reply, row, now)
    store_messages(connection, [row])
    if row["number"] == UNSTORED:
        return _sent_before(connection, reply, key)
    hold_files(connection, row["id"], reply.said)
    shape = quoted.shape if quoted else None
    if status != "queued":
        return _aside(connection, reply, row, shape, conversation["inbound_count"], now)
    take = take_undoable_place if undoes_sends(connection, reply.sender_id) else take_place
    place = take(connection, row, now)
    come_last(connection, row, now)
    message = shapes.message(row, quoted=shape, place=place)
    _publish(connection, reply, message, now)
    return message


def _place_of(connection: Connection, reply: Reply, row: MessageRow, now: Micros) -> Micros:
    match row["status"]:
        case "scheduled" if reply.send_at is not None:
            return reply.send_at
        case "held":  # below what tells them of it
            return below_all(connection, row["conversation_id"], now)
    return max(row["sort_at"], newest_said(connection, row["conversation_id"]))


def _check_seen(connection: Connection, reply: Reply) -> None:
    if not reply.seen or reply.force:
        return
    seen = LastSeen(message_id=reply.seen, sender_id=reply.sender_id, sender_name=reply.sender_name)
    check_seen(connection, reply.conversation_id, seen)


def _when(reply: Reply, conversation: Any, now: Micros) -> Literal["queued", NotYet]:
    """Raises ``Invalid`` and ``window.WindowClosed``, which is looked at when it is sent."""
    if reply.notify and not reply.hold:
        raise Invalid("notify", _("A template tells them of a reply that is held: set hold."))
    if reply.hold and reply.send_at is not None:
        raise Invalid("hold", _("A reply goes out at a time or when they write, not both."))
    if reply.send_at is not None:
        check_time(reply.send_at, now)
        return "scheduled"
    if reply.said.type == "template":
        if reply.hold:
            raise Invalid("hold", _("A template goes out at any time: it need not be held."))
        return "queued"
    try:
        window.check(conversation["provider"], conversation["last_inbound_at"], now)
    except window.WindowClosed:
        if reply.hold:
            return "held"
        if not reply.direct:
            raise
    return "queued"


def _aside(
    connection: Connection,
    reply: Reply,
    row: MessageRow,
    quoted: Quote | None,
    inbound_count: int,
    now: Micros,
) -> Message:
    """It is shown, and nobody's last word until it goes. ``inbound_count``: as of now."""
    later = put_aside(connection, row, inbound_count, now, reply.send_at, reply.stop_on_reply)
    if row["status"] == "held" and reply.notify:
        _notify(connection, reply, reply.notify, now)
    message = shapes.message(row, quoted=quoted, later=later)
    conversation = queries.conversation(connection, row["conversation_id"])
    assert conversation is not None
    told = publish.message_new(message, conversation["contact"])
    append(connection, [told, *_draft_ended(connection, reply, now)], now)
    return message


def _notify(connection: Connection, held: Reply, template: Said, now: Micros) -> None:
    """Tell them that there is an answer; without the one the other is not stored either."""
    told = Reply(
        conversation_id=held.conversation_id,
        said=template,
        sender_id=held.sender_id,
        sender_name=held.sender_name,
    )
    try:
        enqueue(connection, told, now)
    except Invalid as unfit:
        raise Invalid(unfit.field.replace("template", "notify", 1), str(unfit)) from unfit


def _check_client_id(client_id: str) -> None:
    if len(client_id) > CLIENT_ID_LIMIT:
        raise Invalid(
            "client_id",
            _(
                "A client_id has at most %(client_id_limit)s characters.",
                client_id_limit=CLIENT_ID_LIMIT,
            ),
        )


def _check_able(said: Said, conversation: Any) -> None:
    ability = needed(said)
    provider = PROVIDERS[conversation["provider"]]
    if ability and ability not in provider.can_at(conversation["api_base"]):
        raise Invalid("type", _(CANNOT[ability]))


def _signed(connection: Connection, reply: Reply, channel_id: str) -> Reply:
    """With the name of the agent who wrote it, where the channel wants that: see ``signing``."""
    by = signing.signature_of(connection, reply.sender_id, channel_id) if reply.sender_id else None
    return replace(reply, said=in_name_of(reply.said, by))


def _key(reply: Reply) -> str | None:
    return f"out:{reply.conversation_id}:{reply.client_id}" if reply.client_id else None


def _refuse_taken_back(connection: Connection, reply: Reply, conversation: Any) -> None:
    if not reply.client_id:
        return
    named = [reply.conversation_id]
    if conversation["joined"]:
        named += former_ids(connection, reply.conversation_id)
    keys = [_key(replace(reply, conversation_id=one)) or "" for one in named]
    channel_id = conversation["channel_id"]
    if _taken_back.rows(connection, channel=channel_id, keys=listed(connection, keys)):
        raise ReplyTakenBack


_taken_back: Final = Prepared(
    lambda engine: (
        select(taken_back.c.at)
        .where(
            taken_back.c.channel_id == bindparam("channel"),
            among(engine, taken_back.c.event_key, "keys"),
        )
        .limit(1)
    )
)


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
    now: Micros,
    status: Status,
) -> MessageRow:
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
        at=now,
        received_at=now,
        status=status,
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
    return message["type"] == said.type and _written(message["content"]) == _written(
        shapes.kept(said.content)
    )


def _written(content: Content) -> Content:
    return undirected(unsigned(content))


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
    sent = Sent(reply.ends_draft, reply.file, reply.draft_at)
    return draft_sent(connection, whose, sent, now)
