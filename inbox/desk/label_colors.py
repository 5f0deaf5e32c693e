"""Which colour a label has, by its name: rows and threads are drawn without asking for it."""

from collections.abc import Iterable

from inbox.domain.teams import LabelColor, LabelShape


class LabelColors:
    """In memory; ``app`` keeps it in step with the feed."""

    def __init__(self) -> None:
        self._colors: dict[str, LabelColor] = {}

    def follow(self, known: Iterable[LabelShape]) -> None:
        """These are all labels there are now."""
        self._colors = {label["name"]: label["color"] for label in known}

    def of(self, name: str) -> LabelColor:
        return self._colors.get(name, "grey")
