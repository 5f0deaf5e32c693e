"""Contacts as pages: found, written about, merged, brought and taken away as a table."""

import csv
import io
import re
from collections.abc import Iterator

import httpx
import pytest

from tests.support.server import Line, Server, said, webhook


@pytest.fixture
def desk(server: Server) -> Iterator[httpx.Client]:
    """Ana at her browser, which follows where a form leads."""
    server.as_admin.follow_redirects = True
    yield server.as_admin
    server.as_admin.follow_redirects = False


def meet(server: Server, line: Line, number: str, name: str) -> str:
    """Somebody writes; the id of their contact."""
    who = {"profile": {"name": name}, "wa_id": number}
    message = said(f"wamid.{line.id}.{number}", "https://example.com/list", number)
    assert server.post_signed(line, webhook(contacts=[who], messages=[message])).status_code == 200
    server.settle()
    found = (one["contact"] for one in server.conversations(line))
    return next(str(one["id"]) for one in found if one["wa_id"] == number)


def test_what_is_written_on_a_page_is_what_changed_there_and_no_more(
    server: Server, line: Line, desk: httpx.Client
) -> None:
    dana = meet(server, line, "12025550142", "dana 🌸")
    page = desk.get(f"/contacts/{dana}/edit").text
    assert 'name="was-note" value=""' in page
    server.api().patch(f"/api/v1/contacts/{dana}", json={"note": "Calls back."})
    form = {"was-name": "", "name": "Dana <R>", "was-note": "", "note": ""}
    saved = desk.post(f"/contacts/{dana}/edit", data=form)
    assert saved.status_code == 200 and saved.url.path == f"/contacts/{dana}"
    assert "Dana &lt;R&gt;" in saved.text and "dana 🌸" in saved.text
    assert "Calls back." in saved.text, "a colleague wrote it meanwhile"
    assert "+1 202-555-0142" in saved.text and "(202) 555-0142" in saved.text
    refused = desk.post(f"/contacts/{dana}/edit", data=form | {"name": "x" * 201})
    assert refused.status_code == 422 and "at most 200 characters" in refused.text
    part = desk.get(f"/contacts/{dana}", headers={"HX-Request": "true"}).text
    assert part.lstrip().startswith('<div id="details"')


def test_two_are_merged_after_a_look_and_taken_apart_again(
    server: Server, line: Line, desk: httpx.Client
) -> None:
    dana = meet(server, line, "12025550142", f"Dana {line.id[-6:]}")
    other = meet(server, line, "447700900123", "D.")
    chosen = desk.get(f"/contacts/{other}/merge").text
    assert f"?into={dana}" in chosen and f"?into={other}" not in chosen
    looked = desk.get(f"/contacts/{other}/merge?into={dana}").text
    assert f"Dana {line.id[-6:]}" in looked and "No message moves" in looked
    assert server.get(f"contacts/{other}")["person_id"] is None
    merged = desk.post(f"/contacts/{other}/merge", data={"into": dana}).text
    assert "Undo the last merge" in merged and "merged" in merged
    again = desk.post(f"/contacts/{other}/merge", data={"into": dana})
    assert again.status_code == 422 and "one person already" in again.text
    apart = desk.post(f"/contacts/{dana}/unmerge").text
    assert "Undo the last merge" not in apart
    assert server.get(f"contacts/{other}")["person_id"] is None


def test_a_table_is_looked_at_brought_and_taken_away(
    server: Server, line: Line, desk: httpx.Client
) -> None:
    dana = meet(server, line, "12025550142", "=1+1")
    table = "phone_number;name;channel\n"
    table += f"+12025550142;@Dana;{line.id}\n12;Nobody;\n"
    for preview in ({"preview": "1"}, {}):
        files = {"file": ("contacts.csv", table.encode("utf-16"), "text/csv")}
        told = desk.post("/contacts/import", data=preview, files=files)
        assert told.status_code == 200 and told.text.rstrip().endswith("</html>")
        assert "2 of 2 lines" in told.text and "country code" in told.text
        named = server.get(f"contacts/{dana}")["own_name"]
        assert named == (None if preview else "@Dana")
    rows = {
        row["id"]: row for row in csv.DictReader(io.StringIO(desk.get("/contacts.csv").text[1:]))
    }
    mine = rows[dana]
    assert (mine["name"], mine["profile_name"]) == ("'@Dana", "'=1+1")
    nothing = desk.post("/contacts/import", files={"file": ("", b"", "text/csv")})
    assert nothing.status_code == 422


def test_people_are_found_and_what_they_shared_is_shown(
    server: Server, line: Line, desk: httpx.Client
) -> None:
    dana = meet(server, line, "12025550142", "Dana")
    assert f"/contacts/{dana}" in desk.get("/contacts").text
    [known] = server.conversations(line)
    shared = desk.get(f"/conversations/{known['id']}/shared?kind=links").text
    assert re.search(r'<a [^>]*href="https://example.com/list"', shared)
    assert (
        "No documents yet" in desk.get(f"/conversations/{known['id']}/shared?kind=documents").text
    )
    assert "Nobody found" in desk.get("/contacts?q=nobodyiscalledso").text


def test_attributes_are_defined_on_their_page_and_filled_in_on_the_contacts(
    server: Server, line: Line, desk: httpx.Client
) -> None:
    dana, key = meet(server, line, "12025550142", "Dana"), f"plan_{line.id[-6:]}"
    path = "/settings/contact-attributes"
    new = {"label": "Plan & co", "key": key, "kind": "choice", "choices": "Basic\r\nPlus"}
    listed = desk.post(path, data=new)
    assert listed.status_code == 200 and "Plan &amp; co" in listed.text
    assert "already" in desk.post(path, data=new).text
    [made] = [one for one in server.get("contact-attributes")["data"] if one["key"] == key]
    own = f"{path}/{made['id']}"
    assert "Plus\nPro" not in desk.get(own).text
    desk.post(own, data={"label": "Plan", "choices": "Basic\nPlus\nPro"})
    filled = {"was-name": "", "name": "", f"was-a-{key}": "", f"a-{key}": "Pro"}
    assert "Pro" in desk.post(f"/contacts/{dana}/edit", data=filled).text
    assert server.get(f"contacts/{dana}")["attributes"][key] == "Pro"
    assert desk.post(f"{own}/delete").status_code == 200
    assert key not in server.get(f"contacts/{dana}")["attributes"]
