"""Pages out of templates, with what every page of a signed-in person needs."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, Final, TypedDict

from litestar import MediaType, Response
from litestar.response import Redirect
from litestar_htmx import HTMXTemplate

from inbox.access.preferences import preferences
from inbox.access.principal import Role
from inbox.domain.formatting import show_clock
from inbox.domain.preferences import Preferences
from inbox.web.context import AnyRequest, app_of, me

_easel: Final = ThreadPoolExecutor(1, "render")


class SignedIn(TypedDict):
    """Who looks at a page."""

    id: str
    name: str
    email: str
    role: Role
    own_keys: str | None
    likes: Preferences


def rendered_page(name: str, status: int = 200, **context: Any) -> HTMXTemplate:
    """A page for whom no one needs to have signed in."""
    return HTMXTemplate(template_name=name, context={"me": None} | context, status_code=status)


def own_page(request: AnyRequest, name: str, status: int = 200, **context: Any) -> HTMXTemplate:
    """A page of the person who asks. ``seq``: where its socket begins.

    An admin's says what needs them. That is kept in memory, in step with the hub: the socket must
    begin no later than it, and what the page has already is no matter twice.
    """
    at, alerts = app_of(request), []
    show_clock(preferences(me(request).preferences)["time_format"])
    if me(request).role == "admin":
        alerts = at.monitor.needing()
        if "seq" in context:
            context["seq"] = min(context["seq"], at.hub.head)
    return rendered_page(name, status, me=signed_in_person(request), alerts=alerts, **context)


async def drawn(request: AnyRequest, page: HTMXTemplate) -> Response[str]:
    """The page, rendered beside the loop: what customers wrote must hold nobody else up.

    One after the other: more threads would draw no faster, and the loop would wait for each.
    """
    engine, name = request.app.template_engine, page.template_name
    assert engine and name
    given = page.create_template_context(request)
    spoken = copy_context()  # in whose language
    html = await asyncio.get_running_loop().run_in_executor(
        _easel, spoken.run, lambda: engine.get_template(name).render(given)
    )
    status = page.status_code or 200
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=page.headers)


def signed_in_person(request: AnyRequest) -> SignedIn:
    principal = me(request)
    return {
        "id": principal.id,
        "name": principal.name,
        "email": principal.email or "",
        "role": principal.role,
        "own_keys": principal.own_keys,
        "likes": preferences(principal.preferences),
    }


def to(path: str) -> Redirect:
    """After a form: the page to see next, by GET."""
    return Redirect(path, status_code=303)
