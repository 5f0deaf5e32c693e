"""What messages cost: the report, the rate card and a channel's month, by API and on pages.

Each test has a channel and, where it enters rates, a currency of its own.
"""

import csv
import io
import time
from typing import Any

import httpx
import pytest

from tests.support.server import Line, Server, webhook

AT = 1_750_000_000
"""15 June 2025, about 15:06 in UTC."""
JUNE = {"since": "2025-06-01", "until": "2025-07-01"}


@pytest.fixture
def line(server: Server) -> Line:
    return server.add_channel(name="=1+1 Shop")


def priced(line: Line, number: int, at: int = AT, **pricing: Any) -> dict[str, Any]:
    told = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "utility"}
    return {
        "id": f"wamid.{line.id}.{at}.{number}",
        "status": "delivered",
        "timestamp": str(at),
        "recipient_id": "447700900123",
        "pricing": {**told, **pricing},
    }


def tell(server: Server, line: Line, *statuses: Any) -> None:
    body = webhook(line.account, statuses=list(statuses))
    assert server.post_signed(line, body).status_code == 200
    server.settle()


def rates(server: Server, *given: dict[str, str]) -> httpx.Response:
    return server.api().post("/api/v1/rates", json={"rates": list(given)})


def rate(currency: str, price: str = "0.05", country: str = "GB") -> dict[str, str]:
    facts = {"currency": currency, "country": country, "category": "utility"}
    return facts | {"from_day": "2025-01-01", "price": price}


def test_the_report_says_what_was_billed(server: Server, line: Line) -> None:
    free = {"billable": False, "type": "free_customer_service", "category": "service"}
    tell(server, line, priced(line, 1), priced(line, 2), priced(line, 3, **free))
    billed = server.api().patch(f"/api/v1/channels/{line.id}/billing", json={"currency": "nok"})
    assert billed.json()["currency"] == "NOK"
    assert rates(server, rate("NOK")).status_code == 200
    rows = server.get("reports/cost", channel=line.id, **JUNE)["data"]
    assert [(row["key"], row["billed"], row["free"], row["amount"]) for row in rows] == [
        ("utility", 2, 0, "0.1"),
        ("service", 0, 1, "0"),
    ]
    days = server.get("reports/cost", channel=line.id, by="day", **JUNE)["data"]
    assert [(row["key"], row["messages"]) for row in days] == [("2025-06-15", 3)]
    assert server.get("reports/cost", channel=line.id, since="2025-06-16")["data"] == []


def test_as_csv_it_is_harmless_to_spreadsheets(server: Server, line: Line) -> None:
    tell(server, line, priced(line, 1))
    asked = {"by": "channel", "channel": line.id, **JUNE}
    answer = server.api().get("/api/v1/reports/cost.csv", params=asked)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    [row] = csv.DictReader(io.StringIO(answer.text))
    assert (row["key"], row["name"], row["billed"]) == (line.id, "'=1+1 Shop", "1")
    page = server.as_admin.get(
        "/settings/costs.csv",
        params={"by": "channel", "channel": line.id, "first": "2025-06-01", "last": "2025-06-30"},
    )
    assert page.text == answer.text


def test_a_channels_zone_says_when_its_days_begin(server: Server, line: Line) -> None:
    tell(server, line, priced(line, 1, at=AT + 8 * 3600))
    known = server.api().patch(
        f"/api/v1/channels/{line.id}/billing", json={"time_zone": "Asia/Tokyo"}
    )
    assert known.json()["time_zone"] == "Asia/Tokyo"
    days = server.get("reports/cost", channel=line.id, by="day", **JUNE)["data"]
    assert [row["key"] for row in days] == ["2025-06-16"]
    refused = server.api().patch(
        f"/api/v1/channels/{line.id}/billing", json={"time_zone": "Mars/Olympus"}
    )
    assert (refused.status_code, refused.json()["field"]) == (422, "time_zone")


