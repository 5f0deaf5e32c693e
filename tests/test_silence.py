"""Nothing fails in silence: whoever catches everything says so, raises it again, or hands it on.

To say so is to log it as an error with its traceback, which ``/health`` hears as well
(`web/process/unforeseen.py`), or to hand it to `Surprises`, for whose reason a check of it asks.

A handler for named exceptions knows what it takes; one for ``Exception`` takes our own mistakes
as well, and is the place where they would vanish.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.test_architecture import HOUSE

EVERYTHING = {"Exception", "BaseException"}

ARGUED = {
    "alerts/notices.py work": "what a stranger's server answers; its row says so, and the log",
    "media/shrinking.py shrink": "whatever a decoder finds in a picture; its exit code says so",
    "media/sounding.py answer": "the same of a recording",
    "media/posting_process.py _carry_out": "its parent raises the traceback, and is red",
    "receiving/prompt.py acknowledged": "it is read again once it is stored, and told there",
    "receiving/journal.py _store": "stored or applied alone, whichever it was is met again",
    "web/webhooks/door.py _take": "the journal has told it; who sent it is answered 503",
    "app.py _wind_down": "what is left is done by the next start, and this one's health is over",
}
"""Handlers that do none of it, each by its file and function, with why that is right."""


class Handler:
    """A place where everything is caught, and whether it could vanish there."""

    def __init__(self, file: Path, function: str, caught: ast.ExceptHandler | ast.withitem) -> None:
        self.place = f"{file.relative_to(HOUSE).as_posix()} {function}"
        self.vanishes = isinstance(caught, ast.withitem) or not _spoken(caught)


def _names(node: ast.expr | None) -> set[str]:
    if node is None:
        return set(EVERYTHING)
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _spoken(handler: ast.ExceptHandler) -> bool:
    """It is raised, told with its traceback, or somebody is given the exception itself."""
    for node in (each for one in handler.body for each in ast.walk(one)):
        match node:
            case ast.Raise() | ast.Call(func=ast.Attribute(attr="exception")):
                return True
            case ast.Call(func=ast.Attribute(attr="debug" | "info" | "warning")):
                continue  # /health does not hear of that
            case ast.Call(
                func=ast.Name(id="type" | "isinstance" | "str" | "repr" | "fault_reason")
            ):
                continue  # what says less than the exception itself
            case ast.Call(args=args, keywords=named):
                given = [*args, *(one.value for one in named)]
                if any(isinstance(one, ast.Name) and one.id == handler.name for one in given):
                    return True
            case ast.Return(value=ast.Name(id=name)) | ast.Assign(value=ast.Name(id=name)):
                if name == handler.name:
                    return True
    return False


def handlers(file: Path) -> Iterator[Handler]:
    def walk(node: ast.AST, function: str) -> Iterator[Handler]:
        for child in ast.iter_child_nodes(node):
            inside = function
            match child:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                    inside = name
                case ast.ExceptHandler(type=caught) if _names(caught) & EVERYTHING:
                    yield Handler(file, function, child)
                case ast.withitem(context_expr=ast.Call(func=called, args=args)):
                    suppress = "suppress" in ast.unparse(called)
                    if suppress and any(_names(one) & EVERYTHING for one in args):
                        yield Handler(file, function, child)
            yield from walk(child, inside)

    text = file.read_text()
    if "Exception" in text or "except:" in text:
        yield from walk(ast.parse(text), "the module")


@cache
def found() -> list[Handler]:
    return [one for file in sorted(HOUSE.rglob("*.py")) for one in handlers(file)]


def test_what_catches_everything_lets_nothing_vanish() -> None:
    assert len(found()) > 20, "the walk found them"
    silent = [one.place for one in found() if one.vanishes and one.place not in ARGUED]
    advice = "log it with exc_info, raise it, hand it to Fault or Surprises, or name what it is"
    assert silent == [], f"{advice}: {', '.join(silent)}"


def test_of_all_surprises_somebody_asks_for_the_reason() -> None:
    """One that nobody asks is told in the log, and ``/health`` stays green."""
    texts = {file: file.read_text() for file in HOUSE.rglob("*.py")}
    kept = [
        (file, name)
        for file, text in texts.items()
        for name in re.findall(r"(\w+) = Surprises\(", text)
    ]
    assert len(kept) > 5, "the walk found them"

    def asked(file: Path, name: str) -> bool:
        where = [texts[file]] if name.startswith("_") else texts.values()
        return any(f".{name}.reason" in text for text in where)

    assert [f"{file.name} {name}" for file, name in kept if not asked(file, name)] == []


def test_nothing_is_argued_for_that_is_not_there() -> None:
    assert {one.place for one in found() if one.vanishes} >= ARGUED.keys()


@pytest.mark.parametrize(
    ("code", "vanishes"),
    [
        ("try: f()\nexcept Exception: pass", True),
        ("try: f()\nexcept: pass", True),
        ("try: f()\nexcept (OSError, Exception): return_nothing()", True),
        ("try: f()\nexcept Exception as e: log.warning('%s', type(e).__name__)", True),
        ("try: f()\nexcept Exception as e: log.warning('it', exc_info=e)", True),
        ("with suppress(Exception): f()", True),
        ("with contextlib.suppress(OSError, Exception): f()", True),
        ("try: f()\nexcept Exception as e: log.error('it', exc_info=e)", False),
        ("try: f()\nexcept Exception: log.exception('it')", False),
        ("try: f()\nexcept Exception as e: fault.met(e)", False),
        ("try: f()\nexcept BaseException: undo(); raise", False),
    ],
)
def test_the_walk_knows_silence_when_it_meets_it(code: str, vanishes: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda _: code)
        [one] = handlers(HOUSE / "made_up.py")
    assert one.vanishes is vanishes


@pytest.mark.parametrize("code", ["try: f()\nexcept OSError: pass", "with suppress(OSError): f()"])
def test_who_names_what_it_takes_is_left_alone(code: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_text", lambda _: code)
        assert list(handlers(HOUSE / "made_up.py")) == []
