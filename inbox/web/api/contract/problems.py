"""Every error of the API, in one table: which it is, when it comes, and what it looks like.

Most follow from what an operation is: whom it is for, what it takes. The rest are named by its
``opt``: ``AGENT | can_fail(LATE_REPLY)``.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from litestar.handlers import HTTPRouteHandler
from msgspec import Struct, field

from inbox.sending.editing import TOO_LATE_TO_EDIT
from inbox.sending.meanwhile import ANSWERED
from inbox.sending.replies import TAKEN
from inbox.sending.replies import TAKEN_BACK as NOT_ANY_MORE
from inbox.sending.taking_back import SENT
from inbox.sending.window import OVER
from inbox.web.api.contract.made_up import ANSWER
from inbox.web.api.contract.schemas import Schema, referred
from inbox.web.http import problem_types
from inbox.web.http.errors import PROBLEM, title_of
from inbox.web.http.parameters import EXAMPLE_ID
from inbox.web.http.problem_shapes import (
    AnswerMeanwhile,
    ClosedWindow,
    ForgottenEvents,
    LackedScope,
    MisplacedPiece,
    NotDone,
    ProblemDetails,
    TakenClientId,
    UnfitDraft,
    UnfitKeys,
    UnfitReply,
    UnfitResponse,
    WrongRequest,
)
from inbox.web.http.problem_types import (
    ANSWERED_MEANWHILE,
    CLIENT_ID_TAKEN,
    MISPLACED,
    MISSING_SCOPE,
    TAKEN_BACK,
    TOO_LATE,
    WINDOW_CLOSED,
    problem_type,
)


class Operation(NamedTuple):
    path: str
    method: str
    handler: HTTPRouteHandler
    described: Schema

    @property
    def access(self) -> str:
        return str(self.handler.opt["access"])


class ErrorAnswer(Struct, frozen=True, kw_only=True):
    """An answer that says why not. ``more``: members of its example beside the usual ones.

    ``follows``: whether an operation can give it by what it is."""

    name: str
    status: int
    when: str
    detail: str
    shape: Any = ProblemDetails
    more: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    follows: Callable[[Operation], bool] = lambda _: False

    @property
    def example(self) -> dict[str, Any]:
        usual = {"type": problem_type(self.status), "title": title_of(self.status)}
        return usual | {"status": self.status, "detail": self.detail} | self.more


LATE_REPLY = ErrorAnswer(
    name="lateReply",
    status=409,
    when="WhatsApp takes no free text now: the customer's last message is older than 24 hours.",
    detail=OVER,
    shape=ClosedWindow,
    more={
        "type": WINDOW_CLOSED,
        "title": "The 24-hour window is closed",
        "window_expires_at": "2026-01-02T12:00:00.000Z",
    },
)
ANSWERED_ALREADY = ErrorAnswer(
    name="answeredMeanwhile",
    status=409,
    when="A colleague has answered since the message `seen`: nothing was sent. `force` sends it.",
    detail=ANSWERED,
    shape=AnswerMeanwhile,
    more={
        "type": ANSWERED_MEANWHILE,
        "title": "A colleague has answered meanwhile",
        "messages": [ANSWER],
    },
)
TAKEN_CLIENT_ID = ErrorAnswer(
    name="takenClientId",
    status=409,
    when="This `client_id` is that of another message: nothing was sent.",
    detail=TAKEN,
    shape=TakenClientId,
    more={
        "type": CLIENT_ID_TAKEN,
        "title": "This client_id is taken",
        "message_id": EXAMPLE_ID,
    },
)
TAKEN_BACK_REPLY = ErrorAnswer(
    name="takenBack",
    status=409,
    when="The reply of this `client_id` was taken back: nothing was sent.",
    detail=NOT_ANY_MORE,
    more={"type": TAKEN_BACK, "title": "This reply was taken back"},
)
OTHERS_NOTE = ErrorAnswer(
    name="othersNote",
    status=403,
    when="Somebody else wrote this note.",
    detail="This note is somebody else’s: only who wrote it can change it.",
    more={"type": problem_types.OTHERS_NOTE},
)
UNFIT_NOTE = ErrorAnswer(
    name="unfitNote",
    status=422,
    when="The note cannot be kept so: its text, its `client_id` or whom it mentions.",
    detail="There is no such user to mention.",
    shape=UnfitReply,
    more={"field": "mentions"},
)
NOT_TAKEN_BACK = ErrorAnswer(
    name="tooLate",
    status=409,
    when="It is being sent or was, it failed, or it was not written here: nothing was changed.",
    detail=SENT,
    more={"type": TOO_LATE, "title": "It cannot be taken back"},
)
NOT_EDITABLE = ErrorAnswer(
    name="notEditable",
    status=409,
    when="It is neither `scheduled` nor `held`: nothing was changed.",
    detail=TOO_LATE_TO_EDIT,
    more={"type": TOO_LATE, "title": "It cannot be changed any more"},
)
UNFIT_REPLY = ErrorAnswer(
    name="unfitReply",
    status=422,
    when="The reply itself cannot be sent: its text, its `client_id` or what it quotes.",
    detail="Write something first.",
    shape=UnfitReply,
    more={"field": "text"},
)
LARGE_FILE = ErrorAnswer(
    name="largeFile",
    status=413,
    when="The file has more bytes than WhatsApp takes of its kind.",
    detail="WhatsApp takes pictures of up to 5 MB; this one has 7.2 MB.",
    shape=UnfitReply,
    more={"field": "file"},
)
UNFIT_FILE = ErrorAnswer(
    name="unfitFile",
    status=415,
    when="The file is of a type that WhatsApp does not take as this kind.",
    detail="WhatsApp takes pictures as JPEG or PNG, not image/heic.",
    shape=UnfitReply,
    more={"field": "file"},
)
MISPLACED_PIECE = ErrorAnswer(
    name="misplacedPiece",
    status=409,
    when="The piece does not follow what is here: go on at `offset`.",
    detail="Go on at byte 1048576.",
    shape=MisplacedPiece,
    more={"type": MISPLACED, "title": "This piece is not the next", "offset": 1_048_576},
)
UNFIT_STANDING = ErrorAnswer(
    name="unfitStanding",
    status=422,
    when="Somebody or something that it names is not there, or is no word for this field.",
    detail="There is no such user to assign it to.",
    shape=UnfitReply,
    more={"field": "assignee_id"},
)
UNFIT_LABEL = ErrorAnswer(
    name="unfitLabel",
    status=422,
    when="Its name is no name or that of another one, or its colour is none of those there are.",
    detail="There is a label Delivery already.",
    shape=UnfitReply,
    more={"field": "name"},
)
UNFIT_TEAM = ErrorAnswer(
    name="unfitTeam",
    status=422,
    when="Its name is no name, a channel is with another team, or somebody is not there.",
    detail="Shop is with Support: a channel is with one team at most.",
    shape=UnfitReply,
    more={"field": "channel_ids"},
)
UNFIT_CHANNEL = ErrorAnswer(
    name="unfitChannel",
    status=422,
    when="A fact is none that can be, its provider refuses it, or its number is another channel's.",
    detail="A channel's name has from 1 to 100 characters.",
    shape=UnfitReply,
    more={"field": "name"},
)
UNFIT_ENDPOINT = ErrorAnswer(
    name="unfitEndpoint",
    status=422,
    when="Its address, an event, a channel or a header is none that can be used.",
    detail="This is no address: it begins with https:// or http:// and a host.",
    shape=UnfitReply,
    more={"field": "url"},
)
WRONG_SINCE = ErrorAnswer(
    name="wrongSince",
    status=422,
    when="It is not said since when, or both kinds of replay are asked for.",
    detail="Say since when: a time, or the number of an event.",
    shape=UnfitReply,
    more={"field": "since"},
)
UNFIT_REPLAY = ErrorAnswer(
    name="unfitReplay",
    status=422,
    when="It is not said which webhooks, or too much of it.",
    detail="Say which: one, those that failed, or all since a time.",
    shape=NotDone,
    more={"field": "since"},
)
NO_SUCH_ENTRY = ErrorAnswer(
    name="noSuchEntry",
    status=404,
    when="The log has no webhook of this `entry_id`, or it waits to be applied anyway.",
    detail="There is no such webhook.",
)
NOT_KEPT = ErrorAnswer(
    name="eventNotKept",
    status=422,
    when="The event is older than seven days and is no longer kept.",
    detail="This event is no longer kept, so it cannot be posted again.",
    shape=UnfitReply,
    more={"field": "delivery_id"},
)
UNFIT_DRAFT = ErrorAnswer(
    name="unfitDraft",
    status=422,
    when="It is too long, or the token is nobody's.",
    detail="A draft has at most 20000 characters.",
    shape=UnfitDraft,
    more={"field": "text"},
)
UNFIT_NOTICES = ErrorAnswer(
    name="unfitNotices",
    status=422,
    when="A field is wrong, or the token is nobody's.",
    detail="Quiet hours begin and end at a time like 22:00.",
    shape=UnfitReply,
    more={"field": "quiet_hours"},
)
UNFIT_DEVICE = ErrorAnswer(
    name="unfitDevice",
    status=422,
    when="It is no subscription of a browser that is signed in, or you have 20 already.",
    detail="A push service has an address that begins with https://.",
    shape=UnfitReply,
    more={"field": "endpoint"},
)
UNFIT_KEYS = ErrorAnswer(
    name="unfitKeys",
    status=422,
    when="One key is that of two actions, or none that a keyboard has; or the token is nobody's.",
    detail="a is the key of two actions.",
    shape=UnfitKeys,
    more={"field": "own"},
)
UNFIT_RESPONSE = ErrorAnswer(
    name="unfitResponse",
    status=422,
    when="A field is wrong, its short code is another's, or who asks may not change it.",
    detail="/hours is the short code of another one.",
    shape=UnfitResponse,
    more={"field": "short_code"},
)
UNFIT_LIST = ErrorAnswer(
    name="unfitList",
    status=422,
    when="A filter or an order is none that there is.",
    detail="sort is one of newest, oldest, longest_waiting, window.",
    shape=NotDone,
    more={"field": "sort"},
)
UNFIT_VIEW = ErrorAnswer(
    name="unfitView",
    status=422,
    when="A field cannot be kept so, or who asks may not change this view.",
    detail="The list has no filter colour.",
    shape=NotDone,
    more={"field": "filters"},
)
UNFIT_CONTACT = ErrorAnswer(
    name="unfitContact",
    status=422,
    when="A field cannot be kept so; of an attribute, `field` is `attributes.` and its `key`.",
    detail="Order number: a number, as 12 or 12.5.",
    shape=NotDone,
    more={"field": "attributes.order_number"},
)
UNFIT_TABLE = ErrorAnswer(
    name="unfitTable",
    status=422,
    when="The table cannot be read as a whole: its encoding, its form or its first line.",
    detail="The first line has to name the columns, phone_number or id among them.",
    shape=NotDone,
    more={"field": "file"},
)
NOT_MERGED = ErrorAnswer(
    name="notMerged",
    status=422,
    when="They are one person already, or there is no merge to undo.",
    detail="They are one person already.",
    shape=NotDone,
    more={"field": "into"},
)
UNFIT_ATTRIBUTE = ErrorAnswer(
    name="unfitAttribute",
    status=422,
    when="The attribute cannot be kept so: its key is taken, or a field is wrong.",
    detail="There is an attribute with this key already.",
    shape=NotDone,
    more={"field": "key"},
)
NOT_BLOCKED = ErrorAnswer(
    name="notBlocked",
    status=422,
    when="The channel cannot block anybody, or WhatsApp did not; the sentence is its reason.",
    detail="WhatsApp did not do it for this customer.",
    shape=NotDone,
    more={"field": "blocked"},
)
UNFIT_TEMPLATE = ErrorAnswer(
    name="unfitTemplate",
    status=422,
    when="The template breaks a rule of WhatsApp's, or the provider refuses it.",
    detail="A gap stands neither at the beginning nor at the end.",
    shape=UnfitReply,
    more={"field": "body"},
)
UNFIT_USER = ErrorAnswer(
    name="unfitUser",
    status=422,
    when="It cannot be so: the address is another’s, or they are the last admin.",
    detail="There is already a user with the address ana@example.com.",
    shape=UnfitReply,
    more={"field": "email"},
)
UNFIT_REPORT = ErrorAnswer(
    name="unfitReport",
    status=422,
    when="A time is none, or what it is to be counted by is nothing there is.",
    detail="since is no time.",
    shape=NotDone,
    more={"field": "since"},
)
UNFIT_RATES = ErrorAnswer(
    name="unfitRates",
    status=422,
    when="A line of them cannot be so: nothing was entered.",
    detail="“Euro” is no currency: write three letters, as EUR.",
    shape=NotDone,
    more={"field": "rates[0].currency"},
)
UNFIT_BILLING = ErrorAnswer(
    name="unfitBilling",
    status=422,
    when="The currency or the time zone is none that there is.",
    detail="There is no such time zone.",
    shape=NotDone,
    more={"field": "time_zone"},
)
UNFIT_HOURS = ErrorAnswer(
    name="unfitHours",
    status=422,
    when="A day, a time, a zone or a text cannot be so.",
    detail="There is no such time zone.",
    shape=NotDone,
    more={"field": "time_zone"},
)
NO_SUCH_RATE = ErrorAnswer(
    name="noSuchRate",
    status=404,
    when="The rate card has no such line.",
    detail="There is no such rate.",
)
NO_SUCH_PAGE = ErrorAnswer(
    name="noSuchPage",
    status=404,
    when="There is nothing at this `cursor`.",
    detail="There is no such canned response.",
)
NO_REHEARSAL = ErrorAnswer(
    name="noRehearsal",
    status=422,
    when="The channel is no sandbox, or it is to take too long.",
    detail="Only a sandbox can be directed by a script.",
    shape=NotDone,
    more={"field": "channel_id"},
)
UNFIT_CONDUCT = ErrorAnswer(
    name="unfitConduct",
    status=422,
    when="The channel is no sandbox, or a field is wrong.",
    detail="An answer is one of accepted, silence, outage, 429, or a code of Meta’s.",
    shape=NotDone,
    more={"field": "answer"},
)
UNFIT_TOKEN = ErrorAnswer(
    name="unfitToken",
    status=422,
    when="It cannot be so: a field is wrong, or it would be for more than who asks is.",
    detail="A token cannot give a scope that it does not have itself.",
    shape=UnfitReply,
    more={"field": "scopes"},
)
FORGOTTEN_EVENTS = ErrorAnswer(
    name="forgottenEvents",
    status=410,
    when="`since` is older than what is kept, or ahead of the feed, as that of another database"
    " is: read the state anew.",
    detail="since is older than what is kept: read the state anew.",
    shape=ForgottenEvents,
    more={"head": 1042},
)

DERIVED = (
    ErrorAnswer(
        name="wrongRequest",
        status=400,
        when="Something in the address or the body makes no sense; `errors` says what.",
        detail="limit: Expected `int`, got `str`.",
        shape=WrongRequest,
        more={
            "field": "limit",
            "errors": [{"field": "limit", "detail": "Expected `int`, got `str`"}],
        },
        follows=lambda one: one.access != "public",
    ),
    ErrorAnswer(
        name="signInFirst",
        status=401,
        when="No token and no session, or none that is good any more.",
        detail="Sign in first.",
        headers={"WWW-Authenticate": "Always `Bearer`."},
        follows=lambda one: one.access != "public",
    ),
    ErrorAnswer(
        name="onlyAdmins",
        status=403,
        when="The token or the user is no admin's.",
        detail="Only an admin may do this.",
        follows=lambda one: one.access == "admin",
    ),
    ErrorAnswer(
        name="missingScope",
        status=403,
        when="The token is limited to scopes, and this needs another one, which `scope` names.",
        detail="This token may not be used for that: it lacks the scope send.",
        shape=LackedScope,
        more={
            "type": MISSING_SCOPE,
            "title": "This token is not for that",
            "scope": "send",
        },
        follows=lambda one: one.access != "public",
    ),
    ErrorAnswer(
        name="otherSite",
        status=403,
        when="A browser says that a page of another site asks.",
        detail="This came from another site; open the inbox and try again.",
        follows=lambda one: one.method not in ("get", "head"),
    ),
    ErrorAnswer(
        name="notHere",
        status=404,
        when="There is none of this id.",
        detail="There is no such message.",
        follows=lambda one: "{" in one.path,
    ),
    ErrorAnswer(
        name="tooLarge",
        status=413,
        when="The body has more than 10 MB.",
        detail="Request Entity Too Large",
        follows=lambda one: "requestBody" in one.described,
    ),
    ErrorAnswer(
        name="tooManyRequests",
        status=429,
        when="The token has asked for all that it may in a minute: nothing was done.",
        detail="This token has asked too often: go on in 2 seconds.",
        more={"type": problem_type(429), "title": "Too many requests"},
        headers={
            "Retry-After": "Seconds after which to try again.",
            "RateLimit": "What is left: `r` requests; all are there again in `t` seconds.",
            "RateLimit-Policy": "The rule: `q` requests in `w` seconds.",
        },
        follows=lambda one: one.access != "public",
    ),
    ErrorAnswer(
        name="ourFault",
        status=500,
        when="Something went wrong here; the server's log says what.",
        detail="It was written to the server's log. Try again; if it stays, tell your admin.",
        follows=lambda one: one.access != "public",
    ),
    ErrorAnswer(
        name="notNow",
        status=503,
        when="The database cannot be reached, or takes nothing: nothing was done.",
        detail="Nothing is lost. Try again in a moment.",
        more={"title": "The database cannot be reached"},
        headers={"Retry-After": "Seconds after which to try again."},
        follows=lambda one: one.access != "public",
    ),
)


def can_fail(*failures: ErrorAnswer) -> dict[str, Any]:
    """For a handler's ``opt``: errors that do not follow from what it is."""
    return {"can_fail": failures}


