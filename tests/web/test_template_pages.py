"""Admins see a channel's templates, and write them with what is wrong told at its field."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from tests.media.pictures import jpeg
from tests.support.fake_graph import FakeGraph
from tests.support.graph.templates import Definition
from tests.support.server import Line, Server, said, webhook
from tests.support.until import until
from tests.web.test_uploads import bring

WRITTEN: dict[str, Any] = {
    "name": "we_are_open",
    "language": "en",
    "category": "UTILITY",
    "header": "",
    "body": "Dear {{first_name}}, we are open again.",
    "footer": "",
}
EXAMPLE = {"example.body.first_name": "Amara"}
READY = Definition(
    name="order_ready",
    components=(
        {"type": "BODY", "text": "Hello {{1}}, order {{2}} is ready."},
        {"type": "FOOTER", "text": "<b>Thank you</b>"},
    ),
)

PICTURED = Definition(
    name="shelf_seen",
    components=({"type": "HEADER", "format": "IMAGE"}, {"type": "BODY", "text": "Here it is."}),
)


@pytest.fixture
def line(server: Server, graph: FakeGraph) -> Iterator[Line]:
    line = server.add_channel(api_base=graph.base_url)
    yield line
    graph.account.templates.clear()


def listed(admin: httpx.Client, line: Line, name: str) -> str:
    """The page of the template of this name, once it is on the list."""
    path = f"/settings/channels/{line.id}/templates"

    def links() -> list[str]:
        page = admin.get(path, params={"q": name.replace("_", " ")}).text
        return re.findall(rf'href="({path}/[0-9a-f-]+)"[^<]*<[^<]*<[^<]*<[^<]*{name}', page)

    return until(links)[0]


def problem(page: httpx.Response, field: str) -> str:
    assert page.status_code == 422, page.text
    found = re.search(rf'id="error-{re.escape(field)}"[^>]*>([^<]*)<', page.text)
    assert found, page.text
    return found[1]


def test_a_template_is_written_with_its_examples_and_deleted_again(
    server: Server, line: Line, graph: FakeGraph
) -> None:
    admin, path = server.as_admin, f"/settings/channels/{line.id}/templates"
    assert "a to z" in problem(admin.post(path, data=WRITTEN | {"name": "We Are"}), "name")
    asked = admin.post(path, data=WRITTEN)
    assert "wants an example" in problem(asked, "example.body.first_name")
    assert admin.post(path, data=WRITTEN | EXAMPLE).status_code == 303
    [made] = graph.templates
    assert (made.name, made.status, made.named) == ("we_are_open", "PENDING", True)
    own = listed(admin, line, "we_are_open")
    assert "Pending" in admin.get(own).text
    assert admin.post(f"{own}/delete").status_code == 303
    assert graph.templates == []


def test_a_picture_above_the_words_is_shown_to_meta_and_stays_without_another(
    server: Server, line: Line, graph: FakeGraph
) -> None:
    admin, path = server.as_admin, f"/settings/channels/{line.id}/templates"
    pictured = WRITTEN | EXAMPLE | {"header": "IMAGE"}
    assert "needs a sample" in problem(admin.post(path, data=pictured), "header_media")
    gone = admin.post(path, data=pictured | {"header_media": "x", "header_name": "<i>.jpg"})
    assert "no such file" in problem(gone, "header_media")
    assert "&lt;i&gt;.jpg" in gone.text
    photo = bring(server.api(), jpeg(320, 240), "image", "Shelf.jpg", "image/jpeg").json()["id"]
    assert admin.post(path, data=pictured | {"header_media": photo}).status_code == 303
    [made] = graph.templates
    [handle] = made.components[0]["example"]["header_handle"]
    assert graph.account.sessions.handles[handle] == (jpeg(320, 240), "image/jpeg")
    graph.templates[:] = [replace(made, status="APPROVED")]
    admin.post(f"{path}/sync")
    own = listed(admin, line, "we_are_open")
    page = until(lambda: admin.get(own).text, lambda page: "Have it approved" in page)
    assert 'data-own="IMAGE"' in page


def test_where_a_file_cannot_be_fetched_the_form_says_why_and_offers_the_rest(
    server: Server,
) -> None:
    line = server.add_channel(provider="waba")
    page = server.as_admin.get(f"/settings/channels/{line.id}/templates/new").text
    assert 'value="LOCATION"' in page
    assert 'value="IMAGE"' not in page
    assert "INBOX_PUBLIC_URL" in page


def picked(server: Server, line: Line, graph: FakeGraph) -> tuple[str, str]:
    """The form of the template for somebody who has just written, and their conversation."""
    graph.account.add(READY)
    listed(server.as_admin, line, "order_ready")
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?", at=1)]))
    server.settle()
    [known] = server.conversations(line)
    path = f"/conversations/{known['id']}/templates"
    found = re.search(rf"{path}/[0-9a-f-]+", server.as_admin.get(path, params={"q": "order"}).text)
    assert found
    return found[0], known["id"]


def test_the_picker_fills_in_remembers_and_shows_what_the_customer_sees(
    server: Server, line: Line, graph: FakeGraph
) -> None:
    admin, (found, known) = server.as_admin, picked(server, line, graph)
    shown = admin.post(f"{found}/preview", data={"body.1": "<i>Amara"}).text
    assert "Hello &lt;i&gt;Amara, order {{2}} is ready." in shown
    assert "&lt;b&gt;Thank you" in shown
    refused = admin.post(found, data={"body.1": "Amara"})
    assert problem(refused, "template-body.2") == "Fill this in."
    facts = {"body.1": "Amara", "body.2": "17", "conversation_id": known}
    assert admin.post(found, data=facts).status_code == 303
    graph.wait_for(1)
    assert graph.sent[-1].json["template"]["name"] == "order_ready"
    again = admin.get(found).text
    assert 'name="body.2" type="text" value="17"' in again
    assert "Used last" in admin.get(f"/conversations/{known}/templates").text


def test_a_file_that_was_brought_stands_above_the_words_and_is_not_remembered(
    server: Server, line: Line, graph: FakeGraph
) -> None:
    graph.account.add(PICTURED)
    admin = server.as_admin
    listed(admin, line, "shelf_seen")
    server.post_signed(line, webhook(messages=[said(f"wamid.{line.id}", "hello?")]))
    server.settle()
    [known] = server.conversations(line)
    path = f"/conversations/{known['id']}/templates"
    found = re.search(rf"{path}/[0-9a-f-]+", admin.get(path, params={"q": "shelf"}).text)
    assert found
    media_id = bring(server.api(), jpeg(320, 240), "image", "Shelf.jpg", "image/jpeg").json()["id"]
    facts = {"header.media_id": media_id, "conversation_id": known["id"]}
    assert "Photo" in admin.post(f"{found[0]}/preview", data=facts).text
    refused = admin.post(found[0], data=facts | {"header.media_id": "none"})
    assert refused.status_code == 422 and "The file that you chose" in refused.text
    assert admin.post(found[0], data=facts).status_code == 303
    graph.wait_for(1)
    [header] = graph.sent[-1].json["template"]["components"]
    assert graph.uploads[header["parameters"][0]["image"]["id"]][1] == "image/jpeg"
    assert media_id not in admin.get(found[0]).text


def test_whoever_has_not_seen_a_colleagues_answer_is_shown_it_and_sends_the_template_anyway(
    server: Server, line: Line, graph: FakeGraph
) -> None:
    found, known = picked(server, line, graph)
    [question] = server.get(f"conversations/{known}/messages")["data"]
    facts = {"body.1": "Amara", "body.2": "17", "conversation_id": known, "seen": question["id"]}
    assert server.as_admin.post(found, data=facts).status_code == 303
    stopped = server.agent().post(found, data=facts)
    assert stopped.status_code == 422
    assert "order 17 is ready" in stopped.text.partition('class="said"')[2].partition("</li>")[0]
    force = re.search(r'name="(force)" value="(1)"', stopped.text)
    assert force and "Send anyway" in stopped.text
    assert server.agent().post(found, data=facts | {"force": "1"}).status_code == 303
