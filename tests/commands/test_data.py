"""user, channel, token and migrate without a server, on both engines."""

import re
from pathlib import Path

import pytest

from tests.commands.conftest import Inbox
from tests.commands.test_backup import elsewhere
from tests.support.postgres import Postgres

pytestmark = pytest.mark.usefixtures("database_url")

ANA = ("user", "add", "Ana@example.com", "--name", "Ana", "--role", "admin")


def test_a_user_without_a_password_gets_a_link_that_works_once(inbox: Inbox) -> None:
    done = inbox(*ANA, "--json")
    assert done.code == 0
    assert done.json["email"] == "ana@example.com"
    assert done.json["link"].startswith("http://127.0.0.1:8000/welcome/")
    [user] = inbox("user", "list", "--json").json
    assert (user["id"], user["role"], user["state"]) == (done.json["id"], "admin", "invited")


def test_a_user_with_a_password_needs_no_link(inbox: Inbox) -> None:
    done = inbox(*ANA, "--password-stdin", "--json", stdin=b"correct horse battery\n")
    assert done.json["link"] is None
    assert inbox("user", "list", "--json").json[0]["state"] == "active"
    assert "correct" not in done.out + done.err


def test_what_cannot_be_is_1_and_one_line(inbox: Inbox) -> None:
    assert inbox(*ANA).code == 0
    for words, stdin, reason in (
        (ANA, b"", "already a user"),
        (("user", "add", "ben", "--name", "Ben", "--role", "agent"), b"", "e-mail address"),
        ((*ANA[:2], "b@c", *ANA[3:], "--password-stdin"), b"short", "12 characters"),
        (
            ("channel", "add", "S", "--provider", "cloud-api", "--phone-number-id", "+1 202"),
            b"",
            "phone number id",
        ),
        (("channel", "add", " ", "--provider", "sandbox"), b"", "name"),
        (("token", "revoke", "nothing"), b"", "no token"),
    ):
        done = inbox(*words, stdin=stdin)
        assert (done.code, done.out, done.err.count("\n")) == (1, "", 1), words
        assert reason in done.err
    assert len(inbox("user", "list", "--json").json) == 1
    assert inbox("channel", "list", "--json").json == []


def test_people_read_plain_words(inbox: Inbox) -> None:
    assert "Added Ana <ana@example.com> as admin." in inbox(*ANA).out
    assert "ana@example.com  Ana   admin  invited" in inbox("user", "list").out


