"""One table of the providers' error codes in plain words: what happened, what to do, when again.

Used for refused sends, for ``failed`` receipts and for problems of an account alike. The codes
of Meta and of on-premises clients share one table: where both know a code, it means the same.
"""

from inbox.domain.content import Problem
from inbox.domain.language import N_, _, retold
from inbox.domain.text import present
from inbox.providers.errors import meta, on_premises
from inbox.providers.errors.words import PASSES, Advice, Help, Limit

__all__ = [
    "PASSES",
    "SPOKEN_LIMIT",
    "Advice",
    "Help",
    "Limit",
    "advice",
    "explain",
    "helps",
    "limit_of",
    "of_direct_send",
    "of_the_channel",
    "reworded",
]

SPOKEN_LIMIT = 500
"""Of the provider's own words this much is shown."""

SAYS = " WhatsApp says: "
"""Between our advice and the provider's words, as they are kept."""

_UNKNOWN = N_("WhatsApp refused the message")

_OF_THE_CHANNEL = meta.OF_THE_CHANNEL | on_premises.OF_THE_CHANNEL

_ADVICE: dict[int, Advice] = {
    code: known._replace(channel=code in _OF_THE_CHANNEL)
    for codes, known in (*on_premises.ROWS, *meta.ROWS)
    for code in codes
}
"""Later rows win: 133004 lies inside the registration codes and passes by itself."""


_DIRECT: dict[int, Advice] = {code: known for codes, known in meta.DIRECT for code in codes}
"""What means something else where a message was a Direct Send."""


def explain(
    code: int | None,
    title: str | None,
    detail: str | None,
    unknown: str = _UNKNOWN,
    *,
    direct: bool = False,
) -> Problem:
    """The problem in our words, and in the provider's where they say more.

    An unknown code keeps the provider's words, or is called ``unknown`` where there are none.
    Explaining twice changes nothing.
    """
    known = advice(code, direct=direct)
    if known is None:
        return present(Problem, code=code, title=_short(title) or unknown, detail=_short(detail))
    return present(Problem, code=code, title=known.title, detail=_detail(known, title, detail))


def advice(code: int | None, *, direct: bool = False) -> Advice | None:
    """None for a code that the table does not know. ``direct``: of a Direct Send."""
    if code is None:
        return None
    return (_DIRECT.get(code) if direct else None) or _ADVICE.get(code)


def helps(code: int | None, *, direct: bool = False) -> tuple[Help, ...]:
    """The one registry of which button may help with what; of what is unknown, another try."""
    known = advice(code, direct=direct)
    return ("retry",) if known is None else known.helps


def of_direct_send(code: int | None, title: str) -> bool:
    """Whether it was told of a Direct Send, by our words for that."""
    known = None if code is None else _DIRECT.get(code)
    return known is not None and known.title == title


def of_the_channel(code: int | None) -> bool:
    """Whether it keeps everything from being sent, and not this one message."""
    known = advice(code)
    return known is not None and known.channel


def limit_of(code: int | None) -> Limit | None:
    """Whose pace it tells of, if of anybody's."""
    known = advice(code)
    return None if known is None else known.limit


def _detail(known: Advice, title: str | None, detail: str | None) -> str:
    own = _short(detail)
    if not own or own in (title, known.title):
        return known.todo
    if own.startswith(known.todo):
        return own
    return f"{known.todo}{SAYS}{own}"


def reworded(code: object, detail: str, *, direct: bool = False) -> str:
    """A detail as it was kept, in the language that is spoken; the provider's words stay theirs."""
    known = advice(code, direct=direct) if isinstance(code, int) else None
    if known is None or not detail.startswith(f"{known.todo}{SAYS}"):
        return retold(detail)
    words = detail.removeprefix(f"{known.todo}{SAYS}")
    return _("%(todo)s WhatsApp says: %(words)s", todo=_(known.todo), words=words)


def _short(words: str | None) -> str | None:
    if words is None or len(words) <= SPOKEN_LIMIT:
        return words
    return words[: SPOKEN_LIMIT - 1] + "…"
