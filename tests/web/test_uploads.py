"""Files that are brought to be sent: whole or in pieces, checked before they are kept."""

import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media.pictures import jpeg, sticker
from tests.media.tones import CHROMIUM, SAFARI, Browser, recorded
from tests.support.contract import Contract
from tests.support.inside import Inside
from tests.support.server import Server

RECORDINGS = Path(__file__).parents[1] / "media" / "recordings"
WHOLE, BEGIN, PIECE = (
    "/api/v1/media",
    "/api/v1/media/uploads",
    "/api/v1/media/uploads/{upload_id}",
)


@pytest.fixture(scope="module")
def api(server: Server) -> httpx.Client:
    return server.api("agent")


@pytest.fixture(scope="module")
def contract(server: Server) -> Contract:
    return Contract(server.browser().get("/openapi.json").json())


def path(server: Server, digest: str) -> Path:
    return Path(server.environment["INBOX_DATA_DIR"]) / "media" / digest[:2] / digest[2:]


def bring(
    api: httpx.Client, content: bytes, kind: str = "document", name: str = "a.txt", mime: str = ""
) -> httpx.Response:
    files = {"file": (name, content, mime or "text/plain")}
    return api.post(WHOLE, data={"kind": kind}, files=files)


def put(api: httpx.Client, upload: dict[str, Any], offset: int, piece: bytes) -> httpx.Response:
    return api.put(f"{BEGIN}/{upload['id']}", params={"offset": offset}, content=piece)


def test_a_file_that_is_brought_whole_is_kept_by_its_digest(
    server: Server, api: httpx.Client, contract: Contract
) -> None:
    photo = jpeg(400, 300)
    answer = bring(api, photo, "image", "Holiday.jpg", "application/octet-stream")
    contract.check(answer, "POST", WHOLE)
    told, digest = answer.json(), hashlib.sha256(photo).hexdigest()
    assert answer.status_code == 201
    assert (told["mime_type"], told["sha256"], told["kind"]) == ("image/jpeg", digest, "image")
    assert (told["width"], told["height"], told["filename"]) == (400, 300, "Holiday.jpg")
    assert path(server, digest).read_bytes() == photo
    assert bring(api, photo, "document", "Holiday.jpg").json()["sha256"] == digest


@pytest.mark.parametrize(
    ("content", "kind", "name", "status", "words"),
    [
        (b"GIF89a" + b"x" * 99, "image", "a.gif", 415, "JPEG or PNG"),
        (b"\x7fELF\0\0\0", "document", "a.txt", 415, "PDF, Word, Excel"),
        (b"PK\x03\x04", "document", "a.zip", 415, "application/zip"),
        (b"\xff\xd8\xff" + b"x" * (5 * 1024 * 1024), "image", "a.jpg", 413, "up to 5 MB"),
        (b"", "document", "a.txt", 415, "empty"),
        (jpeg(40, 40), "sticker", "a.webp", 415, "WebP"),
    ],
)
def test_what_whatsapp_would_refuse_is_refused_in_words(
    api: httpx.Client,
    contract: Contract,
    content: bytes,
    kind: str,
    name: str,
    status: int,
    words: str,
) -> None:
    answer = bring(api, content, kind, name)
    contract.check(answer, "POST", WHOLE)
    assert (answer.status_code, answer.json()["field"]) == (status, "file")
    assert words in answer.json()["detail"]


def test_a_film_that_phones_do_not_play_is_told_by_its_boxes(api: httpx.Client) -> None:
    film = (RECORDINGS / "film_h265.mp4").read_bytes()
    answer = bring(api, film, "video", "film.mp4", "video/mp4")
    assert answer.status_code == 415
    assert "HEVC" in answer.json()["detail"]
    told = bring(api, film, "document", "film.mp4", "video/mp4").json()
    assert told["duration"] > 0
    assert told["width"] > 0


def test_a_sound_says_how_long_it_is_and_a_sticker_may_move(api: httpx.Client) -> None:
    voice = (RECORDINGS / "seven_seconds.ogg").read_bytes()
    assert bring(api, voice, "voice", "note.ogg", "audio/ogg").json()["duration"] == 7.0
    assert bring(api, sticker(), "sticker", "s.webp", "image/webp").status_code == 201


@pytest.mark.parametrize("browser", [CHROMIUM, SAFARI], ids=lambda each: each.container)
def test_what_a_browser_recorded_becomes_a_voice_message(
    server: Server, api: httpx.Client, contract: Contract, browser: Browser
) -> None:
    mime = f"audio/{browser.container};codecs={browser.codec}"
    answer = bring(api, recorded(browser, 2), "voice", "blob", mime)
    contract.check(answer, "POST", WHOLE)
    told = answer.json()
    assert (answer.status_code, told["mime_type"], told["filename"]) == (201, "audio/ogg", "")
    assert told["duration"] == pytest.approx(2, abs=0.1)
    assert b"OpusHead" in path(server, told["sha256"]).read_bytes()[:64]


