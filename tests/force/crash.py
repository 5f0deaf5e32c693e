"""Kill the server at random instants, again and again on one database, and look for losses.

Rounds are of five kinds: kill -9 under load, with the first answers, while it starts, while
it drains after SIGTERM; and SIGTERM alone. What was acknowledged before any of them must be
there after all of them.
"""

import asyncio
import json
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from inbox.domain.times import Micros, now
from inbox.providers.cloud_api.signing import HEADER, sign
from inbox.storage.database import Database
from tests.force import evidence
from tests.force.caller import Caller, Cut
from tests.force.follower import Follower
from tests.force.ledger import Ledger
from tests.force.traffic import Traffic
from tests.support.fake_graph import ACCOUNT, Behaviour, FakeGraph, Recorded
from tests.support.server import Line, Server

CALLERS = 64
"""More than are applied as they are stored: of some it is left to whoever lives later."""
REPLY_SHARE = 0.05
STAGES = ("load", "first answers", "start", "drain", "SIGTERM")
LOAD_SECONDS = (0.0, 0.8)
SETTLE_SECONDS = 60


class SlowGraph(FakeGraph):
    """Takes a moment to answer, so that kills fall between a send and its answer."""

    def __init__(self, traffic: Traffic) -> None:
        super().__init__()
        self._traffic = traffic
        self._one_by_one = threading.Lock()

    def behave(self, request: Recorded) -> Behaviour:
        with self._one_by_one:
            behaviour = super().behave(request)
            if request.json:
                self._traffic.answered(self.wamids[-1], request.json["biz_opaque_callback_data"])
        time.sleep(random.random() * 0.03)
        return behaviour

    @property
    def asked(self) -> Counter[str]:
        """Texts that were sent → how often. Half a request, cut by a kill, sends nothing."""
        return Counter(each.json["text"]["body"] for each in self.sent if each.json)


@dataclass
class Round:
    """What one round met. ``pending`` and ``unsent``: what the dead process left to do."""

    stage: str
    acknowledged: int = 0
    open: int = 0
    pending: int = 0
    unsent: int = 0
    code: int = 0
    findings: list[str] = field(default_factory=list)


