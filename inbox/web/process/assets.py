"""Static files under an address that changes with their content: cached for ever."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Final, Literal, get_args

import brotli  # type: ignore[import-untyped]  # it has none
import msgspec
from msgspec import Struct

from inbox.kept import made_once
from inbox.web.process.bundles import bundle, bundles
from inbox.web.process.web_files import web_files

APP: Final = "js/app.js"
COMPANIONS: Final = (
    "js/arranging.js",
    "js/asking.js",
    "js/attach.js",
    "js/canned.js",
    "js/canned_files.js",
    "js/completion.js",
    "js/counts.js",
    "js/emoji.js",
    "js/feed_page.js",
    "js/find.js",
    "js/first_contact.js",
    "js/forward.js",
    "js/header_sample.js",
    "js/keeping.js",
    "js/key_help.js",
    "js/hours.js",
    "js/log.js",
    "js/offers.js",
    "js/palette.js",
    "js/panel.js",
    "js/reactions.js",
    "js/naming.js",
    "js/notices.js",
    "js/notes.js",
    "js/presence.js",
    "js/selecting.js",
    "js/send_later.js",
    "js/settings.js",
    "js/stopped.js",
    "js/telling.js",
    "js/templates.js",
    "js/typing.js",
    "js/viewer.js",
    "js/views.js",
    "js/voice.js",
)
"""Scripts beside it: of some pages, or fetched once they are needed."""

ALONE: Final = (
    "js/documents.js",
    "js/forms.js",
    "js/phone.js",
    "js/service_worker.js",
    "js/theme.js",
)
"""Scripts of pages without it, the one that runs before anything is drawn, and the one that runs
with no page open."""

SHEETS: Final = {
    "css/every.css": ("tokens", "base", "controls", "blocks", "shell", "alerts"),
    "css/inbox.css": ("list", "matches", "thread", "bubble", "said", "composer", "notes"),
}
"""Style sheets that are always loaded together, in this order: one request, and together they
compress to three quarters."""

_WINDOW: Final = 18
"""Bits of what Brotli looks back on: no file of ours is larger."""
_TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
"""Said here, and not what this machine makes of a name."""

_TEXT: Final = frozenset({".css", ".js", ".svg", ".json", ".webmanifest"})


Encoding = Literal["br", "gzip"]
ENCODINGS: Final[tuple[Encoding, ...]] = get_args(Encoding)
"""As they are called in HTTP, the smallest first."""


class Asset(Struct, frozen=True):
    content: bytes
    media_type: str
    compressed: Callable[[Encoding], bytes] | None
    """The content in an encoding: made when it is first asked for, as that takes a while, and kept
    for all later starts."""


class MissingAssets(RuntimeError):
    """A file that the pages need is not there; the sentence says how to get it."""


class Assets:
    """All static files in memory, compressed at most once, addressed by the digest of them all.

    Of scripts only those above are served, each with the modules it imports in it, and what is in
    ``SHEETS`` is served as these.
    """

    def __init__(self, static: Path, htmx: Path) -> None:
        if not htmx.exists():
            raise MissingAssets(f"{htmx.name} is missing: run `make assets` once.")
        self._files = {name: _asset(name, content) for name, content in _contents(static)}
        self._files["htmx.js"] = _asset("htmx.js", htmx.read_bytes())
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

    def compress(self) -> None:
        """All that can be, so that nobody who asks later waits for it: it takes seconds."""
        for asset in self._files.values():
            if asset.compressed:
                for encoding in ENCODINGS:
                    asset.compressed(encoding)


@cache
def found_assets() -> Assets:
    """Those of this installation, which stay as they are for as long as a process lives."""
    files = web_files()
    return Assets(files.static, files.htmx)


def _contents(static: Path) -> Iterator[tuple[str, bytes]]:
    for name, text in _scripts(static).items():
        yield name, text.encode()
    together = set()
    for name, parts in SHEETS.items():
        files = [static / "css" / f"{part}.css" for part in parts]
        together.update(files)
        yield name, b"\n".join(file.read_bytes() for file in files)
    for path in sorted(static.rglob("*")):
        if path.is_file() and path.suffix != ".js" and path not in together:
            yield path.relative_to(static).as_posix(), path.read_bytes()


def _scripts(static: Path) -> dict[str, str]:
    """Each as it is served, by name: made once of the modules as they are, by this very code."""

    def read(module: str) -> str:
        return (static / module).read_text("utf-8")

    def put_together() -> bytes:
        alone = {name: bundle(name, read) for name in ALONE}
        return msgspec.json.encode(bundles(APP, COMPANIONS, read) | alone)

    modules = sorted(static.rglob("*.js"))
    names = "\n".join(path.relative_to(static).as_posix() for path in modules)
    code = (Path(__file__), Path(__file__).with_name("bundles.py"))
    made_of = [names.encode(), *(path.read_bytes() for path in (*code, *modules))]
    return msgspec.json.decode(made_once("scripts", made_of, put_together), type=dict[str, str])


def _asset(name: str, content: bytes) -> Asset:
    suffix = Path(name).suffix
    media_type = _TYPES.get(suffix, "application/octet-stream")

    @cache
    def compressed(encoding: Encoding) -> bytes:
        place = f"static-{name.replace('/', '-')}-{encoding}"
        made_of = [content, Path(__file__).read_bytes()]
        return made_once(place, made_of, partial(_compressed, content, encoding))

    return Asset(content, media_type, compressed if suffix in _TEXT else None)


def _compressed(content: bytes, encoding: Encoding) -> bytes:
    if encoding == "br":
        return bytes(brotli.compress(content, lgwin=_WINDOW))
    return gzip.compress(content, 9, mtime=0)
