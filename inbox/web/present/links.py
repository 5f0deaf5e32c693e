"""Addresses that strangers wrote: only those that a browser may be sent to."""

import re
from urllib.parse import urlsplit

_LONGEST = 2_000
_NUMBER = re.compile(r"\+?[0-9][0-9 ().-]{3,24}", re.ASCII)
_MAIL = re.compile(r"[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}", re.ASCII)
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2060-\u206f\\\\\"<>`]")


def weblink(address: str | None) -> str:
    """The address if it is one of the web, else nothing: never ``javascript:`` or ``data:``."""
    if not address or len(address) > _LONGEST or _UNSEEN.search(address):
        return ""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return ""
    # Who hides the host behind a name and a password wants it to be taken for another.
    fine = parts.scheme in ("http", "https") and host and "@" not in parts.netloc
    return address if fine else ""


def host(address: str | None) -> str:
    """Where a ``weblink`` leads: what a person is shown of it."""
    return (urlsplit(weblink(address)).hostname or "").removeprefix("www.")


def tel(number: str | None) -> str:
    """``tel:`` of what looks like a phone number."""
    found = _NUMBER.fullmatch((number or "").strip())
    return "tel:" + re.sub(r"[^0-9+]", "", found[0]) if found else ""


def mailto(address: str | None) -> str:
    """``mailto:`` of what looks like an e-mail address."""
    found = _MAIL.fullmatch((address or "").strip())
    return f"mailto:{found[0]}" if found else ""
