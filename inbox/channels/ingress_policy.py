"""The gate of a channel: what a webhook must prove, where it may come from, how many may come.

In the database it is JSON without a secret in it; from people it comes as texts.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypedDict, cast

from msgspec.structs import asdict, replace

from inbox.domain.addresses import ranges
from inbox.domain.channels import BURST, RATE, Channel, Scheme
from inbox.domain.errors import Invalid
from inbox.domain.language import _, number
from inbox.domain.shapes import decoded, encoded
from inbox.providers.registry import PROVIDERS

OWN: Final = "own"
"""The scheme of the provider."""
KINDS: Final = ("hmac", "header", "basic", "path")
OFF: Final = ("off", "0")
MOST: Final = 1_000_000

FACTS: Final = (
    "scheme",
    "scheme_header",
    "scheme_prefix",
    "scheme_encoding",
    "scheme_user",
    "allowed",
    "rate",
    "burst",
)

_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)


class Policy(TypedDict, total=False):
    """Fields of `Channel`; what is as everywhere is not there."""

    scheme: Scheme
    allowed: tuple[str, ...]
    rate: int
    burst: int


class PolicyTexts(TypedDict):
    """The same as people write it: ``FACTS``."""

    scheme: str
    scheme_header: str
    scheme_prefix: str
    scheme_encoding: str
    scheme_user: str
    allowed: str
    rate: str
    burst: str


def usual_burst(rate: int) -> int:
    """How many may come at once where nobody said it."""
    return BURST // RATE * rate if rate else BURST


def dump_policy(channel: Channel) -> str:
    """For the column ``channels.gate``; what is as everywhere is left out."""
    found = {
        "scheme": channel.scheme and asdict(channel.scheme),
        "allowed": channel.allowed,
        "rate": channel.rate,
        "burst": channel.burst,
    }
    usual = {"scheme": None, "allowed": (), "rate": RATE, "burst": BURST}
    return encoded({name: value for name, value in found.items() if value != usual[name]})


def load_policy(words: str) -> Policy:
    """The fields of `Channel` that the column holds."""
    told: Any = decoded(words)
    found: Policy = told
    if "scheme" in told:
        found["scheme"] = Scheme(**told["scheme"])
    if "allowed" in told:
        found["allowed"] = tuple(told["allowed"])
    return found


def with_policy(channel: Channel, facts: Mapping[str, str]) -> Channel:
    """The channel behind the gate that these texts describe; raises ``Invalid``.

    What is not among the facts stays as it is. A ``rate`` of "off" or 0 is no limit, and
    without a ``burst`` it is four times the rate.
    """
    given = {name: facts[name].strip() for name in FACTS if name in facts}
    if "allowed" in given:
        channel = replace(channel, allowed=_allowed(given["allowed"]))
    if "rate" in given or "burst" in given:
        rate, burst = _pace(channel, given)
        channel = replace(channel, rate=rate, burst=burst)
    if any(name.startswith("scheme") for name in given):
        channel = replace(channel, scheme=_scheme(channel, given))
    return channel


def policy_texts(channel: Channel) -> PolicyTexts:
    """The facts as ``gated`` reads them, for a form that shows how it is."""
    scheme = channel.scheme
    said = scheme or Scheme(kind="hmac")
    return {
        "scheme": scheme.kind if scheme else OWN,
        "scheme_header": said.header,
        "scheme_prefix": said.prefix,
        "scheme_encoding": said.encoding,
        "scheme_user": said.user,
        "allowed": "\n".join(channel.allowed),
        "rate": str(channel.rate or OFF[0]),
        "burst": "" if channel.burst == usual_burst(channel.rate) else str(channel.burst),
    }


def _scheme(channel: Channel, given: Mapping[str, str]) -> Scheme | None:
    said = {**cast("Mapping[str, str]", policy_texts(channel)), **given}
    kind = said["scheme"] or OWN
    if kind == OWN:
        return None
    if kind not in KINDS:
        raise Invalid(
            "scheme", _("A scheme is one of %(own)s, %(known)s.", own=OWN, known=", ".join(KINDS))
        )
    if channel.provider == "sandbox":
        raise Invalid("scheme", _("The pretend phone proves itself as Meta does."))
    own = PROVIDERS.get(channel.provider)
    missing = own.scheme.missing if own else 401
    made = _made(kind, said, missing)
    if kind != "path" and not channel.secret:
        raise Invalid("secret", _("This way of proof needs a secret: without it nothing gets in."))
    return made


def _made(kind: str, given: Mapping[str, str], missing: int) -> Scheme:
    match kind:
        case "hmac":
            return Scheme(
                kind="hmac",
                header=_header(given["scheme_header"]),
                prefix=_prefix(given["scheme_prefix"]),
                encoding="base64" if _encoding(given["scheme_encoding"]) == "base64" else "hex",
                missing=missing,
            )
        case "header":
            return Scheme(kind="header", header=_header(given["scheme_header"]), missing=missing)
        case "basic":
            return Scheme(kind="basic", user=_user(given["scheme_user"]), missing=missing)
        case _:
            return Scheme(kind="path")


def _header(text: str) -> str:
    if _HEADER.fullmatch(text):
        return text
    raise Invalid(
        "scheme_header", _("Name the header that carries the proof, for instance X-Signature.")
    )


def _prefix(text: str) -> str:
    if len(text) <= 40 and text.isascii() and (text.isprintable() or not text):
        return text
    raise Invalid("scheme_prefix", _("A prefix is short, for instance sha256=."))


def _encoding(text: str) -> str:
    if text in ("", "hex", "base64"):
        return text or "hex"
    raise Invalid("scheme_encoding", _("A signature is written in hex or in base64."))


def _user(text: str) -> str:
    if 0 < len(text) <= 100 and text.isprintable() and ":" not in text:
        return text
    raise Invalid("scheme_user", _("A user has 1 to 100 characters and no colon."))


def _allowed(text: str) -> tuple[str, ...]:
    try:
        return ranges(text)
    except ValueError as error:
        raise Invalid("allowed", str(error)) from None


def _pace(channel: Channel, given: Mapping[str, str]) -> tuple[int, int]:
    said = given.get("rate", str(channel.rate)) or str(RATE)
    rate = 0 if said.lower() in OFF else _whole("rate", said)
    at_once = given.get("burst", "")
    # Less at once than in a second would hold back what the rate allows.
    return rate, max(rate, _whole("burst", at_once)) if at_once else usual_burst(rate)


def _whole(field: str, text: str) -> int:
    if _NUMBER.fullmatch(text) and 0 < int(text) <= MOST:
        return int(text)
    raise Invalid(
        field,
        _("That is a whole number from 1 to %(most)s, or off for no limit.", most=number(MOST)),
    )
