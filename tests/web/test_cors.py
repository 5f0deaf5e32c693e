"""Pages of other sites: those that are listed may ask with a token, and nobody with a cookie."""

from collections.abc import Iterator

import httpx
import pytest

from inbox.config import WrongSetting, load
from tests.support.inhabited import Homes
from tests.support.server import Server, serving

LISTED, STRANGER = "https://crm.example", "https://crm.example.evil.example"
ALLOWED = "access-control-allow-origin"


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    home = homes.server(tmp_path_factory.mktemp("cors"))
    with serving(home, INBOX_CORS_ORIGINS=f"{LISTED}, http://localhost:5173") as server:
        yield server


def preflight(server: Server, origin: str, method: str = "POST") -> httpx.Response:
    asked = {"Access-Control-Request-Method": method}
    asked["Access-Control-Request-Headers"] = "authorization, content-type"
    return server.browser().options("/api/v1/feed-tokens", headers={"Origin": origin} | asked)


def test_a_listed_origin_asks_with_a_token(open_house: Server) -> None:
    told = preflight(open_house, LISTED)
    assert (told.status_code, told.headers[ALLOWED]) == (204, LISTED)
    assert "authorization" in told.headers["access-control-allow-headers"].lower()
    assert "access-control-allow-credentials" not in told.headers
    other_site = {"Origin": LISTED, "Sec-Fetch-Site": "cross-site"}
    for method, path, status in (
        ("GET", "conversations", 200), ("POST", "feed-tokens", 201), ("GET", "messages/none", 404)
    ):  # fmt: skip
        answer = open_house.api().request(method, f"/api/v1/{path}", headers=other_site)
        assert (answer.status_code, answer.headers[ALLOWED]) == (status, LISTED)


def test_a_cookie_does_not_work_from_there(open_house: Server) -> None:
    other_site = {"Origin": LISTED, "Sec-Fetch-Site": "cross-site"}
    answer = open_house.as_admin.post("/api/v1/feed-tokens", headers=other_site)
    assert answer.status_code == 403
    answer = open_house.as_admin.get("/api/v1/conversations", headers=other_site)
    assert "access-control-allow-credentials" not in answer.headers


def test_an_origin_that_is_not_listed_reads_nothing(open_house: Server) -> None:
    assert ALLOWED not in preflight(open_house, STRANGER).headers
    stranger = {"Origin": STRANGER, "Sec-Fetch-Site": "cross-site"}
    assert ALLOWED not in open_house.api().get("/api/v1/conversations", headers=stranger).headers
    assert open_house.api().post("/api/v1/feed-tokens", headers=stranger).status_code == 403


def test_by_default_no_site_is_listed(server: Server) -> None:
    assert preflight(server, LISTED).status_code == 405
    answer = server.api().get("/api/v1/conversations", headers={"Origin": LISTED})
    assert (answer.status_code, ALLOWED in answer.headers) == (200, False)


def test_origins_are_kept_as_browsers_write_them() -> None:
    given = load({"INBOX_CORS_ORIGINS": "HTTPS://Crm.example:443/, http://localhost:5173,"})
    assert given.cors_origins == {LISTED, "http://localhost:5173"}
    wrong = "* https://*.example crm.example https://crm.example/app null https://a@b.example"
    for each in f"{wrong} https://[::1 https://a.example:x ftp://a.example".split():
        with pytest.raises(WrongSetting, match="INBOX_CORS_ORIGINS"):
            load({"INBOX_CORS_ORIGINS": each})
