"""Contacts that somebody says are one person, and says otherwise later."""

from typing import Any

import pytest

from inbox.conversations.contact_details import details_of
from inbox.desk.contacts.merges import merge_contacts, preview_merge, undo_merge
from inbox.domain.channels import Channel
from inbox.domain.contacts import ContactDetails
from inbox.domain.errors import Invalid, Missing
from inbox.domain.reach import EVERYTHING, Reach
from inbox.storage.database import Database
from tests.conversations.conftest import NOW, AddChannel, add_channel
from tests.desk.contacts.conftest import Define, Edit, Meet

__all__ = ["add_channel"]


@pytest.fixture
async def pair(meet: Meet, elsewhere: Channel) -> tuple[str, str]:
    """Dana at the shop and Dana at the workshop, under another number."""
    shop, workshop = await meet(name="Dana"), await meet("12025550177", where=elsewhere)
    return shop["id"], workshop["id"]


async def known(database: Database, contact_id: str) -> ContactDetails:
    found = await database.read(details_of, contact_id, EVERYTHING)
    assert found
    return found


def words(one: ContactDetails) -> tuple[Any, ...]:
    return one["own_name"], one["note"], one["attributes"], one["person_id"]


async def test_it_is_shown_before_and_then_known_of_both_with_a_conversation_each(
    database: Database, pair: tuple[str, str], edit: Edit, define: Define
) -> None:
    shop, workshop = pair
    plan, city = [(await define())["key"] for _ in range(2)]
    await edit(shop, note="Calls.", attributes={plan: "Plus"})
    await edit(workshop, name="D. Reyes", note="Writes.", attributes={plan: "Pro", city: "Lagos"})
    before = [words(await known(database, each)) for each in pair]
    shown = await database.read(preview_merge, EVERYTHING, shop, workshop)
    assert (shown["done"], shown["name"]) == (False, "D. Reyes")
    [dropped] = shown["dropped"]
    assert (dropped["field"], dropped["kept"]) == (f"attributes.{plan}", "Pro")
    assert [words(await known(database, each)) for each in pair] == before
    await database.write(merge_contacts, EVERYTHING, shop, workshop, "Ana", NOW)
    one, other = await known(database, shop), await known(database, workshop)
    assert words(one) == words(other) and one["person_id"]
    assert one["name"] == "D. Reyes" and one["note"] == "Writes.\n\nCalls."
    assert one["attributes"] == shown["attributes"] == {plan: "Pro", city: "Lagos"}
    [there] = one["conversations"]
    assert (there["contact_id"], there["why"]) == (workshop, "merged")
    await edit(shop, note="Moved.")
    assert (await known(database, workshop))["note"] == "Moved."


async def test_undone_each_has_what_it_had_but_for_what_was_written_since(
    database: Database, pair: tuple[str, str], edit: Edit, define: Define
) -> None:
    shop, workshop = pair
    plan, city = [(await define())["key"] for _ in range(2)]
    await edit(shop, name="Dana R.", note="Calls.", attributes={plan: "Plus"})
    await edit(workshop, note="Writes.", attributes={plan: "Pro"})
    await database.write(merge_contacts, EVERYTHING, shop, workshop, "Ana", NOW)
    await edit(workshop, attributes={city: "Lagos"})
    await database.write(undo_merge, EVERYTHING, shop, NOW)
    one, other = await known(database, shop), await known(database, workshop)
    assert words(one) == ("Dana R.", "Calls.", {plan: "Plus", city: "Lagos"}, None)
    assert words(other) == (None, "Writes.", {plan: "Pro", city: "Lagos"}, None)
    assert one["conversations"] == other["conversations"] == []
    with pytest.raises(Invalid, match="no other"):
        await database.write(undo_merge, EVERYTHING, shop, NOW)


async def test_a_third_is_taken_away_first_and_nobody_is_merged_with_themselves(
    database: Database, pair: tuple[str, str], meet: Meet
) -> None:
    shop, workshop = pair
    third = (await meet("12025550188", name="D."))["id"]
    await database.write(merge_contacts, EVERYTHING, shop, workshop, "Ana", NOW)
    await database.write(merge_contacts, EVERYTHING, third, shop, "Ben", NOW + 9)
    assert len((await known(database, third))["conversations"]) == 2
    for one, other in ((shop, shop), (shop, third)):
        with pytest.raises(Invalid, match="already"):
            await database.read(preview_merge, EVERYTHING, one, other)
    await database.write(undo_merge, EVERYTHING, workshop, NOW)
    assert (await known(database, third))["person_id"] is None
    [there] = (await known(database, shop))["conversations"]
    assert there["contact_id"] == workshop


async def test_who_does_not_see_both_cannot_merge_them(
    database: Database, pair: tuple[str, str], channel: Channel
) -> None:
    shop, workshop = pair
    near = Reach(frozenset([channel.id]))
    for one, other in ((shop, workshop), (workshop, shop)):
        with pytest.raises(Missing):
            await database.write(merge_contacts, near, one, other, "Ana", NOW)
    await database.write(merge_contacts, EVERYTHING, shop, workshop, "Ana", NOW)
    found = await database.read(details_of, shop, near)
    assert found and found["conversations"] == []


async def test_of_more_that_share_a_number_than_are_shown_the_newest_are(
    database: Database, meet: Meet, add_channel: AddChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.conversations.contact_details.ELSEWHERE_MOST", 3)
    met = {n: await meet(heard=NOW + n, where=await add_channel()) for n in (4, 1, 5, 3, 2)}
    here = await meet()
    found = (await known(database, here["id"]))["conversations"]
    assert [one["contact_id"] for one in found] == [met[n]["id"] for n in (5, 4, 3)]
