"""A test webhook goes the way of all webhooks, and each step says how it went.

The provider's own sample, with a right proof, to the address that the provider calls. It tells
of nothing that an agent would see: a made-up customer would ring at every desk, and what is on
other people's screens cannot be taken back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Literal, NamedTuple

import httpx

from inbox.channels.news import tell_health
from inbox.domain.addresses import first
from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.feed.log import head
from inbox.providers.authenticity import prove
from inbox.providers.registry import provider_named, scheme_of
from inbox.receiving.log_shapes import AwaitedEntry
from inbox.receiving.lookup import entry_of_body
from inbox.storage.database import Connection
from inbox.web.context import AppContext

SECONDS = 10.0
LOOK_SECONDS = 0.05


class Step(NamedTuple):
    name: str
    state: Literal["good", "bad", "skipped"]
    words: str
    link: str = ""
    """What it made: its entry in the webhook log."""


NAMES = (N_("Reached"), N_("Authentic"), N_("Stored"), N_("Applied"), N_("Seen"))


async def try_out(at: AppContext, app: Any, channel: Channel) -> list[Step]:
    """All five steps, in order; after the first that fails the others are skipped."""
    steps: list[Step] = []
    try:
        async with asyncio.timeout(3 * SECONDS):
            async for step in _steps(at, app, channel):
                steps.append(step)  # noqa: PERF401 - those before a timeout are kept
    except TimeoutError:
        steps.append(Step(NAMES[len(steps)], "bad", _("That took too long. See the status page.")))
    rest = [Step(name, "skipped", _("Not tried.")) for name in NAMES[len(steps) :]]
    return steps + rest


async def _steps(at: AppContext, app: Any, channel: Channel) -> AsyncIterator[Step]:
    body = provider_named(channel.provider).sample(channel, at.now())
    scheme = scheme_of(channel)
    path = f"/webhooks/{channel.key}"
    found = await _sent(at, app, channel, path, body)
    yield found.step
    if found.answer is None:
        return
    status, words = found.answer.status_code, found.answer.text[:200]
    if status != 200:
        # Noted within the next half a second, as all that is refused.
        refused = f"/settings/webhook-log?channel={channel.id}&state=refused"
        yield Step(
            _("Authentic"),
            "bad",
            _("It was answered %(status)s: %(words)s", status=status, words=words),
            refused,
        )
        return
    proved = prove(scheme, channel.secret, body)
    how = (
        _("Proved by %(known)s.", known=", ".join(proved))
        if proved
        else _("By the secret address alone.")
    )
    yield Step(_("Authentic"), "good", how)
    entry = await at.database.read(entry_of_body, channel.id, body)
    if entry is None:
        yield Step(_("Stored"), "bad", _("It was answered 200, and is not in the journal."))
        return
    kept = f"/settings/webhook-log/{entry['id']}"
    yield Step(_("Stored"), "good", _("In the journal, byte for byte."), kept)
    entry = await _applied(at, channel, body, entry)
    if entry["state"] != "applied":
        told = entry["error"] or _("It still waits. See the status page.")
        yield Step(_("Applied"), "bad", told, kept)
        return
    yield Step(_("Applied"), "good", _("Read and applied; it tells of nobody's message."))
    seq = await at.database.write(_tell, at, channel)
    while at.hub.head < seq:
        await at.hub.moved()
    yield Step(
        _("Seen"), "good", _("Told to every open page, as event %(seq)s of the feed.", seq=seq)
    )


class _Sent(NamedTuple):
    step: Step
    answer: httpx.Response | None


async def _sent(at: AppContext, app: Any, channel: Channel, path: str, body: bytes) -> _Sent:
    proof = prove(scheme_of(channel), channel.secret, body)
    headers = {"content-type": "application/json"} | at.samples.marked(body) | proof
    if channel.allowed:
        # From this machine the allow-list would refuse it, and rightly.
        address = first(channel.allowed)
        async with _within(app, address) as http:
            answer = await http.post(f"http://inbox.invalid{path}", content=body, headers=headers)
        words = _(
            "Given to the server as if from %(address)s: the allow-list would refuse us.",
            address=address,
        )
        return _Sent(Step(_("Reached"), "good", words), answer)
    told = ""
    for base in dict.fromkeys((at.public_url, at.settings.local_url)):
        try:
            answer = await at.http.post(base + path, content=body, headers=headers, timeout=SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            told = _("%(base)s did not answer (%(name)s). ", base=base, name=type(error).__name__)
            continue
        state: Literal["good", "bad"] = "bad" if told else "good"
        return _Sent(Step(_("Reached"), state, f"{told}{base} answered."), answer)
    return _Sent(Step(_("Reached"), "bad", told.strip()), None)


@asynccontextmanager
async def _within(app: Any, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client that posts to the application itself, as somebody at this address."""
    transport = httpx.ASGITransport(app=app, client=(address, 0))
    async with httpx.AsyncClient(transport=transport) as http:
        yield http


async def _applied(
    at: AppContext, channel: Channel, body: bytes, entry: AwaitedEntry
) -> AwaitedEntry:
    """The entry when it is applied or failed, or as it is when the time is up."""
    end = asyncio.get_running_loop().time() + SECONDS
    while entry["state"] == "pending" and asyncio.get_running_loop().time() < end:
        await asyncio.sleep(LOOK_SECONDS)
        again = await at.database.read(entry_of_body, channel.id, body)
        entry = again or entry
    return entry


def _tell(connection: Connection, at: AppContext, channel: Channel) -> int:
    """Publish the channel as it is now; the number of that event."""
    tell_health(connection, [channel], at.now())
    return head(connection)
