"""How many conversations each view has, as sockets hear it that asked: of all that they see."""

from collections.abc import Callable
from typing import Any

import httpx

from tests.feed.conftest import Ear, Frame, Listen
from tests.feed.test_audience import browser_headers
from tests.feed.test_contract_frames import heard
from tests.support.server import Line, Server, said, webhook

COUNTING = {"type": "counting", "payload": {"wanted": True}}
TOLD = "counts:updated"

Told = dict[str, Any]


def limit(server: Server, agent: httpx.Client, **reach: Any) -> str:
    """The user's id."""
    user_id = str(agent.get("/api/v1/me").json()["id"])
    limited = server.as_admin.patch(f"/api/v1/users/{user_id}", json=reach)
    assert limited.status_code == 200, limited.text
    return user_id


def counts(frames: list[Frame]) -> list[Told]:
    return [frame["payload"] for frame in frames if frame["type"] == TOLD]


def until(ear: Ear, holds: Callable[[Told], bool]) -> list[Frame]:
    """The frames up to and with the first counts of which this holds."""
    frames = ear.until(TOLD)
    while not holds(frames[-1]["payload"]):
        frames += ear.until(TOLD)
    return frames


def greet(server: Server, line: Line) -> str:
    """A customer writes there; their conversation."""
    server.post_signed(line, webhook(messages=[said(f"wamid.counts.{line.id}", "hello?")]))
    server.settle()
    return str(server.conversations(line)[0]["id"])


def change(server: Server, conversation_id: str, **values: Any) -> None:
    answer = server.as_admin.patch(f"/api/v1/conversations/{conversation_id}", json=values)
    assert answer.status_code == 200, answer.text


def test_who_is_limited_hears_how_many_they_see_and_of_no_others(
    server: Server, listen: Listen
) -> None:
    document = server.browser().get("/asyncapi.json").json()
    mine, theirs = server.add_channel(), server.add_channel()
    here, there = greet(server, mine), greet(server, theirs)
    lim = server.agent("counts@example.com", "Lim")
    lim_id = limit(server, lim, channel_ids=[mine.id])
    ear = listen(headers=browser_headers(lim, server.url))
    ear.say(COUNTING)
    frames = until(ear, bool)
    first = frames[-1]["payload"]
    assert (first["open"], first["mine"], first["unread"]) == (1, 0, 1)
    assert first == lim.get("/api/v1/conversations/counts").json()
    change(server, there, status="resolved")
    change(server, here, assignee_id=lim_id)
    frames += until(ear, lambda told: told["mine"] == 1)
    assert lim.post(f"/conversations/{here}/seen", data={"count": "1"}).status_code == 204
    frames += until(ear, lambda told: told["unread"] == 0)
    assert heard(document, frames) >= {TOLD}
    for told in counts(frames):
        assert (told["all"], told["resolved"], told["channels"]) == (1, 0, {mine.id: 1})

    limit(server, lim, channel_ids=[theirs.id])
    [*_, last] = counts(until(ear, lambda told: told["resolved"] == 1))
    assert (last["all"], last["mine"], last["channels"]) == (1, 0, {})
    change(server, here, priority="high")
    change(server, there, status="open")
    [*between, last] = counts(until(ear, lambda told: told["open"] == 1))
    assert (last["channels"], [told["all"] for told in between]) == (
        {theirs.id: 1},
        [1] * len(between),
    )


def _shown(page: Ear, holds: Callable[[str], bool]) -> None:
    """Wait for counts of which this holds."""
    head, html = f"<!--{TOLD} --><p data-counts>", ""
    while not (html.startswith(head) and holds(html)):
        html = page.until("feed:fragments")[-1]["payload"]["html"]


def test_a_page_has_the_numbers_at_once_and_who_has_not_asked_none(
    server: Server, listen: Listen, line: Line
) -> None:
    here = greet(server, line)
    silent = listen()
    page = listen(headers=browser_headers(server.as_admin, server.url), format="html")
    page.until("feed:hello")
    page.say(COUNTING)
    one = f'<data value="channel:{line.id}">1</data>'
    _shown(page, lambda html: one in html)
    change(server, here, status="resolved")
    _shown(page, lambda html: one not in html)
    assert TOLD not in {frame["type"] for frame in silent.until("conversation:updated")}
    page.say({"type": "counting", "payload": {"wanted": "now"}})
    [*_, refused] = page.until("feed:not_understood")
    assert refused["payload"] == {"type": "counting", "reason": "counts are wanted, true or false"}
