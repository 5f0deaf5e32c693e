"""Files that Graph is given in sessions, for handles that templates show as examples.

Subcodes: 2388273 no example or an address instead of a handle, 2494102 a handle that is unknown,
ran out, or is of a file of another kind.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from tests.support.graph.files import JPEG, LIMITS, MP4, PNG, check_bytes
from tests.support.graph.wrong import Wrong, only

PDF: Final = "application/pdf"
FORMATS: Final = {JPEG: "IMAGE", PNG: "IMAGE", MP4: "VIDEO", PDF: "DOCUMENT"}
_KINDS: Final = {"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}
_BEGIN: Final = re.compile(r"/v25\.0/(app|[0-9]+)/uploads", re.ASCII)
_SESSION: Final = re.compile(r"/v25\.0/(upload:[A-Za-z0-9+/=]+)", re.ASCII)


@dataclass
class _Session:
    mime: str
    length: int
    content: bytes = b""


class Sessions:
    """``cut_after``: so many bytes of the next come, and then the connection is gone."""

    def __init__(self) -> None:
        self.handles: dict[str, tuple[bytes, str]] = {}
        self.expired: set[str] = set()
        self.offsets: list[int] = []
        """Where each that brought something said it goes on."""
        self.cut_after: int | None = None
        self._open: dict[str, _Session] = {}
        self._ids = count(7_000_000)

    @staticmethod
    def is_for(path: str) -> bool:
        parts = urlsplit(path)
        return bool(_BEGIN.fullmatch(parts.path) or _SESSION.fullmatch(unquote(parts.path)))

    def answer(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> Mapping[str, Any] | None:
        """None: it is cut. Raises ``Wrong``."""
        parts = urlsplit(path)
        if _BEGIN.fullmatch(parts.path):
            return self._begin(parse_qs(parts.query))
        found = _SESSION.fullmatch(unquote(parts.path))
        assert found is not None
        session = self._open.get(f"{found[1]}?{parts.query}")
        if session is None:
            raise Wrong(100, "There is no such upload session", 404)
        if not headers.get("authorization", "").startswith("OAuth "):
            raise Wrong(190, "The token goes as OAuth here", 401)
        if method == "GET":
            return {"id": f"{found[1]}?{parts.query}", "file_offset": len(session.content)}
        return self._bring(session, headers.get("file_offset", ""), body)

    def _begin(self, asked: Mapping[str, list[str]]) -> Mapping[str, Any]:
        if asked.keys() != {"file_length", "file_type", "file_name"}:
            raise Wrong(100, "file_length, file_type and file_name are required")
        [mime], [length] = asked["file_type"], asked["file_length"]
        if mime not in FORMATS:
            raise Wrong(100, f"file_type must be one of {sorted(FORMATS)}")
        if not length.isdecimal() or not 0 < int(length) <= LIMITS[_KINDS[FORMATS[mime]]]:
            raise Wrong(100, f"file_length {length} is none, or too much")
        known = f"upload:MTphdHRhY2htZW50/{next(self._ids)}==?sig=ARZq-kG_{next(self._ids)}"
        self._open[known] = _Session(mime, int(length))
        return {"id": known}

    def _bring(self, session: _Session, offset: str, body: bytes) -> Mapping[str, Any] | None:
        self.offsets.append(int(offset))
        if int(offset) != len(session.content):
            raise Wrong(100, f"file_offset must be {len(session.content)}")
        if self.cut_after is not None:
            session.content += body[: self.cut_after]
            self.cut_after = None
            return None
        session.content += body
        if len(session.content) != session.length:
            raise Wrong(100, f"{len(session.content)} bytes are not {session.length}")
        check_bytes(session.content, session.mime)
        handle = f"4::aW{next(self._ids)}:ARZ:e:1799999999:1:2:ARa"
        self.handles[handle] = session.content, session.mime
        return {"h": handle}


def check_example(example: object, of: str, sessions: Sessions | None) -> None:
    """What a header that is a file shows; raises ``Wrong``. Without sessions any handle will do."""
    given = only(example or {}, {"header_handle"}, "example").get("header_handle")
    [handle] = given if isinstance(given, list) and len(given) == 1 else [None]
    if not isinstance(handle, str) or re.match(r"https?:", handle):
        raise Wrong(100, f"a header {of} needs an example, but none was provided", subcode=2388273)
    if sessions is None:
        return
    _, mime = sessions.handles.get(handle, (b"", ""))
    if handle in sessions.expired or FORMATS.get(mime) != of:
        raise Wrong(131009, "The uploaded media handle is invalid", subcode=2494102)
