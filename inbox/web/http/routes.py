"""Litestar, told of all handlers at once, that looks into each when it is first called: a start is
a third shorter than if told of each."""

from collections import defaultdict
from collections.abc import Container, Iterable
from copy import copy
from functools import lru_cache
from typing import Any, Final

from litestar import Litestar, asgi
from litestar.events import BaseEventEmitterBackend
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp, ControllerRouterHandler, HTTPScope, Method, Receive, Send

_UNREAD: Final[Any] = None
_AS_LITESTAR: Final = 1024
"""So many addresses are remembered with where they lead."""


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
                ours.owner = self
                for path in ours.paths:
                    addresses[path].append(ours)
            else:
                self.register(handler)
        options = copy(_OPTIONS)
        options.owner = self
        for path, those in addresses.items():
            self._add(Route(path=path, route_handlers=[*those, options]))
        self.asgi_router.construct_routing_trie()

    def leave(self, begin: Container[str], others: ASGIApp) -> None:
        """``others`` answers at addresses that are none of these and whose first part is one of
        ``begin``."""
        known = self.asgi_router.handle_routing
        there = asgi("/", copy_scope=False)(others)
        there.owner = self

        def found(path: str, method: Method | None) -> Any:
            try:
                return known(path=path, method=method)
            except NotFoundException:
                if path.split("/", 2)[1] not in begin:
                    raise
            return others, there, path, {}, ""

        self.asgi_router.handle_routing = lru_cache(_AS_LITESTAR)(found)

    def _add(self, route: HTTPRoute) -> None:
        self.routes.append(route)
        route.create_handler_map()
        for plugin in self.plugins.receive_route:
            plugin.receive_route(route)


class NoEvents(BaseEventEmitterBackend):
    """Nobody here emits events of Litestar's: its own way of it runs a task, and loads anyio's."""

    def emit(self, event_id: str, *args: Any, **kwargs: Any) -> None:
        raise NotImplementedError(event_id)

    async def __aexit__(self, *_: object) -> None:
        """There is nothing to end."""


class Route(HTTPRoute):
    """What its handlers say of themselves is read with the first request of each, in half a
    millisecond: of all of them at once it is an eighth of a start."""

    def create_handler_map(self) -> None:
        for handler in self.route_handlers:
            for method in handler.http_methods:
                self.route_handler_map[method] = (handler, _UNREAD)

    async def handle(  # type: ignore[override]  # Litestar's own does as well
        self, scope: HTTPScope, receive: Receive, send: Send
    ) -> None:
        self._read(scope["litestar_app"], scope["method"])
        await super().handle(scope, receive, send)

    def read(self, app: Litestar) -> None:
        """All of them; raises Litestar's ``ImproperlyConfiguredException``."""
        for method in self.route_handler_map:
            self._read(app, method)

    def _read(self, app: Litestar, method: Method) -> None:
        handler, takes = self.route_handler_map[method]
        if takes is _UNREAD:
            handler.on_registration(app)
            takes = handler.create_kwargs_model(path_parameters=self.path_parameters)
            self.route_handler_map[method] = (handler, takes)


def _unanswered() -> None:
    """``http/guard.py`` refuses what is open to nobody, and says which methods there are."""


_OPTIONS: Final = HTTPRouteHandler(
    http_method="OPTIONS", status_code=204, include_in_schema=False, sync_to_thread=False
)(_unanswered)
