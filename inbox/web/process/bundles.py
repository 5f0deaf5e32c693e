"""One script out of a page's modules: fewer requests, and together they compress far better.

Twenty modules of a kilobyte each are compressed one by one, knowing nothing of each other, and
the deepest of them is found only after three round trips. What is served is one module for each
page: every file in a function of its own, in the order in which a browser would run them, without
comments and without indentation. That is all; names and lines stay as they are
written, so that an error in a browser can be found in the source. It is done when the server
starts, by this function rather than by a tool: no build step, and nothing to install.

What only some pages need, or a page only later, is a *companion*: a script of its own that takes
from the first what both need, so that no module is there twice.

It is no parser of JavaScript, so it takes only a part of it, and refuses the rest instead of
guessing: imports and exports on one line each, nothing exported that may be assigned to later, no
cycles, ``import()`` only of a companion, and nothing that goes on over the end of a line as text.
The last makes sure that a line that looks like a comment is one.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

_IMPORT: Final = re.compile(r'import (?:\{ ([\w, ]+) \} from )?"(\.[\w./-]+)";(?: *//.*)?')
_EXPORT: Final = re.compile(r"export ((?:const|class|function|async function) (\w+)\b.*)")
_LATER: Final = re.compile(r'(\bimport\(["`])(\.[\w./-]+\.js)')


class NotBundled(ValueError):
    """A module is written in a way that is not understood here; the sentence says how."""


class _Bundle:
    """The script of a page, or a companion ``beside`` it."""

    def __init__(
        self,
        entry: str,
        read: Callable[[str], str],
        companions: Sequence[str] = (),
        beside: "_Bundle | None" = None,
    ) -> None:
        self._folder = posixpath.dirname(entry)
        self._read = read
        self._companions = companions
        self._beside = beside
        self._numbers: dict[str, int] = {}
        self._open: list[str] = []
        self._lent: set[str] = set()
        self._taken: set[str] = set()
        self._lines: list[str] = []
        self.entry = entry
        self._add(entry)

    def text(self) -> str:
        head = [f"// {self.entry}, of modules in static/"]
        if self._beside and self._taken:
            path = _relative(self._beside.entry, self._folder)
            names = ", ".join(f"{name} as x{name}" for name in sorted(self._taken))
            head.append(f'import {{ {names} }} from "{path}";')
        lent = [f"export {{ {', '.join(sorted(self._lent))} }};"] if self._lent else []
        return "\n".join([*head, *self._lines, *lent]) + "\n"

    def lend(self, name: str) -> str | None:
        """What a module of this one is called, for a companion that needs it."""
        if name not in self._numbers:
            return None
        number = f"m{self._numbers[name]}"
        self._lent.add(number)
        return number

    def _add(self, name: str) -> str:
        """The name by which a module is known; those it imports come before it."""
        if self._beside and (lent := self._beside.lend(name)):
            self._taken.add(lent)
            return f"x{lent}"
        if name in self._open:
            raise NotBundled(f"{name} imports itself, by way of {', '.join(self._open)}.")
        if name not in self._numbers:
            self._open.append(name)
            body = self._module(name)
            self._numbers[name] = len(self._numbers)
            self._lines += body
            self._open.pop()
        return f"m{self._numbers[name]}"

    def _module(self, name: str) -> list[str]:
        head, body, exported = [], [], []
        folder = posixpath.dirname(name)
        for line in _without_comments(name, self._read(name)):
            if imported := _IMPORT.fullmatch(line):
                names, path = imported.groups()
                module = self._add(_within(folder, path))
                if names:
                    head.append(f"const {{ {names.replace(' as ', ': ')} }} = {module};")
            elif given := _EXPORT.fullmatch(line):
                body.append(given[1])
                exported.append(given[2])
            elif re.match(r"(import|export)\b", line):
                raise NotBundled(f"{name} has an import or export of another form: {line}")
            else:
                body.append(self._later(name, line))
        given_back = [f"return {{ {', '.join(exported)} }};"] if exported else []
        return [f"const m{len(self._numbers)} = (() => {{", *head, *body, *given_back, "})();"]

    def _later(self, name: str, line: str) -> str:
        """A companion is fetched from where it stands beside this script."""
        for found in re.finditer(r"\bimport[(.]", line):
            asked = _LATER.match(line, found.start())
            path = _within(posixpath.dirname(name), asked[2]) if asked else ""
            if not asked or path not in self._companions:
                raise NotBundled(f"{name} imports later what is no companion: {line}")
            return line.replace(asked[0], f"{asked[1]}{_relative(path, self._folder)}")
        return line


def bundle(entry: str, read: Callable[[str], str]) -> str:
    """The module ``entry`` with all that it imports; ``read`` gives the text of each.

    Raises ``NotBundled``.
    """
    return _Bundle(entry, read).text()


def bundles(entry: str, companions: Sequence[str], read: Callable[[str], str]) -> dict[str, str]:
    """The same, with companions that take from it what it has.

    Raises ``NotBundled``.
    """
    first = _Bundle(entry, read, companions)
    beside = [_Bundle(name, read, companions, first) for name in companions]
    return {each.entry: each.text() for each in (first, *beside)}


def _within(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))


def _relative(path: str, folder: str) -> str:
    return f"./{posixpath.relpath(path, folder or '.')}"


def _without_comments(name: str, text: str) -> Iterator[str]:
    """The lines that are more than a comment."""
    inside = False
    for line in text.splitlines():
        words = line.strip()
        if inside or words.startswith("/*"):
            inside = "*/" not in words
            if not inside and not words.endswith("*/"):
                raise NotBundled(f"{name} has code after a comment: {words}")
        elif words and not words.startswith("//"):
            opened = "/*" in words and "*/" not in words
            if opened or words.endswith("\\") or words.count("`") % 2:
                raise NotBundled(f"{name} has text or a comment that goes on: {words}")
            yield _ended(words)


def _ended(line: str) -> str:
    """Without a comment at its end: one after a whole statement, outside of any text."""
    code, mark, _comment = line.partition(" // ")
    whole = code.rstrip().endswith((";", "{", "}", ",", ")"))
    quoted = any(code.count(quote) % 2 for quote in "\"'`")
    return code.rstrip() if mark and whole and not quoted else line
