"""What on-premises clients write in a way of their own, in the words of the Cloud API (C.2, C.3).

``file``, the path of a file on the client's disk, is never read.
"""

from collections.abc import Callable

from inbox.domain.text import JsonObject, mapping

Element = JsonObject

_FILES = ("image", "video", "audio", "document", "sticker")


def older_message(given: Element) -> Element:
    rewrite = _RENAMED.get(renamed(given) or "")
    found = given if rewrite is None else given | rewrite(given)
    for kind in _FILES:
        if kind in found:
            found = found | {kind: _file(mapping(found[kind]))}
    return found | _beside(found)


def renamed(given: Element) -> str | None:
    """The type of a message that the Cloud API calls by another name."""
    kind = given.get("type")
    return kind if isinstance(kind, str) and kind in _RENAMED else None


def older_status(given: Element) -> Element:
    """Clients of 2023 and later name the recipient only within ``message``, if at all."""
    if given.get("recipient_id"):
        return given
    return given | {"recipient_id": mapping(given.get("message")).get("recipient_id")}


def _voice(given: Element) -> Element:
    return {"type": "audio", "audio": mapping(given.get("voice")) | {"voice": True}}


def _ephemeral(_given: Element) -> Element:
    """A disappearing message comes without its content."""
    return {"type": "unsupported", "unsupported": {"type": "ephemeral"}}


_RENAMED: dict[str, Callable[[Element], Element]] = {"voice": _voice, "ephemeral": _ephemeral}


def _file(part: Element) -> Element:
    """What the client could not fetch from WhatsApp is nowhere to be had."""
    if part.get("status") == "undownloaded":
        return {name: part[name] for name in part if name not in ("id", "link", "url")}
    return part | {"url": part.get("url") or part.get("link")}


def _beside(found: Element) -> Element:
    facts: Element = {}
    if not found.get("group_id"):
        facts["group_id"] = mapping(found.get("context")).get("group_id")
    referral = mapping(found.get("referral"))
    if not referral.get("media_type"):
        kind = next((name for name in ("image", "video") if mapping(referral.get(name))), None)
        facts["referral"] = referral | {"media_type": kind}
    return facts
