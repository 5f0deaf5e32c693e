"""Our webhook is registered at the provider by its own API, and what is there is told in words."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

import httpx
import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from inbox.domain.channels import Channel, Scheme
from inbox.providers.cloud_api.registration import MetaRegistrar
from inbox.providers.listing import endpoints
from inbox.providers.notifier.registration import NotifierRegistrar
from inbox.providers.registration import Done, Registered, Registrar, RegistrationProblem
from inbox.providers.waba.registration import WabaRegistrar
from inbox.providers.whatsable.registration import WhatsAbleRegistrar
from tests.support import tls
from tests.support.corpus import ANY_JSON
from tests.support.fake_dashboards import API_KEY
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph
from tests.support.fake_registration import (
    ELSEWHERE,
    SIGNING_SECRET,
    FakeMetaOffice,
    FakeNotifierOffice,
    FakeWabaOffice,
    FakeWhatsAbleOffice,
)

OURS = "https://inbox.example/webhooks/k3y-of-the-channel"
HASTY = httpx.Timeout(0.2)

KINDS = {
    "cloud-api": (MetaRegistrar, FakeMetaOffice, TOKEN),
    "waba": (WabaRegistrar, FakeWabaOffice, TOKEN),
    "whatsable": (WhatsAbleRegistrar, FakeWhatsAbleOffice, API_KEY),
    "notifier": (NotifierRegistrar, FakeNotifierOffice, API_KEY),
}


class Place(NamedTuple):
    registrar: Registrar
    office: FakeGraph
    channel: Channel


def _place(name: str, office: FakeGraph) -> Place:
    kind, _, token = KINDS[name]
    channel = Channel(
        id="channel-1",
        name="Main line",
        provider=name,
        account=ACCOUNT,
        api_base=office.base_url,
        key="key",
        verify_token="let me in",
        access_token=f"{token}\n",
    )
    return Place(kind(), office, channel)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=tls.NOBODY) as http:
        yield http


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with KINDS[request.param][1]() as office:
        yield _place(request.param, office)


@pytest.fixture
def meta() -> Iterator[tuple[Place, FakeMetaOffice]]:
    with FakeMetaOffice() as office:
        yield _place("cloud-api", office), office


async def listed(http: httpx.AsyncClient, place: Place) -> list[Registered]:
    found = await place.registrar.registered(http, place.channel)
    assert not isinstance(found, RegistrationProblem), found
    return found


def trouble(found: object) -> RegistrationProblem:
    assert isinstance(found, RegistrationProblem), found
    assert found.title and found.todo
    return found


# At every provider ---------------------------------------------------------------------------


async def test_what_is_registered_is_found_there(http: httpx.AsyncClient, place: Place) -> None:
    assert OURS not in [each.url for each in await listed(http, place)]
    done = await place.registrar.register(http, place.channel, OURS)
    assert isinstance(done, Done), done
    assert OURS in [each.url for each in await listed(http, place)]


async def test_a_wrong_token_is_called_so_and_never_repeated(
    http: httpx.AsyncClient, place: Place
) -> None:
    wrong = replace(place.channel, access_token="wrong-token-example")
    for found in (
        await place.registrar.registered(http, wrong),
        await place.registrar.register(http, wrong, OURS),
    ):
        said = trouble(found)
        assert "did not let us in" in said.title
        assert "wrong-token-example" not in f"{said}"


async def test_an_answer_that_quotes_the_token_does_not_bring_it_into_a_page(
    http: httpx.AsyncClient, place: Place
) -> None:
    token = place.channel.access_token.strip()
    place.office.answer_next({"error": {"message": f"bad token {token}"}}, 400)
    said = trouble(await place.registrar.registered(http, place.channel))
    assert "bad token …" in said.todo


async def test_without_a_token_nobody_is_asked(http: httpx.AsyncClient, place: Place) -> None:
    for token in ("", "two\nlines"):
        untold = replace(place.channel, access_token=token)
        said = trouble(await place.registrar.register(http, untold, OURS))
        assert "Enter it below" in said.todo
    assert place.office.requests == []


async def test_silence_and_a_gateway_leave_doubt_and_say_what_to_do(
    http: httpx.AsyncClient, place: Place
) -> None:
    hasty = type(place.registrar)(HASTY)  # type: ignore[call-arg]  # each of them takes it
    place.office.hang_next()
    assert "did not answer" in trouble(await hasty.registered(http, place.channel)).title
    place.office.drop_next()
    assert "did not answer" in trouble(await place.registrar.registered(http, place.channel)).title
    for status, body, words in (
        (503, b"<html>Bad gateway</html>", "busy"),
        (429, b"", "busy"),
        (500, b"oops", "answered 500"),
        (404, b"<html>", "API address"),
        (302, b"", "API address"),
        (200, b"<html>Welcome", "not as it should"),
        (200, b"[" * 100_000, "not as it should"),
    ):
        place.office.answer_next(body, status)
        said = trouble(await place.registrar.registered(http, place.channel))
        assert words in said.title, (status, said)


async def test_a_server_that_is_not_there_is_called_so(
    http: httpx.AsyncClient, place: Place
) -> None:
    nowhere = replace(place.channel, api_base="http://127.0.0.1:1")
    said = trouble(await place.registrar.register(http, nowhere, OURS))
    assert "could not be reached" in said.title


async def test_only_the_api_address_of_the_channel_is_called(
    http: httpx.AsyncClient, place: Place
) -> None:
    for base in ("file:///etc", "https://user:pw@api.example", "not an address", ""):
        wrong = replace(place.channel, api_base=base)
        if place.registrar.title == "the provider" and not base:
            continue  # there it means 360dialog's, which a test does not call
        assert "API address" in trouble(await place.registrar.registered(http, wrong)).title
    place.office.answer_next(b"", 302, headers={"Location": f"{place.office.base_url}/elsewhere"})
    trouble(await place.registrar.registered(http, place.channel))
    assert len(place.office.requests) == 1, "a redirect is not followed with the token"


# Meta ----------------------------------------------------------------------------------------


async def test_at_meta_the_number_gets_its_own_address_and_the_app_is_subscribed(
    http: httpx.AsyncClient, meta: tuple[Place, FakeMetaOffice]
) -> None:
    place, office = meta
    before = await listed(http, place)
    assert [each.url for each in before] == [ELSEWHERE, None]
    assert "nothing comes" in before[1].note
    assert isinstance(await place.registrar.register(http, place.channel, OURS), Done)
    assert (office.override, office.verify_token, office.subscribed) == (OURS, "let me in", True)
    first, app, subscribed = await listed(http, place)
    assert (first.url, first.replaced, app.url, app.id) == (OURS, True, ELSEWHERE, None)
    assert subscribed.note == "Subscribed app: Shop app"
    assert first.id is not None
    assert isinstance(await place.registrar.unregister(http, place.channel, first.id), Done)
    assert office.override == ""


async def test_meta_is_not_asked_for_what_it_cannot_do(
    http: httpx.AsyncClient, meta: tuple[Place, FakeMetaOffice]
) -> None:
    place, office = meta
    long = OURS + "x" * 200
    assert "too long" in trouble(await place.registrar.register(http, place.channel, long)).title
    for name, fact in (("account", None), ("verify_token", "")):
        untold = replace(place.channel, **{name: fact})  # type: ignore[arg-type]  # a field by its name
        trouble(await place.registrar.register(http, untold, OURS))
    trouble(await place.registrar.unregister(http, place.channel, "102938475610293"))
    assert office.requests == []


async def test_without_the_right_to_see_apps_the_addresses_are_still_told(
    http: httpx.AsyncClient, meta: tuple[Place, FakeMetaOffice]
) -> None:
    place, office = meta
    number = {"webhook_configuration": {"phone_number": OURS}}
    entities = {"entities": [{"entity_type": "WABA", "id": "999"}]}
    office.answer_next(number | {"health_status": entities})
    first, apps = await listed(http, place)
    assert first.url == OURS
    assert "not known" in apps.note


# 360dialog, CBot, on-premises ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "headers"),
    [
        (None, {"X-Hook-Token": "hush"}),
        (Scheme(kind="basic", user="meta"), {"Authorization": "Basic bWV0YTpodXNo"}),
        (Scheme(kind="hmac", header="X-Signature"), None),
    ],
)
async def test_a_host_is_told_with_which_header_to_prove_itself(
    http: httpx.AsyncClient, scheme: Scheme | None, headers: dict[str, str] | None
) -> None:
    with FakeWabaOffice() as office:
        place = _place("waba", office)
        channel = replace(place.channel, secret="hush", scheme=scheme)
        done = await place.registrar.register(http, channel, OURS)
        assert isinstance(done, Done)
        assert office.config.get("headers") == headers
        assert bool(done.todo) is (headers is None)


@pytest.mark.parametrize("below", ["", "/v1", "/v1/messages", "/messages"])
async def test_every_form_of_api_address_leads_to_the_same_place(
    http: httpx.AsyncClient, below: str
) -> None:
    with FakeWabaOffice("api-key") as office:
        place = _place("waba", office)
        base = office.base_url + below
        channel = replace(place.channel, api_base=base, access_token=f"API-KEY: {TOKEN}")
        assert isinstance(await place.registrar.register(http, channel, OURS), Done)
        assert office.config["url"] == OURS


async def test_a_refusal_of_360dialog_is_told_in_its_words(http: httpx.AsyncClient) -> None:
    with FakeWabaOffice() as office:
        place = _place("waba", office)
        meta = {"http_code": 400, "developer_message": "Invalid url", "success": False}
        office.answer_next({"meta": meta}, 200)
        said = trouble(await place.registrar.register(http, place.channel, OURS))
        assert said.todo.endswith("says: Invalid url")


# The dashboards ------------------------------------------------------------------------------


async def test_whatsables_addresses_are_removed_by_their_id(http: httpx.AsyncClient) -> None:
    with FakeWhatsAbleOffice() as office:
        place = _place("whatsable", office)
        [other] = await listed(http, place)
        assert (other.url, other.id) == (ELSEWHERE, "1")
        assert isinstance(await place.registrar.unregister(http, place.channel, "1"), Done)
        assert await listed(http, place) == []
        again = trouble(await place.registrar.unregister(http, place.channel, "1 & id=2"))
        assert "No such webhook" in again.todo, "success false, with status 200"


async def test_notifier_tells_its_secret_once_and_a_second_address_is_refused(
    http: httpx.AsyncClient,
) -> None:
    with FakeNotifierOffice() as office:
        place = _place("notifier", office)
        done = await place.registrar.register(http, place.channel, OURS)
        assert isinstance(done, Done)
        assert done.secret == SIGNING_SECRET
        assert SIGNING_SECRET not in repr(done)
        again = trouble(await place.registrar.register(http, place.channel, OURS))
        assert "Duplicate URL." in again.todo
        office.answer_next({"id": 9, "url": OURS})
        untold = await place.registrar.register(http, place.channel, OURS)
        assert isinstance(untold, Done)
        assert "did not tell the webhook secret" in untold.todo


@pytest.mark.parametrize("below", ["/api:U9ztporN", "/api:U9ztporN/send/message", "/send", ""])
async def test_webhooks_are_another_part_of_notifiers_api(
    http: httpx.AsyncClient, below: str
) -> None:
    with FakeNotifierOffice() as office:
        place = _place("notifier", office)
        base = office.base_url.replace("/api:-GWQv5aM", below)
        channel = replace(place.channel, api_base=base)
        assert isinstance(await place.registrar.registered(http, channel), list)


@pytest.mark.parametrize(
    ("told", "urls"),
    [
        ([], []),
        ({"data": None}, []),
        ({"success": True, "webhooks": ["https://a.example"]}, [*"a"]),
        ({"data": {"webhooks": [{"webhook_url": "https://a.example"}]}}, [*"a"]),
        ({"webhook": "https://a.example", "id": 3}, [*"a"]),
        ({"webhook": ["https://a.example", {"url": "https://b.example"}]}, [*"ab"]),
        ({"data": {"webhook": {"id": 1, "endpoint": "https://a.example"}}}, [*"a"]),
        ({"result": json.dumps([{"url": "https://a.example"}])}, [*"a"]),
        ({"data": "[]"}, []),
        ([{"id": 1, "webhook": {"url": "https://a.example"}}], [*"a"]),
        ([{"url": "https://a.example"}, {"url": "https://a.example"}], [*"a"]),
        ([{"url": 7}, None, 3, {"id": 1}], [None]),
        ([{"url": 7}, None, 3], None),
        ([[[[[[[["https://a.example"]]]]]]]], None),
        ({"url": ""}, []),
        ({}, []),
        ("https://a.example", None),
        ({"success": True}, None),
        ({"message": "hello"}, None),
    ],
)
def test_a_list_is_found_in_whatever_it_is_wrapped(
    told: object, urls: list[str | None] | None
) -> None:
    found = endpoints(told)
    wanted = urls and [each and f"https://{each}.example" for each in urls]
    assert (None if found is None else [each.url for each in found]) == wanted


@settings(deadline=None, max_examples=40)
@given(ANY_JSON)
def test_no_list_makes_reading_it_raise(told: object) -> None:
    for body in (told, {"data": told}, [{"webhook": told}], {"result": json.dumps(told)}):
        endpoints(body)


@pytest.mark.parametrize("name", ["waba", "whatsable", "notifier"])
async def test_a_list_that_cannot_be_read_is_no_failure(http: httpx.AsyncClient, name: str) -> None:
    with KINDS[name][1]() as office:
        place = _place(name, office)
        office.answer_next({"status": "ok"})
        [told] = await listed(http, place)
        assert told.url is None
        assert "does not say which addresses" in told.note


async def test_what_cannot_be_removed_says_where_to_do_it(
    http: httpx.AsyncClient, place: Place
) -> None:
    if place.registrar.title != "WhatsAble":
        said = trouble(await place.registrar.unregister(http, place.channel, "1"))
        assert said.todo == place.registrar.removing
    assert place.registrar.removing.endswith(".")
