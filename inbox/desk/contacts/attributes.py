"""What a team wants to know of its customers: attributes, which admins define."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select, update

from inbox.conversations.contact_details import attributes_in_order
from inbox.domain.attributes import (
    MOST,
    checked_choices,
    checked_key,
    checked_kind,
    checked_label,
)
from inbox.domain.contacts import ContactAttribute
from inbox.domain.errors import Invalid, Missing
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.rows import AttributeRow
from inbox.domain.shapes import contact_attribute, encoded
from inbox.domain.times import Micros
from inbox.storage.dialect import insert
from inbox.storage.tables import contact_attributes
from inbox.storage.typed_rows import all_rows

NO_ATTRIBUTE = N_("There is no such attribute.")

_one = contact_attributes.c


def attribute_by_id(connection: Connection, attribute_id: str) -> ContactAttribute:
    """Raises ``Missing``."""
    for known in attributes_in_order(connection):
        if known["id"] == attribute_id:
            return known
    raise Missing(_(NO_ATTRIBUTE))


def add_attribute(
    connection: Connection, key: str, label: str, kind: str, choices: Sequence[str], now: Micros
) -> ContactAttribute:
    """Raises ``Invalid``."""
    checked = checked_kind(kind)
    values = {
        "id": new_id(now),
        "key": checked_key(key),
        "label": checked_label(label),
        "kind": checked,
        "choices": encoded(checked_choices(checked, choices)),
        "created_at": now,
    }
    if connection.execute(select(func.count()).select_from(contact_attributes)).scalar() == MOST:
        raise Invalid("key", _("There are at most %(most)s attributes.", most=MOST))
    statement = insert(connection, contact_attributes).values(values)
    added = statement.on_conflict_do_nothing().returning(contact_attributes)
    rows = all_rows(AttributeRow, connection.execute(added))
    if not rows:
        raise Invalid("key", _("There is an attribute with this key already."))
    return contact_attribute(rows[0])


def change_attribute(
    connection: Connection,
    attribute_id: str,
    label: str | None = None,
    choices: Sequence[str] | None = None,
) -> ContactAttribute:
    """What is None stays. A choice that goes stays with whom it was chosen for.

    Raises ``Invalid`` and ``Missing``.
    """
    known = attribute_by_id(connection, attribute_id)
    values = {
        "label": known["label"] if label is None else checked_label(label),
        "choices": encoded(
            known["choices"] if choices is None else checked_choices(known["kind"], choices)
        ),
    }
    changed = update(contact_attributes).where(_one.id == attribute_id).values(values)
    connection.execute(changed)
    return attribute_by_id(connection, attribute_id)


def remove_attribute(connection: Connection, attribute_id: str) -> ContactAttribute:
    """What it was; its values are nobody's any more. Raises ``Missing``."""
    known = attribute_by_id(connection, attribute_id)
    connection.execute(delete(contact_attributes).where(_one.id == attribute_id))
    return known
