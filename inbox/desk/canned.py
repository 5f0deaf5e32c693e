"""Canned responses: one's own and everybody's, written, changed, deleted and restored.

What everybody says is the business's own word, so only supervisors and admins change it; an agent's
own are theirs alone, and may bear the same short code as one for everybody.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypedDict

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from inbox.conversations.uploads import (
    CANNED,
    hold_uploads,
    let_uploads_go,
    upload_shape,
    whole_uploads,
)
from inbox.desk.wording import Author, Wording, checked_wording, scoped_owner
from inbox.domain.canned import CannedResponse, CannedRow
from inbox.domain.errors import Invalid, Missing
from inbox.domain.folding import words
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.rows import UploadRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import DAY, Micros, iso
from inbox.storage.dialect import serialise
from inbox.storage.tables import canned_responses
from inbox.storage.typed_rows import all_rows, first_row

PAGE: Final = 50
KEPT: Final = DAY
"""How long one that was deleted can be restored."""

NOT_THERE: Final = N_("There is no such canned response.")


class AttachedColumn(TypedDict):
    attachments: str


_one = canned_responses.c
_COLUMNS: Final = [_one[name] for name in CannedRow.__annotations__]
_ORDER: Final = (_one.short_code, _one.id)


def responses_page(
    connection: Connection, author: Author, q: str = "", after: str = "", limit: int = PAGE
) -> tuple[list[CannedResponse], str | None]:
    """Those this author can use, by short code, and the id after which there are more.

    With ``q`` the best come first, and there is nothing after them.
    """
    query = select(*_COLUMNS).where(_usable(author)).limit(limit + 1)
    query = _found(query, q) if q else _listed(connection, query, after)
    rows = all_rows(CannedRow, connection.execute(query))
    following = rows[limit - 1]["id"] if len(rows) > limit and not q else None
    return _shapes(connection, rows[:limit]), following


def by_id(connection: Connection, author: Author, response_id: str) -> CannedResponse:
    """Raises ``Missing``, also for one that is somebody else's."""
    return _shape(connection, _row(connection, author, response_id))


def under_code(
    connection: Connection, author: Author, code: str, *, personal: bool
) -> CannedResponse | None:
    """The author's own under this short code, or everybody's."""
    whose = _one.owner_id == author.user_id if personal else _one.owner_id.is_(None)
    query = select(*_COLUMNS).where(whose, _one.short_code == code, _one.deleted_at.is_(None))
    row = first_row(CannedRow, connection.execute(query))
    return _shape(connection, row) if row else None


def add(connection: Connection, author: Author, wording: Wording, now: Micros) -> CannedResponse:
    """Raises ``Invalid``."""
    kept, owner_id = checked_wording(wording), scoped_owner(author, wording.scope)
    _refuse_taken(connection, kept["short_code"], owner_id)
    response_id = new_id(now)
    files = _hold_files(connection, response_id, wording.attachments, now)
    made = {"id": response_id, "owner_id": owner_id, "created_at": now, "updated_at": now}
    stored = insert(canned_responses).values(**kept, **made, **files)
    [row] = all_rows(CannedRow, connection.execute(stored.returning(*_COLUMNS)))
    return _shape(connection, row)


def change(
    connection: Connection, author: Author, response_id: str, wording: Wording, now: Micros
) -> CannedResponse:
    """Raises ``Invalid`` and ``Missing``."""
    row = _changeable(connection, author, response_id)
    kept, owner_id = checked_wording(wording), scoped_owner(author, wording.scope)
    _refuse_taken(connection, kept["short_code"], owner_id, but=row["id"])
    files = _hold_files(connection, row["id"], wording.attachments, now)
    mine = update(canned_responses).where(_one.id == row["id"])
    connection.execute(mine.values(**kept, **files, owner_id=owner_id, updated_at=now))
    return by_id(connection, author, row["id"])


def remove_response(
    connection: Connection, author: Author, response_id: str, now: Micros
) -> CannedResponse:
    """What it was; raises ``Invalid`` and ``Missing``. What was removed long ago goes for good.

    Its files go with it, but for what a message has.
    """
    row = _changeable(connection, author, response_id)
    connection.execute(update(canned_responses).where(_one.id == row["id"]).values(deleted_at=now))
    connection.execute(delete(canned_responses).where(_one.deleted_at < now - KEPT))
    let_uploads_go(connection, _holder(row["id"]), now + KEPT)
    return _shape(connection, row)


