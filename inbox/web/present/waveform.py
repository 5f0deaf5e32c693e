"""How loud a recording is, as bars side by side: 192 wide and 24 high, as templates draw them."""

from typing import Final

_APART: Final = 3
_HIGH: Final = 24
_LEAST: Final = 2
"""Silence is drawn as well, so that a pause looks like one."""


def bars(waveform: object) -> str:
    """The path of an SVG; empty for what is none."""
    if not isinstance(waveform, list):
        return ""
    return "".join(_bar(at, loud) for at, loud in enumerate(waveform) if isinstance(loud, int))


def _bar(at: int, loud: int) -> str:
    high = max(_LEAST, round(min(loud, 100) * _HIGH / 100))
    return f"M{at * _APART + 1.5:g} {(_HIGH - high) / 2:g}v{high}"
