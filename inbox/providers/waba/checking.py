"""Clients of long ago send only to whom they have looked up: else 1006, unknown contact (C.4).

Nothing was sent then, so the customer is looked up and the message tried once more, to the id
under which WhatsApp knows the number. Newer clients never ask for it.
"""

import asyncio
from collections.abc import Callable

import httpx
from msgspec.structs import replace

from inbox.domain.language import N_
from inbox.domain.phone import number
from inbox.domain.text import mappings
from inbox.providers import errors
from inbox.providers.base import Accepted, Refused, SendResult
from inbox.providers.calling import Answer, Call, exchange, tried
from inbox.providers.verdicts import answer_object

UNKNOWN_CONTACT = 1006
_NO_USER = 1013

_PATIENCE = 5.0
"""Seconds that the refusal may have taken, and that looking up may take: with the second try it all
has to end within the time of one send."""
_STILL_LOOKING = Refused(
    N_("WhatsApp is still looking up this customer"), errors.PASSES, UNKNOWN_CONTACT, retry_after=5
)


async def once_looked_up(
    http: httpx.AsyncClient,
    call: Call,
    patience: httpx.Timeout,
    judge: Callable[[Answer], SendResult],
) -> SendResult:
    """The send ``call`` of an older client's form, with one more try if it has to look up first."""
    clock = asyncio.get_running_loop().time
    began = clock()
    result = await tried(http, call, patience, judge)
    if not (isinstance(result, Refused) and result.code == UNKNOWN_CONTACT and call.body):
        return result
    if clock() - began > _PATIENCE:
        return _STILL_LOOKING
    wa_id = await _looked_up(http, call, str(call.body["to"]), patience, result)
    if isinstance(wa_id, Refused):
        return wa_id
    again = replace(call, body={**call.body, "to": wa_id})
    result = await tried(http, again, patience, judge)
    if isinstance(result, Accepted) and wa_id != call.body["to"]:
        return replace(result, wa_id=wa_id)
    return result


async def _looked_up(
    http: httpx.AsyncClient, call: Call, recipient: str, patience: httpx.Timeout, refused: Refused
) -> str | Refused:
    """The customer's wa_id, or why there is none; ``refused`` if the answer says neither."""
    path = call.url.path.removesuffix("/messages") + "/contacts"
    asked = {"blocking": "wait", "contacts": [f"+{recipient}"], "force_check": False}
    try:
        async with asyncio.timeout(_PATIENCE):
            url = call.url.copy_with(path=path)
            answer = await exchange(http, replace(call, url=url, body=asked), patience)
    except TimeoutError:
        return _STILL_LOOKING
    if not isinstance(answer, Answer):
        return _STILL_LOOKING
    for contact in mappings(answer_object(answer).get("contacts"))[:1]:
        found = number(contact.get("wa_id"))
        match contact.get("status"):
            case "valid" if found.phone and found.wa_id:
                return found.wa_id
            case "processing":
                return _STILL_LOOKING
            case "invalid":
                problem = errors.explain(_NO_USER, None, None)
                return Refused(problem["title"], problem["detail"], _NO_USER)
    return refused
