"""A file as each provider takes it: Meta's form, the bytes alone, or a link that leads to it."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.outgoing.brought import own_file, said_with, with_places
from inbox.domain.outgoing.files import FileKind
from inbox.domain.outgoing.said import Said
from inbox.providers.base import Accepted, Outgoing, Refused
from inbox.providers.cloud_api import CloudApi
from inbox.providers.notifier import Notifier
from inbox.providers.uploading import OwnFile, Uploaded
from inbox.providers.waba import Waba
from inbox.providers.whatsable import WhatsAble
from tests.support.fake_dashboards import API_KEY, FakeNotifier, FakeWhatsAble
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph, graph_error
from tests.support.fake_host import FakeHost

PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 100
DIGEST = "cd" * 32


async def chunks() -> AsyncIterator[bytes]:
    yield PNG[:50]
    yield PNG[50:]


FILE = OwnFile(digest=DIGEST, mime="image/png", size=len(PNG), filename="", chunks=chunks)
CHANNEL = Channel(
    id="c", name="Shop", provider="", api_base="", key="k", access_token=TOKEN, account=ACCOUNT
)


def said(kind: FileKind = "image", caption: str = "Look", name: str = "") -> Said:
    return said_with(kind, own_file(DIGEST, "image/png", len(PNG), name), caption)


def placed(what: Said, **where: object) -> Outgoing:
    handed = with_places(what, {(DIGEST, "image/png"): where})
    return Outgoing(id="ours", recipient="12025550142", said=handed)


@pytest.fixture
def graph() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        yield graph


@pytest.fixture
def host() -> Iterator[FakeHost]:
    with FakeHost() as host:
        yield host


async def test_meta_takes_a_form_and_gives_an_id(http: httpx.AsyncClient, graph: FakeGraph) -> None:
    channel = replace(CHANNEL, api_base=graph.base_url)
    found = await CloudApi().upload(http, channel, FILE)
    assert isinstance(found, Uploaded)
    assert graph.uploads[found.id] == (PNG, "image/png")
    [request] = graph.brought
    assert request.path == f"/v25.0/{ACCOUNT}/media"
    assert "transfer-encoding" not in request.headers


@pytest.mark.parametrize("path", ["/messages", "/v1"])
async def test_a_host_takes_metas_form_or_the_bytes_alone(
    http: httpx.AsyncClient, host: FakeHost, path: str
) -> None:
    channel = replace(CHANNEL, api_base=host.base_url + path)
    found = await Waba().upload(http, channel, FILE)
    assert isinstance(found, Uploaded), found
    assert host.uploads[found.id] == (PNG, "image/png")
    for kind in ("image", "document"):
        message = placed(said(kind, name="a.png"), id=found.id)
        assert isinstance(await Waba().send(http, channel, message), Accepted)


async def test_a_refusal_has_its_reason_and_silence_is_tried_again(
    http: httpx.AsyncClient, graph: FakeGraph
) -> None:
    channel = replace(CHANNEL, api_base=graph.base_url)
    graph.next_brought.extend([graph_error(400, 131053, "Media upload error"), "drop"])
    refused = await CloudApi().upload(http, channel, FILE)
    assert isinstance(refused, Refused) and refused.code == 131053
    assert refused.retry_after is None
    unanswered = await CloudApi().upload(http, channel, FILE)
    assert isinstance(unanswered, Refused) and unanswered.retry_after
    for wrong in (replace(channel, access_token=""), replace(channel, access_token="other")):
        assert isinstance(await CloudApi().upload(http, wrong, FILE), Refused)


async def test_whatsable_and_notifier_are_told_where_it_is(http: httpx.AsyncClient) -> None:
    link = "https://inbox.example/shared/t/a.png"
    for provider, fake in ((WhatsAble(), FakeWhatsAble()), (Notifier(), FakeNotifier())):
        with fake as api:
            channel = replace(CHANNEL, api_base=api.base_url, access_token=API_KEY)
            for caption in ("Look", ""):
                message = placed(said(caption=caption, name="a.png"), link=link)
                assert isinstance(await provider.send(http, channel, message), Accepted)
            body = api.sent[0].json
            assert (body["attachment"], body["filename"], body["text"]) == (link, "a.png", "Look")


async def test_the_newer_notifier_takes_metas_form_with_a_link(http: httpx.AsyncClient) -> None:
    link = "https://inbox.example/shared/t/a.png"
    with FakeNotifier() as api:
        base = api.base_url.replace("api:-GWQv5aM", "api:U9ztporN")
        channel = replace(CHANNEL, api_base=base, access_token=API_KEY)
        assert isinstance(await Notifier().send(http, channel, placed(said(), link=link)), Accepted)
        assert api.sent[0].json["image"] == {"link": link, "caption": "Look"}
