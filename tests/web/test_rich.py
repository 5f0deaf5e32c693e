"""WhatsApp's markup as HTML: whatever a stranger writes, only our own tags come out."""

import re
import unicodedata
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from inbox.web.present.national import region_of
from inbox.web.present.rich import MARKS as MOST_MARKS
from inbox.web.present.rich import SHOWN, beginning, jumbo, rich
from tests.support.wamids import wamid

LINK = '<a href="{0}" dir="ltr" target="_blank" rel="noopener noreferrer nofollow">{1}</a>'
ALLOWED = {"strong", "em", "s", "code", "a", "blockquote", "ul", "li"}
SCHEMES = ("http://", "https://", "mailto:", "tel:+")

MARKS = st.sampled_from(
    [
        *"*_~`<>\"'&/\\ \n.:()[]@+0a",
        *(
            "\n> ",
            "\n- ",
            "\n* ",
            "```",
            "https://",
            "www.",
            "javascript:",
            "tel:",
            "mailto:",
            "a@b.co",
            "+12025550123",
            "example.com",
            "example.de/pay",
            "аррӏе.example",
        ),
        *("<script>", "</a>", "&lt;", "\u202e", "\u0000", "é", "שלום"),
    ]
)
HOSTILE = st.lists(MARKS | st.text(max_size=6), max_size=40).map("".join)


