"""What became of a send, as rows: each function is the end of one try.

If its claim ran out meanwhile, or this was written down before, the row is no longer ours, and
only the provider's id is still news.
"""

import logging
from collections.abc import Mapping
from typing import Final, Literal

from sqlalchemy import Connection, bindparam, select, update

from inbox.channels.health_changes import sending_fails, sending_works
from inbox.conversations import publish, read_marks
from inbox.conversations import settle_changes as changes
from inbox.conversations import settle_status as receipts
from inbox.conversations.account_problems import problem_words
from inbox.conversations.first_contact import known_as
from inbox.conversations.message_aliases import OURS, recognise
from inbox.conversations.receipts import ToldReceipt, keep_receipts
from inbox.conversations.taking import take_message
from inbox.conversations.tries import keep_try, tries_of
from inbox.domain import shapes
from inbox.domain.content import SendProblem
from inbox.domain.feed_events import NewEvent
from inbox.domain.inner_ids import inner_id
from inbox.domain.language import N_
from inbox.domain.public import TryEnd
from inbox.domain.rows import MessageRow
from inbox.domain.status import Step
from inbox.domain.text import present
from inbox.domain.times import Micros
from inbox.feed.log import append
from inbox.providers.base import Accepted, Ambiguous, Refused, SendResult
from inbox.providers.verdicts import UNPROVEN
from inbox.sending.limits import limit_channel, pause_after
from inbox.sending.waiting import finish_send, postpone_send
from inbox.storage.dialect import serialise
from inbox.storage.prepared import Prepared
from inbox.storage.queue import Claim
from inbox.storage.tables import channels, messages, outbox

log = logging.getLogger(__name__)

ATTEMPTS = 6


End = Literal["accepted", "postponed", "failed", "ambiguous"]
"""What came of a try."""

REMOVED: Final = Refused(N_("Its channel was removed"), N_("Connect the number again in Settings."))
ONE_ID_FOR_TWO: Final = Ambiguous(N_("WhatsApp gave it the id of another message"), UNPROVEN)


def record_result(connection: Connection, claim: Claim, result: SendResult, now: Micros) -> End:
    """Write down what came of a try under the claim."""
    tries = claim.attempts
    if isinstance(result, Accepted) and _is_another(connection, claim, result):
        result = ONE_ID_FOR_TWO
    if isinstance(result, Refused) and result.retry_after is not None:
        result = result if _is_there(connection, claim.lane) else REMOVED
    match result:
        case Accepted(provider_message_id, wa_id):
            accept(connection, claim, provider_message_id, now)
            if wa_id is not None:
                append(connection, known_as(connection, claim.key[0], wa_id, now), now)
            return "accepted"
        case Refused(title, retry_after=float() | int()) if tries + 1 < ATTEMPTS:
            again_at = now + pause_after(result, tries)
            problem = present(SendProblem, code=result.code, title=title)
            keep_try(connection, claim.key[0], "postponed", problem, now)
            postpone_send(connection, claim, again_at, title, now)
            limit_channel(connection, claim.lane, result, again_at, now)
            return "postponed"
        case Refused(title, detail, code):
            problem = present(SendProblem, code=code, title=title, detail=detail)
            published = give_up(connection, claim, problem, now)
            if result.channel:
                published += _tell_admins(connection, claim, problem, now)
            append(connection, published, now)
            return "failed"
        case Ambiguous(title, detail):
            problem = present(SendProblem, title=title, detail=detail, ambiguous=True)
            append(connection, give_up(connection, claim, problem, now), now)
            return "ambiguous"


def _is_there(connection: Connection, channel_id: str) -> bool:
    """Whether its channel is not removed, held so until the commit.

    Who removes it has what waits be due at once, and does not see what is being sent: without the
    lock, both might look before the other writes, and the reply would wait for nothing.
    """
    query = select(channels.c.state).where(channels.c.id == channel_id)
    return bool(connection.execute(query.with_for_update(key_share=True)).scalar() != "removed")


def _tell_admins(
    connection: Connection, claim: Claim, problem: SendProblem, now: Micros
) -> list[NewEvent]:
    channel_id = _channel_of(connection, claim.key[0])
    return sending_fails(connection, channel_id, problem_words(problem), now, "answer")


def _is_another(connection: Connection, claim: Claim, taken: Accepted) -> bool:
    """Whether that id is a message's already: what will be told of it is told of that one."""
    if taken.provider_message_id is None:
        return False
    [message_id] = claim.key
    channel_id = _channel_of(connection, message_id)
    serialise(connection, [channel_id])
    others = _others.rows(
        connection, channel=channel_id, named=taken.provider_message_id, message=message_id
    )
    for (other,) in others:
        facts = {"message_id": message_id, "other_id": other, "channel_id": channel_id}
        log.error("a provider gave two messages one id", extra=facts)
    return bool(others)


