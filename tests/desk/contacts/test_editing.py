"""What a team calls its customers and notes about them, beside what WhatsApp tells."""

from typing import Any

import pytest

from inbox.conversations import listing, search
from inbox.conversations.contact_details import details_of
from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid, Missing
from inbox.domain.reach import EVERYTHING
from inbox.search.indexing import index
from inbox.storage.database import Database
from tests.desk.contacts.conftest import Define, Edit, Meet
from tests.support.published import published


async def told(database: Database, contact_id: str) -> list[Any]:
    found = await database.read(published, "contact:updated")
    return [one.payload for one in found if one.payload["id"] == contact_id]


async def test_our_name_goes_before_whatsapps_and_that_is_still_told(
    database: Database, meet: Meet, edit: Edit
) -> None:
    dana = await meet(name="dana 🌸")
    assert (dana["name"], dana["profile_name"], dana["own_name"]) == ("dana 🌸", "dana 🌸", None)
    ours = await edit(dana["id"], name="  Dana Reyes ")
    assert (ours["name"], ours["profile_name"]) == ("Dana Reyes", "dana 🌸")
    later = await meet(at=9, name="dana 🌵")
    assert (later["name"], later["profile_name"]) == ("Dana Reyes", "dana 🌵")
    assert [one["changed"] for one in await told(database, dana["id"])] == [
        ["name", "own_name"],
        ["profile_name"],
    ]
    without = await edit(dana["id"], name=None)
    assert (without["name"], without["own_name"]) == ("dana 🌵", None)


async def test_everybody_hears_what_is_noted_and_who_writes_hears_nothing_new(
    database: Database, meet: Meet, edit: Edit, define: Define
) -> None:
    dana, plan = await meet(), await define("number")
    key = plan["key"]
    await edit(dana["id"], note="After six.\r\nNot Mondays.", attributes={key: "12"})
    kept = await edit(dana["id"], note="After six.\nNot Mondays.", attributes={key: 12})
    assert (kept["note"], kept["attributes"][key]) == ("After six.\nNot Mondays.", 12)
    [event] = await told(database, dana["id"])
    assert event["changed"] == ["attributes", "note"]
    assert (event["attributes"], event["note"]) == ({key: 12}, kept["note"])
    assert (await edit(dana["id"], attributes={key: None}))["attributes"] == {}
    assert (await edit(dana["id"], note=""))["note"] == ""


async def test_what_cannot_be_kept_is_refused_whole(
    database: Database, meet: Meet, edit: Edit, define: Define
) -> None:
    dana, key = await meet(), (await define("date"))["key"]
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("name", {"name": "x" * 201}),
        ("note", {"name": "Dana", "note": "x" * 5001}),
        (f"attributes.{key}", {"name": "Dana", "attributes": {key: "soon"}}),
        ("attributes.colour", {"name": "Dana", "attributes": {"colour": "red"}}),
    ]
    for field, words in wrong:
        with pytest.raises(Invalid) as refused:
            await edit(dana["id"], **words)
        assert refused.value.field == field
    assert await database.read(details_of, dana["id"], EVERYTHING) == dana
    with pytest.raises(Missing):
        await edit("nobody", name="Dana")


async def test_somebody_is_found_by_our_name_and_by_theirs(
    database: Database, meet: Meet, edit: Edit
) -> None:
    dana = await meet(name="Quetzalcoatlina")
    await edit(dana["id"], name="Ximenes Reyes")
    while await database.write(index, 50):
        pass
    for q in ("ximen", "reyes", "quetzalcoatl"):
        asked = listing.Search(q=q, channel_id=dana["channel_id"])
        [found], _ = await database.read(search.search_page, None, asked)
        assert found["contact"]["name"] == "Ximenes Reyes"


async def test_a_former_username_and_number_stay_known(
    database: Database, channel: Channel, meet: Meet
) -> None:
    await meet(name="Dana", username="dana", user_id="US.1")
    await meet(at=2, username="dana.reyes", user_id="US.1")
    now = await meet("12025550199", at=3, user_id="US.1")
    assert (now["phone_number"], now["username"]) == ("+12025550199", "dana.reyes")
    assert now["aliases"] == [
        {"kind": "phone_number", "value": "+12025550142"},
        {"kind": "username", "value": "dana"},
    ]


async def test_the_same_number_on_another_channel_is_told(meet: Meet, elsewhere: Channel) -> None:
    there = await meet("12025550177", where=elsewhere, name="Dana")
    assert there["conversations"] == []
    here = await meet("12025550177")
    [found] = here["conversations"]
    assert (found["contact_id"], found["why"]) == (there["id"], "same_number")
    assert (found["channel_id"], found["name"]) == (elsewhere.id, "Dana")
