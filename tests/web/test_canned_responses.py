"""The page of canned responses: agents have their own there, admins everybody's as well."""

import re

from tests.support.server import Server

LIST = "/settings/canned-responses"


def _fields(
    code: str, content: str = "We open at nine.", scope: str = "personal"
) -> dict[str, str]:
    return {"short_code": code, "content": content, "scope": scope}


def _id_of(server: Server, code: str) -> str:
    [found] = [
        one
        for one in server.as_admin.get("/api/v1/canned-responses", params={"q": code}).json()[
            "data"
        ]
        if one["short_code"] == code
    ]
    return str(found["id"])


def test_what_is_written_there_can_be_changed_deleted_and_taken_back(server: Server) -> None:
    admin = server.as_admin
    assert admin.post(LIST, data=_fields("page-hours", scope="everybody")).status_code == 303
    own = f"{LIST}/{_id_of(server, 'page-hours')}"
    admin.post(own, data=_fields("page-times", scope="everybody"))
    assert "/page-times" in admin.get(LIST, params={"q": "page-times"}).text
    after = admin.post(f"{own}/delete")
    told = admin.get(after.headers["location"]).text
    assert f'action="{own}/restore"' in told and "/page-times" in told
    assert "Nothing found" in admin.get(LIST, params={"q": "page-times"}).text
    admin.post(f"{own}/restore")
    assert "Nothing found" not in admin.get(LIST, params={"q": "page-times"}).text


def test_an_unknown_variable_comes_back_with_the_form(server: Server) -> None:
    answer = server.as_admin.post(LIST, data=_fields("bad", "Hello {{contact.nick}} <b>"))
    assert answer.status_code == 422
    assert "“{{contact.nick}}” is not a variable" in answer.text
    assert "Hello {{contact.nick}} &lt;b&gt;</textarea>" in answer.text


def test_an_agent_reads_everybodys_and_changes_their_own(server: Server) -> None:
    server.as_admin.post(LIST, data=_fields("shared-one", scope="everybody"))
    shared = f"{LIST}/{_id_of(server, 'shared-one')}"
    agent = server.agent("canned-agent@example.com")
    page = agent.get(shared).text
    assert "readonly" in page and "Make your own of it" in page
    assert agent.post(shared, data=_fields("mine")).status_code == 422
    assert agent.post(f"{shared}/delete").status_code == 422
    assert "We open at nine.</textarea>" in agent.get(f"{LIST}/new?copy={shared[-36:]}").text
    assert agent.post(LIST, data=_fields("shared-one")).status_code == 303
    listed = agent.get(LIST, params={"q": "shared-one"}).text
    assert len(re.findall('class="row canned-row"', listed)) == 2
    side = re.search(r'<nav class="side".*?</nav>', listed, re.DOTALL)
    assert side and re.findall(r'<a href="([^"]+)"', side[0]) == [LIST, "/docs"]


def test_a_table_is_looked_at_first_and_then_taken(server: Server) -> None:
    """What is in it is somebody's: the report shows it as text."""
    agent = server.agent("canned-table@example.com")
    rows = "short_code,content\n<b>bad</b>,x\ntable-one,Hello\n"
    files = {"file": ("table.csv", rows.encode(), "text/csv")}
    for looks, there in (({"preview": "1"}, 0), ({}, 1)):
        page = agent.post(f"{LIST}/import", files=files, data=looks).text
        assert "&lt;b&gt;bad" in page and "/table-one" in page
        found = agent.get("/api/v1/canned-responses", params={"q": "table-one"}).json()["data"]
        assert len(found) == there
    assert agent.get(f"{LIST}.csv").text.startswith("\ufeffshort_code,content")
    wrong = {"file": ("table.csv", b"short_code,content\nx,\xff\n", "text/csv")}
    answer = agent.post(f"{LIST}/import", files=wrong)
    assert answer.status_code == 422 and "Line 2 is not written in UTF-8" in answer.text
    assert agent.post(f"{LIST}/import", data={}).status_code == 422


def test_its_files_come_back_with_a_form_that_is_wrong(server: Server) -> None:
    admin, files = server.as_admin, {"file": ("Prices.txt", b"9", "text/plain")}
    media = admin.post("/api/v1/media", files=files).json()
    fields = _fields("prices", "Hello {{nobody}}") | {"attachments": media["id"]}
    for text in (admin.post(LIST, data=fields).text,):
        assert f'value="{media["id"]}"' in text and "Prices.txt" in text
    assert admin.post(LIST, data=fields | {"content": ""}).status_code == 303
    assert "Prices.txt" in admin.get(LIST, params={"q": "prices"}).text
    assert admin.get(media["url"]).text == "9"
