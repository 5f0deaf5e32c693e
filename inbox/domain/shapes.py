"""The public shapes of things: one for the API, the feed and the pages alike.

Each function takes a row (a mapping with the names of ``storage.tables``) and gives a plain
dict. ``sort`` is a text to order by, without a meaning of its own.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from inbox.domain.about import about
from inbox.domain.changes import said_words
from inbox.domain.content import Content
from inbox.domain.public import Timeline
from inbox.domain.status import Step
from inbox.domain.times import HOUR, Micros, iso

Row = Mapping[Any, Any]
Shape = dict[str, Any]

PREVIEW_LIMIT = 200
FILE_TAG = 16
"""Digits of a file's SHA-256 in its address."""
WINDOW: Micros = 24 * HOUR
"""How long after a customer's message WhatsApp takes free text."""


def contact(row: Row) -> Shape:
    return {
        "id": row["id"],
        "channel_id": row["channel_id"],
        "name": row["name"],
        "phone_number": row["phone_number"],
        "wa_id": row["wa_id"],
        "username": row["username"],
    }


def message(
    row: Row, receipts: Mapping[Step, Micros] | None = None, quoted: Shape | None = None
) -> Shape:
    """A message as the API gives it. ``receipts``: step → time, for the timeline.

    ``quoted``: what it answers (see ``quote``), if that is known.
    """
    return {
        "id": row["id"],
        "conversation_id": row["conversation_id"],
        "contact_id": row["contact_id"],
        "channel_id": row["channel_id"],
        "direction": row["direction"],
        "type": row["type"],
        "content": decoded(row["content"]) or {},
        "context": _context(row, quoted),
        "status": row["status"],
        "error": decoded(row["error"]),
        "timestamp": iso(row["sort_at"]),
        "received_at": iso(row["received_at"]),
        "provider_message_id": row["provider_message_id"],
        "client_id": row["client_id"],
        "sender": _sender(row),
        "reactions": reactions(row),
        "edited_at": _moment(row["edited_at"]),
        "deleted_at": _moment(row["deleted_at"]),
        "previous": previous(row),
        "media": media(row),
        "sort": sort_key(row["sort_at"], row["number"]),
        "receipts": timeline(receipts or {}),
    }


def _context(row: Row, quoted: Shape | None) -> Shape | None:
    context: Shape | None = decoded(row["context"])
    return context | {"quoted": quoted} if context and "id" in context else context


def _sender(row: Row) -> Shape | None:
    sender = row["sender_name"]
    return {"id": row["sender_id"], "name": sender} if sender else None


def quote(row: Row, contact: Shape) -> Shape:
    """A message within one that answers it: who wrote it, and a line of what it says.

    ``sender`` is the agent, or None; ``contact`` is who wrote it, if it came from them.
    """
    incoming = row["direction"] == "incoming"
    return glimpse(row) | {"sender": _sender(row), "contact": contact if incoming else None}


def reactions(row: Row) -> list[Shape]:
    """Those that stand, oldest first. ``direction``: ``incoming`` is a customer's."""
    return [
        {
            "emoji": one["emoji"],
            "direction": one["direction"],
            "author": one["author"],
            "timestamp": iso(one["at"]),
        }
        for one in decoded(row["reactions"]) or ()
    ]


def previous(row: Row) -> list[Shape]:
    """What an edited message said before, oldest first: ``{text, timestamp, media?}``.

    ``media`` where it had another file than after it: ``ready`` or ``gone``.
    """
    return [
        {"text": said_words(version["content"]), "timestamp": iso(version["at"])}
        | ({"media": _file(row, version["media"])} if "media" in version else {})
        for version in decoded(row["previous"]) or ()
    ]


def media(row: Row) -> Shape | None:
    """What became of a message's file; None without one, and of a deleted message.

    ``state``: ``waiting`` to be fetched; ``ready`` at ``url``; ``gone`` from the provider;
    ``failed``. The last two have a ``reason``. ``verified`` is False where the file is not the
    one that was announced. ``duration`` in seconds.
    """
    kept = decoded(row["media"])
    return None if kept is None or row["deleted_at"] is not None else _file(row, kept)


def _file(row: Row, kept: Shape) -> Shape:
    here, ready = f"/media/{row['id']}", kept["state"] == "ready"
    # An edit may bring another file: an address is of one file, so that it can be kept.
    which = f"?v={kept['digest'][:FILE_TAG]}" if ready else ""
    return {
        "state": kept["state"],
        "url": f"{here}{which}" if ready else None,
        "thumbnail_url": f"{here}/thumbnail{which}" if ready and kept.get("thumbnail") else None,
        "mime_type": kept.get("mime_type"),
        "bytes": kept.get("bytes"),
        "filename": kept.get("filename"),
        **{name: kept[name] for name in ("duration", "reason", "verified") if name in kept},
    }


def _moment(at: Micros | None) -> str | None:
    return None if at is None else iso(at)


def timeline(receipts: Mapping[Step, Micros]) -> Timeline:
    return {step: iso(at) for step, at in receipts.items()}


def status_change(row: Row, previous: str, at: Micros, receipts: Mapping[Step, Micros]) -> Shape:
    """What ``message:status`` says: ``row`` holds the new status."""
    return {
        "id": row["id"],
        "contact_id": row["contact_id"],
        "conversation_id": row["conversation_id"],
        "provider_message_id": row["provider_message_id"],
        "status": row["status"],
        "previous_status": previous,
        "timestamp": iso(at),
        "error": decoded(row["error"]),
        "receipts": timeline(receipts),
    }


def last_message(row: Row) -> Shape:
    """The row under a name in the list: a line of what it says, and the tick."""
    return glimpse(row) | {"status": row["status"], "timestamp": iso(row["sort_at"])}


def content_of(text: str) -> Content:
    """What the column ``content`` of a message holds."""
    said: Content | None = decoded(text)
    return said or {}


def glimpse(row: Row) -> Shape:
    """One line about a message: the start of its text, and ``about`` what is more than text."""
    content, gone = decoded(row["content"]) or {}, row["deleted_at"]
    media = None if gone else decoded(row.get("media"))
    return {
        "id": row["id"],
        "direction": row["direction"],
        "type": row["type"],
        "text": "" if gone else said_words(content)[:PREVIEW_LIMIT],
        "about": {} if gone else about(row["type"], content_of(row["content"]), media),
        "deleted_at": _moment(gone),
    }


def conversation(row: Row, contact: Shape, channel: Shape, last: Shape | None) -> Shape:
    """A conversation for everybody: ``unread_count`` is what no agent has seen yet."""
    inbound = row["last_inbound_at"]
    return {
        "id": row["id"],
        "contact": contact,
        "channel": channel,
        "status": row["status"],
        "assignee": None,
        "labels": [],
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
