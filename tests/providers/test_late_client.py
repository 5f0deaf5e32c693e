"""Ways to providers, made once something is sent, look whom they lead to as others do."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from inbox.providers import late_client
from inbox.providers.late_client import LateClient

HERE = "127.0.0.1"


@pytest.fixture(autouse=True)
def _unread() -> None:
    late_client.authorities.cache_clear()


def _certificate(folder: Path) -> Path:
    """Of this machine, by itself, with its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "provider")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))])
    signed = made.add_extension(here, critical=False).sign(key, hashes.SHA256())
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "provider.pem"
    file.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, *form)
    )
    return file


@pytest.fixture
async def provider(tmp_path: Path) -> AsyncIterator[str]:
    """Its address; it says OK to everything, behind a certificate that nobody vouches for."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nOK")
        await writer.drain()
        writer.close()

    served = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    served.load_cert_chain(_certificate(tmp_path))
    async with await asyncio.start_server(answer, HERE, 0, ssl=served) as server:
        yield f"https://{HERE}:{server.sockets[0].getsockname()[1]}/"


async def test_whom_nobody_vouches_for_is_told_nothing(provider: str) -> None:
    async with LateClient() as http:
        with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
            await http.get(provider)


async def test_whom_this_machine_trusts_is_reached_by_several_at_once(
    provider: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "provider.pem"))
    async with LateClient() as http:
        answers = await asyncio.gather(*(http.get(provider) for _ in range(3)))
    assert [answer.text for answer in answers] == ["OK"] * 3


async def test_the_proxy_of_the_environment_is_the_way(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://{HERE}:9")
    async with LateClient() as http:
        with pytest.raises(httpx.ConnectError, match="connection attempts failed"):
            await http.get(provider)
