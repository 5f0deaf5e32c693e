"""The addresses that are seldom asked for: loaded with the first request to one of them.

They are most of what we have, and a start with them takes a quarter longer; what is never asked
for takes no memory.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from litestar import Litestar
from litestar.types import Receive, Scope, Send


class Seldom:
    """``make`` gives an application with all of them.

    It is called on a thread, so that all others are answered meanwhile, and once, however many
    ask. Where it fails each of them is told, and the next who asks has it tried again.
    """

    def __init__(self, make: Callable[[], Litestar]) -> None:
        self._make = make
        self._made: asyncio.Future[Litestar] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found: Any = scope
        del found["route_handler"]  # that we were found is no route of anybody's
        app = await asyncio.shield(self._once())  # whoever leaves, others wait for it
        found["app"] = found["litestar_app"] = app
        await app.asgi_router(scope, receive, send)

    def _once(self) -> asyncio.Future[Litestar]:
        made = self._made
        if made is None or (made.done() and (made.cancelled() or made.exception())):
            # Not ``to_thread``: what is made once for all is not made in one reader's language.
            made = asyncio.get_running_loop().run_in_executor(None, self._make)
            self._made = made
        return made
