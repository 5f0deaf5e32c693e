"""What the wheel holds beside the package: templates, static files, documents, and htmx.

htmx is other people's and never in this repository: it comes inside a wheel that assets.lock pins
and hashes, and only the script is kept. As a program this fetches it for a checkout.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HTMX = "build/assets/htmx.js"
VERSION = "2.0.10"
_INSIDE = "django_htmx/static/django_htmx/htmx-2.min.js"
_PIP = ("-m", "pip", "install", "--quiet", "--no-input", "--no-compile")
_PINNED = ("--require-hashes", "--no-deps", "--only-binary", ":all:")


class WebFiles(BuildHookInterface[Any]):
    """Puts them where inbox/web/process/web_files.py looks for them."""

    def dependencies(self) -> list[str]:
        """What fetches htmx, where it is not there yet."""
        return [] if (Path(self.root) / HTMX).exists() else ["pip"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable wheel leads to the checkout, where all is in place.
        if version != "editable":
            root = Path(self.root)
            build_data["force_include"] |= {
                str(root / "templates"): "inbox/_web/templates",
                str(root / "static"): "inbox/_web/static",
                str(root / "docs"): "inbox/_web/docs",
                str(htmx(root)): "inbox/_web/htmx.js",
            }


def htmx(root: Path) -> Path:
    """The script, fetched unless it is there."""
    kept = root / HTMX
    if not kept.exists():
        fetch(root / "assets.lock", kept)
    return kept


def fetch(lock: Path, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=kept.parent) as folder:
        command = [sys.executable, *_PIP, *_PINNED, "--target", folder, "-r", str(lock)]
        subprocess.run(command, check=True)  # noqa: S603 - ours, from our lock
        script = Path(folder) / _INSIDE
        if f'version:"{VERSION}"' not in script.read_text("utf-8"):
            sys.exit(f"{lock.name} carries another htmx than {VERSION}")
        shutil.move(script, kept)


if __name__ == "__main__":
    here = Path(__file__).parent
    fetch(here / "assets.lock", here / HTMX)
