"""The table of what was measured, beside what is to be reached."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.bench.figures import median, spread

HEADINGS = ("", "measured", "rounds", "beside", "ratio", "to reach", "met", "by CPU", "others")
NUMBERS = (1, 2, 4, 5, 7, 8)

TIMES = ("/s", "ms", "s")
CROWDED = 0.05
"""Of the whole machine: what others may take before times are doubtful."""

LOAD_BOUND = 0.9
"""A load that computed for more of the time than this was itself the limit."""


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


def at_most(value: float) -> Reach:
    return Reach("≤", value, of="measured")


def at_least(value: float) -> Reach:
    return Reach("≥", value, of="measured")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure, the median of its rounds, beside what it is compared with.

    ``beside``: of the same rounds of the same run; ``against`` says what. ``by_cpu`` is the ratio
    by the time that both servers computed and not by the clock: where other programs run too, it
    is the one to look at. ``tried``: whether it came to what is to be reached at all. ``load``:
    how much of its core the load took, for which a row may have to be refused. ``others``: how
    much of the machine other programs took meanwhile.
    """

    name: str
    found: Sequence[float]
    unit: str
    beside: Sequence[float] = ()
    against: str = ""
    reach: Reach | None = None
    by_cpu: float | None = None
    tried: bool = True
    load: float = 0.0
    others: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def refused(self) -> str:
        """Why this is no figure; empty if it is one."""
        if not self.found:
            return "no round could tell"
        if self.load > LOAD_BOUND:
            return f"the load was busy {self.load:.0%} of the time: it was the limit"
        return ""

    @property
    def measured(self) -> float:
        return median(self.found)

    @property
    def limit(self) -> float | None:
        return median(self.beside) if self.beside else None

    @property
    def ratio(self) -> float | None:
        return self.measured / self.limit if self.found and self.limit else None

    @property
    def met(self) -> bool | None:
        """None where nothing is to be reached, or nothing could be compared."""
        if self.reach is None or self.refused:
            return None
        if not self.tried:
            return False
        judged = self.measured if self.reach.of == "measured" else self.ratio
        return None if judged is None else self.reach.met(judged)

    @property
    def doubtful(self) -> bool:
        """A time that was taken while others computed."""
        return self.unit in TIMES and self.others > CROWDED

    def cells(self) -> list[str]:
        limit = "" if self.limit is None else _shown(self.limit, self.unit)
        known = not self.refused
        return [
            self.name,
            _shown(self.measured, self.unit) if known else "refused",
            _rounds(self.found) if known else "",
            f"{limit} {self.against}".strip(),
            "" if self.ratio is None or not known else f"{self.ratio:.2f}",
            str(self.reach or ""),
            self._verdict(),
            "" if self.by_cpu is None else f"{self.by_cpu:.2f}",
            f"{self.others:.0%}" if self.unit in TIMES else "",
        ]

    def _verdict(self) -> str:
        if self.met is None:
            return ""
        return ("yes" if self.met else "no") + ("?" if self.doubtful else "")

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "measured": None if self.refused else self.measured,
            "unit": self.unit,
            "rounds": list(self.found),
            "spread": round(spread(self.found), 4),
            "beside": self.limit,
            "beside_rounds": list(self.beside),
            "against": self.against or None,
            "ratio": self.ratio,
            "ratio_by_cpu": self.by_cpu,
            "to_reach": str(self.reach) if self.reach else None,
            "met": self.met,
            "refused": self.refused or None,
            "load": round(self.load, 3),
            "others": round(self.others, 3),
            "doubtful": self.doubtful,
            "details": self.details,
        }


def _rounds(found: Sequence[float]) -> str:
    return f"{len(found)}, ±{spread(found):.0%}" if len(found) > 1 else "1"


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
