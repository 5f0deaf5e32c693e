"""Every kind of message on a page: all of the corpus rendered; quotes and cards."""

import re
from pathlib import Path
from typing import Any

import pytest

from inbox.web.templating import environment
from tests.support.corpus import PAYLOADS, payloads
from tests.support.server import Line, Server, said, webhook

TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = environment(TEMPLATES, lambda name: f"/static/{name}")


def test_every_payload_has_a_page_and_looks_the_same_live(server: Server, line: Line) -> None:
    since = server.head()
    for payload in payloads("meta"):
        server.post_signed(line, (PAYLOADS / payload["file"]).read_bytes())
    server.settle()
    browser = server.as_admin
    live = {
        event["payload"]["id"]: PAGES.get_template("inbox/_message.html").render(
            message=event["payload"]
        )
        for event in server.events(since)
        if event["type"] == "message:new" and event["payload"]["channel_id"] == line.id
    }
    shown: set[str] = set()
    for conversation in server.conversations(line):
        page = browser.get(f"/conversations/{conversation['id']}")
        assert page.status_code == 200, conversation
        shown |= set(re.findall(r'<li id="message-([^"]+)"', page.text))
    assert len(live) > 60
    kinds = {message["type"] for message in server.messages(line)}
    assert {"contacts", "interactive", "location", "system", "unsupported"} <= kinds
    assert shown <= live.keys()
    assert [html for html in live.values() if re.search(r">\s*None\b|<script|<img", html)] == []


def quoting(wamid: str, text: str, quoted: str) -> Any:
    return said(wamid, text) | {"context": {"id": quoted, "from": "12025550142"}}


@pytest.mark.parametrize("together", [True, False])
def test_a_quote_tells_who_said_what(server: Server, line: Line, together: bool) -> None:
    original, answer = said("wamid.q1", "Is *it* blue?"), quoting("wamid.q2", "Well?", "wamid.q1")
    since = server.head()
    for some in ([original, answer],) if together else ([original], [answer]):
        assert server.post_signed(line, webhook(line.account, messages=some)).status_code == 200
        server.settle()
    by_id = {message["provider_message_id"]: message for message in server.messages(line)}
    quoted = by_id["wamid.q2"]["context"]["quoted"]
    assert quoted["id"] == by_id["wamid.q1"]["id"]
    assert (quoted["direction"], quoted["type"], quoted["sender"]) == ("incoming", "text", None)
    assert quoted["text"] == "Is *it* blue?"
    assert quoted["contact"]["wa_id"] == "12025550142"
    told = [
        event["payload"]["context"]["quoted"]
        for event in server.events(since)
        if event["type"] == "message:new" and event["payload"]["context"]
    ]
    assert told == [quoted]


def test_a_quote_of_what_nobody_knows_is_null(server: Server, line: Line) -> None:
    body = webhook(line.account, messages=[quoting("wamid.q3", "And?", "wamid.never")])
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    [message] = server.messages(line)
    assert message["context"]["quoted"] is None


def test_a_quote_shows_nothing_of_another_conversation(server: Server, line: Line) -> None:
    other = said("wamid.secret", "A secret", "12025550143")
    body = webhook(line.account, messages=[other, quoting("wamid.q4", "Tell me", "wamid.secret")])
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    quotes = [one["context"] for one in server.messages(line) if one["context"]]
    assert [one["quoted"] for one in quotes] == [None]


def test_a_contact_card_is_saved_as_a_file_of_our_own_making(server: Server, line: Line) -> None:
    evil = 'Eve"\r\nX-Evil: 1\u202e<script>'
    card = {"name": {"formatted_name": evil}, "phones": [{"phone": "+1 202-555-0143"}]}
    message = said("wamid.card", "") | {"type": "contacts", "contacts": [card]}
    assert server.post_signed(line, webhook(line.account, messages=[message])).status_code == 200
    server.settle()
    [found] = server.messages(line)
    browser = server.as_admin
    answer = browser.get(f"/messages/{found['id']}/cards/1")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/vcard; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert "x-evil" not in answer.headers
    assert answer.text.count("BEGIN:VCARD") == 1
    assert "TEL;TYPE=CELL:+1 202-555-0143\r\n" in answer.text
    for number in (0, 2):
        assert browser.get(f"/messages/{found['id']}/cards/{number}").status_code == 404
    assert server.browser().get(f"/messages/{found['id']}/cards/1").status_code in (303, 302, 401)
