"""Addresses in a provider's list of webhooks, whatever it is wrapped in.

None of these APIs documents what its list looks like, so every usual form is read, such as::

    [{"id": 7, "url": "https://…"}]
    {"data": [{"webhook": "https://…"}]}
    {"result": "[…]"}
"""

import json
from collections.abc import Iterator
from typing import Any

from inbox.domain.language import N_
from inbox.domain.text import JsonObject, identifier, text
from inbox.providers.registration import (
    SHOWN_LIMIT,
    URL_LIMIT,
    Desk,
    Registered,
    RegistrationProblem,
)

_DEEPEST = 4
_LISTS = (
    *("data", "webhooks", "webhook", "hooks", "endpoints", "details", "result", "results"),
    *("items", "records", "list", "response", "payload", "config", "body"),
)
_URLS = ("webhook", "url", "webhook_url", "webhookUrl", "webhooks", "endpoint", "callback_url")
_IDS = ("id", "_id", "webhook_id", "webhookId", "uuid")

UNTOLD = N_("Something is registered, but the answer does not tell its address.")


def read_listing(
    desk: Desk, told: JsonObject | list[Any] | RegistrationProblem
) -> list[Registered] | RegistrationProblem:
    """What the answer of ``desk`` says is registered; in doubt it says so, and is no failure."""
    if isinstance(told, RegistrationProblem):
        return told
    found = endpoints(told)
    return desk.untold() if found is None else found


def endpoints(told: Any) -> list[Registered] | None:
    """What is registered, once each; ``[]`` if nothing is. None: the answer says neither."""
    known = {(each.url, each.id): each for each in _endpoints(told, _DEEPEST)}
    if known:
        return list(known.values())[:SHOWN_LIMIT]
    return [] if _empty(told) else None


def _endpoints(told: Any, depth: int) -> Iterator[Registered]:
    told = _parsed(told)
    if depth == 0:
        return
    if isinstance(told, list):
        for each in told:
            if (url := _url(each)) is not None:
                yield Registered(url=url)
            elif isinstance(each, dict):
                yield from _listed(each, depth)
            else:
                yield from _endpoints(each, depth - 1)
    elif isinstance(told, dict):
        if (one := _endpoint(told)) is not None:
            yield one
        else:
            for name in _LISTS:
                yield from _endpoints(told.get(name), depth - 1)


def _listed(one: JsonObject, depth: int) -> Iterator[Registered]:
    """An element of a list: even one that tells no address shows that there is something."""
    found = list(_endpoints(one, depth - 1))
    yield from found
    if not found and _id(one) is not None:
        yield Registered(url=None, note=UNTOLD)


def _endpoint(one: JsonObject) -> Registered | None:
    url = next(filter(None, (_url(one.get(key)) for key in _URLS)), None)
    if url is None:
        return None
    return Registered(url=url, note=text(one.get("description"), 200) or "", id=_id(one))


def _id(one: JsonObject) -> str | None:
    return next(filter(None, (identifier(one.get(key)) for key in _IDS)), None)


def _url(value: object) -> str | None:
    found = text(value, URL_LIMIT) if isinstance(value, str) else None
    return found if found and "://" in found and found[:1] not in "[{" else None


def _empty(told: object) -> bool:
    """Whether the answer is an empty list, or has nothing where its list or address would be."""
    told = _parsed(told)
    if not isinstance(told, dict):
        return isinstance(told, list) and not told
    inner = [_parsed(told[name]) for name in (*_LISTS, *_URLS) if name in told]
    return not told or any(each in (None, {}, [], "") for each in inner)


def _parsed(value: Any) -> Any:
    """JSON in a string is what it says: WhatsAble writes lists so in its webhooks."""
    if not isinstance(value, str) or value[:1] not in ("[", "{"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value
