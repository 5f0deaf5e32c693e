"""Who is on the other side: the contacts of one webhook value, joined to its messages.

Joined by number, by id, by the spellings of one number, or because there is only one of
each (wire-formats A.2); never by their order. Indexed, since a body may carry thousands.
"""

import re

from inbox.domain.events import Person
from inbox.domain.phone import NOBODY, Number, match_key, number
from inbox.domain.text import NAME_LIMIT, JsonObject, identifier, mapping, mappings, text

_BSUID = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)

Contact = JsonObject


class NamedPeople:
    __slots__ = ("_contacts", "_index", "_only")

    def __init__(self, contacts: object, messages: int) -> None:
        self._contacts = mappings(contacts)
        self._only = self._contacts[0] if len(self._contacts) == messages == 1 else None
        self._index: dict[str, Contact] | None = None

    def person(self, address: object, user_id: object) -> Person:
        """The customer whom a message calls by a number, by a BSUID, or by both."""
        spoken, bsuid = _address(address)
        bsuid = identifier(user_id) or bsuid
        contact = self._only or self._find(spoken.wa_id, bsuid)
        if contact is None:
            return Person(wa_id=spoken.wa_id, phone=spoken.phone, user_id=bsuid)
        return _joined(contact, address, spoken, bsuid)

    def _find(self, wa_id: str | None, bsuid: str | None) -> Contact | None:
        if not self._contacts:
            return None
        if self._index is None:
            self._index = _indexed(self._contacts)
        keys = (f"wa:{wa_id}", f"id:{bsuid}", f"key:{match_key(wa_id or '')}")
        return next((self._index[key] for key in keys if key in self._index), None)


def _indexed(contacts: list[Contact]) -> dict[str, Contact]:
    """The first of two contacts with one key wins, as in a search from the top."""
    index: dict[str, Contact] = {}
    for contact in contacts:
        spoken, bsuid = _address(contact.get("wa_id"))
        bsuid = identifier(contact.get("user_id")) or bsuid
        if spoken.wa_id:
            index.setdefault(f"wa:{spoken.wa_id}", contact)
            index.setdefault(f"key:{match_key(spoken.wa_id)}", contact)
        if bsuid:
            index.setdefault(f"id:{bsuid}", contact)
    return index


def _joined(contact: Contact, address: object, spoken: Number, bsuid: str | None) -> Person:
    """``wa_id`` is the contact's and ``phone`` the message's: Brazil writes the two apart."""
    listed = contact.get("wa_id")
    known, known_bsuid = (spoken, bsuid) if listed == address else _address(listed)
    profile = mapping(contact.get("profile"))
    username = text(profile.get("username"), NAME_LIMIT)
    return Person(
        wa_id=known.wa_id or spoken.wa_id,
        phone=spoken.phone,
        user_id=bsuid or identifier(contact.get("user_id")) or known_bsuid,
        username=username.removeprefix("@") or None if username else None,
        name=text(profile.get("name"), NAME_LIMIT),
    )


def _address(value: object) -> tuple[Number, str | None]:
    """A number, or the BSUID that some senders put in its place."""
    found = number(value)
    if found.phone is None and _BSUID.fullmatch(found.wa_id or ""):
        return NOBODY, found.wa_id
    return found, None
