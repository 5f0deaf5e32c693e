"""A clock that is set back holds nothing up."""

import pytest

from inbox.domain.times import HOUR, now
from tests.support.fake_graph import FakeGraph
from tests.support.inside import Inside
from tests.support.server import said, webhook


async def test_a_reply_written_before_the_clock_went_back_is_sent_at_once(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeGraph() as graph:
        channel = await house.add_channel(api_base=graph.base_url)
        body = webhook(messages=[said("wamid.opening", "hello?")])
        assert (await house.post_signed(channel, body)).status_code == 200
        told = await house.wait_for("message:new", provider_message_id="wamid.opening")
        monkeypatch.setattr(house.house.outbox, "_now", lambda: now() - HOUR)
        path = f"/api/v1/conversations/{told['conversation_id']}/messages"
        for text in ("first", "second"):
            posted = (await house.http.post(path, json={"text": text})).json()
        await house.wait_for("message:status", id=posted["id"], status="sent")
        assert [one.json["text"]["body"] for one in graph.requests] == ["first", "second"]
