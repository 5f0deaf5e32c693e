"""Settings whose wrong values would be holes."""

import pytest

from inbox.config import WrongSetting, load
from inbox.storage.secrets import new_token


def test_a_key_that_can_be_guessed_is_refused_and_not_repeated() -> None:
    weak = ("k" * 40, "0123456789" * 4, "change-me-now-" + new_token(), "password" * 6)
    for key in (*weak, "your-secret-key-goes-here-please!!!", "x" * 31):
        with pytest.raises(WrongSetting, match="INBOX_SECRET_KEY") as refused:
            load({"INBOX_SECRET_KEY": key})
        assert key not in str(refused.value)
    for good in ("", new_token(), "0f" + new_token() * 3):
        assert load({"INBOX_SECRET_KEY": good}).secret_key == good


def test_proxies_are_addresses_and_networks() -> None:
    for told, meant in (
        ("", ""),
        ("127.0.0.1", "127.0.0.1"),
        (" 172.16.0.0/12 , ::1,", "172.16.0.0/12,::1"),
        ("*", "*"),
    ):
        assert load({"INBOX_TRUST_PROXY": told}).trust_proxy == meant
    for told in ("proxy.example", "10.0.0.0/33", "127.0.0.1 ::1", "1" * 5000):
        with pytest.raises(WrongSetting, match="INBOX_TRUST_PROXY") as refused:
            load({"INBOX_TRUST_PROXY": told})
        assert len(str(refused.value)) < 400
