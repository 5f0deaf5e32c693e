"""Each view in each order, filtered or not, is what its meaning says, page by page either way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection, event

from inbox.conversations import listing, matched, places
from inbox.conversations.belonging import views_of
from inbox.conversations.listing import Search, list_page
from inbox.conversations.matched import matched_ids
from inbox.conversations.search import place_of
from inbox.conversations.views import ORDERS, VIEWS, Order, View
from inbox.domain.cursors import Cursor
from inbox.domain.errors import Invalid
from inbox.domain.reach import Reach
from tests.desk.views.conftest import NOW, Crowd, Row, fill, in_order

PAGE = 7
MOST_STATEMENTS = 5

Answers = Callable[[Crowd, Row], bool]

FILTERS: dict[str, tuple[dict[str, Any], Answers]] = {
    "a label": ({"label": "vip "}, lambda crowd, row: row["id"] in crowd.labelled["vip"]),
    "me": ({"assignee": "me"}, lambda crowd, row: row["assignee_id"] == crowd.ana),
    "nobody": ({"assignee": "none"}, lambda _, row: row["assignee_id"] is None),
    "a team": ({"team": "sales"}, lambda _, row: row["team_id"] == "sales"),
    "no team": ({"team": "none"}, lambda _, row: row["team_id"] is None),
    "urgent": ({"priority": "urgent"}, lambda _, row: row["priority"] == "urgent"),
    "on hold": ({"status": "pending"}, lambda _, row: row["status"] == "pending"),
    "all of it": (
        {"label": "delivery", "assignee": "me", "priority": "normal"},
        lambda crowd, row: (
            row["id"] in crowd.labelled["delivery"]
            and row["assignee_id"] == crowd.ana
            and row["priority"] == "normal"
        ),
    ),
}


def _ids(found: list[Any]) -> list[str]:
    return [row["id"] for row in found]


def _pages(connection: Connection, crowd: Crowd, search: Search) -> tuple[list[str], list[str]]:
    """Down to the end, and from there up again to the beginning."""
    down: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        found, cursor = list_page(
            connection, crowd.ana, search, Cursor.read(cursor) if cursor else None, PAGE
        )
        down += _ids(found)
        last = found[-1:] or [None]
    up: list[str] = []
    place = None if last[0] is None else str(place_of(last[0]["sort"]))
    while place is not None:
        found, place = list_page(connection, crowd.ana, search, Cursor.read(place, up=True), PAGE)
        up = _ids(found) + up
    return down, up


@pytest.mark.parametrize("view", VIEWS)
async def test_a_view_is_what_it_means_in_each_order(crowd: Crowd, view: View) -> None:
    for order in ORDERS:
        search = Search(view=view, order=order, now=NOW)
        down, up = await crowd.database.read(_pages, crowd, search)
        wanted = in_order(order, [row for row in crowd.rows if crowd.in_view(view, row)])
        assert len(wanted) > 3, view
        assert down == wanted, (view, order)
        assert up == wanted[:-1], (view, order)


@pytest.mark.parametrize("few", [1_000, 5])
async def test_filters_combine_with_views_and_orders(
    crowd: Crowd, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a page looks at few rows, of which none may answer."""
    monkeypatch.setattr(listing, "FEW", few)
    monkeypatch.setattr(places, "LOOKED_AT", 20)
    everything = product(VIEWS, ORDERS, FILTERS.values())
    for view, order, (asked, answers) in Random(few).sample([*everything], 40):
        search = Search(view=view, order=order, now=NOW, **asked)
        down, _up = await crowd.database.read(_pages, crowd, search)
        fits = [row for row in crowd.rows if crowd.in_view(view, row) and answers(crowd, row)]
        assert down == in_order(order, fits), (view, order, asked)


async def test_who_is_limited_finds_what_is_within_reach(crowd: Crowd) -> None:
    reach = Reach(channels=frozenset(crowd.channels[:1]))
    for order in ORDERS:
        search = Search(view="open", order=order, now=NOW, reach=reach)
        down, _up = await crowd.database.read(_pages, crowd, search)
        theirs = [row for row in crowd.rows if row["channel_id"] == crowd.channels[0]]
        assert down == in_order(order, [row for row in theirs if crowd.in_view("open", row)])


@contextmanager
def _counting(connection: Connection) -> Iterator[list[str]]:
    asked: list[str] = []

    def hear(*told: Any) -> None:
        asked.append(told[2])

    event.listen(connection, "before_cursor_execute", hear)
    yield asked
    event.remove(connection, "before_cursor_execute", hear)


async def test_a_page_is_five_statements_at_most(crowd: Crowd) -> None:
    def look(connection: Connection, search: Search) -> int:
        with _counting(connection) as asked:
            list_page(connection, crowd.ana, search)
        return len(asked)

    filters: list[dict[str, Any]] = [{}, *(asked for asked, _ in FILTERS.values())]
    for view, order, asked in product(VIEWS, ORDERS, filters[:2]):
        search = Search(view=view, order=order, now=NOW, **asked)
        assert 0 < await crowd.database.read(look, search) <= MOST_STATEMENTS, search


async def test_three_thousand_cost_what_a_hundred_do(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In steps of SQLite's machine, and on PostgreSQL by statements: they know no clock."""
    monkeypatch.setattr(places, "LOOKED_AT", 50)
    monkeypatch.setattr(listing, "FEW", 50)
    by_steps = crowd.database.engine_name == "sqlite"

    def cost(connection: Connection, view: View, order: Order) -> int:
        search = Search(view=view, order=order, now=NOW)
        steps = [0]
        direct: Any = connection.connection.driver_connection

        def step() -> None:
            steps[0] += 1

        list_page(connection, crowd.ana, search)  # the first of a connection reads the schema
        if by_steps:
            direct.set_progress_handler(step, 1)
        with _counting(connection) as asked:
            found, _ = list_page(connection, crowd.ana, search, None, 5)
        if by_steps:
            direct.set_progress_handler(None, 1)
        assert len(found) == 5
        return steps[0] if by_steps else len(asked)

    asked = [(view, order) for view in VIEWS if view != "mentions" for order in ORDERS]
    few = {one: await crowd.database.read(cost, *one) for one in asked}
    await crowd.database.write(fill, crowd, 3_000, seed=8)
    many = {one: await crowd.database.read(cost, *one) for one in asked}
    for one in asked:
        assert many[one] < 2 * few[one] + 500, (one, few[one], many[one])


async def test_all_that_answer_are_those_of_all_pages(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matched, "AT_ONCE", PAGE)
    monkeypatch.setattr(places, "LOOKED_AT", 20)
    search = Search(view="open", team="sales", order="longest_waiting", now=NOW)
    found = await crowd.database.read(matched_ids, crowd.ana, search)
    fits = [row for row in crowd.rows if crowd.in_view("open", row) and row["team_id"] == "sales"]
    assert found == in_order("longest_waiting", fits)
    monkeypatch.setattr(matched, "MOST", len(found) - 1)
    with pytest.raises(Invalid):
        await crowd.database.read(matched_ids, crowd.ana, search)


async def test_a_row_says_itself_in_which_views_it_is(crowd: Crowd) -> None:
    """Pages decide by that which rows come and go."""

    def look(connection: Connection, view: View) -> list[Any]:
        return list_page(connection, None, Search(view=view), limit=1_000)[0]

    everybody = await crowd.database.read(look, "all")
    for view in VIEWS:
        if view in ("mine", "unread", "mentions"):  # somebody's own
            continue
        said = [row["id"] for row in everybody if view in views_of(row)]
        assert said == _ids(await crowd.database.read(look, view)), view
