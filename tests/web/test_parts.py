"""Forms and orders as tables, and addresses of strangers."""

from typing import Any

import pytest

from inbox.web.present.links import host, mailto, tel, weblink, website
from inbox.web.present.message_details import bill, filled


def product(price: Any, quantity: Any = "1", currency: str = "EUR") -> dict[str, Any]:
    facts = {"id": "K", "price": price, "quantity": quantity, "currency": currency}
    return {name: value for name, value in facts.items() if value is not None}


def test_a_form_reads_as_labels_and_answers() -> None:
    data = {
        "screen_0_First_name_1": "Amara",
        "agree": True,
        "sizes": ["M", "L"],
        "home": {"zip": 100001},
        "people": [{"name": "A"}, {"name": "B"}],
        "flow_token": "secret",
    }
    assert filled({"data": data}) == [
        ("First name", "Amara"),
        ("Agree", "Yes"),
        ("Sizes", "M, L"),
        ("Home › Zip", "100001"),
        ("People 1 › Name", "A"),
        ("People 2 › Name", "B"),
    ]
    assert filled({"raw": "{broken"}) == [("Answer", "{broken")]
    assert len(filled({"data": {str(n): n for n in range(999)}})) <= 61
    assert filled({}) == []


@pytest.mark.parametrize(
    ("products", "total"),
    [
        ([product("39.9", "2"), product("4.5")], "84.30 EUR"),
        ([product("1000000")], "1,000,000.00 EUR"),
        ([product("0.125", "1", "KWD")], "0.125 KWD"),
        ([product("1"), product("1", "1", "USD")], ""),
        ([product("1"), product(None)], ""),
        ([product("-5")], ""),
        ([product("1e99")], ""),
        ([product("1", "1", "<b>")], ""),
        ([], ""),
    ],
)
def test_an_order_has_a_total_only_if_it_is_certain(products: list[Any], total: str) -> None:
    assert bill({"products": products}).total == total


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "//example.com",
        "https:example.com",
        "https://",
        "https://bank.example@evil.example/",
        "https://evil.example\\@bank.example",
        "https://a b.example",
        "https://x.example/\u202egnp",
        "java\tscript:alert(1)",
        "http://[::1",
        "",
        None,
        "https://x.example/" + "a" * 3000,
    ],
)
def test_an_address_that_is_not_plainly_of_the_web_is_no_link(address: str | None) -> None:
    assert weblink(address) == ""


def test_an_address_of_the_web_shows_where_it_leads() -> None:
    assert weblink("https://www.example.com/a?b=c#d") == "https://www.example.com/a?b=c#d"
    assert host("https://www.example.com/a") == "example.com"
    assert host("https://аррӏе.example/pay") == "xn--80ak6aa92e.example"
    assert weblink("https://аррӏе.example:8443/pay") == "https://xn--80ak6aa92e.example:8443/pay"


def test_a_cards_address_may_leave_its_scheme_out() -> None:
    assert website("www.example.com/a") == "https://www.example.com/a"
    assert website("http://example.com") == "http://example.com"
    assert website("javascript:alert(1)") == website("at home") == website(None) == ""


def test_numbers_and_mail_are_links_only_if_they_look_so() -> None:
    assert tel("+44 (7700) 900-123") == "tel:+447700900123"
    assert tel("0044 7700 900123") == tel("+44 (0)7700 900123") == "tel:+447700900123"
    assert tel("javascript:1") == tel("12") == tel(None) == ""
    assert mailto("a.b+c@example.com") == "mailto:a.b+c@example.com"
    assert mailto("x@аррӏе.example") == "mailto:x@xn--80ak6aa92e.example"
    assert mailto("a@example.com?cc=x@evil.example") == mailto("x") == ""
