"""A message that is passed on: what is said again of it to somebody else, and what cannot be.

Nothing of it tells from whom it came: no name, no quote, no advert.
"""

from collections.abc import Iterator
from typing import Final

from inbox.domain.content import Card, Content, TypeName
from inbox.domain.errors import Invalid
from inbox.domain.language import N_, _
from inbox.domain.outgoing.brought import CAPTIONED, own_file, said_with
from inbox.domain.outgoing.cards import contacts
from inbox.domain.outgoing.files import KB, FileFacts, FileKind, check_file
from inbox.domain.outgoing.places import location
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.texts import leads_somewhere, text
from inbox.domain.stored import StoredFile
from inbox.domain.text import present

FIELD: Final = "message_id"
_VOICE: Final = 512 * KB
"""Bytes of a voice message; what has more goes as sound."""
_NEVER: Final[dict[TypeName, str]] = {
    "note": N_("Notes stay in your team: they are not forwarded."),
    "activity": N_("What was done here is not forwarded: it is nobody’s word."),
    "template": N_("Templates are not forwarded: choose it anew, for whom it is."),
    "order": N_("Orders are not forwarded: they are of this customer’s."),
    "system": N_("Notices of WhatsApp’s are not forwarded."),
}
_WORDLESS: Final = N_("There is nothing in this message that could be forwarded.")
_NO_FILE: Final = {
    "waiting": N_("The file has not been fetched yet. Forward it once it is here."),
    "gone": N_("The file is no longer there, so it cannot be forwarded."),
    "failed": N_("The file could not be fetched, so it cannot be forwarded."),
}


def said_again(kind: TypeName, content: Content, file: StoredFile | None) -> Said:
    """``file``: what is here of its file. Raises ``Invalid`` for what WhatsApp would not take."""
    if why := _NEVER.get(kind):
        raise Invalid(FIELD, _(why))
    match kind:
        case "image" | "video" | "audio" | "document" | "sticker":
            return _file(_as_sent(kind, content, file), content, file)
        case "location":
            return _place(content)
        case "contacts":
            return _cards(content)
    words = content.get("text") or content.get("caption") or ""
    if not words.strip():
        raise Invalid(FIELD, _(_WORDLESS))
    return text(words, preview_url=leads_somewhere(words))


def _as_sent(kind: FileKind, content: Content, file: StoredFile | None) -> FileKind:
    if file is None or kind != "audio" or not content.get("media", {}).get("voice"):
        return kind
    small = (file.get("bytes") or 0) <= _VOICE
    return "voice" if small and file.get("mime_type") == "audio/ogg" else kind


def _file(kind: FileKind, content: Content, file: StoredFile | None) -> Said:
    state = file["state"] if file else "failed"
    if file is None or state != "ready":
        raise Invalid(FIELD, _(_NO_FILE[state]))
    kind = _fit(kind, content, file)
    name = file.get("filename", "") if kind == "document" else ""
    own = own_file(file["digest"], file.get("mime_type", ""), file.get("bytes") or 0, name)
    return said_with(kind, own, content.get("caption", "") if kind in CAPTIONED else "")


def _fit(kind: FileKind, content: Content, file: StoredFile) -> FileKind:
    """As what it was sent, or as a document where WhatsApp takes it from us only so."""
    announced = content.get("media", {})
    facts = FileFacts(
        mime=file.get("mime_type", ""),
        bytes=file.get("bytes") or 0,
        animated=bool(announced.get("animated")),
        opus=bool(announced.get("voice")) or "opus" in announced.get("mime", ""),
    )
    try:
        check_file(kind, facts)
    except Invalid as unfit:
        try:
            check_file("document", facts)
        except Invalid:
            raise Invalid(FIELD, str(unfit)) from unfit
        return "document"
    return kind


def _place(content: Content) -> Said:
    there = content.get("location", {})
    asked = {
        "latitude": there.get("lat"),
        "longitude": there.get("lng"),
        "name": there.get("name"),
        "address": there.get("address"),
    }
    try:
        return location(asked)
    except Invalid as odd:
        raise Invalid(FIELD, _(_WORDLESS)) from odd


def _cards(content: Content) -> Said:
    """What a phone sends is not always what WhatsApp takes of us: what is odd is left out."""
    made = [card for one in content.get("cards", []) if len(card := dict(_usable(one))) > 1]
    if not made:
        raise Invalid(FIELD, _(_WORDLESS))
    try:
        return contacts(made)
    except Invalid as many:
        raise Invalid(FIELD, str(many)) from many


def _usable(card: Card) -> Iterator[tuple[str, object]]:
    phones = card.get("phones", [])
    name = card.get("name") or card.get("org") or (phones[0] if phones else "")
    yield "name", name
    parts = present(
        Card,
        phones=phones,
        emails=card.get("emails"),
        urls=card.get("urls"),
        addresses=card.get("addresses"),
        org=card.get("org"),
        birthday=card.get("birthday"),
    )
    for part, value in parts.items():
        try:
            contacts([{"name": name, part: value}])
        except Invalid:
            continue
        yield part, value
