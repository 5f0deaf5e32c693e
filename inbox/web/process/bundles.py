"""One script out of a page's modules: fewer requests, and together they compress far better.

Twenty modules of a kilobyte each are compressed one by one, knowing nothing of each other, and
the deepest of them is found only after three round trips. What is served is one module for each
page: every file in a function of its own, in the order in which a browser would run them, without
comments and without indentation. That is all; names and lines stay as they are
written, so that an error in a browser can be found in the source. It is done when the server
starts, by this function rather than by a tool: no build step, and nothing to install.

It is no parser of JavaScript, so it takes only a part of it, and refuses the rest instead of
guessing: imports and exports on one line each, nothing exported that may be assigned to later, no
cycles, no ``import()``, and nothing that goes on over the end of a line as text. The last makes
sure that a line that looks like a comment is one.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import Final

_IMPORT: Final = re.compile(r'import (?:\{ ([\w, ]+) \} from )?"(\.[\w./-]+)";(?: *//.*)?')
_EXPORT: Final = re.compile(r"export ((?:const|class|function|async function) (\w+)\b.*)")


class NotBundled(ValueError):
    """A module is written in a way that is not understood here; the sentence says how."""


class _Bundle:
    def __init__(self, read: Callable[[str], str]) -> None:
        self._read = read
        self._numbers: dict[str, int] = {}
        self._open: list[str] = []
        self.lines: list[str] = []

    def add(self, name: str) -> int:
        """The number under which a module is known; those it imports come before it."""
        if name in self._open:
            raise NotBundled(f"{name} imports itself, by way of {', '.join(self._open)}.")
        if name not in self._numbers:
            self._open.append(name)
            body = self._module(name)
            self._numbers[name] = len(self._numbers)
            self.lines += body
            self._open.pop()
        return self._numbers[name]

    def _module(self, name: str) -> list[str]:
        head, body, exported = [], [], []
        for line in _without_comments(name, self._read(name)):
            if imported := _IMPORT.fullmatch(line):
                names, path = imported.groups()
                number = self.add(posixpath.normpath(posixpath.join(posixpath.dirname(name), path)))
                if names:
                    head.append(f"const {{ {names.replace(' as ', ': ')} }} = m{number};")
            elif given := _EXPORT.fullmatch(line):
                body.append(given[1])
                exported.append(given[2])
            elif re.match(r"(import|export)\b", line) or re.search(r"\bimport[(.]", line):
                raise NotBundled(f"{name} has an import or export of another form: {line}")
            else:
                body.append(line)
        given_back = [f"return {{ {', '.join(exported)} }};"] if exported else []
        return [f"const m{len(self._numbers)} = (() => {{", *head, *body, *given_back, "})();"]


def bundle(entry: str, read: Callable[[str], str]) -> str:
    """The module ``entry`` with all that it imports; ``read`` gives the text of each.

    Raises ``NotBundled``.
    """
    whole = _Bundle(read)
    whole.add(entry)
    return "\n".join([f"// {entry}, of modules in static/", *whole.lines]) + "\n"


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
