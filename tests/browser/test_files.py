"""Pictures, films and sounds in the thread: they come by themselves, and keys are enough."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.gallery import of_kind
from tests.browser.recordings import film, h265, picture, sound
from tests.browser.visitor import ANA, Desk, remember, remembered
from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph
from tests.support.inhabited import Homes
from tests.support.server import Server

BOX = "(box) => { const { width, height } = box.getBoundingClientRect(); return [width, height]; }"


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """A server that fetches files."""
    server = homes.server(tmp_path_factory.mktemp("files"))
    server.environment |= {"INBOX_MEDIA_LIMIT": "5"}
    server.start()
    assert server.as_admin
    yield server
    assert server.stop() == 0, server.stderr
    strange = [line for line in server.complaints if '"file not fetched"' not in line]
    assert strange == [], server.stderr


def file(customer: Customer, kind: str, media_id: str, at: float = 0, **facts: Any) -> Any:
    return of_kind(customer, kind, {"id": media_id} | facts, at or None)


async def reaches(audio: Locator, seconds: float) -> None:
    """Return when so much of it was played."""
    deadline = time.monotonic() + 15
    while await audio.evaluate("(audio) => audio.currentTime") < seconds:
        assert time.monotonic() < deadline, "it stands still"


async def opened(enter: Enter, customer: Customer, **options: Any) -> Desk:
    customer.say("Hello", at=time.time() - 3600)
    customer.was_read()
    desk = await (await enter(ANA, **options)).desk(f"/conversations/{customer.conversation}")
    await remember(desk.page)
    return desk


async def test_a_picture_that_failed_comes_by_retry_and_moves_nothing(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    media_id = graph.keep(picture(200), "image/png")
    kept = graph.files.pop(media_id)
    customer.send(file(customer, "image", media_id, caption="The *dent*"))
    item = desk.message("The dent")
    frame = item.locator(".frame")
    await expect(frame.locator(".bad")).to_contain_text(".")
    before = await frame.evaluate(BOX)
    await equals_reloaded(desk.page)
    graph.files[media_id] = kept
    await frame.get_by_role("button", name="Retry").press("Enter")
    await expect(frame.locator("img")).to_have_attribute("alt", "Photo: The dent")
    await expect(frame.locator("img")).to_have_js_property("complete", value=True)
    assert await frame.locator("img").evaluate("(img) => img.naturalWidth") > 0
    assert await frame.evaluate(BOX) == before
    await equals_reloaded(desk.page)
    assert await remembered(desk.page)


async def gallery(desk: Desk, customer: Customer, graph: FakeGraph) -> Locator:
    """Two pictures around a film, come and drawn."""
    ids = (
        graph.keep(picture(40), "image/png"),
        graph.keep(film(), "video/webm"),
        graph.keep(picture(200), "image/png"),
    )
    now = time.time() - 60
    customer.send(
        file(customer, "image", ids[0], now, caption="First"),
        file(customer, "video", ids[1], now + 1, caption="Second"),
        file(customer, "image", ids[2], now + 2, caption="Third"),
    )
    links = desk.messages.locator("a[data-view]")
    await expect(links).to_have_count(3)
    return links


async def test_pictures_and_films_are_looked_at_by_keyboard(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    links = await gallery(desk, customer, graph)
    box = desk.page.locator("#lightbox")
    await expect(box).to_have_count(1)
    await links.nth(0).press("Enter")
    await expect(box.locator("img")).to_have_attribute("alt", "Photo: First")
    await expect(box).to_contain_text("1 of 3")
    await desk.page.keyboard.press("ArrowLeft")  # there is nothing before it
    await expect(box).to_contain_text("1 of 3")
    await desk.page.keyboard.press("ArrowRight")
    await expect(box.locator("video")).to_have_js_property("readyState", 4)
    await desk.page.keyboard.press("ArrowRight")
    await expect(box.locator("img")).to_have_js_property("naturalWidth", 400)
    await expect(box).to_contain_text("3 of 3")
    await desk.page.keyboard.press("Escape")
    await expect(box).to_be_hidden()
    await expect(links.nth(2)).to_be_focused()
    assert await desk.page.locator("#lightbox :is(img, video)").count() == 0
    await equals_reloaded(desk.page)
    assert await remembered(desk.page)


async def test_a_voice_message_is_heard_by_keyboard(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    media_id = graph.keep(sound(), "audio/mpeg")
    customer.send(file(customer, "audio", media_id, mime_type="audio/mpeg", voice=True))
    player = desk.messages.locator("[data-player]")
    play, seek, speed = (player.locator(f".{part}") for part in ("play", "seek", "speed"))
    await expect(desk.page.locator("#lightbox")).to_have_count(1)  # the script has come
    await equals_reloaded(desk.page)
    await play.press("Enter")
    await expect(play).to_have_accessible_name("Pause")
    audio = player.locator("audio")
    await expect(audio).to_have_js_property("paused", value=False)
    await reaches(audio, 0.05)
    await speed.press("Enter")
    await expect(speed).to_have_text("1.5×")
    await expect(audio).to_have_js_property("playbackRate", 1.5)
    await play.press("Enter")
    await expect(play).to_have_accessible_name("Play")
    await seek.press("End")
    await reaches(audio, 10)
    played = player.locator(".waveform .played")
    whole = re.compile(r"^19[0-2]")  # of 192: all of it is behind
    await expect(played).to_have_attribute("width", whole)
    await seek.press("Home")
    await expect(audio).to_have_js_property("currentTime", 0)
    await expect(player.locator(".clock")).to_have_text("0:12")
    assert await remembered(desk.page)


async def test_what_plays_it_is_fetched_again_where_the_line_was_cut(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    customer.say("Hello", at=time.time() - 3600)
    ana = await enter(ANA)
    desk = await ana.desk(f"/conversations/{customer.conversation}")
    await desk.page.route("**/viewer.js*", lambda route: route.abort())
    media_id = graph.keep(sound(), "audio/mpeg")
    customer.send(file(customer, "audio", media_id, mime_type="audio/mpeg", voice=True))
    play = desk.messages.locator("[data-player] .play")
    await play.click()
    await expect(desk.page.locator(".toast")).to_contain_text("cannot be opened yet")
    await desk.page.unroute_all()
    await play.click()
    await expect(play).to_have_accessible_name("Pause")
    ana.troubles = [one for one in ana.troubles if "net::ERR_FAILED" not in one]


async def test_one_sound_is_heard_at_a_time(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    ids = [graph.keep(sound(), "audio/mpeg") for _ in range(2)]
    customer.send(*(file(customer, "audio", each, mime_type="audio/mpeg") for each in ids))
    players = desk.messages.locator("[data-player]")
    await expect(players).to_have_count(2)
    await expect(desk.page.locator("#lightbox")).to_have_count(1)
    for at in (0, 1):
        await players.nth(at).locator(".play").click()
        await expect(players.nth(at).locator(".play")).to_have_accessible_name("Pause")
    await expect(players.nth(0).locator(".play")).to_have_accessible_name("Play")


async def test_a_film_and_a_sound_that_are_opened_on_their_own_play(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    films = (film(), "video/webm"), (sound(), "audio/mpeg")
    ids = [graph.keep(*each) for each in films]
    customer.send(*(file(customer, "document", each) for each in ids))
    links = desk.messages.get_by_role("link", name="Open")
    await expect(links).to_have_count(2)
    for at in (0, 1):
        async with desk.page.expect_popup() as opening:
            await links.nth(at).click()
        alone = await opening.value
        await expect(alone.locator("video")).to_have_js_property("readyState", 4)
        await alone.close()


@pytest.mark.parametrize("name", ['"><img src=x onerror=alert(1)>.pdf', "\u202efdp.exe"])
async def test_a_document_is_saved_by_its_link(
    enter: Enter, customer: Customer, graph: FakeGraph, name: str
) -> None:
    desk = await opened(enter, customer)
    media_id = graph.keep(b"%PDF-1.4 nothing", "application/pdf")
    customer.send(file(customer, "document", media_id, filename=name))
    await expect(desk.messages.last.locator(".title")).to_have_text(name)
    async with desk.page.expect_download() as coming:
        await desk.messages.last.get_by_role("link", name="Download").click()
    saved = await coming.value
    assert "<" not in saved.suggested_filename
    assert "\u202e" not in saved.suggested_filename


async def test_a_pdf_is_opened_in_a_tab_of_its_own(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    media_id = graph.keep(b"%PDF-1.4 nothing", "application/pdf")
    customer.send(file(customer, "document", media_id, filename="bill.pdf"))
    link = desk.messages.last.get_by_role("link", name="Open")
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener")


async def test_a_picture_keeps_its_ratio_and_its_caption_wraps_to_it(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    media_id = graph.keep(jpeg(900, 1600), "image/jpeg")
    customer.send(file(customer, "image", media_id, caption="a long way to say that it broke " * 4))
    image = desk.messages.last.locator("img")
    await expect(image).to_have_js_property("naturalWidth", 360)
    width, height = await image.evaluate(BOX)
    assert height == 320 and abs(width / height - 900 / 1600) < 0.01
    words, _ = await desk.messages.last.locator(".bubble").evaluate(BOX)
    assert words < width + 40


async def test_a_film_shows_its_first_frame_and_its_length(
    enter: Enter, customer: Customer, graph: FakeGraph
) -> None:
    desk = await opened(enter, customer)
    customer.send(file(customer, "video", graph.keep(film(), "video/webm"), mime_type="video/webm"))
    link = desk.messages.last.locator("a[data-view]")
    await expect(link.locator(".length")).to_have_text("0:02")
    video = link.locator("video")
    await expect(link).to_have_class("frame video measured")
    width, height = await video.evaluate(BOX)
    ratio = await video.evaluate("(film) => film.videoWidth / film.videoHeight")
    assert abs(width / height - ratio) < 0.05
    await equals_reloaded(desk.page)
    assert await remembered(desk.page)


BROKEN = b"\0\0\0\x18ftypmp42" + bytes(900)


@pytest.mark.parametrize("body", [h265(), BROKEN], ids=["h265", "broken"])
async def test_a_film_that_cannot_be_played_says_so_and_is_offered_for_download(
    enter: Enter, customer: Customer, graph: FakeGraph, body: bytes
) -> None:
    desk = await opened(enter, customer)
    media_id = graph.keep(body, "video/mp4")
    customer.send(file(customer, "video", media_id, mime_type="video/mp4", caption="See this"))
    link = desk.message("See this").locator("a.frame")
    await expect(link).to_contain_text("This browser cannot play this film")
    async with desk.page.expect_download() as coming:
        await link.press("Enter")
    assert (await (await coming.value).path()).read_bytes() == body
    await expect(desk.page.locator("#lightbox")).to_be_hidden()