def test_a_channel_prints_what_the_provider_must_be_told(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_PUBLIC_URL", "https://inbox.example/")
    add = ("channel", "add", "Shop", "--provider", "cloud-api", "--phone-number-id", "109876")
    made = inbox(*add, "--secret", "hush", "--verify-token", "mine", "--json")
    assert made.json["verify_token"] == "mine"
    assert made.json["webhook_url"] == f"https://inbox.example/webhooks/{made.json['key']}"
    assert "hush" not in made.out
    other = (*add[:-1], "109877")
    lines = dict(line.split() for line in inbox(*other).out.splitlines())
    assert set(lines) == {"id", "key", "webhook_url", "verify_token"}
    listed = inbox("channel", "list", "--json").json
    assert [each["id"] for each in listed] == [made.json["id"], lines["id"]]
    assert listed[0]["key"] == made.json["key"]
    assert lines["id"] in inbox("channel", "list").out


def test_a_channel_gets_another_secret_and_another_gate(inbox: Inbox) -> None:
    add = ("channel", "add", "Kiosk", "--provider", "notifier", "--secret", "one", "--json")
    made = inbox(*add, "--rate", "50").json
    gate = ("--scheme", "hmac", "--scheme-header", "X-Sig", "--allowed", "203.0.113.0/24,::1")
    done = inbox("channel", "set", made["id"], "--secret", "two", "--overlap", "24", *gate)
    assert done.code == 0
    assert made["key"] in done.out
    [found] = inbox("channel", "list", "--json").json
    assert (found["scheme"], found["scheme_header"], found["rate"]) == ("hmac", "X-Sig", "50")
    assert found["allowed"].split() == ["203.0.113.0/24", "::1/128"]
    assert inbox("channel", "set", made["id"], "--end-former").code == 0
    wrong = inbox("channel", "set", made["id"], "--allowed", "everybody")
    assert (wrong.code, wrong.out) == (1, "")
    assert "everybody" in wrong.err
    assert inbox("channel", "set", "nobody", "--rate", "3").code == 1


def test_a_secret_may_come_by_standard_input(inbox: Inbox) -> None:
    """Arguments are seen by everybody on the machine."""
    adding = ("channel", "add", "Shop", "--provider", "cloud-api", "--json")
    by_stdin = ("--secret-stdin", "--access-token-stdin", "--verify-token-stdin")
    made = inbox(*adding, *by_stdin, stdin=b"a-secret-of-meta\nEAAG-token\nlet me in\n")
    assert made.code == 0 and made.json["verify_token"] == "let me in"
    twice = inbox(*adding, "--secret-stdin", "--secret", "x", stdin=b"y")
    assert twice.code == 2 and "not by both" in twice.err
    assert len(inbox("channel", "list", "--json").json) == 1


@pytest.mark.parametrize("command", ["channel add", "channel set", "tail"])
def test_every_secret_that_a_command_takes_may_come_by_standard_input(
    inbox: Inbox, command: str
) -> None:
    options = set(re.findall(r"--[a-z-]+", inbox(*command.split(), "--help").out))
    secrets = {name for name in options if re.search(r"(secret|token|password|key)$", name)}
    assert secrets and {f"{name}-stdin" for name in secrets} <= options


def test_a_channel_is_paused_resumed_removed_and_its_address_renewed(inbox: Inbox) -> None:
    made = inbox("channel", "add", "Trial", "--provider", "sandbox", "--json").json
    renew = ("--renew-address", "--overlap", "1", "--json")
    renewed = inbox("channel", "set", made["id"], *renew).json
    assert renewed["key"] != made["key"] and renewed["id"] == made["id"]
    for action, state in (("pause", "paused"), ("resume", "connected"), ("remove", "removed")):
        assert inbox("channel", action, made["id"], "--json").json["state"] == state
    assert inbox("channel", "list", "--json").json == []
    assert inbox("channel", "resume", made["id"]).code == 1


def test_a_token_is_printed_alone_and_once(inbox: Inbox) -> None:
    done = inbox("token", "add", "crm")
    plain = done.out.strip()
    assert plain.startswith("inbox_")
    assert done.out == plain + "\n"
    listed = inbox("token", "list", "--json")
    assert [(each["name"], each["role"]) for each in listed.json] == [("crm", "agent")]
    assert plain not in listed.out


def test_a_token_is_revoked_by_id_or_by_a_name_of_its_own(inbox: Inbox) -> None:
    one = inbox("token", "add", "crm", "--json").json
    two = inbox("token", "add", "crm", "--role", "admin", "--json").json
    assert "by the id" in inbox("token", "revoke", "crm").err
    assert inbox("token", "revoke", one["id"]).code == 0
    assert inbox("token", "revoke", "crm", "--json").json["id"] == two["id"]
    assert inbox("token", "list", "--json").json == []


def test_a_token_is_for_what_it_is_told(inbox: Inbox) -> None:
    made = inbox("token", "add", "sheet", "--scope", "read", "--scope", "drafts", "--json").json
    assert made["scopes"] == ["read", "drafts"]
    assert inbox("token", "add", "all", "--json").json["scopes"] is None
    shown = inbox("token", "list").out
    assert "read drafts" in shown and "SCOPES" in shown
    assert inbox("token", "add", "x", "--scope", "everything").code == 2


def test_a_token_has_an_owner_and_an_end(inbox: Inbox) -> None:
    assert inbox(*ANA).code == 0
    until = ("--until", "2999-12-31", "--json")
    made = inbox("token", "add", "crm", "--owner", "ana@example.com", *until).json
    assert (made["owner"], made["expires_at"]) == ("Ana", "3000-01-01T00:00:00.000Z")
    [listed] = inbox("token", "list", "--json").json
    assert listed["owner"] == "Ana"
    for wrong, told in (
        (("--owner", "nobody@example.com"), "no active user"),
        (("--until", "soon"), "2027-06-30"),
        (("--until", "2001-01-01"), "a time to come"),
    ):
        refused = inbox("token", "add", "crm", *wrong)
        assert refused.code == 1 and told in refused.err, wrong


def test_migrating_again_changes_nothing(
    inbox: Inbox, database_url: str, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INBOX_DATABASE_URL", elsewhere(database_url, postgres, "first"))
    first = inbox("migrate")
    assert first.code == 0
    assert inbox("migrate") == first


def test_another_secret_key_is_said_and_not_guessed(inbox: Inbox, settings: dict[str, str]) -> None:
    assert inbox("channel", "add", "Trial", "--provider", "sandbox").code == 0
    Path(settings["INBOX_DATA_DIR"], "secret.key").write_text("k" * 64)
    done = inbox("channel", "list")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "INBOX_SECRET_KEY" in done.err


def test_a_user_is_limited_renamed_kept_out_and_deleted(inbox: Inbox) -> None:
    shop = inbox("channel", "add", "Shop", "--provider", "sandbox", "--json").json
    who = ("ben@example.com", "--name", "Ben", "--role", "agent")
    assert inbox("user", "add", *who, "--channel", "nowhere").code == 1
    assert inbox("user", "add", *who, "--team", "nowhere").code == 1
    made = inbox("user", "add", *who, "--channel", shop["id"], "--json").json
    token = inbox("token", "add", "shop", "--channel", shop["id"])
    assert token.code == 0 and token.out.startswith("inbox_")
    assert inbox("token", "add", "all", "--role", "admin", "--channel", shop["id"]).code == 1
    [ben] = inbox("user", "list", "--json").json
    assert (ben["channel_ids"], ben["sees"]) == ([shop["id"]], "1 channel")
    assert "Benny" in inbox("user", "rename", "ben@example.com", "Benny").out
    again = inbox("user", "reset", "ben@example.com", "--json").json
    assert again["link"] != made["link"]
    for action, state in (("disable", "disabled"), ("enable", "invited")):
        assert inbox("user", action, "ben@example.com", "--json").json["state"] == state
    assert inbox("user", "delete", "ben@example.com").code == 0
    assert inbox("user", "list", "--json").json == []
    assert inbox("user", "delete", "ben@example.com").code == 1


def test_an_endpoint_is_made_listed_paused_and_removed(inbox: Inbox) -> None:
    url = "https://hooks.example.com/own"
    wrong = inbox("webhook", "add", url, "--event", "message:all")
    assert wrong.code == 1 and "no event" in wrong.err
    assert inbox("webhook", "add", url, "--header", "nonsense").code == 2
    more = ("--event", "message:new", "--header", "Authorization: Bearer hush", "--json")
    made = inbox("webhook", "add", url, *more).json
    assert made["secret"].startswith("whsec_") and made["header_names"] == ["Authorization"]
    listed = inbox("webhook", "list")
    assert url in listed.out and "new" in listed.out and made["secret"] not in listed.out
    assert inbox("webhook", "pause", made["id"], "--json").json["active"] is False
    assert inbox("webhook", "resume", made["id"]).out.endswith("new\n")
    assert inbox("webhook", "rotate", made["id"], "--json").json["secret"] != made["secret"]
    assert "0 are posted" in inbox("webhook", "replay", made["id"], "--failed").out
    assert inbox("webhook", "remove", made["id"]).code == 0
    assert inbox("webhook", "list", "--json").json == []
