"""Databases with a made-up history, each made once in a run: writing a million takes minutes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import servers
from tests.bench.bench import Bench
from tests.bench.servers import ROOT, Home, Running

SEED_SECONDS = 3_600


@contextmanager
def filled(bench: Bench, messages: int) -> Iterator[Running]:
    """A server whose database has so many messages."""
    with servers.inbox(history(bench, messages)) as running:
        servers.healthy(running)
        servers.rest([running])
        yield running


def history(bench: Bench, messages: int) -> Home:
    """It is the run's own: who comes later finds what who came before has added."""
    if messages not in bench.histories:
        home = bench.made.enter_context(servers.home(bench.scratch))
        seed(bench, home, messages)
        bench.histories[messages] = home
    return bench.histories[messages]


def seed(bench: Bench, at: Home, messages: int) -> None:
    bench.say(f"making up {messages:,} messages")
    counts = ("--conversations", str(messages // 10), "--messages", str(messages))
    subprocess.run(
        [sys.executable, "-m", "inbox", "seed", *counts, "--json"],
        cwd=ROOT,
        env=at.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=SEED_SECONDS,
        check=True,
    )