def test_rates_are_entered_all_or_none(server: Server) -> None:
    wrong = rates(server, rate("SEK"), rate("SEK", price="five", country="US"))
    assert (wrong.status_code, wrong.json()["field"]) == (422, "rates[1].price")
    assert rates(server, rate("SEK", price="0.10")).json()["data"][0]["price"] == "0.1"
    key = {name: value for name, value in rate("SEK").items() if name != "price"}
    assert rates(server, rate("SEK"), rate("SEK", country="*")).status_code == 200
    assert server.get("rates", **key)["data"] == [rate("SEK")]
    assert server.get("rates", currency="SEK", country="*")["data"] == [rate("SEK", country="")]
    assert server.get("rates", **key | {"from_day": "2025-01-02"})["data"] == []
    everywhere = key | {"country": "*"}
    assert server.api().delete("/api/v1/rates", params=everywhere).status_code == 200
    assert server.api().delete("/api/v1/rates", params=key).json()["data"] == [rate("SEK")]
    assert server.api().delete("/api/v1/rates", params=key).status_code == 404
    assert all(one["currency"] != "SEK" for one in server.get("rates")["data"])


def test_a_pasted_table_is_saved_or_told_its_faults(server: Server) -> None:
    def pasted(lines: str, **options: Any) -> httpx.Response:
        data = {"lines": lines}
        return server.as_admin.post("/settings/costs/rates/import", data=data, **options)

    refused = pasted("DKK,GB,utility,2025-01-01,0.3\nDKK,GB,<i>,2025-01-01,0.3")
    assert refused.status_code == 422
    assert "Line 2: “&lt;i&gt;” is no category" in refused.text
    assert "DKK,GB,&lt;i&gt;,2025-01-01,0.3" in refused.text, "to be mended and not pasted again"
    assert "DKK" not in str(server.get("rates"))
    file = {"file": ("card.csv", b"DKK;GB;utility;2025-01-01;0,3\n", "text/csv")}
    assert "1 rate is saved." in pasted("", files=file, follow_redirects=True).text
    assert rate("DKK", price="0.3") in server.get("rates")["data"]


def test_prices_are_changed_and_lines_removed_in_the_table(server: Server) -> None:
    admin, key = server.as_admin, "CHF|GB|utility|2025-01-01"
    added = admin.post("/settings/costs/rates/add", data=rate("chf", price="0.2"))
    assert added.status_code == 303
    refused = admin.post("/settings/costs/rates", data={f"price|{key}": "2 francs"})
    assert refused.status_code == 422
    assert "“2 francs” is no price" in refused.text and 'value="2 francs"' in refused.text
    assert admin.post("/settings/costs/rates", data={f"price|{key}": "0.25"}).status_code == 303
    assert rate("CHF", price="0.25") in server.get("rates")["data"]
    assert admin.post("/settings/costs/rates", data={"remove": key}).status_code == 303
    assert "CHF" not in str(server.get("rates"))


def test_the_page_shows_the_sums_and_what_has_no_rate(server: Server, line: Line) -> None:
    tell(server, line, priced(line, 1), priced(line, 2, category="marketing"))
    form = {"currency": "PLN", "time_zone": "Europe/Warsaw"}
    account = f"/settings/costs/channels/{line.id}"
    assert server.as_admin.post(account, data=form).status_code == 303
    rates(server, rate("PLN", price="0.4442"))
    asked = {"first": "2025-06-01", "last": "2025-06-30", "channel": line.id, "by": "channel"}
    page = server.as_admin.get("/settings/costs", params=asked).text
    assert "PLN" in page and "0.4442" in page
    assert "The rate card has no rate for 1 billed message." in page
    assert "<bdi>=1+1 Shop</bdi>" in page and "2025-06-15: 2 billed, 0 free" in page
    refused = server.as_admin.get("/settings/costs", params=asked | {"first": "soon"})
    assert refused.status_code == 422 and "That is no day." in refused.text
    wrong = server.as_admin.post(account, data=form | {"currency": "ZLOTY"})
    assert wrong.status_code == 422 and "“ZLOTY” is no currency" in wrong.text


def test_a_channels_page_counts_the_month(server: Server, line: Line) -> None:
    tell(server, line, priced(line, 1, at=int(time.time()), category="service"))
    page = server.as_admin.get(f"/settings/channels/{line.id}").text
    assert "<strong>1</strong> of 1,000 free ones" in page
    month = server.get(f"channels/{line.id}/billing")["month"]
    assert (month["sent"], month["free"], month["used_up_at"]) == (1, 1000, None)
    notifier = server.add_channel(provider="notifier", access_token="t" * 20)
    assert "free ones" not in server.as_admin.get(f"/settings/channels/{notifier.id}").text


def test_costs_are_for_admins(server: Server) -> None:
    agent = server.api("agent")
    for path in ("reports/cost", "reports/cost.csv", "rates"):
        assert agent.get(f"/api/v1/{path}").status_code == 403
