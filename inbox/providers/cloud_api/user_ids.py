"""New user ids (wire-formats A.13): WhatsApp gives somebody another, as with a new number."""

from inbox.domain.events import NewUserId
from inbox.domain.text import JsonObject, identifier, mapping, mappings
from inbox.domain.times import Micros
from inbox.providers.cloud_api.messages import moment
from inbox.providers.cloud_api.people import NamedPeople

FIELD = "user_id_update"


def read_user_ids(value: JsonObject, account: str | None, now: Micros) -> list[NewUserId]:
    """Those that name the former id or the number, and another id than that."""
    nobody = NamedPeople(None, 0)
    found = []
    for told in mappings(value.get(FIELD)):
        ids = mapping(told.get("user_id"))
        person = nobody.person(told.get("wa_id"), ids.get("previous"))
        became = identifier(ids.get("current"))
        if became is None or became == person.user_id or not (person.user_id or person.wa_id):
            continue
        at = moment(told.get("timestamp"), now)
        found.append(
            NewUserId(
                reason="field", field=FIELD, ts=at, account=account, contact=person, became=became
            )
        )
    return found
