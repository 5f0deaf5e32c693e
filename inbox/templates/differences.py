"""What admins are told of templates that are different from what was known."""

from collections.abc import Sequence
from typing import Final

from inbox.domain.language import N_, _, ngettext
from inbox.domain.text import clip
from inbox.templates.store import SENDABLE, Difference

CATEGORY: Final = N_("A template has another category, and so another price")
STATE: Final = N_("A template changed its state")
LONGEST: Final = 500
NAMED: Final = 3
"""So many are named; the list of templates has all."""


def sentence_about(told: Sequence[Difference]) -> str | None:
    """None where nobody has to do anything: a new category costs, a stop stops messages."""
    prices = [one for one in told if one.category[0] != one.category[1] and one.category[1]]
    stopped = [one for one in told if one.status[0] in SENDABLE and one.status[1] not in SENDABLE]
    said = [*_about(CATEGORY, prices, "category"), *_about(STATE, stopped, "status")]
    return clip(" · ".join(said), LONGEST) if said else None


def _about(title: str, found: Sequence[Difference], what: str) -> list[str]:
    if not found:
        return []
    each = [
        f"{(one.category if what == 'category' else one.status)[1].lower()}, {one.name},"
        f" {one.language}"
        for one in found[:NAMED]
    ]
    if (more := len(found) - NAMED) > 0:
        each.append(ngettext("and %(num)s more", "and %(num)s more", more))
    return [f"{_(title)}: {'; '.join(each)}"]
