"""Whether a token and a number are right is asked of the provider, and only what is sure counts."""

from collections.abc import Callable

import httpx
import pytest
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.providers.calling import Answer
from inbox.providers.checking import CheckResult, NumberKnown, Rejected, Unchecked
from inbox.providers.checks import ask_about, checkable
from inbox.providers.cloud_api.checking import judge
from tests.support.fake_dashboards import API_KEY, FakeNotifier, FakeWhatsAble
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph
from tests.support.fake_host import FakeHost

KNOWN = {"verified_name": "Fiction", "display_phone_number": "+1 202-555-0100"}


async def test_meta_tells_the_name_the_number_and_the_quality(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    graph.numbers = {ACCOUNT: KNOWN | {"quality_rating": "YELLOW"}}
    found = await ask_about(http, channel)
    assert found == NumberKnown(name="Fiction", phone="12025550100", quality="yellow")
    assert graph.requests == [] and len(graph.lookups) == 1


async def test_a_wrong_token_and_a_wrong_number_are_told_apart(
    http: httpx.AsyncClient, channel: Channel, graph: FakeGraph
) -> None:
    graph.numbers = {ACCOUNT: KNOWN}
    for facts, field in (({"access_token": "x"}, "access_token"), ({"account": "5"}, "account")):
        found = await ask_about(http, replace(channel, **facts))
        assert isinstance(found, Rejected) and found.field == field
        assert "Meta says: " in found.reason and TOKEN not in found.reason


@pytest.mark.parametrize(
    ("status", "body", "field"),
    [
        (400, b'{"error": {"code": 190}}', "access_token"),
        (401, b"", "access_token"),
        (400, b'{"error": {"code": 100, "error_subcode": 33}}', "account"),
        (403, b'{"error": {"code": 200}}', None),
        (400, b'{"error": {"code": 4}}', None),
        (500, b'{"error": {"code": 1}}', None),
        (502, b"<html>", None),
        (404, b"", None),
        (200, b"[]", None),
        (200, b'{"id": "another"}', None),
    ],
)
def test_only_a_certain_refusal_refuses(status: int, body: bytes, field: str | None) -> None:
    found = judge(Answer(status, body), ACCOUNT, TOKEN)
    assert isinstance(found, Rejected if field else Unchecked)
    assert field is None or (isinstance(found, Rejected) and found.field == field)


HOSTS: list[tuple[str, Callable[[], FakeGraph], str]] = [
    ("waba", FakeHost, TOKEN),
    ("whatsable", FakeWhatsAble, API_KEY),
    ("notifier", FakeNotifier, API_KEY),
]


@pytest.mark.parametrize(("provider", "host", "key"), HOSTS)
async def test_where_nothing_is_told_of_a_number_the_key_is_tried(
    http: httpx.AsyncClient, provider: str, host: Callable[[], FakeGraph], key: str
) -> None:
    with host() as there:
        facts = {"id": "1", "name": "Shop", "provider": provider, "key": "key"}
        channel = Channel(**facts, api_base=there.base_url, access_token=key)
        assert await ask_about(http, channel) == NumberKnown()
        refused: CheckResult = await ask_about(http, replace(channel, access_token="another"))
        assert isinstance(refused, Rejected) and refused.field == "access_token"
        assert there.requests == []
    gone = await ask_about(http, channel)
    assert isinstance(gone, Unchecked) and "could not be reached" in gone.reason


async def test_the_sandbox_and_who_has_no_token_ask_nobody(channel: Channel) -> None:
    assert checkable(channel)
    for facts in ({"provider": "sandbox"}, {"access_token": " "}, {"account": None}):
        assert not checkable(replace(channel, **facts)), facts  # type: ignore[arg-type]  # of several types
