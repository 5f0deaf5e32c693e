"""YAML as plain data, and where in the file each part of it stands.

Every scalar is the text that was written, as ``yes`` is a word that customers say and
``12025550142`` a number that is dialled; below the key ``payload`` it is what YAML makes of it.
"""

from typing import Final, NamedTuple

import yaml

from inbox.domain.language import _

MOST_CHARACTERS: Final = 256_000
_DEEPEST: Final = 20
_MOST_PARTS: Final = 20_000
"""With what aliases repeat: a few lines of YAML can stand for more than any machine holds."""
_TYPED: Final = "payload"
_PLAIN: Final = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in ("str", "int", "float", "bool", "null", "timestamp", "value")
)

Data = str | int | float | bool | None | list["Data"] | dict[str, "Data"]


class FilePlace(NamedTuple):
    """From 1, as editors count."""

    line: int
    column: int


class WrongScript(ValueError):
    """The sentence says what is wrong at this place, and what would be right."""

    def __init__(self, place: FilePlace, sentence: str) -> None:
        super().__init__(sentence)
        self.place = place


class PlacedData(NamedTuple):
    """``places`` by path, as ``$.steps[2].expect``: of a key, where it stands."""

    data: Data
    places: dict[str, FilePlace]

    def place(self, path: str) -> FilePlace:
        """Of the innermost part of the path that is there."""
        while path not in self.places:
            path = path[: max(path.rfind("."), path.rfind("["), 1)]
            if path == "$":
                break
        return self.places.get(path, FilePlace(1, 1))


def read_yaml(text: str) -> PlacedData:
    """Raises ``WrongScript``."""
    if len(text) > MOST_CHARACTERS:
        raise WrongScript(
            FilePlace(1, 1), _("A script has at most %(most)s characters.", most=MOST_CHARACTERS)
        )
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise WrongScript(
            _place(mark), _("This is no YAML: %(problem)s.", problem=error.problem)
        ) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise WrongScript(
            FilePlace(line, 1), _("There is a character here that no script has.")
        ) from None
    except RecursionError:
        raise WrongScript(FilePlace(1, 1), _too_deep()) from None
    if node is None:
        raise WrongScript(FilePlace(1, 1), _("The script is empty."))
    places: dict[str, FilePlace] = {}
    return PlacedData(_data(node, "$", places, typed=False, depth=0), places)


def _data(
    node: yaml.Node, path: str, places: dict[str, FilePlace], *, typed: bool, depth: int
) -> Data:
    places.setdefault(path, _place(node.start_mark))
    if depth > _DEEPEST or len(places) > _MOST_PARTS:
        raise WrongScript(_place(node.start_mark), _too_deep())
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, typed)
    if isinstance(node, yaml.SequenceNode):
        return [
            _data(each, f"{path}[{at}]", places, typed=typed, depth=depth + 1)
            for at, each in enumerate(node.value)
        ]
    found: dict[str, Data] = {}
    for key, value in node.value:
        name = _key(key, found)
        below = f"{path}.{name}"
        places[below] = _place(key.start_mark)
        inner = typed or name == _TYPED
        found[name] = _data(value, below, places, typed=inner, depth=depth + 1)
    return found


def _key(node: yaml.Node, known: dict[str, Data]) -> str:
    if not isinstance(node, yaml.ScalarNode) or node.value == "<<":
        raise WrongScript(_place(node.start_mark), _("A key is a word here."))
    name = str(node.value)
    if name in known:
        raise WrongScript(_place(node.start_mark), _("%(name)s is here twice.", name=name))
    return name


def _scalar(node: yaml.ScalarNode, typed: bool) -> Data:
    if node.tag not in _PLAIN:
        raise WrongScript(
            _place(node.start_mark), _("%(tag)s is no tag of a script.", tag=node.tag)
        )
    if not typed:
        return str(node.value)
    try:
        value = yaml.SafeLoader("").construct_object(node)
    except (yaml.YAMLError, ValueError):
        return str(node.value)
    return value if isinstance(value, str | int | float | bool | None) else str(node.value)


def _place(mark: yaml.Mark | None) -> FilePlace:
    return FilePlace(mark.line + 1, mark.column + 1) if mark else FilePlace(1, 1)


def _too_deep() -> str:
    return _("This is larger, or nested deeper, than a script is.")