def failures_of(operation: Operation) -> Iterator[ErrorAnswer]:
    yield from operation.handler.opt.get("can_fail", ())
    yield from (one for one in DERIVED if one.follows(operation))


def error_answers(operation: Operation) -> dict[str, tuple[str, Schema]]:
    """By status: a name, the same for the same, and the answer; what shares a status is one."""
    found: dict[str, list[ErrorAnswer]] = {}
    for one in failures_of(operation):
        found.setdefault(str(one.status), []).append(one)
    return {
        status: ("-".join(one.name for one in alike), _answer(alike))
        for status, alike in found.items()
    }


def _any_of(alike: list[ErrorAnswer]) -> Schema:
    shapes = [referred(name) for name in dict.fromkeys(one.shape.__name__ for one in alike)]
    return shapes[0] if len(shapes) == 1 else {"anyOf": shapes}


def _answer(alike: list[ErrorAnswer]) -> Schema:
    first = alike[0]
    examples = {one.name: {"summary": one.when, "value": one.example} for one in alike}
    answer: Schema = {
        "description": " Or: ".join(one.when for one in alike),
        "content": {PROBLEM: {"schema": _any_of(alike), "examples": examples}},
    }
    if first.headers:
        answer["headers"] = {
            name: {"description": words, "schema": {"type": "string"}}
            for name, words in first.headers.items()
        }
    return answer
