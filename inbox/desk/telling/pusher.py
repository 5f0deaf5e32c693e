"""Sends what devices are to be told, straight to the push service of each browser: no relay.

What goes out only that browser can read. An address is a stranger's word, so that where it may
lead is somebody else's to look at (``PushService``).
"""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final, Protocol

from sqlalchemy import Connection

from inbox.desk.telling.devices import DeviceRow, PushAnswer, note_answer
from inbox.desk.telling.encryption import PLAIN_LIMIT, as_base64, encrypted, of_base64
from inbox.desk.telling.pushes import HOLD, LONGEST, QUEUE, PushJob, claim, settle_push
from inbox.desk.telling.signing_key import PushSignature, kept_key, signing_key
from inbox.domain.times import MINUTE, SECOND, Micros
from inbox.storage.database import Database
from inbox.storage.drain import Drain
from inbox.storage.queue import Turn
from inbox.storage.secrets import Sealer
from inbox.storage.slots import Slots

log = logging.getLogger(__name__)

TTL: Final[Micros] = 30 * MINUTE
"""So long a push service keeps it for a device that is off."""


class PushService(Protocol):
    """Goes to where browsers are told, and nowhere else."""

    def takes(self, endpoint: str) -> bool:
        """Whether it would ask there at all."""

    async def post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> PushAnswer: ...


class Pusher(Drain[PushJob]):
    """``say`` gives what a browser is told, as JSON. ``busy``: whether a user is looking just
    now, in whatever process: the page before them tells them, and nothing else has to.
    """

    queue, claimed_for = QUEUE, HOLD
    slots = Slots(total=8, each=2)
    waits, idle_seconds = "devices are not told", 5.0

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        service: PushService,
        contact: str,
        say: Callable[[PushJob | None], str],
        busy: Callable[[str], Awaitable[bool]],
        now: Callable[[], Micros],
    ) -> None:
        super().__init__(database, now)
        self._sealer, self.service, self._contact = sealer, service, contact
        self._say, self._busy_user = say, busy
        self._signature: PushSignature | None = None
        self.ends: Counter[str] = Counter()
        """Tries by what came of them: told, seen, postponed, refused, gone."""

    async def run(self) -> None:
        """The key is there from the first start on."""
        await self.patiently(kept_key, self._sealer)
        await super().run()

    async def signature(self) -> PushSignature:
        if self._signature is None:
            key = await self._database.write(signing_key, self._sealer)
            self._signature = PushSignature(key, self._contact, self._now)
        return self._signature

    def claim(self, connection: Connection, turn: Turn) -> Sequence[PushJob]:
        return claim(connection, turn)

    async def work(self, item: PushJob) -> None:
        if await self._busy_user(item.device["user_id"]):
            self.ends["seen"] += 1
            await self.patiently(QUEUE.finish, item.claim)
            return
        answer = await self.push(item.device, self._say(item), topic_of(item))
        await self.patiently(settle_push, item, answer, self._now())
        end = _end(answer)
        self.ends[end] += 1
        if end != "told":
            facts = {"device_id": item.device["id"], "end": end, "status": answer.status}
            log.info("device not told", extra=facts | {"error": answer.error})

    async def test(self, device: DeviceRow) -> DeviceRow | None:
        """Tell it something just now; the device with what came of it."""
        answer = await self.push(device, self._say(None), "test")
        return await self._database.write(note_answer, device["id"], answer, self._now())

    async def push(self, device: DeviceRow, said: str, topic: str) -> PushAnswer:
        signature = await self.signature()
        headers = {
            "Authorization": signature.header(device["endpoint"]),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL // SECOND),
            "Topic": topic,
            "Urgency": "high",
        }
        keys = of_base64(device["p256dh"]), of_base64(device["auth"])
        body = encrypted(said.encode()[:PLAIN_LIMIT], *keys)
        answer = await self.service.post(device["endpoint"], body, headers)
        if answer.retry_after is not None:
            return answer._replace(retry_after=min(answer.retry_after, LONGEST))
        return answer


def topic_of(job: PushJob) -> str:
    """A push service keeps the newest of a topic; it has 32 letters at most and tells nothing."""
    return as_base64(sha256("/".join(job.claim.key).encode()).digest())[:32]


def _end(answer: PushAnswer) -> str:
    if answer.taken:
        return "told"
    if answer.gone:
        return "gone"
    later = answer.retry_after is not None or answer.status is None or answer.status >= 500
    return "postponed" if later else "refused"
