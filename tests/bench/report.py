"""The table of what was measured, beside what is to be reached."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

HEADINGS = ("", "measured", "limit of this machine", "ratio", "to reach", "met", "by CPU")
NUMBERS = (1, 3, 4, 6)

TIMES = ("/s", "ms", "s")
CROWDED = 0.05
"""Of the whole machine: what others may take before times are doubtful."""


@dataclass(frozen=True, slots=True)
class Reach:
    """``of``: the ratio, or the figure itself where it has nothing to be compared with."""

    sign: Literal["≥", "≤"]
    value: float
    of: Literal["ratio", "measured"] = "ratio"

    def met(self, value: float) -> bool:
        return value >= self.value if self.sign == "≥" else value <= self.value

    def __str__(self) -> str:
        return f"{self.sign} {self.value:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, beside what limits it.

    ``against`` says what the limit is. ``by_cpu`` is the ratio by the time that both servers
    computed and not by the clock: where other programs run too, it is the one to look at.
    ``tried``: whether it came to what is to be reached at all. ``others``: how much of the
    machine other programs took meanwhile.
    """

    name: str
    measured: float
    unit: str
    limit: float | None = None
    against: str = ""
    reach: Reach | None = None
    by_cpu: float | None = None
    tried: bool = True
    others: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        return self.measured / self.limit if self.limit else None

    @property
    def met(self) -> bool | None:
        """None where nothing is to be reached, or nothing could be compared."""
        if self.reach and not self.tried:
            return False
        judged = self.measured if self.reach and self.reach.of == "measured" else self.ratio
        return None if self.reach is None or judged is None else self.reach.met(judged)

    @property
    def doubtful(self) -> bool:
        """A time that was taken while others computed."""
        return self.unit in TIMES and self.others > CROWDED

    def cells(self) -> list[str]:
        limit = "" if self.limit is None else _shown(self.limit, self.unit)
        return [
            self.name,
            _shown(self.measured, self.unit),
            f"{limit} {self.against}".strip(),
            "" if self.ratio is None else f"{self.ratio:.2f}",
            str(self.reach or ""),
            {True: "yes", False: "no", None: ""}[self.met]
            + "?" * (self.doubtful and bool(self.reach)),
            "" if self.by_cpu is None else f"{self.by_cpu:.2f}",
        ]

    def _verdict(self) -> str:
        if self.met is None:
            return ""
        return ("yes" if self.met else "no") + ("?" if self.doubtful else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "measured": self.measured,
            "unit": self.unit,
            "limit": self.limit,
            "against": self.against or None,
            "ratio": self.ratio,
            "ratio_by_cpu": self.by_cpu,
            "to_reach": str(self.reach) if self.reach else None,
            "met": self.met,
            "others": round(self.others, 3),
            "doubtful": self.doubtful,
            "details": self.details,
        }


def _shown(value: float, unit: str) -> str:
    number = f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
    return f"{number}{'' if unit.startswith('/') else ' '}{unit}".strip()


def table(rows: Sequence[Row]) -> str:
    lines = [list(HEADINGS), *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in NUMBERS else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
