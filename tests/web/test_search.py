"""The question in the list and in the API, on a running server."""

import html
import re
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.server import Line, Server, said, webhook
from tests.support.until import until

HOSTILE = (
    "\"", "'", "\\", "a' OR '1'='1", '"a" NEAR "b"', "a*", "^a", "words:a", "(", "a AND", "NOT",
    "%_%", "\ud83d", "👩‍👩‍👧", "' & !x:*", ":*", "<->", "\u202e", "?" * 200,
)  # fmt: skip


@pytest.fixture
def busy(server: Server, line: Line) -> Line:
    names = [
        {"wa_id": "12025550171", "profile": {"name": "Zoë <b>Okapi</b>"}},
        {"wa_id": "12025550172", "profile": {"name": "Plain Jane"}},
    ]
    texts = [
        said(f"wamid.{line.id}.1", "hello there", sender="12025550171"),
        said(f"wamid.{line.id}.2", f"the okapi & the <i>{line.id[-12:]}</i>", sender="12025550172"),
    ]
    assert server.post_signed(line, webhook(contacts=names, messages=texts)).status_code == 200
    server.settle()
    return line


def found(server: Server, line: Line, question: str) -> list[dict[str, Any]]:
    """Asked again until there is an answer: the index is a moment behind."""
    asked = {"q": question, "channel": line.id}
    return list(until(lambda: server.get("conversations", **asked)["data"]))


def test_people_come_first_and_then_what_was_said(server: Server, busy: Line) -> None:
    assert found(server, busy, busy.id[-12:])
    person, talk = found(server, busy, "OKAP")
    assert (person["contact"]["name"], person["match"]) == ("Zoë <b>Okapi</b>", None)
    assert talk["contact"]["name"] == "Plain Jane"
    marked = [part["text"] for part in talk["match"]["snippet"] if part["match"]]
    assert marked == ["okapi"]
    path = f"conversations/{talk['id']}/messages"
    shown = server.get(path, around=talk["match"]["message_id"])["data"]
    assert talk["match"]["message_id"] in [message["id"] for message in shown]
    [by_number] = found(server, busy, "0172")
    assert by_number["id"] == talk["id"]


def test_the_list_marks_what_was_found_and_leads_to_it(server: Server, busy: Line) -> None:
    word = busy.id[-12:]
    [talk] = found(server, busy, word)
    page = server.as_admin.get("/", params={"q": word}).text
    row = re.search(rf'<li id="row-{talk["id"]}".*?</li>', page, re.DOTALL)
    assert row
    assert f'href="/conversations/{talk["id"]}?message={talk["match"]["message_id"]}"' in row[0]
    assert f"okapi &amp; the &lt;i&gt;<mark>{word}</mark>&lt;/i&gt;" in row[0]


def test_what_was_found_reads_as_its_bubble_does(server: Server, line: Line) -> None:
    word = f"kettle{line.id[-12:]}"
    words = said("wamid.plain", f"> so\n*Two* _fine_ ~old~ *{word}*", sender="12025550173")
    photo = said("wamid.photo", "", sender="12025550174") | {"type": "image"}
    del photo["text"]
    photo["image"] = {"id": "1", "mime_type": "image/jpeg", "caption": f"The *{word}* box"}
    body = webhook(line.account, messages=[words, photo])
    assert server.post_signed(line, body).status_code == 200
    server.settle()
    both = [found(server, line, f"{word} {beside}") for beside in ("fine", "box")]
    by_type = {one["match"]["type"]: one for [one] in both}
    page = server.as_admin.get("/", params={"q": word}).text
    shown = {
        name: re.search(rf'<li id="row-{one["id"]}".*?</li>', page, re.DOTALL)[0]  # type: ignore[index]  # a row is there, or it fails
        for name, one in by_type.items()
    }
    assert f"Two fine old <mark>{word}</mark>" in shown["text"]
    assert f"The <mark>{word}</mark> box" in shown["image"]
    assert "Photo:" in shown["image"]
    assert "#image" in shown["image"]
    assert "Photo:" not in shown["text"]


def test_a_conversation_shows_some_of_what_answers_in_it_and_leads_to_all_of_it(
    server: Server, line: Line
) -> None:
    word = f"pot{line.id[-12:]}"
    texts = [said(f"wamid.{line.id}.{n}", f"{word} {n}", "12025550175") for n in range(30)]
    assert server.post_signed(line, webhook(line.account, messages=texts)).status_code == 200
    server.settle()
    while (talk := found(server, line, word)[0])["match_count"] < 30:
        pass
    assert [_words(one) for one in talk["matches"]] == [f"{word} {n}" for n in (29, 28, 27)]
    assert talk["match"] == talk["matches"][0]
    page = server.as_admin.get("/", params={"q": word}).text
    ids = re.findall(r'<a id="match-([\w-]+)"', page)
    assert ids == [one["message_id"] for one in talk["matches"][1:]]
    assert "27 more in this conversation" in page
    path, pages = f"conversations/{talk['id']}/matches", []
    assert server.api().get(f"/api/v1/{path}").status_code == 400
    cursor = ""
    while cursor is not None:
        pages.append(answer := server.get(path, q=word, cursor=cursor, limit=20))
        cursor = answer["next"]
    assert [len(one["data"]) for one in pages] == [20, 10]
    every = [_words(each) for one in pages for each in one["data"]]
    assert sorted(every) == sorted(f"{word} {n}" for n in range(30))
    link = re.search(r'<a class="more-matches"\s+href="([^"]+)"', page)
    assert link
    shown = server.as_admin.get(html.unescape(link[1])).text  # without scripts
    further = re.search(r'<a class="more-matches"\s+href="([^"]+)"', shown)
    assert further
    rest = server.as_admin.get(html.unescape(further[1]), headers={"HX-Request": "true"}).text
    found_there = re.findall(r'<a id="match-([\w-]+)"', shown + rest)
    assert len(set(found_there)) == 29  # all but the one that its row tells


