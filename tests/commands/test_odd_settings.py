"""Whatever a setting holds, it works, or a sentence names the setting: never a traceback."""

import string
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import fields
from sqlalchemy.engine import make_url

from inbox.commands.context import data_place
from inbox.config import Settings, WrongSetting, load
from inbox.server.failure import Failure
from inbox.server.listening_socket import listen
from inbox.storage.database import connect
from tests.commands.conftest import Inbox

NAMES = [field.name.upper() for field in fields(Settings)]
SCHEMES = ["", "http://", "https://", "redis://", "unix://", "sqlite+aiosqlite:///"]
SCHEMES += ["postgresql+asyncpg://", "ftp://", "//"]
PIECES = ["[::1", "[::1]", "]", "a:b", ":99999999", ":0", "@", "a@b:c@", "?", "?ssl=x", "?x=y", "#"]
PIECES += ["9" * 5_000, "-1", "1e3", "٣", "~nobody", "~", "%", "%zz", "..", "a..b", "\\", " ", "\t"]
PIECES += ["\0", "\n", "\ud800", "é", "x" * 64, "x" * 300, "/", "/inbox", "host", "*", ",", "0/0"]

ODD = st.builds(
    lambda scheme, pieces: scheme + "".join(pieces),
    st.sampled_from(SCHEMES),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=5),
) | st.text(alphabet=string.printable, max_size=40)


@pytest.mark.parametrize("value", ["9" * 5_000, "?ssl=x", "http://[", "\ud800"])
@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_value_is_named_in_a_short_sentence(name: str, value: str) -> None:
    """What the search below has found of one setting is asked of every one."""
    try:
        load({f"INBOX_{name}": value})
    except WrongSetting as wrong:
        sentence = str(wrong)
        assert f"INBOX_{name}" in sentence and sentence.endswith(".")
        assert len(sentence) < 500 and sentence.isprintable()


@settings(
    max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(NAMES), value=ODD)
@example(name="PUBLIC_URL", value="https://[::1")
@example(name="MEDIA_LIMIT", value="9" * 5_000)
@example(name="PORT", value="9" * 5_000)
@example(name="WEBHOOK_DAYS", value="0" * 5_000)
@example(name="SECRET_KEY", value="\ud800" * 40)
@example(name="REDIS_URL", value="redis://h/0?health_check_interval=x")
@example(name="REDIS_URL", value="redis://h?nothing=1")
@example(name="DATA_DIR", value="?ssl=x")
@example(name="HOST", value=".")
@example(name="DATABASE_URL", value="postgresql+asyncpg://[::1/inbox")
@example(name="DATABASE_URL", value="postgresql+asyncpg://a/b?timeout=soon")
@example(name="DATABASE_URL", value="postgresql+asyncpg://a/b?command_timeout=0")
@example(name="DATABASE_URL", value="sqlite+aiosqlite:///file:inbox.db?uri=true")
@example(name="DATABASE_URL", value="sqlite+aiosqlite:////")
@example(name="DATABASE_URL", value="sqlite+aiosqlite:///..")
@example(name="DATABASE_URL", value="postgresql+asyncpg://a/b?sslmode=require")
def test_any_value_of_any_setting_works_or_is_a_sentence(name: str, value: str) -> None:
    try:
        found = load({f"INBOX_{name}": value})
    except WrongSetting as wrong:
        sentence = str(wrong)
        assert f"INBOX_{name}" in sentence and sentence.endswith(".")
        assert len(sentence) < 500 and sentence.isprintable()
        return
    if name == "DATABASE_URL":
        with suppress(Failure):
            data_place(found)
            connect(found.database_url)
    if name == "HOST":
        with suppress(Failure):
            listen(found.host, 0).close()


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("https://inbox.example", "https://inbox.example"),
        ("https://inbox.example/", "https://inbox.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://bücher.example:8443", "https://bücher.example:8443"),
        ("http://inbox_1.lan", "http://inbox_1.lan"),
    ],
)
def test_a_public_address_is_one_of_a_host(value: str, kept: str) -> None:
    assert load({"INBOX_PUBLIC_URL": value}).public_url == kept


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("https://example.com/inbox", "below a path"),
        ("https://user:pass@example.com", "must be an address"),
        ("https://example.com?", "must be an address"),
        ("https://example.com/#x", "must be an address"),
        ("https://exa mple.com", "must be an address"),
        ("https://example.com:0", "must be an address"),
        ("inbox.example", "must be an address"),
    ],
)
def test_a_public_address_that_inbox_is_not_served_at_is_refused(value: str, words: str) -> None:
    with pytest.raises(WrongSetting, match=words):
        load({"INBOX_PUBLIC_URL": value})


def test_an_option_of_another_driver_is_named() -> None:
    with pytest.raises(WrongSetting, match=r"'sslmode' behind .* ssl,"):
        load({"INBOX_DATABASE_URL": "postgresql+asyncpg://a/b?sslmode=require"})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("p@ss/:%word\n")
    file = {"INBOX_DATABASE_PASSWORD_FILE": str(tmp_path / "password")}
    address = {"INBOX_DATABASE_URL": "postgresql+asyncpg://ana@db.example/inbox"}
    assert make_url(load(file | address).database_url).password == "p@ss/:%word"
    (tmp_path / "raw").write_bytes(b"\xff")
    for odd, words in (
        (file | {"INBOX_DATABASE_PASSWORD": "x"} | address, "both set"),
        (file | {"INBOX_DATABASE_URL": "postgresql+asyncpg://a:b@c/d"}, "and no password"),
        ({"INBOX_SECRET_KEY_FILE": str(tmp_path / "nothing")}, "No such file"),
        ({"INBOX_SECRET_KEY_FILE": str(tmp_path)}, "Is a directory"),
        ({"INBOX_SECRET_KEY_FILE": "a\0b"}, "cannot be read"),
        ({"INBOX_SECRET_KEY_FILE": str(tmp_path / "raw")}, "cannot be read"),
    ):
        with pytest.raises(WrongSetting, match=words):
            load(odd)


SECRETS: Mapping[str, str] = {
    "DATABASE_URL": "postgresql+asyncpg://u:opensesame@[::1/x",
    "REDIS_URL": "redis://:opensesame@[::1",
    "ALERT_URL": "https://[hooks.example/opensesame",
}


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_in_a_wrong_value_is_not_repeated(name: str) -> None:
    with pytest.raises(WrongSetting) as wrong:
        load({f"INBOX_{name}": SECRETS[name]})
    assert "opensesame" not in str(wrong.value)


@pytest.mark.parametrize("content", [b"INBOX_PORT=\xff\xfe", b"INBOX_PORT=" + b"9" * 5_000])
def test_so_is_what_is_in_the_file(inbox: Inbox, tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    done = inbox("user", "list")
    assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), done.err
