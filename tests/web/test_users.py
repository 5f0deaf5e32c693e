"""Users by the API and the settings: invited, changed, limited, kept out, and deleted for good."""

import re
from typing import Any

import httpx
import pytest

from inbox.access import limits, people, sessions
from inbox.domain.times import now
from tests.support.contract import Contract
from tests.support.inside import Inside
from tests.support.server import PASSWORD, said, webhook


async def asked(
    house: Inside, contract: Contract, status: int, method: str, path: str, **options: Any
) -> Any:
    """What the contract describes, and of this status."""
    answer = await house.http.request(method, f"/api/v1{path}", **options)
    assert answer.status_code == status, answer.text
    template = re.sub(r"/users/[\w-]+", "/users/{user_id}", f"/api/v1{path}")
    contract.check(answer, method, template)
    return answer.json()


async def test_a_user_is_invited_changed_and_deleted_and_their_work_stays(house: Inside) -> None:
    contract = Contract((await house.http.get("/openapi.json")).json())
    channel = await house.add_channel()

    async def ask(status: int, method: str, path: str, **options: Any) -> Any:
        return await asked(house, contract, status, method, path, **options)

    facts = {"email": "Ben@Example.com", "name": "Ben", "channel_ids": [channel.id]}
    ben = await ask(201, "POST", "/users", json=facts)
    own = f"/users/{ben['id']}"
    assert (ben["email"], ben["state"]) == ("ben@example.com", "invited")
    assert ben["channel_ids"] == [channel.id]
    again = await ask(201, "POST", f"{own}/link")
    assert (await house.http.get(ben["link"])).status_code == 410, "the one before"
    assert (await house.http.get(again["link"])).status_code == 200
    assert (await ask(200, "DELETE", f"{own}/link"))["link_expires_at"] is None
    assert (await house.http.get(again["link"])).status_code == 410
    await ask(404, "DELETE", f"{own}/link")
    assert (await ask(422, "POST", "/users", json=facts))["field"] == "email"
    wrong = await ask(422, "PATCH", own, json={"name": "Jim", "channel_ids": ["nowhere"]})
    assert wrong["field"] == "channels" and (await ask(200, "GET", own))["name"] == "Ben"
    changed = await ask(200, "PATCH", own, json={"name": "Benny", "channel_ids": None})
    assert (changed["name"], changed["channel_ids"]) == ("Benny", None)
    team = (await house.http.post("/api/v1/teams", json={"name": "Sales"})).json()
    members = {"member_ids": [ben["id"]]}
    joined = await house.http.patch(f"/api/v1/teams/{team['id']}", json=members)
    assert joined.status_code == 200, joined.text
    limited = await ask(200, "PATCH", own, json={"own_teams_only": True})
    assert (limited["own_teams_only"], limited["team_ids"]) == (True, [team["id"]])
    await ask(200, "PATCH", own, json={"own_teams_only": False})
    await _wrote(house, channel, ben["id"])
    assert (await ask(200, "DELETE", own))["name"] == "Benny"
    await ask(404, "GET", own)
    assert [one["email"] for one in (await ask(200, "GET", "/users"))["data"]] == []
    [left] = (await house.get("teams"))["data"]
    assert left["member_ids"] == []
    mine = await house.get(f"conversations/{await _only(house)}")
    assert mine["assignee"] is None, "nobody waits for who is gone"
    [*_, note] = (await house.get(f"conversations/{await _only(house)}/messages"))["data"]
    assert note["sender"]["name"] == "Benny", "what they wrote stays under their name"
    assert (await ask(201, "POST", "/users", json=facts))["id"] != ben["id"]


async def _wrote(house: Inside, channel: Any, user_id: str) -> None:
    body = webhook(messages=[said("wamid.1", "hello?")])
    assert (await house.post_signed(channel, body)).status_code == 200
    await house.wait_for("message:new")
    async with await _browser(house, user_id) as ben:
        path = f"/api/v1/conversations/{await _only(house)}"
        assert (await ben.put(f"{path}/draft", json={"text": "Dear"})).status_code == 200
        assert (await ben.patch(path, json={"assignee_id": user_id})).status_code == 200
        answer = await ben.post(f"{path}/notes", json={"text": "Ask Jim"})
        assert answer.status_code == 201, answer.text


