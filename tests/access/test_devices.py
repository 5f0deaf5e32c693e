import jwt
import pytest

from inbox.access.devices import LIFETIME, Devices
from inbox.storage.secrets import derive_key
from tests.access.conftest import NOW

KEY = b"k" * 40
ANA, BEN = "ana@example.com", "ben@example.com"


def test_a_browser_is_known_for_the_account_that_it_signed_in_to() -> None:
    devices = Devices(KEY)
    cookie, another = devices.issue(ANA, NOW), devices.issue(ANA, NOW)
    known = devices.known(cookie, " Ana@Example.com", NOW)
    assert known and known != devices.known(another, ANA, NOW)
    assert devices.known(cookie, BEN, NOW) is None
    assert devices.known(cookie, ANA, NOW + LIFETIME) is None
    assert "ana" not in str(jwt.decode(cookie, options={"verify_signature": False}))


@pytest.mark.parametrize("cookie", [None, "", "a.b.c", "é", "\ud83d", "x" * 10_000])
def test_no_text_of_a_stranger_is_known(cookie: str | None) -> None:
    assert Devices(KEY).known(cookie, ANA, NOW) is None


def test_what_another_key_signed_or_for_another_purpose_is_not_known() -> None:
    assert Devices(KEY).known(Devices(b"x" * 40).issue(ANA, NOW), ANA, NOW) is None
    claims = jwt.decode(Devices(KEY).issue(ANA, NOW), options={"verify_signature": False})
    forged = jwt.encode(claims | {"aud": "feed"}, derive_key(KEY, "devices"), algorithm="HS256")
    assert Devices(KEY).known(forged, ANA, NOW) is None
