"""A browser is told with no page open: a real server, and a push service that reads as it would."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.push_service import Browser, FakePushService
from tests.support.server import Line, Server, said, webhook

DEVICES, NOTICES = "/api/v1/me/devices", "/api/v1/me/notices"


@pytest.fixture(scope="module")
def service() -> Iterator[FakePushService]:
    with FakePushService() as running:
        yield running


@pytest.fixture
def ben(server: Server) -> httpx.Client:
    return server.agent()


@pytest.fixture
def browser(service: FakePushService, ben: httpx.Client) -> Iterator[Browser]:
    """One that Ben has turned it on in."""
    made = service.subscribe(ben.get(DEVICES).json()["public_key"])
    answer = ben.post(DEVICES, json=made.subscription)
    assert (answer.status_code, answer.json()["state"]) == (201, "new"), answer.text
    yield made
    ben.delete(f"{DEVICES}/{answer.json()['id']}")


def of_line(server: Server, line: Line) -> dict[str, Any]:
    [conversation] = server.conversations(line)
    return conversation


def device(ben: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = ben.get(DEVICES).json()["data"][0]
    return found


def test_what_a_customer_says_reaches_the_browser_and_leads_to_the_message(
    server: Server, line: Line, browser: Browser, service: FakePushService, ben: httpx.Client
) -> None:
    body = webhook(line.account, messages=[said(f"wamid.{line.id}", "*Where* is my parcel?")])
    assert server.post_signed(line, body).status_code == 200
    [told] = service.wait_for(browser, 1)
    conversation = of_line(server, line)
    assert (told["title"], told["body"]) == ("+1 202-555-0142", "Where is my parcel?")
    message = conversation["last_message"]["id"]
    assert told["url"] == f"/conversations/{conversation['id']}?message={message}"
    assert ben.get(told["url"]).status_code == 200
    assert {"ttl", "topic", "urgency"} <= browser.headers[0].keys() and not service.refused


def test_a_test_says_how_it_went_and_a_browser_that_is_gone_is_over(
    browser: Browser, service: FakePushService, ben: httpx.Client
) -> None:
    test = f"{DEVICES}/{device(ben)['id']}/test"
    answer = ben.post(test).json()
    assert (answer["state"], answer["status"], answer["detail"]) == ("told", 201, None)
    assert browser.got[-1]["title"] == "Notices arrive here"
    browser.answers += [(500, {}), (429, {"Retry-After": "1"}), (410, {})]
    states = [ben.post(test).json()["state"] for _ in range(3)]
    assert states == ["failed", "failed", "ended"] and "again" in device(ben)["detail"]
    assert ben.post(DEVICES, json=browser.subscription).status_code == 200
    assert ben.post(test).json()["state"] == "told"


def test_it_is_tried_again_when_its_push_service_says(
    server: Server, line: Line, browser: Browser, service: FakePushService
) -> None:
    browser.answers.append((429, {"Retry-After": "1"}))
    body = webhook(line.account, messages=[said(f"wamid.{line.id}", "hello?")])
    assert server.post_signed(line, body).status_code == 200
    [told] = service.wait_for(browser, 1)
    assert told["body"] == "hello?" and len(browser.headers) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "http://push.example/1"},
        {"endpoint": "https://push.example:8443/1"},
        {"endpoint": "https://user@push.example/1"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "https://push.example/" + "x" * 2_000},
        {"keys": {"p256dh": "AAAA", "auth": "AAAA"}},
        {"keys": {"p256dh": "Ü", "auth": "\x00"}},
    ],
)
def test_what_is_no_subscription_is_refused(ben: httpx.Client, wrong: dict[str, Any]) -> None:
    right = Browser("https://push.example/1").subscription
    answer = ben.post(DEVICES, json=right | wrong)
    assert (answer.status_code, answer.json()["field"]) == (422, next(iter(wrong)))


def test_nobody_sees_or_tests_anothers_device_and_a_program_adds_none(
    server: Server, browser: Browser, ben: httpx.Client
) -> None:
    theirs = f"{DEVICES}/{device(ben)['id']}"
    assert server.as_admin.get(DEVICES).json()["data"] == []
    assert ben.get(theirs).json() == device(ben)
    assert server.as_admin.get(theirs).status_code == 404
    assert server.as_admin.delete(theirs).status_code == 404
    assert server.as_admin.post(f"{theirs}/test").status_code == 404
    answer = server.api().post(DEVICES, json=browser.subscription)
    assert (answer.status_code, answer.json()["field"]) == (422, "endpoint")


def test_what_somebody_is_told_of_is_theirs_to_choose(server: Server, line: Line) -> None:
    ana = server.as_admin
    night = {"start": "22:00", "end": "07:00", "time_zone": "Europe/Berlin"}
    wanted = {"muted_channels": [line.id], "quiet_hours": night, "sound": "drop", "preview": False}
    changed = ana.patch(NOTICES, json=wanted).json()
    assert changed == ana.get(NOTICES).json() == server.api().get(NOTICES).json()
    assert changed | wanted == changed and changed["messages"] == "all"
    for field, value in (
        ("sound", "trumpet"),
        ("messages", "some"),
        ("quiet_hours", night | {"start": "25:00"}),
        ("quiet_hours", night | {"time_zone": "Mars/Olympus"}),
        ("muted_channels", ["nowhere"]),
        ("away_until", "2020-01-01T00:00:00Z"),
    ):
        answer = ana.patch(NOTICES, json={field: value})
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    usual = {"muted_channels": [], "quiet_hours": None, "sound": "chime", "preview": True}
    assert ana.patch(NOTICES, json=usual).json() | usual == ana.get(NOTICES).json()
