"""Canned responses: one's own, teams' and everybody's, written, changed, deleted and restored.

What others say is the business's own word, so only supervisors and admins change it, and see it of
each team; members see that of their teams. An agent's own are theirs alone, and may bear the same
short code as one of others.
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

from inbox.conversations.names import names_by_id
from inbox.conversations.uploads import (
    CANNED,
    hold_uploads,
    let_uploads_go,
    upload_shape,
    whole_uploads,
)
from inbox.desk.wording import Author, Whose, Wording, checked_wording, scoped_owner
from inbox.domain.canned import CannedResponse, CannedRow
from inbox.domain.errors import Invalid, Missing
from inbox.domain.folding import words
from inbox.domain.ids import new_id
from inbox.domain.language import N_, _
from inbox.domain.rows import UploadRow
from inbox.domain.shapes import decoded, encoded
from inbox.domain.times import DAY, Micros, iso
from inbox.storage.dialect import serialise
from inbox.storage.tables import canned_responses, team_members
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


def under_code(connection: Connection, whose: Whose, code: str) -> CannedResponse | None:
    query = select(*_COLUMNS)
    query = query.where(_of(whose), _one.short_code == code, _one.deleted_at.is_(None))
    row = first_row(CannedRow, connection.execute(query))
    return _shape(connection, row) if row else None


def add(connection: Connection, author: Author, wording: Wording, now: Micros) -> CannedResponse:
    """Raises ``Invalid``."""
    kept, whose = checked_wording(wording), scoped_owner(author, wording)
    _refuse_taken(connection, kept["short_code"], whose)
    response_id = new_id(now)
    files = _hold_files(connection, response_id, wording.attachments, now)
    made = {"id": response_id, "created_at": now, "updated_at": now}
    stored = insert(canned_responses).values(**kept, **made, **files, **whose._asdict())
    [row] = all_rows(CannedRow, connection.execute(stored.returning(*_COLUMNS)))
    return _shape(connection, row)


def change(
    connection: Connection, author: Author, response_id: str, wording: Wording, now: Micros
) -> CannedResponse:
    """Raises ``Invalid`` and ``Missing``."""
    row = _changeable(connection, author, response_id)
    kept, whose = checked_wording(wording), scoped_owner(author, wording)
    _refuse_taken(connection, kept["short_code"], whose, but=row["id"])
    files = _hold_files(connection, row["id"], wording.attachments, now)
    mine = update(canned_responses).where(_one.id == row["id"])
    connection.execute(mine.values(**kept, **files, **whose._asdict(), updated_at=now))
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
    query = select(*_COLUMNS).where(_one.id == response_id, _seen_by(author))
    row = first_row(CannedRow, connection.execute(query.with_for_update(key_share=True)))
    if row is None:
        raise Missing(_(NOT_THERE))
    _refuse_others(author, row)
    _refuse_taken(connection, row["short_code"], _whose(row), but=row["id"])
    held = hold_uploads(connection, _holder(row["id"]), decoded(row["attachments"]), now)
    left = encoded([each for each in decoded(row["attachments"]) if each in held])
    back = update(canned_responses).where(_one.id == row["id"])
    connection.execute(back.values(deleted_at=None, attachments=left))
    return _shape(connection, {**row, "attachments": left})


def forget_team_responses(connection: Connection, team_id: str, now: Micros) -> None:
    """The team is deleted, and what only it said goes with it."""
    gone = delete(canned_responses).where(_one.team_id == team_id).returning(_one.id)
    for response_id in connection.execute(gone).scalars().all():
        let_uploads_go(connection, _holder(response_id), now)


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
    named = names_by_id(connection, teams={one for row in rows if (one := row["team_id"])}).teams
    return [_told(row, here, named) for row in rows]


def _told(
    row: CannedRow, here: Mapping[str, UploadRow], named: Mapping[str, str]
) -> CannedResponse:
    team_id = row["team_id"]
    attachments = [each for each in decoded(row["attachments"]) if each in here]
    return {
        "id": row["id"],
        "short_code": row["short_code"],
        "content": row["content"],
        "attachments": attachments,
        "files": [upload_shape(here[each]) for each in attachments],
        "scope": "personal" if row["owner_id"] else "team" if team_id else "everybody",
        "team_id": team_id,
        "team": {"id": team_id, "name": named.get(team_id, "")} if team_id else None,
        "created_at": iso(row["created_at"]),
        "updated_at": iso(row["updated_at"]),
    }


def _whose(row: CannedRow) -> Whose:
    return Whose(row["owner_id"], row["team_id"])


def _of(whose: Whose) -> ColumnElement[bool]:
    if whose.owner_id:
        return _one.owner_id == whose.owner_id
    if whose.team_id:
        return _one.team_id == whose.team_id
    return and_(_one.owner_id.is_(None), _one.team_id.is_(None))


def _seen_by(author: Author) -> ColumnElement[bool]:
    """One's own, those of one's teams and everybody's; who leads sees those of each team."""
    of_teams = _one.team_id.is_not(None)
    if not author.leads:
        mine = select(team_members.c.team_id).where(team_members.c.user_id == author.user_id)
        of_teams = _one.team_id.in_(mine)
    seen = or_(_of(Whose()), of_teams)
    return or_(seen, _one.owner_id == author.user_id) if author.user_id else seen


def _usable(author: Author) -> ColumnElement[bool]:
    return and_(_one.deleted_at.is_(None), _seen_by(author))


def _listed(connection: Connection, query: Select[Any], after: str) -> Select[Any]:
    if after:
        place = connection.execute(select(*_ORDER).where(_one.id == after)).first()
        if place is None:
            raise Missing(_(NOT_THERE))
        query = query.where(tuple_(*_ORDER) > tuple_(*place))
    return query.order_by(*_ORDER)


def _found(query: Select[Any], q: str) -> Select[Any]:
    """By its code, from its start first, or by all of the words; one's own before a team's, and
    that before everybody's."""
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
    return query.order_by(rank, _one.owner_id.is_(None), _one.team_id.is_(None), *_ORDER)


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
        raise Invalid("scope", _("Only a supervisor or an admin may change what others say."))


def _refuse_taken(connection: Connection, code: str, whose: Whose, but: str = "") -> None:
    """Or if there is no such team: it may be deleted just now."""
    serialise(connection, [f"canned {whose.owner_id or whose.team_id}"])
    if whose.team_id and not names_by_id(connection, teams={whose.team_id}).teams:
        raise Invalid("team_id", _("There is no such team."))
    query = select(_one.id).where(
        _of(whose), _one.short_code == code, _one.deleted_at.is_(None), _one.id != but
    )
    if connection.execute(query).first():
        raise Invalid("short_code", _("/%(code)s is the short code of another one.", code=code))
