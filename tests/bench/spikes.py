"""Spikes: the neuron with NaV and Kv, 97 compartments, with 2.5 times its Na+ leak, so that it fires 150
times a second, for 0.3, 1 and 10 s; error of the last spike's time against a run at 1e-8.
"""

import time
from pathlib import Path

import numpy as np

from .process import beside_goals, median, one, save

LENGTHS = (300.0, 1e3, 10e3)  # ms
LONG = 10e3  # ms, for which one tolerance has to do


def spikes(compartments: int, code: str, tolerance: float, length: float) -> dict:
    """Seconds for `length` ms of the firing neuron, and the time of its last spike, by ours or NEURON."""
    from models.cells import make_cell
    from models.simulator.runtime import h
    from models.solve.equations import System
    from models.solve.time_course import evolve
    from models.words import HOUR

    cell = make_cell("excitable", max_compartment_length=14.5)
    assert cell.size == compartments
    with cell.changed(scale={"naleak": 2.5}):
        evolve(cell, 1.0 / HOUR, rtol=tolerance)  # compiled code is read
        if code == "ours":
            began = time.process_time()
            times = np.linspace(length - 10, length, 1001)  # in which there is the last spike
            course = evolve(cell, length / HOUR, times_ms=times, rtol=tolerance)
            seconds, v = time.process_time() - began, course.v[:, 0]
            i = np.flatnonzero((v[:-1] < -20) & (v[1:] >= -20))[-1]
            last = course.t[i] + 0.01 * (-20 - v[i]) / (v[i + 1] - v[i])
        else:
            System(cell)  # puts the integrator where every run starts
            cell.write()
            integrator, times = h.CVode(), h.Vector()
            integrator.atol(tolerance)
            integrator.rtol(tolerance)
            integrator.condition_order(2)
            crossing = h.NetCon(cell.segments[0]._ref_v, None, sec=cell.segments[0].sec)
            crossing.threshold = -20
            crossing.record(times)
            h.finitialize()
            began = time.process_time()
            integrator.solve(length)
            seconds, last = time.process_time() - began, times[-1]
    return {"seconds": seconds, "last": float(last)}


def show(target: Path) -> None:
    """Spikes by NEURON's CVODE and by ours, as long as each at 1e-6, and at 1e-5."""
    heads = ("ms of spikes", "code", "CPU s", "ratio", "error of last spike ms")
    print(("\n{:<16}{:<24}{:>10}{:>8}{:>26}").format(*heads))
    rows, goals = [], []
    for length in LENGTHS:
        exact, took = one("spikes", 97, "ours", 1e-8, length)["last"], {}
        for tolerance in (1e-5, 1e-6) if length < LONG else (1e-6,):
            for code, name in (("neuron", "NEURON CVODE"), ("ours", "pumpleak")):
                found = median("spikes", 97, code, tolerance, length)
                took[code] = found["seconds"]
                ratio = took["neuron"] / found["seconds"]
                rows.append(
                    [length, f"{name} {tolerance:.0e}", found["seconds"], ratio, found["last"] - exact]
                )
                print("{:<16g}{:<24}{:>10.2f}{:>7.2f}x{:>26.4f}".format(*rows[-1]))
            goals.append(
                (f"{length:g} ms at {tolerance:.0e}: times as fast as NEURON", None, ratio, ">=", 1.0)
            )
    save(target, "spikes.csv", heads, rows)
    beside_goals(target, "spikes_goals.csv", "spikes beside their goals", goals)
