"""A conversation that became part of another is still found, and answered, by its old address."""

from tests.support.server import Line, Server, said, webhook

BY_ID = {"from_user_id": "US.13491208655302741918"}


def _joined(server: Server, line: Line) -> tuple[str, str]:
    """The id of a conversation that is no more, and of the one that it became part of."""
    number = said(f"wamid.{line.id}.1", "by number", sender="12025550199")
    hidden = said(f"wamid.{line.id}.2", "by id") | BY_ID
    del hidden["from"]
    both = said(f"wamid.{line.id}.3", "by both", sender="12025550199") | BY_ID
    for message in (number, hidden):
        assert server.post_signed(line, webhook(messages=[message])).status_code == 200
        server.settle()
    old = {each["id"] for each in server.conversations(line)}
    assert len(old) == 2
    assert server.post_signed(line, webhook(messages=[both])).status_code == 200
    server.settle()
    [whole] = server.conversations(line)
    [gone] = old - {whole["id"]}
    return gone, whole["id"]


def test_the_old_address_leads_to_where_it_went(server: Server, line: Line) -> None:
    gone, whole = _joined(server, line)
    api = server.api()
    answer = api.get(f"/api/v1/conversations/{gone}", follow_redirects=False)
    assert answer.status_code == 301
    assert api.get(answer.headers["location"]).json()["id"] == whole
    path = f"/api/v1/conversations/{gone}/messages"
    answer = api.get(path, params={"limit": "2"}, follow_redirects=False)
    assert answer.headers["location"].endswith(f"/{whole}/messages?limit=2")

    browser = server.admin()
    page = browser.get(f"/conversations/{gone}?view=unread", follow_redirects=False)
    assert page.status_code == 301
    assert page.headers["location"].endswith(f"/conversations/{whole}?view=unread")
    assert browser.get(page.headers["location"]).status_code == 200
    assert server.browser().get(f"/conversations/{gone}", follow_redirects=False).status_code != 301


def test_what_programs_send_to_the_old_address_goes_to_where_it_went(
    server: Server, line: Line
) -> None:
    gone, whole = _joined(server, line)
    [*_, last] = server.get(f"conversations/{whole}/messages")["data"]
    body = {"text": "We open at nine.", "client_id": "once", "quoted_id": last["id"]}
    first = server.api().post(f"/api/v1/conversations/{gone}/messages", json=body)
    again = server.api().post(f"/api/v1/conversations/{whole}/messages", json=body)
    assert first.status_code == 201, first.text
    assert first.json()["conversation_id"] == whole
    assert first.json()["context"]["id"] == last["provider_message_id"]
    assert again.json()["id"] == first.json()["id"], "one click is one message, at either address"


def test_an_open_page_of_the_old_address_sends_and_reads_and_goes_there(
    server: Server, line: Line
) -> None:
    gone, whole = _joined(server, line)
    browser, htmx = server.as_admin, {"HX-Request": "true"}
    assert browser.post(f"/conversations/{gone}/seen", data={"count": "3"}).status_code == 204
    form = {"text": "We open at nine.", "client_id": f"page {line.id}", "conversation_id": gone}
    sent = browser.post(f"/conversations/{gone}/messages", data=form, headers=htmx)
    assert sent.status_code == 200 and f'data-conversation="{whole}"' in sent.text
    assert sent.headers["hx-replace-url"] == f"/conversations/{whole}"
    plain = browser.post(
        f"/conversations/{gone}/messages", data=form | {"client_id": "b"}, follow_redirects=False
    )
    assert plain.headers["location"] == f"/conversations/{whole}"


def test_nobody_knows_an_id_that_never_was(server: Server, line: Line) -> None:
    path = f"/api/v1/conversations/{line.id}/messages"
    assert server.api().post(path, json={"text": "hello"}).status_code == 404
