"""What came of runs, for machines: JSON, and the XML of JUnit that CI systems read."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple, NotRequired, TypedDict
from xml.etree import ElementTree

from inbox.rehearsal.playing import StepOutcome

_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class ScriptRun(NamedTuple):
    """``script`` is its path as it was given."""

    script: str
    outcomes: Sequence[StepOutcome]

    @property
    def failed(self) -> StepOutcome | None:
        return next((one for one in self.outcomes if one.failure is not None), None)

    @property
    def seconds(self) -> float:
        return sum(one.seconds for one in self.outcomes)


class StepReport(TypedDict):
    """A step in the report; ``failure`` of one that failed."""

    number: int
    line: int
    step: str
    state: str
    seconds: float
    failure: NotRequired[str]


class ScriptReport(TypedDict):
    script: str
    passed: bool
    seconds: float
    steps: list[StepReport]


class Report(TypedDict):
    passed: bool
    scripts: list[ScriptReport]


def run_report(runs: Sequence[ScriptRun]) -> Report:
    return {"passed": all(one.failed is None for one in runs), "scripts": [*map(_script, runs)]}


def _script(run: ScriptRun) -> ScriptReport:
    return {
        "script": run.script,
        "passed": run.failed is None,
        "seconds": round(run.seconds, 3),
        "steps": [*map(_step, run.outcomes)],
    }


def _step(one: StepOutcome) -> StepReport:
    state = "skipped" if one.skipped else "passed" if one.failure is None else "failed"
    found: StepReport = {
        "number": one.number,
        "line": one.line,
        "step": one.title,
        "state": state,
        "seconds": round(one.seconds, 3),
    }
    if one.failure is not None:
        found["failure"] = one.failure
    return found


def junit(runs: Sequence[ScriptRun]) -> bytes:
    """A suite for each script and a case for each step."""
    suites = ElementTree.Element("testsuites")
    for run in runs:
        counts = {
            "tests": len(run.outcomes),
            "failures": sum(one.failure is not None for one in run.outcomes),
            "errors": 0,
            "skipped": sum(one.skipped for one in run.outcomes),
        }
        facts = {name: str(number) for name, number in counts.items()}
        facts |= {"name": _printable(run.script), "time": f"{run.seconds:.3f}"}
        suite = ElementTree.SubElement(suites, "testsuite", facts)
        for one in run.outcomes:
            _case(suite, run, one)
    return bytes(ElementTree.tostring(suites, encoding="utf-8", xml_declaration=True))


def _case(suite: ElementTree.Element, run: ScriptRun, one: StepOutcome) -> None:
    facts = {
        "classname": _printable(run.script),
        "name": _printable(f"{one.number}. {one.title}"),
        "time": f"{one.seconds:.3f}",
        "file": _printable(run.script),
        "line": str(one.line),
    }
    case = ElementTree.SubElement(suite, "testcase", facts)
    if one.skipped:
        ElementTree.SubElement(case, "skipped")
    if one.failure is not None:
        words = _printable(one.failure)
        ElementTree.SubElement(case, "failure", {"message": words}).text = words


def _printable(words: str) -> str:
    """Without what XML cannot hold at all."""
    return _NOT_IN_XML.sub("�", words)
