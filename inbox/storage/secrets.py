"""Secrets at rest: sealed with a key that lives outside the database."""

import contextlib
import hashlib
import json
import os
import secrets
import tempfile
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_FILE = "secret.key"


class WrongKey(RuntimeError):
    """What is stored was sealed with another ``INBOX_SECRET_KEY``."""


def secret_key(configured: str, data_dir: Path) -> bytes:
    """The configured key, or the one made once in the data directory for its owner alone."""
    if configured:
        return configured.encode()
    path = data_dir / KEY_FILE
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        _make_key(path)
    return path.read_bytes().strip()


def _make_key(path: Path) -> None:
    """Written aside and linked into place: who reads it at the same moment finds all or nothing."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()


def derive_key(key: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose, so that no two uses share a key."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key)


def token_digest(token: str) -> str:
    """What is kept of a token: enough to recognise it, not enough to use it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """256 random bits for a cookie, an API token or a secret address."""
    return secrets.token_urlsafe(32)


KEPT_OPEN: Final = 512
"""Secrets of so many channels and endpoints stay open in memory, as those in use are anyhow."""


class Sealer:
    """Encrypts small JSON objects for the database."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(urlsafe_b64encode(derive_key(key, "channel secrets")))
        # The same few are opened at every change of a channel and at every post of an endpoint.
        self._opened = lru_cache(KEPT_OPEN)(self._open)

    def seal(self, value: Mapping[str, object]) -> str:
        return self._fernet.encrypt(json.dumps(value).encode()).decode()

    def open(self, sealed: str) -> Any:
        """Raises ``WrongKey``."""
        return json.loads(self._opened(sealed))

    def _open(self, sealed: str) -> bytes:
        try:
            return self._fernet.decrypt(sealed.encode())
        except InvalidToken:
            raise WrongKey(
                "The channels' secrets were sealed with another key: start with the "
                "INBOX_SECRET_KEY, or the data directory's secret.key, that was used before."
            ) from None
