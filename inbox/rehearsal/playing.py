"""A run: the steps of a script one after the other, until one of them fails."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final

from msgspec import Struct, field

from inbox.domain.content import Problem
from inbox.domain.language import _
from inbox.domain.text import JsonObject, mapping
from inbox.domain.times import SECOND, Micros
from inbox.providers.sandbox import Customer, PhoneUnreachable, PretendPhone, new_wamid
from inbox.rehearsal.conduct import Conduct
from inbox.rehearsal.script import (
    Expects,
    FeedEvent,
    Reports,
    Says,
    Script,
    ScriptStep,
    WantedAnswer,
)
from inbox.rehearsal.tape import HeardMessage, Tape, ToldEvent, fits, happened
from inbox.trial import answers, samples

_SHOWN: Final = 3
"""So many of what came instead are told."""

Direct = Callable[[Conduct], Awaitable[None]]


class StepFailed(Exception):
    """The sentence says what was expected and what came instead."""


class StepOutcome(Struct, frozen=True):
    """How a step ended: ``failure`` is None where it did what it should."""

    number: int
    line: int
    title: str
    seconds: float = 0.0
    failure: str | None = None
    skipped: bool = False


class Run(Struct, kw_only=True):
    """``direct`` tells the pretend provider what to do; ``now`` is the wall clock."""

    script: Script
    phone: PretendPhone
    tape: Tape
    direct: Direct
    now: Callable[[], Micros]
    _seen: dict[str, int] = field(default_factory=dict)
    """Of each customer, how many answers are behind the last that was expected."""
    _wamids: dict[str, str] = field(default_factory=dict)
    """The last text of each customer, by the provider's id."""
    _latest: dict[str, Micros] = field(default_factory=dict)

    async def play(self) -> AsyncIterator[StepOutcome]:
        """Each step's outcome as it ends; what is behind one that failed is skipped."""
        loop = asyncio.get_running_loop()
        deadline, failed = loop.time() + self.script.timeout, False
        for at, step in enumerate(self.script.steps):
            told = StepOutcome(at + 1, self.script.lines[at], step_title(step), skipped=failed)
            if failed:
                yield told
                continue
            began = time.monotonic()
            failure = await self._tried(step, deadline)
            failed = failure is not None
            spent = time.monotonic() - began
            yield StepOutcome(told.number, told.line, told.title, spent, failure)

    async def _tried(self, step: ScriptStep, deadline: float) -> str | None:
        try:
            async with asyncio.timeout_at(deadline):
                await self._do(step)
        except TimeoutError:
            seconds = f"{self.script.timeout:g}"
            return _("the run took longer than %(seconds)s s", seconds=seconds)
        except (StepFailed, PhoneUnreachable) as failed:
            return str(failed)
        return None

    async def _do(self, step: ScriptStep) -> None:
        match step:
            case ScriptStep(customer=Says() as says):
                await self._customer(says)
            case ScriptStep(provider=Conduct() as conduct):
                await self.direct(conduct)
            case ScriptStep(status=Reports() as reports):
                await self._status(reports)
            case ScriptStep(expect=Expects() as expects):
                await self._expect(expects)
            case ScriptStep(wait=float() as seconds):
                await asyncio.sleep(seconds)

    # The customer -------------------------------------------------------------------------

    async def _customer(self, says: Says) -> None:
        """In webhooks of their own or in one; a webhook may come several times."""
        who = self.script.customer(says.who)
        made: list[JsonObject] = []
        uttered = await self._said(says, who)
        for said, at in zip(uttered, self._times(says, len(uttered)), strict=True):
            wamid = new_wamid()
            made.append(who.message(wamid, said, at))
            if said["type"] == "text":
                self._wamids[self.script.named(says.who)] = wamid
        batches = [made] if says.arrive == "together" else [[one] for one in made]
        for batch in reversed(batches) if says.arrive == "reversed" else batches:
            for _time in range(says.times):
                await self.phone.post(contacts=[who.contact()], messages=batch)

    def _times(self, says: Says, number: int) -> list[Micros]:
        """When they were written: the whole seconds of WhatsApp's must tell those apart that come
        the wrong way round, and nothing is older than what the customer wrote before it."""
        named, apart = self.script.named(says.who), SECOND if says.arrive == "reversed" else 0
        first = self.now() - round(says.age * SECOND) - (number - 1) * apart
        if not says.age:
            first = max(first, self._latest.get(named, 0) + apart)
        times = [first + each * apart for each in range(number)]
        self._latest[named] = times[-1]
        return times

    async def _said(self, says: Says, who: Customer) -> list[JsonObject]:
        """As Meta spells what the customer does."""
        match says.does:
            case "text":
                texts = says.text if isinstance(says.text, list) else [says.text or ""]
                return [_text(one) for one in texts]
            case "image" | "video" | "audio" | "document" | "sticker" as kind:
                return [await _file(kind, getattr(says, kind))]
            case "location":
                return [_place(says)]
            case "contact":
                empty = dict.fromkeys(("id", "title", "description", "wamid"), "")
                card = {"kind": "contact", **empty}
                return [answers.pressed(card, wa_id=who.wa_id, name=who.name) or {}]
            case "sample":
                return [samples.sample_message(says.sample or "", samples.Talk())]
            case "edit" | "delete":
                return [self._changed(says)]
            case "quote":
                return [_text(says.quote or "") | {"context": {"id": await self._ours(says.who)}}]
            case "react":
                named = {"message_id": await self._ours(says.who), "emoji": says.react}
                return [{"type": "reaction", "reaction": named}]
            case _:
                return [await self._pressed(says, who)]

    def _changed(self, says: Says) -> JsonObject:
        """An edit or a deletion of their last text."""
        wamid = self._wamids.get(self.script.named(says.who))
        if wamid is None:
            raise StepFailed(_("this customer has written no text yet"))
        if says.edit is None:
            return {"type": "revoke", "revoke": {"original_message_id": wamid}}
        new = _text(says.edit)
        return {"type": "edit", "edit": {"original_message_id": wamid, "message": new}}

    async def _ours(self, who: str) -> str:
        """The provider's id of our last message to them."""
        heard = await self._last(who)
        wamid = await self.tape.until(lambda: heard.wamid, self.script.within)
        if wamid is None:
            raise StepFailed(
                _("“%(words)s” has no id of the provider’s", words=_short(heard.words))
            )
        return wamid

    async def _last(self, who: str, of: str = "") -> HeardMessage:
        customer = self.script.customer(who)

        def found() -> HeardMessage | None:
            said = [one for one in self.tape.to(customer) if of in one.words]
            return said[-1] if said else None

        heard = await self.tape.until(found, self.script.within)
        if heard is None:
            raise StepFailed(_("there is no answer that this could be about"))
        return heard

    async def _pressed(self, says: Says, who: Customer) -> JsonObject:
        title = says.press or ""

        def found() -> HeardMessage | None:
            offers = [one for one in self.tape.to(who) if title in one.choices]
            return offers[-1] if offers else None

        offer = await self.tape.until(found, self.script.within)
        if offer is None:
            known = [name for one in self.tape.to(who) for name in one.choices]
            came = _told(known) or _("nothing to press")
            raise StepFailed(_("no “%(title)s” to press; came: %(came)s", title=title, came=came))
        chosen = dict.fromkeys(("id", "title", "description"), "")
        told = {name: str(value or "") for name, value in offer.choices[title].items()}
        whole = {**chosen, **told, "wamid": await self._wamid(offer)}
        return answers.pressed(whole, wa_id=who.wa_id, name=who.name) or {}

    async def _wamid(self, heard: HeardMessage) -> str:
        return await self.tape.until(lambda: heard.wamid, self.script.within) or ""

    # The provider ---------------------------------------------------------------------------

    async def _status(self, reports: Reports) -> None:
        """Of a message that got no answer, by the name that we gave it, under an id of its own."""
        who = self.script.customer(reports.who)
        heard = await self._last(reports.who, reports.of)
        await self.tape.until(
            lambda: heard.wamid or ("failed" in heard.statuses) or None, self.script.within
        )
        heard.wamid = heard.wamid or new_wamid()
        statuses = [reports.status] if isinstance(reports.status, str) else reports.status
        for status in statuses:
            error: Problem | None = None
            if status == "failed":
                error = {"code": reports.code, "title": "An error that a script asked for"}
            receipt = who.receipt(heard.wamid, status, self.now(), error, heard.id)
            for _time in range(reports.times):
                await self.phone.post(statuses=[receipt])

    # What has to come -----------------------------------------------------------------------

    async def _expect(self, expects: Expects) -> None:
        within = self.script.within if expects.within is None else expects.within
        match expects.what:
            case "answer":
                wanted = expects.answer
                answer = (
                    WantedAnswer(text=wanted)
                    if isinstance(wanted, str)
                    else wanted or WantedAnswer()
                )
                await self._answer(expects.who, answer, within)
            case "status":
                await self._stands(expects, within)
            case "event":
                named = expects.event
                event = FeedEvent(type=named) if isinstance(named, str) else named
                assert event is not None, "it is what is expected"
                await self._event(event, within)
            case _:
                await self._quiet(expects.who, expects.quiet or 0)

    def _unseen(self, who: str) -> list[HeardMessage]:
        return self.tape.to(self.script.customer(who))[self._seen.get(self.script.named(who), 0) :]

    async def _answer(self, who: str, wanted: WantedAnswer, within: float) -> None:
        def found() -> int | None:
            unseen = self._unseen(who)
            return next((at for at, one in enumerate(unseen) if fits(one, wanted)), None)

        at = await self.tape.until(found, within)
        if at is None:
            came = _told([one.words for one in self._unseen(who)])
            raise StepFailed(_missed(_("no such answer"), within, came))
        named = self.script.named(who)
        self._seen[named] = self._seen.get(named, 0) + at + 1

    async def _stands(self, expects: Expects, within: float) -> None:
        """Of the last answer, or of one that comes."""
        who = self.script.customer(expects.who)
        status = expects.status or ""

        def found() -> HeardMessage | None:
            said = self.tape.to(who)
            one = said[-1] if said else None
            coded = one and (expects.code is None or expects.code in one.codes)
            return one if one and status in one.statuses and coded else None

        if await self.tape.until(found, within) is None:
            said = self.tape.to(who)
            stood = said[-1] if said else None
            facts = [*stood.statuses, *map(str, stood.codes)] if stood else []
            came = ", ".join(dict.fromkeys(facts))
            raise StepFailed(_missed(_("it did not become %(one)s", one=status), within, came))

    async def _event(self, wanted: FeedEvent, within: float) -> None:
        def found() -> ToldEvent | None:
            return next((one for one in self.tape.events if happened(one, wanted)), None)

        if await self.tape.until(found, within) is None:
            alike = [one.payload for one in self.tape.events if one.type == wanted.type]
            told = [json.dumps({n: one.get(n) for n in wanted.payload}) for one in alike[-_SHOWN:]]
            came = ", ".join(told if alike else dict.fromkeys(e.type for e in self.tape.events))
            raise StepFailed(_missed(_("no such event"), within, came))

    async def _quiet(self, who: str, seconds: float) -> None:
        came = await self.tape.until(lambda: next(iter(self._unseen(who)), None), seconds)
        if came is not None:
            words = _short(came.words)
            raise StepFailed(_("an answer came although none was to: “%(words)s”", words=words))


