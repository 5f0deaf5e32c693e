"""How a script directs a sandbox: through the API of a server, or as commands of this machine."""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol, TypedDict

import httpx
import msgspec

from inbox.channels import store
from inbox.commands.context import CommandContext
from inbox.commands.perform import A, Work, perform
from inbox.config import Settings
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.text import JsonObject
from inbox.rehearsal import rehearsals
from inbox.rehearsal.conduct import Conduct
from inbox.server.failure import Failure


class BegunRehearsal(TypedDict):
    """What a pretend provider needs to speak to the sandbox that it plays."""

    id: str
    channel_id: str
    webhook_path: str
    secret: str
    account: str


class Stage(Protocol):
    """Where a script is played."""

    async def begin(self, channel: str, seconds: int) -> BegunRehearsal:
        """``channel``: the id or the name of a sandbox; empty: the only one."""

    async def direct(self, begun: BegunRehearsal, conduct: Conduct) -> None: ...

    async def end(self, begun: BegunRehearsal) -> None: ...


def chosen_sandbox(known: Sequence[tuple[str, str]], wanted: str) -> str:
    """The id of one of these, of which each has an id and a name; raises ``Invalid``."""
    found = [one for one, name in known if wanted in ("", one, name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(name for _id, name in known)
    if not known:
        words = _("There is no sandbox: inbox channel add Trial --provider sandbox.")
    elif wanted:
        words = _(
            "There is not one sandbox %(wanted)s; there are %(names)s.", wanted=wanted, names=names
        )
    else:
        words = _("There are several sandboxes, name one with channel: %(names)s.", names=names)
    raise Invalid("channel", words)


async def begin_run(context: CommandContext, *, channel: str, seconds: str) -> BegunRehearsal:
    listed = await context.database.read(store.listing, context.sealer)
    sandboxes = {one.id: one for one in listed if one.provider == "sandbox"}
    known = [(one.id, one.name) for one in sandboxes.values()]
    found = sandboxes[chosen_sandbox(known, channel)]
    now = context.now()
    work = rehearsals.begin_rehearsal
    begun = await context.database.write(work, found.id, int(seconds), now)
    return {
        "id": begun.id,
        "channel_id": found.id,
        "webhook_path": f"/webhooks/{found.key}",
        "secret": found.secret,
        "account": found.account or "",
    }


class Nothing(TypedDict):
    """Nothing is to be told."""


async def direct_run(
    context: CommandContext, *, channel: str, rehearsal: str, conduct: str
) -> Nothing:
    """``conduct`` as JSON."""
    asked = msgspec.json.decode(conduct, type=Conduct)
    await context.database.write(
        rehearsals.direct_rehearsal, channel, rehearsal, asked, context.now()
    )
    return {}


async def end_run(context: CommandContext, *, channel: str, rehearsal: str) -> Nothing:
    await context.database.write(rehearsals.end_rehearsal, channel, rehearsal)
    return {}


class StageHere:
    """On this machine, whose secret key is proof enough."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def begin(self, channel: str, seconds: int) -> BegunRehearsal:
        asked = {"channel": channel, "seconds": str(seconds)}
        return await self._do("sandbox begin", begin_run, asked)

    async def direct(self, begun: BegunRehearsal, conduct: Conduct) -> None:
        told = msgspec.json.encode(conduct).decode()
        asked = {"channel": begun["channel_id"], "rehearsal": begun["id"], "conduct": told}
        await self._do("sandbox direct", direct_run, asked)

    async def end(self, begun: BegunRehearsal) -> None:
        asked = {"channel": begun["channel_id"], "rehearsal": begun["id"]}
        await self._do("sandbox end", end_run, asked)

    async def _do(self, name: str, work: Work[A], asked: dict[str, str]) -> A:
        """Beside this loop, as a command has one of its own."""
        return await asyncio.to_thread(lambda: perform(self._settings, name, work, **asked))


class StageThere:
    """By the API of a server, with the token of an admin."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def begin(self, channel: str, seconds: int) -> BegunRehearsal:
        listed = (await self._ask("GET", "/api/v1/channels"))["data"]
        known = [(one["id"], one["name"]) for one in listed if one["provider"] == "sandbox"]
        try:
            found = chosen_sandbox(known, channel)
        except Invalid as invalid:
            raise Failure(str(invalid)) from None
        path = f"/api/v1/channels/{found}/rehearsals"
        told: BegunRehearsal = await self._ask("POST", path, {"seconds": seconds})
        return told

    async def direct(self, begun: BegunRehearsal, conduct: Conduct) -> None:
        await self._ask("PUT", _path(begun), msgspec.to_builtins(conduct))

    async def end(self, begun: BegunRehearsal) -> None:
        await self._ask("DELETE", _path(begun))

    async def _ask(self, method: str, path: str, body: JsonObject | None = None) -> Any:
        """The answer; raises ``Failure`` with the server's own sentence."""
        try:
            answer = await self._http.request(method, path, json=body)
            if answer.is_success:
                return answer.json() if answer.content else None
            told = answer.json()["detail"]
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            words = _("%(url)s does not answer: %(error)s", url=self._http.base_url, error=error)
            raise Failure(words) from None
        except (ValueError, LookupError, TypeError):
            told = _("it answered %(status)s", status=answer.status_code)
        raise Failure(_("%(url)s refuses: %(told)s", url=self._http.base_url, told=told))


def _path(begun: BegunRehearsal) -> str:
    return f"/api/v1/channels/{begun['channel_id']}/rehearsals/{begun['id']}"
