"""Templates as rows: kept by pages as they are listed, and found again."""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, delete, select, tuple_

from inbox.domain.cursors import WrongCursor
from inbox.domain.errors import Missing
from inbox.domain.folding import folded, terms
from inbox.domain.ids import new_id
from inbox.domain.language import _
from inbox.domain.public import MessageTemplate
from inbox.domain.rows import TemplateRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.templates.definition import Definition
from inbox.domain.text import JsonObject, few, mapping, text
from inbox.domain.times import Micros, iso
from inbox.providers.templates import TemplateFound
from inbox.storage.dialect import insert
from inbox.storage.tables import templates
from inbox.storage.typed_rows import all_rows, first_row

PAGE: Final = 50
SENDABLE: Final = ("APPROVED", "FLAGGED")
"""Statuses in which Meta takes messages of a template."""
SEARCHED: Final = 4_000

_row = templates.c
_KEPT = (
    *("status", "category", "provider_id", "quality", "reason", "previous_category", "named"),
    *("seen_at", "searched", "components"),
)
Name = tuple[str, str]
"""A template's name and language: what one is known by within its channel."""


class Wanted(NamedTuple):
    """What a list is to have; what is empty asks for nothing."""

    channel_id: str
    q: str = ""
    language: str = ""
    statuses: Collection[str] = ()
    category: str = ""


class Difference(NamedTuple):
    """A template as it was, and as it is now."""

    name: str
    language: str
    status: tuple[str, str]
    category: tuple[str, str]


def keep_found(
    connection: Connection, channel_id: str, found: Sequence[TemplateFound], now: Micros
) -> list[Difference]:
    """Write down what the provider lists; what is different of those that were known."""
    if not found:
        return []
    by_name = {(one.definition.name, one.definition.language): one for one in found}
    known = _known(connection, channel_id, list(by_name))
    rows = [_as_row(channel_id, one, known.get(name), now) for name, one in by_name.items()]
    statement = insert(connection, templates)
    new = statement.excluded
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["channel_id", "name", "language"],
            set_={name: new[name] for name in _KEPT},
        ),
        rows,
    )
    return [
        Difference(*name, (row["status"], one.status), (row["category"], one.definition.category))
        for name, one in by_name.items()
        if (row := known.get(name))
    ]


def _known(connection: Connection, channel_id: str, names: list[Name]) -> dict[Name, TemplateRow]:
    query = select(templates).where(
        _row.channel_id == channel_id, _row.name.in_({name for name, _language in names})
    )
    rows = all_rows(TemplateRow, connection.execute(query))
    return {(row["name"], row["language"]): row for row in rows}


def _as_row(
    channel_id: str, found: TemplateFound, known: TemplateRow | None, now: Micros
) -> TemplateRow:
    of = found.definition
    return {
        "id": known["id"] if known else new_id(now),
        "channel_id": channel_id,
        "name": of.name,
        "language": of.language,
        "status": found.status,
        "category": of.category,
        "provider_id": found.provider_id,
        "quality": found.quality,
        "reason": found.reason,
        "previous_category": found.previous_category,
        "named": of.named,
        "seen_at": now,
        "searched": folded(_said(of))[:SEARCHED],
        "components": encoded(of.components),
    }


def _said(of: Definition) -> str:
    """Its name, and all words that a customer reads."""
    found = [of.name.replace("_", " "), of.name]
    for section in of.sections:
        found += (section.words(part) for part in ("HEADER", "BODY", "FOOTER"))
        found += (text(button.get("text")) or "" for button in section.buttons)
    return " ".join(found)


def drop_unseen(connection: Connection, channel_id: str, before: Micros) -> int:
    """What was in no list since then is gone; how many."""
    gone = delete(templates).where(_row.channel_id == channel_id, _row.seen_at < before)
    return connection.execute(gone).rowcount


def templates_page(
    connection: Connection, wanted: Wanted, cursor: str = "", limit: int = PAGE
) -> tuple[list[MessageTemplate], str | None]:
    """By name and language; what to ask with for more. Raises ``WrongCursor``."""
    query = _matching(wanted).order_by(_row.name, _row.language).limit(limit + 1)
    if cursor:
        name, tilde, code = cursor.partition("~")
        if not tilde:
            words = _("This cursor is not from a page of ours: start without one.")
            raise WrongCursor(words)
        query = query.where(tuple_(_row.name, _row.language) > tuple_(name, code))
    rows = all_rows(TemplateRow, connection.execute(query))
    shown = [template_shape(row) for row in rows[:limit]]
    further = f"{shown[-1]['name']}~{shown[-1]['language']}" if len(rows) > limit else None
    return shown, further


def _matching(wanted: Wanted) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [_row.channel_id == wanted.channel_id]
    if wanted.language:
        conditions.append(_row.language == wanted.language)
    if wanted.statuses:
        conditions.append(_row.status.in_(wanted.statuses))
    if wanted.category:
        conditions.append(_row.category == wanted.category)
    said = (_row.searched.contains(term.plain, autoescape=True) for term in terms(wanted.q))
    return select(templates).where(*conditions, *said)


def template_by_id(connection: Connection, channel_id: str, template_id: str) -> MessageTemplate:
    """Raises ``Missing``."""
    query = select(templates).where(_row.id == template_id, _row.channel_id == channel_id)
    row = first_row(TemplateRow, connection.execute(query))
    if row is None:
        raise Missing(_("There is no such template."))
    return template_shape(row)


def template_named(
    connection: Connection, channel_id: str, name: str, language: str
) -> MessageTemplate | None:
    query = select(templates).where(
        _row.channel_id == channel_id, _row.name == name, _row.language == language
    )
    row = first_row(TemplateRow, connection.execute(query))
    return None if row is None else template_shape(row)


def languages_of(connection: Connection, channel_id: str) -> list[str]:
    """In which a channel has any."""
    query = select(_row.language).where(_row.channel_id == channel_id).distinct()
    return sorted(connection.execute(query).scalars())


def template_shape(row: TemplateRow) -> MessageTemplate:
    components: list[JsonObject] = decoded(row["components"])
    return {
        "id": row["id"],
        "channel_id": row["channel_id"],
        "name": row["name"],
        "language": row["language"],
        "status": row["status"],
        "category": row["category"],
        "quality": row["quality"],
        "rejected_reason": row["reason"],
        "previous_category": row["previous_category"],
        "parameter_format": "NAMED" if row["named"] else "POSITIONAL",
        "components": components,
        "provider_template_id": row["provider_id"],
        "synced_at": iso(row["seen_at"]),
    }


def definition_of(shape: MessageTemplate) -> Definition:
    return Definition(
        name=shape["name"],
        language=shape["language"],
        category=shape["category"],
        named=shape["parameter_format"] == "NAMED",
        components=few([mapping(one) for one in shape["components"]]),
    )
