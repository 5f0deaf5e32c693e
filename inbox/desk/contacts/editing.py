"""What a team calls a contact and notes about them; of a person, about all of their contacts."""

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from inbox.conversations.contact_details import Noted, attributes_in_order, details_of
from inbox.desk.contacts.members import KnownMember, known_members, take_person, write_members
from inbox.domain.attributes import checked_value
from inbox.domain.contacts import AttributeValue, ContactAttribute, ContactDetails
from inbox.domain.errors import Invalid, Missing
from inbox.domain.language import N_, _
from inbox.domain.reach import Reach
from inbox.domain.text import scrub
from inbox.domain.times import Micros
from inbox.feed.log import append

NAME_MOST: Final = 200
NOTE_MOST: Final = 5_000
NO_CONTACT: Final = N_("There is no such contact.")


class ContactEdit(Struct, frozen=True, kw_only=True):
    """What is to be otherwise about a contact; what is unset stays, what is empty goes.

    ``attributes``: by key, only those that are to be others.
    """

    name: str | msgspec.UnsetType | None = msgspec.UNSET
    note: str | msgspec.UnsetType | None = msgspec.UNSET
    attributes: Mapping[str, object] | msgspec.UnsetType = msgspec.UNSET


class CheckedEdit(Struct, frozen=True):
    """The same as it is kept; None: it stays. ``values``: by the id of the attribute."""

    own_name: str | None
    note: str | None
    values: Mapping[str, AttributeValue | None]

    def made_of(self, before: KnownMember) -> KnownMember:
        values = {**before.noted["attributes"], **self.values}
        noted = Noted(
            attributes={each: value for each, value in values.items() if value is not None},
            note=before.noted["note"] if self.note is None else self.note,
        )
        name = before.own_name if self.own_name is None else self.own_name or None
        return KnownMember(name, before.person_id, noted)


def checked_edit(known: Iterable[ContactAttribute], edit: ContactEdit) -> CheckedEdit:
    """Raises ``Invalid``."""
    name = note = None
    if edit.name is not msgspec.UNSET:
        name = _within("name", edit.name, NAME_MOST)
    if edit.note is not msgspec.UNSET:
        note = _within("note", edit.note, NOTE_MOST)
    values: dict[str, AttributeValue | None] = {}
    if edit.attributes is not msgspec.UNSET:
        named = {one["key"]: one for one in known}
        for key, value in edit.attributes.items():
            attribute = named.get(key)
            if attribute is None:
                raise _unknown(scrub(key)[:80])
            values[attribute["id"]] = checked_value(attribute, value)
    return CheckedEdit(name, note, values)


def _within(field: str, said: str | None, most: int) -> str:
    words = scrub(said or "").replace("\r\n", "\n").strip()
    if len(words) > most:
        raise Invalid(field, _("That is too long: at most %(most)s characters.", most=most))
    return words


def _unknown(key: str) -> Invalid:
    sentence = _("There is no attribute with the key “%(key)s”.", key=key)
    return Invalid(f"attributes.{key}", sentence)


def check_contact_edit(
    connection: Connection, reach: Reach, contact_id: str, edit: ContactEdit
) -> None:
    """Raises ``Invalid`` and ``Missing``, before anything is done about the contact."""
    checked_edit(attributes_in_order(connection), edit)
    seen_contact(connection, reach, contact_id)


def seen_contact(connection: Connection, reach: Reach, contact_id: str) -> ContactDetails:
    """Raises ``Missing``, also for whom ``reach`` does not see."""
    found = details_of(connection, contact_id, reach)
    if found is None:
        raise Missing(_(NO_CONTACT))
    return found


def edit_contact(
    connection: Connection, reach: Reach, contact_id: str, edit: ContactEdit, now: Micros
) -> ContactDetails:
    """Raises ``Invalid`` and ``Missing``."""
    seen_contact(connection, reach, contact_id)
    checked = checked_edit(attributes_in_order(connection), edit)
    members = take_person(connection, [contact_id])
    before = known_members(connection, members)
    after = {each: checked.made_of(one) for each, one in before.items()}
    append(connection, write_members(connection, members, before, after, now), now)
    return seen_contact(connection, reach, contact_id)
