"""Direct Send: switched on for a channel, asked for by programs, refused with what to do."""

import time

from tests.support.fake_graph import FakeGraph
from tests.support.server import Server
from tests.web.test_sending import Desk

BEFORE = 2 * 24 * 3600


def test_a_channel_is_told_that_its_number_has_it(server: Server) -> None:
    has, has_not = server.add_channel(), server.add_channel(provider="waba")
    for line, answer in ((has, 303), (has_not, 422)):
        path = f"/settings/channels/{line.id}"
        assert "direct_send" not in server.get(f"channels/{line.id}")["can"]
        assert server.as_admin.post(path, data={"direct_send": "on"}).status_code == answer
    told = server.get(f"channels/{has.id}")
    assert (told["direct_send"], "direct_send" in told["can"]) == ("on", True)
    offered = ['name="direct_send"' in _settings(server, line.id) for line in (has, has_not)]
    assert offered == [True, False]
    wrong = server.as_admin.post(f"/settings/channels/{has.id}", data={"direct_send": "maybe"})
    assert wrong.status_code == 422 and "(on) or not (off)" in wrong.text


def _settings(server: Server, line: str) -> str:
    return server.as_admin.get(f"/settings/channels/{line}").text


def test_it_is_sent_and_costs_what_whatsapp_says_or_a_card_tells_what_to_do(
    server: Server, graph: FakeGraph
) -> None:
    desk = Desk(server, graph, at=time.time() - BEFORE)
    asked = {"text": "Your parcel is here.", "direct": True}
    refused = server.api().post(desk.path, json=asked)
    assert (refused.status_code, refused.json()["field"]) == (422, "direct")
    server.as_admin.post(f"/settings/channels/{desk.line.id}", data={"direct_send": "on"})
    assert server.api().post(desk.path, json={"text": "unasked"}).status_code == 409
    failed = desk.becomes(server.api().post(desk.path, json=asked).json(), "failed")
    assert (failed["error"]["code"], failed["content"]["direct"]) == (100, True)
    page = server.as_admin.get(desk.path.removeprefix("/api/v1").removesuffix("/messages")).text
    card = page.partition(f'id="failure-{failed["id"]}"')[2].partition("</div>\n</div>")[0]
    assert "did not take this as Direct Send" in card
    assert "data-choose-template" in card and 'name="hold"' in card
    graph.direct_send = True
    assert desk.retry(failed)["status"] == "queued"
    sent = desk.becomes(failed, "sent")
    assert [one.json["category"] for one in graph.sent] == ["utility", "utility"]
    desk.report(sent, "sent", pricing={"billable": True, "category": "utility", "type": "regular"})
    cost = server.get(f"messages/{sent['id']}")["cost"]
    assert (cost["category"], cost["billable"]) == ("utility", True)
