"""Spikes: the neuron with NaV and Kv, 97 compartments, with 2.5 times its Na+ leak, so that it fires 150
times a second, for 10 s; error of the last spike's time against a run at 1e-8.
"""

import time
from pathlib import Path

import numpy as np

from .process import one, save

FIRING = 10e3  # ms


def spikes(compartments: int, code: str, tolerance: float) -> dict:
    """Seconds for 10 s of the firing neuron, and the time of its last spike (ms), by ours or by NEURON."""
    from models.cells import make_cell
    from models.simulator.runtime import h
    from models.solve.equations import System
    from models.solve.time_course import evolve
    from models.words import HOUR

    cell = make_cell("excitable", max_compartment_length=14.5)
    assert cell.size == compartments
    with cell.changed(scale={"naleak": 2.5}):
        if code == "ours":
            began = time.process_time()
            course = evolve(
                cell, FIRING / HOUR, times_ms=np.linspace(FIRING - 50, FIRING, 5001), rtol=tolerance
            )
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
            integrator.solve(FIRING)
            seconds, last = time.process_time() - began, times[-1]
    return {"seconds": seconds, "last": float(last)}


def show(target: Path) -> None:
    """Ten seconds of spikes by NEURON's CVODE and by ours."""
    heads = ("10 s of spikes", "CPU s", "ratio", "error of last spike ms")
    print(("\n{:<36}{:>10}{:>8}{:>24}").format(*heads))
    exact = one("spikes", 97, "ours", 1e-8)["last"]
    rows, base = [], {}
    for code, name in (("neuron", "NEURON CVODE"), ("ours", "pumpleak")):
        for tolerance in (1e-5, 1e-6):
            found = one("spikes", 97, code, tolerance)
            ratio = base.setdefault(tolerance, found["seconds"]) / found["seconds"]
            rows.append([f"{name} {tolerance:.0e}", found["seconds"], ratio, found["last"] - exact])
            print(f"{rows[-1][0]:<36}{rows[-1][1]:>10.1f}{ratio:>7.2f}x{rows[-1][3]:>24.3f}")
    save(target, "spikes.csv", heads, rows)
