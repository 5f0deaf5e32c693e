"""All that is published is written down: in the union, in docs/feed.md and for the page."""

import re
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from inbox.domain.feed_events import ContactNew, PublicEvent
from inbox.domain.feed_frames import ControlFrame, FragmentsFrame, PassingFrame
from inbox.web.live.attending import PASSING
from inbox.web.live.fragments import FRAGMENTS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "feed.md").read_text()
TYPES = {event.type: event for event in get_args(PublicEvent)}
MOMENTS = {frame.type: frame for frame in get_args(PassingFrame)}


def fields(event: Any) -> set[str]:
    """What a payload may have, of any of its forms."""
    payload = get_args(event.__orig_bases__[0])[0]
    forms = get_args(payload) if get_origin(payload) else (payload,)
    return set().union(*map(get_type_hints, forms))


def test_the_document_has_every_event_and_every_frame_and_no_other() -> None:
    told = set(
        re.findall(
            r"`((?:message|note|activity|mention|draft|contact|conversation|labels|teams|channel"
            r"|alert|feed|presence|typing|notices|user|view|counts|webhook):\w+)",
            DOCUMENT,
        )
    )
    frames = {frame.type for frame in get_args(ControlFrame)}
    shown = told - MOMENTS.keys()
    assert MOMENTS.keys() <= told
    assert shown == TYPES.keys() | frames - {FragmentsFrame.type}, "the page's own is no contract"


def test_what_the_document_says_is_in_an_event_is_in_it() -> None:
    rows = re.findall(r"^\| (`\w+:\w+`.*?) \| .*?`([\w ]+)`", DOCUMENT, re.MULTILINE)
    told = {name: words for types, words in rows for name in re.findall(r"[\w:]+", types)}
    assert told.keys() == TYPES.keys() | MOMENTS.keys()
    for name, words in told.items():
        assert set(words.split()) <= fields((TYPES | MOMENTS)[name]), name


def test_a_page_shows_every_event_but_one() -> None:
    """Whoever is new comes with their conversation, which tells of them."""
    assert TYPES.keys() - FRAGMENTS.keys() == {ContactNew.type}
    assert FRAGMENTS.keys() <= TYPES.keys()
    there = {path.stem for path in (ROOT / "templates" / "feed").iterdir()}
    assert there == {template for template, _ in FRAGMENTS.values()} | {*PASSING.values()}
    assert PASSING.keys() == MOMENTS.keys()
