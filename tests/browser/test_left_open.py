"""Law 14: a page left open equals the page reloaded, whatever became of its connection."""

import json
import random
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from urllib.parse import urlsplit

import pytest
from playwright.async_api import WebSocketRoute, expect

from tests.browser.conftest import Enter
from tests.browser.customers import Customer
from tests.browser.dom import equals_reloaded
from tests.browser.proxy import Proxy, between, of_the_network
from tests.browser.visitor import ANA, Visitor, remember, remembered
from tests.support.fake_graph import FakeGraph
from tests.support.inhabited import Homes
from tests.support.server import Line, Server, serving

DAY = 86_400

Change = Callable[[], None]

_numbers = count(1)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory, homes: Homes) -> Iterator[Server]:
    """A server of its own: it is stopped, and all its conversations fit on a page."""
    with serving(homes.server(tmp_path_factory.mktemp("left-open"))) as server:
        yield server


@pytest.fixture(scope="module")
def line(inbox: Server, graph: FakeGraph) -> Line:
    return inbox.add_channel(api_base=graph.base_url)


def port(server: Server) -> int:
    return urlsplit(server.url).port or 0


@pytest.fixture
async def network(inbox: Server) -> AsyncIterator[Proxy]:
    async with between(port(inbox)) as proxy:
        yield proxy


class Scene:
    """Two conversations, the first one open, with two replies on their way."""

    def __init__(self, inbox: Server, line: Line, graph: FakeGraph) -> None:
        at = next(_numbers)
        self.mia, self.noah, self.olga, self.zoe = (
            Customer(inbox, line, f"{name} {at}") for name in ("Mia", "Noah", "Olga", "Zoe")
        )
        self.zoe.number = "12025559999"  # one row for all tests: a page of the list has 40
        self.graph = graph

    async def begin(self, ana: Visitor, path: str = "") -> None:
        now = time.time()
        self.mia.say("Two days ago", at=now - 2 * DAY)
        self.noah.say("Good morning", at=now - DAY)
        self.mia.say("Is it in stock?", at=now - 300)
        self.desk = await ana.desk(path or f"/conversations/{self.mia.conversation}")
        await remember(self.desk.page)

    async def answer(self) -> None:
        """The two replies; what Graph called them is in ``sent``."""
        for text in ("It is", "Shall we send one?"):
            await self.desk.reply(text)
            await expect(self.desk.tick(text)).to_have_text("Sent")
        self.sent = self.graph.wamids[-2:]

    def report(self, reply: int, status: str) -> None:
        error = {"errors": [{"code": 131026, "title": "Gone"}]} if status == "failed" else {}
        facts = {"timestamp": str(int(time.time())), "recipient_id": self.mia.number}
        self.mia.post(statuses=[{"id": self.sent[reply], "status": status, **facts, **error}])

    def renamed(self, customer: Customer, name: str) -> None:
        customer.name = name
        customer.say(f"Call me {name}")

    def changes(self) -> list[Change]:
        """A burst: both conversations, a new one, receipts, names, clocks out of order."""
        now = time.time()
        return [
            lambda: self.mia.say("One more thing", "Two more things"),
            lambda: self.report(0, "read"),
            lambda: self.noah.say("Hello?"),
            lambda: self.mia.say("This was on its way since yesterday", at=now - DAY),
            lambda: self.report(1, "failed"),
            lambda: self.renamed(self.mia, "Mia Rossi"),
            lambda: self.report(0, "delivered"),
            lambda: self.olga.say("I am new here"),
            lambda: self.renamed(self.noah, "نوح"),
            lambda: self.mia.say("Before your answer", at=now - 200),
            lambda: self.report(0, "sent"),
            lambda: self.mia.say("Thanks"),
        ]

    async def caught_up(self) -> None:
        """Return when the page has shown something said after all else."""
        self.zoe.say("That is all")
        await expect(self.desk.row(self.zoe.name)).to_contain_text("That is all")
        await expect(self.desk.page.locator("#more")).to_have_count(0)


@pytest.fixture
async def ana(enter: Enter, network: Proxy) -> AsyncIterator[Visitor]:
    ana = await enter(ANA, network.url)
    yield ana
    for page in ana.context.pages:  # before there is nobody at its address any more
        await page.close()
    ana.troubles = [trouble for trouble in ana.troubles if not of_the_network(trouble)]


@pytest.fixture
def scene(inbox: Server, line: Line, graph: FakeGraph) -> Scene:
    return Scene(inbox, line, graph)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_cut_off_in_the_middle_of_a_burst(
    scene: Scene, ana: Visitor, network: Proxy, seed: int
) -> None:
    await scene.begin(ana)
    await scene.answer()
    dice, changes = random.Random(seed), scene.changes()
    dice.shuffle(changes)
    cut, restored = sorted(dice.sample(range(1, len(changes)), 2))
    for at, change in enumerate(changes):
        if at == cut:
            network.cut()
        if at == restored:
            network.restore()
        change()
    await scene.caught_up()
    await equals_reloaded(scene.desk.page)
    assert await remembered(scene.desk.page)


async def test_never_cut_off(scene: Scene, ana: Visitor) -> None:
    await scene.begin(ana)
    await scene.answer()
    for change in scene.changes():
        change()
    await scene.caught_up()
    await equals_reloaded(scene.desk.page)


