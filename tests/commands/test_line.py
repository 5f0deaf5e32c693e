"""The command line itself: help, exit codes, one clear line."""

import subprocess
import sys
from pathlib import Path

import pytest

from inbox.__main__ import COMMANDS
from tests.commands.conftest import Inbox, clean_environment


def test_without_a_command_it_says_what_there_is(inbox: Inbox) -> None:
    done = inbox()
    assert done.code == 2
    assert all(name in done.err for name in COMMANDS)
    assert inbox("--help").code == 0
    assert inbox("nonsense").code == 2


@pytest.mark.parametrize(
    "words",
    [*([name] for name in COMMANDS), ["user", "add"], ["channel", "add"], ["token", "revoke"]],
    ids=" ".join,
)
def test_every_command_explains_itself_with_examples(inbox: Inbox, words: list[str]) -> None:
    done = inbox(*words, "--help")
    assert done.code == 0
    assert "usage: inbox " + " ".join(words) in done.out
    assert f"  inbox {words[0]}" in done.out.partition("examples:")[2]


@pytest.mark.usefixtures("new_folder")
@pytest.mark.parametrize(
    "words",
    [
        ["user"],
        ["user", "add", "ana@example.com"],
        ["user", "add", "ana@example.com", "--name", "Ana", "--role", "owner"],
        ["channel", "add", "Shop"],
        ["channel", "add", "Shop", "--provider", "telegram"],
        ["parse"],
        ["parse", "--provider", "telegram"],
        ["tail", "--since", "-1"],
        ["serve", "--port", "99999"],
        ["serve", "--workers", "2"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_makes_nothing(inbox: Inbox, words: list[str], tmp_path: Path) -> None:
    done = inbox(*words)
    assert done.code == 2
    assert done.err
    assert done.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["user list", "serve", "migrate", "tail"])
def test_a_wrong_setting_is_1_and_one_line_that_names_it(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("INBOX_PORT", "eighty")
    done = inbox(*command.split())
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "INBOX_PORT" in done.err


@pytest.mark.parametrize("command", ["user list", "serve --port 0"])
def test_a_postgresql_that_does_not_answer_is_said_in_one_line(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("INBOX_DATABASE_URL", "postgresql+asyncpg://ana:hush@127.0.0.1:1/inbox")
    done = inbox(*command.split())
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "127.0.0.1:1" in done.err
    assert "INBOX_DATABASE_URL" in done.err
    assert "hush" not in done.err


@pytest.mark.usefixtures("new_folder")
def test_a_file_that_is_no_database_is_said_in_one_line(
    inbox: Inbox, settings: dict[str, str]
) -> None:
    file = Path(settings["INBOX_DATA_DIR"], "inbox.db")
    file.parent.mkdir()
    file.write_text("Dear diary, " * 1000)
    done = inbox("user", "list")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "not a database" in done.err


def test_it_runs_as_a_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "inbox", "--version"],
        env=clean_environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Inbox ")
