"""The calls of /docs/api: what reads is run as it is printed, what is sent is valid."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from tests.support.contract import Contract
from tests.support.server import Server, said, webhook

OPERATION = re.compile(r"^### .+\n\n`([A-Z]+) (/\S*)`\n((?:(?!### ).*\n)+)", re.MULTILINE)
CALL = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
KEPT = 'curl() { : > $n.body; command curl -sS --max-time 20 -D "$n.head" -o "$n.body" "$@"; }'


class Call(NamedTuple):
    method: str
    path: str
    """As in the contract, as ``/api/v1/messages/{message_id}``."""
    words: str
    """As it is printed; "" of the socket."""


@pytest.fixture(scope="module")
def inbox(servers: Any) -> Server:
    server: Server = servers("sqlite")
    line = server.add_channel()
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    return server


@pytest.fixture(scope="module")
def contract(inbox: Server) -> Contract:
    return Contract(inbox.provider.get("/openapi.json").json())


@pytest.fixture(scope="module")
def calls(inbox: Server, contract: Contract) -> list[Call]:
    page = inbox.provider.get("/docs/api.md").text
    found = [
        Call(method, path, "".join(CALL.findall(rest)))
        for method, path, rest in OPERATION.findall(page)
    ]
    told = {(one.method.lower(), one.path) for one in found}
    paths = contract.document["paths"].items()
    assert told == {(name, path) for path, item in paths for name in item.keys() - {"parameters"}}
    assert [one.path for one in found if not one.words] == ["/ws"]
    return [one for one in found if one.words]


def test_what_is_read_answers_as_the_contract_says_to_the_call_as_it_is_printed(
    inbox: Server, contract: Contract, calls: list[Call], tmp_path: Path
) -> None:
    asked = {str(n): one for n, one in enumerate(calls) if one.method in ("GET", "HEAD")}
    script = "\n".join([KEPT, *(f"n={n}\n{one.words}" for n, one in asked.items())])
    environment = {"INBOX": inbox.url, "INBOX_TOKEN": inbox.token(), "no_proxy": "*"}
    run = subprocess.run(
        ["sh"], input=script, cwd=tmp_path, env=os.environ | environment, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("", "")
    statuses = set()
    for n, one in asked.items():
        # Asked for the head alone, curl prints it in place of the body.
        body = b"" if one.method == "HEAD" else (tmp_path / f"{n}.body").read_bytes()
        answer = answered((tmp_path / f"{n}.head").read_text(), body)
        contract.check(answer, one.method, one.path)
        assert answer.status_code < 500, (one, answer.text)
        statuses.add(answer.status_code)
    assert {200, 404} <= statuses


def answered(head: str, body: bytes) -> httpx.Response:
    first, *lines = head.strip().splitlines()
    headers = [line.split(": ", 1) for line in lines]
    return httpx.Response(int(first.split()[1]), headers=headers, content=body)


def test_what_is_sent_is_valid_by_the_contract(contract: Contract, calls: list[Call]) -> None:
    sent = 0
    for one in calls:
        content = contract.operation(one.method, one.path).get("requestBody", {}).get("content", {})
        words = shlex.split(one.words)
        if "application/json" in content and "-d" in words:
            body = json.loads(words[words.index("-d") + 1])
            assert contract.faults(body, content["application/json"]["schema"]) == [], one
            sent += 1
    assert sent > 40
