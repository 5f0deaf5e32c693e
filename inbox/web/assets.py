"""Static files under an address that changes with their content: cached for ever."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_TEXT: Final = frozenset({".css", ".js", ".svg", ".json", ".webmanifest"})


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    compressed: bytes | None
    media_type: str


class MissingAssets(RuntimeError):
    """A file that the pages need is not there; the sentence says how to get it."""


class Assets:
    """All static files in memory, compressed once, addressed by the digest of them all.

    One digest for all lets a module import its neighbour by a relative path.
    """

    def __init__(self, static: Path, htmx: Path) -> None:
        if not htmx.exists():
            raise MissingAssets(f"{htmx.name} is missing: run `make assets` once.")
        files = {path.relative_to(static).as_posix(): path for path in static.rglob("*")}
        files["htmx.js"] = htmx
        self._files = {name: _load(path) for name, path in sorted(files.items()) if path.is_file()}
        digest = hashlib.sha256()
        for name, asset in self._files.items():
            digest.update(name.encode() + b"\0" + asset.content)
        self.digest = digest.hexdigest()[:16]

    def url(self, name: str) -> str:
        """The address of a file; a name that does not exist is a mistake in a template."""
        if name not in self._files:
            raise LookupError(f"There is no static file {name}.")
        return f"/static/{self.digest}/{name}"

    def get(self, digest: str, name: str) -> Asset | None:
        return self._files.get(name) if digest == self.digest else None


def _load(path: Path) -> Asset:
    content = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if path.suffix == ".js":
        media_type = "text/javascript"
    compressed = gzip.compress(content, 9, mtime=0) if path.suffix in _TEXT else None
    return Asset(content, compressed, media_type)
