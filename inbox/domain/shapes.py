"""The public shapes of things: one for the API, the feed and the pages alike.

Each function takes a row of ``domain.rows`` and gives what ``domain.public`` describes.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from inbox.domain.about import about
from inbox.domain.changes import said_words
from inbox.domain.contacts import Contact, ContactAttribute
from inbox.domain.content import Content, SendProblem
from inbox.domain.feed_events import StatusChange
from inbox.domain.names import NO_NAMES, Names
from inbox.domain.public import (
    ChannelRef,
    Conversation,
    Cost,
    FileShape,
    Glimpse,
    LastMessage,
    Message,
    MessageContext,
    Quote,
    Reaction,
    Sender,
    SendTry,
    Timeline,
    Version,
    WhyWaiting,
)
from inbox.domain.rate_card import plain
from inbox.domain.rows import (
    AttributeRow,
    ChargeRow,
    ContactRow,
    ConversationRow,
    GlimpseRow,
    LastRow,
    LaterRow,
    MessageRow,
    OutboxRow,
)
from inbox.domain.status import NOT_YET, Step
from inbox.domain.stored import StoredFile, StoredReaction, StoredVersion
from inbox.domain.times import HOUR, Micros, iso
from inbox.domain.undo import UNDOABLE

PREVIEW_LIMIT = 200
FILE_TAG = 16
"""Digits of a file's SHA-256 in its address."""
WINDOW: Micros = 24 * HOUR
"""How long after a customer's message WhatsApp takes free text."""


def contact(row: ContactRow) -> Contact:
    return {
        "id": row["id"],
        "channel_id": row["channel_id"],
        "name": row["own_name"] or row["name"],
        "profile_name": row["name"],
        "own_name": row["own_name"],
        "phone_number": row["phone_number"],
        "wa_id": row["wa_id"],
        "username": row["username"],
        "blocked": row["blocked_at"] is not None,
        "person_id": row["person_id"],
    }


def contact_attribute(row: AttributeRow) -> ContactAttribute:
    return {
        "id": row["id"],
        "key": row["key"],
        "label": row["label"],
        "kind": row["kind"],
        "choices": decoded(row["choices"]),
    }


def message(
    row: MessageRow,
    receipts: Mapping[Step, Micros] | None = None,
    quoted: Quote | None = None,
    place: OutboxRow | None = None,
    cost: Cost | None = None,
    tries: Sequence[SendTry] = (),
    later: LaterRow | None = None,
) -> Message:
    """A message as the API gives it. ``receipts``: step → time, for the timeline.

    ``quoted``: what it answers (see ``quote``), if that is known. ``place``: its own in the outbox,
    if it has one. ``cost``: see ``cost_of``. ``tries``: those in vain. ``later``: why it is not
    there yet.
    """
    content = content_of(row["content"])
    return {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "contact_id": row["contact_id"],
        "channel_id": row["channel_id"],
        "direction": row["direction"],
        "type": row["type"],
        "content": content,
        "context": _context(row, quoted),
        "status": row["status"],
        "error": live_error(row),
        "past_error": past_error(row),
        "timestamp": iso(row["sort_at"]),
        "received_at": iso(row["received_at"]),
        "provider_message_id": row["provider_message_id"],
        "client_id": row["client_id"],
        "sender": _sender(row),
        "reactions": reactions(row),
        "edited_at": _moment(row["edited_at"]),
        "deleted_at": _moment(row["deleted_at"]),
        "previous": previous(row),
        "media": file_shape(row),
        "sort": sort_key(row["sort_at"], row["number"]),
        "receipts": timeline(receipts or {}),
        "waiting": why_waiting(row, place) or _why_not_by_itself(row, later),
        "scheduled_at": _moment(later["due_at"]) if later and row["status"] in NOT_YET else None,
        "stop_on_reply": bool(later and later["stops"]) and row["status"] in NOT_YET,
        "held": row["status"] == "held",
        "automatic": "automatic" in content,
        "cost": cost,
        "tries": [*tries],
    }


