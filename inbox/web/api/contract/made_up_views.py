"""What the examples of saved views are made of."""

from typing import Any, Final

from inbox.domain.saved_views import SavedListView
from inbox.domain.view_counts import ViewCounts
from inbox.web.api.contract.made_up import ARRIVED, CHANNEL_ID, USER_ID

VIEW: Final[SavedListView] = {
    "id": "019b2d3c-5e6f-7d4b-8e5c-6d7e8f900112",
    "name": "Deliveries that wait",
    "filters": {"view": "waiting", "label": "Delivery", "sort": "longest_waiting"},
    "scope": "shared",
    "owner_id": USER_ID,
    "created_at": ARRIVED,
}
COUNTS: Final[ViewCounts] = {
    "open": 31,
    "mine": 4,
    "unassigned": 9,
    "waiting": 6,
    "closing": 1,
    "all": 1240,
    "unread": 12,
    "needs_reply": 14,
    "mentions": 5,
    "unseen_mentions": 1,
    "snoozed": 3,
    "resolved": 1206,
    "channels": {CHANNEL_ID: 31},
    "teams": {"019b2d3c-6f70-7e5c-8f6d-7e8f90011223": 12},
    "labels": {"Delivery": 7},
    "saved": {VIEW["id"]: 2},
}
VIEW_EXAMPLES: dict[str, Any] = {
    "NewView": {"name": VIEW["name"], "filters": VIEW["filters"], "scope": "shared"},
    "RemovedView": {"id": VIEW["id"]},
    "SavedListView": VIEW,
    "SavedViewList": {"data": [VIEW], "next": None},
    "ViewCounts": COUNTS,
    "ViewChange": {"name": "Late deliveries"},
}
