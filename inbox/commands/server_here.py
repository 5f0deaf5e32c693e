"""The server that a command speaks to: the one on this machine, or one elsewhere."""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from inbox.access.feed_tokens import COMMAND_LINE, FeedTokens
from inbox.commands.context import key_of, sqlite_file
from inbox.config import Settings
from inbox.domain.language import _
from inbox.domain.times import now
from inbox.server.failure import Failure
from inbox.storage.lock import FileLock, Taken


def server_here(settings: Settings) -> str:
    """The server on this machine. On SQLite it left its address with its lock."""
    if not settings.sqlite:
        return settings.local_url
    lock = FileLock(sqlite_file(settings))
    try:
        lock.take()
    except Taken as taken:
        return str(taken.holder.get("url") or settings.local_url)
    lock.release()
    raise Failure(_("No server runs on this machine: start it, or name one with --url."))


def feed_address(url: str) -> str:
    """Where the feed of the server at this address is; raises ``Failure`` for what is none."""
    parts = urlsplit(url)
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if parts.scheme not in schemes or not parts.hostname:
        raise Failure(
            _("--url is an address like https://inbox.example, not %(url)s.", url=repr(url))
        )
    path = parts.path.removesuffix("/").removesuffix("/ws")
    return urlunsplit((schemes[parts.scheme], parts.netloc, f"{path}/ws", "", ""))


def feed_bearer(settings: Settings, token: str | None) -> Callable[[], str]:
    """What to show at each connection. Who holds the secret key signs for themselves."""
    if token:
        return lambda: token
    signer = FeedTokens(key_of(settings))
    return lambda: signer.issue(COMMAND_LINE, now())[0]
