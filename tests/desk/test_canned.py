"""Canned responses: whose they are, who may change them, and how they are found."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from inbox.desk import canned
from inbox.desk.teams import TeamPlan, add_team, join_team
from inbox.desk.wording import Author, Wording
from inbox.domain.canned import CannedResponse
from inbox.domain.errors import Invalid, Missing
from inbox.domain.times import DAY
from inbox.storage.database import Database
from tests.desk.conftest import NOW, said

PROGRAM = Author(None, leads=True)


def codes(found: tuple[Sequence[CannedResponse], str | None]) -> list[str]:
    return [one["short_code"] for one in found[0]]


async def test_everybody_has_what_is_everybodys_and_nobody_what_is_anothers(
    database: Database, ana: Author, ben: Author
) -> None:
    await database.write(canned.add, ana, said("hours"), NOW)
    own = await database.write(canned.add, ben, said("sign", scope="personal"), NOW)
    await database.write(canned.add, ana, said("sign", scope="personal"), NOW)
    assert codes(await database.read(canned.responses_page, ben)) == ["hours", "sign"]
    assert codes(await database.read(canned.responses_page, PROGRAM)) == ["hours"]
    for other in (ana, PROGRAM):
        with pytest.raises(Missing):
            await database.read(canned.by_id, other, own["id"])


async def test_what_a_team_says_have_its_members_and_who_leads(
    database: Database, ana: Author, ben: Author
) -> None:
    team = await database.write(add_team, TeamPlan(name="Claims"), NOW)
    other = await database.write(add_team, TeamPlan(name="Sales"), NOW)
    theirs = replace(said("hours", scope="team"), team_id=team["id"])
    kept = await database.write(canned.add, ana, theirs, NOW)
    assert (kept["scope"], kept["team"]) == ("team", {"id": team["id"], "name": "Claims"})
    for of in (None, other["id"]):  # the code is free for each of them
        more = replace(theirs, scope="team" if of else "everybody", team_id=of)
        await database.write(canned.add, ana, more, NOW)
    assert codes(await database.read(canned.responses_page, ben)) == ["hours"]
    assert codes(await database.read(canned.responses_page, ana)) == ["hours"] * 3
    assert ben.user_id
    await database.write(join_team, team["id"], ben.user_id, NOW)
    found = (await database.read(canned.responses_page, ben, "hours"))[0]
    assert [one["scope"] for one in found] == ["team", "everybody"]
    for author, wrong, field in (
        (ana, theirs, "short_code"),
        (ben, theirs, "scope"),
        (ana, replace(theirs, team_id=None), "team_id"),
        (ana, replace(theirs, team_id="none"), "team_id"),
    ):
        with pytest.raises(Invalid) as refusal:
            await database.write(canned.add, author, wrong, NOW)
        assert refusal.value.field == field


async def test_only_an_admin_changes_what_everybody_says(
    database: Database, ana: Author, ben: Author
) -> None:
    shared = await database.write(canned.add, ana, said("hours"), NOW)
    for forbidden in (
        database.write(canned.add, ben, said("prices"), NOW),
        database.write(canned.change, ben, shared["id"], said("h", scope="personal"), NOW),
        database.write(canned.remove_response, ben, shared["id"], NOW),
    ):
        with pytest.raises(Invalid, match="admin"):
            await forbidden
    assert await database.read(canned.by_id, ben, shared["id"]) == shared


async def test_a_short_code_is_one_of_its_owners(
    database: Database, ana: Author, ben: Author
) -> None:
    await database.write(canned.add, ana, said("Hours"), NOW)
    await database.write(canned.add, ben, said("/hours", scope="personal"), NOW)
    for author, scope in ((ana, "everybody"), (ben, "personal")):
        with pytest.raises(Invalid, match="/hours") as refusal:
            await database.write(canned.add, author, said("HOURS ", scope=scope), NOW)
        assert refusal.value.field == "short_code"


async def test_what_was_deleted_comes_back_for_a_day(database: Database, ana: Author) -> None:
    one = await database.write(canned.add, ana, said("hours"), NOW)
    await database.write(canned.remove_response, ana, one["id"], NOW)
    assert codes(await database.read(canned.responses_page, ana)) == []
    assert await database.write(canned.restore, ana, one["id"], NOW) == one
    assert codes(await database.read(canned.responses_page, ana)) == ["hours"]
    await database.write(canned.remove_response, ana, one["id"], NOW)
    two = await database.write(canned.add, ana, said("hours"), NOW)  # the code is free meanwhile
    with pytest.raises(Invalid, match="/hours"):
        await database.write(canned.restore, ana, one["id"], NOW)
    await database.write(canned.remove_response, ana, two["id"], NOW + 2 * DAY)
    with pytest.raises(Missing):
        await database.write(canned.restore, ana, one["id"], NOW)


@pytest.mark.parametrize(
    ("wording", "field"),
    [
        (said(""), "short_code"),
        (said("two words"), "short_code"),
        (said("x" * 41), "short_code"),
        (said("-a"), "short_code"),
        (said("a", " "), "content"),
        (said("a", "x" * 4_097), "content"),
        (said("a", "Hello {{contact.nme}}"), "content"),
        (said("a", scope="team"), "team_id"),
        (said("a", scope="mine"), "scope"),
    ],
)
async def test_what_cannot_be_kept_is_said_by_its_field(
    database: Database, ana: Author, wording: Wording, field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        await database.write(canned.add, ana, wording, NOW)
    assert refusal.value.field == field


async def test_it_is_found_by_the_start_of_its_code_first_then_by_its_words(
    database: Database, ana: Author
) -> None:
    for code, content in (
        ("refund", "Money comes back"), ("ref", "Reference"), ("no-refund", "Sorry"),
        ("zebra", "Ask for a REFUND of Zoë's 100%"), ("other", "Nothing"),
    ):  # fmt: skip
        await database.write(canned.add, ana, said(code, content), NOW)
    own = said("refund", "Mine", "personal")
    await database.write(canned.add, ana, own, NOW)
    found = {
        q: codes(await database.read(canned.responses_page, ana, q))
        for q in ("ref", "REFUND", "zoe")
    }
    assert found["ref"] == ["ref", "refund", "refund", "no-refund", "zebra"]
    assert found["REFUND"] == ["refund", "refund", "no-refund", "zebra"]
    assert found["zoe"] == ["zebra"]
    first = (await database.read(canned.responses_page, ana, "refund"))[0][0]
    assert first["scope"] == "personal"
    assert codes(await database.read(canned.responses_page, ana, "100%")) == ["zebra"]
    assert codes(await database.read(canned.responses_page, ana, "_")) == []


async def test_pages_follow_each_other_without_a_gap(database: Database, ana: Author) -> None:
    for code in ("c", "a", "e", "b", "d"):
        await database.write(canned.add, ana, said(code), NOW)
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        found, after = await database.read(canned.responses_page, ana, "", after, 2)
        seen += [one["short_code"] for one in found]
    assert seen == ["a", "b", "c", "d", "e"]
