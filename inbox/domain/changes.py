"""What became of a message, derived from the facts that came after it (guarantees, laws 3 and 5).

Reactions, edits and deletions are facts and come in any order, twice, or before their message.
What is shown is a function of the set alone: each person's newest reaction, the newest edit
with what stood there before, and a deletion over all of it. Facts of the same second are told
apart by their key, so that any order ends alike.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, TypeVar

from msgspec import json

from inbox.domain.content import Content, SendProblem
from inbox.domain.rows import ChangeKind, ChangeRow
from inbox.domain.stored import Direction, StoredReaction

T = TypeVar("T")

REACTION: Final = "reaction"
EDIT: Final = "edit"
DELETION: Final = "deletion"

EMOJI_LIMIT = 32
"""The longest emoji have half as many code points; anything longer is no emoji."""

REACTIONS_KEPT = 1_024
"""As many as a group of WhatsApp has members."""
VERSIONS_KEPT = 20


def standing_reactions(facts: Iterable[ChangeRow], group: bool) -> list[StoredReaction]:
    """Those that stand, oldest first, the newest ``REACTIONS_KEPT`` of them.

    A conversation has one person on either side; only in a group several can react.
    """
    newest: dict[tuple[str | None, str | None], ChangeRow] = {}
    for fact in _in_order(facts, REACTION):
        newest[(fact["direction"], fact["author"] if group else None)] = fact
    standing: list[StoredReaction] = [
        _standing(fact, fact["emoji"][:EMOJI_LIMIT], fact["direction"])
        for fact in sorted(newest.values(), key=_order)
        if fact["emoji"] and fact["direction"]
    ]
    return standing[-REACTIONS_KEPT:]


def _standing(fact: ChangeRow, emoji: str, direction: Direction) -> StoredReaction:
    made: StoredReaction = {
        "emoji": emoji,
        "direction": direction,
        "author": fact["author"] or None,
        "at": fact["at"],
    }
    if fact["error"] is not None:
        made["error"] = json.decode(fact["error"], type=SendProblem)
    return made


def versions(
    direction: Direction, first: tuple[Content, int], facts: Iterable[tuple[ChangeRow, Content]]
) -> list[tuple[Content, int]]:
    """What the message said, oldest first, each with its time; the last one is what it says.

    ``first`` is how it came, ``facts`` are edits with their content. Only its own side edits it.
    """
    found = [first]
    for fact, content in sorted(facts, key=lambda pair: _order(pair[0])):
        if fact["direction"] == direction:
            found.append((_edited(found[-1][0], content), fact["at"]))
    return found


def remembered(versions: Sequence[T]) -> list[T]:
    """Of what a message said before: how it came, and the newest of what followed."""
    return [*versions[:1], *versions[1:][1 - VERSIONS_KEPT :]]


def deleted_at(direction: Direction, facts: Iterable[ChangeRow]) -> int | None:
    """When its author took it back. A legacy deletion names no side."""
    mine = [fact["at"] for fact in facts if fact["kind"] == DELETION and _own(fact, direction)]
    return min(mine, default=None)


def _own(fact: ChangeRow, direction: Direction) -> bool:
    return fact["direction"] in (None, direction)


def _edited(before: Content, edit: Content) -> Content:
    """The new words, and a new file if there is one; all else stays as it was."""
    kept: Content = {**before}
    kept.pop("text", None)
    kept.pop("caption", None)
    if "media" in edit:
        kept["media"] = edit["media"]
    text = said_words(edit)
    if not text:
        return kept
    words: Content = {"caption": text} if "media" in kept else {"text": text}
    return {**words, **kept}


def said_words(content: Content) -> str:
    """What a message says in words: its text, or what is written under its picture."""
    return content.get("text") or content.get("caption") or ""


def _in_order(facts: Iterable[ChangeRow], kind: ChangeKind) -> Collection[ChangeRow]:
    return sorted((fact for fact in facts if fact["kind"] == kind), key=_order)


def _order(fact: ChangeRow) -> tuple[int, str]:
    return fact["at"], fact["event_key"]
