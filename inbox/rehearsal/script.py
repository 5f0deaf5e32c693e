"""A script: who the customers are, and step by step what they, the provider and the inbox do.

Reading is pure. What is wrong is told with its place in the file and with what is allowed there.
"""

import hashlib
import re
from typing import Annotated, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct, field

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.providers.sandbox import Customer
from inbox.rehearsal.conduct import Conduct, checked_conduct
from inbox.rehearsal.yaml_places import PlacedData, WrongScript, read_yaml
from inbox.trial.samples import LASTING

AnyStatus = Literal["sent", "delivered", "read", "played", "failed"]
ShownStatus = Literal[
    "queued", "sent", "delivered", "read", "played", "failed", "ambiguous", "waiting"
]

LONGEST: Final = 3600
"""Seconds of a run."""
_SPAN: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?(ms|s|m|h)?", re.ASCII)
_UNITS: Final = {None: 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_MEMBER: Final = re.compile(r"\.([^.\[]+)|\[([0-9]+|\.\.\.)\]")
_PATH: Final = re.compile(r" - at `(\$.*)`$")
_QUOTED: Final = re.compile(r"field `([^`]*)`")


class Seconds(float):
    """As scripts write it: ``500ms``, ``10s``, ``5m``, ``25h``; a bare number is seconds."""


class Wrong(ValueError):
    """``where`` names the field of the part that is wrong."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(sentence)
        self.where = where


class ScriptPart(Struct, kw_only=True, forbid_unknown_fields=True):
    """A part of a script: a key that it does not know is a mistake of its writer."""


def _one_of(part: Struct, names: tuple[str, ...]) -> str:
    given = [name for name in names if getattr(part, name) is not None]
    if len(given) != 1:
        raise Wrong("", _("There has to be one of %(known)s here.", known=", ".join(names)))
    return given[0]


class ScriptCustomer(ScriptPart):
    """A customer with a number, or one who hides it and has a username."""

    name: str
    number: str | None = None
    username: str | None = None

    def __post_init__(self) -> None:
        if _one_of(self, ("number", "username")) == "number":
            digits = re.sub(r"[ ()+-]", "", self.number or "")
            if not re.fullmatch(r"[1-9][0-9]{6,14}", digits):
                raise Wrong("number", _("A number is written as +1 202-555-0142."))
            self.number = digits

    @property
    def customer(self) -> Customer:
        """Who has no number has an id of WhatsApp's, the same in each run."""
        if self.number:
            return Customer(name=self.name, wa_id=self.number)
        username = (self.username or "").removeprefix("@")
        digits = str(int.from_bytes(hashlib.sha256(username.encode()).digest()[:8]))[:20]
        return Customer(name=self.name, user_id=f"US.{digits:0>20}", username=username)


SAYS: Final = (
    *("text", "image", "video", "audio", "document", "sticker", "location", "contact", "press"),
    *("react", "quote", "edit", "delete", "sample"),
)
"""What a customer can do, in one step."""


class CustomerPlace(ScriptPart):
    """Where a customer is."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    name: str = ""
    address: str = ""


class Says(ScriptPart):
    """What a customer does: one of ``SAYS``. ``times``: as often the same webhook comes.

    ``age``: so long ago, by the provider's word. ``arrive``: how several texts come.
    """

    who: str = ""
    text: str | list[str] | None = None
    image: str | None = None
    video: str | None = None
    audio: str | None = None
    document: str | None = None
    sticker: str | None = None
    location: CustomerPlace | str | None = None
    contact: str | None = None
    press: str | None = None
    react: str | None = None
    quote: str | None = None
    edit: str | None = None
    delete: str | None = None
    sample: str | None = None
    times: Annotated[int, Meta(ge=1, le=100)] = 1
    age: Seconds = field(default_factory=lambda: Seconds(0))
    arrive: Literal["in order", "reversed", "together"] = "in order"

    def __post_init__(self) -> None:
        _one_of(self, SAYS)
        if self.sample is not None and self.sample not in LASTING:
            known = ", ".join(LASTING)
            raise Wrong("sample", _("A sample is one of %(known)s.", known=known))
        if self.text in ("", []):
            raise Wrong("text", _("Write something first."))

    @property
    def does(self) -> str:
        return _one_of(self, SAYS)


class Reports(ScriptPart):
    """What the provider reports of our answer: the last one, or that which has this text."""

    status: AnyStatus | list[AnyStatus]
    who: str = ""
    of: str = ""
    code: Annotated[int, Meta(ge=0, le=9_999_999)] = 131026
    times: Annotated[int, Meta(ge=1, le=100)] = 1


class WantedAnswer(ScriptPart):
    """An answer of ours that has all of this. ``text``: in it; ``pattern``: found in it."""

    text: str | None = None
    pattern: re.Pattern[str] | None = None
    type: str | None = None


class FeedEvent(ScriptPart):
    """An event of the feed, whose payload has at least these facts."""

    type: str
    payload: dict[str, object] = field(default_factory=dict)


EXPECTS: Final = ("answer", "status", "event", "quiet")


class Expects(ScriptPart):
    """What has to come ``within`` a time; ``quiet``: no answer for so long."""

    who: str = ""
    answer: WantedAnswer | str | None = None
    status: ShownStatus | None = None
    code: int | None = None
    event: FeedEvent | str | None = None
    quiet: Seconds | None = None
    within: Seconds | None = None

    def __post_init__(self) -> None:
        _one_of(self, EXPECTS)
        if self.code is not None and self.status != "failed":
            raise Wrong("code", _("Only a status that is failed has a code."))

    @property
    def what(self) -> str:
        return _one_of(self, EXPECTS)


VERBS: Final = ("customer", "provider", "status", "expect", "wait")


class ScriptStep(ScriptPart):
    """One of ``VERBS``, and perhaps what reports call it."""

    name: str = ""
    customer: Says | str | None = None
    provider: Conduct | str | None = None
    status: Reports | str | None = None
    expect: Expects | str | None = None
    wait: Seconds | None = None

    def __post_init__(self) -> None:
        _one_of(self, VERBS)
        self.customer = (
            Says(text=self.customer) if isinstance(self.customer, str) else self.customer
        )
        if isinstance(self.provider, str):
            self.provider = Conduct(answer=self.provider)
        if isinstance(self.status, str):
            if self.status not in get_args(AnyStatus):
                known = ", ".join(get_args(AnyStatus))
                raise Wrong("status", _("A status is one of %(known)s.", known=known))
            self.status = Reports(status=self.status)  # type: ignore[arg-type]  # see above
        if isinstance(self.expect, str):
            self.expect = Expects(answer=self.expect)
        if self.provider is not None:
            try:
                checked_conduct(self.provider)
            except Invalid as invalid:
                raise Wrong(f"provider.{invalid.field}", str(invalid)) from None

    @property
    def verb(self) -> str:
        return _one_of(self, VERBS)

    @property
    def who(self) -> str:
        return getattr(getattr(self, self.verb), "who", "")


class Script(ScriptPart):
    """The whole of it; the first of the customers is meant where a step names none."""

    steps: Annotated[list[ScriptStep], Meta(min_length=1, max_length=1000)]
    channel: str = ""
    within: Seconds = field(default_factory=lambda: Seconds(10))
    timeout: Seconds = field(default_factory=lambda: Seconds(300))
    customers: Annotated[dict[str, ScriptCustomer], Meta(min_length=1, max_length=50)] = field(
        default_factory=lambda: {
            "customer": ScriptCustomer(name="Amara Okafor", number="12025550142")
        }
    )
    lines: list[int] = field(default_factory=list)
    """In which line of the file each step begins."""

    def __post_init__(self) -> None:
        if not 1 <= self.timeout <= LONGEST:
            raise Wrong("timeout", _("A run takes from 1 second to 1 hour."))
        for at, step in enumerate(self.steps):
            if step.who and step.who not in self.customers:
                known = ", ".join(self.customers)
                words = _("Who is one of the customers: %(known)s.", known=known)
                raise Wrong(f"steps[{at}].{step.verb}.who", words)

    def named(self, who: str) -> str:
        """The first one for an empty name."""
        return who or next(iter(self.customers))

    def customer(self, who: str) -> Customer:
        return self.customers[self.named(who)].customer


def read_script(text: str) -> Script:
    """Raises ``WrongScript``."""
    placed = read_yaml(text)
    if not isinstance(placed.data, dict):
        raise WrongScript(placed.place("$"), _("A script has steps: see inbox sandbox run --help."))
    if "lines" in placed.data:
        raise WrongScript(placed.place("$.lines"), _unknown("lines", Script))
    try:
        script = msgspec.convert(placed.data, Script, strict=False, dec_hook=_special)
    except msgspec.ValidationError as error:
        raise _explained(error, placed) from None
    script.lines = [placed.place(f"$.steps[{at}]").line for at in range(len(script.steps))]
    return script


def _special(kind: type, value: object) -> object:
    if kind is object:
        return value
    if kind is Seconds:
        found = _SPAN.fullmatch(str(value))
        if found is None:
            raise Wrong("", _("A time is written as 500ms, 10s, 5m or 25h."))
        return Seconds(float(found[1]) * _UNITS[found[2]])
    try:
        return re.compile(str(value))
    except re.error as error:
        words = _("This is no regular expression: %(error)s.", error=error)
        raise Wrong("", words) from None


def _explained(error: msgspec.ValidationError, placed: PlacedData) -> WrongScript:
    """Where it is, and what is allowed there."""
    words = str(error)
    found = _PATH.search(words)
    path, words = (found[1], words[: found.start()]) if found else ("$", words)
    if isinstance(error.__cause__, Wrong):
        where = error.__cause__.where
        return WrongScript(placed.place(f"{path}.{where}" if where else path), str(error.__cause__))
    kind, named = _type_at(path), _QUOTED.search(words)
    if "unknown field" in words and named:
        return WrongScript(placed.place(f"{path}.{named[1]}"), _unknown(named[1], kind))
    if choices := _choices(kind):
        words = _("This is one of %(known)s.", known=", ".join(choices))
    elif "missing required field" in words and named:
        words = _("There is no %(name)s here, which it needs.", name=named[1])
    else:
        words = words.rstrip(".") + "."
    return WrongScript(placed.place(path), words)


def _unknown(name: str, kind: object) -> str:
    known = ", ".join(one for one in _fields(kind) if one != "lines")
    return _("%(name)s is nothing that can be here: %(known)s.", name=name, known=known)


def _type_at(path: str) -> object:
    """What a script has at this path of it; None: nobody knows."""
    kind: object = Script
    for member in _MEMBER.finditer(path[1:]):
        name, inside = member[1], _members(kind)
        if name is None:
            kind = next(
                (get_args(one)[-1] for one in inside if get_origin(one) in (list, dict)), None
            )
        else:
            structs = [one for one in inside if _fields(one)]
            hints = get_type_hints(structs[0], include_extras=True) if structs else {}
            kind = hints.get(name)
    return next((one for one in _members(kind) if _fields(one)), kind)


def _members(kind: object) -> tuple[object, ...]:
    """Of a union each, without what annotates them."""
    if get_origin(kind) is Annotated:
        return _members(get_args(kind)[0])
    if get_origin(kind) in (list, dict, Literal) or not get_args(kind):
        return (kind,)
    return tuple(each for one in get_args(kind) for each in _members(one))


def _fields(kind: object) -> tuple[str, ...]:
    if isinstance(kind, type) and issubclass(kind, Struct):
        return tuple(one.encode_name for one in msgspec.structs.fields(kind))
    return ()


def _choices(kind: object) -> tuple[str, ...]:
    return tuple(
        choice for one in _members(kind) if get_origin(one) is Literal for choice in get_args(one)
    )
