"""What is kept of a start is what would be made, and never of other files or half of it."""

import sys
from pathlib import Path

import pytest

from inbox import kept
from inbox.kept import made_once
from inbox.web.present.keep_all import keep_all
from inbox.web.process import assets
from inbox.web.process.assets import found_assets
from inbox.web.process.web_files import web_files


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Python keeps what it compiles, for a while: there is one file, once there is any."""
    monkeypatch.setattr(kept, "__file__", str(tmp_path / "inbox" / "kept.py"))
    monkeypatch.setattr(sys, "pycache_prefix", None)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "inbox" / "__pycache__"


class Maker:
    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> bytes:
        self.made += 1
        return b"made %d" % self.made


def test_what_was_made_of_the_same_is_not_made_again() -> None:
    make = Maker()
    assert [made_once("one", [b"a", b"b"], make) for _ in range(2)] == [b"made 1"] * 2
    assert made_once("other", [b"a", b"b"], make) == b"made 2"


@pytest.mark.parametrize("now", [[b"ab"], [b"b", b"a"], [b"a"], [b"a", b"b", b""]])
def test_what_was_made_of_anything_else_is_made_anew(now: list[bytes]) -> None:
    make = Maker()
    made_once("one", [b"a", b"b"], make)
    assert [made_once("one", now, make) for _ in range(2)] == [b"made 2"] * 2


@pytest.mark.parametrize("left", [b"", b"made 1", bytes(40), bytes(32) + b"made 1"])
def test_a_file_that_was_not_written_to_its_end_is_made_anew(left: bytes, place: Path) -> None:
    make = Maker()
    made_once("one", [b"a"], make)
    [file] = place.iterdir()
    file.write_bytes(left)
    assert [made_once("one", [b"a"], make) for _ in range(2)] == [b"made 2"] * 2


def test_whoever_may_not_keep_anything_makes_it_each_time(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = Maker()
    place.parent.mkdir()
    place.touch()  # no folder can be made there
    assert made_once("one", [b"a"], make) == b"made 1"
    place.unlink()
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert made_once("one", [b"a"], make) == b"made 2"
    assert not place.exists()


def test_an_image_brings_all_that_a_start_would_keep(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = web_files()._replace(templates=tmp_path / "few")  # all of ours take five seconds
    few.templates.mkdir()
    for name in ("macros.html", "page.html"):
        (few.templates / name).write_text("{% macro icon(name) %}{% endmacro %}")
    monkeypatch.setattr("inbox.web.present.keep_all.web_files", lambda: few)
    found_assets.cache_clear()
    small = {"small.css": assets._asset("small.css", b"a {}")}
    monkeypatch.setattr(found_assets(), "_files", small)  # nor are seconds needed for these
    keep_all()
    names = sorted(file.name.partition(".")[0] for file in place.iterdir())
    assert names == ["scripts", "static-small", "static-small", "template", "template"]
    dockerfile = (Path(__file__).parents[1] / "Dockerfile").read_text()
    assert "PYTHONDONTWRITEBYTECODE= python -m inbox.web.present.keep_all" in dockerfile
