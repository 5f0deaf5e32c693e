"""In which language a request is answered, errors and the sign-in page included."""

from typing import Final

from litestar.types import ASGIApp, Receive, Scope, Send

from inbox.access.preferences import preferences
from inbox.access.principal import Principal
from inbox.domain.language import Language, answer_in, language, speaking
from inbox.languages.catalogues import read_all
from inbox.languages.choosing import asked_for, language_chosen

LONGEST: Final = 200
"""Of what a browser may ask for: what was asked is kept."""


def answered(app: ASGIApp, given: str | None) -> ASGIApp:
    """``app``, in the language that the browser asks for; ``given``: all are answered in that one.

    Who is known and has chosen one is answered in theirs: ``answer_as_chosen``.
    """
    read_all()

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        with speaking(_asked(scope) if given is None else language()):
            await app(scope, receive, send)

    return handle


def _asked(scope: Scope) -> Language:
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return asked_for(value[:LONGEST].decode("latin-1")) or language()
    return language()


def answer_as_chosen(who: Principal) -> None:
    if who.preferences is not None:
        answer_in(language_chosen(preferences(who.preferences)["language"]))
