"""What the feed says is built in one module for each thing it speaks of."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from inbox.domain import feed_events
from tests.test_architecture import HOUSE, modules

EVENTS = {event.__name__ for event in get_args(feed_events.NewEvent)}

BUILDERS = {
    "conversations/publish.py": {
        *("message", "note", "activity", "mention", "draft", "contact", "conversation"),
    },
    "access/people.py": {"user"},
    "channels/news.py": {"channel"},
    "alerts/alerts.py": {"alert"},
    "feed/news.py": {"server"},
    "desk/labels.py": {"labels"},
    "desk/teams.py": {"teams"},
    "desk/saved_views.py": {"view"},
    "desk/telling/wishes.py": {"notices"},
    "forwarding/endpoints.py": {"webhook"},
}
"""Who alone builds the events of what: of a type, it is what stands before the colon."""


def test_events_are_built_where_their_thing_is_at_home_and_nowhere_else() -> None:
    found = {path.relative_to(HOUSE).as_posix(): list(built(path)) for path in modules(HOUSE)}
    assert found["conversations/publish.py"], "the walk finds who builds"
    assert {name for name, lines in found.items() if lines} <= BUILDERS.keys()


def test_of_every_event_it_is_said_who_builds_it() -> None:
    kinds = {event.type.partition(":")[0] for event in get_args(feed_events.NewEvent)}
    assert kinds == set().union(*BUILDERS.values())


def built(path: Path) -> Iterator[int]:
    """The lines that make an event for the feed."""
    text = path.read_text()
    for node in ast.walk(ast.parse(text)) if any(name in text for name in EVENTS) else ():
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in EVENTS:
                yield node.lineno