async def _only(house: Inside) -> str:
    [found] = (await house.get("conversations"))["data"]
    return str(found["id"])


async def _browser(house: Inside, user_id: str) -> httpx.AsyncClient:
    cookie = await house.database.write(sessions.start, user_id, "", now())
    return httpx.AsyncClient(
        base_url=house.url, cookies={"inbox_session": cookie}, trust_env=False, timeout=40
    )


async def _user(house: Inside, name: str, role: str) -> str:
    facts = {"email": f"{name.lower()}@example.com", "name": name, "role": role}
    user = await house.database.write(people.add, **facts, now=now())
    return user.id


async def test_who_asks_is_told_who_they_are_and_changes_their_name(house: Inside) -> None:
    contract = Contract((await house.http.get("/openapi.json")).json())
    program = await asked(house, contract, 200, "GET", "/me")
    assert (program["kind"], program["role"], program["channel_ids"]) == ("token", "admin", None)
    await asked(house, contract, 422, "PATCH", "/me", json={"name": "Me"})
    channel = await house.add_channel()
    ben = await _user(house, "Ben", "agent")
    await house.database.write(limits.limit_user, ben, [channel.id], now())
    async with await _browser(house, ben) as browser:
        changed = await browser.patch("/api/v1/me", json={"name": "Benny", "alias": "Benjamin"})
        assert changed.json() == (await browser.get("/api/v1/me")).json()
        assert (changed.json()["name"], changed.json()["alias"]) == ("Benny", "Benjamin")
        assert changed.json()["channel_ids"] == [channel.id]
        assert (await browser.get("/api/v1/users")).status_code == 403


async def test_an_admin_says_on_a_page_what_somebody_sees(house: Inside) -> None:
    shop, help_ = [await house.add_channel(name=name) for name in ("Shop", "Help")]
    ana, ben = await _user(house, "Ana", "admin"), await _user(house, "Ben", "agent")
    path = f"/settings/users/{ben}"
    async with await _browser(house, ana) as browser:
        assert "All channels" in (await browser.get(path)).text
        form = {"action": "save", "name": "Ben", "email": "ben@example.com", "role": "agent"}
        form |= {"sees": "some", "channel": help_.id, "own_teams_only": "1"}
        saved = await browser.post(path, data=form)
        assert (saved.status_code, saved.headers["location"]) == (303, f"{path}?saved=1")
        page = (await browser.get(path)).text
        assert re.search(rf'value="{help_.id}"\s*checked', re.sub(r"\s+", " ", page))
        assert not re.search(rf'value="{shop.id}"\s*checked', page)
        listed = (await browser.get("/settings/users")).text
        assert "1 channel" in listed and "Own teams only" in listed
        taken = await browser.post(path, data=form | {"email": "ana@example.com", "name": "Bo"})
        assert taken.status_code == 422 and 'value="Bo"' in taken.text, "nothing is typed twice"
        assert (await browser.post(path, data={"action": "delete"})).status_code == 303
        assert "ben@example.com" not in (await browser.get("/settings/users")).text
        own = await browser.post(f"/settings/users/{ana}", data={"action": "delete"})
        assert own.status_code == 422 and "last admin" in own.text


@pytest.mark.parametrize("present", [PASSWORD, "something else"])
async def test_another_address_is_taken_from_who_knows_the_password(
    house: Inside, present: str
) -> None:
    """And holds once they have signed in with it, which this browser has."""
    answer = await house.http.post(
        "/api/v1/users", json={"email": "ana@example.com", "name": "Ana", "role": "admin"}
    )
    assert (await house.http.post(answer.json()["link"], data={"password": PASSWORD})).is_redirect
    user_id = answer.json()["id"]
    async with (
        await _browser(house, user_id) as elsewhere,
        await _browser(house, user_id) as browser,
    ):
        form = {"name": "Anna", "email": "anna@example.com", "present_for_email": present}
        changed = await browser.post("/account/profile", data=form)
        right = present == PASSWORD
        assert changed.status_code == (303 if right else 422), changed.text
        assert ((await elsewhere.get("/account")).status_code == 303) is right
        if right:
            assert "anna@example.com" in (await browser.get("/account")).text
