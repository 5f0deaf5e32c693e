"""What WhatsApp's ids of messages hold, and that nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.inner_ids import Inside, inner_id, inside
from tests.support.wamids import wamid

NUMBER, USER = "447700900401", "GB.10000000000000000001"
INNER = "3A555555555555555555555555555555"


@pytest.mark.parametrize("peer", [NUMBER, USER])
@pytest.mark.parametrize("inner", [INNER, "7BCCBCFD8A7DBB27EE", "3EB0" + "A" * 36])
def test_an_id_tells_with_whom_and_which(peer: str, inner: str) -> None:
    assert inside(wamid(peer, inner)) == Inside(peer, inner)
    assert inside(wamid(peer, inner, ours=True)) == Inside(peer, inner)


def test_two_names_of_one_customer_hold_the_same_inside() -> None:
    by_number = "wamid.HBgMNDQ3NzAwOTAwNDAxFQIAEhggM0E1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTUA"
    by_user = (
        "wamid.HBgXR0IuMTAwMDAwMDAwMDAwMDAwMDAwMDEVFAASGCAzQTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1NTU1"
        "NTU1NQA="
    )
    assert (wamid(NUMBER, INNER), wamid(USER, INNER)) == (by_number, by_user)
    assert inner_id(by_number) == inner_id(by_user) == INNER
    assert inner_id(by_user.rstrip("=")) == INNER


@pytest.mark.parametrize(
    "other",
    ["", "wamid.", "wamid.in.1", "wamid.HBgM", "ABGGFlA5Fpa", "msg-17", "wamid.é", "wamid.AAAA"],
)
def test_an_id_of_another_kind_is_known_only_as_a_whole(other: str) -> None:
    assert inside(other) is None


@given(st.text(), st.integers(0, 80))
def test_whatever_is_written_there_is_read_or_left(words: str, end: int) -> None:
    inside("wamid." + words)
    cut = inside(wamid(NUMBER, INNER)[:end])
    assert cut in (None, Inside(NUMBER, INNER))
