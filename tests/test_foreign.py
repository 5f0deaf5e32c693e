"""What passes between rooms has a type; only what others write has none."""

import re
from collections import Counter
from pathlib import Path

from tests.test_architecture import HOUSE, modules

UNTYPED = re.compile(r"dict\[str, Any\]|Mapping\[Any, Any\]")
FOREIGN = {
    "web/api/contract/": "JSON Schema, OpenAPI and AsyncAPI: others say what is in it",
    "web/api/contracts.py": "the same, on its way out",
    "web/api/journal.py": "what Inbox reads in a webhook of any provider",
    "web/http/errors.py": "what a problem document (RFC 9457) says besides",
}
"""Where JSON is spoken whose form is not ours, and whose it is."""
MOST = 40

ALIAS = re.compile(r"^\w+ = (?:dict|Mapping)\[(?:str|Any), Any\]$", re.MULTILINE)


def untyped(root: Path) -> Counter[str]:
    """How often each module says that anything may be in it."""
    found = {path: len(UNTYPED.findall(path.read_text())) for path in modules(root)}
    return Counter({path.relative_to(root).as_posix(): n for path, n in found.items() if n})


def test_only_what_is_foreign_has_no_type() -> None:
    found = untyped(HOUSE)
    assert 0 < sum(found.values()) < MOST, "the walk finds them; give yours a TypedDict"
    assert [path for path in found if not path.startswith(tuple(FOREIGN))] == []
    assert [path for path in FOREIGN if not any(one.startswith(path) for one in found)] == []


def test_no_alias_hides_it() -> None:
    hidden = [path for path in modules(HOUSE) if ALIAS.search(path.read_text())]
    names = [path.relative_to(HOUSE).as_posix() for path in hidden]
    assert [name for name in names if not name.startswith(tuple(FOREIGN))] == []
    assert ALIAS.search("import os\nRow = Mapping[Any, Any]\n"), "one would be seen"
