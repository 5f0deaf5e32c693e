"""Law 11 through the running server, on both engines: a customer's file from its webhook to the
browser, and what becomes of one that cannot be had."""

import asyncio
import base64
import hashlib
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from inbox.storage.database import connect
from inbox.storage.tables import media_jobs
from tests.media.pictures import jpeg, png_bomb, sticker, voice
from tests.support.contract import Contract
from tests.support.fake_graph import TOKEN, FakeGraph
from tests.support.fake_host import FakeHost
from tests.support.inhabited import Homes
from tests.support.server import Line, Server, said, webhook

_numbers = count(1)


@pytest.fixture(scope="module")
def files() -> Iterator[FakeGraph]:
    with FakeGraph() as graph:
        graph.scripted = "GET"
        yield graph


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, homes: Homes
) -> Any:
    """One that fetches files, of a megabyte at most."""
    folder = tmp_path_factory.mktemp("server")
    url = f"sqlite+aiosqlite:///{folder / 'inbox.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").create_database(f"media_{next(_numbers)}")
    server = fetching(homes.server(folder, url)).start()
    yield server
    assert server.stop() == 0, server.stderr
    told = ('"file not fetched"', "files cannot be stored", "files can be stored again")
    strange = [line for line in server.complaints if not any(words in line for words in told)]
    assert strange == [], server.stderr


def fetching(server: Server) -> Server:
    server.environment |= {"INBOX_MEDIA_LIMIT": "1", "INBOX_MEDIA_HOSTS": "localhost"}
    return server


def kept(server: Server, content: bytes) -> list[Path]:
    """The file on the server's disk."""
    digest = hashlib.sha256(content).hexdigest()
    path = Path(server.environment["INBOX_DATA_DIR"]) / "media" / digest[:2] / digest[2:]
    return [path] if path.exists() else []


@dataclass
class Customer:
    """Sends files to a number that is at the fake Meta's."""

    server: Server
    graph: FakeGraph
    line: Line

    def send(self, kind: str, part: dict[str, Any]) -> dict[str, Any]:
        """The message as it is known at once."""
        since, wamid = self.server.head(), f"wamid.file.{next(_numbers)}"
        said = {"id": wamid, "from": "12025550142", "timestamp": "1750000000", "type": kind}
        posted = self.server.post_signed(self.line, webhook(messages=[said | {kind: part}]))
        assert posted.status_code == 200
        return self.server.wait_for("message:new", since, provider_message_id=wamid)

    def sends(self, kind: str, content: bytes, **part: Any) -> dict[str, Any]:
        """The message once its file is here, or cannot be had."""
        mime = part.get("mime_type", "image/jpeg")
        message = self.send(kind, {"id": self.graph.keep(content, mime), "mime_type": mime} | part)
        return self.ended(message)

    def ended(self, message: dict[str, Any]) -> dict[str, Any]:
        return self.server.wait_for(
            "message:updated",
            0,
            lambda told: told["media"]["state"] != "waiting" and told["changed"] == ["media"],
            id=message["id"],
        )

    def open(self, path: str, **headers: str) -> httpx.Response:
        return self.server.as_admin.get(path, headers=headers)


@pytest.fixture
def customer(server: Server, files: FakeGraph) -> Customer:
    return Customer(server, files, server.add_channel(api_base=files.base_url))


def test_a_photo_comes_by_its_id_and_is_shown(customer: Customer) -> None:
    photo = jpeg()
    digest = hashlib.sha256(photo).digest()
    known = base64.b64encode(digest).decode()
    media_id = customer.graph.keep(photo)
    message = customer.send("image", {"id": media_id, "mime_type": "image/jpeg", "sha256": known})
    assert (message["media"]["state"], message["media"]["url"]) == ("waiting", None)
    told = customer.ended(message)
    assert told["media"] == {
        "state": "ready",
        "url": f"/media/{message['id']}?v={digest.hex()[:16]}",
        "thumbnail_url": f"/media/{message['id']}/thumbnail?v={digest.hex()[:16]}",
        "mime_type": "image/jpeg",
        "bytes": len(photo),
        "filename": None,
        "width": 800,
        "height": 600,
    }
    assert customer.server.get(f"messages/{message['id']}")["media"] == told["media"]
    shown = customer.open(told["media"]["url"])
    assert (shown.status_code, shown.content) == (200, photo)
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["content-disposition"].startswith("inline")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert shown.headers["cache-control"] == "private, max-age=86400, immutable"
    bare = customer.open(f"/media/{message['id']}")
    assert (bare.content, bare.headers["cache-control"]) == (photo, "private, no-cache")
    for other in ("0", "0g", "x", "%2e", "_"):
        assert customer.open(f"/media/{message['id']}?v={other * 16}").status_code == 404
    small = customer.open(told["media"]["thumbnail_url"])
    assert small.headers["content-type"] == "image/webp" and len(small.content) < len(photo)
    page = customer.open(f"/conversations/{message['conversation_id']}")
    assert page.status_code == 200 and "media-src 'self'" in page.headers["content-security-policy"]


