"""The few facts by which one line tells what a message is, when it is more than text."""

from inbox.domain.content import (
    About,
    Card,
    Content,
    FileReference,
    Interactive,
    Location,
    Offer,
    SystemNotice,
    Template,
)
from inbox.domain.message_types import OPEN
from inbox.domain.public import FileShape
from inbox.domain.stored import StoredFile
from inbox.domain.text import clip, present

NAME_SHOWN = 120


def about(kind: str, content: Content, media: StoredFile | FileShape | None) -> About:
    """``kind`` is the message's type, ``media`` what is known of its file by now, if it has one.

    Some of ``voice``, ``animated``, ``duration`` (seconds), ``filename``, ``name`` (of a place or
    the first contact, or of a template), ``count`` (of contacts, or of the lines of an order),
    ``automatic`` (the channel said it by itself), ``group`` (it was written in one) and ``kind``
    (of a system notice, of what an interactive message answers or offers, or of what a message of
    another type brings: ``file`` or ``template``).
    """
    if kind == "text" and "media" not in content:
        return _beside(content)
    described: FileReference = content.get("media") or {}
    place: Location = content.get("location") or {}
    cards: list[Card] = content.get("cards") or [{}]
    template: Template = content.get("template") or {}
    name = place.get("name") or cards[0].get("name") or template.get("name")
    filename = described.get("filename")
    part: SystemNotice | Interactive | Offer = (
        content.get("system") or content.get("interactive") or content.get("offer") or {}
    )
    return present(
        About,
        voice=described.get("voice") or None,
        animated=described.get("animated") or None,
        duration=media.get("duration") if media else None,
        filename=clip(filename, NAME_SHOWN) if filename else None,
        name=clip(name, NAME_SHOWN) if name else None,
        count=(content.get("order") or {}).get("items") or (len(cards) if cards[0] else None),
        group="group_id" in content or None,
        kind=_brings(template, described) if kind in OPEN else part.get("type"),
    )


def _beside(text: Content) -> About:
    """Nearly always nothing: every row of a list asks."""
    found: About = {"group": True} if "group_id" in text else {}
    if "automatic" in text:
        found["automatic"] = True
    return found


def _brings(template: Template, described: FileReference) -> str | None:
    return "template" if template else "file" if described else None