def cost_of(charge: ChargeRow, currency: str, price: Decimal | None) -> Cost:
    """``price``: what one such message costs, if that is known. What never arrived is free."""
    billable = bool(charge["billable"]) and not charge["undelivered"]
    cost: Cost = {"category": charge["category"], "billable": billable}
    if billable and price is not None:
        cost["amount"], cost["currency"] = plain(price), currency
    return cost


def why_waiting(row: MessageRow, place: OutboxRow | None) -> WhyWaiting | None:
    """Why it has not gone yet, while it has not and that is known."""
    if place is None or place["reason"] is None or row["status"] != "queued":
        return None
    # What was never tried waits for something else; what is just being tried has its claim there.
    timed = place["attempts"] or place["reason"] == UNDOABLE
    due_at = place["due_at"] if timed and not place["started"] else None
    return {
        "reason": place["reason"],
        "since": iso(place["since"]),
        "next_try_at": _moment(due_at),
    }


def _why_not_by_itself(row: MessageRow, later: LaterRow | None) -> WhyWaiting | None:
    if later is None or later["reason"] is None or row["status"] not in NOT_YET:
        return None
    return {"reason": later["reason"], "since": iso(later["since"]), "next_try_at": None}


def _context(row: MessageRow, quoted: Quote | None) -> MessageContext | None:
    context: MessageContext | None = decoded(row["context"])
    if context is not None and "id" in context:
        context["quoted"] = quoted
    return context


def _sender(row: MessageRow) -> Sender | None:
    sender = row["sender_name"]
    return {"id": row["sender_id"], "name": sender} if sender else None


def quote(row: MessageRow, contact: Contact) -> Quote:
    """A message within one that answers it: who wrote it, and a line of what it says.

    ``contact`` is whose conversation it is.
    """
    incoming = row["direction"] == "incoming"
    return {**glimpse(row), "sender": _sender(row), "contact": contact if incoming else None}


def reactions(row: MessageRow) -> list[Reaction]:
    """Those that stand, oldest first."""
    standing: list[StoredReaction] = decoded(row["reactions"]) or []
    return [
        {
            "emoji": one["emoji"],
            "direction": one["direction"],
            "author": one["author"],
            "timestamp": iso(one["at"]),
            "error": one.get("error"),
        }
        for one in standing
    ]


def previous(row: MessageRow) -> list[Version]:
    """What an edited message said before, oldest first."""
    versions: list[StoredVersion] = decoded(row["previous"]) or []
    return [_version(row, one) for one in versions]


def _version(row: MessageRow, kept: StoredVersion) -> Version:
    said: Version = {"text": said_words(kept["content"]), "timestamp": iso(kept["at"])}
    if "media" in kept:
        said["media"] = _file(row, kept["media"])
    return said


def file_shape(row: MessageRow) -> FileShape | None:
    """What became of a message's file; None without one, and of a deleted message."""
    kept: StoredFile | None = decoded(row["media"])
    return None if kept is None or row["deleted_at"] is not None else _file(row, kept)


def _file(row: MessageRow, kept: StoredFile) -> FileShape:
    here, ready = f"/media/{row['id']}", kept["state"] == "ready"
    # An edit may bring another file: an address is of one file, so that it can be kept.
    which = f"?v={kept['digest'][:FILE_TAG]}" if ready else ""
    shape: FileShape = {
        "state": kept["state"],
        "url": f"{here}{which}" if ready else None,
        "thumbnail_url": f"{here}/thumbnail{which}" if ready and kept.get("thumbnail") else None,
        "mime_type": kept.get("mime_type"),
        "bytes": kept.get("bytes"),
        "filename": kept.get("filename"),
    }
    if "width" in kept and "height" in kept:
        shape["width"], shape["height"] = kept["width"], kept["height"]
    if "duration" in kept:
        shape["duration"] = kept["duration"]
    if "waveform" in kept:
        shape["waveform"] = kept["waveform"]
    if "reason" in kept:
        shape["reason"] = kept["reason"]
    if "verified" in kept:
        shape["verified"] = kept["verified"]
    return shape


def _moment(at: Micros | None) -> str | None:
    return None if at is None else iso(at)


def timeline(receipts: Mapping[Step, Micros]) -> Timeline:
    return {step: iso(at) for step, at in receipts.items()}


