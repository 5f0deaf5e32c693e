import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import ROOT, Inbox, clean_environment
from tests.support.corpus import payloads

PAYLOADS = ROOT / "tests" / "payloads"
PARSE = ("parse", "--provider", "cloud-api")


def test_a_body_becomes_its_events(inbox: Inbox) -> None:
    [event] = inbox(*PARSE, str(PAYLOADS / "meta" / "text_basic.json")).json
    assert (event["kind"], event["type"], event["direction"]) == ("message", "text", "in")
    assert event["text"] == "Hi, is the blue kettle back in stock?"
    assert event["ts"] == "2025-06-15T15:06:40Z"


@pytest.mark.parametrize("dash", [[], ["-"]])
def test_it_reads_standard_input(inbox: Inbox, dash: list[str]) -> None:
    body = (PAYLOADS / "meta" / "text_basic.json").read_bytes()
    assert len(inbox(*PARSE, *dash, stdin=body).json) == 1


@pytest.mark.parametrize(
    ("provider", "folder"),
    [
        ("cloud-api", "meta"),
        ("waba", "onprem"),
        ("whatsable", "whatsable_v1"),
        ("notifier", "notifier_v2"),
    ],
)
def test_each_provider_reads_its_own_bodies(inbox: Inbox, provider: str, folder: str) -> None:
    [payload, *_] = [one for one in payloads(folder) if one.get("events")]
    wanted = [event["kind"] for event in payload["events"]]
    words = ("parse", "--provider", provider)
    told = inbox(*words, str(PAYLOADS / payload["file"])).json
    assert [event["kind"] for event in told] == wanted
    piped = inbox(*words, "--json", stdin=(PAYLOADS / payload["file"]).read_bytes())
    assert [event["kind"] for event in piped.json] == wanted


def test_a_body_without_events_is_an_empty_list(inbox: Inbox) -> None:
    body = b'{"object": "whatsapp_business_account", "entry": []}'
    assert inbox(*PARSE, stdin=body).json == []


def test_what_is_not_json_is_1_and_one_line(inbox: Inbox) -> None:
    bodies = sorted((PAYLOADS / "invalid").iterdir())
    assert len(bodies) > 10
    for body in bodies:
        done = inbox(*PARSE, str(body))
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), body.name


def test_a_missing_file_is_1_and_names_it(inbox: Inbox) -> None:
    done = inbox(*PARSE, "nowhere.json")
    assert done.code == 1
    assert "nowhere.json" in done.err


def test_awkward_values_are_still_json(inbox: Inbox) -> None:
    message = {
        "id": "wamid.1",
        "from": "12025550142",
        "timestamp": "1750000000",
        "type": "location",
        "location": {"latitude": "LAT", "longitude": 2, "name": "caf\ud83d \x00 \x1b[31m é"},
    }
    value = {"metadata": {"phone_number_id": "1"}, "messages": [message]}
    change = {"field": "messages", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"changes": [change]}]}
    done = inbox(*PARSE, stdin=json.dumps(body).replace('"LAT"', "1e999").encode())
    assert done.code == 0

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    [event] = json.loads(done.out, parse_constant=refuse)
    assert "é" in event["location"]["name"]


def test_it_touches_nothing(tmp_path: Path) -> None:
    """A process of its own, where even a wrong setting does not matter."""
    done = subprocess.run(
        [sys.executable, "-m", "inbox", *PARSE],
        input=(PAYLOADS / "meta" / "text_unicode.json").read_bytes(),
        env=clean_environment(INBOX_PORT="wrong", PYTHONIOENCODING="ascii", LC_ALL="C"),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout.decode())[0]["contact"]["name"] == "Jonas Weiß"
    assert done.stderr == b""
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - a list says more when it fails
