"""Our own reactions: shown at once, told to the customer, and honest about what did not arrive."""

from typing import Any

import httpx
import pytest

from tests.support.fake_graph import FakeGraph
from tests.support.server import Server
from tests.web.test_sending import Desk


class Talk(Desk):
    @property
    def question(self) -> dict[str, Any]:
        """The message of the customer."""
        answer = self.server.api().get(self.path).json()
        first: dict[str, Any] = answer["data"][0]
        return first

    def react(self, emoji: str, **facts: Any) -> httpx.Response:
        asked = {"message_id": self.question["id"], "emoji": emoji} | facts
        return self.server.api().post(self.path, json={"type": "reaction", "reaction": asked})

    def told(self, *emoji: str) -> None:
        """Until Graph was told of just these, one after the other."""
        self.graph.wait_for(len(emoji), 15)
        assert tuple(one.json["reaction"]["emoji"] for one in self.graph.sent) == emoji


@pytest.fixture
def talk(server: Server, graph: FakeGraph) -> Talk:
    return Talk(server, graph)


def test_a_reaction_is_shown_at_once_and_told_to_the_customer(talk: Talk) -> None:
    answer = talk.react("👍🏽")
    assert answer.status_code == 201
    [ours] = answer.json()["reactions"]
    assert (ours["emoji"], ours["direction"], ours["error"]) == ("👍🏽", "outgoing", None)
    talk.server.wait_for("message:updated", talk.since, id=talk.question["id"])
    talk.told("👍🏽")
    assert talk.graph.sent[0].json["reaction"]["message_id"] == f"wamid.opening.{talk.line.id}"


def test_another_reaction_takes_its_place_and_an_empty_one_takes_it_back(talk: Talk) -> None:
    for told in (("👍",), ("👍", "🎉"), ("👍", "🎉", "")):
        assert talk.react(told[-1]).status_code == 201
        talk.told(*told)
    assert talk.question["reactions"] == []


def test_a_reaction_that_is_refused_stays_and_says_why(talk: Talk) -> None:
    wrong = {"error": {"code": 131009, "message": "(#131009) Parameter value is not valid"}}
    talk.graph.answer_next(wrong, 400)
    talk.react("👍")
    talk.server.wait_for(
        "message:updated", talk.since, lambda told: told["reactions"][0]["error"] is not None
    )
    [ours] = talk.question["reactions"]
    assert (ours["emoji"], ours["error"]["code"]) == ("👍", 131009)
    assert ours["error"]["title"]


@pytest.mark.parametrize("emoji", ["ok", "👍👍", "1", "👍 yes", "\u200d"])
def test_only_one_emoji_is_a_reaction(talk: Talk, emoji: str) -> None:
    answer = talk.react(emoji)
    assert (answer.status_code, answer.json()["field"]) == (422, "reaction.emoji")


def test_what_the_customer_does_not_have_cannot_be_reacted_to(talk: Talk) -> None:
    elsewhere = Desk(talk.server, talk.graph)
    theirs = talk.server.api().get(elsewhere.path).json()["data"][0]["id"]
    for message_id in (theirs, "nobody"):
        answer = talk.react("👍", message_id=message_id)
        assert (answer.status_code, answer.json()["field"]) == (422, "reaction.message_id")
    assert talk.graph.sent == []
