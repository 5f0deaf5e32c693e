"""Every code of the wire formats, through the running server: agents and admins read words."""

import re
from html import unescape
from typing import Any

import pytest

from inbox.providers.authenticity import prove
from inbox.providers.errors import advice
from inbox.providers.registry import PROVIDERS
from tests.providers.test_errors import FOR_GOOD, PASSING
from tests.support.fake_graph import ACCOUNT
from tests.support.server import Line, Server, meta_json, said

CODES = FOR_GOOD + PASSING


def failed(wamid: str, code: int) -> dict[str, Any]:
    error = {"code": code, "title": "Their title", "error_data": {"details": "Their detail"}}
    return {"id": wamid, "status": "failed", "timestamp": "1750000009", "errors": [error]}


@pytest.fixture
def line(server: Server) -> Line:
    return server.add_channel()


def echoed(server: Server, line: Line, wamids: list[str], **arrays: Any) -> None:
    """Sent from the phone, to one customer."""
    echoes = [{"to": "12025550142", **said(wamid, wamid), "from": "1"} for wamid in wamids]
    value = {"metadata": {"phone_number_id": ACCOUNT}, "message_echoes": echoes} | arrays
    change = {"field": "smb_message_echoes", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    assert server.post_signed(line, body).status_code == 200
    server.settle()


def test_every_code_is_told_to_agents_with_what_to_do_and_the_code(
    server: Server, line: Line
) -> None:
    wamids = {f"wamid.{line.id}.{code}": code for code in CODES}
    statuses = [failed(wamid, code) for wamid, code in wamids.items()]
    echoed(server, line, list(wamids), statuses=statuses)
    shown = {one["provider_message_id"]: one for one in server.messages(line)}
    for wamid, code in wamids.items():
        known, told = advice(code), shown[wamid]["error"]
        assert known is not None
        assert (shown[wamid]["status"], told["code"], told["title"]) == (
            "failed",
            code,
            known.title,
        )
        assert told["detail"] == f"{known.todo} WhatsApp says: Their detail"


@pytest.mark.parametrize("code", [131047, 0, 987654, None])
def test_the_page_of_a_failed_message_says_why_and_names_the_code(
    server: Server, line: Line, code: int | None
) -> None:
    wamid = f"wamid.{line.id}.{code}"
    echoed(server, line, [wamid], statuses=[failed(wamid, code)])  # type: ignore[arg-type]  # a failure without a code, too
    [conversation] = server.conversations(line)
    page = unescape(server.as_admin.get(f"/conversations/{conversation['id']}").text)
    known = advice(code)
    assert f"Not delivered: {known.title if known else 'Their title'}." in page
    assert (f"(code <bdi>{code}</bdi>)" in page) is (code is not None)


@pytest.mark.parametrize(
    ("code", "helps"),
    [
        (131026, ["Retry"]),
        (131047, ["Send a template", "Send it once they write"]),
        (131050, []),
        (131062, ["Ask for the number", "Retry"]),
        (None, ["Retry"]),
    ],
)
def test_the_card_has_the_buttons_that_help(
    server: Server, line: Line, code: int, helps: list[str]
) -> None:
    wamid = f"wamid.{line.id}.{code}"
    echoed(server, line, [wamid], statuses=[failed(wamid, code)])
    [conversation] = server.conversations(line)
    page = unescape(server.as_admin.get(f"/conversations/{conversation['id']}").text)
    card = re.search(r'<div id="failure-[^"]+" class="failure".*?\n</div>', page, re.DOTALL)
    assert card and "Not delivered: " in card[0]
    assert re.findall(r"</svg>([^<]+)</button>", card[0]) == helps
    assert ('"type":"request_contact_info"' in card[0]) is ("Ask for the number" in helps)


@pytest.mark.parametrize("name", ["cloud-api", "waba"])
def test_all_problems_of_the_account_that_come_together_are_on_its_page(
    server: Server, name: str
) -> None:
    line = server.add_channel(provider=name)
    codes = [131042, 131031, 131042]
    value = {"errors": [{"code": code, "title": "Their title"} for code in codes]}
    change = {"field": "messages", "value": value | {"metadata": {"phone_number_id": line.account}}}
    enveloped = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    body = meta_json(enveloped if name == "cloud-api" else value)
    proof = prove(PROVIDERS[name].scheme, line.secret, body)
    since = server.head()
    assert server.provider.post(line.path, content=body, headers=proof).status_code == 200
    told = server.wait_for("channel:updated", since, lambda one: one["health"]["last_error"])
    assert told["health"]["state"] == "trouble"
    page = unescape(server.as_admin.get(f"/settings/channels/{line.id}").text)
    for code in set(codes):
        known = advice(code)
        assert known is not None
        assert f"{known.title}: {known.todo} (code {code})" in page