def _words(match: dict[str, Any]) -> str:
    return "".join(part["text"] for part in match["snippet"])


def test_words_and_filters_hold_for_one_message(server: Server, busy: Line) -> None:
    word = busy.id[-12:]
    [talk] = found(server, busy, word)
    path = f"conversations/{talk['id']}/matches"
    at = talk["match"]["timestamp"]
    for answers, narrowed in (
        (True, {"from": "customer"}),
        (True, {"since": at}),
        (False, {"until": at}),
        (False, {"from": "me"}),
        (False, {"from": "colleague"}),
        (False, {"has": "image"}),
        (False, {"channel": "another"}),
    ):
        asked = {"q": word, "channel": busy.id} | narrowed
        rows = server.get("conversations", **asked)["data"]
        assert [row["id"] for row in rows] == [talk["id"]] * answers, asked
        if "channel" not in narrowed:
            assert server.get(path, **asked)["total"] == int(answers)


def test_filters_stay_in_the_addresses_of_a_page(server: Server, line: Line) -> None:
    texts = [said(f"wamid.{line.id}.{n}", f"pan {n}", f"120255502{n:02}") for n in range(41)]
    assert server.post_signed(line, webhook(line.account, messages=texts)).status_code == 200
    server.settle()
    pan = {"q": "pan", "channel": line.id, "limit": 50}
    until(lambda: len(server.get("conversations", **pan)["data"]) == 41)
    asked = {"from": "customer", "channel": line.id, "has": "nonsense", "since": "yesterday"}
    page = server.as_admin.get("/", params=asked).text
    link = re.search(r'id="more" class="more"\s+href="([^"]+)"', page)
    assert link and f"channel={line.id}&amp;from=customer&amp;" in link[1]
    assert "nonsense" not in page and len(re.findall('<li id="row-', page)) == 40
    rest = server.as_admin.get(html.unescape(link[1])).text
    assert len(re.findall('<li id="row-', rest)) == 1
    for wrong in ({"has": "nonsense"}, {"since": "yesterday"}):
        answer = server.api().get("/api/v1/conversations", params=wrong)
        assert answer.status_code in (400, 422) and next(iter(wrong)) in answer.text


def test_a_conversation_that_is_not_there_is_not_searched(server: Server) -> None:
    for path in ("/api/v1/conversations/nobody/matches", "/conversations/nobody/matches"):
        assert server.as_admin.get(path, params={"q": "a"}).status_code == 404


def test_no_question_is_an_error(server: Server, busy: Line) -> None:
    [talk] = found(server, busy, busy.id[-12:])
    for question in HOSTILE:
        for cursor in ("", "5~said"):
            asked = urlencode({"q": question.encode("utf-8", "surrogatepass"), "cursor": cursor})
            answer = server.api().get(f"/api/v1/conversations?{asked}")
            assert answer.status_code == 200, (question, answer.text)
            assert server.as_admin.get(f"/conversations?{asked}").status_code == 200
            within = f"/conversations/{talk['id']}/matches?{asked}"
            assert server.api().get(f"/api/v1{within}").status_code == 200
            assert server.as_admin.get(within).status_code == 200
    assert server.api().get("/api/v1/conversations?q=%00").status_code == 400
    assert server.api().get("/api/v1/conversations?q=" + "a" * 10_000).status_code == 400
    assert server.as_admin.get("/conversations?q=" + "a" * 10_000).status_code == 200


@pytest.mark.parametrize("searched", [False, True])
def test_without_scripts_the_list_is_read_page_by_page_down_and_up(
    server: Server, line: Line, searched: bool
) -> None:
    word = f"walk{line.id[-12:]}" if searched else ""
    texts = [said(f"wamid.{line.id}.{n}", word or "a", f"44770090{n:04}") for n in range(90)]
    assert server.post_signed(line, webhook(line.account, messages=texts)).status_code == 200
    server.settle()
    until(lambda: len(server.get("conversations", q=word, limit=100)["data"]) >= 90)

    def read(link: str) -> tuple[list[str], dict[str, str]]:
        page = server.as_admin.get(html.unescape(link)).text
        links = re.findall(r'<a id="(above|more)"[^>]*?href="([^"]+)"', page)
        return re.findall(r'<li id="row-([\w-]+)"', page), dict(links)

    pages = [read(f"/?q={word}")]
    for _ in range(2):
        pages.append(read(pages[-1][1]["more"]))
    assert len({one for rows, _ in pages for one in rows}) >= 90
    assert "above" not in pages[0][1]
    middle = read(pages[2][1]["above"])
    assert middle[0] == pages[1][0]
    assert read(middle[1]["above"])[0] == pages[0][0]
