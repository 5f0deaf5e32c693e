"""What people read passes through gettext, and every text can be said in another language."""

import ast
import json
import re
from pathlib import Path

import pytest
from babel.messages import Catalog

from inbox.config import WrongSetting, languages, load
from inbox.domain.formatting import clock, enumerated, lasting, millis, size
from inbox.domain.language import _, language, ngettext, number, speaking
from inbox.languages.catalogues import named
from tests.support import words
from tests.support.words import ROOT, bare

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SAID_BY_MACHINES = frozenset(
    {
        "Sent",
        "X-Signature",
        "Authorization: Bearer …",
        '", "headers": {"X-Hook-Token": "YOUR SECRET"}}',
    }
)
"""What templates compare with, and what people are to copy as it is."""


def texts(catalogue: Catalog) -> set[str]:
    return {text for one in catalogue for text in ([one.id] if isinstance(one.id, str) else one.id)}


@pytest.fixture(scope="module")
def found() -> Catalog:
    return words.extracted()


def test_the_template_for_translators_has_every_text_of_the_code(found: Catalog) -> None:
    assert len(texts(found)) > 500
    assert texts(found) == texts(words.written()), "run `make words`"


def test_what_scripts_say_is_found_wherever_they_say_it(found: Catalog) -> None:
    """Within a text of the script itself it is not."""
    scripts = "".join(path.read_text("utf-8") for path in (ROOT / "static/js").rglob("*.js"))
    said = set(re.findall(r'\b(?:say|many)\("([^"]+)"', scripts))
    known = {
        text
        for one in found
        if any(file.startswith("static/js") for file, _ in one.locations)
        for text in ([one.id] if isinstance(one.id, str) else one.id)
    }
    assert len(said) > 50
    assert said - known - {"Not sent: %(reason)s", "%(num)s update"} == set()


def test_values_stand_in_a_text_by_name(found: Catalog) -> None:
    good = re.compile(r"(?:[^%]|%%|%\(\w+\)s)*")
    assert [text for text in texts(found) if not good.fullmatch(text) or "${" in text] == []


def test_who_says_something_does_not_call_another_thing_so() -> None:
    """A local ``_`` makes the one that translates unknown in all of its function."""
    for path in (ROOT / "inbox").rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
                uses = {type(node.ctx) for node in names if node.id == "_"}
                assert uses != {ast.Load, ast.Store}, f"{path}: {function.name}"


def test_a_template_says_nothing_by_itself() -> None:
    assert bare("<p>Hello</p>") and bare("{{ 'Not here' if x }}") and bare('<a title="Go">')
    said = {path.name: set(bare(path.read_text("utf-8"))) - SAID_BY_MACHINES for path in TEMPLATES}
    assert {name: each for name, each in said.items() if each} == {}


def test_a_text_of_a_made_up_language_is_whole_longer_and_keeps_what_is_no_text() -> None:
    with speaking(named("en-XA")):
        said = _("Not sent: %(reason)s", reason="<b>100 %</b>")
        assert said == "⟦Ñóţ šéñţ: <b>100 %</b> óñé⟧"
        assert ngettext("%(num)s page", "%(num)s pages", 1200) == "⟦1,200 þáğéš óñé⟧"
    assert _("Not sent: %(reason)s", reason="x") == "Not sent: x"


def test_numbers_times_and_lists_are_written_as_the_language_has_them() -> None:
    at = "2026-11-29T14:39:05.123Z"
    assert (clock(at, "moment"), number(1234567), enumerated("abc")) == (
        "29 Nov, 14:39",
        "1,234,567",
        "a, b and c",
    )
    assert (lasting(11_100), millis(3210), size(1_234_567)) == ("3 h 5 min", "3.2 s", "1.2 MB")
    with speaking(named("ar-XB")):
        assert language().direction == "rtl"
        assert clock(at, "weekday") == "الأحد"


def test_a_wrong_language_is_told_with_those_there_are() -> None:
    assert load({"INBOX_LANGUAGE": "EN-xa"}).language == "en-XA"
    with pytest.raises(WrongSetting, match=r"INBOX_LANGUAGE must be one of en, .*en-XA, ar-XB"):
        load({"INBOX_LANGUAGE": "tlh"})
    assert all(named(code).code == code for code in languages())


def test_a_catalogue_is_read_with_its_plurals_and_what_scripts_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pot = (words.POT).read_text("utf-8")
    one = 'msgid "%(num)s new"\nmsgid_plural "%(num)s new"\nmsgstr[0] ""\nmsgstr[1] ""'
    assert one in pot
    three = 'msgstr[0] "%(num)s новое"\nmsgstr[1] "%(num)s новых два"\nmsgstr[2] "%(num)s новых"'
    russian = pot.replace(one, one.partition("msgstr")[0] + three)
    (tmp_path / "ru.po").write_text(russian, "utf-8")
    (tmp_path / "inbox.pot").write_text(pot, "utf-8")
    monkeypatch.setattr("inbox.languages.catalogues.LOCALES", tmp_path)
    language = named("ru")
    with speaking(language):
        assert ngettext("%(num)s new", "%(num)s new", 3) == "3 новых два"
    scripts = json.loads(language.scripts)
    assert scripts["%(num)s new"]["few"] == "%(num)s новых два"
    assert scripts["Today"] == "Today"
