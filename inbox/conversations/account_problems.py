"""Problems a provider reports about the account, kept on the channel for its admins."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from inbox.channels.health_changes import fail, note_news, sending_fails, sending_works
from inbox.domain.channels import Channel
from inbox.domain.content import Problem
from inbox.domain.events import AccountNews, ErrorEvent, StatusEvent
from inbox.domain.feed_events import NewEvent
from inbox.domain.language import N_
from inbox.domain.text import present
from inbox.domain.times import HOUR, Micros
from inbox.providers.errors import explain, of_the_channel

_TOLD = 3
"""So many problems that come together are shown together; the webhook log has all."""


class AccountProblem(NamedTuple):
    channel_id: str
    event: ErrorEvent
    received_at: Micros


def record_troubles(
    connection: Connection,
    troubles: Sequence[AccountProblem],
    channels: Mapping[str, Channel],
    published: list[Any],
) -> None:
    """The newest problems of each channel, in words with the provider's code.

    Without a time of its own one is a moment younger than its webhook: so it counts until the
    next one, and a replay of an old one says nothing new.
    """
    by_channel: dict[str, list[AccountProblem]] = {}
    for trouble in troubles:
        by_channel.setdefault(trouble.channel_id, []).append(trouble)
    for channel_id, found in by_channel.items():
        at = max(one.event.ts or one.received_at + 1 for one in found)
        sentences = list(dict.fromkeys(problem_sentence(one.event) for one in found))[-_TOLD:]
        fail(connection, channels[channel_id], " · ".join(sentences), at, published)


def problem_sentence(event: ErrorEvent) -> str:
    return problem_words(present(Problem, code=event.code, title=event.title, detail=event.detail))


def problem_words(problem: Problem) -> str:
    """A problem in a sentence, with the provider's code."""
    said = (problem.get("title"), problem.get("detail"))
    words = ": ".join(part for part in said if part) or N_("Unknown problem")
    code = problem.get("code")
    return f"{words} (code {code})" if code is not None else words


def record_news(
    connection: Connection, news: Sequence[tuple[str, AccountNews, Micros]]
) -> list[NewEvent]:
    """What providers say of accounts: of each channel the latest is kept."""
    found: list[NewEvent] = []
    for channel_id, told, received_at in news:
        found += note_news(connection, channel_id, told.sentence, told.ts or received_at)
    return found


RECENT: Micros = HOUR
"""A failure that is told later than so, as by a replay, says nothing of sending now."""
_ARRIVED = frozenset({"sent", "delivered", "read", "played"})


def record_sending(
    connection: Connection, told: Sequence[tuple[str, StatusEvent, Micros]], now: Micros
) -> list[NewEvent]:
    """What statuses tell of sending as a whole: that nothing can be sent, or that it can."""
    works: dict[str, Micros] = {}
    fails: dict[str, tuple[Problem, Micros]] = {}
    for channel_id, event, received_at in told:
        at = event.ts or received_at
        whole = [one for one in event.errors if of_the_channel(one.get("code"))]
        if event.status == "failed" and whole and at > now - RECENT:
            fails[channel_id] = explain_problem(whole[0]), at
        elif event.status in _ARRIVED:
            works[channel_id] = max(at, works.get(channel_id, 0))
    found: list[NewEvent] = []
    for channel_id, at in sorted(works.items()):
        found += sending_works(connection, [channel_id], "status", at)
    for channel_id, (problem, at) in sorted(fails.items()):
        found += sending_fails(connection, channel_id, problem_words(problem), at, "status")
    return found


def explain_problem(problem: Problem) -> Problem:
    return explain(problem.get("code"), problem.get("title"), problem.get("detail"))