class Reader(HTMLParser):
    """Tags as a browser sees them, and the text that is left when they are gone."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@settings(deadline=None)
@given(HOSTILE)
@example("*" * 999)
@example("*_~" * 99 + "a" + "~_*" * 99)
@example("`" * 999)
@example("http://" * 99)
def test_no_tag_but_ours_comes_out(text: str) -> None:
    page = Reader(str(rich(text)))
    assert not page.open
    for tag, attributes in page.tags:
        assert tag in ALLOWED
        assert set(attributes) == ({"href", "dir", "target", "rel"} if tag == "a" else set())
        assert tag != "a" or str(attributes["href"]).startswith(SCHEMES)


def _said(text: str) -> str:
    """Without marks, and as a name of the web is written that was not: where it leads is shown."""
    written = unicodedata.normalize("NFKC", text).casefold()
    seen = (one for one in written if unicodedata.category(one) not in ("Cf", "Mn"))
    return "".join(seen).translate(str.maketrans("", "", "*_~`>-\n\r\0 "))


@settings(deadline=None)
@given(HOSTILE)
@example("²example.com")
@example("EXAM\xadPLE.COM/é")
def test_no_character_is_lost_but_marks(text: str) -> None:
    shown = Reader(str(rich(text))).text
    assume("xn--" not in shown)
    assert _said(shown) == _said(text)


@settings(deadline=None)
@given(HOSTILE)
def test_no_style_nests_in_itself(text: str) -> None:
    class Nest(Reader):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in self.open
            super().handle_starttag(tag, attrs)

    Nest(str(rich(text)))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~strike~", "<strong>bold</strong> <em>italic</em> <s>strike</s>"),
        ("*_both_*", "<strong><em>both</em></strong>"),
        ("```a *b*\nc```", "<code>a *b*\nc</code>"),
        ("`x_y_z`", "<code>x_y_z</code>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("snake_case_name", "snake_case_name"),
        ("a * not bold*", "a * not bold*"),
        (
            "> *so* <b>\n> they said\nYes",
            "<blockquote><strong>so</strong> &lt;b&gt;\nthey said</blockquote>Yes",
        ),
        ("Two:\n- one\n* _two_\nDone", "Two:<ul><li>one</li><li><em>two</em></li></ul>Done"),
        ("```> a\n- b```\n- c", "<code>&gt; a\n- b</code><ul><li>c</li></ul>"),
        (">no quote\n-no point\n2 - 1", "&gt;no quote\n-no point\n2 - 1"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("*two\nlines*", "*two\nlines*"),
        ("<b>&</b>", "&lt;b&gt;&amp;&lt;/b&gt;"),
        ("a https://x.example/_a_?b=1&c=2.", "a {https://x.example/_a_?b=1&amp;c=2}."),
        ("(www.example.com)", "({https://www.example.com|www.example.com})"),
        ("mail a.b+c@example.co.uk!", "mail {mailto:a.b+c@example.co.uk|a.b+c@example.co.uk}!"),
        ("call +1 (202) 555-0123", "call {tel:+12025550123|+1 (202) 555-0123}"),
        ("javascript:alert(1) data:text/html,x", "javascript:alert(1) data:text/html,x"),
        ("see *https://x.example*", "see <strong>{https://x.example}</strong>"),
    ],
)
def test_markup_looks_as_in_whatsapp(text: str, html: str) -> None:
    before, brace, rest = html.partition("{")
    if brace:
        inside, _, after = rest.partition("}")
        href, _, label = inside.partition("|")
        html = before + LINK.format(href, label or href) + after
    assert str(rich(text)) == html


def links(text: str) -> list[tuple[str, str]]:
    """Where each leads, and what is shown of it."""
    found = re.findall('<a href="([^"]*)"[^>]*>(.*?)</a>', str(rich(text)))
    return [(unescape(href), unescape(label)) for href, label in found]


def led(text: str) -> list[str]:
    """Where the links lead, each of which shows what was written."""
    for href, label in links(text):
        assert href in (label, f"https://{label}", f"mailto:{label}")
    return [href for href, _ in links(text)]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        (
            "See https://en.wikipedia.org/wiki/Foo_(bar) and (https://example.com/a).",
            ["https://en.wikipedia.org/wiki/Foo_(bar)", "https://example.com/a"],
        ),
        (
            "[https://x.example/a[1]], {https://x.example/b}!",
            ["https://x.example/a[1]", "https://x.example/b"],
        ),
        (
            "https://x.example/(a and https://x.example/b)*c*",
            ["https://x.example/(a", "https://x.example/b"],
        ),
        (
            "“https://x.example/q”… https://x.example/?a=1&b=2?!",
            ["https://x.example/q", "https://x.example/?a=1&b=2"],
        ),
        ("请看https://example.com/a，谢谢", ["https://example.com/a"]),
        (
            "Pay at example.com/pay. Or (www.example.com/x)",
            ["https://example.com/pay", "https://www.example.com/x"],
        ),
        (
            "example.com, shop.example.co.uk: example.de",
            ["https://example.com", "https://shop.example.co.uk", "https://example.de"],
        ),
        (
            "bit.ly/abc example.com:8080/x EXAMPLE.ORG",
            ["https://bit.ly/abc", "https://example.com:8080/x", "https://EXAMPLE.ORG"],
        ),
        ("e.g. this, i.e. v1.2.3 of file.py, bill.pdf 3.50 p.m. Hi.Anna done.it", []),
        (
            "o'brien@example.com, joe.com@example.com;x@example.de.",
            ["mailto:o'brien@example.com", "mailto:joe.com@example.com", "mailto:x@example.de"],
        ),
        ("https://bank.example@evil.example/ https://x.example:99999/", []),
        ("https://x.example/\u202egnp.exe", ["https://x.example/"]),
        (
            "https://münchen.example/x 日本語.jp https://пример.рф",
            ["https://münchen.example/x", "https://日本語.jp", "https://пример.рф"],
        ),
    ],
)
def test_an_address_is_a_link_and_nothing_around_it(text: str, addresses: list[str]) -> None:
    assert led(text) == addresses


def test_a_number_is_dialled_with_its_country() -> None:
    written = ["+44 (0)7700 900320", "0044 7700 900320", "+44-7700-900-320"]
    assert links(", ".join(written)) == [("tel:+447700900320", each) for each in written]
    assert links("Order 0012345678, 07700 900320") == []


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("https://аррӏе.com/pay", "https://xn--80ak6aa92e.com/pay"),
        ("www.аррӏе.com", "www.xn--80ak6aa92e.com"),
        ("раураl.com", "xn--l-7sba6dbr.com"),
        ("info@аррӏе.com", "info@xn--80ak6aa92e.com"),
        ("https://пример.com", "https://xn--e1afmkfd.com"),
        ("https://ɡoogle.com", "https://xn--oogle-qmc.com"),
        ("https://ｅxample.com/", "https://example.com/"),
    ],
)
def test_a_name_that_passes_for_another_is_shown_as_what_it_is(written: str, shown: str) -> None:
    [(href, label)] = links(f"see {written} now")
    assert label == shown
    assert href.endswith(shown)


@pytest.mark.parametrize("text", ["👍", "❤️", "😀🎉", "👩‍👩‍👧 🇸🇪 1️⃣", "👍🏽", " 🙈\n"])
def test_a_few_emoji_alone_are_large(text: str) -> None:
    assert jumbo(text)


@pytest.mark.parametrize("text", ["", " ", "ok 👍", "1", "😀😀😀😀", "\u200d", "a", "🇸", "👍" * 60])
def test_words_and_crowds_are_not(text: str) -> None:
    assert not jumbo(text)


@pytest.mark.parametrize(
    "costly", ["*_a_* ", "`a` ", "> a\n", "a.co ", "+12025550142 ", "0012025550142 ", "a@b.cc "]
)
def test_what_a_page_shows_of_a_text_is_bounded_in_characters_and_marks(costly: str) -> None:
    shown = beginning(costly * (65_000 // len(costly)))
    assert len(shown) <= SHOWN
    assert 0 < rich(shown).count("<") <= 2 * MOST_MARKS


def test_what_people_write_is_shown_whole() -> None:
    letter = "Dear shop, my order 4711 of 2 June (12.50 EUR) *never* came. Please look.\n" * 35
    assert beginning(letter) == letter
    assert beginning("w" * 9_000) == "w" * SHOWN


@pytest.mark.parametrize(
    ("peer", "text", "numbers"),
    [
        ("447700900401", "07700 900320 or (020) 7946 0958.", ["+447700900320", "+442079460958"]),
        ("GB.10000000000000000001", "*Ring* _07700 900320_", ["+447700900320"]),
        ("12025550142", "202-555-0123, (202) 555-0124", ["+12025550123", "+12025550124"]),
        ("447700900401", "Order 0123456789012 of 2023-01-02: 01.02.2023, #07700900320", []),
        ("447700900401", "`07700 900320` https://x.example/07700900320", ["https"]),
        ("12025550142", "07700 900320 or 2025550123, 12.50", []),
        ("nobody", "07700 900320", []),
    ],
)
def test_a_number_is_dialled_as_at_home_where_its_writer_is(
    peer: str, text: str, numbers: list[str]
) -> None:
    message: Any = {"direction": "incoming", "provider_message_id": wamid(peer, "3A01")}
    read = Reader(rich(text, region_of(message)))
    links = [str(attributes["href"]) for tag, attributes in read.tags if tag == "a"]
    assert [link.removeprefix("tel:").partition(":")[0] for link in links] == numbers
    assert "tel:" not in rich(text), "nobody's country is guessed"
    assert region_of({**message, "direction": "outgoing"}) == ""


@given(st.lists(MARKS | st.sampled_from("0207 ()-.49"), max_size=60).map("".join))
def test_numbers_as_at_home_change_no_word(text: str) -> None:
    plain, linked = Reader(rich(text)), Reader(rich(text, "GB"))
    assert linked.text == plain.text
    assert {tag for tag, _ in linked.tags} <= ALLOWED
    assert linked.open == []
