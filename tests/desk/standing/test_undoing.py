"""A wrong click is as if it had never been, but for what somebody has done since."""

import pytest

from inbox.desk import undoing
from inbox.desk.writer import Writer
from inbox.domain.errors import Missing
from inbox.domain.times import MINUTE
from tests.desk.standing.conftest import Desk


async def test_what_is_undone_is_as_it_was_and_told_nowhere(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    before = await desk.shown(here)
    done = await desk.do(here, ana, status="resolved", add_labels=["VIP"], assignee_id=ana.user_id)
    await desk.remember("undo", done, ana)
    assert await desk.undo("undo", ana) == 1
    assert await desk.shown(here) == before
    assert await desk.lines(here) == []


async def test_many_are_undone_together(desk: Desk, ana: Writer) -> None:
    ids = [await desk.writes(f"120255501{one:02}") for one in range(5)]
    await desk.do(ids[0], ana, status="pending")
    done = await desk.do_all(ids, ana, status="resolved")
    await desk.remember("undo", done, ana)
    assert await desk.undo("undo", ana) == 5
    found = [(await desk.shown(one))["status"] for one in ids]
    assert found == ["pending", "open", "open", "open", "open"]


async def test_what_took_longer_than_a_minute_is_undone_whole(desk: Desk, ana: Writer) -> None:
    ids = [await desk.writes(f"120255501{one:02}") for one in range(2)]
    for part, one in enumerate(ids):
        done = await desk.do(one, ana, status="resolved")
        kept = "undo", part, done, ana, desk.tick()
        await desk.database.write(undoing.remember, *kept)
        desk.clock += 2 * MINUTE
    desk.clock -= 2 * MINUTE
    assert await desk.undo("undo", ana) == 2


async def test_what_somebody_has_done_since_stays(desk: Desk, ana: Writer, ben: Writer) -> None:
    here = await desk.writes()
    done = await desk.do(here, ana, status="resolved", assignee_id=ana.user_id)
    await desk.remember("undo", done, ana)
    await desk.do(here, ben, assignee_id=ben.user_id)
    await desk.undo("undo", ana)
    shown = await desk.shown(here)
    assert shown["assignee"] == {"id": ben.user_id, "name": "Ben"}
    assert shown["status"] == "open", "this was still as Ana had made it"


async def test_only_who_did_it_undoes_it_and_only_once(
    desk: Desk, ana: Writer, ben: Writer
) -> None:
    here = await desk.writes()
    await desk.remember("undo", await desk.do(here, ana, status="resolved"), ana)
    with pytest.raises(Missing):
        await desk.undo("undo", ben)
    await desk.undo("undo", ana)
    with pytest.raises(Missing):
        await desk.undo("undo", ana)


async def test_after_a_minute_it_is_too_late(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.remember("undo", await desk.do(here, ana, status="resolved"), ana)
    desk.clock += 2 * MINUTE
    with pytest.raises(Missing, match="too late"):
        await desk.undo("undo", ana)
