"""Routes that are answered before Litestar looks at them."""

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from inbox.web.http.raw_http import WHOLE, Left, RawAnswer, Wire, in_front, raw
from inbox.web.process.request_counts import Requests


async def _unread() -> Any:
    raise AssertionError("nobody asked for the body")


class Ends:
    """Where requests end up: in the app, or in an answer."""

    def __init__(self, gives: RawAnswer | Exception) -> None:
        self.paths: list[str] = []
        self.passed: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.requests = Requests()

        @raw("/hooks", mount=True)
        async def hook(scope: Any, _receive: Any) -> RawAnswer:
            self.paths.append(scope["path"])
            if isinstance(gives, Exception):
                raise gives
            return gives

        async def app(scope: Any, _receive: Any, _send: Any) -> None:
            self.passed.append(scope["path"])

        self._app = in_front(app, [hook], self.requests)

    async def ask(self, path: str, method: str = "POST", **extensions: Any) -> None:
        scope: Any = {"type": "http", "path": path, "method": method, "extensions": extensions}

        async def send(message: Any) -> None:
            self.sent.append(message)

        await self._app(scope, _unread, send)

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])


async def test_a_raw_route_is_answered_and_counted() -> None:
    ends = Ends(RawAnswer(200, "ok"))
    await ends.ask("/hooks/key")
    assert (ends.paths, ends.passed, ends.status) == (["/key"], [], 200)
    assert [(key, found.count) for key, found in ends.requests.answers().items()] == [
        (("POST", "/hooks", "200"), 1)
    ]


@pytest.mark.parametrize("path", ["/", "/hooks", "/hooks/a/b", "/hook/s", "/other/hooks", "hooks"])
async def test_all_other_paths_go_on(path: str) -> None:
    ends = Ends(RawAnswer(200, "ok"))
    await ends.ask(path)
    assert (ends.paths, ends.passed, ends.sent) == ([], [path], [])


async def test_a_database_that_is_away_asks_to_be_told_again() -> None:
    ends = Ends(OperationalError("SELECT", None, OSError("away")))
    await ends.ask("/hooks/key")
    assert ends.status == 503 and (b"retry-after", b"5") in ends.sent[0]["headers"]


async def test_a_mistake_of_ours_is_500_and_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    ends = Ends(KeyError("secret"))
    await ends.ask("/hooks/key")
    assert ends.status == 500 and b"secret" not in ends.sent[1]["body"]
    assert [record.__dict__["route"] for record in caplog.records] == ["/hooks"]


async def test_who_left_gets_no_answer() -> None:
    ends = Ends(Left())
    await ends.ask("/hooks/key")
    assert ends.sent == [] and ends.requests.answers() == {}


async def test_a_server_that_can_writes_a_post_in_one_piece() -> None:
    written: list[Wire] = []

    class Writer:
        async def write_whole(self, wire: Wire) -> None:
            written.append(wire)

    ends = Ends(RawAnswer(429, "slowly", ((b"retry-after", b"1"),)))
    await ends.ask("/hooks/key", **{WHOLE: Writer()})
    await ends.ask("/hooks/key", "HEAD", **{WHOLE: Writer()})
    [wire] = written
    assert wire.head.startswith(b"HTTP/1.1 429 Too Many Requests\r\n")
    assert b"\r\ncontent-length: 6\r\n" in wire.head and wire.head.endswith(b"retry-after: 1\r\n")
    assert wire.body == b"slowly"
    assert ends.status == 429  # the other one, as any server sends it
