"""Places on a map, as a message or the header of a template has them."""

from tests.support.graph.wrong import Wrong, only, words


def check_location(given: object, where: str = "location") -> None:
    place = only(given, {"latitude", "longitude", "name", "address"}, where)
    for name, most in (("latitude", 90), ("longitude", 180)):
        if name not in place:
            raise Wrong(131008, f"Required parameter is missing: {where}[{name!r}]")
        try:
            degrees = float(place[name])
        except (TypeError, ValueError):
            degrees = 1_000.0
        if not -most <= degrees <= most:
            raise Wrong(131009, f"{where}[{name!r}] must be {-most} to {most}")
    for name in ("name", "address"):
        if name in place:
            words(place[name], f"{where}[{name!r}]", 1_000)
