"""A new conversation is begun on its page: whose number it is, a template, and never twice."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from inbox.access.preferences import preferences
from inbox.web.pages.first_contact import NumberRead
from tests.support.fake_graph import FakeGraph
from tests.support.graph.templates import Definition
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until
from tests.web.test_showing import PAGES

HELLO = Definition(
    name="order_hello", components=({"type": "BODY", "text": "Hello {{1}}, your order is here."},)
)
PAGE = "/conversations/new"


@pytest.fixture
def line(server: Server, graph: FakeGraph) -> Iterator[Line]:
    graph.account.add(HELLO)
    yield server.add_channel(api_base=graph.base_url)
    graph.account.templates.clear()


def to(line: Line, phone_number: str, **more: str) -> dict[str, str]:
    return {"channel_id": line.id, "phone_number": phone_number, **more}


def form_of(admin: httpx.Client, line: Line) -> str:
    """The address of the template's form, once the provider has listed it."""
    path = f"{PAGE}/templates"

    def found() -> re.Match[str] | None:
        listed = admin.get(path, params=to(line, "") | {"q": "order hello"})
        assert listed.status_code == 200, listed.text
        return re.search(rf"{path}/[0-9a-f-]{{36}}", listed.text)

    listed = until(found)
    assert listed
    return listed[0]


def test_a_template_begins_a_conversation_once_however_often_it_is_pressed(
    server: Server, line: Line, graph: FakeGraph
) -> None:
    admin, form = server.as_admin, form_of(server.as_admin, line)
    whom = to(line, "+44 7700 900077", name="Ada")
    asked = whom | {"client_id": str(uuid4())}
    assert "Fill this in." in admin.post(form, data=asked).text
    assert server.conversations(line) == []
    sent = [admin.post(form, data=asked | {"body.1": "Ada"}) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    [begun] = server.conversations(line)
    assert {one.headers["location"] for one in sent} == {f"/conversations/{begun['id']}"}
    assert (begun["contact"]["name"], begun["contact"]["phone_number"]) == ("Ada", "+447700900077")
    graph.wait_for(1)
    [only] = [one for one in graph.sent if one.path.startswith(f"/v25.0/{line.account}/")]
    assert (only.json["to"], only.json["type"]) == ("+447700900077", "template")


def test_what_is_wrong_with_the_number_is_said_beside_it(server: Server, line: Line) -> None:
    admin, form = server.as_admin, form_of(server.as_admin, line)
    refused = admin.post(form, data=to(line, "12") | {"body.1": "Ada"})
    assert refused.status_code == 422 and "aria-invalid" in refused.text
    part = admin.post(form, data=to(line, "12"), headers={"HX-Request": "true"})
    assert 'data-state="wrong"' in part.text and "<html" not in part.text
    assert server.conversations(line) == []


def test_whoever_is_known_is_not_begun_with_again(server: Server, line: Line) -> None:
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    read: dict[str, Any] = {
        typed: server.as_admin.get(f"{PAGE}/number", params=to(line, typed)).text
        for typed in ("001 (202) 555-0142", "+44 7700 900077", "")
    }
    there, new, _ = read.values()
    assert f'href="/conversations/{known["id"]}"' in there and "already" in there
    assert "United Kingdom" in new and 'data-state="new"' in new
    their = server.api().patch(f"/api/v1/contacts/{known['contact']['id']}", json={"blocked": True})
    assert their.status_code == 200, their.text
    blocked = server.as_admin.get(f"{PAGE}/number", params=to(line, "+12025550142")).text
    assert "You have blocked" in blocked and f"/conversations/{known['id']}" in blocked
    listed = server.as_admin.get(f"{PAGE}/templates", params=to(line, "+1 202 555 0142")).text
    assert "template-choice" not in listed and f"/conversations/{known['id']}" in listed


@pytest.mark.parametrize(("role", "what"), [("admin", "/settings/channels"), ("agent", "Ask an")])
def test_where_nothing_can_begin_it_is_said_what_to_do(role: str, what: str) -> None:
    who = {"id": "u", "name": "Ana", "email": "ana@example.com", "role": role}
    me = {**who, "own_keys": None, "likes": preferences(None)}
    page = PAGES.get_template("inbox/first_contact.html")
    html = page.render(channels=[], me=me, alerts=[], read=NumberRead("none"))
    assert "No channel can begin a conversation" in html
    assert what in html.partition("No channel")[2] and "first_contact.js" not in html
