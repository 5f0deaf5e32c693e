"""The wheel alone is Inbox: it needs no checkout, and nothing beside its dependencies."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands.conftest import Server, clean_environment, serving

ROOT = Path(__file__).parents[2]
KINDS = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")
_OFFLINE = ("--no-index", "--no-deps")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = ("wheel", *_OFFLINE, "--no-build-isolation", "-w", folder, ROOT)
    subprocess.run([*_PIP, *command], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Served from an empty folder, by what is in the wheel."""
    site, empty = tmp_path_factory.mktemp("site"), tmp_path_factory.mktemp("empty")
    command = ("install", *_OFFLINE, "--no-compile", "--target", site, wheel)
    subprocess.run([*_PIP, *command], check=True)
    asked = [sys.executable, "-c", "import inbox; print(inbox.__file__)"]
    environment = clean_environment(PYTHONPATH=str(site))
    told = subprocess.check_output(asked, cwd=empty, env=environment, text=True)
    assert Path(told).is_relative_to(site), "what runs is the wheel"
    with serving(empty, cold=True, PYTHONPATH=str(site)) as server:
        yield server


def test_it_holds_every_file_of_the_package_and_of_the_pages(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    package = {f"inbox/{name}" for name in files(ROOT / "inbox")}
    pages = {
        f"inbox/_web/{part}/{name}"
        for part in ("templates", "static", "docs")
        for name in files(ROOT / part)
    }
    assert len(package) > 200
    assert len(pages) > 100
    assert package | pages | {"inbox/_web/htmx.js"} <= held


def files(folder: Path) -> Iterator[str]:
    for here, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        yield from ((Path(here) / name).relative_to(folder).as_posix() for name in names)


def test_installed_it_serves_pages_with_their_styles_and_scripts(installed: Server) -> None:
    link = installed.line()["url"]
    page = httpx.get(link)
    assert page.status_code == 200
    named = re.findall(r'"(/static/[^"#]+)', page.text)
    assert {Path(address).suffix for address in named} >= {".css", ".js"}
    for address in (*named, re.sub(r"/css/.*", "/htmx.js", named[0])):
        file = httpx.get(f"{installed.url}{address}")
        kind = file.headers["content-type"].split(";")[0]
        assert (file.status_code, kind) == (200, KINDS[Path(address).suffix]), address
        assert file.content
