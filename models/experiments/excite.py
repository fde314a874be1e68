"""How excitable is a cell, given where it rests? Threshold and spike, in any bath, after a block."""

import time
from dataclasses import dataclass
from functools import partial

import numpy as np

from ..cell.changes import channel_strengths, numbers
from ..cells import make_cell
from ..errors import ConvergenceError, GivenUpError, InputError, NoRestError
from ..parameters import read_parameters
from ..parameters.arguments import check_callable, check_name, named, number, shown
from ..parameters.overrides import split
from ..parameters.settings import parse_setting, setting
from ..parameters.tables import Channel
from ..simulator.nmodl import declarations
from ..simulator.runtime import SegmentVariable
from ..solve.equations import System
from ..solve.events import Event
from ..solve.spikes import SPIKE, Peaks
from ..solve.time_course import evolve, integrate
from .keys import with_unit
from .layout import Layout, layout_of
from .predictions import TRANSPORTERS
from .rest import rest
from .result import Result

TIGHT = 1e-6  # relative tolerance: spikes are steep
OVERSHOOT = 0.0  # mV; what rises above is a spike
AFTER = 30.0  # ms that are followed after the pulse
LATE = 500.0  # ms that the spike at 1.2 times threshold is followed, to see what becomes of it
BACK = 0.5  # share of its height that a spike must have lost at the end
REGENERATIVE = 1.5  # times the passive response, which a spike must exceed
ALL_OR_NONE = 10.0  # mV by which the response jumps at the threshold of a spike; smaller, it is graded
MOST_PASSIVE = 150.0  # mV of passive response; a membrane driven this far without a spike has none
BLOCKED = -55.0  # mV; without a spike from a rest above this, its sodium channels are inactivated
SHARP = 1e-3  # relative width of the threshold that is found


@dataclass(repr=False)
class Excitability:
    """One condition. value: of what is varied, None if nothing; v_rest (mV) in the stimulated place;
    threshold (nA), nan if no current makes a spike; peak, height (mV, over rest) of the spike at 1.2 times
    threshold; outcome: "spike"; "spike, then stays at ... mV", which never repolarises; "spike, then goes on
    firing"; "no spike, a graded response; ..." or, in a cell that has none, "no spike, no Na+ or Ca2+
    channels; ...", each with the voltage that the strongest pulse drives it to and that at the end;
    "depolarisation block"; "fires by itself, every ..."; or "no rest found"; t (ms), v (mV) in the place:
    that spike or the response to the strongest pulse."""

    value: float | None
    v_rest: float
    threshold: float
    peak: float
    height: float
    outcome: str
    t: np.ndarray
    v: np.ndarray

    def __repr__(self) -> str:
        return f"<{self.outcome} from {self.v_rest:.4g} mV, threshold {self.threshold:.4g} nA>"


@dataclass(repr=False)
class ExciteResult(Result):
    """points: an Excitability per condition; varied: what is varied, its unit in its
    name ("ko_mM"), or None; summary: scalars."""

    layout: Layout
    points: list[Excitability]
    varied: str | None
    place: str
    duration_ms: float
    summary: dict

    def line(self) -> str:
        found = self.points[0] if len(self.points) == 1 else f"{len(self.points)} values of {self.varied}"
        return f"excitability of {self.layout.name}: {str(found).strip('<>')}"


class _Electrode:
    """Pulses into one place of a cell, from one state."""

    def __init__(self, cell, places: np.ndarray, duration: float):
        self.cell, self.places, self.duration = cell, places, duration
        self.amp = SegmentVariable([cell.segments[i] for i in places], "amp_pl_electrode")
        self.area = cell.area[places].sum()

    def respond(self, current: float, after: float = AFTER) -> tuple[np.ndarray, np.ndarray]:
        """Times (ms) and V (mV, mean of the place) during a pulse of `current` nA and `after` ms longer."""
        last, t, v = None, [], []
        for amp, start, stop in ((current, 0.0, self.duration), (0.0, self.duration, self.duration + after)):
            self.amp.set(100 * amp / self.area)  # nA/um2 = 100 mA/cm2
            try:
                system = System(self.cell, start=last)
                times = np.linspace(start, stop, max(int(20 * (stop - start)), 20) + 1)
                states, _ = integrate(system, start, times, rtol=TIGHT)
            finally:
                self.amp.set(0.0)
            last = states[-1]
            t.append(times)
            v.append(system.state(states.T)["v"][self.places].T)
        weights = self.cell.area[self.places] / self.area
        return np.concatenate(t), np.concatenate(v) @ weights


