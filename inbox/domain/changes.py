"""What became of a message, derived from the facts that came after it (guarantees, laws 3 and 5).

Reactions, edits and deletions are facts and come in any order, twice, or before their message.
What is shown is a function of the set alone: each person's newest reaction, the newest edit
with what stood there before, and a deletion over all of it. Facts of the same second are told
apart by their key, so that any order ends alike.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

REACTION, EDIT, DELETION = "reaction", "edit", "deletion"

EMOJI_LIMIT = 32
"""The longest emoji have half as many code points; anything longer is no emoji."""

Row = Mapping[Any, Any]
Content = dict[str, Any]

WORDS = ("text", "caption")


def standing_reactions(facts: Iterable[Row], group: bool) -> list[dict[str, Any]]:
    """Those that stand, oldest first: ``{emoji, direction, author, at}``.

    A conversation has one person on either side; only in a group several can react.
    """
    newest: dict[Any, Row] = {}
    for fact in _in_order(facts, REACTION):
        newest[(fact["direction"], fact["author"] if group else None)] = fact
    standing = [fact for fact in newest.values() if fact["emoji"]]
    return [
        {
            "emoji": fact["emoji"][:EMOJI_LIMIT],
            "direction": fact["direction"],
            "author": fact["author"] or None,
            "at": fact["at"],
        }
        for fact in sorted(standing, key=_order)
    ]


def versions(
    direction: str, first: tuple[Content, int], facts: Iterable[tuple[Row, Content]]
) -> list[tuple[Content, int]]:
    """What the message said, oldest first, each with its time; the last one is what it says.

    ``first`` is how it came, ``facts`` are edits with their content. Only its own side edits it.
    """
    found = [first]
    for fact, content in sorted(facts, key=lambda pair: _order(pair[0])):
        if fact["direction"] == direction:
            found.append((_edited(found[-1][0], content), fact["at"]))
    return found


def deleted_at(direction: str, facts: Iterable[Row]) -> int | None:
    """When its author took it back. A legacy deletion names no side."""
    mine = [fact["at"] for fact in facts if fact["kind"] == DELETION and _own(fact, direction)]
    return min(mine, default=None)


def _own(fact: Row, direction: str) -> bool:
    return fact["direction"] in (None, direction)


def _edited(before: Content, edit: Content) -> Content:
    """The new words, and a new file if there is one; all else stays as it was."""
    kept = {name: part for name, part in before.items() if name not in WORDS}
    facts = {name: part for name, part in edit.items() if name == "media"}
    text = said_words(edit)
    if not text:
        return kept | facts
    return {"caption" if "media" in kept | facts else "text": text} | kept | facts


def said_words(content: Mapping[str, Any]) -> str:
    """What a message says in words: its text, or what is written under its picture."""
    return next((str(content[name]) for name in WORDS if content.get(name)), "")


def _in_order(facts: Iterable[Row], kind: str) -> Collection[Row]:
    return sorted((fact for fact in facts if fact["kind"] == kind), key=_order)


def _order(fact: Row) -> tuple[int, str]:
    return fact["at"], fact["event_key"]
