"""How a command ends when it cannot do what was asked."""


class Failure(ValueError):
    """The sentence says why and what to do; printed on stderr, exit code 1."""


class Usage(Failure):
    """What was typed makes no sense: exit code 2."""
