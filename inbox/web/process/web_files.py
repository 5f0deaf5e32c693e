"""Where templates, style sheets, scripts and documents are: in a wheel or in a checkout."""

from pathlib import Path
from typing import NamedTuple

_PACKAGE = Path(__file__).parents[2]


class WebFiles(NamedTuple):
    templates: Path
    static: Path
    htmx: Path
    docs: Path


def web_files() -> WebFiles:
    """A wheel has them inside the package, where hatch_build.py puts them; a checkout beside it."""
    within = _PACKAGE / "_web"
    if within.is_dir():
        return WebFiles(
            within / "templates", within / "static", within / "htmx.js", within / "docs"
        )
    beside = _PACKAGE.parent
    htmx = beside / "build" / "assets" / "htmx.js"
    return WebFiles(beside / "templates", beside / "static", htmx, beside / "docs")
