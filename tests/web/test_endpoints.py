"""Outgoing webhooks by page and by API: made, changed, read, and never a secret twice."""

import re
from typing import Any

import pytest

from inbox.domain.feed_events import FOR_EVERYBODY
from inbox.web.present.endpoints import ABOUT
from tests.support.server import Line, Server

HOST = "https://hooks.example.com"
PAGE = "/settings/webhooks"
LIST = "/api/v1/webhooks"


def made(server: Server, **facts: Any) -> dict[str, Any]:
    answer = server.api("admin").post(LIST, json={"url": f"{HOST}/own"} | facts)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_an_endpoint_is_told_all_by_default_and_its_secret_is_shown_once(server: Server) -> None:
    endpoint, api = made(server, description="  Our  CRM "), server.api("admin")
    assert (endpoint["events"], endpoint["channel_ids"]) == (["*"], [])
    assert endpoint["description"] == "Our CRM" and endpoint["active"]
    own = f"{LIST}/{endpoint['id']}"
    shown = [api.get(LIST).text, api.get(own).text, server.as_admin.get(PAGE).text]
    shown.append(server.as_admin.get(f"{PAGE}/{endpoint['id']}").text)
    assert not any(endpoint["secret"] in one for one in shown)
    again = api.post(f"{own}/rotate").json()
    assert again["secret"] != endpoint["secret"] and again["secret_overlaps_until"]
    assert api.delete(own).json()["url"] == endpoint["url"]
    assert api.get(own).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field", "reason"),
    [
        ({"url": "ftp://hooks.example.com"}, "url", "begins with https://"),
        ({"url": "https://ana:hush@hooks.example.com"}, "url", "password"),
        ({"url": "http://169.254.169.254/latest"}, "url", "Nothing is ever"),
        ({"events": ["message:everything"]}, "events", "no event"),
        ({"channel_ids": ["nowhere"]}, "channel_ids", "no such channel"),
        ({"headers": {"webhook-id": "1"}}, "headers", "set by Inbox"),
        ({"headers": {"X": "a\r\nY: b"}}, "headers", "X"),
        ({"concurrency": 11}, "concurrency", "from 1 to 10"),
    ],
)
def test_what_cannot_be_is_said_with_its_field(
    server: Server, wrong: dict[str, Any], field: str, reason: str
) -> None:
    before = len(server.api("admin").get(LIST).json()["data"])
    answer = server.api("admin").post(LIST, json={"url": f"{HOST}/wrong"} | wrong)
    assert answer.status_code == 422
    problem = answer.json()
    assert problem["field"] == field and reason in problem["detail"]
    assert len(server.api("admin").get(LIST).json()["data"]) == before


def test_what_is_not_named_stays_and_headers_are_set_one_by_one(server: Server, line: Line) -> None:
    endpoint, api = made(server, headers={"X-One": "1", "X-Two": "2"}), server.api("admin")
    own = f"{LIST}/{endpoint['id']}"
    changed = api.patch(own, json={"headers": {"x-one": None, "X-Three": "3"}}).json()
    assert changed["header_names"] == ["X-Two", "X-Three"]
    assert changed["events"] == ["*"] and changed["active"]
    changed = api.patch(own, json={"channel_ids": [line.id], "active": False}).json()
    assert changed["channel_ids"] == [line.id] and not changed["active"]
    assert not {"1", "2", "3"} & {*changed["header_names"]}


def test_a_page_makes_an_endpoint_changes_it_and_deletes_it(server: Server, line: Line) -> None:
    admin = server.as_admin
    form = {
        "url": f"{HOST}/page",
        "hears": "some",
        "event": "message:new",
        "sees": "some",
        "channel": line.id,
        "headers": "Authorization: Bearer hush\nX-Kind: test",
    }
    page = admin.post(PAGE, data=form).text
    [secret] = {*re.findall(r"whsec_[A-Za-z0-9+/=]+", page)}
    [identity] = {*re.findall(rf"{PAGE}/([0-9a-f-]{{36}})/edit", page)}
    own = f"{PAGE}/{identity}"
    shown = admin.get(own).text + admin.get(f"{own}/edit").text
    assert secret not in shown and "hush" not in shown
    assert "Authorization" in shown and "message:new" in shown
    changes = form | {"hears": "all", "sees": "all", "headers": "", "keep": "X-Kind"}
    assert admin.post(own, data=changes).status_code == 303
    stored = server.api("admin").get(f"{LIST}/{identity}").json()
    assert (stored["events"], stored["channel_ids"]) == (["*"], [])
    assert stored["header_names"] == ["X-Kind"]
    assert admin.post(f"{own}/active", data={"active": ""}).status_code == 303
    assert "Paused" in admin.get(own).text
    gone = admin.post(f"{own}/delete")
    assert f"{HOST}/page" in admin.get(gone.headers["location"]).text
    assert admin.get(own).status_code == 404


