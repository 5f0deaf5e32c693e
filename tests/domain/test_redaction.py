"""Nothing secret is shown; nothing else is touched."""

import json
from typing import Any

import pytest

from inbox.domain.redaction import HIDDEN, redacted, redacted_text


@pytest.mark.parametrize(
    "name",
    ["access_token", "token", "accessToken", "app_secret", "X-Hub-Signature", "apiKey", "password"],
)
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert redacted({"a": [{name: "s3cret"}, {name: 123}]}) == {
        "a": [{name: HIDDEN}, {name: HIDDEN}]
    }


@pytest.mark.parametrize(
    ("shown", "kept"),
    [
        ("https://a.example/f.jpg?sig=s3cret&x=1#top", "https://a.example/f.jpg?[hidden]#top"),
        ("https://ana:s3cret@a.example/in", "https://[hidden]@a.example/in"),
        (
            "see https://a.example/?x=1&token=s3cret today",
            "see https://a.example/?x=1&token=[hidden] today",
        ),
        ("Authorization: Bearer s3cret-s3cret", "Authorization: Bearer [hidden]"),
    ],
)
def test_a_secret_is_known_by_where_it_stands(shown: str, kept: str) -> None:
    assert redacted({"link": shown}) == {"link": kept}


@pytest.mark.parametrize(
    "value",
    [
        {"id": "wamid.HBgLMTIwMjU1NTAxNDIVAgARGBI=", "from": "12025550142", "timestamp": "1"},
        {"text": {"body": "Is the token for the machine 5 €? a=b&c=d"}, "n": [1, None, True, 2.5]},
        {"key": "a", "conversation": {"id": "x"}, "url": "https://a.example/plain"},
        {"broken": "http://[", "lone": "\ud83d"},
    ],
)
def test_what_is_no_secret_stays_as_it_is(value: Any) -> None:
    assert redacted(value) == value


def test_what_is_no_json_is_looked_through_as_text() -> None:
    cut = json.dumps({"a": {"access_token": 'EAA"s3cret', "b": "?sig=s3cret"}})[:-1]
    found = redacted_text(cut)
    assert "s3cret" not in found
    assert found.startswith('{"a": {"access_token": "[hidden]"')
