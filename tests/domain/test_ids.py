from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from inbox.domain.ids import is_uuid, made_at, new_id

NOW = 1_750_000_000_123_456


def test_an_id_is_a_uuid_of_version_7() -> None:
    made = new_id(NOW)
    assert is_uuid(made)
    assert (UUID(made).version, UUID(made).variant) == (7, "specified in RFC 4122")


def test_an_id_carries_its_time() -> None:
    made = new_id(NOW)
    assert UUID(made).int >> 80 == NOW // 1000
    assert made_at(made) == NOW // 1000 * 1000


def test_ids_of_one_moment_keep_their_order() -> None:
    made = [new_id(NOW) for _ in range(10_000)]
    assert made == sorted(set(made))


def test_a_clock_set_back_does_not_turn_the_order() -> None:
    assert new_id(NOW) < new_id(NOW - 1_000_000)


def test_threads_never_make_the_same_id() -> None:
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(new_id, [NOW] * 10_000))
    assert len(set(made)) == 10_000


@pytest.mark.parametrize(
    "text",
    ["", "x", "0197A5D2-0000-7000-8000-000000000000", "0197a5d200007000800000000000000a", "\ud83d"],
)
def test_only_the_canonical_form_is_one_of_ours(text: str) -> None:
    assert not is_uuid(text)
    assert not is_uuid(new_id(NOW) + "\n")