def excite(
    cell="excitable",
    set=None,
    scale=None,
    hours=0.0,
    where=None,
    duration_ms=2.0,
    vary=None,
    progress=None,
    max_spikes=None,
    **options,
) -> ExciteResult:
    """Threshold current and spike of a cell at the rest it has.

    cell: name or TOML file; set, scale: as in `rest`; hours: of full pump block before (a cell that fires by
    itself meanwhile is followed spike by spike, which takes a while); where: the place that is stimulated, as
    for `Cell.where` (default: the soma or, where there is none, the middle of the cable); duration_ms: of the
    pulse; vary: {name: values} of one setting, for a row of conditions; progress: called with how many
    conditions are done and words, how often the cell has fired; max_spikes: after which a cell is given up on
    its way to rest or in the block (default: never); options: as for `make_cell`. The injected current is
    carried by K+. Raises InputError or ConvergenceError.
    """
    check_name(cell)
    check_callable("progress", progress)
    duration_ms = number("duration", duration_ms, "ms", 0, 1000, True)
    hours = number("hours", hours, "h", 0, 1e6)
    of_file, set = split(set)
    scale = named("scale", scale)
    if where is not None and not isinstance(where, str):
        raise InputError(f"where={shown(where)}: expected the name of a region or section")
    name, values = _varied(vary)
    key = None if name is None else with_unit(name, setting(name).unit)
    values = [None if name is None else parse_setting(name, value) for value in values]
    began = time.perf_counter()
    parameters = read_parameters(cell, of_file)
    electrode = Channel(mechanism="pl_electrode", regions=["all"])
    parameters = parameters.model_copy(update={"channel": [*parameters.channel, electrode]})
    made = make_cell(parameters, **options)
    where = usual_place(made) if where is None else where
    places, points = made.where(where), []
    follow = {"max_spikes": max_spikes}
    for done, value in enumerate(values):
        if progress:
            follow["progress"] = partial(_report, progress, done)
        own = set | ({} if name is None else {name: value})
        points.append(_condition(made, value, own, scale, hours, places, duration_ms, follow))
        if progress:
            progress(done + 1, "")
    result = ExciteResult(layout_of(made, numbers(set, scale)), points, key, where, duration_ms, {})
    result.summary.update(
        cell=made.name,
        where=where,
        duration_ms=duration_ms,
        hours_of_block=hours,
        varied=key,
        points=[
            {
                **({} if key is None else {key: p.value}),
                "v_rest_mV": _or_none(p.v_rest),
                "threshold_nA": _or_none(p.threshold),
                "spike_peak_mV": _or_none(p.peak),
                "spike_height_mV": _or_none(p.height),
                "outcome": p.outcome,
            }
            for p in points
        ],
        wall_s=time.perf_counter() - began,
    )
    return result


def _varied(vary) -> tuple[str | None, list]:
    """The name of what is varied, None if nothing is, and its values."""
    if vary is None:
        return None, [None]
    several = isinstance(vary, dict) and len(vary) == 1 and np.ndim(next(iter(vary.values()))) == 1
    if not several or not len(next(iter(vary.values()))):
        raise InputError(
            f'vary: expected one setting with its values, vary={{"ko": [2, 4]}}, got {shown(vary)}'
        )
    name, values = next(iter(vary.items()))
    return name, list(values)


def usual_place(cell) -> str:
    """Where a cell is stimulated unless told: its soma or, where there is none, the middle of its cable or of
    its longest section."""
    if "soma" in cell.geometry.region:
        return "soma"
    if "cable" in cell.geometry.region:
        return "cable(0.5)"
    longest = max(cell.sections, key=lambda section: section.L)
    return f"{longest.name()}(0.5)"


