"""The connection goes to an address, and TLS still asks for the name."""

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from inbox.media.addresses import Address
from inbox.media.fetching import Fetcher
from inbox.media.store import Incoming, Store
from inbox.providers.media import Download, Unavailable


class _File(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_: object) -> None:
        """Tests speak for themselves."""


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Who does not like our certificate hangs up."""


def _certificate(folder: Path, host: str) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path = folder / "certificate.pem"
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return path


@contextmanager
def _serving(certificate: Path) -> Iterator[int]:
    server = _Server(("127.0.0.1", 0), _File)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("host", "comes"), [("files.example", True), ("other.example", False)])
async def test_a_certificate_must_be_for_the_name_that_was_asked_for(
    tmp_path: Path, host: str, comes: bool
) -> None:
    certificate = _certificate(tmp_path, "files.example")

    async def here(_host: str, _port: int) -> list[Address]:
        return [ip_address("127.0.0.1")]

    trusting = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cafile=certificate))
    with _serving(certificate) as port:
        named = [f"{host}:{port}"]
        store = Store(tmp_path)
        fetcher = Fetcher(store, 1000, named, resolve=here, transport=trusting, seconds=5)
        found = await fetcher.fetch(Download(url=f"https://{host}:{port}/x"))
        await fetcher.close()
    assert isinstance(found, Incoming if comes else Unavailable)
