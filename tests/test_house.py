"""What may be in the tree, and what may not."""

import os
import re
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_architecture import HOUSE, uses

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock", "assets.lock")

REGISTRIES = tuple(
    ".".join(labels)
    for labels in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
        ("crates", "io"),
        ("deb", "debian", "org"),
    )
)
"""In pieces, so that this file does not name them either."""


def files(root: Path) -> Iterator[Path]:
    """What git would take, found without git: an unpacked release has none."""
    patterns = {".git", *(line.strip("/") for line in (root / ".gitignore").read_text().split())}

    def ignored(path: Path) -> bool:
        inner = path.relative_to(root).as_posix()
        return any(fnmatch(path.name, one) or fnmatch(inner, one) for one in patterns)

    for folder, folders, names in os.walk(root):
        here = Path(folder)
        folders[:] = [name for name in folders if not ignored(here / name)]
        yield from (here / name for name in names if not ignored(here / name))


def named_hosts(root: Path) -> list[str]:
    """``path: host`` for every registry that a text names."""
    return [
        f"{path.relative_to(root)}: {host}"
        for path, content in ((path, path.read_bytes()) for path in files(root))
        for host in REGISTRIES
        if host.encode() in content
    ]


def declared() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    return [*project["dependencies"], *(one for extra in extras for one in extra)]


def pinned(lock: str) -> dict[str, str]:
    pins = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pins}


def test_no_text_names_the_host_of_a_registry() -> None:
    assert len(list(files(ROOT))) > 40, "the walk found the tree"
    assert named_hosts(ROOT) == []


def test_a_registry_is_found_where_git_would_see_it(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("/build/\n*.log\n")
    for path in ("docs/setup.md", "build/setup.md", "docs/pip.log"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(f"see {REGISTRIES[0]}")
    assert named_hosts(tmp_path) == [f"docs/setup.md: {REGISTRIES[0]}"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_and_hashes_everything_and_names_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert pinned(lock)
    for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]:
        assert "==" in block.splitlines()[0], "run make lock"
        assert "--hash=sha256:" in block, "run make lock"
    assert "://" not in text
    assert "--index" not in text


def test_the_locks_hold_what_pyproject_asks_for() -> None:
    pins = pinned("requirements.lock") | pinned("requirements-dev.lock")
    for line in declared():
        wanted = Requirement(line)
        version = pins.get(canonicalize_name(wanted.name))
        assert version, f"{wanted.name} is in no lock: run make lock"
        assert wanted.specifier.contains(version), f"{wanted} is locked as {version}: run make lock"


def test_whatever_inbox_imports_it_asks_for_itself() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    runtime = project["dependencies"] + project["optional-dependencies"]["media"]
    asked = {canonicalize_name(Requirement(line).name) for line in runtime}
    carried = packages_distributions()
    foreign = (
        {use.name.partition(".")[0] for use in uses(HOUSE)} - {"inbox"} - sys.stdlib_module_names
    )
    assert "litestar" in foreign, "the walk found the imports"
    unasked = {
        name
        for name in foreign
        if not {canonicalize_name(one) for one in carried.get(name, ())} & asked
    }
    assert unasked == set(), "what another package brings may leave with it: declare it"


def test_both_locks_agree_on_every_version() -> None:
    runtime, dev = pinned("requirements.lock"), pinned("requirements-dev.lock")
    common = runtime.keys() & dev.keys()
    assert len(common) > 10
    assert {name: runtime[name] for name in common} == {name: dev[name] for name in common}


def test_every_dependency_says_why_it_is_here() -> None:
    text = (ROOT / "pyproject.toml").read_text()
    lines = re.findall(r'^  "[a-z][\w.-]*(?:\[\w+\])?[<>=~!].*$', text, re.MULTILINE)
    assert len(lines) == len(declared())
    assert [line for line in lines if not re.search(r'", +# \w', line)] == []


def test_no_built_or_borrowed_script_is_in_the_tree() -> None:
    assert [path for path in files(ROOT) if path.name.endswith((".min.js", ".min.css"))] == []


def test_a_test_takes_no_turn_by_what_a_page_shows_at_one_moment() -> None:
    """It would go the other way on a slower machine: what is to come is waited for."""
    turn = re.compile(
        r"^ *(?:if|elif|while|assert) .*await .*\bis_(?:visible|hidden|enabled|disabled)\("
    )
    assert turn.search("    if not await dialog.is_visible():")
    tests = sorted((ROOT / "tests" / "browser").rglob("*.py"))
    lines = [(one.name, line) for one in tests for line in one.read_text("utf-8").splitlines()]
    assert [where for where in lines if turn.search(where[1])] == []
