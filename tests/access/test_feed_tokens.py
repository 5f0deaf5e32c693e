import jwt
import pytest

from inbox.access import feed_tokens, people, sessions, tokens
from inbox.access.feed_tokens import FeedTokens, Named
from inbox.access.people import User
from inbox.domain.times import MINUTE
from inbox.storage.database import Database
from inbox.storage.secrets import derive_key, token_digest
from tests.access.conftest import NOW

KEY = b"k" * 40


def test_a_feed_token_names_who_asked_for_five_minutes() -> None:
    signer = FeedTokens(KEY)
    token, expires_at = signer.issue(feed_tokens.COMMAND_LINE, NOW)
    assert expires_at == NOW + 5 * MINUTE
    assert signer.read(token, expires_at - 1) == Named(feed_tokens.COMMAND_LINE.subject)
    assert signer.read(token, expires_at) is None
    assert signer.read(token, NOW - 10 * MINUTE) is None  # the clock was set back: no second life


@pytest.mark.parametrize(
    ("key", "claims", "algorithm"),
    [
        (b"x" * 40, {}, "HS256"),
        (KEY, {"aud": "commands"}, "HS256"),
        (KEY, {"sub": None}, "HS256"),
        (KEY, {"exp": None}, "HS256"),
        (KEY, {"exp": "soon"}, "HS256"),
        (KEY, {}, "HS512"),
        (KEY, {}, "none"),
    ],
)
def test_a_forged_token_names_nobody(key: bytes, claims: dict[str, str], algorithm: str) -> None:
    right = {"sub": "user:1", "aud": "feed", "exp": NOW // 1_000_000 + 300}
    wanted = {name: value for name, value in (right | claims).items() if value is not None}
    signing = {"HS256": 1, "HS512": 2, "none": 0}[algorithm] * derive_key(key, "feed tokens")
    token = jwt.encode(wanted, signing or "", algorithm=algorithm)
    assert FeedTokens(KEY).read(token, NOW) is None


@pytest.mark.parametrize("text", ["", "a.b.c", "é", "x" * 100_000, "..", "\ud83d"])
def test_no_text_breaks_the_reading(text: str) -> None:
    assert FeedTokens(KEY).read(text, NOW) is None


async def test_whom_it_names_is_looked_up_anew(database: Database, ben: User) -> None:
    token, _ = await database.write(tokens.add, "CRM", "agent", NOW)
    session = token_digest(await database.write(sessions.start, ben.id, "", NOW))
    whole = (Named(f"user:{ben.id}", session), Named(f"token:{token.id}"))
    for named in whole:
        found = await database.read(feed_tokens.principal, named, NOW)
        assert found is not None
        assert (found.subject, found.session) == named
    await database.write(people.disable, ben.id, NOW)
    await database.write(tokens.revoke, token.id, NOW)
    for named in whole:
        assert await database.read(feed_tokens.principal, named, NOW) is None


async def test_a_user_s_feed_token_is_as_good_as_their_session(
    database: Database, ana: User, ben: User
) -> None:
    session = token_digest(await database.write(sessions.start, ben.id, "", NOW))
    end = NOW + sessions.LIFETIME
    assert await database.read(feed_tokens.principal, Named(f"user:{ben.id}", session), end - 1)
    assert not await database.read(feed_tokens.principal, Named(f"user:{ben.id}", session), end)
    for subject in (f"user:{ana.id}", "user:", "", "ben", f"x:{ana.id}"):
        for whose in (session, None, ""):
            named = Named(subject, whose)
            assert await database.read(feed_tokens.principal, named, NOW) is None


async def test_the_command_line_needs_no_row(database: Database) -> None:
    named = Named(feed_tokens.COMMAND_LINE.subject)
    found = await database.read(feed_tokens.principal, named, NOW)
    assert found == feed_tokens.COMMAND_LINE
