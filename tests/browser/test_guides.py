"""Guides are true: each block of each is run as it is printed, and does what its page says."""

import csv
import json
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.browser.customers import Customer
from tests.browser.guides import GUIDES, NODE, Lines, Stage
from tests.browser.proxy import between
from tests.support.server import Server

FAKE_N8N = Path(__file__).parents[1] / "support" / "fake_n8n.js"
HOURS = "We are open from 9 to 17."


class Play(NamedTuple):
    """What happens while the programs of a guide run."""

    stage: Stage
    inbox: Server
    customer: Customer

    def endpoint(self, **wishes: Any) -> dict[str, Any]:
        asked = {
            "url": "http://127.0.0.1:9/",
            "events": ["message:new"],
            "channel_ids": [self.customer.line.id],
        }
        made = self.inbox.api().post("/api/v1/webhooks", json=asked | wishes)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    def change(self, endpoint: dict[str, Any], path: str, **asked: Any) -> None:
        own = f"/api/v1/webhooks/{endpoint['id']}"
        api = self.inbox.api()
        answer = api.post(own + path, json=asked) if path else api.patch(own, json=asked)
        assert answer.is_success, answer.text

    def last_message(self) -> int:
        """The seq of the newest one, once all that was said has come."""
        before = self.inbox.head()
        self.inbox.settle()
        told = self.inbox.events(before - 100 if before > 100 else 0)
        return max(int(one["seq"]) for one in told if one["type"] == "message:new")

    def replies(self) -> list[str]:
        page = self.inbox.get(f"conversations/{self.customer.conversation}/messages")["data"]
        return [one["content"]["text"] for one in page if one["direction"] == "outgoing"]


async def follow(play: Play) -> None:
    """The line is cut, and what comes meanwhile is told once."""
    for command in ("node feed.mjs", "python3 feed.py"):
        async with (
            between(int(play.inbox.url.rpartition(":")[2])) as network,
            play.stage.typed(command, INBOX=network.url) as lines,
        ):
            await lines.until("Connected")
            play.customer.say("Before")
            await lines.until("Before")
            network.cut()
            play.customer.say("Meanwhile")
            network.restore()
            assert "Connected" in await lines.until("Meanwhile")
            play.customer.say("After")
            assert len(await lines.until("After")) == 1
    assert max(lines_of(play.stage.take(name)) for name in ("feed.mjs", "feed.py")) == 20


async def answer_once(play: Play) -> None:
    """Old messages are not answered; what it forgot to have answered is answered once."""
    play.customer.say("Were you open?")
    play.inbox.settle()
    async with play.stage.typed("bot.py") as lines:
        [*_, hello] = await lines.until("feed:hello ")
        play.customer.say("When are you open?")
        await lines.until(f"message:new {play.last_message()}")
    (play.stage.folder / "bot.seq").write_text(hello.split()[1])
    async with play.stage.typed("bot.py") as lines:
        play.customer.say("Not a question", "Still open?")
        await lines.until(f"message:new {play.last_message()}")
    assert play.replies() == [HOURS] * 2
    assert lines_of(play.stage.take("bot.py")) == 40


async def keep_rows(play: Play) -> None:
    """A row for each message, none for a replay, a stranger or a test, also after a crash."""
    sheet = play.stage.folder / "messages.csv"
    endpoint = play.endpoint()
    start = {"WEBHOOK_SECRET": endpoint["secret"], "PORT": "0"}
    async with play.stage.typed("receiver.py", **start) as lines:
        url = await address(lines)
        play.change(endpoint, "", url=url)
        play.customer.say('=1+1, "so"\nsaid')
        [first] = await lines.until("A row more: ")
        play.change(endpoint, "/test")
        await lines.until("Nothing new: ")
        forged = {"webhook-id": "1", "webhook-timestamp": "x", "webhook-signature": "v1,\xff"}
        assert await stranger(url, forged) == 401
    async with play.stage.typed("receiver.py", **start) as lines:
        play.change(endpoint, "", url=await address(lines))
        play.change(endpoint, "/replay", since=0)
        assert await lines.until("Nothing new: ") == [first.replace("A row more", "Nothing new")]
        play.customer.say("Second")
        await lines.until("A row more: ")
    with sheet.open(encoding="utf-8-sig", newline="") as rows:
        found = [(row["direction"], row["contact"], row["text"]) for row in csv.DictReader(rows)]
    who = ("incoming", play.customer.name)
    assert found == [(*who, '\'=1+1, "so"\nsaid'), (*who, "Second")]


async def flow(play: Play) -> None:
    """n8n takes the workflow, answers whom it should once, and refuses what is not signed."""
    endpoint = play.endpoint()
    nodes = {one["name"]: one for one in json.loads(play.stage.take("workflow.json"))["nodes"]}
    assert nodes["Verify"]["parameters"]["jsCode"] == play.stage.take("verify.js")
    pasted = (play.stage.folder / "workflow.json").read_text()
    pasted = pasted.replace("whsec_PASTE_IT_HERE", endpoint["secret"])
    (play.stage.folder / "mine.json").write_text(
        pasted.replace("http://127.0.0.1:8000", play.inbox.url)
    )
    async with play.stage.running(NODE, str(FAKE_N8N), "mine.json") as n8n:
        url = f"{await address(n8n)}webhook/inbox"
        play.change(endpoint, "", url=url)
        play.customer.say("When do you OPEN?")
        assert await run(n8n) == (["From Inbox", "Verify", "Asks for the hours?", "Answer"], None)
        assert (await run(n8n))[0][-1] == "Asks for the hours?", "our own answer comes as well"
        play.change(endpoint, "/replay", since=0)
        assert (await run(n8n))[0][-1] == "Answer"
        await run(n8n)
        play.change(endpoint, "/test")
        assert await run(n8n) == (["From Inbox", "Verify", "Asks for the hours?"], None)
        assert await stranger(url, {}) == 500
        assert await run(n8n) == (["From Inbox", "Verify"], "This was not signed by Inbox")
    assert play.replies() == [HOURS]


def lines_of(code: str) -> int:
    """Without those that are empty or only a comment."""
    return len(re.findall(r"^ *[^ #\n]", code, re.MULTILINE))


async def address(lines: Lines) -> str:
    [*_, said] = await lines.until("Listening on port ")
    return f"http://127.0.0.1:{said.rpartition(' ')[2]}/"


async def stranger(url: str, headers: dict[str, str]) -> int:
    """What who does not know the secret is answered."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.post(url, json={"type": "message:new"}, headers=raw)).status_code


async def run(n8n: Lines) -> tuple[list[str], str | None]:
    """The next execution: the nodes, and what went wrong."""
    [told] = await n8n.until("{")
    execution = json.loads(told)
    return execution["nodes"], execution["error"]


PLAYS: dict[str, Callable[[Play], Awaitable[None]]] = {
    "bot": answer_once,
    "feed": follow,
    "n8n": flow,
    "spreadsheet": keep_rows,
}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: str(path.stem))
async def test_a_guide_does_what_it_says_and_every_block_of_it_is_run(
    guide: Path, inbox: Server, customer: Customer, tmp_path: Path
) -> None:
    stage = Stage(guide, tmp_path, inbox.url, inbox.token("agent"))
    await PLAYS[guide.stem](Play(stage, inbox, customer))
    assert stage.never_run == []
