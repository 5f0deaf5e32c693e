"""Views of the list under a name: one's own, and those that are shared."""

import pytest

from inbox.desk import saved_views
from inbox.desk.wording import Author
from inbox.domain.errors import Invalid, Missing
from inbox.domain.saved_views import SavedListView
from inbox.storage.database import Database
from tests.desk.conftest import NOW
from tests.support.published import published

FILTERS = {"view": "waiting", "label": "VIP"}


async def _save(database: Database, by: Author, name: str, scope: str) -> SavedListView:
    return await database.write(saved_views.add_view, by, name, FILTERS, scope, NOW)


async def _names(database: Database, by: Author) -> list[str]:
    found = await database.read(saved_views.saved_views_of, by.user_id)
    return [view["name"] for view in found]


async def test_who_sees_a_view_hears_of_it(database: Database, ana: Author, ben: Author) -> None:
    own = await _save(database, ben, " Late   ones ", "personal")
    shared = await _save(database, ben, "early", "shared")
    assert (own["name"], own["filters"]) == ("Late ones", FILTERS)
    assert await _names(database, ben) == ["early", "Late ones"]
    assert await _names(database, ana) == ["early"]
    with pytest.raises(Missing):
        await database.read(saved_views.view_by_id, ana.user_id, own["id"])
    told = await database.read(published, "view:updated")
    assert {(event.payload["id"], event.audience) for event in told} == {
        (own["id"], f"user:{ben.user_id}"),
        (shared["id"], ""),
    }


async def test_only_its_owner_or_a_supervisor_changes_a_shared_view(
    database: Database, ana: Author, ben: Author
) -> None:
    anas = await _save(database, ana, "all of us", "shared")
    bens = await _save(database, ben, "ours", "shared")
    told = ("mine now", FILTERS, "shared", NOW)
    with pytest.raises(Invalid):
        await database.write(saved_views.change_view, ben, anas["id"], *told)
    changed = await database.write(saved_views.change_view, ana, bens["id"], *told)
    assert (changed["name"], changed["owner_id"]) == ("mine now", ben.user_id)
    await database.write(saved_views.remove_view, ben, bens["id"], NOW)
    assert await _names(database, ben) == ["all of us"]


async def test_what_is_shared_no_more_is_gone_for_others(
    database: Database, ana: Author, ben: Author
) -> None:
    view = await _save(database, ben, "ours", "shared")
    told = ("mine", FILTERS, "personal", NOW)
    await database.write(saved_views.change_view, ben, view["id"], *told)
    assert await _names(database, ana) == []
    assert await _names(database, ben) == ["mine"]
    [gone] = await database.read(published, "view:removed")
    assert (gone.payload, gone.audience) == ({"id": view["id"]}, "")
