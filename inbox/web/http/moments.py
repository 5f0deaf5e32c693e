"""A time as somebody asks for it."""

from inbox.domain.errors import Invalid
from inbox.domain.language import _
from inbox.domain.times import Micros, moment_of


def moment_asked(text: str | None, field: str = "send_at") -> Micros | None:
    """Raises ``Invalid`` for what is no time, or is one that is another elsewhere."""
    if text is None:
        return None
    moment = moment_of(text)
    if moment is None:
        example = "2026-01-01T12:00:00+01:00"
        words = _("A time is told with its zone, as %(example)s.", example=example)
        raise Invalid(field, words)
    return moment
