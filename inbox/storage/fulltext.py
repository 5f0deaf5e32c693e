"""The index of words: FTS5 in SQLite, tsvector with GIN in PostgreSQL. Neither makes the words.

Messages are known by their number, contacts by the low 62 bits of their UUID, which are random:
FTS5 has only integers for keys.
"""

from collections.abc import Iterable, Sequence
from typing import Literal

from sqlalchemy import Connection, text

from inbox.domain.facets import Asked
from inbox.domain.folding import Term
from inbox.domain.shapes import encoded
from inbox.storage.dialect import on_postgresql
from inbox.storage.prepared import run_each

Index = Literal["message_words", "contact_words"]

_LOW = (1 << 62) - 1


def contact_key(contact_id: str) -> int:
    return int(contact_id.replace("-", ""), 16) & _LOW


def put_messages(connection: Connection, rows: Sequence[tuple[int, str, Sequence[str]]]) -> None:
    """``number, conversation_id, words``; no words: it is let go."""
    _put(connection, "message_words", "conversation_id", rows)


def put_contacts(connection: Connection, rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    """``contact_id, words``."""
    found = [(contact_key(contact_id), contact_id, words) for contact_id, words in rows]
    _put(connection, "contact_words", "contact_id", found)


def _put(
    connection: Connection, index: Index, whose: str, rows: Sequence[tuple[int, str, Sequence[str]]]
) -> None:
    if not rows:
        return
    full = [*{row[0]: row for row in rows if row[2]}.values()]
    replaced = {key for key, _, _ in full} if on_postgresql(connection) else ()
    gone = [key for key, _, _ in rows if key not in replaced]
    if gone:
        drop(connection, index, gone)
    if not full:
        return
    if on_postgresql(connection):
        statement = (
            f"INSERT INTO {index} (key, {whose}, words) "  # noqa: S608 - names of our own tables and columns
            "SELECT key, owner, CAST(words AS tsvector) "
            "FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (key, owner, words) "
            f"ON CONFLICT (key) DO UPDATE SET {whose} = excluded.{whose}, words = excluded.words"
        )
        vectors = [(key, owner, _vector(words)) for key, owner, words in full]
        run_each(connection, statement, [tuple(zip(*vectors, strict=True))])
    else:
        statement = f"INSERT INTO {index} (rowid, {whose}, words) VALUES (?, ?, ?)"  # noqa: S608 - names of our own tables and columns
        run_each(
            connection, statement, [(key, owner, " ".join(words)) for key, owner, words in full]
        )


def drop(connection: Connection, index: Index, keys: Iterable[int]) -> None:
    if on_postgresql(connection):
        run_each(connection, f"DELETE FROM {index} WHERE key = ANY($1)", [([*keys],)])  # noqa: S608 - names of our own tables
        return
    statement = f"DELETE FROM {index} WHERE rowid = ?"  # noqa: S608 - names of our own tables
    run_each(connection, statement, [(key,) for key in keys])


def _vector(words: Sequence[str]) -> str:
    # A word holds neither quotes nor backslashes: folding leaves no ASCII but letters and digits.
    return " ".join(f"'{word}':{min(at, 16_383)}" for at, word in enumerate(words, 1))


def asked(connection: Connection, terms: Sequence[Term]) -> str:
    """The question in the engine's own language; a parameter, never a part of the statement."""
    if on_postgresql(connection):
        return " & ".join(_either(" | ", map(_tsquery, _spelled(term))) for term in terms)
    return " AND ".join(_either(" OR ", map(_phrase, _spelled(term))) for term in terms)


def plan_by_words(connection: Connection) -> None:
    """For the rest of this transaction. How many answer hangs on the words alone: a plan for any
    words, which PostgreSQL makes of what it is asked again, reads the whole index for rare ones.
    """
    if on_postgresql(connection):
        connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")


def _spelled(term: Term) -> list[Term]:
    return [term, *(Term(other, (other,), term.prefix) for other in term.others)]


def _either(sign: str, questions: Iterable[str]) -> str:
    return f"({sign.join(questions)})"


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.prefix else ""}'


