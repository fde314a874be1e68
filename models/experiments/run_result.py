"""What a protocol has done to a cell, as plain data."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import InputError
from ..parameters.arguments import number
from ..physics.ions import IONS, VALENCE
from ..physics.theory import AVOGADRO, FARADAY
from ..protocol.read import Protocol
from ..protocol.told import Told
from ..solve.course import Course
from ..solve.spikes import Spike
from ..solve.tally import ATP
from ..words import HOUR, duration
from .cells_block import ends_of, with_cells
from .dataset import measured, of_course, text
from .layout import Layout
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

ABOVE = -20.0  # mV; as the Electrophys Feature Extraction Library (eFEL) takes it
NEAR_V, NEAR_SHARE = 1.0, 0.01  # mV, and of each concentration, within which a cell has recovered
END = "end.npz"  # the file of a run's results from which another goes on
FMOL = 1e-15  # mol
AMPERE = 1e-3 * FARADAY  # nA of 1 fmol/ms of a monovalent ion: 1e-15 mol / 1e-3 s x F x 1e9


@dataclass(repr=False)
class RunResult(Result):
    """A cell to which a protocol was done.

    protocol: what was done
    course: states over time, (times, compartments), with what each process and each stimulus has moved
    told: what was done to each number, over time
    summary: scalars, the unit in every key; `events`: what happened when; `at`: the cell at the times of the
    report; `moved`: by process and ion what it has brought into the cell (fmol); `spikes`: each with its
    time, place and height
    cells: the compartments of each of several cells, by name
    """

    layout: Layout
    protocol: Protocol
    course: Course
    told: list[Told]
    summary: dict[str, Any]
    cells: dict[str, Layout] = field(default_factory=dict)

    def cost(self, begin: Any, end: Any) -> dict[str, dict[str, float]]:
        """What every process and stimulus has brought into the cell (fmol) between two times, by process and
        ion, and under "atp" what it has spent.

        begin, end: ms, or with a unit, "5 min"; within the protocol. InputError.
        """
        stop = float(self.course.t[-1])
        first, last = (number(name, value, "ms", 0, stop) for name, value in (("begin", begin), ("end", end)))
        if not last > first:
            raise InputError(f"end={last:g} ms: must be after begin, {first:g} ms")
        return _by_process(
            {key: self._between(values, first, last) for key, values in self.course.moved.items()}
        )

    def _between(self, values: np.ndarray, first: float, last: float) -> float:
        return float(np.diff(np.interp([first, last], self.course.t, values))[0])

    def current(self, process: str, ion: str) -> np.ndarray:
        """Current (nA, outward positive) that a process carries by an ion over time, (times,). InputError for
        one that carries none."""
        flow = self.course.flows.get((process, ion))
        if flow is None:
            known = ", ".join(f"{one} {of}" for one, of in self.course.flows if of != ATP)
            raise InputError(f"{process} {ion}: carries nothing here; expected one of {known}")
        return -AMPERE * VALENCE[ion] * flow

    @property
    def spikes(self) -> list[Spike]:
        """Where V was highest, above ABOVE: what stays lower is a passive membrane's answer, or a failure."""
        return [peak for peak in self.course.peaks if peak.v > ABOVE]

    def told_at(self) -> list[tuple[str, dict[str, float]]]:
        """The cell at the beginning, at the times of the report and at the end: words and values, as the
        summary has them."""
        stop, times = float(self.course.t[-1]), [float(time) for time in self.protocol.tables.report]
        rows = [("at the beginning", 0.0), *((duration(t / HOUR), t) for t in times if 0 < t < stop)]
        rows.append((f"at the end, {duration(stop / HOUR)}", stop))
        return [(words, at_time(self.layout, self.course, time)) for words, time in rows]

    def to_xarray(self) -> "Dataset":
        """States per time, compartment (segment) and ion; what each process has moved and its current."""
        variables, coords = of_course(self.layout, self.course)
        keys = [key for key in self.course.moved if key[1] != ATP]
        moved = np.array([self.course.moved[key] for key in keys]).T
        current = np.array([self.current(*key) for key in keys]).T
        each = ("time", "way")
        variables |= {
            "moved": measured(each, moved, "fmol", "brought into the cell since the beginning"),
            "current": measured(each, current, "nA", "outward positive"),
        }
        spent = [key for key in self.course.moved if key[1] == ATP]
        if spent:
            atp = np.array([self.course.moved[key] for key in spent]).T
            variables["atp_spent"] = measured(("time", "spender"), atp, "fmol")
            coords["spender"] = text("spender", [key[0] for key in spent])
        own = {"way": text("way", [f"{process} {ion}" for process, ion in keys])}
        for one in self.told:
            name = f"{one.name} {one.place}".strip().replace(" ", "_").replace(".", "_").replace(",", "")
            values = np.interp(self.course.t, one.t, one.value)
            variables[f"applied_{name}"] = measured("time", values, one.unit, "as the protocol has it")
        if self.cells:
            variables, coords = with_cells(self.cells, self.course, variables, coords)
        return self._dataset(variables, coords | own)

    def line(self) -> str:
        """What it is, on one line."""
        s = self.summary
        return (
            f"{s['protocol']} on {s['cell']}, {s['duration_s']:.4g} s: {s['v_before_mV']:.4g} to "
            f"{s['v_end_mV']:.4g} mV"
        )


