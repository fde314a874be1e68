"""P1h: a cylinder of 1000 um x 2 um without chloride, ohmic leaks, start Na+ = 12 + 16 x/L; 2 h to rest, then
the far half's pump blocked for 2 h. All codes integrate the same membrane; ions move along the cable by
diffusion, which is what the others offer, and then ours once more by electrodiffusion, for the difference.

Seconds are those of further runs in a process. What the first one and building the cell cost, with numba's
cache empty (everything is compiled) and full (it is read), stands in a table of its own.
"""

import tempfile
import time
from pathlib import Path

import numpy as np

from . import peers
from .cable import G_K, G_NA, HOURS, PUMP, section
from .process import beside_goals, median, one, save

TOML = """
name = "P1h"
ions = ["na", "k"]
[morphology]
shape = "cylinder"
length = "1000 um"
diameter = "2 um"
max_compartment_length = "1000 um"
[electrical]
capacitance = "1 uF/cm2"
axial_resistivity = "100 ohm cm"
celsius = "310.15 K"
[outside]
nao = "145 mM"
ko = "4 mM"
[inside]
v = "-70 mV"
nai = "12 mM"
ki = "140 mM"
impermeant = "152.01451 mM"
impermeant_valence = "-1"
[leak]
law = "ohmic"
gk = "{gk} S/cm2"
gna = "{gna} S/cm2"
[pump]
km_na = "10 mM"
km_k = "1.5 mM"
hill_na = "3"
hill_k = "2"
n_na = "3"
n_k = "2"
imax = "{imax} mA/cm2"
[diffusion]
dna = "1.33 um2/ms"
dk = "1.96 um2/ms"
dcl = "0 um2/ms"
"""


def problem(compartments: int, axial: str, perturbed: float = 0.0):
    """The cell in P1h's start state, its leaks' and its pump's strengths off by a share `perturbed`."""
    from models.cells import make_cell

    names = ("gk", "gna", "imax")
    strengths = {n: repr(v * (1 + perturbed)) for n, v in zip(names, (G_K, G_NA, PUMP), strict=True)}
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(TOML.format(**strengths))
        file.flush()
        cell = make_cell(file.name, sections=[section(compartments)], axial=axial)
    na = 12 + 16 * cell.x
    v = np.full(cell.size, -70.0)
    cell.start = {
        "v": v,
        "na": na,
        "k": cell.anion + cell.geometry.charge_per_mv * v - na,
        "cl": np.zeros(cell.size),
    }
    return cell


def charge_drift(cell, v, na, k) -> float:
    """Change of the cell's whole charge (mM of its volume) that the run made up."""
    excess = na + k - cell.anion - cell.geometry.charge_per_mv * v
    return float(abs(excess @ cell.volume) / cell.volume.sum())


def run(cell, rtol: float) -> np.ndarray:
    """Take the cell to P1h's end; evaluations, Jacobians and factorisations."""
    from models.solve.equations import System
    from models.solve.integration import integrate

    counts = np.zeros(3, int)
    for blocked in (0.0, 1.0):
        cell.block_pump(np.where(cell.x > 0.5, blocked, 0.0))
        system = System(cell)
        states, _ = integrate(system, 0.0, np.array([0.0, 2 * HOURS]), rtol=rtol)
        counts += system.evaluations, system.jacobians, system.factorisations
        cell.start = system.state(states[-1])
    return counts


def ours(compartments: int, axial: str, rtol: float, perturbed: float = 0.0) -> dict:
    """Seconds of building the cell, of a first run and of further ones (the least); counts and end state."""
    begun = time.process_time()
    cell = problem(compartments, axial, perturbed)
    start, times = cell.start, [begun, time.process_time()]
    for _ in range(1 + FURTHER):
        cell.start = start
        counts = run(cell, rtol).tolist()
        times.append(time.process_time())
    build, first, *further = np.diff(times).tolist()
    end = cell.start
    return {
        **{"seconds": min(further), "first": first, "build": build},
        **dict(zip(("evaluations", "jacobians", "factorisations"), counts, strict=True)),
        **{key: end[key] for key in ("v", "na", "k")},
        "drift": charge_drift(cell, end["v"], end["na"], end["k"]),
        "local": float(np.abs(cell.charge(end)).max()),
    }


