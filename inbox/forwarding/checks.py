"""Whether what somebody wants of an endpoint can be: each no is a sentence with its field."""

import re
from collections.abc import Collection, Mapping, Sequence
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from inbox.domain.errors import Invalid
from inbox.domain.feed_events import FOR_EVERYBODY
from inbox.domain.language import _
from inbox.domain.networks import is_private, is_public
from inbox.domain.text import scrub
from inbox.domain.webhooks import EVERYTHING

URL_LIMIT: Final = 2_000
DESCRIPTION_LIMIT: Final = 200
HEADERS_LIMIT: Final = 20
VALUE_LIMIT: Final = 2_000
MOST_CONCURRENT: Final = 10

_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE: Final = re.compile(r"[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?")
_OURS: Final = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
    }
)


def checked_url(text: str, *, private: bool) -> str:
    """``private``: it may be in a private network. Where a name leads is seen when it is posted."""
    url = text.strip()
    if not url or len(url) > URL_LIMIT:
        raise Invalid(
            "url",
            _("Enter an address of up to %(most)s characters, like https://…", most=URL_LIMIT),
        )
    found = _split(url)
    if found.username is not None or found.password is not None:
        raise Invalid(
            "url", _("Take name and password out of the address: put them into a header.")
        )
    if "#" in url:
        raise Invalid("url", _("Take away what stands behind the #: it would not be sent."))
    _check_host(found.hostname or "", private=private)
    return url


def _split(url: str) -> SplitResult:
    wrong = Invalid("url", _("This is no address: it begins with https:// or http:// and a host."))
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError:
        raise wrong from None
    plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url
    if not plain or found.scheme not in ("http", "https") or not found.hostname or port == 0:
        raise wrong
    return found


def _check_host(host: str, *, private: bool) -> None:
    try:
        address = ip_address(host)
    except ValueError:
        if not private and (host == "localhost" or host.endswith(".localhost")):
            raise _refused() from None
        return
    if is_public(address) or (private and is_private(address)):
        return
    raise (
        _refused()
        if is_private(address)
        else Invalid("url", _("Nothing is ever posted to this network."))
    )


def _refused() -> Invalid:
    return Invalid(
        "url",
        _(
            "This is in a private network. Whoever runs Inbox may allow that: "
            "INBOX_WEBHOOKS_PRIVATE=allow."
        ),
    )


def checked_description(text: str) -> str:
    description = " ".join(scrub(text).split())
    if len(description) > DESCRIPTION_LIMIT:
        raise Invalid(
            "description",
            _("The description has up to %(most)s characters.", most=DESCRIPTION_LIMIT),
        )
    return description


def checked_events(names: Collection[str]) -> list[str]:
    """In the order of the contract; ``*`` alone is all."""
    if not names:
        raise Invalid("events", _("Choose at least one event."))
    if EVERYTHING in names:
        return [EVERYTHING]
    for name in names:
        if name not in FOR_EVERYBODY:
            raise Invalid("events", _("There is no event “%(name)s”.", name=scrub(name)[:100]))
    return [name for name in FOR_EVERYBODY if name in names]


def checked_channels(ids: Sequence[str], known: Collection[str]) -> list[str]:
    for channel_id in ids:
        if channel_id not in known:
            raise Invalid("channel_ids", _("There is no such channel."))
    return sorted(set(ids))


def checked_concurrency(number: int) -> int:
    if not 1 <= number <= MOST_CONCURRENT:
        raise Invalid(
            "concurrency",
            _("At once there may be from 1 to %(most)s.", most=MOST_CONCURRENT),
        )
    return number


def checked_headers(wanted: Mapping[str, str | None], before: Mapping[str, str]) -> dict[str, str]:
    """``wanted`` over what was: None takes a header away."""
    found = {name.lower(): (name, value) for name, value in before.items()}
    for name, value in wanted.items():
        _check_name(name)
        if value is None:
            found.pop(name.lower(), None)
        else:
            found[name.lower()] = (name, _checked_value(name, value))
    if len(found) > HEADERS_LIMIT:
        raise Invalid("headers", _("An endpoint has up to %(most)s headers.", most=HEADERS_LIMIT))
    return dict(found.values())


def _check_name(name: str) -> None:
    shown = scrub(name)[:100]
    if not _NAME.fullmatch(name):
        raise Invalid("headers", _("“%(name)s” is no name of a header.", name=shown))
    if name.lower() in _OURS or name.lower().startswith("webhook-"):
        raise Invalid("headers", _("The header “%(name)s” is set by Inbox.", name=shown))


def _checked_value(name: str, value: str) -> str:
    if len(value) > VALUE_LIMIT or not _VALUE.fullmatch(value):
        raise Invalid(
            "headers",
            _(
                "The header “%(name)s” needs a value of up to %(most)s letters without accents,"
                " digits and signs.",
                name=name,
                most=VALUE_LIMIT,
            ),
        )
    return value
