"""What a pretend provider does with what it is asked to send, as somebody's script wants it."""

import json
import re
from typing import Annotated, Final, Literal, NamedTuple

import msgspec

from inbox.domain.errors import Invalid
from inbox.domain.fields import says
from inbox.domain.language import _

ReportedStatus = Literal["sent", "delivered", "read", "played"]

MOST_STATUSES: Final = 20
ANSWERS: Final = ("accepted", "silence", "outage", "429")
"""Beside any code of Meta's."""

_CODE: Final = re.compile(r"[0-9]{1,7}", re.ASCII)
_RATES: Final = frozenset({4, 80007, 130429, 131048, 131056, 133016})
_DOWN: Final = frozenset({1, 2, 131016})
_WORDS: Final = {
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    100: "Invalid parameter",
    190: "Invalid OAuth access token",
    80007: "Rate limit issues",
    130429: "Rate limit hit",
    131000: "Something went wrong",
    131016: "Service unavailable",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131048: "Spam rate limit hit",
    131049: "Message not delivered to maintain healthy ecosystem engagement",
    131056: "Pair rate limit hit",
    131062: "Recipient has no phone number",
}
"""As Meta words them, of what is rehearsed most."""


class Conduct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the pretend provider of a sandbox answers sends, and what it reports of them."""

    answer: Annotated[
        str,
        says(
            "`accepted`, `silence` (no answer at all), `outage` (a gateway's 503), `429`, or an"
            " error code of Meta's, as `131047`."
        ),
    ] = "accepted"
    http_status: Annotated[
        int | None, says("Of an outage or an error, another status of HTTP; null: the usual one.")
    ] = None
    retry_after: Annotated[
        int | None, says("`Retry-After` of the answer, in seconds; null: it has none.")
    ] = None
    times: Annotated[
        int | None, says("For so many sends, and as usual from then on; null: for all of them.")
    ] = None
    seconds: Annotated[
        float | None, says("For so long, and as usual from then on; null: till the end.")
    ] = None
    statuses: Annotated[
        list[ReportedStatus] | None,
        says(
            "What it reports by itself of what it was asked to send, in this order; null: `sent`,"
            " where it is accepted."
        ),
    ] = None
    statuses_first: Annotated[
        bool, says("Whether it reports that before it answers, and not after.")
    ] = False

    @property
    def reports(self) -> list[ReportedStatus]:
        """Of a send. Who says nothing may have taken it all the same."""
        if self.statuses is None:
            return ["sent"] if self.answer == "accepted" else []
        return self.statuses if self.answer in ("accepted", "silence") else []


USUAL: Final = Conduct()


def checked_conduct(conduct: Conduct) -> Conduct:
    """Raises ``Invalid`` for what no provider does."""
    if conduct.answer not in ANSWERS and not _CODE.fullmatch(conduct.answer):
        words = _("An answer is one of %(known)s, or a code of Meta’s.", known=", ".join(ANSWERS))
        raise Invalid("answer", words)
    _within("http_status", conduct.http_status, 400, 599)
    _within("retry_after", conduct.retry_after, 0, 3600)
    _within("times", conduct.times, 1, 10_000)
    _within("seconds", conduct.seconds, 0, 3600)
    if len(conduct.statuses or ()) > MOST_STATUSES:
        most = _("There are at most %(most)s statuses.", most=MOST_STATUSES)
        raise Invalid("statuses", most)
    return conduct


def _within(field: str, value: float | None, least: int, most: int) -> None:
    if value is not None and not least <= value <= most:
        words = _("%(field)s is from %(least)s to %(most)s.", field=field, least=least, most=most)
        raise Invalid(field, words)


class GraphAnswer(NamedTuple):
    """What goes over the wire instead of a message's id."""

    status: int
    content_type: str
    body: bytes
    retry_after: int | None = None


def graph_answer(conduct: Conduct) -> GraphAnswer | None:
    """None: it takes the message, or says nothing."""
    if conduct.answer in ("accepted", "silence"):
        return None
    if conduct.answer == "outage":
        status = conduct.http_status or 503
        page = b"<html><body><h1>Service Unavailable</h1></body></html>"
        return GraphAnswer(status, "text/html", page, conduct.retry_after)
    code = 130429 if conduct.answer == "429" else int(conduct.answer)
    status = conduct.http_status or _status_of(code)
    return GraphAnswer(status, "application/json", _error(code), conduct.retry_after)


def _status_of(code: int) -> int:
    if code in _RATES:
        return 429
    if code in _DOWN:
        return 503
    return {190: 401, 10: 403}.get(code, 400)


def _error(code: int) -> bytes:
    words = _WORDS.get(code, "An error that a script asked for")
    error = {
        "message": f"(#{code}) {words}",
        "type": "OAuthException",
        "code": code,
        "error_data": {"messaging_product": "whatsapp", "details": f"{words}."},
    }
    return json.dumps({"error": error}).encode()
