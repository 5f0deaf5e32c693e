"""``inbox channel`` connects a number once, and asks its provider whether it is one."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.commands.conftest import Inbox
from tests.support.fake_graph import ACCOUNT, TOKEN, FakeGraph

META = ("--provider", "cloud-api", "--secret", "app secret", "--phone-number-id")


def test_a_number_that_is_connected_is_refused_in_a_sentence(inbox: Inbox) -> None:
    assert inbox("channel", "add", "Shop", *META, ACCOUNT).code == 0
    again = inbox("channel", "add", "Store", *META, ACCOUNT)
    assert again.code == 1 and "connected already, as “Shop” (Meta Cloud API)" in again.err
    other = inbox("channel", "add", "Store", *META, "5", "--direct-send", "on", "--json").json
    assert other["direct_send"] == "on"
    moved = inbox("channel", "set", other["id"], "--phone-number-id", ACCOUNT)
    assert moved.code == 1 and "connected already, as “Shop”" in moved.err


def test_what_meta_says_of_a_number_is_printed_or_why_it_is_refused(
    inbox: Inbox, graph: FakeGraph
) -> None:
    there = ("--api-base", graph.base_url, "--access-token")
    graph.numbers = {ACCOUNT: {"verified_name": "Fiction", "quality_rating": "GREEN"}}
    wrong = inbox("channel", "add", "Shop", *META, ACCOUNT, *there, "another")
    assert wrong.code == 1 and "does not take this access token" in wrong.err
    assert inbox("channel", "list", "--json").json == []
    added = inbox("channel", "add", "Shop", *META, ACCOUNT, *there, TOKEN)
    assert "Fiction" in added.out and "green" in added.out
    [channel] = inbox("channel", "list", "--json").json
    assert inbox("channel", "set", channel["id"], "--phone-number-id", "5").code == 1
    nobody = ("--api-base", "http://127.0.0.1:9")
    assert "could not be reached" in inbox("channel", "set", channel["id"], *nobody).out


def test_a_number_that_was_connected_twice_before_is_a_line_of_doctor(
    inbox: Inbox, tmp_path: Path
) -> None:
    for name, account in (("Shop", "5"), ("Store", "6")):
        assert inbox("channel", "add", name, *META, account).code == 0
    assert "one number" not in inbox("doctor").out
    with closing(sqlite3.connect(tmp_path / "data" / "inbox.db")) as database:
        database.execute("UPDATE channels SET account = '5'")
        database.commit()
    done = inbox("doctor")
    assert done.code == 0 and "Shop and Store are one number" in done.out
