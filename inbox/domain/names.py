"""What users, teams and labels are called whom the row of a conversation names by their ids."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import msgspec

from inbox.domain.rows import ConversationRow
from inbox.domain.standing import Assignee, TeamRef


class Names(NamedTuple):
    """By id. Who is not there any more has none, and is nobody."""

    users: Mapping[str, str]
    teams: Mapping[str, str]
    labels: Mapping[str, str]

    def assignee(self, row: ConversationRow) -> Assignee | None:
        found = row["assignee_id"] or ""
        return {"id": found, "name": self.users[found]} if found in self.users else None

    def team(self, row: ConversationRow) -> TeamRef | None:
        found = row["team_id"] or ""
        return {"id": found, "name": self.teams[found]} if found in self.teams else None

    def of_labels(self, row: ConversationRow) -> list[str]:
        """In the order of people."""
        found = [self.labels[one] for one in label_ids(row) if one in self.labels]
        return sorted(found, key=str.casefold)


NO_NAMES: Final = Names({}, {}, {})

_NONE: Final = "[]"


def label_ids(row: ConversationRow) -> list[str]:
    """Nearly all have none, and are not worth a parser."""
    if row["labels"] == _NONE:
        return []
    found: list[str] = msgspec.json.decode(row["labels"])
    return found


def is_plain(row: ConversationRow) -> bool:
    """Whether it names nobody at all."""
    return row["labels"] == _NONE and row["assignee_id"] is None and row["team_id"] is None
