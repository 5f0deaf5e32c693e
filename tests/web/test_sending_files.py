"""Files to customers: brought once, uploaded once, sent as Meta wants them, shown at once."""

import hashlib
from typing import Any

import pytest

from tests.media.pictures import jpeg, sticker
from tests.support.fake_graph import FakeGraph, graph_error
from tests.support.server import Server
from tests.web.test_search import found
from tests.web.test_sending import Desk
from tests.web.test_uploads import RECORDINGS, bring

PHOTO = jpeg(320, 240)


@pytest.fixture
def desk(server: Server, graph: FakeGraph) -> Desk:
    return Desk(server, graph)


def brought(server: Server, content: bytes, kind: str, name: str) -> str:
    answer = bring(server.api("agent"), content, kind, name, "application/octet-stream")
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


def say(desk: Desk, status: int = 201, **message: Any) -> dict[str, Any]:
    answer = desk.server.api().post(desk.path, json=message)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_photo_is_uploaded_and_sent_with_its_caption(desk: Desk) -> None:
    media_id = brought(desk.server, PHOTO, "image", "Shelf.jpg")
    message = say(desk, type="image", media_id=media_id, caption="Third shelf")
    assert message["media"]["state"] == "ready"
    thumbnail = desk.server.api().get(message["media"]["thumbnail_url"])
    assert thumbnail.headers["content-type"] == "image/webp"
    assert desk.server.api().get(message["media"]["url"]).content == PHOTO
    desk.becomes(message, "sent")
    [request] = desk.graph.sent
    known = request.json["image"]["id"]
    assert desk.graph.uploads[known] == (PHOTO, "image/jpeg")
    assert request.json["image"] == {"id": known, "caption": "Third shelf"}


def test_a_file_that_is_taken_back_on_the_page_is_in_the_draft_again(desk: Desk) -> None:
    desk.graph.answer_next("meta_err_131056_pair.json")
    media_id = brought(desk.server, PHOTO, "image", "Shelf.jpg")
    message = say(desk, type="image", media_id=media_id, caption="Third shelf")
    desk.server.wait_for("message:updated", desk.since, id=message["id"])
    admin, where = desk.server.as_admin, message["conversation_id"]
    path, page = f"/messages/{message['id']}/take-back", {"HX-Request": "true"}
    answer = admin.post(path, data={"conversation_id": where}, headers=page)
    assert answer.status_code == 200 and "taken-back" in answer.text
    [file] = admin.get(f"/api/v1/conversations/{where}/draft").json()["files"]
    assert (file["kind"], file["caption"]) == ("image", "Third shelf")
    assert admin.get(file["media"]["url"]).content == PHOTO
    assert admin.get(file["media"]["thumbnail_url"]).status_code == 200


CASES = {
    "video": (b"\0\0\0\x18ftypmp42", "a.mp4", "video/mp4", {}),
    "audio": ((RECORDINGS / "twelve_seconds.mp3").read_bytes(), "a.mp3", "audio/mpeg", {}),
    "voice": (
        (RECORDINGS / "seven_seconds.ogg").read_bytes(),
        "a.ogg",
        "audio/ogg; codecs=opus",
        {"voice": True},
    ),
    "document": (b"name;price\n", "Prices.csv", "text/plain", {"filename": "Prices.csv"}),
    "sticker": (sticker(), "s.webp", "image/webp", {}),
}


@pytest.mark.parametrize("kind", CASES)
def test_every_kind_goes_as_meta_wants_it(desk: Desk, kind: str) -> None:
    content, name, mime, beside = CASES[kind]
    message = say(desk, type=kind, media_id=brought(desk.server, content, kind, name))
    desk.becomes(message, "sent")
    [request] = desk.graph.sent
    said = dict(request.json[request.json["type"]])
    sent, told = desk.graph.uploads[said.pop("id")]
    assert (sent[:4], told) == (content[:4], mime)
    assert sent == content or kind == "voice", "which is written anew"
    assert said == beside


def test_one_upload_serves_a_channel_while_its_id_lives(server: Server, graph: FakeGraph) -> None:
    one, other = Desk(server, graph), Desk(server, graph)
    media_id = brought(server, PHOTO, "image", "a.jpg")
    for caption in ("one", "two"):
        one.becomes(say(one, type="image", media_id=media_id, caption=caption), "sent")
    assert len(graph.brought) == 1
    other.becomes(say(other, type="image", media_id=media_id), "sent")
    assert len(graph.brought) == 2


def test_an_id_that_meta_no_longer_knows_is_replaced_once(desk: Desk) -> None:
    media_id = brought(desk.server, PHOTO, "image", "a.jpg")
    desk.becomes(say(desk, type="image", media_id=media_id), "sent")
    desk.graph.uploads.clear()
    desk.becomes(say(desk, type="image", media_id=media_id, caption="again"), "sent")
    assert (len(desk.graph.brought), len(desk.graph.sent)) == (2, 3)


