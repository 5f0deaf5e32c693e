"""The page on which everybody chooses what they are told of: without scripts as well."""

import re

import httpx
import pytest

from tests.support.server import Line, Server

PAGE, NOTICES = "/account/notices", "/api/v1/me/notices"


@pytest.fixture
def ben(server: Server) -> httpx.Client:
    return server.agent()


def test_the_form_says_all_of_it_and_leaves_what_it_did_not_show(
    server: Server, line: Line, ben: httpx.Client
) -> None:
    other = server.add_channel()
    ben.patch(NOTICES, json={"muted_channels": [other.id]})
    form = {"messages": "mine", "mentions": "1", "sound": "knock", "channel": [line.id]}
    night = {"quiet": "1", "start": "22:30", "end": "06:00", "time_zone": "Asia/Tokyo"}
    answer = ben.post(PAGE, data=form | night)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"{PAGE}?saved=notices#notices",
    )
    chosen = ben.get(NOTICES).json()
    assert chosen | {"messages": "mine", "mentions": True, "sound": "knock"} == chosen
    assert not chosen["preview"] and {*chosen["muted_channels"]} == {line.id, other.id}
    assert chosen["quiet_hours"] == {"start": "22:30", "end": "06:00", "time_zone": "Asia/Tokyo"}
    refused = ben.post(PAGE, data=form | night | {"end": "22:30"})
    assert refused.status_code == 422 and "another time than they begin" in refused.text
    usual = {"messages": "all", "sound": "chime", "preview": True, "quiet_hours": None}
    ben.patch(NOTICES, json=usual | {"muted_channels": []})


@pytest.mark.parametrize(("until", "ends"), [("", False), ("hour", True), ("tomorrow", True)])
def test_who_is_away_says_until_when_and_comes_back_at_a_press(
    ben: httpx.Client, until: str, ends: bool
) -> None:
    form = {"away": "1", "until": until, "time_zone": "Asia/Tokyo"}
    assert ben.post(f"{PAGE}/away", data=form).status_code == 303
    chosen = ben.get(NOTICES).json()
    assert chosen["away"] and (chosen["away_until"] is not None) == ends
    if until == "tomorrow":
        assert re.search("T23:00", chosen["away_until"]), "eight in the morning there"
    assert "I am back" in ben.get(PAGE).text
    assert ben.post(f"{PAGE}/away", data={}).status_code == 303
    assert not ben.get(NOTICES).json()["away"]


def test_the_worker_is_at_the_root_and_answers_no_request(server: Server) -> None:
    found = server.browser().get("/service-worker.js")
    assert found.headers["content-type"].startswith("text/javascript")
    assert found.headers["cache-control"] == "no-cache"
    assert "pushsubscriptionchange" in found.text
    assert not re.search(r"addEventListener\(.fetch|caches\.", found.text)
    page = server.as_admin.get("/account").text
    [manifest] = re.findall(r'rel="manifest" href="([^"]+)"', page)
    described = server.browser().get(manifest).json()
    assert (described["id"], described["scope"]) == ("/", "/")
    for icon in described["icons"]:
        place = httpx.URL(server.url).join(manifest).join(icon["src"])
        assert server.browser().get(place.path).status_code == 200