def test_the_same_file_twice_is_one_file(customer: Customer) -> None:
    photo = jpeg(300, 300)
    first, second = (customer.sends("image", photo) for _ in range(2))
    assert first["id"] != second["id"]
    for message in (first, second):
        assert customer.open(message["media"]["url"]).content == photo
    digest = hashlib.sha256(photo).hexdigest()
    folder = Path(customer.server.environment["INBOX_DATA_DIR"]) / "media"
    assert (folder / digest[:2] / digest[2:]).read_bytes() == photo
    assert list((folder / "incoming").iterdir()) == []


def test_a_file_comes_by_a_link_without_the_token(customer: Customer) -> None:
    link = customer.graph.link(customer.graph.keep(b"%PDF-1.7"), "localhost")
    told = customer.ended(customer.send("document", {"url": link, "filename": "a.pdf"}))
    assert told["media"]["state"] == "ready"
    [asked] = customer.graph.asked(link.rpartition("/")[2])
    assert "authorization" not in asked.headers


def test_a_link_to_this_machine_is_refused(customer: Customer) -> None:
    link = customer.graph.link(customer.graph.keep(b"secret"))
    told = customer.ended(customer.send("document", {"url": link}))
    assert (told["media"]["state"], told["media"]["url"]) == ("failed", None)
    assert customer.graph.asked(link.rpartition("/")[2]) == []


def test_no_link_leads_into_the_network_that_the_server_is_in(customer: Customer) -> None:
    """However this machine, its neighbours or a cloud's metadata are spelt."""
    hosts = ("127.1", "2130706433", "0x7f000001", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]")  # noqa: S104 - fetched from, never bound
    links = [f"https://{host}/x" for host in (*hosts, "169.254.169.254", "[64:ff9b::7f00:1]")]
    private = customer.graph.link(str(time.time_ns()))
    redirecting = private.replace("127.0.0.1", "localhost")
    customer.graph.answer_next(b"", 302, headers={"Location": private})
    said = [
        customer.send("document", {"url": link})
        for link in (redirecting, *links, private, "file:///etc/passwd", "https://x.example/\x01")
    ]
    for message in said:
        told = customer.ended(message)
        assert (told["media"]["state"], told["media"]["url"]) == ("failed", None), told
    assert len(customer.graph.asked(private.rpartition("/")[2])) == 1


def test_what_expired_is_gone_and_retry_asks_again(customer: Customer) -> None:
    known = str(time.time_ns())  # to nobody yet: the stand-in is there for all tests
    message = customer.send("image", {"id": known, "mime_type": "image/jpeg"})
    told = customer.ended(message)
    assert told["media"]["state"] == "gone" and "no longer" in told["media"]["reason"]
    assert customer.open(f"/media/{message['id']}").status_code == 404
    customer.graph.files[known] = (jpeg(), "image/jpeg")
    since = customer.server.head()
    for _ in range(2):
        again = customer.server.as_admin.post(f"/media/{message['id']}/retry")
        assert again.status_code == 303
    waiting, ready = (
        customer.server.wait_for(
            "message:updated", since, lambda told, s=state: told["media"]["state"] == s
        )
        for state in ("waiting", "ready")
    )
    assert waiting["id"] == ready["id"] == message["id"]
    as_it_is = customer.server.api().post(f"/api/v1/messages/{message['id']}/media/retry")
    assert as_it_is.json()["media"]["state"] == "ready"
    assert len(customer.graph.asked(f"/{known}?")) == 2


@pytest.mark.parametrize("form", ["hex", "base64"])
def test_a_wrong_digest_marks_the_file_and_keeps_it(customer: Customer, form: str) -> None:
    other = hashlib.sha256(form.encode())
    announced = other.hexdigest() if form == "hex" else base64.b64encode(other.digest()).decode()
    told = customer.sends("image", jpeg(), sha256=announced)
    assert (told["media"]["state"], told["media"]["verified"]) == ("ready", False)