_others: Final = Prepared(
    select(messages.c.id)
    .where(
        messages.c.channel_id == bindparam("channel"),
        messages.c.provider_message_id == bindparam("named"),
        messages.c.id != bindparam("message"),
    )
    .limit(1)
)


def accept(
    connection: Connection, claim: Claim, provider_message_id: str | None, now: Micros
) -> None:
    """The provider took it. Statuses may have overtaken its answer: they count at once."""
    [message_id] = claim.key
    [[channel_id, tells_read]] = _channel.rows(connection, message=message_id)
    serialise(connection, [channel_id])
    row = _message(connection, message_id)
    ours = finish_send(connection, claim, row)
    if not ours and not _given_up(connection, row):
        return
    if tells_read == "replied" and row["sender_id"]:  # what a program says nobody has read for
        here = (row["conversation_id"], channel_id)
        read_marks.want_told(connection, *here, now, until=row["received_at"])
    if provider_message_id is None:
        shown = _show(connection, row, "sent", None, now)
        append(connection, [shown, *sending_works(connection, [channel_id], "answer", now)], now)
        return
    fact: ToldReceipt = {
        "channel_id": channel_id,
        "provider_message_id": provider_message_id,
        "status": "accepted",
        "participant": "",
        "at": now,
        "errors": None,
    }
    keep_receipts(connection, [fact])
    published = sending_works(connection, [channel_id], "answer", now)
    _store(connection, {**row, "provider_message_id": provider_message_id})
    _recognise(connection, row, provider_message_id)
    receipts.settle_statuses(connection, channel_id, {provider_message_id}, published)
    changes.settle_changes(connection, {channel_id: {provider_message_id}}, published, now)
    append(connection, published, now)


_channel: Final = Prepared(
    select(messages.c.channel_id, channels.c.read_receipts)
    .join(channels, channels.c.id == messages.c.channel_id)
    .where(messages.c.id == bindparam("message"))
)


def _recognise(connection: Connection, row: MessageRow, provider_message_id: str) -> None:
    """What overtook the answer may name the message by another id than the answer does."""
    inner, former = inner_id(provider_message_id), row["provider_message_id"]
    if inner is not None:
        facts = {former: {(OURS, row["id"])}} if former not in (None, provider_message_id) else {}
        recognise(connection, row["channel_id"], facts, {inner})


def give_up(
    connection: Connection, claim: Claim, problem: SendProblem, now: Micros
) -> list[NewEvent]:
    """Failed, with the reason; only an agent sends it again. What to publish of it."""
    row = _message(connection, claim.key[0])
    if not finish_send(connection, claim, row):
        return []
    if row["provider_message_id"] is not None:
        return []  # A status has come meanwhile: the provider has it after all.
    end: TryEnd = "ambiguous" if problem.get("ambiguous") else "failed"
    keep_try(connection, row["id"], end, problem, now)
    return [_show(connection, row, "failed", shapes.encoded(problem), now)]


def _show(
    connection: Connection, row: MessageRow, status: Step, error: str | None, now: Micros
) -> NewEvent:
    """A status that stands in no receipt: of a message without an id of the provider's."""
    after: MessageRow = {**row, "status": status, "error": error}
    _store(connection, after)
    tried = tries_of(connection, [row["id"]] if status == "failed" else [])
    told = tried.get(row["id"], ())
    return publish.message_status(after, shapes.step_of(row), now, tries=told)


def _channel_of(connection: Connection, message_id: str) -> str:
    return str(_channel.rows(connection, message=message_id)[0][0])


def _given_up(connection: Connection, row: MessageRow) -> bool:
    """Whether another process took our silence for a crash, and nobody has pressed Retry."""
    waiting = select(outbox.c.message_id).where(outbox.c.message_id == row["id"])
    return (
        row["status"] == "failed"
        and row["provider_message_id"] is None
        and connection.execute(waiting).first() is None
    )


def _message(connection: Connection, message_id: str) -> MessageRow:
    row = take_message(connection, message_id)
    assert row is not None
    return row


def _store(connection: Connection, row: MessageRow) -> None:
    kept: Mapping[str, object] = {**row, "inner_id": inner_id(row["provider_message_id"])}
    new = {f"new_{name}": kept[name] for name in _SHOWN}
    _show_it.run(connection, message=row["id"], **new)


_SHOWN: Final = ("status", "error", "provider_message_id", "inner_id")
_show_it: Final = Prepared(
    update(messages)
    .where(messages.c.id == bindparam("message"))
    .values({name: bindparam(f"new_{name}") for name in _SHOWN})
)
