"""Whether a token and a number are what they should be, asked before they are saved.

A refusal that is certain names the field that it is about; whatever else goes wrong says nothing
of the number, so it is saved all the same and may be checked again.
"""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from msgspec import Struct

from inbox.domain.channels import Channel
from inbox.domain.language import _
from inbox.domain.stored import Quality
from inbox.providers.base import FieldName
from inbox.providers.registration import Registrar, RegistrationProblem

PATIENCE = httpx.Timeout(connect=4, read=6, write=4, pool=4)
DEADLINE = 8.0
"""Seconds for all of it: an admin waits."""


class NumberKnown(Struct, frozen=True, kw_only=True):
    """The provider let us in. ``phone``: digits. What it does not tell is None."""

    name: str | None = None
    phone: str | None = None
    quality: Quality | None = None


class Rejected(Struct, frozen=True):
    """What was entered into ``field`` certainly does not work, and why."""

    field: FieldName
    reason: str


class Unchecked(Struct, frozen=True):
    """The provider did not say, and why not."""

    reason: str


CheckResult = NumberKnown | Rejected | Unchecked
NumberQuestion = Callable[[httpx.AsyncClient, Channel], Awaitable[CheckResult]]
"""Asks a provider about a channel that has a token; never raises for what a network can do."""


async def within(check: NumberQuestion, http: httpx.AsyncClient, channel: Channel) -> CheckResult:
    try:
        async with asyncio.timeout(DEADLINE):
            return await check(http, channel)
    except TimeoutError:
        return Unchecked(_("The provider did not answer in time."))


class ByListing(Struct, frozen=True):
    """For systems that tell nothing of a number: who lets us list the webhooks knows the key."""

    registrar: Registrar

    async def __call__(self, http: httpx.AsyncClient, channel: Channel) -> CheckResult:
        found = await self.registrar.registered(http, channel)
        if not isinstance(found, RegistrationProblem):
            return NumberKnown()
        words = f"{found.title}. {found.todo}"
        return Rejected("access_token", words) if found.shut else Unchecked(words)