def _missed(what: str, within: float, came: str) -> str:
    facts = {"what": what, "within": f"{within:g}", "came": came or _("nothing")}
    return _("%(what)s within %(within)s s; came instead: %(came)s", **facts)


def _told(words: list[str]) -> str:
    return ", ".join(f"“{_short(one)}”" for one in words[-_SHOWN:])


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 80 else f"{flat[:79]}…"


def _text(body: str) -> JsonObject:
    return {"type": "text", "text": {"body": body}}


async def _file(kind: str, caption: str) -> JsonObject:
    """The sample of its kind; a caption where customers can write one."""
    made = await asyncio.to_thread(samples.sample_message, kind, samples.Talk())
    facts = {name: value for name, value in mapping(made[kind]).items() if name != "caption"}
    captioned = caption and kind in ("image", "video", "document")
    return {**made, kind: facts | ({"caption": caption} if captioned else {})}


def _place(says: Says) -> JsonObject:
    place = says.location
    if place is None or isinstance(place, str):
        return {"type": "location", "location": samples.PLACE}
    told = {"latitude": place.latitude, "longitude": place.longitude}
    named = {"name": place.name, "address": place.address}
    return {"type": "location", "location": told | {n: v for n, v in named.items() if v}}


def step_title(step: ScriptStep) -> str:
    """What reports call it: its own name, or what it does."""
    if step.name:
        return step.name
    match step:
        case ScriptStep(customer=Says() as says):
            return f"customer {says.does}"
        case ScriptStep(provider=Conduct() as conduct):
            return f"provider {conduct.answer}"
        case ScriptStep(status=Reports() as reports):
            one = reports.status
            return f"status {one if isinstance(one, str) else ', '.join(one)}"
        case ScriptStep(expect=Expects() as expects):
            return f"expect {expects.what}{_wanted(expects)}"
    return "wait"


def _wanted(expects: Expects) -> str:
    match expects.what:
        case "status":
            return f" {expects.status}" + (f" {expects.code}" if expects.code is not None else "")
        case "event":
            return f" {getattr(expects.event, 'type', expects.event)}"
        case "answer":
            said = expects.answer
            if isinstance(said, WantedAnswer):
                said = said.text or (said.pattern and f"/{said.pattern.pattern}/") or said.type
            return f" “{_short(said)}”" if said else ""
    return ""
