"""What is drawn once for all who look is what each of them would get drawn anew.

The house's own templates, without a server: what is the same on its pages is compared by
tests/browser/test_left_open.py.
"""

import ast
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jinja2 import nodes

from inbox.desk.label_colors import LabelColors
from inbox.domain.formatting import TimeFormat, show_clock
from inbox.domain.language import ENGLISH, Language, speaking
from inbox.languages.catalogues import named
from inbox.web.api.contract import made_up
from inbox.web.present.kept_parts import KeptHtml
from inbox.web.present.templating import environment

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
CHANGES: list[dict[str, Any]] = [
    {"content": {"text": "Another *text* <b>"}, "edited_at": made_up.ARRIVED},
    {"deleted_at": made_up.ARRIVED},
    {"status": "read", "receipts": {"sent": made_up.ANSWERED, "read": made_up.DELIVERED}},
    {"reactions": [made_up.REACTION]},
    {"sender": {"id": made_up.OTHER_USER_ID, "name": "Ben"}},
    {"context": {"id": "wamid.1", "quoted": {**made_up.LAST, "sender": None, "contact": None}}},
    {"waiting": {"reason": "It waits", "since": made_up.ASKED, "next_try_at": None}},
]
COLOR = [{"id": "1", "name": "VIP", "color": "red", "conversations": 0}]


@pytest.fixture
def colors() -> LabelColors:
    return LabelColors()


@pytest.fixture
def pages(colors: LabelColors) -> Any:
    return environment(TEMPLATES, lambda name: f"/static/{name}", colors)


def anew(pages: Any, name: str, **given: Any) -> str:
    return pages.get_template(f"inbox/{name}.html").render(given)


@pytest.mark.parametrize("message", [made_up.QUESTION, made_up.ANSWER, made_up.NOTE])
def test_whatever_changes_of_a_message_is_seen_at_once(pages: Any, message: Any) -> None:
    keep = pages.globals["kept_parts"].message
    seen = {keep(message)}
    for change in CHANGES:
        changed = {**message, **change}
        for one in (changed, message, changed):
            assert keep(one) == anew(pages, "_message", message=one)
        seen.add(keep(changed))
    assert len(seen) > len(CHANGES) - 2  # a note has no tick, and waits for nothing


def test_each_reader_gets_their_language_clock_and_colours(pages: Any, colors: LabelColors) -> None:
    keep, seen = pages.globals["kept_parts"].row, set()
    labelled: Any = {**made_up.LISTED, "labels": ["VIP"]}
    looks: list[tuple[Language, TimeFormat, Any]] = [
        (ENGLISH, "12h", []),
        (ENGLISH, "24h", []),
        (named("en-XA"), "24h", []),
        (named("en-XA"), "24h", COLOR),
        (ENGLISH, "12h", []),
    ]
    for language, clock, known in looks:
        colors.follow(known)
        with speaking(language):
            show_clock(clock)
            closing: Any = {**labelled, "closing": True, "window_expires_at": made_up.ARRIVED}
            assert keep(closing) == anew(pages, "_row", conversation=closing)
            seen.add(keep(closing))
    show_clock("auto")
    assert len(seen) == 4


def test_a_row_shows_each_reader_their_own_marks_alone(pages: Any) -> None:
    keep = pages.globals["kept_parts"].row
    ana, ben = ({"id": one, "name": ""} for one in (made_up.USER_ID, made_up.OTHER_USER_ID))
    given: Any = {**made_up.LISTED, "assignee": {"id": made_up.USER_ID, "name": "Ana"}}
    hers: Any = {**given, "draft": "Only hers", "mention_count": 1, "seen_count": 0}
    assert "Only hers" in keep(hers, given["id"], ana)
    for own, open_id, me in ((given, "", ben), (given, given["id"], ana), (given, "", None)):
        shown = keep(own, open_id, me)
        assert shown == anew(pages, "_row", conversation=own, open_id=open_id, me=me)
        assert "Only hers" not in shown
        assert ("data-mine" in shown) == (me is ana)
        assert ("aria-current" in shown) == (open_id == given["id"])


