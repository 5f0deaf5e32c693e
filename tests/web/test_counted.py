"""What is told of slow requests."""

from typing import Any, cast

import pytest
from litestar.types import HTTPScope

from inbox.web.process.request_counts import SLOW_SECONDS, Requests


def asked(route: str) -> HTTPScope:
    scope: Any = {"method": "POST", "path_template": route, "route_handler": route}
    return cast(HTTPScope, scope)


def test_many_slow_requests_of_a_route_are_one_line(caplog: pytest.LogCaptureFixture) -> None:
    requests = Requests()
    for route in ("/a", "/a", "/health", "/a"):
        requests.note(asked(route), 200, 2 * SLOW_SECONDS)
    assert [record.__dict__["route"] for record in caplog.records] == ["/a", "/health"]
    assert requests.answers()["POST", "/a", "200"].count == 3


def test_who_asked_to_wait_is_not_slow(caplog: pytest.LogCaptureFixture) -> None:
    Requests().note(asked("/api/v1/events"), 200, 25.0)
    assert caplog.records == []
