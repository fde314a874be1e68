"""The least current that makes a cell fire, and what becomes of the spike."""

from dataclasses import dataclass

import numpy as np

from ..cell.cell import Cell
from ..cell.changes import channel_strengths
from ..simulator.nmodl import declarations
from ..solve.spikes import SPIKE, Peaks
from .electrode import AFTER, Electrode
from .predictions import TRANSPORTERS

OVERSHOOT = 0.0  # mV; what rises above is a spike
LATE = 500.0  # ms that the spike at 1.2 times threshold is followed, to see what becomes of it
BACK = 0.5  # share of its height that a spike must have lost at the end
REGENERATIVE = 1.5  # times the passive response, which a spike must exceed
ALL_OR_NONE = 10.0  # mV by which the response jumps at the threshold of a spike; smaller, it is graded
MOST_PASSIVE = 150.0  # mV of passive response; a membrane driven this far without a spike has none
BLOCKED = -55.0  # mV; without a spike from a rest above this, its sodium channels are inactivated
SHARP = 1e-3  # relative width of the threshold that is found


@dataclass(repr=False)
class Excitability:
    """One condition.

    value: of what is varied, in its own unit, None if nothing.
    v_rest: mV, in the stimulated place.
    threshold: nA, nan if no current makes a spike.
    peak: of the spike at 1.2 times threshold (mV).
    height: of that spike over rest (mV).
    outcome: "spike"; "spike, then stays at ... mV", which never repolarises; "spike, then goes on firing";
    "no spike, a graded response; ..." or, in a cell that has none, "no spike, no Na+ or Ca2+ channels;
    ...", each with the voltage that the strongest pulse drives it to and that at the end; "depolarisation
    block"; "fires by itself, every ..."; or "no rest found".
    t: times (ms) of that spike or of the response to the strongest pulse, (times,).
    v: V (mV) in the place at these times, (times,).
    """

    value: float | None
    v_rest: float
    threshold: float
    peak: float
    height: float
    outcome: str
    t: np.ndarray
    v: np.ndarray

    def __repr__(self) -> str:
        rest = "" if np.isnan(self.v_rest) else f" from {self.v_rest:.4g} mV"
        least = "" if np.isnan(self.threshold) else f", threshold {self.threshold:.4g} nA"
        return f"<{self.outcome}{rest}{least}>"


def silent(value: float | None, outcome: str) -> Excitability:
    """A condition without a rest to excite from; nothing was recorded. value: of what is varied, in its own
    unit."""
    none, nan = np.array([np.nan]), np.nan
    return Excitability(value, nan, nan, nan, nan, outcome, none, none)


class _Search:
    """The currents (nA) between which the threshold lies, and the responses (t, v) to them."""

    def __init__(self, electrode: Electrode):
        self.electrode = electrode
        cell, places = electrode.cell, electrode.places
        weights = cell.area[places]
        self.v_rest = float(cell.start["v"][places] @ weights / weights.sum())
        # what charges the place alone by 1 mV within the pulse: pF mV/ms = 1e-3 nA
        self.low = 0.0
        self.high = 1e-5 * float(cell.geometry.capacitance[places] @ weights) / electrode.duration
        self.response = electrode.respond(self.high)
        self.passive = (self._peak() - self.v_rest) / self.high  # mV/nA of a pulse too small to excite
        self.below = self.above = self._peak()  # mV reached at low and at high

    def _peak(self) -> float:
        return float(self.response[1].max())

    def _fires(self, current: float) -> bool:
        """Whether V overshoots, and by more than the current drives it."""
        return self._peak() > self._level(current)

    def _level(self, current: float) -> float:
        return max(OVERSHOOT, self.v_rest + REGENERATIVE * self.passive * current)

    @property
    def level(self) -> float:
        """V (mV) above which it is a spike at the threshold."""
        return self._level(self.high)

    def bracket(self) -> bool:
        """Raise the current until the cell fires; whether it does before its membrane would break."""
        while not self._fires(self.high):
            if self.passive * self.high > MOST_PASSIVE:
                return False
            self.low, self.high, self.below = self.high, 1.4 * self.high, self._peak()
            self.response = self.electrode.respond(self.high)
        self.above = self._peak()
        return True

    def narrow(self) -> None:
        """Halve the bracket until it is sharp."""
        while self.high - self.low > SHARP * self.high:
            middle = 0.5 * (self.low + self.high)
            self.response = self.electrode.respond(middle)
            if self._fires(middle):
                self.high, self.above = middle, self._peak()
            else:
                self.low, self.below = middle, self._peak()


