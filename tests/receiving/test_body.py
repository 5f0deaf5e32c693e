"""Wire-formats 0, step 4 and G: what counts as JSON at the door."""

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inbox.receiving.body import DEEPEST, NotJson, parse


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' {"a": 1}\r\n', {"a": 1}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": "\\ud83d"}', {"a": "\ud83d"}),
        (b'{"a": 123456789012345678901234567890}', {"a": 123456789012345678901234567890}),
        (b'{"a": 1e999}', {"a": float("inf")}),
        ('{"a": "é"}'.encode(), {"a": "é"}),
        (b'{"__proto__": null}', {"__proto__": None}),
    ],
)
def test_awkward_but_honest_bodies_are_read(body: bytes, value: dict[str, Any]) -> None:
    assert parse(body) == value


PIECES = st.sampled_from(
    [*'{}[]:,"\\ \n019.eE+-', "null", "true", "\\u", "d83d", '"a":', "é", "\0"]
)


@given(
    st.one_of(st.floats(), st.integers(), st.text()).map(json.dumps) | st.lists(PIECES).map("".join)
)
@settings(deadline=None)
@example("-0")
@example('"\\ude00\\ud83d"')
@example("1.7976931348623159e308")
def test_two_parsers_read_as_one(words: str) -> None:
    body = f'{{"a":{words}}}'
    try:
        read = repr(json.loads(body, parse_constant=_refuse))
    except ValueError:
        read = "refused"
    try:
        found = repr(parse(body.encode()))
    except NotJson:
        found = "refused"
    assert found == read


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def from_deeper(frames: int, body: bytes) -> Any:
    return from_deeper(frames - 1, body) if frames else parse(body)


@pytest.mark.parametrize("frames", [0, 300])
def test_the_depth_that_is_read_is_the_same_wherever_it_is_read(frames: int) -> None:
    assert from_deeper(frames, nested(DEEPEST))["a"]
    assert from_deeper(frames, b'{"a": "' + b"[{" * 5_000 + b'"}')["a"]
    with pytest.raises(NotJson, match="nested"):
        from_deeper(frames, nested(DEEPEST + 1))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "not JSON"),
        (b"  \n", "not JSON"),
        (b'{"a": 1', "not JSON"),
        (b'{"a": 1}{}', "not JSON"),
        (b'{"a": 1,}', "not JSON"),
        (b'{"a": "\n"}', "not JSON"),
        (b'{"a": "\\x"}', "not JSON"),
        (b"a=1&b=2", "not JSON"),
        (b"<html></html>", "not JSON"),
        (b'\xef\xbb\xbf{"a": 1}', "not JSON"),
        ('{"a": "é"}'.encode("latin-1"), "not UTF-8"),
        (b'{"a": "\xed\xa0\xbd"}', "not UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "not UTF-8"),
        (b"\x1f\x8b\x08\x00", "not UTF-8"),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": -Infinity}', "-Infinity"),
        (b'{"a": ' + b"9" * 5000 + b"}", "too long"),
        (b"[" * 50_000 + b"]" * 50_000, "nested"),
        (b'{"a":' * 50_000, "nested"),
        (b"[]", "an array"),
        (b'"text"', "a string"),
        (b"true", "a truth value"),
        (b"null", "null"),
        (b"1.5", "a number"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(NotJson, match=sentence):
        parse(body)


def test_the_sentence_quotes_nothing_of_the_body() -> None:
    for body in (b'{"text": "my secret" x}', b'{"a": "my secret \\q"}', b"my secret"):
        with pytest.raises(NotJson) as refusal:
            parse(body)
        assert "secret" not in str(refusal.value)
