"""The words of a message without WhatsApp's marks: for a line in the list, a title, a snippet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.markup import plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*bold* and _thin_ ~gone~", "bold and thin gone"),
        ("*_both_*", "both"),
        ("```a *b*```", "a *b*"),
        ("> said\n- one\n* two", "said\none\ntwo"),
        ("2 * 3 * 4, snake_case_name", "2 * 3 * 4, snake_case_name"),
        ("https://x.example/_a_ a@b.co", "https://x.example/_a_ a@b.co"),
    ],
)
def test_marks_are_left_out_and_words_stay(text: str, words: str) -> None:
    assert plain(text) == words


@given(st.text(alphabet="*_~`> -\nab@", max_size=60))
def test_no_word_is_lost(text: str) -> None:
    marks = str.maketrans("", "", "*_~`>- \n")
    assert plain(text).translate(marks) == text.translate(marks)
