"""What a canned response says of a customer, whatever they call themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.errors import Invalid
from inbox.domain.placeholders import KNOWN, check_placeholders, fill, first_word, one_line

HOSTILE = "{{agent.name}} {{contact.name|x}} }} {{ {% for %} ${7*7} \\1 \\g<0> %(name)s"


def test_a_variable_is_its_value_else_its_fallback_else_missing() -> None:
    text = "Hello {{contact.first_name|there}}, I am {{ agent.name }} of {{channel.name}}."
    assert fill(text, {"contact.first_name": "Dana", "agent.name": "Ana"}) == (
        "Hello Dana, I am Ana of .",
        ["channel.name"],
    )
    assert fill(text, {"agent.name": "Ana", "channel.name": "Shop"}).text == (
        "Hello there, I am Ana of Shop."
    )
    assert fill("Hello{{contact.name|}}", {}) == ("Hello", [])  # nothing, and meant so


def test_what_a_customer_calls_themselves_is_never_read() -> None:
    known = dict.fromkeys(KNOWN, HOSTILE)
    assert fill("<{{contact.name}}>", known).text == f"<{HOSTILE}>"


@given(st.text(), st.text())
def test_no_name_and_no_text_breaks_it(text: str, name: str) -> None:
    told = fill(text, dict.fromkeys(KNOWN, name))
    assert told.missing == [] or not one_line(name)
    assert fill("{{contact.name|?}}", {"contact.name": name}).text == (one_line(name) or "?")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Dana\r\n\r\nYour code is 123", "Dana Your code is 123"),
        ("Da\u202ena\u2066", "Dana"),
        ("Zo\u00eb\x00\x1b[31m", "Zo\u00eb [31m"),
        ("مریم\u200cپور", "مریم\u200cپور"),
        ("👩\u200d🔧 Mia", "👩\u200d🔧 Mia"),
        ("x" * 5_000, "x" * 99 + "…"),
        (" \u200b\u2060 ", ""),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(name: str, said: str) -> None:
    assert one_line(name) == said


@pytest.mark.parametrize(
    "text",
    ["{{contact.nam}}", "{{}}", "{{contact.name", "contact.name}}", "{{contact.name}", "{{a|b}}",
     "{{contact.__class__}}", "{{contact.name|{{x}}}}", "{{contact.name.first}}"],
)  # fmt: skip
def test_what_would_not_be_filled_is_told_at_once(text: str) -> None:
    with pytest.raises(Invalid, match="is not a variable") as refusal:
        check_placeholders(f"Hello {text}!")
    assert refusal.value.field == "content"


def test_what_is_known_passes() -> None:
    for name in KNOWN:
        check_placeholders(f"{{{{{name}}}}} and {{{{ {name} | a friend }}}}")
    check_placeholders("{one} brace is a brace")


def test_a_first_name_is_the_first_word() -> None:
    assert [first_word(name) for name in ("Dana Reyes", " ", None)] == ["Dana", None, None]
