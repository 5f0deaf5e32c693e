"""What one customer can make large is bounded on every page, and rendered beside the loop."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import jinja2
import pytest

from inbox.access import people, sessions
from inbox.domain.changes import REACTIONS_KEPT, VERSIONS_KEPT
from inbox.feed.log import PAGE_CHARACTERS
from inbox.web.webhooks import door
from tests.support.inside import inside
from tests.support.server import Server, said, webhook

LONG = "*_a_* " * 10_800
PAGE_BYTES = 600_000


@pytest.fixture(scope="module")
def conversation(server: Server) -> str:
    """One of sixty texts of 65,000 characters, each of marks and nothing else."""
    line = server.add_channel()
    since = server.head()
    for number in range(6):
        texts = [said(f"wamid.large.{number}.{n}", LONG) for n in range(10)]
        assert server.post_signed(line, webhook(messages=texts)).status_code == 200
    last = server.wait_for("message:new", since, provider_message_id="wamid.large.5.9")
    return str(last["conversation_id"])


def test_a_page_of_a_thread_is_bounded(server: Server, conversation: str) -> None:
    page = server.as_admin.get(f"/conversations/{conversation}")
    assert page.status_code == 200 and len(page.content) < PAGE_BYTES
    assert page.text.count("data-whole=") >= 3 and "Earlier messages" in page.text
    part = server.as_admin.get(f"/conversations/{conversation}", headers={"HX-Request": "true"})
    assert len(part.content) < PAGE_BYTES


def test_the_rest_of_a_text_is_behind_show_all(server: Server, conversation: str) -> None:
    page = server.as_admin.get(f"/conversations/{conversation}").text
    path = page.partition('data-whole="')[2].partition('"')[0]
    assert page.count("<strong>") < 60 * 100
    assert server.as_admin.get(path).text.count("<strong>") == 10_800
    whole = server.as_admin.get(f"/conversations/{conversation}?message={path[10:]}&whole=1").text
    assert whole.count("<strong>") > 10_800
    assert server.as_admin.get("/messages/none").status_code == 404


def test_pages_of_the_api_follow_one_another_without_a_gap(
    server: Server, conversation: str
) -> None:
    found: list[str] = []
    query: dict[str, Any] = {"limit": 100}
    while True:
        page = server.get(f"conversations/{conversation}/messages", **query)
        found = [one["provider_message_id"] for one in page["data"]] + found
        assert len(page["data"]) < 10
        if page["next"] is None:
            break
        query["before"] = page["next"]
    assert found == [f"wamid.large.{number}.{n}" for number in range(6) for n in range(10)]


def test_an_answer_of_the_feed_is_bounded_and_the_next_goes_on(
    server: Server, conversation: str
) -> None:
    newest = server.get(f"conversations/{conversation}/messages", limit=1)["data"][0]["sort"]
    since, found, sizes = 0, list[str](), list[int]()
    while not found or found[-1] != newest:
        page = server.api().get("/api/v1/events", params={"since": since, "limit": 1000})
        sizes.append(len(page.content))
        since = int(page.json()["next"])
        new = [one["payload"] for one in page.json()["data"] if one["type"] == "message:new"]
        found += [one["sort"] for one in new if one["conversation_id"] == conversation]
    assert len(found) == 60
    assert PAGE_CHARACTERS < max(sizes) < 4 * PAGE_CHARACTERS


def test_a_name_of_ten_thousand_signs_makes_no_page_large(server: Server) -> None:
    line = server.add_channel()
    for number in range(20):
        sender = f"120255501{number:02}"
        contacts = [{"profile": {"name": f"{number} " + "N" * 9_000}, "wa_id": sender}]
        body = webhook(messages=[said(f"wamid.name.{number}", "hi", sender)], contacts=contacts)
        server.post_signed(line, body)
    server.settle()
    assert "NNN" in (page := server.as_admin.get("/").text) and "N" * 300 not in page


def test_very_many_reactions_and_edits_of_a_message_are_bounded(
    server: Server,
) -> None:
    line, since = server.add_channel(), server.head()
    group = {"group_id": "group-1"}
    server.post_signed(line, webhook(messages=[said("wamid.many", "first") | group]))
    for start in range(0, 1_200, 300):
        told = [reaction(n) | group for n in range(start, start + 300)]
        server.post_signed(line, webhook(messages=told))
    server.post_signed(line, webhook(messages=[edit(n, LONG) for n in range(60)]))
    message = server.wait_for(
        "message:updated",
        since,
        lambda told: len(told.get("previous") or []) >= VERSIONS_KEPT,
        provider_message_id="wamid.many",
    )
    server.settle()
    known = server.get(f"messages/{message['id']}")
    assert len(known["reactions"]) == REACTIONS_KEPT
    assert len(known["previous"]) == VERSIONS_KEPT and known["previous"][0]["text"] == "first"
    page = server.as_admin.get(f"/conversations/{message['conversation_id']}").text
    assert len(page) < PAGE_BYTES


def reaction(number: int) -> dict[str, Any]:
    told = said(f"wamid.reaction.{number}", "", f"1202555{number:04}")
    what = {"message_id": "wamid.many", "emoji": "👍"}
    return told | {"type": "reaction", "reaction": what}


def edit(number: int, text: str) -> dict[str, Any]:
    inner = {"type": "text", "text": {"body": f"{number} {text}"}}
    told = said(f"wamid.edit.{number}", "", at=1_750_000_000 + number)
    what = {"original_message_id": "wamid.many", "message": inner}
    return told | {"type": "edit", "edit": what}


async def test_what_customers_make_large_is_read_and_rendered_beside_the_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages one after the other: the loop would wait for each of several threads."""
    render, drawing = jinja2.Template.render, list[threading.Thread]()
    parse, reading = door.parse, list[tuple[int, threading.Thread]]()

    def watched(template: jinja2.Template, *args: Any, **context: Any) -> str:
        drawing.append(threading.current_thread())
        return render(template, *args, **context)

    def parsed(body: bytes) -> Any:
        reading.append((len(body), threading.current_thread()))
        return parse(body)

    async with inside(f"sqlite+aiosqlite:///{tmp_path / 'inbox.db'}", tmp_path) as running:
        channel = await running.add_channel()
        write, at = running.database.write, running.house.now()
        who = {"email": "ana@example.com", "name": "Ana", "role": "admin"}
        ana = await write(lambda connection: people.add(connection, **who, now=at))
        cookie = await write(sessions.start, ana.id, "", at)
        running.http.headers["Cookie"] = f"inbox_session={cookie}"
        del running.http.headers["Authorization"]
        monkeypatch.setattr(jinja2.Template, "render", watched)
        monkeypatch.setattr(door, "parse", parsed)
        pages = [running.http.get("/conversations") for _ in range(4)]
        assert [page.status_code for page in await asyncio.gather(*pages)] == [200] * 4
        for text in ("short", LONG * 3):
            answer = await running.post_signed(channel, webhook(messages=[said(text[:5], text)]))
            assert answer.status_code == 200
    assert len(set(drawing)) == 1 and threading.main_thread() not in drawing
    beside = [thread is not threading.main_thread() for _, thread in reading]
    assert beside == [False, True] == [size >= door.LARGE for size, _ in reading]
