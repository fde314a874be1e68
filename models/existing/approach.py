"""On the way to where a model rests, in a copy of the process: NEURON's own run from its start.

From its variable step where the mechanisms allow it, else from fixed ones. What is injected for good stays,
pulses that end are left out, and nothing arrives by synapses.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..simulator.runtime import SegmentVariable, h
from .reading import Model

FOR_GOOD = 1e5  # ms: an IClamp that goes on for longer than this is taken to be on for ever
SPIKE = -20.0  # mV, that a spike passes upwards
START = -65.0  # mV, where NEURON's own standard run begins
LOOKED_AT = 20.0  # ms at the end of a part
FIXED = 0.1  # ms, of fixed steps where the user's is shorter: only to come near


@dataclass
class Way:
    """How a model has gone so far.

    t: ms since its start; spikes: their times at the first section of each cell (ms)
    low, high: between which V was there in the last part (mV); moving: how fast V went anywhere (mV/ms), at
    most, at its end
    steps: how many NEURON has made
    """

    t: float = 0.0
    spikes: list[float] = field(default_factory=list)
    low: float = np.nan
    high: float = np.nan
    moving: float = np.inf
    steps: int = 0


def hold_stimuli(for_good: float = FOR_GOOD) -> list[str]:
    """Leave on what is injected for good, for `for_good` (ms) or longer, and switch off what ends, and what
    synapses are sent; sentences on what was left out."""
    ended = 0
    for clamp in _all("IClamp"):
        stays = clamp.dur >= for_good
        ended += not stays and clamp.amp != 0
        clamp.delay, clamp.dur, clamp.amp = -1e9, 2e18, clamp.amp if stays else 0.0
    for vector in _all("Vector"):  # what it plays into a variable, or records
        vector.play_remove()
    connections = _all("NetCon")
    for connection in connections:
        connection.active(0)
    said = []
    if ended:
        pulses = "pulse of an IClamp ends and is" if ended == 1 else "pulses of IClamps end and are"
        said.append(f"{ended} {pulses} left out")
    if connections:
        said.append(f"what {len(connections)} NetCons deliver is left out")
    return said


def _all(kind: str) -> list[Any]:
    try:
        return list(h.List(kind))
    except RuntimeError:  # no such template
        return []


def begin(start: float | None) -> float:
    """NEURON's finitialize at `start` (mV) or where the model's own run begins; returns that."""
    v = float(getattr(h, "v_init", START)) if start is None else start
    h.CVode().active(0)
    h.finitialize(v)
    return v


class Follower:
    """Runs a model on, by NEURON's variable step where the mechanisms allow it, else by fixed ones.

    roots: compartments whose V is looked at; start: where finitialize began (mV)
    """

    def __init__(self, model: Model, roots: np.ndarray, start: float) -> None:
        self.roots, self.way, self._start = roots, Way(), start
        self._v = SegmentVariable(model.compartments.sections, "v")
        self._variable = _variable()

    def to(self, t: float) -> Way:
        """Run until t (ms since the start), and tell how it has gone: where the variable step fails, anew by
        fixed ones."""
        try:
            return self._to(t)
        except RuntimeError:
            if not self._variable:
                raise
            self._variable, self.way = False, Way()
            begin(self._start)
            return self._to(t)

    def _to(self, t: float) -> Way:
        self._begin()
        way, began = self.way, h.t - self.way.t
        before = self._v.get().copy()
        last = before[self.roots]
        way.low, way.high, way.moving = float(last.min()), float(last.max()), 0.0
        while h.t - began < t:
            since = h.t
            if self._variable:
                h.CVode().solve()
            else:
                h.fadvance()
            v = self._v.get()
            here = v[self.roots]
            way.spikes += [h.t - began] * int(((here > SPIKE) & (last <= SPIKE)).sum())
            way.low, way.high = min(way.low, float(here.min())), max(way.high, float(here.max()))
            if h.t > since and h.t - began > t - LOOKED_AT:
                way.moving = max(way.moving, float(np.abs(v - before).max()) / (h.t - since))
            before[:], last = v, here.copy()
            way.steps += 1
        way.t = h.t - began
        return way

    def _begin(self) -> None:
        integrator = h.CVode()
        h.secondorder = 0
        integrator.active(self._variable)
        if self._variable:
            integrator.use_local_dt(0)
            integrator.re_init()
        else:
            h.dt = max(h.dt, FIXED) if h.dt < 1 else FIXED


def _variable() -> bool:
    """Whether NEURON's variable step can follow the models that there are."""
    try:
        h.CVode().active(1)
        h.CVode().re_init()
    except RuntimeError:
        return False
    finally:
        h.CVode().active(0)
    return True
