"""Whom a note names stands out on the page, and nothing in a name or around it is markup."""

from inbox.domain.content import Content
from inbox.web.present.noted import noted

NAMED: Content = {"mentions": [{"id": "1", "name": "Ben <b>"}]}


def test_a_name_stands_out_as_it_was_written_and_in_no_address() -> None:
    html = noted("*Ask* @ben <b>, not https://example.com/@Ben", NAMED)
    assert '<strong>Ask</strong> <bdi class="mention">@ben &lt;b&gt;</bdi>' in html
    assert html.count("mention") == 1


def test_who_is_not_named_is_only_text() -> None:
    assert noted("@Ana <i>", NAMED) == "@Ana &lt;i&gt;"
    assert noted("@Ben", {}) == "@Ben"