def read_end(folder: Path) -> dict[str, np.ndarray]:
    """The whole state at the end of an earlier run, by kind, from its folder of results; InputError where
    there is none."""
    path = folder / END
    try:
        with np.load(path, allow_pickle=False) as data:
            return dict(data)
    except (OSError, ValueError, EOFError):
        raise InputError(
            f"{path}: is not the end of a run; expected the folder of the results of one"
        ) from None


def summary_of(result: RunResult, errors: dict[str, float | None]) -> dict[str, Any]:
    """The scalars of a protocol's result. errors: of conservation."""
    layout, course, tables = result.layout, result.course, result.protocol.tables
    v = layout.by_area(course.v)
    events = sorted((event for one in result.told for event in one.events), key=lambda event: event["at_s"])
    moved = {key: float(values[-1]) for key, values in course.moved.items()}
    spent = sum(amount for (_, ion), amount in moved.items() if ion == ATP)
    peaks = [_spike(layout, peak) for peak in result.spikes]
    found: dict[str, Any] = {
        "cell": layout.name,
        "protocol": tables.name or "protocol",
        "duration_s": float(tables.duration) / 1e3,
        "events": events,
        "at": [at_time(layout, course, float(time)) for time in tables.report],
        "v_before_mV": float(v[0]),
        "v_highest_mV": float(v.max()),
        "v_lowest_mV": float(v.min()),
        "v_end_mV": float(v[-1]),
        "v_end_min_mV": float(course.v[-1].min()),
        "v_end_max_mV": float(course.v[-1].max()),
    }
    for ion in (ion for ion in layout.ions if not IONS[ion].trace):
        for key, values in (
            (f"{ion}i", _inside(result, ion)),
            (f"{ion}o", layout.by_volume(getattr(course, ion + "o"))),
        ):
            found |= {f"{key}_before_mM": float(values[0]), f"{key}_end_mM": float(values[-1])}
    return found | {
        **ends_of(result.cells, course),
        "relative_volume_end": float(layout.by_volume(course.relative_volume[-1])),
        "recovered_after_s": _recovered(result, events),
        "moved": _by_process(moved),
        "atp_molecules": spent * FMOL * AVOGADRO,
        "spikes": peaks,
        "spike_count": len(peaks),
        "trains": _answers(result),
        **errors,
        "compartments": layout.size,
        "evaluations": course.evaluations,
    }


def _answers(result: RunResult) -> list[dict[str, Any]]:
    """Of every train of current pulses, how many there were, how many made the cell fire before the next, and
    since when (s) none has; None where the last did."""
    found, stop = [], float(result.course.t[-1])
    peaks = np.array([peak.t for peak in result.spikes])
    for event in (event for one in result.told if one.unit == "nA" for event in one.events):
        if "every_s" not in event:
            continue
        begins = np.arange(event["at_s"], stop / 1e3, event["every_s"])[: event.get("times")] * 1e3
        ends = np.append(begins[1:], begins[-1] + event["every_s"] * 1e3)
        answered = np.searchsorted(peaks, ends) > np.searchsorted(peaks, begins)
        last = int(np.flatnonzero(answered)[-1]) if answered.any() else -1
        failing = None if last == len(begins) - 1 else float(begins[last + 1]) / 1e3
        counts = {"pulses": len(begins), "answered": int(answered.sum())}
        found.append({"what": event["what"], **counts, "none_since_s": failing})
    return found


def _spike(layout: Layout, peak: Any) -> dict[str, Any]:
    place = f"{layout.section[peak.place]}({layout.x[peak.place]:.4g})"
    return {"t_ms": float(peak.t), "place": place, "peak_mV": float(peak.v)}


def _inside(result: RunResult, ion: str) -> np.ndarray:
    course = result.course
    return result.layout.by_volume(getattr(course, ion), course.relative_volume)


def at_time(layout: Layout, course: Course, time: float) -> dict[str, float]:
    """The cell at a time (ms) that the course has."""
    index = int(np.argmin(np.abs(course.t - time)))
    state = {name: values[index] for name, values in course.state.items()}
    return means(layout, state, time)


def means(layout: Layout, state: dict[str, np.ndarray], time: float) -> dict[str, float]:
    """V and concentrations of a state, means of the cell, at a time (ms). state: as of a course, at one
    time."""
    grown = state["relative_volume"]
    found = {"t_s": time / 1e3, "v_mV": float(layout.by_area(state["v"]))}
    for ion in layout.ions:
        found[f"{ion}i_mM"] = float(layout.by_volume(state[ion], grown))
        found[f"{ion}o_mM"] = float(layout.by_volume(state[ion + "o"]))
    return found | {"relative_volume": float(layout.by_volume(grown))}


def _by_process(moved: dict[tuple[str, str], float]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for (process, ion), amount in moved.items():
        found.setdefault(process, {})[ion] = amount
    return found


def _recovered(result: RunResult, events: list[dict[str, Any]]) -> float | None:
    """How long after the last of what was done V and every concentration were for good within NEAR_V and
    NEAR_SHARE of what they were; None where they are not at the end."""
    layout, course = result.layout, result.course
    last = max((float(one.t[-2]) if len(one.t) > 1 else 0.0 for one in result.told), default=0.0)
    away = np.abs(layout.by_area(course.v) - layout.by_area(course.v[0])) > NEAR_V
    for ion in (ion for ion in layout.ions if not IONS[ion].trace):
        values = _inside(result, ion)
        away |= np.abs(values - values[0]) > NEAR_SHARE * values[0]
    if away[-1]:
        return None
    since = float(course.t[np.flatnonzero(away)[-1] + 1]) if away.any() else 0.0
    return max(since - last, 0.0) / 1e3