def test_an_upload_that_is_refused_is_a_failure_with_its_reason(desk: Desk) -> None:
    desk.graph.next_brought.append(graph_error(400, 131053, "Media upload error"))
    message = say(desk, type="image", media_id=brought(desk.server, PHOTO, "image", "a.jpg"))
    failed = desk.becomes(message, "failed")
    assert failed["error"]["code"] == 131053
    assert desk.graph.sent == []
    desk.becomes(desk.retry(message), "sent")


def test_a_file_that_meta_could_not_use_is_brought_anew_by_retry(desk: Desk) -> None:
    media_id = brought(desk.server, PHOTO, "image", "a.jpg")
    sent = desk.becomes(say(desk, type="image", media_id=media_id), "sent")
    errors = [{"code": 131053, "title": "Media upload error"}]
    desk.report(sent, "failed", errors=errors)
    desk.becomes(desk.retry(sent), "sent")
    assert len(desk.graph.brought) == 2


def test_an_upload_that_breaks_off_is_tried_again_by_itself(desk: Desk) -> None:
    desk.graph.next_brought.append("drop")
    message = say(desk, type="image", media_id=brought(desk.server, PHOTO, "image", "a.jpg"))
    told = desk.server.wait_for("message:updated", desk.since, id=message["id"])
    assert "file" in told["waiting"]["reason"]
    assert desk.graph.sent == []


def test_the_same_reply_asked_for_twice_is_one_message(desk: Desk) -> None:
    media_id = brought(desk.server, PHOTO, "image", "a.jpg")
    asked = {"type": "image", "media_id": media_id, "client_id": f"photo of {desk.line.id}"}
    message = say(desk, **asked)
    assert say(desk, **asked)["id"] == message["id"]
    again = brought(desk.server, PHOTO, "image", "a.jpg")
    assert say(desk, **{**asked, "media_id": again})["id"] == message["id"], "it is the same file"
    other = brought(desk.server, jpeg(64, 64), "image", "b.jpg")
    say(desk, 409, **{**asked, "media_id": other})


def test_a_picture_above_buttons_is_named_by_its_media_id(desk: Desk) -> None:
    media_id = brought(desk.server, PHOTO, "image", "a.jpg")
    buttons = [{"type": "reply", "reply": {"id": "y", "title": "Yes"}}]
    interactive = {
        "type": "button",
        "header": {"type": "image", "image": {"media_id": media_id}},
        "body": {"text": "This one?"},
        "action": {"buttons": buttons},
    }
    desk.becomes(say(desk, type="interactive", interactive=interactive), "sent")
    [request] = desk.graph.sent
    known = request.json["interactive"]["header"]["image"]
    assert desk.graph.uploads[known["id"]][0] == PHOTO


@pytest.mark.parametrize(
    ("asked", "field", "words"),
    [
        ({"type": "image"}, "media_id", "Name the file"),
        ({"type": "image", "media_id": "none"}, "media_id", "no such file"),
        ({"type": "sticker", "media_id": "PHOTO"}, "media_id", "brought as image"),
        ({"type": "image", "media_id": "PHOTO", "caption": "x" * 1_025}, "caption", "1024"),
        ({"type": "voice", "media_id": "PHOTO", "caption": "hi"}, "caption", "no words"),
        ({"type": "image", "link": "http://127.0.0.1/a.jpg"}, "link", "not fetched"),
        ({"type": "image", "link": "file:///etc/passwd"}, "link", "not fetched"),
    ],
)
def test_what_cannot_be_sent_says_which_field_and_why(
    desk: Desk, asked: dict[str, str], field: str, words: str
) -> None:
    if asked.get("media_id") == "PHOTO":
        asked = {**asked, "media_id": brought(desk.server, PHOTO, "image", "a.jpg")}
    told = say(desk, 422, **asked)
    assert told["field"] == field
    assert words in told["detail"]


def test_a_photo_can_go_as_a_document_and_is_found_by_its_name(desk: Desk) -> None:
    name = f"Floor plan {hashlib.sha256(desk.line.id.encode()).hexdigest()[:12]}.jpg"
    media_id = brought(desk.server, PHOTO, "image", "a.jpg")
    message = say(desk, type="document", media_id=media_id, filename=name)
    desk.becomes(message, "sent")
    assert desk.graph.sent[0].json["document"]["filename"] == name
    desk.server.settle()
    [conversation] = found(desk.server, desk.line, name.rsplit(maxsplit=1)[-1].removesuffix(".jpg"))
    assert conversation["id"] == message["conversation_id"]


def test_a_reply_that_is_taken_back_leaves_its_file(desk: Desk) -> None:
    desk.graph.next_brought.append("drop")
    media_id = brought(desk.server, jpeg(90, 90), "image", "a.jpg")
    message = say(desk, type="image", media_id=media_id)
    desk.server.wait_for("message:updated", desk.since, id=message["id"])
    answer = desk.server.api().delete(f"/api/v1/messages/{message['id']}")
    assert answer.status_code == 200
    assert desk.server.api().get(message["media"]["url"]).status_code == 404
    desk.becomes(say(desk, type="image", media_id=media_id), "sent")
