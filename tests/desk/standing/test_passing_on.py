"""A conversation is passed on with a note, in one transaction, and both are undone as one."""

from inbox.desk import notes, undoing
from inbox.desk.arranging import arrange
from inbox.desk.wishes import Wish
from inbox.desk.writer import Writer
from inbox.domain.reach import Reach
from inbox.domain.times import Micros
from inbox.storage.database import Connection
from tests.desk.standing.conftest import Desk


def _pass_on(
    connection: Connection, conversation: str, wish: Wish, by: Writer, now: Micros
) -> dict[str, str]:
    """As the API does it."""
    seen = notes.in_sight(connection, [conversation], "They are cross", by)
    done = arrange(connection, [conversation], wish, by, now)
    left = notes.leave_notes(connection, seen, "They are cross", by, now)
    if done:
        undoing.remember(connection, "undo", 0, done, by, now, left)
    return left


async def test_the_note_stands_below_what_was_done_and_an_undo_takes_both_back(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    here = await desk.writes()
    wish: Wish = {"assignee_id": ben.user_id}
    await desk.database.write(_pass_on, here, wish, ana, desk.tick())
    kinds = [one["type"] for one in await desk.thread(here)]
    assert kinds == ["text", "activity", "note"]
    assert await desk.undo("undo", ana) == 1
    assert [one["type"] for one in await desk.thread(here)] == ["text"]
    assert (await desk.shown(here))["assignee"] is None


async def test_where_nothing_else_changes_the_note_is_kept_and_out_of_sight_none_is_left(
    desk: Desk, ana: Writer
) -> None:
    here = await desk.writes()
    assert await desk.database.write(_pass_on, here, {"status": "open"}, ana, desk.tick())
    limited = Writer(user_id=ana.user_id, name="Ana", reach=Reach(frozenset({"elsewhere"})))
    assert not await desk.database.write(_pass_on, here, {"status": "open"}, limited, desk.tick())
