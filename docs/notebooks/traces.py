"""NEURON's own runs of a cell before and after, beside each other: what the notebooks here share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from neuron import h

MECHANISMS = Path(__file__).parent / "mod"  # channels of published cells, written from their equations
BEGINS = 20.0  # ms, when a current begins
AFTERWARDS = 30.0  # ms, that a run goes on
THRESHOLD = -20.0  # mV, that a spike crosses


@dataclass(frozen=True)
class Run:
    """What a current (nA) does: t (ms), v (mV), times of spikes (ms)."""

    current: float
    t: np.ndarray
    v: np.ndarray
    spikes: np.ndarray


def inject(place: Any, begin: Callable[[], None], currents: Sequence[float], duration: float) -> list[Run]:
    """Each current (nA) into a segment for a time (ms), by NEURON's fixed steps of 0.025 ms.

    begin: puts the model where it rests.
    """
    clamp, counter = h.IClamp(place), h.NetCon(place._ref_v, None, sec=place.sec)
    clamp.delay, clamp.dur, counter.threshold = BEGINS, duration, THRESHOLD
    t, v, spikes = h.Vector(), h.Vector(), h.Vector()
    t.record(h._ref_t)
    v.record(place._ref_v)
    counter.record(spikes)
    h.CVode().active(0)
    h.dt, found = 0.025, []
    for clamp.amp in currents:
        begin()
        while h.t < BEGINS + duration + AFTERWARDS:
            h.fadvance()
        found.append(Run(clamp.amp, np.array(t), np.array(v), np.array(spikes)))
    return found


def beside(before: Sequence[Run], after: Sequence[Run]) -> None:
    """Show the traces, one above the other, and how many spikes each current makes."""
    _, axes = plt.subplots(1, len(before) + 1, figsize=(12, 3), layout="constrained")
    for axis, one, other in zip(axes, before, after, strict=False):
        axis.plot(one.t, one.v, color="0.7", lw=2.5)
        axis.plot(other.t, other.v, color="black", lw=0.8)
        axis.set(title=f"{one.current:g} nA", xlabel="ms")
    axes[0].set_ylabel("V (mV)")
    currents = [one.current for one in before]
    axes[-1].plot(currents, [len(one.spikes) for one in before], "o-", color="0.7", ms=9, label="constants")
    axes[-1].plot(currents, [len(one.spikes) for one in after], "o-", color="black", ms=4, label="adopted")
    axes[-1].set(xlabel="nA", ylabel="spikes", xlim=(0, None), ylim=(0, None))
    axes[-1].legend(frameon=False, loc="lower right")
    for axis in axes:
        axis.spines[["top", "right"]].set_visible(False)


def said(before: Sequence[Run], after: Sequence[Run]) -> str:
    """The same in words, a line for each current."""
    lines = []
    for one, other in zip(before, after, strict=True):
        words = f"{one.current:g} nA: {len(one.spikes)} spikes before, {len(other.spikes)} after"
        shared = min(len(one.spikes), len(other.spikes))
        if shared:
            apart = np.abs(one.spikes[:shared] - other.spikes[:shared]).max()
            words += f"; their times at most {apart:.3g} ms apart"
        lines.append(words)
    return "\n".join(lines)
