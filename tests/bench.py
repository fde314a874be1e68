"""Speed and accuracy on the benchmark problem P1h, ours beside NEURON's own CVODE, in one run.

P1h: a cylinder of 1000 um x 2 um without chloride, ohmic leaks, start Na+ = 12 + 16 x/L; 2 h to rest, then
the far half's pump blocked for 2 h. Both codes integrate the same membrane; ions move along the cable by
diffusion, which is what NEURON offers, and then ours once more by electrodiffusion, for the difference.

    make bench        prints a table and writes results/bench/
"""

import os

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one thread each

import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

HOURS = 3600e3  # ms
LENGTH, DIAMETER, ANION = 1000.0, 2.0, 152.01451
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
gk = "7.99278e-5 S/cm2"
gna = "2.19622e-5 S/cm2"
[pump]
km_na = "10 mM"
km_k = "1.5 mM"
hill_na = "3"
hill_k = "2"
n_na = "3"
n_k = "2"
imax = "1.16501e-2 mA/cm2"
[diffusion]
dna = "1.33 um2/ms"
dk = "1.96 um2/ms"
dcl = "0 um2/ms"
"""


def section(compartments: int):
    from models.engine import h

    sec = h.Section(name="cable")
    sec.L, sec.diam, sec.nseg, sec.Ra, sec.cm = LENGTH, DIAMETER, compartments, 100, 1
    return sec


def problem(compartments: int, axial: str):
    """The cell in P1h's start state."""
    from models.cells import make_cell

    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(TOML)
        file.flush()
        cell = make_cell(file.name, sections=[section(compartments)], axial=axial)
    na = 12 + 16 * cell.x
    v = np.full(cell.size, -70.0)
    cell.start = {
        "v": v,
        "na": na,
        "k": cell.anion + cell.charge_per_mv * v - na,
        "cl": np.zeros(cell.size),
    }
    return cell


def charge_drift(cell, v, na, k) -> float:
    """Change of the cell's whole charge (mM of its volume) that the run made up."""
    excess = na + k - cell.anion - cell.charge_per_mv * v
    return float(abs(excess @ cell.volume) / cell.volume.sum())


def ours(compartments: int, axial: str, rtol: float) -> dict:
    from models.system import System
    from models.time_course import integrate

    cell = problem(compartments, axial)
    began = time.process_time()
    evaluations = 0
    far = cell.x > 0.5
    for phase in range(2):
        cell.block[:] = 0.0
        if phase:
            cell.block[far] = 1.0
        system = System(cell)
        times = np.array([0.0, 2 * HOURS])
        states, _ = integrate(system, 0.0, times, rtol=rtol)
        evaluations += system.evaluations
        cell.start = system.state(states[-1])
    seconds = time.process_time() - began
    end = cell.start
    return {
        "seconds": seconds,
        "evaluations": evaluations,
        "v": end["v"],
        "na": end["na"],
        "k": end["k"],
        "drift": charge_drift(cell, end["v"], end["na"], end["k"]),
        "local": float(np.abs(cell.charge(end)).max()),
    }


DIFFUSION_MOD = """
NEURON {
    THREADSAFE
    SUFFIX peer
    USEION na READ ina, nai WRITE nai
    USEION k READ ik, ki WRITE ki
    RANGE nai0, ki0
}
UNITS { (mA) = (milliamp) (um) = (micron) (mM) = (milli/liter) F = (faraday) (coulomb) PI = (pi) (1) }
PARAMETER { dna = 1.33 (um2/ms) dk = 1.96 (um2/ms) nai0 (mM) ki0 (mM) }
ASSIGNED { diam (um) ina (mA/cm2) ik (mA/cm2) nai (mM) ki (mM) }
STATE { na (mM) k (mM) }
INITIAL { na = nai0 k = ki0 nai = na ki = k }
BREAKPOINT { SOLVE move METHOD sparse }
KINETIC move {
    COMPARTMENT PI*diam*diam/4 { na k }
    LONGITUDINAL_DIFFUSION dna*PI*diam*diam/4 { na }
    LONGITUDINAL_DIFFUSION dk*PI*diam*diam/4 { k }
    ~ na << (-(1e4)*ina*PI*diam/F)
    ~ k << (-(1e4)*ik*PI*diam/F)
    nai = na
    ki = k
}
"""


