"""The languages there are: English, a catalogue in ``inbox/locale`` each, and two made-up ones.

A catalogue is read once, when a process that has users starts, as any of them may ask for it. It is
kept as text (``de.po``), and nothing has to be compiled before it.
"""

import io
import json
from functools import cache
from gettext import GNUTranslations
from typing import TYPE_CHECKING, Final, Literal

from babel import Locale
from msgspec.structs import replace

from inbox.config import LOCALES, languages
from inbox.domain.language import ENGLISH, Language
from inbox.languages.pseudo import Accented, Mirrored

if TYPE_CHECKING:
    from babel.messages import Message

_MADE_UP: Final = {
    "en-XA": Language("en-XA", Accented(), "en_GB"),
    "ar-XB": Language("ar-XB", Mirrored(), "ar", "rtl"),
}
_OF_SCRIPTS: Final = "static/js/"


@cache
def named(code: str) -> Language:
    """The language of this code, which ``config.languages`` has."""
    if code == ENGLISH.code:
        return ENGLISH
    language = _MADE_UP.get(code) or _catalogue(code)
    return replace(language, scripts=_scripts(language))


def read_all() -> None:
    """Those that people speak; the made-up ones wait until somebody asks for one."""
    for code in languages():
        if not is_made_up(code):
            named(code)


def is_made_up(code: str) -> bool:
    return code in _MADE_UP


def _catalogue(code: str) -> Language:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - English needs no catalogue
    from babel.messages.pofile import read_po  # noqa: PLC0415 - see above

    place = Locale.parse(code, sep="-")
    compiled = io.BytesIO()
    with (LOCALES / f"{code}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=place))
    compiled.seek(0)
    direction: Literal["ltr", "rtl"] = "rtl" if place.text_direction == "rtl" else "ltr"
    return Language(code, GNUTranslations(compiled), str(place), direction)


def _scripts(language: Language) -> str:
    """What scripts say, as JSON that may stand in a page: a text, or one for each plural form."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - see above

    with (LOCALES / "inbox.pot").open("rb") as file:
        messages = [one for one in read_po(file) if _is_of_scripts(one)]
    numbers = _numbers(language)
    said: dict[str, str | dict[str, str]] = {}
    for message in messages:
        if isinstance(message.id, str):
            said[message.id] = language.texts.gettext(message.id)
        else:
            one, many = message.id
            forms = {form: language.texts.ngettext(one, many, n) for form, n in numbers.items()}
            said[one] = forms
    return json.dumps(said, ensure_ascii=False).replace("<", "\\u003c")


def _is_of_scripts(message: "Message") -> bool:
    return any(file.startswith(_OF_SCRIPTS) for file, _line in message.locations)


def _numbers(language: Language) -> dict[str, int]:
    """A number of each plural form, by the name that CLDR and the browser give the form.

    Only forms that whole numbers take: those of fractions are said as ``other``.
    """
    form = Locale.parse(language.locale).plural_form
    # Rules look at the last two digits. In some, as of Russian, no whole number is ``other``.
    found: dict[str, int] = {}
    for number in range(201):
        found.setdefault(form(number), number)
    found.setdefault("other", 1_000_001)
    return found
