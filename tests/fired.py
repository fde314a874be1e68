"""Runs of a model, adopted or not, by NEURON's own fixed steps."""

import runpy

import numpy as np

from models.simulator.runtime import h


def fired(sections, begin, amplitude, until=100.0):
    """When the first section fires until a time (ms) under a current (nA) that begins at 1 ms."""
    clamp = h.IClamp(sections[0](0.5))
    clamp.delay, clamp.dur, clamp.amp = 1, until, amplitude
    times = h.Vector()
    counter = h.NetCon(sections[0](0.5)._ref_v, None, sec=sections[0])
    counter.threshold = -10
    counter.record(times)
    h.CVode().active(0)
    h.dt = 0.025
    begin()
    run_to(until)
    return np.array(times)


def run_to(until):
    while h.t < until:
        h.fadvance()


def run_exported(folder, sections, until):
    """Put what was exported into the sections, and run them until a time (ms) from their rest."""
    runpy.run_path(str(folder / "adopted.py"))["put"](sections)
    h.CVode().active(0)
    h.finitialize()
    run_to(until)
