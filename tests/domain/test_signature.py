"""An agent's name with their words: nothing in it styles, breaks or turns round what follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.content import NamePlace
from inbox.domain.errors import Invalid
from inbox.domain.outgoing.interactive import offer
from inbox.domain.outgoing.said import Said
from inbox.domain.outgoing.signature import composed, in_name_of, signature, unsigned
from inbox.domain.outgoing.texts import TEXT_LIMIT, text


def _read(said: Said, name: str = "Ana", place: NamePlace = "before") -> str:
    return composed(in_name_of(said, signature(name, place))).words


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Ana", "*Ana:*"),
        ("  Ana\nMaría ", "*Ana María:*"),
        ("*Ana* _x_ ~y~ ```z```", "*Ana x y z:*"),
        ("Ana\u202egnp.exe\u2066", "*Anagnp.exe:*"),
        ("سارا\u200cجان", "*سارا\u200cجان:*"),
    ],
)
def test_the_name_stands_bold_on_a_line_of_its_own_and_its_marks_are_no_marks(
    name: str, line: str
) -> None:
    assert _read(text("Hello"), name) == f"{line}\nHello"


@pytest.mark.parametrize("name", ["", "***", "\u200d", "\u202e \n"])
def test_of_whom_nothing_is_to_be_seen_nobody_is_named(name: str) -> None:
    assert signature(name, "before") is None
    assert _read(text("Hello"), name) == "Hello"


@given(st.text(max_size=100), st.sampled_from(["before", "after"]))
def test_any_name_is_one_line_of_two_marks_at_most_and_takes_nothing_away(
    name: str, place: NamePlace
) -> None:
    lines = _read(text("Hello"), name, place).splitlines()
    assert "Hello" in lines and len(lines) <= 2
    assert sum("\n".join(lines).count(mark) for mark in "*_~`") in (0, 2)


def test_after_the_words_it_is_as_under_a_letter() -> None:
    assert _read(text("Hello"), place="after") == "Hello\n— Ana"


def test_what_was_written_stays_as_it_was_and_each_try_is_the_same() -> None:
    said = in_name_of(text("Hello"), signature("Ana", "before"))
    assert said.words == "Hello" and unsigned(said.content) == {"text": "Hello"}
    assert composed(said) == composed(said) != said
    assert in_name_of(said, None) == text("Hello")


def test_it_counts_in_the_limit_and_says_by_how_much() -> None:
    name = signature("Ana", "before")
    room = TEXT_LIMIT - len("*Ana:*\n")
    assert len(composed(in_name_of(text("x" * room), name)).words) == TEXT_LIMIT
    with pytest.raises(Invalid, match="4096 characters in all: 2 too many"):
        in_name_of(text("x" * (room + 2)), name)
    with pytest.raises(Invalid, match="1024"):
        in_name_of(Said("image", {"caption": "x" * 1_024}), name)


def test_captions_and_questions_have_it_and_templates_and_what_says_nothing_never() -> None:
    asked = {"type": "location_request_message", "body": {"text": "Where are you?"}}
    made = offer(asked | {"action": {"name": "send_location"}})
    sent = composed(in_name_of(made, signature("Ana", "before"))).content
    assert sent["offer"]["body"] == {"text": "*Ana:*\nWhere are you?"}
    assert _read(Said("image", {"caption": "The dent"})) == "*Ana:*\nThe dent"
    for bare in (Said("template", {"text": "Hi"}), Said("image", {}), Said("audio", {})):
        assert in_name_of(bare, signature("Ana", "before")) == bare
