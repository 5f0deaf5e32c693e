"""The numbers beside views, as a page has them when it is drawn."""

from inbox.desk.counts import Own, Watcher
from inbox.web.context import AnyRequest, app_of, me
from inbox.web.present.view_keys import counts_by_key


async def shown_counts(request: AnyRequest, own: Own | None = None) -> dict[str, int]:
    """For ``ui.count``, by its keys. The page's line tells what is otherwise a moment later."""
    who = me(request)
    counter = app_of(request).view_counter
    return counts_by_key(await counter.shown(Watcher(who.id, who.reach), own))