def test_a_refused_form_keeps_what_was_written_but_no_secret(server: Server) -> None:
    form = {"url": "nonsense<", "description": "Our CRM", "hears": "some", "headers": "X: hush"}
    answer = server.as_admin.post(PAGE, data=form)
    assert answer.status_code == 422
    assert "nonsense&lt;" in answer.text and "Our CRM" in answer.text
    assert "hush" not in answer.text and "Write them again" in answer.text
    wrong = server.as_admin.post(PAGE, data=form | {"url": HOST, "hears": "all", "headers": "hush"})
    assert wrong.status_code == 422 and "Name: value" in wrong.text and "hush" not in wrong.text


def test_a_test_is_posted_listed_and_replayed_under_one_id(server: Server) -> None:
    endpoint, api = made(server, active=False), server.api("admin")
    own = f"{LIST}/{endpoint['id']}"
    test = api.post(f"{own}/test")
    assert test.status_code == 201 and test.json()["type"] == "webhook.test"
    [listed] = api.get(f"{own}/deliveries").json()["data"]
    assert listed["id"] == test.json()["id"]
    shown = api.get(f"{own}/deliveries/{listed['id']}").json()
    assert shown["request"]["headers"]["webhook-id"] == listed["id"]
    assert '"webhook.test"' in shown["request"]["body"]
    again = api.post(f"{own}/deliveries/{listed['id']}/replay")
    assert again.status_code == 200 and again.json()["id"] == listed["id"]
    page = server.as_admin.get(f"{PAGE}/{endpoint['id']}/deliveries/{listed['id']}").text
    assert listed["id"] in page and "webhook.test" in page


def test_a_replay_is_of_what_failed_or_since_a_moment(server: Server) -> None:
    endpoint, api = made(server, active=False), server.api("admin")
    own = f"{LIST}/{endpoint['id']}/replay"
    assert api.post(own, json={"failed": True}).json() == {"number": 0}
    assert api.post(own, json={"since": server.head()}).json() == {"number": 0}
    for wrong in ({}, {"failed": True, "since": "2026-01-01T00:00:00Z"}, {"since": "soon"}):
        answer = api.post(own, json=wrong)
        assert answer.status_code == 422 and answer.json()["field"] == "since"
    page = f"{PAGE}/{endpoint['id']}/replay"
    assert "There was nothing" in server.as_admin.post(page, data={"which": "failed"}).text
    wrong = server.as_admin.post(page, data={"which": "since", "since": "soon"})
    assert wrong.status_code == 422 and "since when" in wrong.text


def test_deliveries_are_of_their_own_endpoint_alone(server: Server) -> None:
    one, other, api = made(server, active=False), made(server, active=False), server.api("admin")
    test = api.post(f"{LIST}/{one['id']}/test").json()["id"]
    assert api.get(f"{LIST}/{other['id']}/deliveries/{test}").status_code == 404
    assert api.get(f"{LIST}/{other['id']}/deliveries").json()["data"] == []
    assert api.get(f"{LIST}/nowhere/deliveries").status_code == 404
    assert api.get(f"{LIST}/{one['id']}/deliveries?cursor=%3C").status_code == 400


def test_only_admins_have_endpoints(server: Server) -> None:
    agent = server.agent("no-endpoints@example.com")
    assert agent.get(LIST).status_code == agent.get(PAGE).status_code == 403
    assert agent.post(LIST, json={"url": HOST}).status_code == 403


def test_each_event_that_may_be_chosen_is_said_in_words() -> None:
    assert set(ABOUT) == set(FOR_EVERYBODY)
