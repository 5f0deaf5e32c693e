"""Labels and teams by page: supervisors make them, and who else comes is turned away."""

from uuid import uuid4

from tests.support.server import Line, Server


def test_a_label_is_made_recoloured_and_deleted_on_its_page(server: Server) -> None:
    name = f"Page {uuid4()}"[:20]
    admin, page = server.as_admin, "/settings/labels"
    assert admin.post(page, data={"name": name, "color": "teal"}).status_code == 303
    assert f'<bdi class="label-chip teal">{name}</bdi>' in admin.get(page).text
    again = admin.post(page, data={"name": name.upper(), "color": "red"})
    assert again.status_code == 422 and f"There is a label {name.upper()} already" in again.text
    [label] = [one for one in server.get("labels")["data"] if one["name"] == name]
    own = f"{page}/{label['id']}"
    assert admin.post(own, data={"name": name, "color": "beige"}).status_code == 422
    assert admin.post(own, data={"name": f"{name}<", "color": "pink"}).status_code == 303
    assert f"{name}&lt;</bdi>" in admin.get(page).text
    gone = admin.post(f"{own}/delete")
    assert "was deleted" in admin.get(gone.headers["location"]).text


def test_a_team_is_made_on_its_page_with_a_channel_that_no_other_has(
    server: Server, line: Line
) -> None:
    name, admin, page = f"Page {uuid4()}"[:20], server.as_admin, "/settings/teams"
    form = {"name": name, "channel_ids": line.id, "in_turn": "on", "capacity": "7"}
    assert admin.post(page, data=form).status_code == 303
    [team] = [one for one in server.get("teams")["data"] if one["name"] == name]
    assert (team["channel_ids"], team["in_turn"], team["capacity"]) == ([line.id], True, 7)
    assert name in admin.get(page).text and "In turn, up to 7" in admin.get(page).text
    other = {"name": f"Other {name}", "channel_ids": line.id}
    refused = admin.post(page, data=other)
    assert refused.status_code == 422 and f"is with {name}" in refused.text
    own = f"{page}/{team['id']}"
    wrong = admin.post(own, data=form | {"capacity": "many"})
    assert wrong.status_code == 422 and "from 1 to" in wrong.text
    assert admin.post(own, data={"name": name}).status_code == 303
    assert admin.post(page, data=other).status_code == 303
    assert admin.post(f"{own}/delete").status_code == 303
    assert name not in {one["name"] for one in server.get("teams")["data"]}


def test_a_channel_gives_in_turn_as_its_page_says(server: Server, line: Line) -> None:
    admin, page = server.as_admin, f"/settings/channels/{line.id}/turns"
    assert admin.post(page, data={"in_turn": "on", "capacity": "0"}).status_code == 422
    assert admin.post(page, data={"in_turn": "on", "capacity": "5"}).status_code == 303
    assert 'value="5"' in admin.get(page).text
    assert server.get(f"channels/{line.id}/turns") == {"in_turn": True, "capacity": 5}
    agent = server.agent("no-labels@example.com")
    assert agent.put(f"/api/v1/channels/{line.id}/turns", json={}).status_code == 403


def test_agents_see_labels_and_teams_and_change_none(server: Server) -> None:
    agent = server.agent("no-labels@example.com")
    for kind in ("labels", "teams"):
        assert agent.get(f"/api/v1/{kind}").status_code == 200
        assert agent.post(f"/api/v1/{kind}", json={"name": "Mine"}).status_code == 403
        assert agent.get(f"/settings/{kind}").status_code == 403
