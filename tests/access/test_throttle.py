from inbox.access.throttle import MOST_KEYS, PER_ADDRESS, PER_EMAIL, Throttle

HERE, THERE = "198.51.100.7", "198.51.100.8"


def test_a_few_mistakes_cost_nothing_and_then_each_costs_double() -> None:
    throttle, at = Throttle(), 0.0
    waits = []
    for _ in range(PER_EMAIL.free + 4):
        wait = throttle.attempt("ana@example.com", HERE, at)
        waits.append(wait)
        at += wait
        if wait:
            assert throttle.attempt("ana@example.com", HERE, at) == 0
    assert waits == [0] * PER_EMAIL.free + [1, 2, 4, 8]


def test_many_at_once_do_not_all_pass() -> None:
    throttle = Throttle()
    passed = [throttle.attempt("ana@example.com", HERE, 0.0) == 0 for _ in range(100)]
    assert passed.count(True) == PER_EMAIL.free


def test_an_account_is_slow_from_every_address_and_in_every_spelling() -> None:
    throttle = Throttle()
    for number in range(PER_EMAIL.free):
        assert throttle.attempt(" ANA@example.com", f"203.0.113.{number}", 0.0) == 0
    assert throttle.attempt("ana@example.com", THERE, 0.0) > 0
    assert throttle.attempt("ben@example.com", THERE, 0.0) == 0


def test_an_address_is_slow_for_every_account() -> None:
    throttle = Throttle()
    for number in range(PER_ADDRESS.free):
        assert throttle.attempt(f"{number}@example.com", HERE, 0.0) == 0
    assert throttle.attempt("new@example.com", HERE, 0.0) > 0
    assert throttle.attempt("new@example.com", THERE, 0.0) == 0


def test_one_network_of_ipv6_is_one_client() -> None:
    throttle = Throttle()
    for number in range(PER_ADDRESS.free):
        throttle.attempt(f"{number}@example.com", f"2001:db8::{number:x}", 0.0)
    assert throttle.attempt("new@example.com", "2001:db8::ffff", 0.0) > 0
    assert throttle.attempt("new@example.com", "2001:db8:0:1::1", 0.0) == 0


def test_an_ipv4_client_is_the_same_through_ipv6() -> None:
    throttle = Throttle()
    for number in range(PER_ADDRESS.free):
        throttle.attempt(f"{number}@example.com", f"::ffff:{HERE}", 0.0)
    assert throttle.attempt("new@example.com", HERE, 0.0) > 0
    assert throttle.attempt("new@example.com", f"::ffff:{THERE}", 0.0) == 0


def test_success_forgives_the_account_but_not_the_address() -> None:
    throttle = Throttle()
    for _ in range(PER_EMAIL.free - 1):
        throttle.attempt("ana@example.com", HERE, 0.0)
    throttle.attempt("ana@example.com", HERE, 0.0)
    throttle.succeeded("ana@example.com", HERE)
    assert throttle.attempt("ana@example.com", THERE, 0.0) == 0
    for number in range(PER_ADDRESS.free - PER_EMAIL.free + 1):
        assert throttle.attempt(f"{number}@example.com", HERE, 0.0) == 0
    assert throttle.attempt("last@example.com", HERE, 0.0) > 0


def test_an_hour_of_quiet_forgives() -> None:
    throttle = Throttle()
    for _ in range(PER_EMAIL.free):
        throttle.attempt("ana@example.com", HERE, 0.0)
    assert throttle.attempt("ana@example.com", HERE, 0.5) > 0
    assert throttle.attempt("ana@example.com", HERE, 3600.0) == 0


def test_memory_is_bounded_whatever_is_tried() -> None:
    throttle = Throttle()
    for number in range(MOST_KEYS + 100):
        throttle.attempt(f"{number}@example.com" + "x" * 9, f"host {number}", 0.0)
    assert len(throttle._emails._known) == MOST_KEYS
    assert len(throttle._addresses._known) == MOST_KEYS