def neuron_own(compartments: int, tolerance: float, library: str) -> dict:
    """The same problem as a NEURON user writes it: KINETIC, LONGITUDINAL_DIFFUSION, CVODE."""
    from models import engine
    from models.engine import h
    from models.theory import charge_per_mv

    engine.load_mechanisms()
    h.nrn_load_dll(library)
    sec = section(compartments)
    for name in ("naohmic", "kohmic", "nakpump", "peer"):
        sec.insert(name)
    segments = list(sec)
    volume = np.array([s.volume() for s in segments])
    per_mv = charge_per_mv(1.0, np.array([s.area() for s in segments]), volume)
    h.nao0_na_ion, h.ko0_k_ion = 145, 4
    for s, charge in zip(segments, per_mv, strict=True):
        s.naohmic.g, s.kohmic.g = 2.19622e-5, 7.99278e-5
        s.nakpump.imax, s.nakpump.km_na, s.nakpump.km_k = 1.16501e-2, 10, 1.5
        s.peer.nai0 = 12 + 16 * s.x
        s.peer.ki0 = ANION - charge * 70 - s.peer.nai0
    integrator = engine.reset(37.0, tolerance)
    h.finitialize(-70)
    began = time.process_time()
    integrator.solve(2 * HOURS)
    for s in segments:
        if s.x > 0.5:
            s.nakpump.block = 1
    integrator.re_init()
    integrator.solve(4 * HOURS)
    seconds = time.process_time() - began
    v, na, k = (np.array([getattr(s, n) for s in segments]) for n in ("v", "nai", "ki"))
    excess = na + k - ANION - per_mv * v
    return {
        "seconds": seconds,
        "evaluations": None,
        "v": v,
        "na": na,
        "k": k,
        "drift": float(abs(excess @ volume) / volume.sum()),
        "local": float(np.abs(excess).max()),
    }


def compile_peer(folder: Path) -> str:
    (folder / "peer.mod").write_text(DIFFUSION_MOD)
    tool = Path(sys.executable).parent / "nrnivmodl"
    subprocess.run([str(tool), "."], cwd=folder, check=True, capture_output=True)
    return str(next(folder.glob("*/libnrnmech.*")))


def in_a_process_of_its_own(kind: str, *args) -> dict:
    """One run, one NEURON: run this file again and read what it prints."""
    command = [sys.executable, __file__, "--one", kind, *map(str, args)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(out.splitlines()[-1])
    return {key: np.array(v) if isinstance(v, list) else v for key, v in found.items()}


def median(kind: str, *args, runs: int = 3) -> dict:
    found = [in_a_process_of_its_own(kind, *args) for _ in range(runs)]
    return {**found[0], "seconds": float(np.median([f["seconds"] for f in found]))}


def main() -> None:
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        library = compile_peer(Path(folder))
        heads = ("compartments", "code", "CPU s", "ratio", "error V mV", "error Na mM", "charge drift mM")
        print(("{:>12}  {:<36}" + "{:>10}{:>8}{:>12}{:>13}{:>17}").format(*heads))
        for n in (10, 100, 1000):
            exact = in_a_process_of_its_own("ours", n, "diffusion", 1e-9)
            peers = [
                ("NEURON CVODE 1e-6, diffusion", median("neuron", n, 1e-6, library)),
                ("NEURON CVODE 1e-8, diffusion", median("neuron", n, 1e-8, library)),
                ("pumpleak 3e-5, diffusion", median("ours", n, "diffusion", 3e-5)),
                ("pumpleak 1e-5 (default), diffusion", median("ours", n, "diffusion", 1e-5)),
            ]
            whole = median("ours", n, "electrodiffusion", 1e-5)
            base = peers[0][1]["seconds"]
            for name, run in peers:
                errors = [float(np.abs(run[key] - exact[key]).max()) for key in ("v", "na")]
                rows.append([n, name, run["seconds"], base / run["seconds"], *errors, run["drift"]])
            rows.append([n, "pumpleak 1e-5, electrodiffusion", whole["seconds"], base / whole["seconds"]])
            rows[-1] += ["", "", whole["drift"]]
            for row in rows[-5:]:
                shown = [f"{row[2]:.3f}", f"{row[3]:.1f}x"]
                shown += ["" if e == "" else f"{e:.1e}" for e in row[4:]]
                print(f"{row[0]:>12}  {row[1]:<36}{shown[0]:>10}{shown[1]:>8}", end="")
                print(f"{shown[2]:>12}{shown[3]:>13}{shown[4]:>17}")
            moved = [float(np.abs(exact[key] - whole[key]).max()) for key in ("v", "na", "k")]
            print(
                f"{'':>12}  electrodiffusion moves V by {moved[0]:.2f} mV, Na {moved[1]:.2f}, "
                f"K {moved[2]:.2f} mM; worst local charge error {exact['local']:.2g} mM by diffusion, "
                f"{whole['local']:.1g} mM by electrodiffusion"
            )
    target = ROOT / "results" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    with (target / "p1h.csv").open("w", newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    print(f"errors against a run at 1e-9; CPU seconds, one thread, median of 3; written to {target}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        kind, count, *rest = sys.argv[2:]
        if kind == "ours":
            result = ours(int(count), rest[0], float(rest[1]))
        else:
            result = neuron_own(int(count), float(rest[0]), rest[1])
        print(json.dumps({k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in result.items()}))
    else:
        main()
