"""Law 23 behind a proxy: the cookie of who came by https is for https and this host alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from inbox.access import passwords, people
from inbox.domain.times import now
from tests.support.inside import Inside, inside
from tests.support.server import PASSWORD

EMAIL = "ana@example.com"
BY_HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}


@pytest.fixture
async def house(migrated_url: str, tmp_path: Path) -> AsyncIterator[Inside]:
    """The proxy in front of it is on this machine."""
    believing = {"proxy_headers": True, "forwarded_allow_ips": "127.0.0.1"}
    async with inside(migrated_url, tmp_path, **believing) as running:
        yield running


async def _sign_in(house: Inside, **headers: str) -> httpx.Response:
    user = await house.database.read(people.by_email, EMAIL)
    if user is None:
        facts = {"email": EMAIL, "name": "Ana", "role": "admin"}
        user = await house.database.write(people.add, **facts, now=now())
        hashed = passwords.hash_password(PASSWORD)
        await house.database.write(people.set_password, user.id, hashed, now())
    form = {"email": EMAIL, "password": PASSWORD}
    async with httpx.AsyncClient(base_url=house.url, trust_env=False) as browser:
        return await browser.post("/sign-in", data=form, headers=headers)


async def test_by_https_the_cookie_and_the_host_are_for_https_alone(house: Inside) -> None:
    plain, secure = await _sign_in(house), await _sign_in(house, **BY_HTTPS)
    assert plain.headers["set-cookie"].startswith("inbox_session=")
    assert "strict-transport-security" not in plain.headers
    given = secure.headers["set-cookie"]
    assert given.startswith("__Host-inbox_session=") and "; Secure" in given
    assert "Path=/" in given and "Domain" not in given
    assert secure.headers["strict-transport-security"].startswith("max-age=")


async def test_by_https_no_cookie_of_another_name_is_taken(house: Inside) -> None:
    """Whoever writes cookies for a neighbour of this host cannot write that one."""
    token = (await _sign_in(house, **BY_HTTPS)).cookies["__Host-inbox_session"]
    for name, status in (("__Host-inbox_session", 200), ("inbox_session", 303)):
        headers = BY_HTTPS | {"Cookie": f"{name}={token}", "Authorization": ""}
        assert (await house.http.get("/", headers=headers)).status_code == status, name
