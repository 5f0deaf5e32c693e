"""An admin sees what a provider has registered, and registers this channel by one button."""

import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inbox.web.settings.registration import unreachable
from tests.support.fake_dashboards import API_KEY
from tests.support.fake_registration import (
    ELSEWHERE,
    SIGNING_SECRET,
    FakeMetaOffice,
    FakeNotifierOffice,
    FakeWhatsAbleOffice,
)
from tests.support.inhabited import Homes
from tests.support.server import Line, Server, serving

PUBLIC = "https://inbox.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """On SQLite alone: nothing here is the database's."""
    home = homes.server(tmp_path_factory.mktemp("registration"))
    with serving(home, INBOX_PUBLIC_URL=PUBLIC) as server:
        yield server


def at(line: Line) -> str:
    return f"/settings/channels/{line.id}/registration"


def connected(server: Server, provider: str, base: str, **facts: str) -> Line:
    told = {"account": "", "verify_token": "", "access_token": API_KEY, "secret": ""}
    return server.add_channel(name=provider, provider=provider, api_base=base, **told | facts)


def shown(answer: httpx.Response) -> str:
    assert answer.status_code == 200, answer.text
    assert API_KEY not in answer.text
    assert SIGNING_SECRET not in answer.text
    return answer.text


def test_one_button_registers_and_the_secret_that_comes_with_it_counts_at_once(
    server: Server,
) -> None:
    with FakeNotifierOffice() as office:
        line = connected(server, "notifier", office.base_url)
        asked = len(office.requests)
        page = shown(server.as_admin.get(f"/settings/channels/{line.id}"))
        assert "Look what is registered" in page
        assert len(office.requests) == asked, "opening a page asks nobody"
        before = shown(server.as_admin.get(at(line)))
        assert ELSEWHERE in before
        assert "This channel" not in before
        after = shown(server.as_admin.post(at(line)))
        assert PUBLIC + line.path in after
        assert "This channel" in after
        assert "webhook secret that came with it is saved" in after
        assert office.webhooks[-1]["url"] == PUBLIC + line.path
    event = {"event_type": "test", "event_id": "evt_1", "version": "2025-04-01"}
    body = json.dumps(event).encode()
    proof = hmac.new(SIGNING_SECRET.encode(), body, "sha256").hexdigest()
    for value, status in ((proof, 200), (proof[::-1], 401)):
        answer = server.provider.post(
            line.path, content=body, headers={"X-Webhook-Signature": value}
        )
        assert answer.status_code == status
    assert API_KEY not in server.stderr
    assert SIGNING_SECRET not in server.stderr


def test_an_address_is_removed_and_what_is_left_is_shown(server: Server) -> None:
    with FakeWhatsAbleOffice() as office:
        line = connected(server, "whatsable", office.base_url)
        assert ELSEWHERE in shown(server.as_admin.get(at(line)))
        page = shown(server.as_admin.post(f"{at(line)}/remove", data={"registered": "1"}))
        assert "Removed" in page
        assert ELSEWHERE not in page
        assert "No webhook address is registered there" in page
        again = shown(server.as_admin.post(f"{at(line)}/remove", data={"registered": "1"}))
        assert "No such webhook" in again


def test_what_a_provider_says_cannot_write_on_the_page(server: Server) -> None:
    with FakeWhatsAbleOffice() as office:
        line = connected(server, "whatsable", office.base_url)
        office.webhooks["9"] = "https://x.example/<img src=x onerror=alert(1)>"
        office.webhooks['"><b>'] = "https://y.example"
        page = shown(server.as_admin.get(at(line)))
        assert "&lt;img src=x" in page
        assert "<img" not in page
        assert "<b>" not in page
        office.answer_next({"success": False, "message": "<script>alert(1)</script>"}, 400)
        assert "<script>" not in shown(server.as_admin.get(at(line)))


def test_meta_gets_the_verify_token_and_a_wrong_token_says_what_to_do(server: Server) -> None:
    with FakeMetaOffice() as office:
        facts: dict[str, Any] = {"account": "109876543210987", "verify_token": "let me in"}
        line = connected(server, "cloud-api", office.base_url, access_token=office.token, **facts)
        shown(server.as_admin.post(at(line)))
        assert (office.override, office.verify_token) == (PUBLIC + line.path, "let me in")
        office.token = "another-since"
        page = shown(server.as_admin.get(at(line)))
        assert "did not let us in" in page
        assert "whatsapp_business_management" in page


def test_only_admins_and_only_channels_that_have_something_to_register(server: Server) -> None:
    sandbox = server.add_channel(name="Phone", provider="sandbox")
    assert server.as_admin.get(at(sandbox)).status_code == 404
    page = server.as_admin.get(f"/settings/channels/{sandbox.id}").text
    assert "Look what is registered" not in page
    for path in (at(sandbox), f"{at(sandbox)}/remove"):
        assert server.provider.post(path).status_code in (303, 401)


@pytest.mark.parametrize(
    "url",
    [
        "http://inbox.example",
        "https://localhost",
        "https://inbox",
        "https://127.0.0.1:8000",
        "https://10.0.0.7",
        "https://[::1]",
        "https://desk.local",
        "http://127.0.0.1:8000",
    ],
)
def test_an_address_that_no_provider_can_call_is_known(url: str) -> None:
    found = unreachable(url)
    assert found
    assert "INBOX_PUBLIC_URL" in found.todo


def test_what_no_provider_can_call_is_never_registered(homes: Homes, tmp_path: Path) -> None:
    with serving(homes.server(tmp_path)) as server, FakeWhatsAbleOffice() as office:
        line = connected(server, "whatsable", office.base_url)
        looked = shown(server.as_admin.get(at(line)))
        assert "INBOX_PUBLIC_URL" in looked
        assert "Register this address" not in looked
        assert "INBOX_PUBLIC_URL" in shown(server.as_admin.post(at(line)))
        assert {request.method for request in office.requests} == {"GET"}
        assert list(office.webhooks.values()) == [ELSEWHERE]


def test_a_public_https_address_is_fine() -> None:
    assert unreachable("https://inbox.example") is None
    assert unreachable("https://inbox.example:8443/inbox") is None
