"""Token and number are checked when they are saved; what the provider says is on the page."""

from html import unescape

from tests.support.fake_graph import TOKEN, FakeGraph
from tests.support.server import Line, Server

KNOWN = {"verified_name": "Fiction & Co", "display_phone_number": "+1 202-555-0163"}


def page(server: Server, line: Line) -> str:
    return unescape(server.as_admin.get(f"/settings/channels/{line.id}").text)


def change(server: Server, line: Line, **facts: str) -> tuple[int, str]:
    answer = server.as_admin.post(f"/settings/channels/{line.id}", data=facts)
    return answer.status_code, unescape(answer.text)


def test_what_is_refused_is_a_sentence_at_its_field_and_not_saved(
    server: Server, graph: FakeGraph
) -> None:
    graph.numbers = {}
    facts = {"name": "Unsaved", "provider": "cloud-api", "account": "551", "secret": "app secret"}
    facts |= {"api_base": graph.base_url, "access_token": TOKEN}
    refused = server.as_admin.post("/settings/channels", data=facts)
    assert refused.status_code == 422 and 'id="error-account"' in refused.text
    assert "Meta knows no phone number with this ID" in refused.text
    refused = server.as_admin.post("/settings/channels", data=facts | {"access_token": "worn-out"})
    assert "Meta does not take this access token" in refused.text and "worn-out" not in refused.text
    assert "Unsaved" not in server.as_admin.get("/settings/channels").text


def test_name_number_and_quality_are_on_the_page_and_a_wrong_change_is_not_kept(
    server: Server, graph: FakeGraph
) -> None:
    line = server.add_channel(api_base=graph.base_url)
    graph.numbers = {line.account: KNOWN | {"quality_rating": "RED"}}
    server.as_admin.post(f"/settings/channels/{line.id}/check")
    told = page(server, line)
    assert "+1 202-555-0163" in told and "Fiction & Co" in told and "low quality" in told
    for field, wrong in (("access_token", "wrong"), ("account", "552")):
        status, words = change(server, line, **{field: wrong})
        assert status == 422 and f'id="error-{field}"' in words
    assert (line.account in page(server, line)) and "low quality" in page(server, line)


def test_a_provider_that_cannot_be_reached_keeps_nobody_from_saving(server: Server) -> None:
    line = server.add_channel(api_base="http://127.0.0.1:9")
    told = page(server, line)
    assert "Not checked yet:" in told and "Meta could not be reached just now." in told
    assert "Check now" in told


def test_a_token_that_has_died_since_is_red_after_another_look(
    server: Server, graph: FakeGraph
) -> None:
    line, since = server.add_channel(api_base=graph.base_url), server.head()
    for token, state in (("another", "refused"), (TOKEN, "known")):
        graph.token = token
        server.as_admin.post(f"/settings/channels/{line.id}/check")
        told = server.wait_for("channel:updated", since, lambda one: one["number"], id=line.id)
        told = server.get("status")["channels"]
        [mine] = [one for one in told if one["id"] == line.id]
        assert mine["number"]["state"] == state
        assert (mine["health"]["state"] == "trouble") is (state == "refused")
        assert ("Nothing can be sent" in page(server, line)) is (state == "refused")


def test_the_trial_channel_asks_nobody(server: Server) -> None:
    phone = server.add_channel(name="Trial", provider="sandbox", api_base="", account="")
    told = page(server, phone)
    assert "Ready to be tried" in told and "Check now" not in told


def test_a_number_is_connected_once_and_the_page_says_where(server: Server) -> None:
    line, other = server.add_channel(name="First & only"), server.add_channel()
    status, words = change(server, other, account=line.account)
    assert status == 422 and "connected already, as “First & only” (Meta Cloud API)" in words
    facts = {"name": "Twice", "provider": "waba", "account": line.account, "access_token": "k"}
    again = server.as_admin.post("/settings/channels", data=facts)
    assert again.status_code == 422 and 'id="error-account"' in again.text
    assert server.as_admin.post(
        f"/settings/channels/{line.id}/state", data={"action": "remove"}
    ).is_redirect
    assert change(server, other, account=line.account)[0] == 303
