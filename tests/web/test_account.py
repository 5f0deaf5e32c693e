"""Everybody's own account: a password of one's own, and the browsers that one is signed in with."""

import re

import httpx
import pytest

from inbox.web.present.browsers import browser_name
from tests.support.fake_graph import FakeGraph
from tests.support.server import PASSWORD, Server, said, webhook

NEW = "seven green bottles"


def change(browser: httpx.Client, present: str, password: str) -> httpx.Response:
    return browser.post("/account/password", data={"present": present, "password": password})


def test_who_changes_their_password_is_signed_out_everywhere_else(server: Server) -> None:
    email = "vera@example.com"
    browser, other = server.agent(email), server.agent(email)
    answer = change(browser, PASSWORD, NEW)
    assert (answer.status_code, answer.headers["location"]) == (303, "/account?saved=password")
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    for password, status in ((PASSWORD, 422), (NEW, 303)):
        form = {"email": email, "password": password}
        assert server.browser().post("/sign-in", data=form).status_code == status


def test_a_password_is_changed_by_who_knows_the_present_one(server: Server) -> None:
    """Whoever finds an open page has few tries to guess it."""
    browser = server.agent("wim@example.com")
    wrong = [change(browser, f"guess {n}", NEW) for n in range(6)]
    assert {answer.status_code for answer in wrong} == {422}
    assert "not your present password" in wrong[0].text and "Too many tries" in wrong[-1].text
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("weak", ["password1234", "short", "xena@example.com"])
def test_a_weak_password_is_refused_here_as_well(server: Server, weak: str) -> None:
    browser = server.agent("xena@example.com")
    answer = change(browser, PASSWORD, weak)
    assert answer.status_code == 422 and 'id="error-password"' in answer.text
    assert browser.get("/").status_code == 200


def test_sessions_are_shown_and_can_be_ended(server: Server) -> None:
    email = "yves@example.com"
    browser, phone, third = (server.agent(email) for _ in range(3))
    page = browser.get("/account").text
    assert page.count("This browser") == 1
    ends = re.findall(r"/account/sessions/[\w-]+/end(?=\")", page)
    assert len(ends) == 2
    assert browser.post(ends[0]).status_code == 303
    assert sorted(each.get("/").status_code for each in (phone, third)) == [200, 303]
    assert browser.post("/account/sessions/end-others").status_code == 303
    assert [each.get("/").status_code for each in (phone, third)] == [303, 303]
    assert browser.get("/").status_code == 200


def test_nobody_ends_the_session_of_another(server: Server) -> None:
    own, other = server.agent("zoe@example.com"), server.agent("zoe@example.com")
    [end] = re.findall(r"/account/sessions/[\w-]+/end(?=\")", own.get("/account").text)
    assert server.agent("abel@example.com").post(end).status_code == 303
    assert other.get("/").status_code == 200
    assert own.post(end).status_code == 303
    assert other.get("/").status_code == 303


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),  # noqa: E501 - as browsers say it
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140 Safari/537.36 Edg/140", "Edge on Windows"),  # noqa: E501 - as browsers say it
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604", "Safari on iPhone"),  # noqa: E501 - as browsers say it
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_is_called_as_people_call_it(said: str, shown: str) -> None:
    assert browser_name(said) == shown


def test_what_a_colleague_has_answered_is_read_unless_one_wants_to_see_it(server: Server) -> None:
    line = server.add_channel()
    zoe, yves = server.agent("zoe@example.com"), server.agent("yves@example.com")
    off = yves.post("/account/reading", data={})
    assert off.headers["location"] == "/account?saved=reading#reading"
    assert server.post_signed(
        line, webhook(messages=[said(f"wamid.{line.id}", "Hello?")])
    ).is_success
    server.settle()
    [conversation] = server.conversations(line)

    def unread(browser: httpx.Client) -> bool:
        page = browser.get(f"/conversations?channel={line.id}")  # others may have newer ones
        return f"{conversation['id']}:1" in page.text

    assert unread(zoe) and unread(yves), "it would have been seen"
    path = f"/conversations/{conversation['id']}/messages"
    assert server.as_admin.post(path, data={"text": "We open at nine."}).status_code == 303
    assert not unread(zoe) and unread(yves)
    yves.post("/account/reading", data={"read_by_answers": "1"})
    assert server.as_admin.post(path, data={"text": "And close at six."}).status_code == 303
    assert not unread(yves)


def test_a_name_for_customers_goes_with_what_one_writes_where_the_channel_says_so(
    server: Server, graph: FakeGraph
) -> None:
    line, xenia = server.add_channel(api_base=graph.base_url), server.agent("xenia@example.com")
    settings = f"/settings/channels/{line.id}"
    assert server.as_admin.post(settings, data={"agent_names": "before"}).status_code == 303
    assert xenia.post("/account/alias", data={"alias": "X" * 101}).status_code == 422
    assert xenia.post("/account/alias", data={"alias": "Xenia"}).status_code == 303
    assert 'value="Xenia"' in xenia.get("/account").text
    body = webhook(messages=[said(f"wamid.{line.id}", "Who is there?")])
    assert server.post_signed(line, body).is_success
    server.settle()
    [conversation] = server.conversations(line)
    path = f"/conversations/{conversation['id']}"
    assert f'data-room="{4_096 - len("*Xenia:*") - 1}"' in xenia.get(path).text
    assert xenia.post(f"{path}/messages", data={"text": "I am"}).status_code == 303
    graph.wait_for(1)
    assert graph.sent[0].json["text"]["body"] == "*Xenia:*\nI am"
    assert server.get(f"channels/{line.id}")["agent_names"] == "before"
