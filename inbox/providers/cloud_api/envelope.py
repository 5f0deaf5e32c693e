"""A Meta webhook body becomes events, in document order (wire-formats A and F).

Pure, and it never raises: whatever one element does, its siblings are read.
"""

from collections.abc import Callable
from typing import NamedTuple

from inbox.domain.events import AccountNews, Direction, Event, Ignored, Misread
from inbox.domain.text import JsonObject, identifier, mapping, mappings
from inbox.domain.times import Micros
from inbox.providers.cloud_api import calls, user_ids
from inbox.providers.cloud_api.account_news import sentence_of
from inbox.providers.cloud_api.messages import Batch, message_event, moment
from inbox.providers.cloud_api.people import NamedPeople
from inbox.providers.cloud_api.statuses import error_event, read_status
from inbox.providers.cloud_api.template_news import read_template_news

OBJECT = "whatsapp_business_account"

_FIELDS: dict[str, tuple[str, Direction]] = {
    "messages": ("messages", "in"),
    "message_echoes": ("message_echoes", "out"),
    "smb_message_echoes": ("message_echoes", "out"),
}
"""The fields that may move messages and ticks: ``calls`` has a ``statuses`` array as well."""

Element = JsonObject
Reader = Callable[[Element, Batch], Event]


def normalise(body: JsonObject, now: Micros) -> list[Event]:
    if body.get("object") != OBJECT:
        return [Ignored(reason="object")]
    events: list[Event] = []
    for entry in mappings(body.get("entry")):
        for change in mappings(entry.get("changes")):
            try:
                told = EntryHead(moment(entry.get("time"), now), identifier(entry.get("id")))
                _change(change, now, events, told)
            except Exception as fault:  # as below; what was read before the surprise is kept
                events.append(Misread.of(fault))
    return events


class EntryHead(NamedTuple):
    """When Meta sent it, and of which account: what only news of an account lack elsewhere."""

    at: Micros | None
    business_account: str | None


def _change(change: Element, now: Micros, events: list[Event], told: EntryHead) -> None:
    value = mapping(change.get("value"))
    account = identifier(mapping(value.get("metadata")).get("phone_number_id"))
    field = change.get("field")
    if field == calls.FIELD:
        people = NamedPeople(value.get("contacts"), len(mappings(value.get("calls"))))
        called = calls.read_calls(value, Batch(account, now, "in", people))
        events.extend(called or [Ignored(reason="field", field=calls.FIELD, account=account)])
        return
    if field == user_ids.FIELD:
        renamed = user_ids.read_user_ids(value, account, now)
        events.extend(renamed or [Ignored(reason="field", field=field, account=account)])
        return
    if not isinstance(field, str) or field not in _FIELDS:
        events.append(_other(field, value, account, told))
        return
    name, direction = _FIELDS[field]
    messages = mappings(value.get(name))
    batch = Batch(account, now, direction, NamedPeople(value.get("contacts"), len(messages)))
    events.extend(each(message_event, messages, batch))
    events.extend(each(read_status, mappings(value.get("statuses")), batch))
    events.extend(each(error_event, mappings(value.get("errors")), batch))


def _other(field: object, value: Element, account: str | None, told: EntryHead) -> Ignored:
    name, at = identifier(field), told.at
    if name and (news := read_template_news(name, value, at, told.business_account)):
        return news
    sentence = sentence_of(field, value) if isinstance(field, str) else None
    if sentence is None:
        return Ignored(reason="field", field=name, account=account)
    return AccountNews(reason="field", field=name, account=account, ts=at, sentence=sentence)


def each(read: Reader, elements: list[Element], batch: Batch) -> list[Event]:
    """The event of every element, in order; one on which a reader stumbles is ``Misread``."""
    found: list[Event] = []
    for element in elements:
        try:
            found.append(read(element, batch))
        except Exception as fault:  # a surprise in one element must not lose its siblings
            found.append(Misread.of(fault, batch.account))
    return found
