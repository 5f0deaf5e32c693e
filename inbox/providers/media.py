"""How a provider lets us come to a file: what to ask for, and who may see the token."""

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from msgspec import Struct, field

from inbox.discreet import Discreet, Private
from inbox.domain.channels import Channel
from inbox.domain.content import FileReference
from inbox.domain.language import N_
from inbox.domain.times import DAY, Micros


class Unavailable(Struct, frozen=True):
    """Why there is no file, in words for an agent.

    ``gone``: the provider no longer has it. ``retry_after`` in seconds: worth another try then;
    None: not by itself.
    """

    reason: str
    gone: bool = False
    retry_after: float | None = None


LookUp = Callable[[int, bytes], str | Unavailable]
"""Reads status and body of an answer about a file: the address of the file itself, or why none."""


class Download(Discreet, frozen=True, kw_only=True):
    """A GET that brings the file or, with ``look_up``, first its address.

    ``headers`` hold the token. They go to the origin of ``home``, the API's address as an admin
    entered it (which may be in a private network and plain http), and by https to ``hosts``;
    to nobody else, whatever an answer says. ``bears``: how many refusals an hour the host takes
    before it shuts us out; None: as many as there are.
    """

    url: str
    headers: Private[Mapping[str, str]] = field(default_factory=dict)
    home: str = ""
    hosts: frozenset[str] = frozenset()
    look_up: LookUp | None = None
    bears: int | None = None


@runtime_checkable
class BringsFiles(Protocol):
    """A provider that has files under an id, or only with a token. Others have links."""

    def download(self, channel: Channel, reference: FileReference) -> Download | Unavailable:
        """``reference`` is ``content["media"]`` of a message: ``{id?, url?, mime?, sha256?, …}``.

        An address in it may be anybody's: it never gets a ``home``.
        """

    def kept(self, channel: Channel) -> Micros:
        """How long a file can be had by its id."""


LINK_KEPT: Micros = DAY
"""How long an address in a webhook leads to its file, where providers tell."""
LONGEST_KEPT: Micros = 14 * DAY


def kept_for(provider: object, channel: Channel, reference: FileReference) -> Micros:
    """How long this file can be had."""
    if isinstance(provider, BringsFiles) and reference.get("id"):
        return provider.kept(channel)
    return LINK_KEPT


def by_link(reference: FileReference) -> Download | Unavailable:
    """A file under an address that needs no token."""
    url = file_address(reference)
    if url is None:
        return Unavailable(N_("The message came without its file"))
    return Download(url=url)


def file_address(reference: FileReference) -> str | None:
    found = reference.get("url") or reference.get("link")
    return found if isinstance(found, str) else None


def fetchable(reference: FileReference | None) -> bool:
    """Whether there is anything to fetch a file by."""
    return bool(reference and (reference.get("id") or file_address(reference)))
