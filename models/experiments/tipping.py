"""Which change of a parameter, and how fast, takes a cell from its rest for ever? And how long a pause of its
pump?

A rest that is lost slowly ends in a fold. A faster change may lose it before: what the cell has gained or
lost on the way takes it over the edge of another rest's basin, though there is one to stay at.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..cell.changes import strengths
from ..cell.dial import Dial, turning
from ..errors import InputError
from ..parameters.arguments import check_callable, number, shown
from ..solve.along import Range
from ..solve.homecoming import End, Homecoming, boundary
from ..words import duration
from .follow_result import Number
from .given import Given, cell_and_settings
from .layout import Layout, layout_of
from .rest import rest
from .tipping_result import TippingResult, Trial
from .ways import way_of

ACCURACY = 5e-3  # relative, of times and factors that are found by halving
SHARP = 1e-4  # of the branch's length, likewise of the edge of a sudden change
SUDDEN = np.linspace(0, 1, 25)  # of the way to the end of the branch: sudden changes that are tried
DURATIONS = np.geomspace(1e9, 1.0, 14)  # s, of changes likewise: 32 years to a second
PAUSES = np.geomspace(1.0, 7 * 24 * 3600.0, 11)  # s, likewise of the pump, to a week
# times its strength, likewise of a pump that is to rescue the cell; a very strong one may empty the outside
RESCUES = (1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0, 100.0)
TWICE = 2.0  # times the longest pause that it comes back from: from which the pump is to rescue it
SHOWN = 1e10  # ms that a cell is followed after a change for the figure, four months
PUMP = "pump"

Report = Callable[[float, str], object]


def tipping(
    cell: Given = "muscle_fast",
    along: str | dict[str, tuple[Any, Any]] | None = None,
    within: Sequence[float | str] = ("10 min", "1 h", "4 h", "12 h"),
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    start: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> TippingResult:
    """Find what tips a cell: a change of a parameter from one value to another within stated times, or at
    once; a pause of its pump; each apart from the fold in which the branch of rests ends.

    cell, set, scale, start, max_spikes, options: as in `rest`.
    along: what changes, from where to where, as in `follow`: "ko=4:1.2", {"ko": (4, 1.2)} (default: K+
    outside from what it is to a quarter).
    within: times that the change takes, hours or with their unit, above 0.
    progress: called with the share of the work that is done and words.

    Raises InputError for what cannot be used, BalanceError where the cell cannot be made, ConvergenceError
    where it has no rest to begin with or an integration finds no answer.
    """
    check_callable("progress", progress)
    hours, began = _times(within), time.perf_counter()
    cell, set = cell_and_settings(cell, set, options)
    ko = cell.conditions.outside["k"]
    way = way_of("along", {"ko": (ko, ko / 4)} if along is None else along)
    report: Report = progress or (lambda done, words: None)
    report(0.0, "at rest")
    before, saved = rest(cell, set, scale, start, max_spikes=max_spikes), cell.starts
    with cell.changed(set, scale):
        try:
            cell.starts = before.states()
            layout, pump = layout_of(cell), [PUMP] if PUMP in strengths(cell) and way.name != PUMP else []
            with turning(cell, way.name, *pump) as dials:
                over = way.range_of(dials[0])
                home = Homecoming(cell, dials[0], _further(over, dials[0]), max_spikes)
                pumps = dials[1:] or [dial for dial in dials if way.name == PUMP]
                found = _Tips(layout, home, dials[0], over.high, pumps[0] if pumps else None, report)
                return found.result(hours, began)
        finally:
            cell.starts = saved


def _times(within: object) -> list[float]:
    """Hours, rising."""
    if isinstance(within, str) or not isinstance(within, Sequence) or not within:
        raise InputError(f'within={shown(within)}: expected times, within=["10 min", "4 h"]')
    return sorted(number("within", one, "h", 0, 1e6, True) for one in within)


def _further(over: Range, dial: Dial) -> Range:
    """The range in which the branch is followed: as far again beyond the last value, where the dial goes that
    far, of what is a concentration or a factor."""
    if dial.unit not in ("mM", "1"):
        return over
    if over.log:
        lowest = dial.low or over.high / 1e3
        return Range(over.low, float(np.clip(over.high**2 / over.low, lowest, dial.high)), True)
    return Range(over.low, float(np.clip(2 * over.high - over.low, dial.low, dial.high)), False)


class _Tips:
    """What tips one cell. pump: its dial, None where there is none."""

    def __init__(
        self, layout: Layout, home: Homecoming, dial: Dial, last: float, pump: Dial | None, report: Report
    ) -> None:
        self.layout, self.home, self.dial, self.pump = layout, home, dial, pump
        self.over, self.u = home.along.range, home.along.range.place(last)
        self.last, self.report = last, report
        self.why: dict[str, str] = {}

    def result(self, hours: list[float], began: float) -> TippingResult:
        """All of it. hours: that the changes take which are asked for."""
        edge = self._edge()
        ramps = [self._ramp(t) for t in hours]
        critical = self._critical()
        pauses, longest, factor = self._pauses()
        home, v = self.home, [self._mean_v(x) for _, x in self.home.branch]
        ends = {
            kind: None if at is None else (self.over.value(at[0]), self._mean_v(at[1]))
            for kind, at in (("fold", home.fold), ("hopf", home.hopf))
        }
        fold, hopf = ends["fold"], ends["hopf"]
        if hopf is not None:
            self.why["fold"] = f"the rest begins to oscillate at {self._said(home.last)} (a Hopf point)"
        elif home.stops:
            self.why["fold"] = f"the branch could be followed no further than {self._said(home.last)}"
        elif fold is None:
            self.why["fold"] = f"the branch goes on to {self._said(home.last)}"
        summary = {
            "cell": self.layout.name,
            "along": self.dial.name,
            "unit": self.dial.unit,
            "from": self.over.low,
            "to": self.last,
            "v_rest_mV": v[0],
            "fold": None if fold is None else fold[0],
            "fold_v_mV": None if fold is None else fold[1],
            "hopf": None if hopf is None else hopf[0],
            "hopf_v_mV": None if hopf is None else hopf[1],
            "basin_edge": edge,
            "critical_duration_s": critical,
            "longest_off_s": longest,
            "rescue_factor": factor,
            "ramps": [
                {"within_h": t, "tips": one.tipped, "v_end_mV": None if np.isnan(one.v_end) else one.v_end}
                for t, one in zip(hours, ramps, strict=True)
            ],
            "why": self.why,
            "wall_s": time.perf_counter() - began,
        }
        values = np.array([self.over.value(u) for u, _ in home.branch])
        along = Number(self.dial.name, self.dial.unit, self.over)
        return TippingResult(
            self.layout, along, self.last, values, np.array(v), fold, hopf, edge, ramps, pauses, summary
        )

    def _said(self, u: float) -> str:
        return self.home.along.said(u)

    def _mean_v(self, x: np.ndarray) -> float:
        return self.home.mean_v(x)

    def _edge(self) -> float | None:
        """The value to which a sudden change just does not tip the cell."""
        self.report(0.05, "the edge of a sudden change")
        limit = self.home.last * (1 - 1e-6 if self.home.fold or self.home.hopf else 1)
        stays = boundary(limit * SUDDEN, lambda u: self.home.end(self.home.x, u).back, SHARP * limit)
        if stays is None:
            self.why["basin_edge"] = f"no sudden change as far as {self._said(limit)} tips the cell"
            return None
        return self.over.value(stays)

    def _changed(self, seconds: float, trace: "_Trace | None" = None) -> np.ndarray:
        """The states when the dial has come evenly to its last value within a time."""
        first, ms = self.over.low, 1e3 * seconds

        def value(t: float) -> float:
            return first + (self.last - first) * min(t / ms, 1.0)

        return self.home.moved(self.home.x, ms, self.dial, value, trace)

    def _ramp(self, hours: float) -> Trial:
        self.report(0.3, f"a change within {duration(hours)}")
        trace = _Trace(self.home)
        x = self._changed(3600 * hours, trace)
        end = self.home.end(x, self.u)
        name, kept = f"within {duration(hours)}", "keeps its rest"
        return self._trial(name, kept, trace, x, end, self.dial, self.last)

    def _trial(
        self, name: str, kept: str, trace: "_Trace", x: np.ndarray, end: End, dial: Dial, value: float
    ) -> Trial:
        """What was tried, followed on from x with a dial at a value. kept: its outcome where it did not tip
        the cell."""
        if end.rests and not end.spikes:
            trace.begun = trace.t[-1]
            self.home.moved(x, SHOWN, dial, lambda t: value, trace)
        v_end = self._mean_v(end.x) if end.rests else np.nan
        return Trial(
            name, not end.back, kept if end.back else "tips", np.array(trace.t), np.array(trace.v), v_end
        )

    def _critical(self) -> float | None:
        """The time (s) within which the change just tips the cell no more."""
        self.report(0.5, "the critical time of the change")
        if self.u > self.home.last:
            lost = "fold" if self.home.fold else "Hopf point" if self.home.hopf else "end of the branch"
            self.why["critical_duration_s"] = (
                f"the {lost} lies before the last value: every change tips the cell"
            )
            return None
        if self.home.end(self.home.x, self.u).back:
            self.why["critical_duration_s"] = "even a sudden change does not tip the cell"
            return None

        def keeps(seconds: float) -> bool:
            return self.home.end(self._changed(seconds), self.u).back

        if not keeps(DURATIONS[0]):
            longest = duration(DURATIONS[0] / 3600)
            self.why["critical_duration_s"] = f"a change within {longest} tips the cell still"
            return None
        return boundary(DURATIONS, keeps, ACCURACY) or DURATIONS[-1]

    def _pauses(self) -> tuple[list[Trial], float | None, float | None]:
        """Pauses of the pump: two that show it, the longest (s) from which the cell comes back, and how many
        times as strong the pump must be to bring it back from twice that."""
        pump = self.pump
        if pump is None:
            self.why["longest_off_s"] = self.why["rescue_factor"] = "the cell has no pump"
            return [], None, None
        self.report(0.7, "the longest pause of the pump")
        on = self.over.low if pump is self.dial else 1.0

        def paused(seconds: float, trace: "_Trace | None" = None) -> np.ndarray:
            return self.home.moved(self.home.x, 1e3 * seconds, pump, lambda t: 0.0, trace)

        def end(x: np.ndarray, factor: float = 1.0) -> End:
            self.home.turn(pump, on * factor)
            return self.home.end(x, 0.0)

        def comes_back(seconds: float) -> bool:
            return end(paused(seconds)).back

        shortest, longest = PAUSES[0], boundary(PAUSES, comes_back, ACCURACY)
        if longest is None:
            week = duration(PAUSES[-1] / 3600)
            self.why["longest_off_s"] = f"the cell comes back from {week} without its pump"
            self.why["rescue_factor"] = "it needs no rescue"
            return [], None, None
        if longest == shortest:
            self.why["longest_off_s"] = f"the cell may not come back from {shortest:g} s without its pump"
        trials = []
        for seconds in (longest, longest * (1 + 4 * ACCURACY)):
            trace = _Trace(self.home)
            x = paused(seconds, trace)
            found = end(x)
            name = f"pump off for {duration(seconds / 3600)}"
            trials.append(self._trial(name, "comes back", trace, x, found, pump, on))
        return trials, longest, self._rescue(paused(TWICE * longest), end)

    def _rescue(self, x: np.ndarray, end: Callable[..., End]) -> float | None:
        """How many times as strong the pump must be to bring the cell back from x."""
        self.report(0.85, "the pump that rescues the cell")

        def rescued(factor: float) -> bool:
            helped = end(x, factor)
            return helped.rests and end(helped.x).back

        found = boundary(RESCUES, lambda factor: not rescued(factor), ACCURACY)
        if found is None:
            self.why["rescue_factor"] = f"no pump up to {RESCUES[-1]:g} times as strong brings it back"
        return found


class _Trace:
    """Mean V (mV) over time (ms) as a cell is followed. begun: when the present stretch began."""

    def __init__(self, home: Homecoming) -> None:
        self.home, self.begun = home, 0.0
        self.t: list[float] = [0.0]
        self.v: list[float] = [home.mean_v(home.x)]

    def __call__(self, t: float, x: np.ndarray) -> None:
        self.t.append(self.begun + t)
        self.v.append(self.home.mean_v(x))
