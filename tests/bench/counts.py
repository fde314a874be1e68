"""Counts: how often a course evaluates NEURON's equations, its Jacobian and factors of Newton's matrix.

24 h of a full block of shipped cells, a third of a second of spikes, and P1h by electrodiffusion with the
strengths of its leaks and pump changed in the 9th digit: a Jacobian that is kept too long shows in all of
them, first as counts that jump between problems that are the same.
"""

import time
from pathlib import Path

from .process import median, one, save

BLOCKS = {
    "neuron": {},
    "muscle": {},
    "muscle_fast": {},
    "stylised": {"volume": "osmotic", "outside": "closed"},
}
PERTURBED = [k * 1e-9 for k in (-3, -2, -1, 0, 1, 2, 3)]


def block(name: str) -> dict:
    """24 h of a shipped cell with its pump blocked, from its own rest."""
    from models.cells import make_cell
    from models.solve.events import Event

    cell = make_cell(name, **BLOCKS[name])
    return _counted(cell, 24, [Event(0.0, block=1.0)])


def firing(name: str) -> dict:
    """300 ms of spikes at 1e-6."""
    from models.cells import make_cell
    from models.words import HOUR

    cell = make_cell(name, max_compartment_length=14.5)
    with cell.changed(scale={"naleak": 2.5}):
        return _counted(cell, 300 / HOUR, rtol=1e-6)


def _counted(cell, *args, **options) -> dict:
    """The second of two courses, the first of which loads what is compiled."""
    from models.solve.time_course import evolve

    evolve(cell, 1e-6)
    began = time.process_time()
    course = evolve(cell, *args, **options)
    return {
        "seconds": time.process_time() - began,
        "compartments": cell.size,
        "evaluations": course.evaluations,
        "jacobians": course.jacobians,
        "factorisations": course.factorisations,
    }


def show(target: Path) -> None:
    """Counts and seconds of courses of every kind, and how far they jump."""
    heads = ("course", "compartments", "CPU s", "evaluations", "Jacobians", "factorisations")
    print(("\n{:<52}{:>14}{:>9}{:>13}{:>11}{:>16}").format(*heads))
    runs = {f"24 h of block, {n} {' '.join(o.values())}".rstrip(): ("block", n) for n, o in BLOCKS.items()}
    runs["300 ms of spikes at 1e-6, excitable"] = ("firing", "excitable")
    rows = []
    for name, what in runs.items():
        found = median(*what)
        keys = ("compartments", "seconds", "evaluations", "jacobians", "factorisations")
        rows.append([name, *(found[key] for key in keys)])
        print(("{:<52}{:>14}{:>9.3f}{:>13}{:>11}{:>16}").format(*rows[-1]))
    for n in (10, 100, 1000):
        found = [one("perturbed", n, share)["evaluations"] for share in PERTURBED]
        least, most = min(found), max(found)
        apart = f"{100 * (most / least - 1):.0f} % apart"
        rows.append([f"P1h, {n}, constants changed in the 9th digit", n, None, f"{least}-{most}", None, None])
        print(("{:<52}{:>14}{:>22}  {}").format(*rows[-1][:2], rows[-1][3], apart))
    save(target, "counts.csv", heads, rows)