def _report(progress, done: int, _, words: str) -> None:
    progress(done, words)


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def _condition(cell, value, set, scale, hours, places, duration, follow) -> Excitability:
    saved = cell.start
    nothing = np.array([np.nan])
    try:
        at_rest = rest(cell, set=set, scale=scale, **follow).state()
    except NoRestError as error:
        by_itself = f"fires by itself, every {error.period:.3g} ms"
        return Excitability(value, *[np.nan] * 4, by_itself, nothing, nothing)
    except GivenUpError:
        raise
    except ConvergenceError:
        return Excitability(value, *[np.nan] * 4, "no rest found", nothing, nothing)
    with cell.changed(set, scale):
        try:
            cell.start = at_rest
            if hours:
                course = evolve(cell, hours, [Event(0.0, block=1.0)], points=5, **follow)
                cell.start = {key: getattr(course, key)[-1] for key in at_rest}
                cell.block_pump(1.0)
            return _threshold(_Electrode(cell, places, duration), value)
        finally:
            cell.start = saved


def _threshold(electrode: _Electrode, value) -> Excitability:
    cell, places = electrode.cell, electrode.places
    v_rest = float(cell.start["v"][places] @ cell.area[places] / electrode.area)
    # what charges the place alone by 1 mV within the pulse: pF mV/ms = 1e-3 nA
    low, high = 0.0, 1e-5 * float(cell.geometry.capacitance[places] @ cell.area[places]) / electrode.duration
    t, v = electrode.respond(high)
    passive = (v.max() - v_rest) / high  # mV/nA of a pulse too small to excite

    def fires(v, current) -> bool:
        """Whether V overshoots, and by more than the current drives it."""
        return v.max() > OVERSHOOT and v.max() - v_rest > REGENERATIVE * passive * current

    def silent() -> Excitability:
        return Excitability(value, v_rest, *[np.nan] * 3, _without_spike(cell, v_rest, v), t, v)

    below = v.max()
    while not fires(v, high):
        if passive * high > MOST_PASSIVE:
            return silent()
        low, high, below = high, 1.4 * high, v.max()
        t, v = electrode.respond(high)
    above = v.max()
    while high - low > SHARP * high:
        middle = 0.5 * (low + high)
        t, v = electrode.respond(middle)
        if fires(v, middle):
            high, above = middle, v.max()
        else:
            low, below = middle, v.max()
    t, v = electrode.respond(1.2 * high)
    if above - below < ALL_OR_NONE:
        return silent()
    peak = float(v.max())
    later = electrode.respond(1.2 * high, LATE)
    outcome = _outcome(*later, v_rest, peak)
    t, v = (t, v) if outcome == "spike" else later
    return Excitability(value, v_rest, high, peak, peak - v_rest, outcome, t, v)


def _without_spike(cell, v_rest: float, v) -> str:
    """Why a cell does not fire, and what the strongest pulse does to it: V (mV) during and after."""
    if v_rest > BLOCKED and _has_channels(cell, ("na",)):
        return "depolarisation block"
    why = "a graded response" if _has_channels(cell, ("na", "ca")) else "no Na+ or Ca2+ channels"
    return f"no spike, {why}; driven to {v.max():.1f} mV, {AFTER:g} ms later at {v[-1]:.1f} mV"


def _has_channels(cell, ions: tuple) -> bool:
    """Whether anything but leaks, pump and transporters can carry one of these ions, or a mixture of ions."""
    for name in set(cell.membrane.channels) | set(cell.membrane.points):
        said = declarations(name)
        if name in TRANSPORTERS or not (said.nonspecific or any(said.carries(ion) for ion in ions)):
            continue
        strengths = channel_strengths(cell, name) if name in cell.membrane.channels else []
        if not strengths or any(values.any() for _, values in strengths):
            return True
    return False


def _firing(t, v, since: float) -> bool:
    """Whether V still goes up and down by more than SPIKE after `since` ms."""
    peaks = Peaks(SPIKE)
    return any([peaks.see(at, np.array([value])) for at, value in zip(t, v, strict=True) if at >= since])


def _outcome(t, v, v_rest: float, peak: float) -> str:
    """What has become of a spike in the end."""
    if _firing(t, v, t[-1] - LATE / 2):
        return "spike, then goes on firing"
    if v[-1] - v_rest > (1 - BACK) * (peak - v_rest):
        return f"spike, then stays at {v[-1]:.1f} mV"
    return "spike"
