"""The numbers beside views as a page has them: ``data-count`` names each by one word."""

from inbox.conversations.views import VIEWS
from inbox.domain.language import number
from inbox.domain.view_counts import UNREAD_COUNTED, ViewCounts


def counts_by_key(counts: ViewCounts) -> dict[str, int]:
    """Those that are not none. What notes named somebody in is news until they have looked there:
    of that a page counts what is unseen."""
    found: dict[str, int | None] = {
        **{view: counts[view] for view in VIEWS if view != "mentions"},
        "mentions": counts["unseen_mentions"],
        **{f"channel:{one}": n for one, n in counts["channels"].items()},
        **{f"team:{one}": n for one, n in counts["teams"].items()},
        **{f"label:{one}": n for one, n in counts["labels"].items()},
        **counts["saved"],
    }
    return {key: n for key, n in found.items() if n}


def count_words(n: int, key: str) -> str:
    """``static/js/counts.js`` says the same. Nothing is said of none."""
    if key == "unread" and n >= UNREAD_COUNTED:
        return f"{number(UNREAD_COUNTED - 1)}+"
    return number(n) if n else ""