def test_all_of_a_message_is_kept_apart_from_its_beginning(pages: Any) -> None:
    keep = pages.globals["kept_parts"].message
    long: Any = {**made_up.QUESTION, "content": {"text": "word " * 3_000}}
    whole, cut = keep(long, long["id"]), keep(long, "another")
    assert len(whole) > len(cut)
    assert cut == anew(pages, "_message", message=long)


def test_a_form_that_sends_has_an_id_of_its_own_each_time(pages: Any) -> None:
    keep = pages.globals["kept_parts"].message
    failed: Any = {**made_up.ANSWER, "status": "failed", "error": {"code": 131062, "title": "No"}}
    assert 'name="client_id"' in keep(failed)
    assert keep(failed) != keep(failed)


def test_what_is_kept_is_bounded_and_what_was_asked_for_last_stays() -> None:
    kept, drawn = KeptHtml(1_000), list[str]()

    def draw(name: str) -> str:
        drawn.append(name)
        return name * 300

    for name in ("a", "b", "c", "a", "d", "a", "b"):
        kept.get(name.encode(), partial(draw, name))
        assert kept.size <= 1_000
    assert drawn == ["a", "b", "c", "d", "b"]
    assert len(kept.get(b"large", lambda: "x" * 2_000)) == 2_000
    assert kept.size <= 1_000


PARTS = {
    "_message": {"message", "whole"},
    # Both of the last are those of a search, which keeps no row.
    "_row": {"conversation", "open_id", "me", "filters", "q"},
}


@pytest.mark.parametrize("name", PARTS)
def test_what_is_kept_asks_for_nothing_but_what_it_is_known_by(pages: Any, name: str) -> None:
    asked: set[str] = set()
    given: set[str] = set()
    for tree in _with_included(pages, f"inbox/{name}.html", set()):
        for one in tree.find_all(nodes.Name):
            (asked if one.ctx == "load" else given).add(one.name)
        given |= {one.name for one in tree.find_all(nodes.Macro)}
    constant = pages.globals.keys() - {"kept_parts", "moment", "fresh_id"}
    assert asked - given - constant - {"loop"} <= PARTS[name] | {"fresh_id"}
    assert ("fresh_id" in asked) == (name == "_message")  # of those that failed, which are not kept


def _with_included(pages: Any, name: str, known: set[str]) -> Iterator[nodes.Template]:
    assert pages.loader
    source = pages.loader.get_source(pages, name)[0]
    known.add(name)
    tree = pages.parse(source)
    yield tree
    for one in tree.find_all(nodes.Include):
        chosen = one.template
        said = [f"inbox/said/{file.name}" for file in (TEMPLATES / "inbox/said").iterdir()]
        names = [chosen.value] if isinstance(chosen, nodes.Const) else said
        for each in names:
            if each not in known:
                yield from _with_included(pages, each, known)


def test_what_stands_around_conversations_follows_from_who_looks(pages: Any) -> None:
    ana: Any = {"id": "1", "name": "Ana", "role": "agent", "likes": {"send_key": "enter"}}
    seen = {
        pages.globals["kept_parts"].around("inbox/_coming.html", {**ana, **other})
        for other in ({}, {"name": "Ben"}, {"likes": {"send_key": "mod-enter"}}, {})
    }
    assert len(seen) == 3
    assert all('name="client_id" value=""' in pane for pane in seen)  # scripts say their own


def test_no_page_is_given_something_that_is_called_as_what_all_have(pages: Any) -> None:
    """It would take its place, there and in all that is drawn within."""
    trees = [ast.parse(path.read_text()) for path in (ROOT / "inbox/web").rglob("*.py")]
    calls = [one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Call)]
    given = {
        keyword.arg
        for call in calls
        if isinstance(call.func, ast.Name) and call.func.id in ("own_page", "rendered_page")
        for keyword in call.keywords
    }
    assert "conversations" in given
    assert given & pages.globals.keys() == set()