def live_error(row: MessageRow) -> SendProblem | None:
    """What is wrong with it. A reason once given is kept, but what arrived has not failed."""
    error: SendProblem | None = decoded(row["error"])
    return error if row["status"] in _WRONG else None


def past_error(row: MessageRow) -> SendProblem | None:
    error: SendProblem | None = decoded(row["error"])
    return None if row["status"] in _WRONG else error


_WRONG = ("failed", "received")


def status_change(
    row: MessageRow,
    previous: Step,
    at: Micros,
    receipts: Mapping[Step, Micros],
    place: OutboxRow | None = None,
    cost: Cost | None = None,
    tries: Sequence[SendTry] = (),
) -> StatusChange:
    """What ``message:status`` says: ``row`` holds the new status."""
    return {
        "id": row["id"],
        "contact_id": row["contact_id"],
        "conversation_id": row["conversation_id"],
        "provider_message_id": row["provider_message_id"],
        "status": step_of(row),
        "previous_status": previous,
        "timestamp": iso(at),
        "error": live_error(row),
        "past_error": past_error(row),
        "receipts": timeline(receipts),
        "waiting": why_waiting(row, place),
        "cost": cost,
        "tries": [*tries],
    }


def step_of(row: LastRow) -> Step:
    """The status of a message of ours."""
    status = row["status"]
    assert status != "received", "only what comes in is received"
    assert status != "noted", "what is internal goes nowhere"
    return status


def last_message(row: LastRow) -> LastMessage:
    """The row under a name in the list: a line of what it says, and the tick."""
    return {**glimpse(row), "status": row["status"], "timestamp": iso(row["sort_at"])}


def content_of(text: str) -> Content:
    """What the column ``content`` of a message holds."""
    said: Content | None = decoded(text)
    return said or {}


def kept(content: Content) -> Content:
    """The same as a row gives it back: numbers and absent parts as JSON has them."""
    return content_of(encoded(content))


def glimpse(row: GlimpseRow) -> Glimpse:
    """One line about a message: the start of its text, and ``about`` what is more than text."""
    gone = row["deleted_at"]
    content = content_of(row["content"])
    media: StoredFile | None = None if gone else decoded(row["media"])
    return {
        "id": row["id"],
        "direction": row["direction"],
        "type": row["type"],
        "text": "" if gone else said_words(content)[:PREVIEW_LIMIT],
        "about": {} if gone else about(row["type"], content, media),
        "deleted_at": _moment(gone),
    }


def conversation(
    row: ConversationRow,
    contact: Contact,
    channel: ChannelRef,
    last: LastMessage | None,
    names: Names = NO_NAMES,
) -> Conversation:
    """A conversation for everybody: ``unread_count`` is what no agent has seen yet.

    ``names``: what those are called whom the row names by their ids.
    """
    inbound = row["last_inbound_at"]
    return {
        "id": row["id"],
        "contact": contact,
        "channel": channel,
        "status": row["status"],
        "snoozed_until": _moment(row["snoozed_until"]),
        "assignee": names.assignee(row),
        "team": names.team(row),
        "labels": names.of_labels(row),
        "priority": row["priority"],
        "waiting_since": _moment(row["waiting_since"]),
        "answered_at": _moment(row["answered_at"]),
        "closing": bool(row["closing"]),
        "needs_reply": row["last_direction"] == "incoming",
        "inbound_count": row["inbound_count"],
        "unread_count": max(0, row["inbound_count"] - row["seen_count"]),
        "last_message": last,
        "window_expires_at": None if inbound is None else iso(inbound + WINDOW),
        "arrived_at": iso(row["arrived_at"]),
        "sort": sort_key(row["arrived_at"], row["id"]),
    }


def sort_key(at: Micros, tie: int | str) -> str:
    return f"{at:016d}-{tie:012d}" if isinstance(tie, int) else f"{at:016d}-{tie}"


def encoded(value: Any) -> str:
    """JSON as it is stored and sent: made once."""
    return msgspec.json.encode(value).decode()


def decoded(text: str | None) -> Any:
    return None if text is None else msgspec.json.decode(text)
