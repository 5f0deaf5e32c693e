"""What people and messages are called on a page."""

import pytest

from inbox.web.present.naming import near


def snippet(before: str) -> list[dict[str, object]]:
    return [
        *([{"text": "…", "match": False}] if before.startswith("…") else []),
        {"text": before.removeprefix("…"), "match": False},
        {"text": "kettle", "match": True},
        {"text": " back?", "match": False},
    ]


@pytest.mark.parametrize(
    ("before", "shown"),
    [
        ("Is the blue ", "Is the blue "),
        ("…of the blue ", "…of the blue "),
        ("Do you have any more of the large blue ", "…the large blue "),
        ("…" + "x" * 40, "…" + "x" * 16),
    ],
)
def test_a_snippet_begins_so_near_its_match_that_a_row_shows_it(before: str, shown: str) -> None:
    parts = near(snippet(before))
    assert "".join(str(part["text"]) for part in parts) == f"{shown}kettle back?"
    assert [part["text"] for part in parts if part["match"]] == ["kettle"]
