"""Laws 1 and 6 under bodies that nobody has thought of: section G of the wire formats at random.

The same bodies each time. ``make fuzz`` tries others, for as long as one likes.
"""

import random
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from tests.fuzz import mutations
from tests.fuzz.campaign import Campaign, keep
from tests.fuzz.cases import Case, saved
from tests.fuzz.seeds import FOLDERS
from tests.support.server import Server

OUTPUT = Path(__file__).parents[1] / "output" / "fuzz"


@pytest.fixture(scope="module")
def campaign(server: Server) -> Iterator[Campaign]:
    with closing(Campaign(server)) as campaign:
        yield campaign


def test_whatever_a_provider_signs_is_answered_kept_applied_and_shown(campaign: Campaign) -> None:
    odds = campaign.block(islice(mutations.cases(seed=17), 120), pages=12)
    assert keep(odds, OUTPUT) == []
    tally = campaign.tally
    assert tally.posted == 120 and tally.siblings > 40 and tally.pages > 30
    assert {code for _, code in tally.answers} == {200, 400}


def test_the_same_seed_gives_the_same_bodies() -> None:
    one, other = (list(islice(mutations.cases(seed=3), 40)) for _ in range(2))
    assert one == other and len({case.body for case in one}) == 40
    assert {case.provider for case in one} == set(FOLDERS)


def test_a_case_that_was_saved_is_the_same_case_again(tmp_path: Path) -> None:
    case = mutations.bent(random.Random(1), 1)
    assert saved(case.save(tmp_path)) == case
    (tmp_path / "raw").write_bytes(b"{\xff")
    assert saved(tmp_path / "raw") == Case("file", b"{\xff")
