"""Everybody has a profile: what is chosen there is told to every page of theirs."""

import pytest

from inbox.domain.formatting import clock, clock_there, show_clock
from inbox.domain.zones import moment_there
from tests.support.server import Server

AT = "2026-01-01T15:30:05.000Z"
MICROS = 1_767_281_405_000_000


def test_what_is_chosen_is_known_by_api_and_told_to_pages(server: Server) -> None:
    agent = server.agent("profile@example.com")
    before = agent.get("/api/v1/me").json()
    assert before["preferences"]["send_key"] == "enter"
    assert 'data-send="' not in agent.get("/").text
    given = {"send_key": "mod-enter", "density": "compact"}
    after = agent.patch("/api/v1/me", json={"name": "Benjamin", **given}).json()
    assert after["preferences"] == {**before["preferences"], **given}
    form = {"send_key": "mod-enter", "density": "comfortable", "time_format": "12h"}
    assert agent.post("/account/likes", data=form).status_code == 303
    page = agent.get("/").text
    assert 'data-send="mod-enter"' in page and 'data-times="12h"' in page
    assert "data-density" not in page
    refused = agent.patch("/api/v1/me", json={"name": "Ben", "density": "dense"})
    assert refused.status_code in (400, 422)
    assert agent.post("/account/likes", data={"density": "dense"}).status_code == 422
    assert agent.get("/api/v1/me").json()["name"] == "Benjamin"
    assert server.api().get("/api/v1/me").json()["preferences"] is None


@pytest.mark.parametrize(
    ("times", "shown", "exact"),
    [("24h", "15:30", "15:30:05"), ("12h", "3:30 pm", "3:30:05 pm")],
)
def test_times_without_scripts_are_as_chosen(times: str, shown: str, exact: str) -> None:
    try:
        show_clock(times)  # type: ignore[arg-type]  # one of its words
        assert clock(AT, "time") == shown
        assert clock(AT, "exact").endswith(exact)
        assert clock_there(moment_there(MICROS, "UTC"), "time") == shown
    finally:
        show_clock("auto")
