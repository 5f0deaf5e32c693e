"""Addresses of files that whoever has one may fetch for a while, for providers that take links.

What one names is signed with a key derived from the secret key, so nobody makes one but us.
"""

from typing import Final, NamedTuple
from urllib.parse import quote

from inbox.access.signed import Signer
from inbox.domain.times import HOUR, MINUTE, SECOND, Micros

LINK_LIFETIME: Final[Micros] = 2 * HOUR
_SKEW: Final[Micros] = MINUTE


class LinkedFile(NamedTuple):
    digest: str
    mime: str


class FileLinks:
    def __init__(self, secret_key: bytes) -> None:
        self._signer = Signer(secret_key, "file links", "files")

    def path(self, digest: str, mime: str, name: str, now: Micros) -> str:
        """Of a file of ours; what it is called stands at the end, where some look for it."""
        ends = (now + LINK_LIFETIME) // SECOND * SECOND
        token = self._signer.signed({"sub": digest, "mime": mime}, ends)
        return f"/shared/{token}/{quote(name or 'file', safe='')}"

    def read(self, token: str, now: Micros) -> LinkedFile | None:
        """What it leads to, if it is ours and has not run out."""
        found = self._signer.read(token, "sub", "mime")
        if found is None:
            return None
        claims, ends = found
        alive = now < ends <= now + LINK_LIFETIME + _SKEW
        return LinkedFile(str(claims["sub"]), str(claims["mime"])) if alive else None