@dataclass
class Crash:
    """One database, one server after another, one ledger over all of them."""

    database_url: str
    folder: Path
    seed: int
    told: Callable[[str], None] = lambda _: None
    rounds: list[Round] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    ambiguous: int = 0

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self.traffic = Traffic(self._random, f"s{self.seed}")
        self.ledger = Ledger()
        self.server = Server(self.folder, self.database_url)
        self._stopping = False
        self._open = 0
        self._unanswered: list[str] = []

    @property
    def events(self) -> int:
        """How many events the subscriber heard."""
        return len(self._follower.events)

    def count(self, *kinds: str) -> int:
        """How many findings begin so."""
        return sum(finding.startswith(kinds) for finding in self.findings)

    async def run(self, stages: Iterable[str]) -> None:
        """A round for each; returns when all is checked. What is wrong is in ``findings``."""
        with SlowGraph(self.traffic) as graph:
            self._graph = graph
            await self._set_up()
            for stage in stages:
                await self._round(stage)
            await self._last_round()

    def any_stages(self, rounds: int) -> Iterator[str]:
        """One of each kind first, then as it comes."""
        yield from STAGES[:rounds]
        for _ in range(rounds - len(STAGES)):
            yield self._random.choice(STAGES)

    async def _set_up(self) -> None:
        await asyncio.to_thread(self.server.start)
        self._line: Line = await asyncio.to_thread(
            lambda: self.server.add_channel(account=ACCOUNT, api_base=self._graph.base_url)
        )
        self._follower = Follower(await asyncio.to_thread(self.server.token))

    # One round --------------------------------------------------------------------------

    async def _round(self, stage: str) -> None:
        this, began, before = Round(stage), now(), self.ledger.acknowledged.total()
        if stage == "start":
            await self._kill_while_starting(this)
        else:
            await self._kill_under_load(this)
        this.acknowledged = self.ledger.acknowledged.total() - before
        await self._look_at_what_is_left(this, began)
        self.rounds.append(this)
        self.findings += this.findings
        self.told(
            f"round {len(self.rounds)}: {stage}, {this.acknowledged} acknowledged, "
            f"{this.open} open, {this.pending} pending, {this.unsent} unsent, exit {this.code}"
        )
        for finding in this.findings:
            self.told(f"  {finding}")

    async def _up(self) -> None:
        if not self.server.running:
            await asyncio.to_thread(self.server.start)

    async def _kill_while_starting(self, this: Round) -> None:
        if self.server.running:
            await asyncio.to_thread(self.server.kill)
        start = asyncio.create_task(asyncio.to_thread(self.server.start))
        while not self.server.running:  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.01)
        await asyncio.sleep(self._random.uniform(0, 1.5))
        self.server.kill_at_once()
        await asyncio.wait([start])
        if start.exception() is not None and not isinstance(start.exception(), AssertionError):
            raise start.exception() or AssertionError
        this.code = await asyncio.to_thread(self.server.kill)

    async def _kill_under_load(self, this: Round) -> None:
        await self._up()
        self._stopping, self._open = False, 0
        follower = asyncio.create_task(self._follower.follow(self.server.url))
        callers = [asyncio.create_task(self._call()) for _ in range(CALLERS)]
        before = self.ledger.acknowledged.total()
        try:
            late = this.stage != "first answers"
            await self._acknowledge(before + (1 if late else self._random.randint(1, 60)))
            await asyncio.sleep(self._random.uniform(*LOAD_SECONDS) if late else 0)
            this.open = self._open
            this.code = await self._end(this.stage)
        finally:
            self._stopping = True
            await asyncio.gather(*callers)
            follower.cancel()
            await asyncio.wait([follower])
        if this.stage == "SIGTERM":
            this.findings += [f"exit code {this.code}"] if this.code else []
        this.findings += self.ledger.surprises
        self.ledger.surprises.clear()
        this.findings += [f"complaint: {line[:500]}" for line in self.server.complaints]

    async def _acknowledge(self, webhooks: int) -> None:
        """Until so many were answered 200 in all."""
        async with asyncio.timeout(30):
            while self.ledger.acknowledged.total() < webhooks:  # noqa: ASYNC110 - another process tells nobody
                await asyncio.sleep(0.001)

    async def _end(self, stage: str) -> int:
        if stage == "drain":
            self.server.signal(signal.SIGTERM)
            await asyncio.sleep(self._random.uniform(0, 0.3))
        if stage == "SIGTERM":
            return await asyncio.to_thread(self.server.stop)
        self.server.kill_at_once()
        return await asyncio.to_thread(self.server.kill)

    async def _look_at_what_is_left(self, this: Round, began: Micros) -> None:
        async with evidence.as_left(self.database_url) as database:
            this.pending, this.unsent = await database.read(evidence.waiting)
            if this.stage == "SIGTERM":
                return
            # What this round acknowledged is in the journal before anybody repairs anything.
            bodies = await database.read(evidence.journal)
        this.findings += self.ledger.check_journal(bodies)

    # What one connection does ----------------------------------------------------------

    async def _call(self) -> None:
        port = int(self.server.url.rpartition(":")[2])
        while not self._stopping:
            try:
                async with Caller(port) as caller:
                    while not self._stopping:
                        if self._follower.conversations and self._random.random() < REPLY_SHARE:
                            await self._reply(caller)
                        else:
                            await self._post(caller)
            except Cut:
                await asyncio.sleep(0.005)

    async def _post(self, caller: Caller) -> None:
        webhook = self.traffic.next()
        self.ledger.post(webhook)
        signature = {HEADER.replace("-", "_"): sign(self._line.secret, webhook.body)}
        self._open += 1
        try:
            status, answer = await caller.post(self._line.path, webhook.body, **signature)
        except Cut:
            if self._random.random() < 0.7:
                self.traffic.again(webhook)
            raise
        finally:
            self._open -= 1
        if status == 200:
            self.ledger.acknowledged[webhook.body] += 1
        elif status == 503:
            self.traffic.again(webhook)
        else:
            self.ledger.surprises.append(f"answered {status}: {answer[:300]!r}")

    async def _reply(self, caller: Caller) -> None:
        """Write to a customer, or ask again about a reply whose answer never came."""
        if self._unanswered:
            word = self._unanswered.pop()
        else:
            word = f"reply {len(self.ledger.replies)} of {self.seed}"
            self.ledger.replies[word] = self._random.choice(self._follower.conversations[-200:])
        path = f"/api/v1/conversations/{self.ledger.replies[word]}/messages"
        body = json.dumps({"text": word, "client_id": word}).encode()
        try:
            status, answer = await caller.post(
                path, body, Authorization=f"Bearer {self._follower.token}"
            )
        except Cut:
            self._unanswered.append(word)
            raise
        if status == 201:
            self.ledger.accepted[word] = json.loads(answer)["id"]
        else:
            self._unanswered.append(word)
            if status != 503:
                self.ledger.surprises.append(f"a reply was answered {status}: {answer[:300]!r}")

    async def _settled(self, database: Database) -> bool:
        """Nothing is left to do, and the subscriber has heard of it all."""
        if any(await database.read(evidence.waiting)):
            return False
        return await database.read(evidence.newest) <= self._follower.last

    # The end ----------------------------------------------------------------------------

    async def _last_round(self) -> None:
        """Start once more, let it do all that is left to do, and compare."""
        async with evidence.opened(self.database_url) as database:
            # Nobody lives who could hold a claim: on PostgreSQL it would run out by itself.
            await database.write(evidence.run_out)
        await self._up()
        follower = asyncio.create_task(self._follower.follow(self.server.url))
        async with evidence.opened(self.database_url) as database:
            try:
                async with asyncio.timeout(SETTLE_SECONDS):
                    while not await self._settled(database):  # noqa: ASYNC110 - another process tells nobody
                        await asyncio.sleep(0.05)
            except TimeoutError:
                left = await database.read(evidence.waiting)
                self.findings.append(f"not done after {SETTLE_SECONDS} s: {left}")
        code = await asyncio.to_thread(self.server.stop)
        await asyncio.wait([follower])
        self.findings += [f"exit code {code} at the end"] if code else []
        async with evidence.opened(self.database_url) as database:
            read, ledger = database.read, self.ledger
            self.findings += ledger.check_journal(await read(evidence.journal))
            self.findings += await read(evidence.check_rows, ledger, self._line.id)
            self.findings += await read(evidence.check_feed, self._follower.events)
            wrong, self.ambiguous = await read(
                evidence.check_replies, ledger, self._line.id, self._graph.asked
            )
            self.findings += wrong
        self.findings += self._follower.findings
