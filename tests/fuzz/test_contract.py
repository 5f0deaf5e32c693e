"""Whatever is asked of the API, its answers are in the contract, and none of them is a 5xx."""

import copy
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.fuzz.asking import PRIVATE, Asker, asker
from tests.support.inhabited import Homes
from tests.support.postgres import Postgres
from tests.support.server import Server, serving

CASES = 2


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    homes: Homes,
    postgres: Postgres,
) -> Iterator[Server]:
    """One of its own: what is made up here is nothing that others could stand on."""
    sqlite = request.param == "sqlite"
    url = "" if sqlite else postgres.create_database("contract")
    with serving(homes.server(tmp_path_factory.mktemp("contract"), url), **PRIVATE) as server:
        yield server
    if not sqlite:
        postgres.drop_database("contract")


@pytest.fixture(scope="module")
def asking(server: Server) -> Iterator[Asker]:
    with asker(server) as asking:
        yield asking


def test_no_text_of_a_body_is_one_that_cannot_be_stored(asking: Asker) -> None:
    assert asking.break_texts() == {}


def test_no_answer_is_outside_the_contract(server: Server, asking: Asker) -> None:
    """``make contract`` asks more; its seed differs with the engine, so that here each adds."""
    tally = asking.ask(CASES, seeded=len(server.environment["INBOX_DATABASE_URL"][:9]))
    assert tally.findings == {}, "\n".join(tally.findings.values())
    assert tally.operations == sum(len(one.keys() - {"parameters"})
                                   for one in asking.document["paths"].values())  # fmt: skip
    assert len(tally.reached) > 80, "most of it was refused: what is made up leads nowhere"


def test_one_that_is_outside_of_it_is_found(asking: Asker) -> None:
    document = copy.deepcopy(asking.document)
    document["paths"] = {"/api/v1/labels": {"get": document["paths"]["/api/v1/labels"]["get"]}}
    document["components"]["schemas"]["LabelList"]["required"] = ["what_no_list_has"]
    found = replace(asking, document=document).ask(1, seeded=1).findings
    assert [*found] == ["GET /api/v1/labels"] and "what_no_list_has" in found["GET /api/v1/labels"]
