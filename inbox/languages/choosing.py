"""In which language somebody is spoken to: the one they chose, else the one their browser asks for.

Where the server is told one (``INBOX_LANGUAGE``), it is spoken to all who have not chosen.
"""

from functools import lru_cache
from typing import Final

from babel import negotiate_locale

from inbox.config import languages
from inbox.domain.language import Language, language
from inbox.languages.catalogues import is_made_up, named

MOST: Final = 20
"""Of what a browser asks for; nobody speaks more."""


def language_chosen(code: str | None) -> Language:
    """The one of this code; without one, or if it is not there any more, what is spoken anyway."""
    return named(code) if code in languages() else language()


@lru_cache(maxsize=1_024)
def asked_for(accepted: str) -> Language | None:
    """The first of an ``Accept-Language`` that there is."""
    found = negotiate_locale(_in_order(accepted), list(languages()), sep="-")
    return named(found) if found else None


def _in_order(accepted: str) -> list[str]:
    """As it is wanted most; what has the same weight stays as it was said."""
    weighed = [_weighed(part) for part in accepted.split(",")[:MOST]]
    return [code for code, weight in sorted(weighed, key=lambda one: -one[1]) if weight > 0]


def _weighed(part: str) -> tuple[str, float]:
    code, _, weight = part.partition(";")
    try:
        return code.strip(), float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        return code.strip(), 0.0


def language_choices(present: str) -> list[tuple[str, str]]:
    """The languages there are, each by its own name; one that is made up for who has it, or where
    the server speaks one."""
    trial = is_made_up(language().code)
    shown = (code for code in languages() if trial or code == present or not is_made_up(code))
    return [(code, own_name(code)) for code in shown]


def own_name(code: str) -> str:
    """As who speaks it calls it: Deutsch. Of one that is made up, its code."""
    return code if is_made_up(code) else named(code).own_name
