"""Words as search knows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.folding import QUERY_LIMIT, fold, holds, number_terms, suffixes, terms, words


@pytest.mark.parametrize(
    ("written", "also"),
    [
        ("ZOË", "zoe"),
        ("Ångström", "angstrom"),
        ("STRAßE", "strasse"),
        ("Łódź", "lodz"),
        ("أحمد", "احمد"),
        ("مَرْحَبًا", "مرحبا"),
        ("Ёлкин", "елкин"),
        ("ﬁne", "fine"),
        ("ｆｕｌｌ", "full"),
        ("e\u0301", "é"),
    ],
)
def test_case_accents_and_width_make_no_difference(written: str, also: str) -> None:
    assert fold(written) == fold(also)


def test_words_are_what_stands_between_anything_else() -> None:
    assert words("Hello, is *order* #12345 back?") == ["hello", "is", "order", "12345", "back"]
    assert words("👍🏽 ok_then") == ["👍", "ok", "then"]
    assert words("??? \x00 ") == []


def test_scripts_without_spaces_become_pairs_and_are_found_in_the_middle() -> None:
    assert words("王小明 ok") == ["王小", "小明", "明", "ok"]
    assert [term.words for term in terms("王小明")] == [("王小", "小明")]
    assert [(term.words, term.prefix) for term in terms("小")] == [(("小",), True)]


def test_a_number_is_one_word_however_it_is_written() -> None:
    assert [term.plain for term in number_terms("+1 (202) 555-0142")] == ["12025550142"]
    assert [term.plain for term in number_terms("order 12")] == ["order", "12"]
    [brazilian] = number_terms("+55 11 98765-4321")
    assert {brazilian.plain, *brazilian.others} == {"551187654321", "5511987654321"}
    assert holds("551187654321", [brazilian])
    assert holds("5511987654321", [brazilian])
    assert "0142" in suffixes("12025550142")


def test_a_long_question_is_cut_and_a_hostile_one_has_no_syntax() -> None:
    assert sum(len(term.plain) for term in terms("a" * 10_000)) <= QUERY_LIMIT
    assert len(terms(" ".join(str(n) for n in range(5_000)))) == 8
    assert [t.plain for t in terms("\"a' OR NEAR(b) * \\ -c:d")] == [
        "a",
        "or",
        "near",
        "b",
        "c",
        "d",
    ]


@given(st.text(max_size=300))
def test_every_word_of_a_text_finds_it_and_none_can_break_a_statement(text: str) -> None:
    for word in words(text):
        assert not set(word) & set("'\"\\ \x00*:()&|<>!")
        assert 0 < len(word) <= 64
    for term in terms(text):
        if term.prefix:
            assert any(word.startswith(term.plain) for word in words(text))
    assert holds(text, terms(text))


@given(st.text("aB1_ -.\n"), st.text("aB1_ -", max_size=4))
def test_a_text_of_ascii_is_looked_at_like_any_other(text: str, question: str) -> None:
    """It has a short way of its own; a word in another script sends it the long one."""
    asked = terms(question)
    assert holds(text, asked) == holds(f"{text} ж", asked)
