"""A place on a map."""

import math

from inbox.domain.content import Location
from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.outgoing.checks import mapping_of, words
from inbox.domain.outgoing.said import Said

NAME_LIMIT = 1_000


def location(given: object) -> Said:
    """``{latitude, longitude, name?, address?}`` in degrees."""
    asked = mapping_of(given, "location", ("latitude", "longitude", "name", "address"))
    place: Location = {
        "lat": _degrees(asked.get("latitude"), "location.latitude", 90),
        "lng": _degrees(asked.get("longitude"), "location.longitude", 180),
    }
    if name := words(asked.get("name"), "location.name", NAME_LIMIT, blank=True).strip():
        place["name"] = name
    if where := words(asked.get("address"), "location.address", NAME_LIMIT, blank=True).strip():
        place["address"] = where
    return Said("location", {"location": place})


def _degrees(given: object, field: str, most: int) -> float:
    try:
        found = float(given) if isinstance(given, int | float | str) else math.nan
    except (ValueError, OverflowError):
        found = math.nan
    if isinstance(given, bool) or not -most <= found <= most:
        raise Invalid(
            field, _("%(field)s is a number from -%(most)s to %(most)s.", field=field, most=most)
        )
    return found
