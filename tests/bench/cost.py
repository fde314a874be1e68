"""Cost: rest and 24 h of block of a cable of a hundred to ten thousand compartments."""

import time
from pathlib import Path

import numpy as np

from .cable import section
from .process import one, save


def cost(compartments: int, volume: str, outside: str) -> dict:
    """Seconds for a rest (with twice the Na+ leak) and for 24 h of the far half blocked; peak memory (MB)."""
    import resource

    from models.cells import make_cell
    from models.experiments.rest import rest
    from models.solve.events import Event
    from models.solve.time_course import evolve

    sec = section(compartments)
    cell = make_cell("neuron", sections=[sec], volume=volume, outside=outside)
    began = time.process_time()
    rest(cell, scale={"naleak": 2})
    rested = time.process_time()
    evolve(cell, 24, [Event(0.0, block=1.0, where="cable(0.5:1)")])
    ended = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rest": rested - began, "block": ended - rested, "peak": peak}


def show(target: Path) -> None:
    """Time and memory against the number of compartments, and the slope on log-log axes."""
    sizes, rows = (100, 1000, 10000), []
    heads = ("volume", "outside", "compartments", "rest s", "24 h block s", "peak MB")
    print(("\n{:<20}" + "{:>14}{:>10}{:>15}{:>10}").format("cost per compartment", *heads[2:]))
    for volume, outside in (("fixed", "bath"), ("osmotic", "closed")):
        found = [one("cost", n, volume, outside) for n in sizes]
        for n, f in zip(sizes, found, strict=True):
            rows.append([volume, outside, n, f["rest"], f["block"], f["peak"]])
            print(
                f"{volume + ', ' + outside:<20}{n:>14}{f['rest']:>10.3f}{f['block']:>15.3f}{f['peak']:>10.0f}"
            )
        slope = {k: np.polyfit(np.log(sizes), np.log([f[k] for f in found]), 1)[0] for k in ("rest", "block")}
        print(f"{'':<20}{'slope':>14}{slope['rest']:>10.2f}{slope['block']:>15.2f}")
    save(target, "cost.csv", heads, rows)
