"""Every kind of message on a page: the corpus of all four systems; quotes and cards."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from inbox.domain.markup import plain
from inbox.providers.cloud_api.signing import sign
from inbox.web.present.rich import beginning
from inbox.web.present.templating import environment
from tests.support.corpus import PAYLOADS, payloads
from tests.support.server import SECRET, Line, Server, said, webhook

AT = "2026-11-29T14:39:05.123Z"
TEMPLATES = Path(__file__).parents[2] / "templates"
PAGES = environment(TEMPLATES, lambda name: f"/static/{name}")


FOLDERS = {
    "cloud-api": "meta",
    "waba": "onprem",
    "whatsable": "whatsable_v1",
    "notifier": "notifier_v2",
}
OURS = re.compile(r"/|#|https?://|mailto:|tel:")
VOID = frozenset({"br", "img", "input", "hr"})


class Bubbles(HTMLParser):
    """Messages as a browser would read them: ``said`` by id, and what no stranger may bring."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said: dict[str, str] = {}
        self.strange: list[str] = []
        self._open: list[str] = []
        self._message = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if found := re.fullmatch("message-(.+)", facts.get("id", "")):
            self._message, self._open = found[1], []
            self.said[self._message] = ""
        if not self._message:
            return
        if tag not in VOID:
            self._open.append(tag)
        if tag in ("script", "iframe", "style", "img", "object", "h1"):
            self.strange.append(tag)
        self.strange += [name for name in facts if name.startswith(("on", "hx-", "style"))]
        self.strange += [link for link in [facts.get("href", "/")] if not OURS.match(link)]

    def handle_endtag(self, tag: str) -> None:
        if self._message:
            assert self._open.pop() == tag, (self._message, tag)
            self._message = self._message if self._open else ""

    def handle_data(self, data: str) -> None:
        if self._message:
            self.said[self._message] += data


def all_words(message: Any) -> str:
    """What they wrote: of a notice and of a form, the words are WhatsApp's."""
    content = message["content"]
    theirs = message["type"] != "system" and content.get("text") != "Sent"
    return str(content.get("text") or content.get("caption") or "") if theirs else ""


def bare(words: str) -> str:
    return "".join(plain(words).split())


@pytest.mark.parametrize("provider", FOLDERS)
def test_every_payload_has_a_page_and_looks_the_same_live(server: Server, provider: str) -> None:
    secret = {"secret": SECRET if provider in ("cloud-api", "notifier") else ""}
    line = server.add_channel(provider=provider, **secret)
    since = server.head()
    for payload in payloads(FOLDERS[provider]):
        body = (PAYLOADS / payload["file"]).read_bytes()
        header = {"X-Webhook-Signature": sign(SECRET, body).removeprefix("sha256=")}
        assert server.post_signed(line, body, **header).status_code == 200, payload["file"]
    server.settle()
    told = {
        event["payload"]["id"]: event["payload"]
        for event in server.events(since)
        if event["type"] == "message:new" and event["payload"]["channel_id"] == line.id
    }
    bubble = PAGES.get_template("inbox/_message.html")
    live = Bubbles("".join(bubble.render(message=message) for message in told.values()))
    assert (len(live.said) > 60) if provider == "cloud-api" else (len(live.said) > 12)
    messages = {message["id"]: message for message in server.messages(line)}
    shown = Bubbles(
        "".join(
            server.as_admin.get(f"/conversations/{one['id']}").raise_for_status().text
            for one in server.conversations(line)
        )
    )
    for page, known in ((live, told), (shown, messages)):
        assert page.said.keys() <= known.keys()
        assert page.strange == []
        for each, text in page.said.items():
            words = all_words(known[each])
            assert bare(beginning(words)) in bare(text), (words, text)
            assert not re.search(r"(^|\s)None(\s|$)", text.replace(words, "")), text


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


@pytest.mark.parametrize("group", [True, False])
def test_an_answer_to_a_message_in_a_group_says_whom_it_goes_to(group: bool) -> None:
    last = {"about": {"group": True} if group else {}}
    channel = {"id": "1", "provider": "cloud-api"}
    conversation = {"id": "1", "channel": channel, "last_message": last}
    html = PAGES.get_template("inbox/_window.html").render(
        conversation=conversation | {"window_expires_at": None}
    )
    assert "Your answer goes to this person alone." in html
    assert ('id="group-note-1" class="group-note" hidden' in html) is not group


@pytest.mark.parametrize(
    ("state", "health", "told", "badges"),
    [
        ("active", "live", "Connected", {"Live"}),
        ("active", "trouble", "Nothing can be sent", {"Trouble"}),
        ("paused", "live", "Paused", {"Paused"}),
        ("paused", "trouble", "Nothing can be sent", {"Paused", "Trouble"}),
    ],
)
def test_a_channel_says_first_what_stands_in_the_way_of_replies(
    state: str, health: str, told: str, badges: set[str]
) -> None:
    known = {"state": health, "send_error": "The token is dead" if health == "trouble" else None}
    unknown = ("news", "last_error", "last_webhook_at", "last_error_at")
    channel = {
        "id": "1",
        "name": "Shop",
        "provider": "cloud-api",
        "provider_title": "Meta",
        "account": "",
        "number": None,
        "state": state,
        "health": dict.fromkeys(unknown) | {"refusals": 0} | known | {"send_error_at": AT},
    }
    status, row = (
        PAGES.get_template(f"settings/_channel_{part}.html").render(channel=channel)
        for part in ("status", "row")
    )
    assert re.findall(r"<h2>\s*(.*?)\s*</h2>", status, re.DOTALL) == [told]
    assert {word for word in ("Live", "Trouble", "Paused") if word in row} == badges
