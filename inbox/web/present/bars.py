"""How much there was on each day as a small picture, drawn on the server: no script, no style."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

HEIGHT: Final = 120
WIDTH: Final = 10
"""Of a day; the picture is stretched to where it stands."""
_GAP: Final = 2
_LEAST: Final = 2.0
"""So that one of a thousand can be seen."""


class Bar(NamedTuple):
    """A day: two kinds of things, one upon the other, and what a pointer is told."""

    lower: int
    upper: int
    words: str


def bars(days: Sequence[Bar], words: str) -> Markup:
    """``words``: for ears; a table beside it has the figures."""
    most = max((day.lower + day.upper for day in days), default=0) or 1
    shapes = Markup("").join(_shape(at, day, most) for at, day in enumerate(days))
    return Markup(
        '<svg class="bars" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>'
    ).format(len(days) * WIDTH, HEIGHT, words, shapes)


def _shape(at: int, day: Bar, most: int) -> Markup:
    lower, upper = _high(day.lower, most), _high(day.upper, most)
    rects = Markup("").join(
        _rect(at, HEIGHT - below - high, high, name)
        for name, below, high in (("lower", 0.0, lower), ("upper", lower, upper))
        if high
    )
    whole = _rect(at, 0, HEIGHT, "whole")
    return Markup("<g><title>{}</title>{}{}</g>").format(day.words, whole, rects)


def _high(number: int, most: int) -> float:
    return max(number / most * (HEIGHT - _LEAST), _LEAST) if number else 0.0


def _rect(at: int, y: float, height: float, name: str) -> Markup:
    return Markup('<rect class="{}" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
        name, at * WIDTH + _GAP // 2, y, WIDTH - _GAP, height
    )