@pytest.mark.parametrize("path", ["/", "/?view=unread", "/?view=needs-reply"])
async def test_of_any_view_of_the_list(
    scene: Scene, ana: Visitor, network: Proxy, path: str
) -> None:
    await scene.begin(ana, path)
    network.cut()
    scene.olga.say("I am new here")
    scene.renamed(scene.noah, "Noah Weber")
    network.restore()
    scene.mia.say("Still there?")
    await scene.caught_up()
    await equals_reloaded(scene.desk.page)


async def test_after_the_server_was_restarted(
    scene: Scene, ana: Visitor, network: Proxy, inbox: Server
) -> None:
    await scene.begin(ana)
    await scene.answer()
    changes = scene.changes()
    for change in changes[:4]:
        change()
    assert inbox.stop() == 0
    network.port = port(inbox.start())
    for change in changes[4:]:
        change()
    await scene.caught_up()
    await equals_reloaded(scene.desk.page)
    assert await remembered(scene.desk.page)


async def test_away_for_longer_than_the_feed_is_kept(
    scene: Scene, ana: Visitor, network: Proxy, inbox: Server
) -> None:
    await scene.begin(ana)
    await scene.answer()
    await scene.desk.composer.fill("Half a thought")
    network.cut()
    for change in scene.changes():
        change()
    _forget_the_past(inbox)
    network.restore()
    await scene.caught_up()
    await equals_reloaded(scene.desk.page)
    await expect(scene.desk.composer).to_have_value("Half a thought")
    assert await remembered(scene.desk.page)


def _forget_the_past(inbox: Server) -> None:
    """As the feed's retention does after a week."""
    head = inbox.settle()
    path = inbox.environment["INBOX_DATABASE_URL"].partition("///")[2]
    with sqlite3.connect(path, timeout=10) as database:
        assert database.execute("delete from feed_events where seq < ?", (head - 1,)).rowcount > 0
        marker = "update feed_events set type = 'server:forgotten', audience = 'server'"
        assert database.execute(f"{marker} where seq = ?", (head - 1,)).rowcount == 1
    database.close()


async def _sleep(scene: Scene) -> None:
    """The lid was shut for ten minutes: no timer ran."""
    await scene.desk.page.clock.fast_forward("10:00")


async def _look_again(scene: Scene) -> None:
    """Back on the tab: the socket is asked whether it lives, and it does not answer."""
    await scene.desk.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await scene.desk.page.clock.fast_forward(4000)


@pytest.mark.parametrize("wake", [_sleep, _look_again])
async def test_after_sleep_on_a_socket_that_only_looks_open(
    scene: Scene, ana: Visitor, network: Proxy, wake: Callable[[Scene], None]
) -> None:
    await ana.context.clock.install()
    await scene.begin(ana)
    await scene.answer()
    network.freeze()
    for change in scene.changes():
        change()
    assert "Thanks" not in await scene.desk.texts()
    await wake(scene)
    await scene.caught_up()
    await equals_reloaded(scene.desk.page)
    assert await remembered(scene.desk.page)


class DeadRelay:
    """The first socket of a page: once dead it is open still, but no event comes through it."""

    def __init__(self) -> None:
        self.sockets: list[WebSocketRoute] = []
        self.dead = False

    def route(self, socket: WebSocketRoute) -> None:
        first = not self.sockets
        self.sockets.append(socket)
        server = socket.connect_to_server()
        if first:
            server.on_message(lambda text: self._pass_on(socket, str(text)))

    def _pass_on(self, socket: WebSocketRoute, text: str) -> None:
        if not (self.dead and '"feed:fragments"' in text):
            socket.send(text)

    def beat(self, head: int) -> None:
        frame = {"type": "feed:heartbeat", "seq": head, "payload": {"cursor": 0}}
        self.sockets[0].send(json.dumps(frame))


async def test_on_a_socket_whose_feed_has_died(scene: Scene, ana: Visitor, inbox: Server) -> None:
    relay = DeadRelay()
    await ana.context.route_web_socket(re.compile("/ws"), relay.route)
    await scene.begin(ana)
    await scene.answer()
    relay.dead = True
    for change in scene.changes():
        change()
    head = inbox.settle()
    assert "Thanks" not in await scene.desk.texts()
    relay.beat(head)
    assert len(relay.sockets) == 1
    relay.beat(head)
    await scene.caught_up()
    assert len(relay.sockets) == 2
    await equals_reloaded(scene.desk.page)


async def test_with_a_reply_written_while_there_was_no_connection(
    scene: Scene, ana: Visitor, network: Proxy
) -> None:
    await scene.begin(ana)
    before = len(scene.graph.sent_to(scene.mia.number))
    network.cut()
    await scene.desk.reply("On a train")
    await expect(scene.desk.tick("On a train")).to_have_text("Pending")
    scene.mia.say("Are you there?")
    network.restore()
    await expect(scene.desk.tick("On a train")).to_have_text("Sent")
    await scene.caught_up()
    await equals_reloaded(scene.desk.page)
    assert len(scene.graph.sent_to(scene.mia.number)) == before + 1
