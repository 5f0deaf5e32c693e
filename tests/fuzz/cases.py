"""A webhook body to try, and what the door must say to it."""

import base64
import gzip
import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

TAKEN, NO_JSON, TOO_LARGE = 200, 400, 413
BODY_LIMIT = 4 * 1024 * 1024
DEEP = 400
"""Deeper than any provider writes; from here on a parser may refuse, and must still answer."""


@dataclass(frozen=True, slots=True)
class Case:
    """``kind`` is the mutation's name; ``sibling`` the id of a whole message put into the body;
    ``provider`` whose body it was."""

    kind: str
    body: bytes
    sibling: str | None = None
    provider: str = "cloud-api"

    @property
    def wanted(self) -> set[int]:
        return answers(self.body)

    @property
    def name(self) -> str:
        return f"{self.kind}-{hashlib.sha256(self.body).hexdigest()[:12]}.json"

    def save(self, folder: Path) -> Path:
        """A file for ``make fuzz REPLAY=file``."""
        folder.mkdir(parents=True, exist_ok=True)
        facts = asdict(self) | {"body": base64.b85encode(gzip.compress(self.body)).decode()}
        path = folder / self.name
        path.write_text(json.dumps(facts))
        return path


def saved(path: Path) -> Case:
    """A case that was saved, or the bytes of any other file as one."""
    content = path.read_bytes()
    try:
        facts = json.loads(content)
        body = gzip.decompress(base64.b85decode(facts["body"]))
        return Case(facts["kind"], body, facts["sibling"], facts["provider"])
    except (ValueError, LookupError, TypeError, OSError):
        return Case("file", content)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def answers(body: bytes) -> set[int]:
    """What wire-formats 0 demands for a signed body: 200 if strict JSON gives an object."""
    if len(body) > BODY_LIMIT:
        return {TOO_LARGE}
    if _depth(body) > DEEP:
        return {TAKEN, NO_JSON}
    try:
        value = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except ValueError:
        return {NO_JSON}
    return {TAKEN} if isinstance(value, dict) else {NO_JSON}


def _depth(body: bytes) -> int:
    """The most brackets that are open at once; those in strings count too, which only excuses."""
    if body.count(b"[") + body.count(b"{") <= DEEP:
        return 0
    opened = deepest = 0
    for char in body.translate(None, delete=_NO_BRACKETS):
        opened += 1 if char in b"[{" else -1
        deepest = max(deepest, opened)
    return deepest


_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
