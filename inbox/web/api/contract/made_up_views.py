"""What the examples of saved views are made of."""

from typing import Any, Final

from inbox.domain.saved_views import SavedListView
from inbox.web.api.contract.made_up import ARRIVED, USER_ID

VIEW: Final[SavedListView] = {
    "id": "019b2d3c-5e6f-7d4b-8e5c-6d7e8f900112",
    "name": "Deliveries that wait",
    "filters": {"view": "waiting", "label": "Delivery", "sort": "longest_waiting"},
    "scope": "shared",
    "owner_id": USER_ID,
    "created_at": ARRIVED,
}
VIEW_EXAMPLES: dict[str, Any] = {
    "NewView": {"name": VIEW["name"], "filters": VIEW["filters"], "scope": "shared"},
    "RemovedView": {"id": VIEW["id"]},
    "SavedListView": VIEW,
    "SavedViewList": {"data": [VIEW], "next": None},
    "ViewChange": {"name": "Late deliveries"},
}
