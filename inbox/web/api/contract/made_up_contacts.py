"""Made-up contacts as a team knows them, and the examples of what is done with them."""

from typing import Any, Final

from inbox.desk.contacts.merges import Dropped
from inbox.domain.contact_lines import LineFault
from inbox.domain.contacts import ContactAttribute, ContactDetails
from inbox.domain.shared import SharedMessage
from inbox.web.api.contract.made_up import (
    ARRIVED,
    CHANNEL,
    CONTACT,
    CONVERSATION_ID,
    QUESTION,
)

_PERSON_ID: Final = "019b2d3c-4d5e-7a18-8b29-3a4b5c6d7e8f"
ATTRIBUTE: ContactAttribute = {
    "id": "019b2d3c-4d5e-7b29-9c3a-4b5c6d7e8f90",
    "key": "plan",
    "label": "Plan",
    "kind": "choice",
    "choices": ["Basic", "Plus"],
}
DETAILS: ContactDetails = {
    **CONTACT,
    "name": "Dana (Reyes & Co.)",
    "own_name": "Dana (Reyes & Co.)",
    "person_id": _PERSON_ID,
    "attributes": {"plan": "Plus", "order_number": 4711, "newsletter": True},
    "note": "Calls back after six.",
    "aliases": [{"kind": "phone_number", "value": "+12025550199"}],
    "conversations": [
        {
            "conversation_id": CONVERSATION_ID,
            "contact_id": "019b2d3c-4d5e-7c3a-8d4b-5c6d7e8f9001",
            "channel_id": CHANNEL["id"],
            "channel_name": CHANNEL["name"],
            "channel_state": CHANNEL["state"],
            "name": "Dana Reyes",
            "phone_number": "+12025550177",
            "why": "merged",
            "arrived_at": ARRIVED,
        }
    ],
}
DROPPED: Dropped = {
    "field": "attributes.plan",
    "label": "Plan",
    "kept": "Plus",
    "dropped": "Basic",
}
SHARED: SharedMessage = {**QUESTION, "links": []}
FAULT: LineFault = {
    "line": 14,
    "column": "order_number",
    "detail": "Order number: a number, as 12 or 12.5.",
}
CONTACT_EXAMPLES: dict[str, Any] = {
    "ContactAttribute": ATTRIBUTE,
    "ContactAttributeChange": {"choices": ["Basic", "Plus", "Pro"]},
    "ContactAttributeList": {"data": [ATTRIBUTE]},
    "ContactChange": {"name": "Dana (Reyes & Co.)", "attributes": {"plan": "Plus"}},
    "ContactDetails": DETAILS,
    "Dropped": DROPPED,
    "MergeOutcome": {
        "done": False,
        "name": DETAILS["name"],
        "note": DETAILS["note"],
        "attributes": DETAILS["attributes"],
        "dropped": [DROPPED],
        "contacts": [DETAILS],
    },
    "NewMerge": {"into": CONTACT["id"], "preview": True},
    "LineFault": FAULT,
    "SharedList": {"data": [SHARED], "next": None},
    "SharedMessage": SHARED,
    "TakenContacts": {"changed": 211, "unchanged": 38, "refused": 1, "faults": [FAULT]},
    "NewContactAttribute": {
        "key": "plan",
        "label": "Plan",
        "kind": "choice",
        "choices": ["Basic", "Plus"],
    },
}
