"""What only on-premises clients tell of a message, beside what the Cloud API has too (C.2).

A file of an advert and a sticker's pack stay where they are: their ids and links are kept as words.
"""

from collections.abc import Callable
from typing import cast

from inbox.domain.content import EventContent
from inbox.domain.phone import number
from inbox.domain.text import LIST_LIMIT, JsonObject, few, flag, identifier, mapping, present, text

Element = JsonObject


def with_details(given: Element, content: EventContent) -> EventContent:
    """The content of a message, with what its element tells besides."""
    parts: JsonObject = {**content}
    for name, read in _READERS.items():
        if name not in given or (name in _OF_THEIR_TYPE and name != given.get("type")):
            continue
        if found := read(mapping(given[name])):
            part, facts = found
            parts[part] = mapping(parts.get(part)) | facts
    return cast("EventContent", parts)


Reading = tuple[str, JsonObject] | None


def _sticker(sticker: Element) -> Reading:
    told = mapping(sticker.get("metadata"))
    pack = present(
        id=identifier(told.get("sticker-pack-id")),
        name=text(told.get("sticker-pack-name")),
        publisher=text(told.get("sticker-pack-publisher")),
        emojis=_words(told.get("emojis")),
        first_party=_yes(told.get("is-first-party-sticker")),
        android=text(told.get("android-app-store-link")),
        ios=text(told.get("ios-app-store-link")),
    )
    return ("media", {"pack": pack}) if pack else None


def _context(context: Element) -> Reading:
    listed = context.get("mentions")
    listed = listed[:LIST_LIMIT] if isinstance(listed, list) else []
    mentions = [found for each in listed if (found := number(each).wa_id)]
    return ("context", {"mentions": mentions}) if mentions else None


def _referral(referral: Element) -> Reading:
    """The picture or film of an advert, by its id instead of an address."""
    for kind in ("image", "video"):
        if media_id := identifier(mapping(referral.get(kind)).get("id")):
            return "referral", {"media_id": media_id}
    return None


def _system(system: Element) -> Reading:
    """Who joined or left a group."""
    listed = system.get("users")
    listed = listed[:LIST_LIMIT] if isinstance(listed, list) else []
    users = [found for each in listed if (found := number(each).wa_id)]
    return ("system", {"users": users}) if users else None


def _hsm(hsm: Element) -> Reading:
    """The echo of a template, in words of today: a name, a language and its variables."""
    language = hsm.get("language")
    template = present(
        name=text(hsm.get("element_name")),
        namespace=text(hsm.get("namespace")),
        language=text(mapping(language).get("code")) or text(language),
        params=[
            words
            for each in few(hsm.get("localizable_params"))
            if (words := text(each.get("default")))
        ],
    )
    return ("template", template) if template else None


def _words(listed: object) -> list[str]:
    listed = listed[:LIST_LIMIT] if isinstance(listed, list) else []
    return [words for each in listed if (words := text(each))]


def _yes(value: object) -> bool | None:
    """0 and 1, as clients write it, or a boolean."""
    return bool(value) if value in (0, 1) else flag(value)


_OF_THEIR_TYPE = frozenset({"sticker", "system", "hsm"})
"""Parts that say something only in a message of that type."""

_READERS: dict[str, Callable[[Element], Reading]] = {
    "sticker": _sticker,
    "context": _context,
    "referral": _referral,
    "system": _system,
    "hsm": _hsm,
}
