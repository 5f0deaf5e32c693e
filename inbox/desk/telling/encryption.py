"""What only one browser can read, whoever carries it: RFC 8291, in one record of RFC 8188.

Our own dozen lines over ``cryptography``, held to the RFC's example: the packages for it bring two
HTTP clients that go wherever an address leads, or have no wheel.
"""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

RECORD: Final = 4096
"""What push services take at most, head and all."""
PLAIN_LIMIT: Final = RECORD - 86 - 16 - 1
POINT: Final = 65
SECRET: Final = 16
_LAST: Final = b"\x02"
"""Behind the words of the last record."""


def encrypted(
    plain: bytes,
    p256dh: bytes,
    auth: bytes,
    salt: bytes | None = None,
    ours: "EllipticCurvePrivateKey | None" = None,
) -> bytes:
    """``p256dh`` and ``auth`` are the browser's; a salt and a key of our own are made anew."""
    # Here and below: a start needs no curves, and most servers push nothing for hours.
    from cryptography.hazmat.primitives.asymmetric.ec import (  # noqa: PLC0415 - see above
        ECDH,
        SECP256R1,
        EllipticCurvePublicKey,
        generate_private_key,
    )

    salt = salt or os.urandom(16)
    ours = ours or generate_private_key(SECP256R1())
    theirs = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), p256dh)
    public = point(ours)
    shared = ours.exchange(ECDH(), theirs)
    secret = _derived(shared, auth, b"WebPush: info\0" + p256dh + public, 32)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(public)]) + public
    return head + AESGCM(key).encrypt(nonce, plain + _LAST, None)


def _derived(secret: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, purpose).derive(secret)


def point(key: "EllipticCurvePrivateKey") -> bytes:
    """The public half, as browsers write it."""
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - as above
        Encoding,
        PublicFormat,
    )

    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def is_point(found: bytes) -> bool:
    """Whether it is a point of the curve: what is none has no key."""
    if len(found) != POINT:
        return False
    from cryptography.hazmat.primitives.asymmetric.ec import (  # noqa: PLC0415 - as above
        SECP256R1,
        EllipticCurvePublicKey,
    )

    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), found)
    except ValueError:
        return False
    return True


def as_base64(plain: bytes) -> str:
    """For addresses and headers, without the signs at the end."""
    return urlsafe_b64encode(plain).rstrip(b"=").decode()


def of_base64(text: str) -> bytes:
    """Raises ``ValueError``."""
    return urlsafe_b64decode(text.rstrip("=").encode("ascii") + b"=" * (-len(text.rstrip("=")) % 4))
