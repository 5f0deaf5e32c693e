"""The socket the server listens on, bound before anything else: its port is part of the
settings, and a port in use is found out before the database is touched."""

import errno
import socket

from inbox.domain.language import _
from inbox.server.failure import Failure

BACKLOG = 2048
UNREAD_MS = 30_000
"""How long bytes may go unacknowledged: a browser that stopped reading is let go (Linux)."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises ``Failure``."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        opened = socket.socket(family, kind, protocol)
        try:
            _tune(opened, host)
            opened.bind(address)
            opened.listen(BACKLOG)
        except BaseException:
            opened.close()
            raise
    except UnicodeError:
        raise Failure(_sentence(host, port, OSError(0, _("that is no name")))) from None
    except OSError as error:
        raise Failure(_sentence(host, port, error)) from None
    return opened


def _tune(opened: socket.socket, host: str) -> None:
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Accepted connections inherit it.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_MS)
    if host == "::":
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)


def _sentence(host: str, port: int, error: OSError) -> str:
    match error.errno:
        case errno.EADDRINUSE:
            return _(
                "Port %(port)s on %(host)s is in use by another program: stop it, "
                "or choose another with --port or INBOX_PORT.",
                port=port,
                host=host,
            )
        case errno.EACCES:
            return _(
                "Port %(port)s needs root: choose one from 1024 with --port or INBOX_PORT.",
                port=port,
            )
    return _(
        "Inbox cannot listen on %(host)s:%(port)s (%(strerror)s): check "
        "--host or INBOX_HOST, an address of this machine.",
        host=host,
        port=port,
        strerror=error.strerror,
    )
