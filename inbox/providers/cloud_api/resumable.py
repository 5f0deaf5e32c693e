"""Files given to Graph in a session, for a handle that other calls take (wire-formats B.6).

The session belongs to the token's own app, which Graph calls ``app``: no channel needs its id. A
session that was cut says how many bytes it has, and goes on from there.
"""

import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Final

import httpx
from msgspec.structs import replace

from inbox.domain.channels import Channel
from inbox.domain.language import N_
from inbox.domain.text import JsonObject, mapping, text
from inbox.providers.base import Http, Refused
from inbox.providers.calling import TIMEOUT, Answer, Call, Streamed, exchange
from inbox.providers.cloud_api.registration import graph_call
from inbox.providers.registration import Desk, RegistrationProblem, lacking
from inbox.providers.uploading import UPLOAD_SECONDS, OwnFile

TRIES: Final = 4

_SESSION: Final = re.compile(r"upload:[\w+/=:-]+(\?sig=[\w=%-]+)?", re.ASCII)
"""It becomes part of an address, so it may hold nothing that leads elsewhere."""
_PATIENCE: Final = httpx.Timeout(connect=10, read=60, write=60, pool=60)
_DESK: Final = Desk("Meta", N_("Check the access token: its app takes the file."), TIMEOUT)
_CUT: Final = RegistrationProblem(
    N_("Meta did not take the whole file"), N_("Nothing was saved. Try again in a minute.")
)


async def upload_for_handle(
    http: Http, channel: Channel, file: OwnFile
) -> str | RegistrationProblem:
    """The handle; done twice it does no harm."""
    session, offset = "", 0
    for _try in range(TRIES):
        if not session:
            begun = await _begun(http, channel, file)
            if isinstance(begun, RegistrationProblem):
                return begun
            session, offset = begun, 0
        told = await _brought(http, channel, session, file, offset)
        if isinstance(told, RegistrationProblem):
            return told
        if told is not None:
            return text(told.get("h")) or _DESK.strange()
        there = await _offset(http, channel, session)
        session = session if there is not None and there < file.size else ""
        offset = there or 0
    return _CUT


async def _begun(http: Http, channel: Channel, file: OwnFile) -> str | RegistrationProblem:
    call = graph_call(channel, ("app", "uploads"), "")
    if not isinstance(call, Refused):
        facts = {"file_length": str(file.size), "file_type": file.mime, "file_name": file.filename}
        call = replace(call, method="POST", url=call.url.copy_merge_params(facts))
    told = await _DESK.ask(http, call, channel.access_token.strip())
    if isinstance(told, RegistrationProblem):
        return told
    session = text(mapping(told).get("id")) or ""
    return session if _SESSION.fullmatch(session) else _DESK.strange()


async def _brought(
    http: Http, channel: Channel, session: str, file: OwnFile, offset: int
) -> JsonObject | RegistrationProblem | None:
    """None: it was cut, and some of it may be there."""
    call = _of_session(channel, session)
    if isinstance(call, Refused):
        return lacking(call)
    headers = {**call.headers, "file_offset": str(offset)}
    rest = Streamed(file.mime, file.size - offset, partial(_rest, file, offset))
    call = replace(call, method="POST", headers=headers, streamed=rest)
    answer = await exchange(http, call, _PATIENCE, UPLOAD_SECONDS)
    if not isinstance(answer, Answer) or answer.status >= 500:
        return None
    told = _DESK.judge(answer, channel.access_token.strip())
    return told if isinstance(told, RegistrationProblem) else mapping(told)


async def _offset(http: Http, channel: Channel, session: str) -> int | None:
    """How many bytes are there; None where it is not known."""
    told = await _DESK.ask(http, _of_session(channel, session), channel.access_token.strip())
    found = None if isinstance(told, RegistrationProblem) else mapping(told).get("file_offset")
    return found if isinstance(found, int) and found >= 0 else None


def _of_session(channel: Channel, session: str) -> Call | Refused:
    """A GET of it, with the token as only these calls want it."""
    call = graph_call(channel, ("app",), "")
    if isinstance(call, Refused):
        return call
    url = httpx.URL(f"{str(call.url).removesuffix('app')}{session}")
    return replace(call, url=url, headers={"authorization": f"OAuth {_token(call)}"})


def _token(call: Call) -> str:
    return call.headers["authorization"].removeprefix("Bearer ")


async def _rest(file: OwnFile, offset: int) -> AsyncIterator[bytes]:
    before = offset
    async for chunk in file.chunks():
        if len(chunk) > before:
            yield chunk[before:]
        before = max(0, before - len(chunk))
