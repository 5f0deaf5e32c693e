"""Settings → API tokens: the page on which one is changed, as a browser without scripts has it."""

from typing import Any

import pytest

from inbox.domain.times import DAY, iso, now
from tests.support.server import Line, Server


@pytest.fixture
def made(server: Server, line: Line) -> dict[str, Any]:
    wish = {"name": "CRM", "scopes": ["read"], "channel_ids": [line.id]}
    token = server.as_admin.post("/api/v1/tokens", json=wish | {"expires_at": iso(now() + DAY)})
    return {name: value for name, value in token.json().items() if name != "token"}


def kept(server: Server, made: dict[str, Any]) -> Any:
    return server.as_admin.get(f"/api/v1/tokens/{made['id']}").json()


def test_what_a_form_does_not_ask_stays(server: Server, made: dict[str, Any]) -> None:
    page = f"/settings/tokens/{made['id']}"
    saved = server.as_admin.post(page, data={"name": "ERP"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"{page}?saved=1")
    assert kept(server, made) == made | {"name": "ERP"}
    everything = {"name": "ERP", "days": "", "uses": "all", "sees": "all"}
    server.as_admin.post(page, data=everything)
    free = {"name": "ERP", "expires_at": None, "scopes": None, "channel_ids": None}
    assert kept(server, made) == made | free


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "s name has from 1 to 100 characters."),
        ({"uses": "some"}, "Choose what the token may be used for."),
        ({"sees": "some", "channel": "nowhere"}, "There is no such channel."),
    ],
)
def test_a_change_that_cannot_be_comes_back_as_it_was_written(
    server: Server, made: dict[str, Any], wrong: dict[str, str], told: str
) -> None:
    asked = {"name": "<b>Two</b>", "days": "90"} | wrong
    answer = server.as_admin.post(f"/settings/tokens/{made['id']}", data=asked)
    assert answer.status_code == 422 and told in answer.text
    assert 'value="90" selected' in answer.text and "<b>Two" not in answer.text
    assert kept(server, made) == made


def test_one_that_is_revoked_has_no_page(server: Server, made: dict[str, Any]) -> None:
    page = f"/settings/tokens/{made['id']}"
    assert server.as_admin.get(page).status_code == 200
    server.as_admin.post(f"{page}/revoke")
    assert server.as_admin.get(page).status_code == 404
    assert server.as_admin.post(page, data={"name": "x"}).status_code == 404
