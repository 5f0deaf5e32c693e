"""Settings: labels."""

from typing import Final

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from litestar_htmx import HTMXRequest, HTMXTemplate

from inbox.desk import labels
from inbox.desk.clearing import remove_whole
from inbox.desk.writer import Writer
from inbox.domain.errors import Invalid
from inbox.domain.teams import COLORS
from inbox.domain.text import scrub
from inbox.web.context import app_of, me
from inbox.web.http.guard import SUPERVISOR
from inbox.web.http.rendering import own_page, to
from inbox.web.present.standing import COLOR_WORDS

Request = HTMXRequest

LIST: Final = "/settings/labels"


async def _page(
    request: Request,
    *,
    status: int = 200,
    gone: str = "",
    values: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> HTMXTemplate:
    """``values``: what was asked for in vain, with the id of the label if it was one's change."""
    return own_page(
        request,
        "settings/labels.html",
        status,
        labels=await app_of(request).database.read(labels.all_labels),
        colors=[(color, COLOR_WORDS[color]) for color in COLORS],
        gone=gone,
        values=values or {},
        problems=problems or {},
    )


@get(LIST, opt=SUPERVISOR, include_in_schema=False)
async def label_list(request: Request, deleted: FromQuery[str] = "") -> HTMXTemplate:
    """``deleted``: what the one was called that went just now."""
    return await _page(request, gone=scrub(deleted)[: labels.NAME_LIMIT])


@post(LIST, opt=SUPERVISOR, status_code=200, include_in_schema=False)
async def make_label(request: Request) -> HTMXTemplate | Redirect:
    at, values = app_of(request), await _label_values(request)
    try:
        await at.database.write(labels.add_label, values["name"], values["color"], at.now())
    except Invalid as wrong:
        problems = {wrong.field: str(wrong)}
        return await _page(request, status=422, values=values, problems=problems)
    return to(LIST)


@post(f"{LIST}/{{label_id:str}}", opt=SUPERVISOR, status_code=200, include_in_schema=False)
async def save_label(request: Request, label_id: FromPath[str]) -> HTMXTemplate | Redirect:
    at, values = app_of(request), await _label_values(request)
    about = label_id, values["name"], values["color"], at.now()
    try:
        await at.database.write(labels.change_label, *about)
    except Invalid as wrong:
        problems = {wrong.field: str(wrong)}
        return await _page(request, status=422, values=values | {"id": label_id}, problems=problems)
    return to(LIST)


async def _label_values(request: Request) -> dict[str, str]:
    form = await request.form()
    return {name: scrub(str(form.get(name) or "")) for name in ("name", "color")}


@post(f"{LIST}/{{label_id:str}}/delete", opt=SUPERVISOR, status_code=303, include_in_schema=False)
async def delete_label(request: Request, label_id: FromPath[str]) -> Redirect:
    at, by = app_of(request), Writer.of(me(request))
    was = await at.database.read(labels.label_by_id, label_id)
    await remove_whole(at.database, labels.remove_label, label_id, by, at.now)
    return Redirect(LIST, status_code=303, query_params={"deleted": was["name"]})


HANDLERS = [label_list, make_label, save_label, delete_label]
