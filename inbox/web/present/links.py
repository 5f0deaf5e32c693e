"""Addresses that strangers wrote: only those that a browser may be sent to, and as what they are.

A name of the web may be made of letters that look like others. Where they may, what is shown and
followed is the name's punycode (``hosts``).
"""

import contextlib
import re
from urllib.parse import urlsplit

from inbox.domain import numbering
from inbox.domain.markup import LONGEST
from inbox.web.present.hosts import honest

_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{3,24}", re.ASCII)
_TRUNK_ASIDE = re.compile(r"\(\s*0\s*\)")
_MAIL = re.compile(r"([\w.+'-]{1,64})@((?:[\w-]{1,63}\.){1,5}[^\W\d_]{2,24})")
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2060-\u206f\\\\\"<>`]")
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


def weblink(address: str | None) -> str:
    """The address if it is one of the web, else nothing: never ``javascript:`` or ``data:``."""
    if not address or len(address) > LONGEST or _UNSEEN.search(address):
        return ""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    # Who hides the host behind a name and a password wants it to be taken for another.
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    name = honest(host)
    if name in ("", host):
        return name and address
    return parts._replace(netloc=name if port is None else f"{name}:{port}").geturl()


def website(address: str | None) -> str:
    """A ``weblink``, also of an address whose ``https://`` was left out."""
    return weblink(address if _SCHEME.match(address or "") else f"https://{address or ''}")


def host(address: str | None) -> str:
    """Where a ``weblink`` leads: what a person is shown of it."""
    return (urlsplit(weblink(address)).hostname or "").removeprefix("www.")


def shown(href: str, written: str) -> str:
    """What is shown of a link: what was written, unless its name had to become punycode."""
    if written.isascii() or href.endswith(written):
        return written
    return href if _SCHEME.match(written) else href.partition(":")[2].removeprefix("//")


def tel(number: str | None) -> str:
    """``tel:`` of what looks like a phone number; with a ``+`` if it begins with 00."""
    found = _NUMBER.fullmatch((number or "").strip())
    if not found:
        return ""
    written = found[0]
    if written.startswith(("+", "00")):
        written = _TRUNK_ASIDE.sub("", written)
    return "tel:" + _from_abroad(re.sub(r"[^0-9+]", "", written))


def _from_abroad(number: str) -> str:
    if not number.startswith("00"):
        return number
    with contextlib.suppress(numbering.NumberParseException):
        parsed = numbering.parse(f"+{number[2:]}")
        if numbering.is_whole(parsed):
            return f"+{number[2:]}"
    return number


def mailto(address: str | None) -> str:
    """``mailto:`` of what looks like an e-mail address."""
    found = _MAIL.fullmatch((address or "").strip())
    name = honest(found[2]) if found else ""
    return f"mailto:{found[1]}@{name}" if found and name else ""
