"""Everybody is spoken to in the language they chose, on pages that are open as on fresh ones."""

import re

import pytest

from inbox.languages.choosing import asked_for, language_chosen
from tests.feed.conftest import Listen
from tests.feed.test_presence import VIEWING, Tab, Write, where
from tests.support.server import Server

__all__ = ["where"]

FROM_THE_RIGHT = "\u202e"


def test_pages_and_errors_are_in_the_language_that_is_chosen(server: Server) -> None:
    reader = server.agent("reads.arabic@example.com", "Rima")
    assert '<html lang="en"' in reader.get("/").text
    given = {"language": "ar-XB"}
    assert reader.patch("/api/v1/me", json=given).json()["preferences"]["language"] == "ar-XB"
    page = reader.get("/account").text
    assert '<html lang="ar-XB" dir="rtl"' in page and FROM_THE_RIGHT in page
    assert re.search(r'<option value="ar-XB" selected', page)
    assert FROM_THE_RIGHT in reader.get("/conversations/none").text
    assert FROM_THE_RIGHT in reader.get("/api/v1/conversations/none").json()["detail"]
    refused = reader.patch("/api/v1/me", json={"language": "tlh"})
    assert refused.status_code == 422 and FROM_THE_RIGHT in refused.json()["detail"]
    assert reader.post("/account/likes", data={"language": "auto"}).status_code == 303
    plain = reader.get("/account").text
    assert '<html lang="en"' in plain and "ar-XB" not in plain, "it is for trials"


def test_who_has_not_chosen_is_answered_in_the_language_of_their_browser(server: Server) -> None:
    stranger = server.browser()
    wanted = {"Accept-Language": "de;q=0.9,ar-XB;q=0.8,en;q=0.2"}
    assert 'lang="ar-XB" dir="rtl"' in stranger.get("/sign-in", headers=wanted).text
    assert 'lang="en"' in stranger.get("/sign-in").text


@pytest.mark.parametrize(
    ("accepted", "found"),
    [
        ("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7", "en"),
        ("en;q=0.1, en-XA;q=0.5", "en-XA"),
        ("ar-XB;q=0, ar", None),
        ("*", None),
        (";;,q=,en;q=x", None),
    ],
)
def test_a_browser_is_answered_in_the_first_of_its_languages_that_there_is(
    accepted: str, found: str | None
) -> None:
    spoken = asked_for(accepted)
    assert (spoken and spoken.code) == found


def test_a_language_that_is_gone_is_that_of_everybody() -> None:
    assert language_chosen("tlh") is language_chosen(None) and language_chosen("auto").code == "en"


def test_what_comes_to_two_pages_is_said_to_each_in_its_own_language(
    server: Server, listen: Listen, where: str, write: Write
) -> None:
    """Also where both ask for the same from the same place, and of who is there."""
    pages = {
        code: Tab(server, listen, server.as_admin, format="html", language=code)
        for code in ("en", "ar-XB")
    }
    ben = Tab(server, listen, server.agent("speaks@example.com", "Ben"))
    for page in pages.values():
        page.view(None)
    ben.view(where)
    for code, page in pages.items():
        assert (FROM_THE_RIGHT in page.sees(VIEWING, where)) is (code == "ar-XB")
    write("one more")
    server.settle()
    for code, page in pages.items():
        shown = page.sees("message:new", where)
        assert (FROM_THE_RIGHT in shown) is (code == "ar-XB"), shown
