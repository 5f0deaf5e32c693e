"""A row of numbers as a tiny picture, drawn on the server: no script, no style in the page."""

from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 240, 48
_TOP = 4
"""Room for the line itself at the highest value."""


def sparkline(values: Sequence[float | None], slots: int, words: str) -> Markup:
    """The last values at the right of ``slots`` places; None is a gap. ``words``: for ears."""
    step = WIDTH / max(slots - 1, 1)
    start = WIDTH - step * (len(values) - 1)
    most = max((value for value in values if value is not None), default=0.0) or 1.0
    base = HEIGHT - 1
    points = [
        None if value is None else (start + at * step, base - value / most * (base - _TOP))
        for at, value in enumerate(values)
    ]
    shapes = Markup("").join(_shape(run, base) for run in _runs(points))
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img"'
        ' aria-label="{}">{}</svg>'
    ).format(WIDTH, HEIGHT, words, shapes)


Point = tuple[float, float]


def _runs(points: Sequence[Point | None]) -> list[list[Point]]:
    runs: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _shape(run: Sequence[Point], base: float) -> Markup:
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    under = f"{run[0][0]:.1f},{base} {line} {run[-1][0]:.1f},{base}"
    return Markup('<polygon points="{}"/><polyline points="{}"/>').format(under, line)
