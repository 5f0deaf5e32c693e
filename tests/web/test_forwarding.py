"""A message is forwarded from its dialog: told before and after, and its file goes along."""

import re

import pytest

from tests.support.fake_graph import FakeGraph
from tests.support.server import Line, Server, said, webhook
from tests.web.test_sending import Desk
from tests.web.test_sending_files import PHOTO, brought, say

LONG_AGO = 1_700_000_000


@pytest.fixture
def desk(server: Server, graph: FakeGraph) -> Desk:
    return Desk(server, graph)


def other(server: Server, line: Line, number: str, at: float | None = None) -> str:
    """Another customer there, who wrote then."""
    server.post_signed(
        line, webhook(messages=[said(f"wamid.{line.id}.{number}", "hi", number, at)])
    )
    server.settle()
    found = server.conversations(line)
    return next(str(one["id"]) for one in found if one["contact"]["wa_id"] == number)


def test_a_photo_goes_on_to_who_may_get_it_and_the_rest_is_told(
    desk: Desk, server: Server, graph: FakeGraph
) -> None:
    media_id = brought(server, PHOTO, "image", "Shelf.jpg")
    photo = say(desk, type="image", media_id=media_id, caption="Third shelf")
    desk.becomes(photo, "sent")
    open_one = other(server, desk.line, "447700900155")
    late = other(server, desk.line, "447700900156", LONG_AGO)
    path = f"/messages/{photo['id']}/forward"
    dialog = server.as_admin.get(path, params={"to": open_one})
    assert "Third shelf" in dialog.text and photo["media"]["thumbnail_url"] in dialog.text
    ticked = re.sub(r"\s+", " ", dialog.text)
    assert f'value="{open_one}" checked' in ticked and f'value="{late}" disabled' in ticked
    form = {"to": [open_one, late], "form_id": "twice"}
    answers = [server.as_admin.post(path, data=form).text for _ in range(2)]
    assert all("Forwarded to" in one and "24 hours" in one for one in answers)
    [sent] = [one for one in thread(server, open_one) if one["type"] == "image"]
    desk.becomes(sent, "sent")
    assert graph.sent[-1].json["image"] == graph.sent[-2].json["image"], "uploaded once"
    assert graph.sent[-1].json["to"] == "+447700900155"
    assert server.api().get(sent["media"]["url"]).content == PHOTO
    assert len(thread(server, late)) == 1


def thread(server: Server, conversation: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = server.get(f"conversations/{conversation}/messages")["data"]
    return found


def test_a_note_says_that_it_stays(desk: Desk, server: Server) -> None:
    noted = server.api().post(desk.path.replace("/messages", "/notes"), json={"text": "ask Jim"})
    path = f"/messages/{noted.json()['id']}/forward"
    assert "stay in your team" in server.as_admin.get(path).text
    refused = server.api().post(f"/api/v1{path}", json={"to": [{"conversation_id": "x"}]})
    assert refused.status_code == 422 and "stay in your team" in refused.json()["detail"]
