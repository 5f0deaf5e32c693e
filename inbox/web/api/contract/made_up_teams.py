"""Labels and teams that the contract shows."""

from typing import Final

from inbox.domain.teams import LabelShape, TeamShape
from inbox.web.api.contract.made_up import (
    CHANNEL,
    OTHER_USER_ID,
    TEAM_ID,
    USER_ID,
)

LABEL: Final[LabelShape] = {
    "id": "019b2d3c-3d4e-7b65-8f70-819203142536",
    "name": "Delivery",
    "color": "teal",
    "created_at": "2026-01-01T09:00:00.000Z",
}
TEAM: Final[TeamShape] = {
    "id": TEAM_ID,
    "name": "Support",
    "member_ids": [USER_ID, OTHER_USER_ID],
    "channel_ids": [CHANNEL["id"]],
    "in_turn": True,
    "capacity": 12,
    "created_at": "2026-01-01T09:00:00.000Z",
}
