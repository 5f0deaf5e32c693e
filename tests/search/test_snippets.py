"""Why a message was found, in one line."""

from hypothesis import given
from hypothesis import strategies as st

from inbox.domain.folding import terms
from inbox.search.snippets import searched, snippet


def shown(text: str, question: str) -> str:
    parts = snippet(text, terms(question))
    return "".join(f"[{part['text']}]" if part["match"] else part["text"] for part in parts)


def test_the_words_that_answer_are_marked_whole() -> None:
    assert shown("Is the Kettle back? Kettles!", "kett") == "Is the [Kettle] back? [Kettles]!"
    assert shown("Grüße aus Köln", "koln grus") == "[Grüße] aus [Köln]"
    assert shown("订单什么时候能到", "什么") == "订单[什么]时候能到"


def test_a_long_text_is_shown_from_before_the_first_hit() -> None:
    text = "word " * 100 + "needle" + " hay" * 100
    line = shown(text, "needle")
    assert line.startswith("…word") and "[needle]" in line and line.endswith("…")
    assert len(line) < 200


def test_search_looks_in_captions_file_names_places_and_cards() -> None:
    content = {
        "caption": "the bill",
        "media": {"filename": "march.pdf"},
        "location": {"name": "Harbour", "address": "Quay 1"},
        "cards": [{"name": "Maria"}, {}],
    }
    assert searched(content) == "the bill\nmarch.pdf\nHarbour\nQuay 1\nMaria"
    assert searched({}) == ""


@given(st.text(max_size=400), st.text(max_size=20))
def test_a_snippet_is_a_piece_of_the_text(text: str, question: str) -> None:
    parts = snippet(text, terms(question))
    assert "".join(part["text"] for part in parts).strip("…") in text
