"""What is sent later, as programs and pages ask for it; its laws are in tests/sending."""

import pytest

from inbox.domain.times import HOUR, SECOND, iso, now
from tests.support.fake_graph import FakeGraph
from tests.support.server import Server
from tests.web.test_sending import Desk


@pytest.fixture
def desk(server: Server, graph: FakeGraph) -> Desk:
    return Desk(server, graph)


def test_what_is_to_go_later_is_on_the_page_and_can_be_sent_now_without_scripts(desk: Desk) -> None:
    thread = f"/conversations/{desk.path.split('/')[4]}"
    asked = {"text": "See you tomorrow", "send_at": iso(now() + HOUR)}
    message = desk.server.api().post(desk.path, json=asked).json()
    page = desk.server.as_admin.get(thread).text
    assert "It goes out" in page and "Send now" in page
    form = {"conversation_id": message["conversation_id"], "now": "1"}
    sent = desk.server.as_admin.post(f"/messages/{message['id']}/change", data=form)
    assert sent.status_code in (200, 303)
    desk.server.wait_for("message:status", desk.since, id=message["id"], status="sent")


def test_what_is_due_in_a_moment_goes_by_itself(desk: Desk) -> None:
    asked = {"text": "In a moment", "send_at": iso(now() + SECOND // 2)}
    message = desk.server.api().post(desk.path, json=asked).json()
    assert message["status"] == "scheduled"
    desk.server.wait_for("message:status", desk.since, id=message["id"], status="sent")