def test_what_is_no_digest_at_all_marks_nothing(customer: Customer) -> None:
    told = customer.sends("image", jpeg(), sha256="da39a3ee5e6b4b0d3255bfef95601890afd80709")
    assert told["media"]["state"] == "ready" and "verified" not in told["media"]


def test_what_is_too_large_says_so(customer: Customer) -> None:
    told = customer.sends("document", b"x" * 1_000_001)
    assert told["media"]["state"] == "failed" and "1 MB" in told["media"]["reason"]


def test_a_message_without_its_file_says_so_at_once(customer: Customer) -> None:
    message = customer.send("image", {"mime_type": "image/jpeg"})
    assert message["media"]["state"] == "failed"


def test_a_client_on_the_premises_gives_its_file_by_its_id_and_key(server: Server) -> None:
    with FakeHost() as host:
        line = server.add_channel(
            provider="waba", secret="", account="", api_base=host.base_url, access_token=TOKEN
        )
        photo, since = jpeg(80, 81), server.head()
        known = hashlib.sha256(photo).hexdigest()
        for media_id in (host.keep(photo), "b1c0"):
            part = {"id": media_id, "mime_type": "image/jpeg", "sha256": known}
            said = {"id": f"ABGG.{media_id}", "from": "12025550142", "timestamp": "1750000000"}
            body = {"messages": [said | {"type": "image", "image": part}]}
            assert server.provider.post(line.path, json=body).status_code == 200
        ends = [
            server.wait_for(
                "message:updated",
                since,
                lambda told, end=end: told["media"]["state"] == end,
                channel_id=line.id,
            )
            for end in ("ready", "gone")
        ]
        assert "verified" not in ends[0]["media"]
        assert server.as_admin.get(ends[0]["media"]["url"]).content == photo


def test_without_room_for_files_they_wait_and_messages_come(customer: Customer) -> None:
    folder = Path(customer.server.environment["INBOX_DATA_DIR"]) / "media"
    customer.sends("image", jpeg(76, 70))
    away = folder.rename(folder.with_name("away"))
    folder.touch()  # nothing can be written below a file
    try:
        message = customer.send("image", {"id": customer.graph.keep(jpeg(77, 70))})
        told = health(customer.server, "degraded")
        assert "cannot be stored" in told["media folder"] and told["media"] == "ok"
    finally:
        folder.unlink()
        away.rename(folder)
    assert customer.ended(message)["media"]["state"] == "ready"
    health(customer.server, "ok")


