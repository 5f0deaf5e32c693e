"""An address of a file leads to that file, for two hours, and nobody makes one but us."""

from inbox.access.file_links import LINK_LIFETIME, FileLinks
from inbox.domain.times import HOUR, SECOND

NOW = 1_750_000_000 * SECOND
LINKS = FileLinks(b"k" * 40)


def token(path: str) -> str:
    return path.split("/")[2]


def test_it_leads_to_the_file_that_was_meant_for_two_hours() -> None:
    path = LINKS.path("ab" * 32, "image/png", "Größe/../a b.png", NOW)
    assert path.endswith("/Gr%C3%B6%C3%9Fe%2F..%2Fa%20b.png")
    found = LINKS.read(token(path), NOW + HOUR)
    assert found == ("ab" * 32, "image/png")
    assert LINKS.read(token(path), NOW + LINK_LIFETIME) is None


def test_another_key_makes_none_and_a_word_more_spoils_it() -> None:
    path = FileLinks(b"x" * 40).path("ab" * 32, "image/png", "", NOW)
    assert LINKS.read(token(path), NOW) is None
    own = token(LINKS.path("ab" * 32, "image/png", "", NOW))
    assert LINKS.read(own[:-2] + "xx", NOW) is None
