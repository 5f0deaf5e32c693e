"""Which labels there are and in which colours: what shows them is drawn without asking for it."""

from collections.abc import Iterable

from inbox.domain.standing import label_key
from inbox.domain.teams import LabelColor, LabelShape


class LabelColors:
    """In memory; ``app`` keeps it in step with the feed."""

    def __init__(self) -> None:
        self._colors: dict[str, LabelColor] = {}
        self._asked: dict[str, str] = {}
        self.edition = 0
        """Another one whenever a colour may be."""

    def follow(self, known: Iterable[LabelShape]) -> None:
        """These are all labels there are now."""
        labels = list(known)
        self._colors = {label["name"]: label["color"] for label in labels}
        self._asked = {label["id"]: label["name"] for label in labels}
        self._asked |= {label_key(label["name"]): label["name"] for label in labels}
        self.edition += 1

    def of(self, name: str) -> LabelColor:
        return self._colors.get(name, "grey")

    def names(self) -> list[str]:
        return list(self._colors)

    def name_of(self, asked: str) -> str:
        """A label as it is written, by its name in any letters or by its id."""
        return self._asked.get(asked) or self._asked.get(label_key(asked), asked)
