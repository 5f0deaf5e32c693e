"""What a search asks of messages: its words, and the marks by which the index knows the rest."""

from sqlalchemy import Connection, select

from inbox.conversations.listing import Search
from inbox.domain import facets
from inbox.domain.facets import Asked, any_of
from inbox.domain.folding import Term, terms
from inbox.storage.fulltext import plan_by_words
from inbox.storage.tables import channels, teams, users

_NAMED = {"channel": channels, "user": users, "team": teams}


def asked_of(connection: Connection, user_id: str | None, search: Search) -> Asked | None:
    """None where nothing is asked: of ``q`` without a word, or with nothing else, nothing is left.

    ``user_id``: who asks; None is a program.
    """
    words = terms(search.q)
    if not words and (search.q or not search.narrowed):
        return None
    plan_by_words(connection)
    marks = facets.said_between(search.since, search.until)
    if search.channel_id:
        marks.append(any_of([facets.of_channel(search.channel_id)]))
    if search.reach.channels is not None:  # else who sees little would be shown short pages
        seen = sorted(search.reach.channels) or [""]
        marks.append(any_of([facets.of_channel(one) for one in seen]))
    if search.wrote:
        marks.append(_author(connection, user_id, search.wrote))
    if search.has:
        marks.append(any_of([facets.of_kind(search.has)]))
    return Asked(words, marks, search.since, search.until)


def _author(connection: Connection, user_id: str | None, wrote: str) -> Term:
    """A program has no messages that are its own: those of programs have no author here."""
    match wrote:
        case "customer":
            return any_of([facets.by_customer()])
        case "me":
            return any_of([facets.by_user(user_id)])
        case "colleague":
            everybody = connection.execute(select(users.c.id).order_by(users.c.id)).scalars()
            others = [facets.by_user(one) for one in everybody if one != user_id]
            return any_of([facets.by_user(None), *others])
        case someone:
            return any_of([facets.by_user(someone)])


def name_behind(connection: Connection, what: str, key: str) -> str:
    """What is asked for by its id is called; what is not there any more has no name."""
    table = _NAMED[what]
    return connection.scalar(select(table.c.name).where(table.c.id == key)) or "?"
