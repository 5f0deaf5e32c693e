"""The refusal of what was said of a channel."""


class WrongChannel(ValueError):
    """What was asked cannot be; ``field`` names the input, the sentence says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field