HEADS = (
    *("compartments", "code", "CPU s", "ratio", "evaluations", "Jacobians", "factorisations"),
    *("error V mV", "error Na mM", "charge drift mM"),
)
FURTHER = 5  # runs in a process after the first
GOALS = {10: 0.020, 100: 0.055, 1000: 0.30}  # CPU s
FORMAT = "{:>12}  {:<36}{:>9}{:>8}{:>13}{:>11}{:>16}{:>12}{:>13}{:>17}"


def show(target: Path) -> None:
    """P1h by ours and by the others, errors against a run at 1e-9."""
    rows, goals = [], []
    with tempfile.TemporaryDirectory() as folder:
        mechanism, program = peers.compile_mechanism(Path(folder)), peers.compile_c(Path(folder))
        print(FORMAT.format(*HEADS))
        for n in (10, 100, 1000):
            exact = one("ours", n, "diffusion", 1e-9)
            whole = median("ours", n, "electrodiffusion", 1e-5)
            codes = {
                "NEURON CVODE 1e-6, diffusion": median("neuron", n, 1e-6, mechanism),
                "NEURON CVODE 1e-8, diffusion": median("neuron", n, 1e-8, mechanism),
                "SciPy LSODA banded 1e-6, diffusion": median("lsoda", n, 1e-6),
                "C, SUNDIALS CVODE banded 1e-6": peers.cvode(program, n, 1e-6) if program else None,
                "pumpleak 3e-5, diffusion": median("ours", n, "diffusion", 3e-5),
                "pumpleak 1e-5 (default), diffusion": median("ours", n, "diffusion", 1e-5),
                "pumpleak 1e-5, electrodiffusion": whole,
            }
            base = codes["NEURON CVODE 1e-6, diffusion"]["seconds"]
            for how in ("1e-5 (default), diffusion", "1e-5, electrodiffusion"):
                found = codes[f"pumpleak {how}"]
                goals.append((f"{n} compartments, {how}", found["first"], found["seconds"], "<=", GOALS[n]))
            for name, found in codes.items():
                rows.append([n, name, *_row(found, base, exact if found is not whole else None)])
                print(FORMAT.format(*rows[-1][:2], *_shown(rows[-1][2:])))
            moved = [float(np.abs(exact[key] - whole[key]).max()) for key in ("v", "na", "k")]
            print(
                f"{'':>12}  electrodiffusion moves V by {moved[0]:.2f} mV, Na {moved[1]:.2f}, "
                f"K {moved[2]:.2f} mM; worst local charge error {exact['local']:.2g} mM by diffusion, "
                f"{whole['local']:.1g} mM by electrodiffusion"
            )
    save(target, "p1h.csv", HEADS, rows)
    beside_goals(target, "p1h_goals.csv", "the same beside its goals, CPU s", goals)
    show_first(target)


def _row(found: dict | None, base: float, exact: dict | None) -> list:
    """What is told of one run; None where there is nothing to tell."""
    if found is None:
        return ["not installed", *[None] * 7]
    counts = [found.get(key) for key in ("evaluations", "jacobians", "factorisations")]
    errors = [float(np.abs(found[key] - exact[key]).max()) if exact else None for key in ("v", "na")]
    return [found["seconds"], base / found["seconds"], *counts, *errors, found["drift"]]


def _shown(row: list) -> list[str]:
    if row[0] == "not installed":
        return [row[0], *[""] * 7]
    forms = ("{:.4f}", "{:.1f}x", "{}", "{}", "{}", "{:.1e}", "{:.1e}", "{:.1e}")
    return ["" if v is None else form.format(v) for form, v in zip(forms, row, strict=True)]


def show_first(target: Path) -> None:
    """What building a cell and its first course cost, with nothing compiled yet and with all of it kept."""
    heads = ("numba's cache", "build s", "first course s", "second course s")
    print(("\n{:<36}{:>12}{:>18}{:>18}").format("10 compartments, " + heads[0], *heads[1:]))
    rows = []
    with tempfile.TemporaryDirectory() as empty:
        for cache in ("empty: compiled", "full: read"):
            found = one("ours", 10, "electrodiffusion", 1e-5, NUMBA_CACHE_DIR=empty)
            rows.append([cache, found["build"], found["first"], found["seconds"]])
            print(("{:<36}{:>12.3f}{:>18.3f}{:>18.3f}").format(*rows[-1]))
    save(target, "compiled.csv", heads, rows)