def restore(
    connection: Connection, author: Author, response_id: str, now: Micros
) -> CannedResponse:
    """Take a removal back; raises ``Invalid`` and ``Missing``."""
    query = select(*_COLUMNS).where(_one.id == response_id, _mine_or_shared(author))
    row = first_row(CannedRow, connection.execute(query.with_for_update(key_share=True)))
    if row is None:
        raise Missing(_(NOT_THERE))
    _refuse_others(author, row)
    _refuse_taken(connection, row["short_code"], row["owner_id"], but=row["id"])
    held = hold_uploads(connection, _holder(row["id"]), decoded(row["attachments"]), now)
    left = encoded([each for each in decoded(row["attachments"]) if each in held])
    back = update(canned_responses).where(_one.id == row["id"])
    connection.execute(back.values(deleted_at=None, attachments=left))
    return _shape(connection, {**row, "attachments": left})


def may_change(author: Author, response: CannedResponse) -> bool:
    return author.leads or response["scope"] == "personal"


def _hold_files(
    connection: Connection, response_id: str, media_ids: Sequence[str], now: Micros
) -> AttachedColumn:
    """Keep them as long as it needs them. Raises ``Invalid``."""
    held = hold_uploads(connection, _holder(response_id), media_ids, now)
    if not held.keys() >= {*media_ids}:
        raise Invalid("attachments", _("A file is not there, or not all of it: bring it again."))
    return {"attachments": encoded([*dict.fromkeys(media_ids)])}


def _holder(response_id: str) -> str:
    return f"{CANNED}{response_id}"


def _shape(connection: Connection, row: CannedRow) -> CannedResponse:
    return _shapes(connection, [row])[0]


def _shapes(connection: Connection, rows: Sequence[CannedRow]) -> list[CannedResponse]:
    ids = {each: None for row in rows for each in decoded(row["attachments"])}
    here = whole_uploads(connection, ids) if ids else {}
    return [_told(row, here) for row in rows]


def _told(row: CannedRow, here: Mapping[str, UploadRow]) -> CannedResponse:
    attachments = [each for each in decoded(row["attachments"]) if each in here]
    return {
        "id": row["id"],
        "short_code": row["short_code"],
        "content": row["content"],
        "attachments": attachments,
        "files": [upload_shape(here[each]) for each in attachments],
        "scope": "personal" if row["owner_id"] else "everybody",
        "team_id": None,
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }


def _mine_or_shared(author: Author) -> ColumnElement[bool]:
    shared = _one.owner_id.is_(None)
    return or_(shared, _one.owner_id == author.user_id) if author.user_id else shared


def _usable(author: Author) -> ColumnElement[bool]:
    return and_(_one.deleted_at.is_(None), _mine_or_shared(author))


def _listed(connection: Connection, query: Select[Any], after: str) -> Select[Any]:
    if after:
        place = connection.execute(select(*_ORDER).where(_one.id == after)).first()
        if place is None:
            raise Missing(_(NOT_THERE))
        query = query.where(tuple_(*_ORDER) > tuple_(*place))
    return query.order_by(*_ORDER)


def _found(query: Select[Any], q: str) -> Select[Any]:
    """By its code, from its start first, or by all of the words; one's own before others'."""
    code, said = q.strip().removeprefix("/").lower(), words(q)
    named = _one.short_code.contains(code, autoescape=True)
    rank = case(
        (_one.short_code == code, 0),
        (_one.short_code.startswith(code, autoescape=True), 1),
        (named, 2),
        else_=3,
    )
    holding = [_one.folded.contains(word, autoescape=True) for word in said]
    query = query.where(or_(named, and_(*holding)) if holding else named)
    return query.order_by(rank, _one.owner_id.is_(None), *_ORDER)


def _row(connection: Connection, author: Author, response_id: str) -> CannedRow:
    query = select(*_COLUMNS).where(_one.id == response_id, _usable(author))
    row = first_row(CannedRow, connection.execute(query))
    if row is None:
        raise Missing(_(NOT_THERE))
    return row


def _changeable(connection: Connection, author: Author, response_id: str) -> CannedRow:
    row = _row(connection, author, response_id)
    _refuse_others(author, row)
    return row


def _refuse_others(author: Author, row: CannedRow) -> None:
    if row["owner_id"] is None and not author.leads:
        raise Invalid("scope", _("Only a supervisor or an admin may change what everybody says."))


def _refuse_taken(connection: Connection, code: str, owner_id: str | None, but: str = "") -> None:
    serialise(connection, [f"canned {owner_id}"])
    same = _one.owner_id.is_(None) if owner_id is None else _one.owner_id == owner_id
    query = select(_one.id).where(
        same, _one.short_code == code, _one.deleted_at.is_(None), _one.id != but
    )
    if connection.execute(query).first():
        raise Invalid("short_code", _("/%(code)s is the short code of another one.", code=code))
