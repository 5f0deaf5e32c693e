"""Test webhooks are known as ours in whichever process they arrive: by a proof in a header.

They go the way of all webhooks, but say nothing of the provider: a channel is not connected by
them. Nobody else can claim that, as the proof needs the secret key.
"""

import hmac
from collections.abc import Mapping
from typing import Final

from inbox.storage.secrets import derive_key

HEADER: Final = "x-inbox-test"


class OwnSamples:
    def __init__(self, key: bytes) -> None:
        self._key = derive_key(key, "own samples")

    def marked(self, body: bytes) -> dict[str, str]:
        """The header to send it with."""
        return {HEADER: self._proof(body)}

    def holds(self, headers: Mapping[str, str], body: bytes) -> bool:
        given = headers.get(HEADER)
        return given is not None and hmac.compare_digest(given.encode(), self._proof(body).encode())

    def _proof(self, body: bytes) -> str:
        return hmac.new(self._key, body, "sha256").hexdigest()
