"""Law 4: ticks never go back (wire-formats F.6)."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.status import FACTS, LADDER, RANK, derive_status, step_times

RECEIPTS = st.lists(st.sampled_from([*LADDER, "failed", "warning", "something new"]))


@pytest.mark.parametrize(
    ("receipts", "status"),
    [
        ([], "queued"),
        (["accepted"], "sent"),
        (["sent"], "sent"),
        (["delivered"], "delivered"),
        (["read"], "read"),
        (["played"], "played"),
        (["read", "delivered", "sent"], "read"),
        (["failed"], "failed"),
        (["accepted", "failed"], "failed"),
        (["sent", "failed"], "failed"),
        (["failed", "sent"], "failed"),
        (["failed", "delivered"], "delivered"),
        (["delivered", "failed"], "delivered"),
        (["failed", "read"], "read"),
        (["failed", "played"], "played"),
        (["warning"], "queued"),
        (["delivered", "warning"], "delivered"),
        (["something new", "sent"], "sent"),
    ],
)
def test_the_table_of_the_status_machine(receipts: list[str], status: str) -> None:
    assert derive_status(receipts) == status


@given(RECEIPTS, RECEIPTS)
def test_more_receipts_never_lower_the_tick(first: list[str], more: list[str]) -> None:
    ladder = [*LADDER[:3], "failed", *LADDER[3:]]
    assert ladder.index(derive_status([*first, *more])) >= ladder.index(derive_status(first))


@given(RECEIPTS)
def test_order_and_repetition_do_not_matter(receipts: list[str]) -> None:
    assert {derive_status(order) for order in permutations(receipts[:4])} == {
        derive_status(set(receipts[:4]))
    }
    assert derive_status(receipts + receipts) == derive_status(receipts)


@given(RECEIPTS)
def test_failed_wins_below_delivered_and_only_there(receipts: list[str]) -> None:
    proven = any(RANK.get(status, 0) >= RANK["delivered"] for status in receipts)
    assert (derive_status([*receipts, "failed"]) == "failed") is not proven


def test_a_word_that_means_nothing_is_not_kept() -> None:
    assert {"accepted", "sent", "delivered", "read", "played", "failed"} == FACTS


def test_the_timeline_has_the_earliest_time_of_each_step() -> None:
    told = [("read", 9), ("accepted", 3), ("sent", 2), ("delivered", 5), ("delivered", 4)]
    assert step_times(told) == {"sent": 2, "delivered": 4, "read": 9}
