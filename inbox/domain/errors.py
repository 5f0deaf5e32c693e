"""What a room raises when it will not, or cannot, do what was asked."""


class Invalid(ValueError):
    """What was said cannot be taken; ``field`` names the input, the sentence says why."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class TooLarge(Invalid):
    """It has more bytes than are taken; the sentence says how many would be."""


class UnfitType(Invalid):
    """It is of a type that is not taken; the sentence says which are."""


class Missing(LookupError):
    """There is no such thing; the sentence says what."""


class Busy(RuntimeError):
    """Too much of this is asked for at once; the sentence says so. A moment later it may be."""
