"""What a provider has registered of webhooks, where it lets programs ask and change that.

One question to its management API, and what the answer proves. Nothing here sends a message, so
what is left in doubt is looked up again and not told to an agent.
"""

import json
from collections.abc import Iterable
from typing import Any, Protocol

import httpx
from msgspec import Struct
from msgspec.structs import replace

from inbox.discreet import Discreet, Private
from inbox.domain.channels import Channel
from inbox.domain.language import N_, _
from inbox.domain.text import JsonObject, clip, mapping, mappings, text
from inbox.providers import errors
from inbox.providers.base import Refused
from inbox.providers.calling import Answer, Call, exchange
from inbox.providers.cloud_api.problems import code
from inbox.providers.verdicts import hidden

URL_LIMIT = 2_000
SHOWN_LIMIT = 100
"""So many registered addresses are shown."""

_TOKEN_CODES = frozenset({0, 3, 10, 190, *range(200, 300), 131005})
"""Meta's codes for a token that is wrong, or may not do this."""


class Registered(Struct, frozen=True, kw_only=True):
    """An address that gets webhooks, or, without ``url``, another fact that decides whether any
    come. ``id`` is what ``unregister`` takes; None: it cannot be removed from here.
    ``replaced``: registering ours takes its place."""

    url: str | None
    note: str = ""
    id: str | None = None
    replaced: bool = False


class Done(Discreet, frozen=True):
    """``secret``: what the provider signs with from now on, which it tells only once.
    ``todo``: what is left to do by hand."""

    todo: str = ""
    secret: Private[str] = ""


class RegistrationProblem(Struct, frozen=True):
    """What went wrong, and what an admin can do, in words. ``shut``: what should let us in, a
    token or a key, does not. ``subcode``: Meta's, which says more than its code."""

    title: str
    todo: str
    shut: bool = False
    subcode: int | None = None


class Registrar(Protocol):
    """Registers our webhook at one provider. Nothing here raises for what a network can do."""

    title: str
    """As who it is called on a page: "At Meta"."""
    removing: str
    """How to remove there what has no ``id``."""

    async def registered(
        self, http: httpx.AsyncClient, channel: Channel
    ) -> list[Registered] | RegistrationProblem:
        """What is registered now, what counts first."""

    async def register(
        self, http: httpx.AsyncClient, channel: Channel, url: str
    ) -> Done | RegistrationProblem: ...

    async def unregister(
        self, http: httpx.AsyncClient, channel: Channel, registered_id: str
    ) -> Done | RegistrationProblem: ...


class Desk(Struct, frozen=True):
    """Where a provider is asked. ``title``: who answers. ``entry``: what to check when it does
    not let us in."""

    title: str
    entry: str
    patience: httpx.Timeout

    async def ask(
        self, http: httpx.AsyncClient, call: Call | Refused, secret: str
    ) -> JsonObject | list[Any] | RegistrationProblem:
        """The object or list of a good answer. ``secret`` is kept out of what it says."""
        if isinstance(call, Refused):
            return lacking(call)
        answer = await exchange(http, call, self.patience)
        if isinstance(answer, Answer):
            return self.judge(answer, secret)
        if isinstance(answer, Refused):
            where = _("Check the API address below, and whether this server may call it.")
            return RegistrationProblem(
                _("%(title)s could not be reached", title=_(self.title)),
                _("Nothing was changed. %(where)s", where=where),
            )
        return RegistrationProblem(_("%(title)s did not answer", title=_(self.title)), _(_IN_DOUBT))

    def judge(self, answer: Answer, secret: str) -> JsonObject | list[Any] | RegistrationProblem:
        told = _json(answer.body)
        said = mapping(told)
        meta = mapping(said.get("meta"))
        failed = said.get("success") is False or meta.get("success") is False
        if answer.status // 100 != 2 or failed or said.get("error"):
            trouble = self._trouble(answer, *_complaint(said, meta), secret)
            return replace(trouble, subcode=code(mapping(said.get("error")).get("error_subcode")))
        if told is None and answer.body.strip():
            return self.strange(answer.status)
        return told if isinstance(told, list) else said

    def strange(self, status: int = 200) -> RegistrationProblem:
        return RegistrationProblem(
            _(
                "%(title)s answered %(status)s, but not as it should",
                title=_(self.title),
                status=status,
            ),
            _(_IN_DOUBT),
        )

    def untold(self) -> list[Registered]:
        """A good answer that says neither what is registered nor that nothing is."""
        note = _(
            "%(title)s answered, but it does not say which addresses are registered.",
            title=_(self.title),
        )
        return [Registered(url=None, note=note)]

    def _trouble(
        self, answer: Answer, found: int | None, words: str | None, secret: str
    ) -> RegistrationProblem:
        words = hidden(words, secret)
        clipped = clip(words, errors.SPOKEN_LIMIT) if words else ""
        says = _(" %(title)s says: %(words)s", title=_(self.title), words=clipped) if words else ""
        known = errors.advice(found)
        if answer.status in (401, 403) or found in _TOKEN_CODES | {401, 403}:
            return RegistrationProblem(
                _("%(title)s did not let us in", title=_(self.title)),
                _(self.entry) + says,
                shut=True,
            )
        if answer.status in (429, 502, 503) or (known and known.retry_after is not None):
            return RegistrationProblem(
                _("%(title)s is busy", title=_(self.title)),
                _("Try again in a minute.") + says,
            )
        if words and answer.status < 500:
            return RegistrationProblem(_("%(title)s refused", title=_(self.title)), says.strip())
        if 300 <= answer.status < 500:
            title = _("The API address answered %(status)s", status=answer.status)
            return RegistrationProblem(title, _("Check the API address below."))
        return RegistrationProblem(
            _("%(title)s answered %(status)s", title=_(self.title), status=answer.status),
            _(_IN_DOUBT) + says,
        )


_IN_DOUBT = N_("Look again what is registered before you try once more.")


def lacking(refused: Refused) -> RegistrationProblem:
    """The channel was not told enough to ask anybody anything; said to who can enter it."""
    return RegistrationProblem(refused.title, _("Enter it below, under Details."))


def _complaint(said: JsonObject, meta: JsonObject) -> tuple[int | None, str | None]:
    """The code and the words of an error in any of the forms that these APIs have."""
    error = mapping(said.get("error")) or next(iter(mappings(said.get("errors"))), {})
    details = mapping(error.get("error_data")).get("details")
    number = code(error.get("code")) or code(meta.get("http_code") or meta.get("httpCode"))
    return number, _first(
        error.get("error_user_msg"),
        details,
        error.get("message"),
        error.get("details"),
        error.get("title"),
        meta.get("developer_message"),
        meta.get("developerMessage"),
        said.get("error"),
        said.get("message"),
    )


def _first(*values: object) -> str | None:
    words: Iterable[str | None] = map(text, values)
    return next(filter(None, words), None)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
