"""Laws 6 and 28: no payload stops ingest, whatever it makes a provider raise."""

from typing import Any

import pytest
from sqlalchemy import select

from inbox.providers.cloud_api import CloudApi
from inbox.receiving.body import parse
from inbox.storage.tables import journal_entries
from tests.support.inside import Inside
from tests.support.server import said, webhook


class NeverThoughtOf(Exception):
    """With words that neither engine can store."""

    def __str__(self) -> str:
        return "a NUL \x00 and half an emoji \ud83d"


async def test_whatever_a_provider_raises_marks_its_own_entry_and_no_other(
    house: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await house.add_channel()
    normalise = CloudApi.normalise
    raised = {
        "RecursionError": RecursionError(),
        "MemoryError": MemoryError(),
        "NeverThoughtOf": NeverThoughtOf(),
        "StopIteration": StopIteration(),
        "OSError": OSError(28, "No space left on device"),
    }

    def dangerous(self: CloudApi, body: Any, now: int, raw: bytes) -> Any:
        events = normalise(self, body, now, raw)
        for event in events:
            if (fault := raised.get(getattr(event, "text", ""))) is not None:
                raise fault
        return events

    monkeypatch.setattr(CloudApi, "normalise", dangerous)
    for text in ("before", *raised, "after"):
        body = webhook(messages=[said(f"wamid.{text}", text)])
        assert (await house.post_signed(channel, body)).status_code == 200
    await house.wait_for("message:new", provider_message_id="wamid.after")
    rows = await house.database.read(
        lambda c: c.execute(select(journal_entries).order_by(journal_entries.c.id)).all()
    )
    texts = [parse(row.body)["entry"][0]["changes"][0]["value"]["messages"][0] for row in rows]
    failed = {one["text"]["body"] for one, row in zip(texts, rows, strict=True) if row.error}
    assert failed == set(raised)
    assert {row.state for row in rows} == {"applied", "failed"}
    assert (await house.http.get("/health")).status_code == 200
