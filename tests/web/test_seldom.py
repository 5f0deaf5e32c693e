"""Most addresses are loaded with the first request to one of them, and nobody can tell."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.handlers import ASGIRouteHandler
from litestar.routes import HTTPRoute

from inbox import app as root
from inbox.config import Settings
from inbox.web.everyday import EVERYDAY, SELDOM
from inbox.web.http.routes import Routes
from inbox.web.urls import HANDLERS
from tests.feed.test_mistakes import checks, tracebacks
from tests.support.inside import Inside, inside

sqlite = pytest.mark.parametrize("migrated_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def everyday(settings: Settings) -> Routes:
    return root.everyday(settings)


@pytest.fixture(scope="module")
def seldom(settings: Settings, everyday: Routes) -> set[tuple[str, str]]:
    """Addresses with their methods."""
    return _asked(root.routed(settings)) - _asked(everyday)


def _asked(app: Routes) -> set[tuple[str, str]]:
    routes = [one for one in app.routes if isinstance(one, HTTPRoute)]
    return {(route.path, method) for route in routes for method in route.methods}


@pytest.fixture
async def started(migrated_url: str, tmp_path: Path) -> AsyncIterator[Inside]:
    async with inside(migrated_url, tmp_path, as_started=True) as house:
        yield house


def test_what_is_asked_all_day_takes_no_other_address_for_one_of_its_own(
    everyday: Routes, seldom: set[tuple[str, str]]
) -> None:
    assert len(seldom) > 200
    taken = []
    for path, method in seldom:
        filled = re.sub(r"\{[^}]+\}", "7", path)
        try:
            everyday.asgi_router.handle_routing(path=filled, method=method)
        except NotFoundException:
            continue
        except MethodNotAllowedException:
            pass
        taken.append((method, path))
    assert taken == []


def test_what_is_loaded_later_is_known_by_how_its_addresses_begin(
    seldom: set[tuple[str, str]],
) -> None:
    assert {path.split("/")[1] for path, _ in seldom} == SELDOM


def test_what_is_answered_before_all_routes_is_there_from_the_start() -> None:
    raw = [one for one in HANDLERS if isinstance(one, ASGIRouteHandler)]
    assert raw and [one for one in raw if one not in EVERYDAY] == []


@sqlite
async def test_who_asks_first_at_the_same_time_waits_for_one_loading(
    started: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    routed = root.routed
    monkeypatch.setattr(root, "routed", lambda settings: loaded.append(1) or routed(settings))
    assert (await started.http.get("/health")).status_code == 200
    assert (await started.http.get("/nobodys")).status_code == 404
    assert loaded == []
    asked = [started.http.get(f"/api/v1/{name}") for name in ("labels", "users", "no-such")]
    answers = await asyncio.gather(*asked)
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert (await started.http.options("/api/v1/labels")).headers["allow"] == "GET, POST"
    assert loaded == [1]


@sqlite
async def test_what_cannot_be_loaded_is_said_and_is_tried_again(
    started: Inside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as broken:
        broken.setitem(sys.modules, "inbox.web.urls", None)  # its import raises
        answer = await started.http.get("/api/v1/labels")
    assert answer.status_code == 500 and "server's log" in answer.json()["detail"]
    assert tracebacks(caplog) == ["request failed"]
    assert "a mistake of ours (ModuleNotFoundError)" in (await checks(started))[1]["mistakes"]
    assert (await started.get("labels"))["data"] == []
