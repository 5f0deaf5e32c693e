"""Bodies through the real door of a running server, and what must hold all the way after it.

``Campaign.block`` posts cases and then looks: at the answers, the journal, the siblings, the
feed, the pages, the API, health and memory. What does not hold is an ``Odd``, with its case.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Connection, select

from inbox.providers.authenticity import prove
from inbox.providers.registry import PROVIDERS
from inbox.storage.database import connect
from inbox.storage.tables import journal_entries
from tests.fuzz.cases import TAKEN, Case
from tests.fuzz.seeds import FOLDERS
from tests.fuzz.watchers import Watcher
from tests.support.fake_graph import ACCOUNT
from tests.support.server import Line, Server

MEMORY_LIMIT = 400 * 1024 * 1024
"""How much a server may hold after all that, in bytes; a fresh one holds some 140 MiB."""


@dataclass(frozen=True, slots=True)
class Odd:
    """Something that should not be; ``case`` is None if it is nobody's in particular."""

    what: str
    case: Case | None = None

    def __str__(self) -> str:
        return f"{self.case.name}: {self.what}" if self.case else self.what


@dataclass(slots=True)
class Tally:
    """Counts by kind of mutation and answer, for people to look at."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    posted: int = 0
    siblings: int = 0
    pages: int = 0
    memory: int = 0

    def lines(self) -> list[str]:
        kinds = sorted({kind for kind, _ in self.answers})
        codes = sorted({code for _, code in self.answers})
        width = max(map(len, kinds), default=0)
        rows = [" ".join([" " * width, *(f"{code:>7}" for code in codes)])]
        for kind in kinds:
            counts = (self.answers[kind, code] or "" for code in codes)
            rows.append(" ".join([f"{kind:<{width}}", *(f"{count:>7}" for count in counts)]))
        return rows


class Campaign:
    """One server under fire. Close it when done: it holds two sockets."""

    def __init__(self, server: Server) -> None:
        self.server = server
        # The bodies are posted as they are, so the number is theirs.
        accounts = {name: ACCOUNT if name == "cloud-api" else "" for name in FOLDERS}
        self.lines: dict[str, Line] = {
            name: server.add_channel(provider=name, account=account)
            for name, account in accounts.items()
        }
        self.tally = Tally()
        self._program = Watcher(server)
        self._page = Watcher(server, format="html")
        self._seen: set[str] = set()

    def close(self) -> None:
        self._program.close()
        self._page.close()

    def block(self, cases: Iterable[Case], pages: int = 30) -> list[Odd]:
        """Post all, wait until they are applied, and look at everything they touched."""
        posted = [(case, self._post(case)) for case in cases]
        head = self.server.settle()
        self._program.wait_for(head)
        return [
            *self._answers(posted),
            *self._journal(posted),
            *self._siblings([case for case, code in posted if code == TAKEN]),
            *self._feed(),
            *self._views(pages),
            *self._health(),
        ]

    def _post(self, case: Case) -> int | str:
        try:
            line = self.lines[case.provider]
            proof = prove(PROVIDERS[case.provider].scheme, line.secret, case.body)
            return self.server.provider.post(
                line.path, content=case.body, headers=proof
            ).status_code
        except httpx.HTTPError as fault:
            return type(fault).__name__

    def _answers(self, posted: Sequence[tuple[Case, int | str]]) -> Iterable[Odd]:
        for case, answer in posted:
            self.tally.posted += 1
            self.tally.answers[case.kind, answer if isinstance(answer, int) else 0] += 1
            if answer not in case.wanted:
                yield Odd(f"answered {answer}, not {case.wanted}", case)

    def _journal(self, posted: Sequence[tuple[Case, int | str]]) -> Iterable[Odd]:
        """What was answered 200, and only that, is in the journal as it came, and applied."""
        found = self._entries()
        for case, answer in posted:
            kept = found.get(case.body)
            if (
                answer != TAKEN
                and kept
                and not any(case.body == other.body and code == TAKEN for other, code in posted)
            ):
                yield Odd(f"answered {answer}, and yet it is in the journal", case)
            elif answer == TAKEN and not kept:
                yield Odd("answered 200, and it is not in the journal", case)
            elif answer == TAKEN and kept and kept[0] != "applied":
                yield Odd(f"{kept[0]}: {kept[1]}", case)

    def _entries(self) -> dict[bytes, tuple[str, str | None]]:
        """Body → state and error, of those that were not seen yet."""

        async def read() -> list[Any]:
            database = connect(self.server.environment["INBOX_DATABASE_URL"])
            channels = [line.id for line in self.lines.values()]
            try:
                return await database.read(_new_entries, channels, max(self._seen, default=""))
            finally:
                await database.close()

        rows = asyncio.run(read())
        self._seen = {row.id for row in rows} or self._seen
        return {bytes(row.body): (row.state, row.error) for row in rows}

    def _siblings(self, taken: Sequence[Case]) -> Iterable[Odd]:
        for case in taken:
            if case.sibling:
                self.tally.siblings += 1
                if case.sibling not in self._program.siblings:
                    yield Odd("its sibling was lost", case)

    def _feed(self) -> Iterable[Odd]:
        for watcher in (self._program, self._page):
            if watcher.fault:
                yield Odd(f"the feed broke: {watcher.fault!r}")
            if watcher.types & {"feed:resync", "feed:lagging"}:
                yield Odd(f"the feed lost its way: {watcher.types}")

    def _views(self, pages: int) -> Iterable[Odd]:
        """The list, and each conversation that was touched, as a page and by the API."""
        touched = _some(self._program.conversations, pages)
        self._program.conversations.clear()
        paths = [
            "/",
            "/api/v1/conversations?limit=100",
            "/settings/webhook-log",
            "/settings/channels",
        ]
        for one in touched:
            paths += [f"/conversations/{one}", f"/api/v1/conversations/{one}/messages?limit=200"]
        paths += [f"/settings/webhook-log/{one}" for one in _some(self._seen, pages)]
        for path in paths:
            browser = self.server.api() if path.startswith("/api/") else self.server.as_admin
            try:
                answer = browser.get(path)
            except httpx.HTTPError as fault:
                yield Odd(f"{path}: {fault!r}")
                continue
            self.tally.pages += 1
            if answer.status_code != 200:
                yield Odd(f"{path} answered {answer.status_code}")
            elif path.startswith("/api/") and "data" not in answer.json():
                yield Odd(f"{path} gave no data")

    def _health(self) -> Iterable[Odd]:
        health = self.server.provider.get("/health")
        if health.status_code != 200:
            yield Odd(f"/health: {health.text}")
        for complaint in self.server.complaints:
            yield Odd(f"it complained: {complaint[:2_000]}")
        self.tally.memory = self.server.memory()
        if self.tally.memory > MEMORY_LIMIT:
            yield Odd(f"it holds {self.tally.memory >> 20} MiB")


def _some(found: set[str], most: int) -> list[str]:
    """At most so many, and of many others each time; the same for the same."""
    return random.Random(len(found)).sample(sorted(found), min(most, len(found)))


def _new_entries(connection: Connection, channels: list[str], after: str) -> list[Any]:
    table = journal_entries.c
    found = select(table.id, table.body, table.state, table.error)
    query = found.where(table.channel_id.in_(channels), table.id > after).order_by(table.id)
    return list(connection.execute(query))


def keep(odds: Sequence[Odd], folder: Path) -> list[str]:
    """A line for each; the bodies as files to replay."""
    return [f"{odd}\n    {odd.case.save(folder)}" if odd.case else str(odd) for odd in odds]
