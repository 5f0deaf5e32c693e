"""A file above a template's words goes to who approves it, and stays when the words change."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.errors import Invalid
from inbox.domain.outgoing.files import FileKind
from inbox.domain.templates.definition import Definition as Ours
from inbox.media.bringing import Bringing
from inbox.media.fetching import Fetcher
from inbox.media.header_files import HeaderFiles
from inbox.media.store import Store
from inbox.media.worker import Worker
from inbox.providers.templates import SampleFile, Trouble
from inbox.providers.uploading import OwnFile
from inbox.providers.waba.templates import D360Templates
from inbox.storage.database import Database
from inbox.templates.editing import TemplateDesk
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph
from tests.templates.conftest import NOW, SyncNow

PHOTO, PDF = jpeg(320, 240), b"%PDF-1.7 " + b"x" * 900
BODY = {"type": "BODY", "text": "Here is what you asked for."}


class Shop:
    """A desk for templates, and the files that somebody brought to it."""

    def __init__(self, database: Database, channel: Channel, http: httpx.AsyncClient, to: Path):
        self._database, self._store = database, Store(to)
        fetcher = Fetcher(self._store, 1_000_000, ["localhost"])
        self.worker = Worker(database, dict, self._store, fetcher, lambda: NOW)
        made = self.worker.thumbnails, self.worker.recordings
        self._bringing = Bringing(database, fetcher, self._store, *made, lambda: NOW)
        files = HeaderFiles(database, self._bringing, lambda *_: None)
        self.desk = TemplateDesk(
            database=database, http=http, channel=channel, header_files=files, now=lambda: NOW
        )

    async def bring(self, content: bytes, kind: FileKind, mime: str, name: str = "") -> str:
        async with self._store.incoming() as file:
            await file.write(content)
            await file.finish()
        await self._store.keep(file)
        row = await self._bringing.announce(kind, mime, len(content), name, None)
        return (await self._bringing.settle(row, file.digest))["id"]


@pytest.fixture
async def shop(
    database: Database, channel: Channel, http: httpx.AsyncClient, tmp_path: Path
) -> AsyncIterator[Shop]:
    shop = Shop(database, channel, http, tmp_path / "media")
    yield shop
    await shop.worker.close()


def header(of: str, **example: Any) -> dict[str, Any]:
    return {"type": "HEADER", "format": of} | ({"example": example} if example else {})


def written(*parts: dict[str, Any]) -> Ours:
    return Ours(name="as_asked", language="en_US", components=[*parts, BODY])


async def test_a_picture_is_handed_to_meta_and_its_handle_is_the_example(
    graph: FakeGraph, shop: Shop
) -> None:
    photo = await shop.bring(PHOTO, "image", "image/jpeg")
    await shop.desk.create(written(header("IMAGE", media_id=photo)))
    [made] = graph.templates
    [handle] = made.components[0]["example"]["header_handle"]
    assert graph.account.sessions.handles[handle] == (PHOTO, "image/jpeg")


@pytest.mark.parametrize(("came", "offsets"), [(400, [0, 400]), (len(PDF), [0, 0])])
async def test_a_document_that_was_cut_off_goes_on_from_where_it_was(
    graph: FakeGraph, shop: Shop, came: int, offsets: list[int]
) -> None:
    paper = await shop.bring(PDF, "document", "application/pdf", "offer.pdf")
    graph.account.sessions.cut_after = came
    await shop.desk.create(written(header("DOCUMENT", media_id=paper)))
    assert graph.account.sessions.offsets == offsets, "all of it came, but no answer: begun anew"
    assert [*graph.account.sessions.handles.values()] == [(PDF, "application/pdf")]


async def test_cards_have_their_pictures_too(graph: FakeGraph, shop: Shop) -> None:
    shown = [await shop.bring(jpeg(90, n), "image", "image/jpeg") for n in (60, 80)]
    button = {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "This one"}]}
    cards = [{"components": [header("IMAGE", media_id=one), BODY, button]} for one in shown]
    await shop.desk.create(written({"type": "CAROUSEL", "cards": cards}))
    assert [content for content, _ in graph.account.sessions.handles.values()] == [
        jpeg(90, 60),
        jpeg(90, 80),
    ]


async def test_whoever_changes_the_words_keeps_the_file(
    graph: FakeGraph, shop: Shop, sync_now: SyncNow
) -> None:
    photo = await shop.bring(PHOTO, "image", "image/jpeg")
    made = await shop.desk.create(written(header("IMAGE", media_id=photo)))
    graph.account.templates[:] = [replace(graph.templates[0], status="APPROVED")]
    await sync_now()  # Meta lists an address now, which it takes from nobody
    graph.account.sessions.handles.clear()
    await shop.desk.change(made["id"], replace(written(header("IMAGE")), category="MARKETING"))
    assert graph.templates[0].category == "MARKETING"
    assert [*graph.account.sessions.handles.values()] == [(PHOTO, "image/jpeg")]


async def test_a_file_of_another_kind_is_not_kept_for_it(
    graph: FakeGraph, shop: Shop, sync_now: SyncNow
) -> None:
    photo = await shop.bring(PHOTO, "image", "image/jpeg")
    made = await shop.desk.create(written(header("IMAGE", media_id=photo)))
    graph.account.templates[:] = [replace(graph.templates[0], status="APPROVED")]
    await sync_now()
    with pytest.raises(Invalid, match="needs a sample") as wrong:
        await shop.desk.change(made["id"], written(header("VIDEO")))
    assert wrong.value.field == "header"


async def test_a_handle_that_meta_does_not_know_is_told_at_the_header(
    graph: FakeGraph, shop: Shop
) -> None:
    with pytest.raises(Invalid, match="handle is invalid") as wrong:
        await shop.desk.create(written(header("IMAGE", header_handle=["4::aWold"])))
    assert wrong.value.field == "header"


@pytest.mark.parametrize(
    ("of", "content", "kind", "mime", "name", "words"),
    [
        ("DOCUMENT", b"hello", "document", "text/plain", "a.txt", "is a PDF"),
        ("IMAGE", PDF, "document", "application/pdf", "a.pdf", "is a JPEG or PNG"),
        ("VIDEO", PHOTO, "image", "image/jpeg", "", "is an MP4"),
    ],
)
async def test_what_meta_takes_for_no_example_is_refused_before_it_goes_there(
    graph: FakeGraph,
    shop: Shop,
    of: str,
    content: bytes,
    kind: FileKind,
    mime: str,
    name: str,
    words: str,
) -> None:
    brought = await shop.bring(content, kind, mime, name)
    with pytest.raises(Invalid, match=words) as wrong:
        await shop.desk.create(written(header(of, media_id=brought)))
    assert wrong.value.field == "header"
    assert graph.account.sessions.offsets == []


async def test_a_file_that_is_not_here_is_told_at_the_header(shop: Shop) -> None:
    with pytest.raises(Invalid, match="no such file") as wrong:
        await shop.desk.create(written(header("IMAGE", media_id="none")))
    assert wrong.value.field == "header"


async def test_who_fetches_the_file_is_given_a_link_or_it_is_said_what_is_missing(
    http: httpx.AsyncClient, channel: Channel
) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        yield b""

    facts = {"digest": "ab" * 32, "mime": "application/pdf", "filename": "sample.pdf"}
    host, paper = D360Templates(), OwnFile(**facts, size=9, chunks=nothing)
    linked = SampleFile(paper, "https://inbox.example/shared/x/sample.pdf")
    assert await host.hand_sample(http, channel, linked) == linked.link
    lacking = await host.hand_sample(http, channel, SampleFile(paper, None))
    assert isinstance(lacking, Trouble)
    assert "INBOX_PUBLIC_URL" in lacking.todo
