"""What an older version put into the log is still shown: pages catch up across an upgrade."""

import json
from pathlib import Path
from typing import Any

import pytest

from inbox.domain.shapes import encoded
from inbox.feed.log import FeedEvent
from inbox.web.live.fragments import FRAGMENTS, renderer
from tests.web.test_showing import PAGES

TOLD = json.loads((Path(__file__).parent / "told_before.json").read_text())
"""Payloads of each form as they were when replies were texts; what came since is not in them."""

RENDER = renderer(PAGES)


@pytest.mark.parametrize("told", TOLD, ids=lambda told: told["type"])
def test_an_event_of_an_older_version_is_shown(told: dict[str, Any]) -> None:
    payload = encoded(told["payload"])
    event = FeedEvent(7, told["type"], 1_767_268_800_000_000, payload, "c-1", None, "all")
    assert bool(RENDER(event)) is (told["type"] in FRAGMENTS)