def _tsquery(term: Term) -> str:
    end = "':*" if term.prefix else "'"
    return "('" + "' <-> '".join(term.words) + end + ")"


def _condition(connection: Connection, index: Index) -> tuple[str, str]:
    """The name of the key and what has to hold."""
    if on_postgresql(connection):
        return f"{index}.key", f"{index}.words @@ CAST(CAST(:asked AS text) AS tsquery)"
    return f"{index}.rowid", f"{index} MATCH :asked"


def messages_found(
    connection: Connection,
    question: Asked,
    beyond: int | None,
    limit: int,
    *,
    up: bool = False,
) -> list[tuple[int, str]]:
    """Numbers and conversations, newest first; ``up``: from there on, oldest first.

    Both engines walk along and stop at the limit: how many there are of a frequent word does not
    matter.
    """
    key, condition = _condition(connection, "message_words")
    condition += _said_then(key, question)
    further = f" AND {key} {'>' if up else '<'} :beyond" if beyond is not None else ""
    statement = (
        f"SELECT {key}, conversation_id FROM message_words "  # noqa: S608 - names of our own tables and columns
        f"WHERE {condition}{further} ORDER BY {key} {'ASC' if up else 'DESC'} LIMIT :limit"
    )
    values: dict[str, object] = {**_values(connection, question), "limit": limit}
    if beyond is not None:
        values["beyond"] = beyond
    return [(row[0], row[1]) for row in connection.execute(text(statement), values)]


def _values(connection: Connection, question: Asked) -> dict[str, object]:
    ends = {"since": question.since, "until": question.until}
    told = {name: end for name, end in ends.items() if end is not None}
    return {"asked": asked(connection, question.terms), **told}


def _said_then(key: str, question: Asked) -> str:
    """The marks of months have left a little more than was asked for: each row is looked at."""
    at = f"(SELECT sort_at FROM messages WHERE number = {key})"  # noqa: S608 - names of our own tables and columns
    since = f" AND {at} >= :since" if question.since is not None else ""
    until = f" AND {at} < :until" if question.until is not None else ""
    return since + until


def conversations_found_since(connection: Connection, question: Asked, number: int) -> set[str]:
    """Conversations in which a message from this number on answers: earlier pages have them."""
    key, condition = _condition(connection, "message_words")
    condition += _said_then(key, question)
    statement = (
        "SELECT DISTINCT conversation_id FROM message_words "  # noqa: S608 - names of our own tables and columns
        f"WHERE {condition} AND {key} >= :number"
    )
    values = {**_values(connection, question), "number": number}
    return set(connection.execute(text(statement), values).scalars())


def contact_keys_found(connection: Connection, terms: Sequence[Term], limit: int) -> list[int]:
    """``contact_key`` of contacts, in no order: all that the index holds without a look at rows."""
    key, condition = _condition(connection, "contact_words")
    statement = f"SELECT {key} FROM contact_words WHERE {condition} LIMIT :limit"  # noqa: S608 - names of our own tables and columns
    values = {"asked": asked(connection, terms), "limit": limit}
    return list(connection.execute(text(statement), values).scalars())


def contacts_of(connection: Connection, keys: Iterable[int]) -> list[str]:
    """Ids of the contacts with these keys."""
    if on_postgresql(connection):
        statement = "SELECT contact_id FROM contact_words WHERE key = ANY($1)"
        return list(connection.exec_driver_sql(statement, (list(keys),)).scalars())
    statement = (
        "SELECT contact_id FROM contact_words WHERE rowid IN (SELECT value FROM json_each(?))"
    )
    return list(connection.exec_driver_sql(statement, (encoded(list(keys)),)).scalars())
