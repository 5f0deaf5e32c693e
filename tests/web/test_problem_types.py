"""Every answer that says why not has a type that stays the same, and the document lists it."""

import re
from pathlib import Path
from typing import Any

import pytest

from inbox.web.http.problem_types import BY_STATUS, NAMED
from tests.support.server import Server

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"
KNOWN = {name: status for status, name in BY_STATUS.items()} | NAMED


def test_the_document_lists_them_all_with_their_status() -> None:
    rows = re.findall(r"^\| `(urn:\S+)` \| (\d+) \|", PAGE.read_text(), re.MULTILINE)
    assert {name: int(status) for name, status in rows} == KNOWN
    assert len(rows) == len(KNOWN) == len(BY_STATUS) + len(NAMED)


def test_what_the_contract_shows_has_one_of_them(server: Server) -> None:
    shown = server.browser().get("/openapi.json").json()
    examples = [*_examples(shown["paths"]), *_examples(shown["components"])]
    assert len(examples) > 20
    assert {(one["type"], one["status"]) for one in examples} <= set(KNOWN.items())


def _examples(part: Any) -> list[dict[str, Any]]:
    """The problems of every example in a part of the contract."""
    if isinstance(part, list):
        return [found for each in part for found in _examples(each)]
    if not isinstance(part, dict):
        return []
    if {"type", "title", "status", "detail"} <= part.keys() and isinstance(part["type"], str):
        return [part]
    return [found for each in part.values() for found in _examples(each)]


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "conversations?limit=many", "wrong-request"),
        ("GET", "conversations?sort=colour", "unfit"),
        ("GET", "nothing", "not-found"),
        ("PUT", "conversations", "wrong-method"),
        ("GET", "events?since=999999999", "forgotten-events"),
        ("GET", "contacts/01890000-0000-7000-8000-000000000000", "not-found"),
    ],
)
def test_what_is_answered_is_named(server: Server, method: str, path: str, name: str) -> None:
    answer = server.api().request(method, f"/api/v1/{path}").json()
    assert answer["type"] == f"urn:inbox:problem:{name}"
    assert KNOWN[answer["type"]] == answer["status"]


def test_who_may_not_is_told_by_name(server: Server) -> None:
    assert server.browser().get("/api/v1/contacts").json()["type"].endswith(":sign-in-first")
    refused = server.api("agent").get("/api/v1/journal").json()
    assert refused["type"].endswith(":not-allowed")
