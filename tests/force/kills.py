"""Kill who sends, between every two of its steps, and count at the provider what came of it.

``python -m tests.force.kills --kills 1000``: so many on one database of each engine.
"""

import argparse
import asyncio
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection

from inbox.channels import store
from inbox.conversations.apply import apply
from inbox.conversations.entries import Entry, Facts
from inbox.domain.events import MessageEvent, Person
from inbox.domain.ids import new_id
from inbox.domain.times import now
from inbox.receiving import journal
from inbox.storage.migrate import migrate
from inbox.storage.tables import conversations
from tests.force import dying, evidence
from tests.force.dying import SEALER, Errand
from tests.force.ledger import Ledger
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph
from tests.support.postgres import running

CUSTOMERS = 3
EACH = 2
"""Replies to each of them in a round."""
STRIDE = 7
"""So many steps later than the one before it dies each, round and round."""
AT_THE_PROVIDER = 5
"""Every so many kills come while the provider has the message and has not answered."""


@dataclass
class Kills:
    """One database, one process after another, each of which dies at another step."""

    url: str
    findings: list[str] = field(default_factory=list)
    done: int = 0
    steps: int = 0
    """Of a process that is left alone."""
    ambiguous: int = 0

    def __post_init__(self) -> None:
        self.ledger = Ledger()
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload(["tests.force.dying"])
        self._unanswered: dict[str, str] = {}

    async def run(self, kills: int) -> None:
        with FakeGraph() as graph:
            self.graph = graph
            async with evidence.opened(self.url) as database:
                channel_id = await database.write(self._set_up)
            self.steps = await asyncio.to_thread(self._send, None)
            while self.done < kills:
                self.done += await asyncio.to_thread(self._kill_one)
            await asyncio.to_thread(self._send, None)
            async with evidence.opened(self.url) as database:
                wrong, self.ambiguous = await database.read(
                    evidence.check_replies, self.ledger, channel_id, self.asked
                )
            self.findings += wrong + self._out_of_order()

    @property
    def asked(self) -> Counter[str]:
        return Counter(self._texts())

    def _texts(self) -> list[str]:
        """As they came. Half a request, cut by a kill, sends nothing."""
        return [request.json["text"]["body"] for request in self.graph.sent if request.json]

    def _set_up(self, connection: Connection) -> str:
        facts = {"name": "Shop", "provider": "cloud-api", "account": ACCOUNT, "access_token": TOKEN}
        at, address = now(), self.graph.base_url
        channel = store.add(connection, SEALER, **facts, secret="s" * 20, api_base=address, now=at)
        entry = Entry(new_id(at), channel.id, at, b"{}")
        journal.store_entries(connection, [entry])
        told = Facts(
            entry.id, at, channel.id, [(channel.id, _said(n)) for n in range(CUSTOMERS)], []
        )
        apply(connection, [told], {channel.id: channel}, at)
        self._conversations = list(connection.execute(conversations.select()).scalars())
        return channel.id

    def _kill_one(self) -> bool:
        """Whether it died: a process may have had fewer steps than the others."""
        if self.done % AT_THE_PROVIDER:
            return self._send(1 + self.done * STRIDE % self.steps) is None
        return self._send(None, at_the_provider=True) is None

    def _send(self, last_step: int | None, at_the_provider: bool = False) -> int | None:
        """One process with what nobody has answered yet and new replies; its steps, if it lived."""
        for n in range(CUSTOMERS * EACH):
            kind = "reply" if n else "later"
            word = f"{kind} {len(self.ledger.replies)}"
            self.ledger.replies[word] = self._conversations[n % CUSTOMERS]
            self._unanswered[word] = self.ledger.replies[word]
        ours, theirs = self._context.Pipe(duplex=False)
        errand = Errand(self.url, dict(self._unanswered), last_step)
        process = self._context.Process(target=dying.run, args=(errand, theirs))
        process.start()
        theirs.close()
        if at_the_provider:
            self.graph.before_next(process.kill)
        steps = None
        with suppress(EOFError):
            while not isinstance(told := ours.recv(), int):
                self.ledger.accepted[told] = self._unanswered.pop(told)
            steps = told
        process.join()
        expected = 0 if steps is not None else -signal.SIGKILL
        self.findings += [] if process.exitcode == expected else [f"exit code {process.exitcode}"]
        return steps

    def _out_of_order(self) -> list[str]:
        """What reached a customer in another order than it was written in, if sent at once."""
        order: dict[str, list[int]] = {}
        for text in self._texts():
            if text.startswith("later"):
                continue
            order.setdefault(self.ledger.replies[text], []).append(int(text.split()[1]))
        return [f"order: {one}" for one, came in order.items() if came != sorted(came)]


def _said(number: int) -> MessageEvent:
    wamid, customer = f"wamid.customer.{number}", f"1202555010{number}"
    return MessageEvent(
        key=f"msg:{wamid}",
        ts=now(),
        provider_message_id=wamid,
        direction="in",
        type="text",
        provider_type="text",
        contact=Person(wa_id=customer, phone=f"+{customer}"),
        text="hello?",
    )


def table(kills: Kills) -> Mapping[str, object]:
    asked = kills.asked
    return {
        "kills": kills.done,
        "steps of one process": kills.steps,
        "replies written": len(kills.ledger.replies),
        "acknowledged": len(kills.ledger.accepted),
        "came to the provider": len(asked),
        "came twice": sum(count > 1 for count in asked.values()),
        "marked ambiguous": kills.ambiguous,
        "findings": len(kills.findings),
    }


def _run(url: str, kills: int) -> Kills:
    asyncio.run(migrate(url))
    made = Kills(url)
    asyncio.run(made.run(kills))
    return made


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.force.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--engine", choices=["sqlite", "postgresql"], action="append")
    asked, whole = parser.parse_args(), True
    for engine in asked.engine or ["sqlite", "postgresql"]:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="inbox-kills-") as folder, running() as postgres:
            file = f"sqlite+aiosqlite:///{Path(folder) / 'inbox.db'}"
            kills = _run(
                file if engine == "sqlite" else postgres.create_database("kills"), asked.kills
            )
        print(f"{engine}, {time.monotonic() - began:.0f} s")
        print("\n".join(f"  {name:22} {value}" for name, value in table(kills).items()))
        print("\n".join(f"  ! {finding}" for finding in kills.findings[:30]), flush=True)
        whole &= not kills.findings
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
