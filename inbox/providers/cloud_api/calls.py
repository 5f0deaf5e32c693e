"""Calls (wire-formats A.13): nothing is answered here, but the customer's part opens the window.

A call of theirs does so when it comes, answered or not; one of the business when they answer it.
"""

from inbox.domain.events import CallEvent, Person
from inbox.domain.from_customer import ANSWERED, CALLED
from inbox.domain.text import JsonObject, identifier, mappings
from inbox.providers.cloud_api.messages import Batch, moment

FIELD = "calls"


def read_calls(value: JsonObject, batch: Batch) -> list[CallEvent]:
    """Of the many webhooks about a call only those by which a customer did something."""
    begun = (_begun(call, batch) for call in mappings(value.get("calls")))
    answered = (_answered(status, batch) for status in mappings(value.get("statuses")))
    return [call for call in (*begun, *answered) if call is not None]


def _begun(call: JsonObject, batch: Batch) -> CallEvent | None:
    call_id = identifier(call.get("id"))
    ours = call.get("direction") == "BUSINESS_INITIATED"
    if call_id is None or ours or call.get("event") != "connect":
        return None
    who = batch.people.person(call.get("from"), call.get("from_user_id"))
    return _event(batch, call, call_id, CALLED, who)


def _answered(status: JsonObject, batch: Batch) -> CallEvent | None:
    call_id, word = identifier(status.get("id")), status.get("status")
    if call_id is None or not isinstance(word, str) or word.upper() != "ACCEPTED":
        return None
    who = batch.people.person(status.get("recipient_id"), status.get("recipient_user_id"))
    return _event(batch, status, call_id, ANSWERED, who)


def _event(batch: Batch, told: JsonObject, call_id: str, notice: str, who: Person) -> CallEvent:
    return CallEvent(
        reason="field",
        field=FIELD,
        ts=moment(told.get("timestamp"), batch.now),
        account=batch.account,
        call_id=call_id,
        notice=notice,
        contact=who,
    )
