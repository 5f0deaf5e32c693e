"""A conversation that became part of another is still found by the address it had."""

from tests.support.server import Line, Server, said, webhook

BY_ID = {"from_user_id": "US.13491208655302741918"}


def test_the_old_address_leads_to_where_it_went(server: Server, line: Line) -> None:
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

    api = server.api()
    answer = api.get(f"/api/v1/conversations/{gone}", follow_redirects=False)
    assert answer.status_code == 301
    assert api.get(answer.headers["location"]).json()["id"] == whole["id"]
    path = f"/api/v1/conversations/{gone}/messages"
    answer = api.get(path, params={"limit": "2"}, follow_redirects=False)
    assert answer.headers["location"].endswith(f"/{whole['id']}/messages?limit=2")

    browser = server.admin()
    page = browser.get(f"/conversations/{gone}?view=unread", follow_redirects=False)
    assert page.status_code == 301
    assert page.headers["location"].endswith(f"/conversations/{whole['id']}?view=unread")
    assert browser.get(page.headers["location"]).status_code == 200
    assert server.browser().get(f"/conversations/{gone}", follow_redirects=False).status_code != 301