def test_what_is_no_recording_becomes_none(api: httpx.Client, contract: Contract) -> None:
    for content, words in ((jpeg(40, 40), "Ogg, WebM"), (recorded(CHROMIUM, 1)[:90], "again")):
        answer = bring(api, content, "voice", "blob", "audio/webm")
        contract.check(answer, "POST", WHOLE)
        assert (answer.status_code, answer.json()["field"]) == (415, "file")
        assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd.txt", ".._.._etc_passwd.txt"),
        ("Angebot\u202etxt.exe\u202c.txt", "Angebottxt.exe.txt"),
        ('a"b\r\n.txt', "a_b.txt"),
        ("CON.txt", "_CON.txt"),
        ("x" * 500 + ".txt", "x" * 116 + ".txt"),
        ("عقد.txt", "عقد.txt"),
    ],
)
def test_a_hostile_name_is_made_harmless(api: httpx.Client, said: str, kept: str) -> None:
    begun = api.post(BEGIN, json={"kind": "document", "bytes": 2, "filename": said}).json()
    assert put(api, begun, 0, b"hi").json()["media"]["filename"].lstrip("_.") == kept.lstrip("_.")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no form",
        b"--x\r\n\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nhi',
    ],
)
def test_a_form_that_is_none_or_breaks_off_is_a_400(
    api: httpx.Client, contract: Contract, content: bytes
) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = api.post(WHOLE, content=content, headers=headers)
    contract.check(answer, "POST", WHOLE)
    assert answer.status_code == 400, answer.text


# In pieces ----------------------------------------------------------------------------------


def begun(api: httpx.Client, content: bytes) -> dict[str, Any]:
    about = {"kind": "document", "bytes": len(content), "filename": "notes.txt"}
    answer = api.post(BEGIN, json=about)
    assert answer.status_code == 201, answer.text
    upload: dict[str, Any] = answer.json()
    return upload


def test_who_is_cut_off_asks_where_to_go_on(
    server: Server, api: httpx.Client, contract: Contract
) -> None:
    content = b"resumed " * 1000
    upload = begun(api, content)
    assert put(api, upload, 0, content[:5000]).json()["offset"] == 5000
    asked = api.get(f"{BEGIN}/{upload['id']}")
    contract.check(asked, "GET", PIECE)
    assert (asked.json()["offset"], asked.json()["media"]) == (5000, None)
    whole = put(api, upload, 5000, content[5000:])
    contract.check(whole, "PUT", PIECE)
    digest = hashlib.sha256(content).hexdigest()
    assert whole.json()["media"]["sha256"] == digest
    assert path(server, digest).read_bytes() == content
    assert put(api, upload, 5000, content[5000:]).json() == whole.json(), "its answer was lost"
    assert api.get(f"{BEGIN}/{upload['id']}").json() == whole.json()


def test_a_piece_that_is_not_the_next_says_which_would_be(
    api: httpx.Client, contract: Contract
) -> None:
    upload = begun(api, b"0123456789")
    put(api, upload, 0, b"0123")
    assert put(api, upload, 0, b"0123").json()["offset"] == 4, "sent twice, it is here once"
    for offset, piece in ((6, b"67"), (4, b"456789 and more")):
        answer = put(api, upload, offset, piece)
        contract.check(answer, "PUT", PIECE)
        assert (answer.status_code, answer.json()["offset"]) == (409, 4)


def test_limits_are_told_before_a_byte_is_sent(api: httpx.Client, contract: Contract) -> None:
    for about, status in (
        ({"kind": "image", "bytes": 6_000_000}, 413),
        ({"kind": "video", "bytes": 9, "mime_type": "video/webm"}, 415),
        ({"kind": "document", "bytes": 9, "filename": "a.zip", "mime_type": "x/zip"}, 415),
        ({"kind": "poem", "bytes": 9}, 400),
        ({"kind": "image", "bytes": 0}, 400),
    ):
        answer = api.post(BEGIN, json=about)
        contract.check(answer, "POST", BEGIN)
        assert answer.status_code == status, answer.text


def test_a_piece_has_a_megabyte_at_most(api: httpx.Client, contract: Contract) -> None:
    upload = begun(api, b"x" * 2_000_000)
    answer = put(api, upload, 0, b"x" * 1_048_577)
    contract.check(answer, "PUT", PIECE)
    assert answer.status_code == 413


def test_a_file_that_is_given_up_is_gone(
    server: Server, api: httpx.Client, contract: Contract
) -> None:
    upload = begun(api, b"never mind")
    put(api, upload, 0, b"never")
    part = Path(server.environment["INBOX_DATA_DIR"]) / "media" / "uploads" / upload["id"]
    assert part.exists()
    answer = api.delete(f"{BEGIN}/{upload['id']}")
    contract.check(answer, "DELETE", PIECE)
    assert answer.status_code == 204
    assert not part.exists()
    assert api.get(f"{BEGIN}/{upload['id']}").status_code == 404


async def test_while_the_folder_of_files_is_away_none_is_called_lost(house: Inside) -> None:
    files = {"file": ("a.txt", b"To be sent", "text/plain")}
    brought = (await house.http.post(WHOLE, files=files)).json()
    folder = house.house.fetching.store.folder
    away = folder.rename(folder.with_name("away"))
    assert (await house.http.get(f"{WHOLE}/{brought['id']}/file")).status_code == 503
    away.rename(folder)
    assert (await house.http.get(f"{WHOLE}/{brought['id']}/file")).content == b"To be sent"
