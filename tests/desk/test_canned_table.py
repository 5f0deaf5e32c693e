"""A table of canned responses: each line is taken, or it is said why not."""

from inbox.desk import canned
from inbox.desk.canned_table import TakenLine, canned_table, take_lines, twice
from inbox.desk.teams import TeamPlan, add_team, remove_team
from inbox.desk.wording import Author, Wording
from inbox.desk.writer import Writer
from inbox.domain.canned_lines import CannedLine, read_table
from inbox.storage.database import Database
from tests.conversations.test_uploads import brought
from tests.desk.conftest import NOW, said

LINES = [
    CannedLine(2, "/Hours", "We open at nine.", "everybody", None),
    CannedLine(3, "hours", "I open at ten.", "personal", None),
    CannedLine(4, "bad code", "x", "personal", None),
    CannedLine(5, "hours", "Again", "everybody", None),
    CannedLine(6, "greet", "Hello {{contact.nme}}", "personal", None),
    CannedLine(7, "sale", "=SUM(A1)", "team", None),
]


def outcomes(taken: list[TakenLine]) -> dict[int, str]:
    return {one["line"]: one["outcome"] for one in taken}


async def test_a_line_that_is_wrong_keeps_no_other_out(database: Database, ana: Author) -> None:
    assert twice(LINES) == {5: 2}
    lines = [one for one in LINES if one.number != 5]
    for preview, there in ((True, 0), (False, 2)):
        work = database.read if preview else database.write
        taken = await work(take_lines, ana, lines, False, preview, NOW)
        assert outcomes(taken) == {2: "added", 3: "added", 4: "refused", 6: "refused", 7: "refused"}
        assert "“{{contact.nme}}”" in str(taken[3]["detail"])
        assert len((await database.read(canned.responses_page, ana))[0]) == there


async def test_what_is_there_is_replaced_only_if_that_is_wanted(
    database: Database, ana: Author, ben: Author
) -> None:
    media_id = await brought(database, "aa" * 32)
    wording = Wording(short_code="hours", content="Old", scope="everybody", attachments=[media_id])
    await database.write(canned.add, ana, wording, NOW)
    [same, other] = [CannedLine(2, "hours", text, "everybody", None) for text in ("Old", "New")]
    for line, author, over, outcome in (
        (same, ana, False, "unchanged"),
        (other, ana, False, "refused"),
        (other, ben, True, "refused"),
        (other, ana, True, "changed"),
    ):
        taken = await database.write(take_lines, author, [line], over, False, NOW)
        assert outcomes(taken) == {2: outcome}
    [kept] = (await database.read(canned.responses_page, ana))[0]
    assert (kept["content"], kept["attachments"]) == ("New", [media_id])


async def test_what_goes_out_as_a_table_comes_back_as_it_was(
    database: Database, ana: Author
) -> None:
    media_id = await brought(database, "aa" * 32)
    await database.write(canned.add, ana, said("sum", '=1+1, \'and\n"more"'), NOW)
    files = Wording(short_code="list", content="", scope="personal", attachments=[media_id])
    await database.write(canned.add, ana, files, NOW)
    lines = read_table((await database.read(canned_table, ana)).encode())
    taken = await database.write(take_lines, ana, lines, False, False, NOW)
    assert set(outcomes(taken).values()) == {"unchanged"}
    team = await database.write(add_team, TeamPlan(name="Claims"), NOW)
    for name, outcome in (("claims ", "added"), ("Claims", "unchanged"), ("No such", "refused")):
        line = CannedLine(2, "hours", "We open at ten.", "team", None, name)
        taken = await database.write(take_lines, ana, [line], False, False, NOW)
        assert outcomes(taken) == {2: outcome}
    assert "team,,Claims" in await database.read(canned_table, ana)
    await database.write(remove_team, team["id"], Writer(user_id=ana.user_id, name="Ana"), NOW)
    assert "Claims" not in await database.read(canned_table, ana)
    elsewhere = CannedLine(2, "new", "With a file", "personal", ["gone"])
    [line] = await database.write(take_lines, ana, [elsewhere], False, False, NOW)
    assert (line["outcome"], line["detail"]) == (
        "added",
        "Its files are not here: add them on its page.",
    )
