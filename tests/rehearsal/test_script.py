"""A script is read whole, or refused with its place and with what is allowed there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.rehearsal.script import Expects, FeedEvent, Says, read_script
from inbox.rehearsal.yaml_places import MOST_CHARACTERS, WrongScript

STEPS = "steps:\n  - customer: hi\n"
BOMB = "a: &a [x, x]\n" + "".join(
    f"{here}: &{here} [*{before}, *{before}, *{before}, *{before}, *{before}, *{before}]\n"
    for before, here in zip("abcdefghi", "bcdefghij", strict=True)
)


def test_every_word_is_the_text_that_was_written() -> None:
    script = read_script("steps:\n  - customer: yes\n  - customer: {text: [1.0, null]}\n")
    said = [step.customer for step in script.steps]
    assert [one.text for one in said if isinstance(one, Says)] == ["yes", ["1.0", "null"]]


def test_the_payload_of_an_event_has_its_types() -> None:
    step = "{event: {type: x, payload: {a: null, b: 3, c: '3', d: [true]}}}"
    [expected] = read_script(f"steps:\n  - expect: {step}").steps
    found = expected.expect
    assert isinstance(found, Expects)
    assert isinstance(found.event, FeedEvent)
    assert found.event.payload == {"a": None, "b": 3, "c": "3", "d": [True]}


def test_who_has_no_number_has_the_same_id_in_each_run() -> None:
    text = "customers: {mo: {name: Mo, username: '@mo.sails'}}\n" + STEPS
    first, second = (read_script(text).customer("") for _ in range(2))
    assert first == second
    assert first.user_id.startswith("US.")
    assert (first.wa_id, first.username) == ("", "mo.sails")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        (STEPS + "  - custmer: hi", (3, 5), "custmer is nothing that can be here: name, customer"),
        (STEPS + "  - expect: {answr: x}", (3, 14), "who, answer, status, code, event, quiet"),
        (STEPS + "  - expect: {status: gone}", (3, 14), "one of queued, sent, delivered"),
        (STEPS + "  - status: gone", (3, 5), "one of sent, delivered, read, played, failed"),
        (STEPS + "  - status: {status: [sent, x]}", (3, 29), "one of sent, delivered"),
        (STEPS + "  - wait: soon", (3, 5), "500ms, 10s, 5m or 25h"),
        (STEPS + "  - expect: {answer: {pattern: '('}}", (3, 23), "no regular expression"),
        (STEPS + "  - customer: {text: a, image: b}", (3, 5), "one of text, image, video"),
        (STEPS + "  - {customer: a, wait: 1s}", (3, 5), "customer, provider, status, expect, wait"),
        (STEPS + "  - customer: {who: bob, text: x}", (3, 16), "one of the customers: customer"),
        (STEPS + "  - customer: {text: x, times: many}", (3, 25), "Expected `int`"),
        (STEPS + "  - customer: {sample: poem}", (3, 16), "A sample is one of image, video"),
        (STEPS + "  - provider: nonsense", (3, 5), "accepted, silence, outage, 429"),
        (STEPS + "  - provider: {answer: outage, http_status: 200}", (3, 32), "from 400 to 599"),
        (STEPS + "  - expect: {status: sent, code: 1}", (3, 28), "that is failed has a code"),
        ("timeout: 25h\n" + STEPS, (1, 1), "from 1 second to 1 hour"),
        ("customers:\n  a: {name: x}\n" + STEPS, (1, 1), "one of number, username"),
        ("lines: 3\n" + STEPS, (1, 1), "steps, channel, within, timeout, customers"),
        ("stps: []", (1, 1), "stps is nothing that can be here"),
        ("steps: []", (1, 1), "length >= 1"),
        ("- customer: hi", (1, 1), "A script has steps"),
        ("", (1, 1), "empty"),
        ("steps: [", (1, 9), "no YAML"),
        ("steps:\n  - a: 1\n    a: 2", (3, 5), "twice"),
        ("steps: !!python/object:os.system x", (1, 8), "no tag of a script"),
        ("? [1]\n: 2", (1, 3), "A key is a word"),
        ("steps: \x00", (1, 1), "a character here that no script has"),
        ("[" * 3000, (1, 1), "nested deeper"),
        ("a: &a [*a]", (1, 4), "nested deeper"),
        (BOMB, (1, 8), "larger"),
        ("#" * (MOST_CHARACTERS + 1), (1, 1), "at most 256000 characters"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    text: str, place: tuple[int, int], words: str
) -> None:
    with pytest.raises(WrongScript) as wrong:
        read_script(text)
    assert words in str(wrong.value)
    assert wrong.value.place == place


@given(st.text(max_size=80), st.integers(0, len(STEPS)))
def test_no_text_at_all_is_more_than_refused(text: str, at: int) -> None:
    try:
        read_script(STEPS[:at] + text + STEPS[at:])
    except WrongScript as wrong:
        assert wrong.place.line >= 1
