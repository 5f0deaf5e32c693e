"""Which language people are spoken to in, and texts in it. English is the source.

``_("Port %(port)s is in use.", port=port)`` is translated now, ``N_`` marks a constant, which
is translated where it is shown: ``_(label)``. Values stand in a text by name, never by place, so
that a translation may turn a sentence round. A text that counts is ``ngettext``, and its number
is ``%(num)s``. What programs read stays as it is: logs, events, names of settings and metrics.

Catalogues are files and are read above (``inbox/languages``); here is only who is spoken to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations
from typing import Final, Literal

from babel import Locale
from babel.numbers import format_decimal
from msgspec import Struct


class Language(Struct, frozen=True, eq=False):
    """``code`` is what a page says of itself, ``locale`` where CLDR has its numbers and dates."""

    code: str
    texts: NullTranslations
    locale: str
    direction: Literal["ltr", "rtl"] = "ltr"
    scripts: str = ""
    """What scripts say (JSON, for the page); nothing where they speak English as they are."""

    @property
    def own_name(self) -> str:
        """As who speaks it calls it, with a capital as a name: English, Deutsch."""
        name = cldr(self.code.replace("-", "_")).get_language_name() or self.code
        return name[:1].upper() + name[1:]


ENGLISH: Final = Language("en", NullTranslations(), "en_GB")


class _Usual:
    """Of who has said nothing else: it holds for the threads of a process as well."""

    language = ENGLISH


_spoken: ContextVar[Language] = ContextVar("spoken")


def language() -> Language:
    """The one that is spoken here and now."""
    return _spoken.get(_Usual.language)


def speak(language: Language) -> None:
    """From now on, everywhere in this process where nothing else is said."""
    _Usual.language = language


def answer_in(language: Language) -> None:
    """From now on, in what is being answered."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """What is said within is in this language."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def _(text: str, /, **values: object) -> str:
    """The text in the language that is spoken, with these values; a per cent sign is ``%%``."""
    return language().texts.gettext(text) % values


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """The text as it stands, noted for translators; say it with ``_`` where it is shown."""
    return text


def retold(text: str) -> str:
    """What was kept: one of our texts, or the words of a stranger, which stay as they are."""
    return language().texts.gettext(text) if text else ""


def ngettext(one: str, many: str, num: int, /, **values: object) -> str:
    """The text for this number of things, which stands in it as ``%(num)s``."""
    return language().texts.ngettext(one, many, num) % {"num": number(num), **values}


def number(value: float, digits: int | None = None) -> str:
    """A number as people write it: 1,234 or 3.2; ``digits`` after the point, if it has to be so."""
    return _number(value, digits, language().locale)


@lru_cache(maxsize=4096)
def _number(value: float, digits: int | None, locale: str) -> str:
    pattern = None if digits is None else f"#,##0.{'0' * digits}" if digits else "#,##0"
    return format_decimal(value, pattern, cldr(locale))


@lru_cache
def cldr(name: str) -> Locale:
    """What CLDR knows of this place: read once, from Babel's own files."""
    return Locale.parse(name)
