"""The refusal of a reply, whatever the time."""


class WrongReply(ValueError):
    """A reply that cannot be sent; ``field`` names the input, the sentence says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class Missing(LookupError):
    """There is no such conversation or message."""
