"""Litestar, told of all handlers at once, and asked what each takes when it is first called: a
start is a quarter shorter than if told of each."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from typing import Any, Final

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler, HTTPScope, Method, Receive, Send

_UNREAD: Final[Any] = None


class Routes(Litestar):
    """Told of one handler after the other it makes their address anew with each, looks through all
    addresses every time, and makes a handler of OPTIONS for each one."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        """Without those for Pydantic and attrs, that are slow to load: no route takes or gives
        such things."""
        return [*plugins, MsgspecDIPlugin()]

    def register_all(self, handlers: Iterable[ControllerRouterHandler]) -> None:
        """As ``register`` does for each, in the same order."""
        addresses: dict[str, list[HTTPRouteHandler]] = defaultdict(list)
        for handler in handlers:
            if isinstance(handler, HTTPRouteHandler):
                ours = copy(handler)  # another application may have its own
                self._own(ours)
                for path in ours.paths:
                    addresses[path].append(ours)
            else:
                self.register(handler)
        options = copy(_OPTIONS)
        self._own(options)
        for path, those in addresses.items():
            self._add(Route(path=path, route_handlers=[*those, options]))
        self.asgi_router.construct_routing_trie()

    def _own(self, handler: HTTPRouteHandler) -> None:
        handler.owner = self
        handler.on_registration(self)

    def _add(self, route: HTTPRoute) -> None:
        self.routes.append(route)
        route.create_handler_map()
        for plugin in self.plugins.receive_route:
            plugin.receive_route(route)


class Route(HTTPRoute):
    """What a handler takes is worked out with its first request, in a third of a millisecond: for
    all of them at once it is a tenth of a start."""

    def create_handler_map(self) -> None:
        for handler in self.route_handlers:
            for method in handler.http_methods:
                self.route_handler_map[method] = (handler, _UNREAD)

    async def handle(  # type: ignore[override]  # Litestar's own does as well
        self, scope: HTTPScope, receive: Receive, send: Send
    ) -> None:
        self.read(scope["method"])
        await super().handle(scope, receive, send)

    def read(self, method: Method) -> None:
        """Raises Litestar's ``ImproperlyConfiguredException``."""
        handler, takes = self.route_handler_map[method]
        if takes is _UNREAD:
            takes = handler.create_kwargs_model(path_parameters=self.path_parameters)
            self.route_handler_map[method] = (handler, takes)


def _unanswered() -> None:
    """``http/guard.py`` refuses what is open to nobody, and says which methods there are."""


_OPTIONS: Final = HTTPRouteHandler(
    http_method="OPTIONS", status_code=204, include_in_schema=False, sync_to_thread=False
)(_unanswered)
