import asyncio

import pytest
from sqlalchemy import Connection, func, select

from inbox.access.throttle import PER_ACCOUNT, PER_ASKER, PER_NETWORK, Throttle, network
from inbox.domain.times import DAY, HOUR, SECOND, Micros
from inbox.storage.database import Database
from inbox.storage.tables import sign_in_tries
from tests.access.conftest import NOW

HERE, THERE = "198.51.100.7", "198.51.100.8"
ANA = "ana@example.com"


class Clock:
    at = NOW

    def __call__(self) -> Micros:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def throttle(database: Database, clock: Clock) -> Throttle:
    return Throttle(database, clock)


async def test_a_few_mistakes_cost_nothing_and_then_each_costs_double(
    throttle: Throttle, clock: Clock
) -> None:
    waits = []
    for _ in range(PER_ASKER.free + 4):
        wait = await throttle.attempt(ANA, HERE)
        waits.append(wait)
        clock.at += round(wait * SECOND)
        if wait:
            assert await throttle.attempt(ANA, HERE) == 0
    assert waits == [0] * PER_ASKER.free + [1, 2, 4, 8]


async def test_many_at_once_and_at_several_processes_do_not_all_pass(
    throttle: Throttle, database: Database, clock: Clock
) -> None:
    another = Throttle(database, clock)
    tries = [one.attempt(ANA, HERE) for one in (throttle, another) for _ in range(10)]
    assert list(await asyncio.gather(*tries)).count(0) == PER_ASKER.free


async def test_a_network_is_slow_for_every_account_and_another_is_not(throttle: Throttle) -> None:
    for n in range(PER_NETWORK.free):
        assert await throttle.attempt(f"{n}@example.com", HERE) == 0
    assert await throttle.attempt("new@example.com", HERE) > 0
    assert await throttle.attempt("new@example.com", THERE) == 0


async def test_who_guesses_elsewhere_keeps_nobody_from_signing_in(throttle: Throttle) -> None:
    for _ in range(PER_NETWORK.free + 3):
        await throttle.attempt(" ANA@example.com", HERE)
    for _ in range(33):
        assert await throttle.attempt(ANA, THERE) == 0
        await throttle.succeeded(ANA, THERE)


async def test_an_account_is_slow_for_who_guesses_from_many_networks(throttle: Throttle) -> None:
    for n in range(PER_ACCOUNT.free):
        assert await throttle.attempt(ANA, f"203.0.{n}.1") == 0
    assert await throttle.attempt(ANA, HERE) > 0
    assert await throttle.attempt("ben@example.com", HERE) == 0


async def test_a_browser_that_is_known_has_tries_of_its_own(throttle: Throttle) -> None:
    """Also where everybody comes from one address, and from wherever it is guessed."""
    for n in range(PER_ACCOUNT.free):
        await throttle.attempt(ANA, f"203.0.{n}.1")
    for _ in range(PER_NETWORK.free):
        await throttle.attempt(ANA, HERE)
    assert await throttle.attempt(ANA, HERE) > 0
    for _ in range(PER_ASKER.free):
        assert await throttle.attempt(ANA, HERE, "known") == 0
    assert await throttle.attempt(ANA, THERE, "known") > 0
    assert await throttle.attempt(ANA, HERE, "another") == 0
    await throttle.succeeded(ANA, HERE, "known")
    assert await throttle.attempt(ANA, HERE, "known") == 0


async def test_success_forgives_who_asked_but_not_the_network(throttle: Throttle) -> None:
    for _ in range(PER_ASKER.free):
        assert await throttle.attempt(ANA, HERE) == 0
    await throttle.succeeded(ANA, HERE)
    assert await throttle.attempt(ANA, HERE) == 0
    for n in range(PER_NETWORK.free - PER_ASKER.free):
        assert await throttle.attempt(f"{n}@example.com", HERE) == 0
    assert await throttle.attempt("last@example.com", HERE) > 0


@pytest.mark.parametrize("passed", [HOUR, -DAY])
async def test_an_hour_of_quiet_forgives_and_so_does_a_clock_that_is_set_back(
    throttle: Throttle, database: Database, clock: Clock, passed: Micros
) -> None:
    for n in range(PER_ACCOUNT.free):
        assert await throttle.attempt(ANA, f"203.0.{n}.1") == 0
    clock.at += SECOND // 2
    assert await throttle.attempt(ANA, HERE) == 0.5
    clock.at = NOW + passed
    assert await throttle.attempt(ANA, HERE) == 0
    assert await database.read(_kept) == 3  # what is forgotten does not stay


def _kept(connection: Connection) -> int:
    return connection.execute(select(func.count()).select_from(sign_in_tries)).scalar_one()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        (f"::ffff:{HERE}", HERE, True),
        (f"::ffff:{HERE}", f"::ffff:{THERE}", False),
        ("fe80::1%eth0", "fe80::2", True),
        ("a socket", "another", False),
    ],
)
def test_what_counts_as_one_client(one: str, other: str, same: bool) -> None:
    assert (network(one) == network(other)) is same