@dataclass(frozen=True)
class Bracket:
    """low, high: currents (nA) between which the threshold lies; level: V (mV) above which it is a spike."""

    low: float
    high: float
    level: float


def bracketed(electrode: Electrode) -> Bracket | str:
    """Between which currents the threshold of a cell lies in its start state; in words, why it has none."""
    cell = electrode.cell
    if not _has_channels(cell, ("na", "ca")):
        return "no Na+ or Ca2+ channels"
    search = _Search(electrode)
    if not search.bracket():
        return _no_spike(cell, None, search.v_rest, *search.response).outcome
    search.narrow()
    if search.above - search.below < ALL_OR_NONE:
        t, v = electrode.respond(1.2 * search.high)
        return _no_spike(cell, None, search.v_rest, t, v).outcome
    return Bracket(search.low, search.high, search.level)


def threshold(electrode: Electrode, value: float | None) -> Excitability:
    """Threshold (nA) and spike of a cell from its start state; value: of what is varied, in its own unit."""
    search, cell = _Search(electrode), electrode.cell
    v_rest = search.v_rest
    if not search.bracket():
        return _no_spike(cell, value, v_rest, *search.response)
    search.narrow()
    t, v = electrode.respond(1.2 * search.high)
    if search.above - search.below < ALL_OR_NONE:
        return _no_spike(cell, value, v_rest, t, v)
    peak = float(v.max())
    later = electrode.respond(1.2 * search.high, LATE)
    outcome = _outcome(*later, v_rest, peak)
    if outcome != "spike" or _stays(v, v_rest, peak):  # as a heart's
        t, v = later
    return Excitability(value, v_rest, search.high, peak, peak - v_rest, outcome, t, v)


def _no_spike(cell: Cell, value: float | None, v_rest: float, t: np.ndarray, v: np.ndarray) -> Excitability:
    """Why a cell does not fire, and what the strongest pulse does to it: V (mV) during and after."""
    if v_rest > BLOCKED and _has_channels(cell, ("na",)):
        outcome = "depolarisation block"
    else:
        why = "a graded response" if _has_channels(cell, ("na", "ca")) else "no Na+ or Ca2+ channels"
        outcome = f"no spike, {why}; driven to {v.max():.1f} mV, {AFTER:g} ms later at {v[-1]:.1f} mV"
    return Excitability(value, v_rest, np.nan, np.nan, np.nan, outcome, t, v)


def _has_channels(cell: Cell, ions: tuple[str, ...]) -> bool:
    """Whether anything but leaks, pump and transporters can carry one of these ions, or a mixture of ions."""
    for name in {*cell.membrane.channels, *cell.membrane.points}:
        said = declarations(name)
        if name in TRANSPORTERS or not (said.nonspecific or any(said.carries(ion) for ion in ions)):
            continue
        strengths = channel_strengths(cell, name) if name in cell.membrane.channels else []
        if not strengths or any(values.any() for _, values in strengths):
            return True
    return False


def _firing(t: np.ndarray, v: np.ndarray, since: float) -> bool:
    """Whether V still goes up and down by more than SPIKE after `since` ms."""
    peaks = Peaks(SPIKE)
    return any([peaks.see(at, value) for at, value in zip(t, v, strict=True) if at >= since])


def _stays(v: np.ndarray, v_rest: float, peak: float) -> bool:
    """Whether a spike has not come back in the end."""
    return v[-1] - v_rest > (1 - BACK) * (peak - v_rest)


def _outcome(t: np.ndarray, v: np.ndarray, v_rest: float, peak: float) -> str:
    """What has become of a spike in the end."""
    if _firing(t, v, t[-1] - LATE / 2):
        return "spike, then goes on firing"
    if _stays(v, v_rest, peak):
        return f"spike, then stays at {v[-1]:.1f} mV"
    return "spike"
