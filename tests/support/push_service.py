"""A push service of our own: a real HTTP server that reads what it gets as a browser would.

It is as strict as the RFCs say: it refuses a signature that is not of the key that the browser
subscribed with, or for another audience, or that lasts too long (8292), a body that only somebody
else can read (8291, 8188), and a push without TTL (8030).
"""

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from time import time
from types import TracebackType
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def base64(plain: bytes) -> str:
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def unbase64(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def public_point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class Browser:
    """One that subscribed, with its own key; ``answers``: what is answered next, before 201."""

    endpoint: str
    application_key: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    auth: bytes = field(default_factory=lambda: os.urandom(16))
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    got: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": base64(public_point(self.key)), "auth": base64(self.auth)}

    @property
    def subscription(self) -> dict[str, Any]:
        return {"endpoint": self.endpoint, "keys": self.keys}

    def decrypted(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        theirs, record = body[21 : 21 + length], body[21 + length :]
        assert length == 65 and len(body) <= size <= 4096
        peer = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs)
        shared = self.key.exchange(ec.ECDH(), peer)
        info = b"WebPush: info\0" + public_point(self.key) + theirs
        secret = HKDF(SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        padded = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert padded.endswith(b"\x02"), "it is the last record"
        return padded[:-1]


class FakePushService:
    """``subscribe`` gives a browser; what was pushed to it is in its ``got``."""

    def __init__(self) -> None:
        self._news = Condition()
        self._browsers: dict[str, Browser] = {}
        self.refused: list[str] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, headers = service.take(
                    self.path,
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(int(self.headers.get("content-length", "0"))),
                )
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def subscribe(self, application_key: str) -> Browser:
        path = f"/push/{os.urandom(8).hex()}"
        made = Browser(f"{self.url}{path}", application_key)
        self._browsers[path] = made
        return made

    def take(self, path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str]]:
        browser = self._browsers.get(path)
        if browser is None:
            return 410, {}
        try:
            self._check(browser, headers)
            said = json.loads(browser.decrypted(body))
        except Exception as wrong:  # whatever it is, it is the sender's mistake
            self.refused.append(repr(wrong))
            return 403, {}
        with self._news:
            status, more = browser.answers.pop(0) if browser.answers else (201, {})
            browser.headers.append(headers)
            if status == 201:
                browser.got.append(said)
            self._news.notify_all()
        return status, more

    def _check(self, browser: Browser, headers: dict[str, str]) -> None:
        scheme, _, parameters = headers["authorization"].partition(" ")
        parts = dict(one.strip().split("=", 1) for one in parameters.split(","))
        assert scheme == "vapid" and parts["k"] == browser.application_key
        key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unbase64(parts["k"]))
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=self.url)
        assert time() < claims["exp"] <= time() + 86_400 + 60, "for a day at most"
        assert claims["sub"].startswith(("mailto:", "https://"))
        assert int(headers["ttl"]) >= 0 and headers["content-encoding"] == "aes128gcm"
        assert len(headers.get("topic", "")) <= 32

    def wait_for(
        self, browser: Browser, number: int, seconds: float = 15.0
    ) -> list[dict[str, Any]]:
        """What it got, once it is as much."""
        with self._news:
            assert self._news.wait_for(lambda: len(browser.got) >= number, seconds), self.refused
            return [*browser.got]

    def wait_for_tries(self, browser: Browser, number: int, seconds: float = 15.0) -> None:
        """Until it was asked so often, whatever it answered."""
        with self._news:
            assert self._news.wait_for(lambda: len(browser.headers) >= number, seconds)