def health(server: Server, status: str) -> Any:
    """The checks, once it says so."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        answer = server.provider.get("/health")
        assert answer.status_code == 200
        if answer.json()["status"] == status:
            return answer.json()["checks"]
        time.sleep(0.05)
    raise AssertionError(answer.text)


def test_a_page_in_disguise_is_only_saved(customer: Customer) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
    name = "../\u202egnp.<b>\r\nX: y"
    told = customer.sends("image", content, mime_type="image/png", filename=name)
    assert told["media"]["thumbnail_url"] is None
    saved = customer.open(told["media"]["url"])
    assert saved.headers["content-type"] == "application/octet-stream"
    assert saved.headers["content-disposition"].startswith("attachment; filename=")
    assert "x" not in saved.headers and "%E2%80%AE" not in saved.headers["content-disposition"]
    assert saved.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_a_document_is_opened_and_saved_under_its_own_name(customer: Customer) -> None:
    part = {"mime_type": "application/pdf", "filename": "Überweisung.pdf"}
    told = customer.sends("document", b"%PDF-1.7 and so on", **part)
    assert (told["media"]["filename"], told["media"]["mime_type"]) == tuple(part.values())[::-1]
    saved = customer.open(told["media"]["url"])
    assert saved.headers["content-disposition"] == (
        "inline; filename=\"Uberweisung.pdf\"; filename*=UTF-8''%C3%9Cberweisung.pdf"
    )
    assert saved.headers["content-type"] == "application/pdf"
    assert saved.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in saved.headers["content-security-policy"]
    assert saved.headers["cross-origin-resource-policy"] == "same-origin"


def test_a_voice_message_and_a_sticker_come_as_they_are(customer: Customer) -> None:
    spoken = customer.sends("audio", voice(), mime_type="audio/ogg; codecs=opus", voice=True)
    assert (spoken["media"]["mime_type"], spoken["media"]["duration"]) == ("audio/ogg", 7.0)
    assert len(spoken["media"]["waveform"]) == 64
    listed = customer.server.wait_for(
        "conversation:updated",
        0,
        lambda told: told["last_message"]["about"].get("duration") == 7.0,
        id=spoken["conversation_id"],
    )
    assert listed["last_message"]["id"] == spoken["id"]
    stuck = customer.sends("sticker", sticker(), mime_type="image/webp", animated=True)
    assert stuck["media"]["thumbnail_url"]


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        ((3000, 2000), (280, 187)),
        ((600, 2400), (80, 320)),
        ((90, 60), (90, 60)),
        ((4000, 8), (280, 1)),
    ],
)
def test_a_picture_keeps_its_ratio(
    customer: Customer, size: tuple[int, int], shown: tuple[int, int]
) -> None:
    told = customer.sends("image", jpeg(*size))
    assert (told["media"]["width"], told["media"]["height"]) == size
    page = customer.open(f"/conversations/{told['conversation_id']}").text
    assert f'width="{shown[0]}" height="{shown[1]}"' in page


@pytest.mark.parametrize("kind", ["image", "sticker", "document"])
@pytest.mark.parametrize("content", [png_bomb(), jpeg()[:5_000]], ids=["bomb", "broken"])
def test_a_bomb_and_a_broken_picture_are_only_saved(
    customer: Customer, kind: str, content: bytes
) -> None:
    told = customer.sends(kind, content, mime_type="image/png")
    assert (told["media"]["state"], told["media"]["thumbnail_url"]) == ("ready", None)
    url = told["media"]["url"]
    saved = customer.open(url)
    assert (saved.content, saved.headers["content-type"]) == (content, "application/octet-stream")
    assert saved.headers["content-disposition"].startswith("attachment")
    page = customer.open(f"/conversations/{told['conversation_id']}").text
    assert f'href="{url}" download' in page
    assert f'src="{url}"' not in page and f'href="{url}" target' not in page
    assert f'action="/media/{told["id"]}/retry"' in page


def test_a_picture_sent_as_a_document_can_be_opened(customer: Customer) -> None:
    url = customer.sends("document", jpeg(90, 90), filename="scan.jpg")["media"]["url"]
    assert customer.open(url).headers["content-disposition"].startswith("inline")


def test_a_film_can_be_wound(customer: Customer) -> None:
    film = b"\0\0\0\x18ftypisom" + bytes(range(256)) * 4
    told = customer.sends("video", film, mime_type="video/mp4")
    url, size = told["media"]["url"], len(film)

    def part(asked: str, **headers: str) -> tuple[int, bytes, str | None]:
        found = customer.open(url, Range=asked, **headers)
        assert "content-encoding" not in found.headers, "ranges are of the file's own bytes"
        return found.status_code, found.content, found.headers.get("content-range")

    assert part("bytes=0-9") == (206, film[:10], f"bytes 0-9/{size}")
    assert part("bytes=1000-") == (206, film[1000:], f"bytes 1000-{size - 1}/{size}")
    assert part("bytes=-5") == (206, film[-5:], f"bytes {size - 5}-{size - 1}/{size}")
    assert part("bytes=0-999999") == (206, film, f"bytes 0-{size - 1}/{size}")
    assert part(f"bytes={size}-")[::2] == (416, f"bytes */{size}")
    assert part("bytes=-0")[0] == 416
    assert part("Bytes=0-0") == (206, film[:1], f"bytes 0-0/{size}")
    for whole in ("bytes=0-1,5-6", "bytes=9-3", "lines=1-2", "bytes=-", "bytes=x"):
        assert part(whole) == (200, film, None)
    etag = customer.open(url).headers["etag"]
    assert part("bytes=0-0", **{"If-Range": etag})[0] == 206
    assert part("bytes=0-0", **{"If-Range": '"other"'})[0] == 200
    assert customer.open(url, **{"If-None-Match": etag}).status_code == 304
    head = customer.server.as_admin.head(url)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(size), b"")
    of_a_part = customer.server.as_admin.head(url, headers={"Range": "bytes=0-9"})
    assert (of_a_part.status_code, of_a_part.headers["content-length"]) == (200, str(size))


def test_files_are_for_who_is_signed_in_and_for_tokens(customer: Customer) -> None:
    url = customer.sends("image", jpeg(64, 64))["media"]["url"]
    assert customer.server.agent().get(url).status_code == 200
    assert customer.server.api("agent").get(url).status_code == 200
    bare = url.partition("?")[0]
    for address in (url, bare, f"{bare}/thumbnail"):
        assert customer.server.browser().get(address).status_code in (303, 401)
    assert customer.server.browser().post(f"{bare}/retry").status_code in (303, 401)


def test_a_deleted_message_takes_its_file_along(customer: Customer) -> None:
    message = customer.sends("image", jpeg(70, 70))
    revoke = {
        "id": f"wamid.revoke.{next(_numbers)}",
        "from": "12025550142",
        "timestamp": "1750000009",
        "type": "revoke",
        "revoke": {"original_message_id": message["provider_message_id"]},
    }
    since = customer.server.head()
    customer.server.post_signed(customer.line, webhook(messages=[revoke]))
    told = customer.server.wait_for("message:updated", since, id=message["id"])
    assert told["deleted_at"] and told["media"] is None
    assert customer.open(message["media"]["url"]).status_code == 404


def test_the_file_before_an_edit_is_a_click_away(customer: Customer) -> None:
    old, new = jpeg(71, 70), jpeg(72, 70)
    message = customer.sends("image", old)
    inner = {"type": "image", "image": {"id": customer.graph.keep(new), "caption": "better"}}
    edit = {
        "id": f"wamid.edit.{next(_numbers)}",
        "from": "12025550142",
        "timestamp": "1750000009",
        "type": "edit",
        "edit": {"original_message_id": message["provider_message_id"], "message": inner},
    }
    since = customer.server.head()
    customer.server.post_signed(customer.line, webhook(messages=[edit]))
    told = customer.server.wait_for(
        "message:updated", since, lambda told: told["media"]["state"] == "ready", id=message["id"]
    )
    [before] = [version["media"] for version in told["previous"]]
    assert before == message["media"]
    assert customer.open(told["media"]["url"]).content == new
    assert customer.open(before["url"]).content == old
    assert customer.open(f"/media/{message['id']}").content == new
    page = customer.open(f"/conversations/{message['conversation_id']}").text
    assert f'href="{before["url"]}"' in page


@pytest.mark.parametrize("still_there", [True, False])
def test_a_file_that_was_lost_says_so_and_comes_by_retry_while_it_can(
    customer: Customer, still_there: bool
) -> None:
    photo = jpeg(73 + still_there, 70)
    message = customer.sends("image", photo)
    [path] = kept(customer.server, photo)
    small = path.with_name(path.name + ".webp")
    path.unlink()
    small.unlink()
    if not still_there:
        customer.graph.files.clear()
    since = customer.server.head()
    assert customer.open(message["media"]["thumbnail_url"]).status_code == 404
    told = customer.server.wait_for("message:updated", since, id=message["id"])
    assert told["media"]["state"] == "failed" and "disk" in told["media"]["reason"]
    since = customer.server.head()
    customer.server.as_admin.post(f"/media/{message['id']}/retry")
    told = customer.server.wait_for(
        "message:updated", since, lambda told: told["media"]["state"] != "waiting", id=message["id"]
    )
    if still_there:
        assert told["media"] == message["media"] and path.exists() and small.exists()
    else:
        assert told["media"]["state"] == "gone" and "send it again" in told["media"]["reason"]


def test_a_file_that_is_back_on_the_disk_is_not_asked_for_again(customer: Customer) -> None:
    photo = jpeg(75, 70)
    message = customer.sends("image", photo)
    [path] = kept(customer.server, photo)
    away = path.rename(path.with_suffix(".away"))
    assert customer.open(message["media"]["url"]).status_code == 404
    away.rename(path)
    customer.graph.files.clear()
    since = customer.server.head()
    customer.server.as_admin.post(f"/media/{message['id']}/retry")
    ready = customer.server.wait_for(
        "message:updated", since, lambda told: told["media"]["state"] == "ready", id=message["id"]
    )
    assert ready["media"] == message["media"]
    path.with_name(path.name + ".webp").unlink()  # only this: it is made again by itself
    since = customer.server.head()
    assert customer.open(ready["media"]["thumbnail_url"]).status_code == 404
    customer.server.wait_for(
        "message:updated", since, lambda told: told["media"] == ready["media"], id=message["id"]
    )
    assert customer.open(ready["media"]["thumbnail_url"]).status_code == 200


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_killed_in_the_middle_of_a_file_it_comes_all_the_same(
    tmp_path: Path, files: FakeGraph, engine: str, request: pytest.FixtureRequest, homes: Homes
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'inbox.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("postgres").create_database(f"media_{next(_numbers)}")
    server = fetching(homes.server(tmp_path, url)).start()
    customer = Customer(server, files, server.add_channel(api_base=files.base_url))
    photo = jpeg(334, 333)
    media_id = files.keep(photo)
    files.answer_next({"url": files.base_url.replace("/v25.0", f"/attachments/{media_id}")})
    files.drip_next()
    message = customer.send("image", {"id": media_id})
    half = tmp_path / "media" / "incoming"
    deadline = time.monotonic() + 20
    while not (half.exists() and list(half.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.02)
    [left_over] = half.iterdir()
    server.kill()
    asyncio.run(_let_go(url))
    server.start()
    assert customer.ended(message)["media"]["state"] == "ready"
    assert customer.open(f"/media/{message['id']}").content == photo
    # Other processes may share the folder of a PostgreSQL inbox: there it goes after an hour.
    assert left_over.exists() is (engine == "postgresql")
    assert server.stop() == 0


async def _let_go(url: str) -> None:
    """As if the minute had passed after which a dead process is given up."""
    database = connect(url)
    everything = update(media_jobs).values(due_at=0)
    await database.write(lambda c: c.execute(everything) and None)
    await database.close()


def test_killed_between_the_file_and_its_row_it_comes_all_the_same(
    tmp_path: Path, files: FakeGraph, homes: Homes
) -> None:
    database = tmp_path / "inbox.db"
    server = fetching(homes.server(tmp_path)).start()
    customer = Customer(server, files, server.add_channel(api_base=files.base_url))
    photo = jpeg(333, 333)
    digest = hashlib.sha256(photo).hexdigest()
    media_id = files.keep(photo)
    locks: list[sqlite3.Connection] = []

    def lock() -> None:
        """From now on the server can write no row."""
        locks.append(sqlite3.connect(database, isolation_level=None, check_same_thread=False))
        locks[0].execute("BEGIN IMMEDIATE")

    files.before_next(lock)
    message = customer.send("image", {"id": media_id})
    kept = tmp_path / "media" / digest[:2] / digest[2:]
    deadline = time.monotonic() + 20
    while not kept.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert kept.exists()
    server.kill()
    locks[0].execute("ROLLBACK")
    locks[0].close()
    server.start()
    assert customer.ended(message)["media"]["state"] == "ready"
    assert customer.open(f"/media/{message['id']}").content == photo
    assert server.stop() == 0


def test_a_file_is_answered_as_the_contract_says(customer: Customer) -> None:
    contract = Contract(customer.open("/openapi.json").json())
    media = customer.sends("image", jpeg())["media"]
    for url, template in (
        (media["url"], "/media/{message_id}"),
        (media["thumbnail_url"], "/media/{message_id}/thumbnail"),
    ):
        whole = customer.open(url)
        contract.check(whole, "GET", template)
        for status, headers in (
            (206, {"Range": "bytes=0-9"}),
            (304, {"If-None-Match": whole.headers["etag"]}),
            (416, {"Range": "bytes=9999999-"}),
        ):
            answer = customer.open(url, **headers)
            assert answer.status_code == status
            contract.check(answer, "GET", template)


def test_a_file_to_send_is_fetched_from_a_link_under_the_same_rules(
    server: Server, files: FakeGraph, customer: Customer
) -> None:
    opening = webhook(messages=[said(f"wamid.opening.{customer.line.id}", "Which one?")])
    assert server.post_signed(customer.line, opening).status_code == 200
    server.settle()
    [conversation] = server.conversations(customer.line)
    path = f"/api/v1/conversations/{conversation['id']}/messages"
    link = files.link(files.keep(jpeg(64, 64)), "localhost")
    answer = server.api().post(path, json={"type": "image", "link": link, "caption": "This"})
    assert answer.status_code == 201, answer.text
    sent = server.wait_for("message:status", 0, id=answer.json()["id"], status="sent")
    assert sent["status"] == "sent"
    [request] = files.asked(f"{customer.line.account}/messages")
    assert files.uploads[request.json["image"]["id"]][0] == jpeg(64, 64)
    told = server.api().post(path, json={"type": "document", "link": link + "000"})
    assert (told.status_code, told.json()["field"]) == (422, "link")
