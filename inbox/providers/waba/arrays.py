"""A webhook of an on-premises client or of its host becomes events (wire-formats C and F).

Either Meta's envelope, as hosts of the Cloud API hand it on, or the arrays by themselves. Those
are what stands within the envelope, so they are read alike once ``older`` has rewritten what the
clients write in a way of their own. They name no number: the channel is that of the address.
"""

from msgspec.structs import replace

from inbox.domain.events import Event, MessageEvent
from inbox.domain.text import JsonObject, mappings
from inbox.domain.times import Micros
from inbox.providers.cloud_api import envelope
from inbox.providers.cloud_api.envelope import Element, each
from inbox.providers.cloud_api.messages import Batch, message_event
from inbox.providers.cloud_api.people import NamedPeople
from inbox.providers.cloud_api.statuses import error_event, read_status
from inbox.providers.waba import older
from inbox.providers.waba.details import with_details

_ARRAYS = ("contacts", "messages", "statuses", "errors")


def normalise(body: JsonObject, now: Micros) -> list[Event]:
    enveloped = body.get("object") == envelope.OBJECT and "entry" in body
    if enveloped or not any(name in body for name in _ARRAYS):
        return envelope.normalise(body, now)
    messages = mappings(body.get("messages"))
    batch = Batch(None, now, "in", NamedPeople(body.get("contacts"), len(messages)))
    return [
        *each(_message, messages, batch),
        *each(_status, mappings(body.get("statuses")), batch),
        *each(error_event, mappings(body.get("errors")), batch),
    ]


def _message(given: Element, batch: Batch) -> Event:
    event = message_event(older.older_message(given), batch)
    if not isinstance(event, MessageEvent):
        return event
    return replace(
        event,
        provider_type=older.renamed(given) or event.provider_type,
        content=with_details(given, event.content),
    )


def _status(given: Element, batch: Batch) -> Event:
    return read_status(older.older_status(given), batch)
