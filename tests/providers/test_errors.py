"""Provider errors in plain words: what happened, what to do, when to try again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox.providers.errors import advice, explain, helps

_FORMATS = (Path(__file__).parents[2] / "docs" / "wire-formats.md").read_text()
_ROW = re.compile(r"^\| (\d[\d, –]*) \|.*\| (yes|no)\b[^|]*\|$", re.MULTILINE)


def _codes(healing: str) -> list[int]:
    """Every code that the wire formats name, Meta's (B.4) and the hosts' (C.7)."""
    tables = (_FORMATS.split(f"\n### {section} ")[1] for section in ("B.4", "C.7"))
    rows = (row for table in tables for row in _ROW.findall(table.split("\n##")[0]))
    return sorted(code for codes, heals in rows if heals == healing for code in _each(codes))


def _each(codes: str) -> Iterator[int]:
    """Of a range of a hundred only its ends."""
    for part in codes.split(", "):
        first, _, last = part.partition("–")
        all_ = range(int(first), int(last or first) + 1)
        yield from all_ if len(all_) < 20 else {all_[0], all_[-1]}


FOR_GOOD, PASSING = _codes("no"), _codes("yes")


def test_the_document_has_them() -> None:
    assert len(FOR_GOOD) > 90 and len(PASSING) > 20
    assert {131047, 133015, 299, 470, 2012} <= set(FOR_GOOD)
    assert {130429, 1023} <= set(PASSING)


@pytest.mark.parametrize("code", FOR_GOOD)
def test_a_code_that_time_does_not_heal_is_never_retried(code: int) -> None:
    known = advice(code)
    assert known is not None
    assert known.retry_after is None


@pytest.mark.parametrize("code", PASSING)
def test_a_code_that_passes_says_when_to_try_again(code: int) -> None:
    known = advice(code)
    assert known is not None
    assert known.retry_after
    assert known.retry_after >= 5


@pytest.mark.parametrize("code", FOR_GOOD + PASSING)
def test_every_code_is_explained_in_sentences(code: int) -> None:
    problem = explain(code, "Re-engagement message", None)
    assert problem["code"] == code
    assert problem["title"] != "Re-engagement message"
    assert problem["detail"].endswith(".")


def test_explaining_twice_changes_nothing() -> None:
    for code in (131047, 131056, 987654, None):
        once = explain(code, "Their title", "Their detail")
        assert explain(once.get("code"), once["title"], once.get("detail")) == once
        assert "Their detail" in once["detail"]


def test_words_that_add_nothing_are_not_repeated() -> None:
    assert explain(131047, "Title", "Title") == explain(131047, None, None)
    assert explain(None, None, None) == {"title": "WhatsApp refused the message"}
    assert explain(0, None, None)["code"] == 0
    assert len(explain(131047, None, "x" * 10_000)["detail"]) < 700


OTHERS = [131200, 131299, 132018, 138000, 138018, *range(139100, 139104), 139200, 147001, 147005]
"""Codes that Meta's pages name beside those of the table of sends."""


@pytest.mark.parametrize("code", OTHERS)
def test_what_else_meta_may_refuse_has_words_too(code: int) -> None:
    assert advice(code) is not None


def test_one_registry_says_which_button_helps() -> None:
    assert {code for code in FOR_GOOD + PASSING if helps(code) == ()} == {
        *(130472, 131021, 131049, 131050, 472),
    }
    assert helps(131047) == ("template", "hold")
    assert helps(100) == ("retry",)
    assert helps(100, direct=True) == helps(139200) == ("template", "hold")
    assert helps(131062) == ("ask_number", "retry")
    assert helps(987654) == helps(None) == ("retry",)
    assert all(helps(code) == ("retry",) for code in PASSING)
