"""What a route's handlers take is worked out with their first requests; here of all of them."""

from pathlib import Path

from inbox.app import routed
from inbox.config import Settings
from inbox.web.http.routes import Route


def test_each_handler_can_tell_what_it_takes_and_has_an_address_and_method_of_its_own(
    tmp_path: Path,
) -> None:
    app = routed(Settings(data_dir=tmp_path))
    routes = [one for one in app.routes if isinstance(one, Route)]
    assert len(routes) > 200
    for route in routes:
        methods = [method for handler in route.route_handlers for method in handler.http_methods]
        assert sorted(methods) == sorted(route.route_handler_map), route.path
        assert not any(takes for _, takes in route.route_handler_map.values()), "nobody asked yet"
        route.read(app)
        assert all(takes for _, takes in route.route_handler_map.values())
