"""What is counted of requests, and what is told of slow ones."""

import pytest

from inbox.web.counted import SLOW_SECONDS, Requests


def test_many_slow_requests_of_a_route_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    requests = Requests()
    for route in ("/webhooks", "/webhooks", "/health", "/webhooks"):
        requests.note("POST", route, 200, 2 * SLOW_SECONDS)
    assert [record.__dict__["route"] for record in caplog.records] == ["/webhooks", "/health"]
    assert requests.answers["POST", "/webhooks", 200] == 3


def test_who_asked_to_wait_is_not_slow(caplog: pytest.LogCaptureFixture) -> None:
    Requests().note("GET", "/api/v1/events", 200, 25.0)
    assert caplog.records == []
