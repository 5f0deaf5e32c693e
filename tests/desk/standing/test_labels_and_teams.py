"""Labels and teams are made, called otherwise and deleted, and conversations go on."""

from typing import Any

import pytest
from sqlalchemy import select

from inbox.desk import clearing, labels, teams
from inbox.desk.teams import TeamPlan
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid, Missing
from inbox.storage.tables import conversations, team_members
from tests.desk.standing.conftest import Desk
from tests.support.published import published


async def told(desk: Desk, kind: str) -> list[Any]:
    return [one.payload for one in await desk.database.read(published, kind)]


async def test_a_label_is_one_whatever_the_case_it_is_written_in(desk: Desk) -> None:
    with pytest.raises(Invalid, match="There is a label vip already") as wrong:
        await desk.database.write(labels.add_label, "  vip ", "red", desk.tick())
    assert wrong.value.field == "name"
    made = await desk.database.write(labels.add_label, " Second   try ", "", desk.tick())
    assert (made["name"], made["color"]) == ("Second try", "orange"), "one that few have"


@pytest.mark.parametrize(("name", "color"), [("", "red"), ("x" * 41, "red"), ("Refund", "beige")])
async def test_what_is_no_label_is_refused(desk: Desk, name: str, color: str) -> None:
    with pytest.raises(Invalid):
        await desk.database.write(labels.add_label, name, color, desk.tick())


async def test_what_is_called_otherwise_is_so_on_all_that_have_it(desk: Desk, ana: Writer) -> None:
    here = await desk.writes()
    await desk.do(here, ana, add_labels=["VIP"])
    await desk.database.write(labels.change_label, "vip", "Important", "blue", desk.tick())
    assert (await desk.shown(here))["labels"] == ["Important"]
    heard = await told(desk, "labels:updated")
    assert heard[-1]["changed"] == ["VIP"]
    with pytest.raises(Missing):
        await desk.database.write(labels.change_label, "gone", "x", "red", desk.tick())


async def test_a_deleted_label_or_team_leaves_what_had_it_as_it_is(
    desk: Desk, ana: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many had it; their threads tell nothing of it."""
    monkeypatch.setattr(clearing, "AT_ONCE", 2)
    monkeypatch.setattr(labels, "AT_ONCE", 2)
    monkeypatch.setattr(teams, "AT_ONCE", 2)
    ids = [await desk.writes(f"1202555010{n}") for n in range(5)]
    await desk.do_all(ids, ana, add_labels=["VIP", "Delivery"], team_id="support")
    for remove, what in ((labels.remove_label, "vip"), (teams.remove_team, "support")):
        rounds = 1
        while not await desk.database.write(remove, what, ana, desk.tick()):
            rounds += 1
        assert rounds == 3
    for one in ids:
        shown = await desk.shown(one)
        assert (shown["labels"], shown["team"]) == (["Delivery"], None)
        assert len(await desk.lines(one)) == 1
    columns = select(conversations.c.labels, conversations.c.team_id)
    rows = await desk.database.read(lambda found: found.execute(columns).all())
    assert {tuple(row) for row in rows} == {('["delivery"]', None)}
    heard = await told(desk, "conversation:updated")
    assert [one["changed"] for one in heard].count(["team"]) == 5


async def test_a_channel_is_with_one_team_at_most(desk: Desk, ana: Writer) -> None:
    here = desk.channel.id
    plan = TeamPlan(name="Support", member_ids=[str(ana.user_id)], channel_ids=[here])
    changed = await desk.database.write(teams.change_team, "support", plan, desk.tick())
    assert (changed["member_ids"], changed["channel_ids"]) == ([ana.user_id], [here])
    assert [one["user_id"] for one in await told(desk, "server:limits")] == [ana.user_id]
    with pytest.raises(Invalid, match="Shop is with Support") as wrong:
        plan = TeamPlan(name="Sales", channel_ids=[here])
        await desk.database.write(teams.add_team, plan, desk.tick())
    assert wrong.value.field == "channel_ids"
    await desk.database.write(teams.change_team, "support", TeamPlan(name="Help"), desk.tick())
    sales = await desk.database.write(teams.add_team, plan, desk.tick())
    assert sales["channel_ids"] == [here]
    assert (await told(desk, "teams:updated"))[-2]["changed"] == ["Support"]
    rest = await desk.database.read(lambda found: found.execute(select(team_members)).all())
    assert rest == []


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (TeamPlan(name=" "), "name"),
        (TeamPlan(name="SUPPORT"), "name"),
        (TeamPlan(name="Sales", capacity=0), "capacity"),
        (TeamPlan(name="Sales", member_ids=["nobody"]), "member_ids"),
        (TeamPlan(name="Sales", channel_ids=["nowhere"]), "channel_ids"),
    ],
)
async def test_what_is_no_team_is_refused_with_the_field(
    desk: Desk, plan: TeamPlan, field: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        await desk.database.write(teams.add_team, plan, desk.tick())
    assert wrong.value.field == field
