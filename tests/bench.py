"""Speed and accuracy, ours beside NEURON's own: the problem P1h, books, and cost per compartment.

P1h: a cylinder of 1000 um x 2 um without chloride, ohmic leaks, start Na+ = 12 + 16 x/L; 2 h to rest, then
the far half's pump blocked for 2 h. Both codes integrate the same membrane; ions move along the cable by
diffusion, which is what NEURON offers, and then ours once more by electrodiffusion, for the difference.

Books: the same cable with the neuron's membrane, chloride included, the far half blocked for 50 h; how far
charge and ions are from balancing with water and a closed space, by diffusion alone, and in NEURON's rxd used
as its tutorial says (species on a region, diffusion, MultiCompartment left to ina and ik).

Spikes: the neuron with NaV and Kv, 97 compartments, with 2.5 times its Na+ leak, so that it fires 150 times a
second, for 10 s; error of the last spike's time against a run at 1e-8.

Cost: rest and 24 h of block of a cable of a hundred to ten thousand compartments.

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
    from models import engine, library
    from models.engine import h
    from models.theory import charge_per_mv

    library.load_mechanisms()
    h.nrn_load_dll(library)
    sec = section(compartments)
    for name in ("pl_naohmic", "pl_kohmic", "pl_nakpump", "peer"):
        sec.insert(name)
    segments = list(sec)
    volume = np.array([s.volume() for s in segments])
    per_mv = charge_per_mv(1.0, np.array([s.area() for s in segments]), volume)
    h.nao0_na_ion, h.ko0_k_ion = 145, 4
    for s, charge in zip(segments, per_mv, strict=True):
        s.pl_naohmic.g, s.pl_kohmic.g = 2.19622e-5, 7.99278e-5
        s.pl_nakpump.imax, s.pl_nakpump.km_na, s.pl_nakpump.km_k = 1.16501e-2, 10, 1.5
        s.peer.nai0 = 12 + 16 * s.x
        s.peer.ki0 = ANION - charge * 70 - s.peer.nai0
    integrator = engine.reset(37.0, tolerance)
    h.finitialize(-70)
    began = time.process_time()
    integrator.solve(2 * HOURS)
    for s in segments:
        if s.x > 0.5:
            s.pl_nakpump.block = 1
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


RXD_HOURS = 50


def rxd_books(compartments: int) -> dict:
    """P1h's membrane in NEURON's rxd: cytosol, both species with their diffusion, currents from mechanisms.

    The far half's pump is blocked from the start. Charge of each compartment against what its membrane holds.
    """
    from models import engine, library
    from models.theory import charge_per_mv

    library.load_mechanisms()
    from neuron import h, rxd

    sec = section(compartments)
    for name in ("pl_naohmic", "pl_kohmic", "pl_nakpump"):
        sec.insert(name)
    segments = list(sec)
    volume = np.array([s.volume() for s in segments])
    per_mv = charge_per_mv(1.0, np.array([s.area() for s in segments]), volume)
    for s in segments:
        s.pl_naohmic.g, s.pl_kohmic.g = 2.19622e-5, 7.99278e-5
        s.pl_nakpump.imax, s.pl_nakpump.km_na, s.pl_nakpump.km_k = 1.16501e-2, 10, 1.5
        s.pl_nakpump.block = 1.0 if s.x > 0.5 else 0.0
    cytosol = rxd.Region([sec], name="cytosol", nrn_region="i")
    start = {"na": lambda node: 12.0, "k": lambda node: ANION - float(per_mv[0]) * 70 - 12.0}
    species = [
        rxd.Species(cytosol, name=ion, d=d, charge=1, initial=start[ion])
        for ion, d in (("na", 1.33), ("k", 1.96))
    ]
    h.nao0_na_ion, h.ko0_k_ion = 145, 4
    integrator = engine.reset(37.0, 1e-6)
    began = time.process_time()
    h.finitialize(-70)
    for s in segments:
        s.nao, s.ko = 145, 4
    integrator.re_init()
    integrator.solve(RXD_HOURS * HOURS)
    v, na, k = (np.array([getattr(s, n) for s in segments]) for n in ("v", "nai", "ki"))
    excess = na + k - ANION - per_mv * v
    assert species
    return {
        "seconds": time.process_time() - began,
        "local": float(np.abs(excess).max() / ANION),
        "total": float(abs(excess @ volume) / volume.sum() / ANION),
    }


def our_books(compartments: int, axial: str, volume: str, outside: str) -> dict:
    """The neuron's membrane on the same cable, the far half blocked for 50 h; every book as a share."""
    from models.cells import make_cell
    from models.experiments.block import block

    sec = section(compartments)
    cell = make_cell("neuron", sections=[sec], axial=axial, volume=volume, outside=outside)
    began = time.process_time()
    s = block(cell, where="cable(0.5:1)", hours=50).summary
    return {
        "seconds": time.process_time() - began,
        "local": s["max_local_charge_error"],
        "total": s["total_charge_error"],
        "ions": s["ion_book_error"],
        "closed": s["closed_book_error"],
    }


FIRING = 10e3  # ms


def spikes(compartments: int, code: str, tolerance: float) -> dict:
    """Seconds for 10 s of the firing neuron, and the time of its last spike (ms), by ours or by NEURON."""
    from models.cells import make_cell
    from models.engine import h
    from models.system import System
    from models.time_course import HOUR, evolve

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


def cost(compartments: int, volume: str, outside: str) -> dict:
    """Seconds for a rest (with twice the Na+ leak) and for 24 h of the far half blocked; peak memory (MB)."""
    import resource

    from models.cells import make_cell
    from models.experiments.rest import rest
    from models.time_course import Event, evolve

    sec = section(compartments)
    cell = make_cell("neuron", sections=[sec], volume=volume, outside=outside)
    began = time.process_time()
    rest(cell, scale={"naleak": 2})
    rested = time.process_time()
    evolve(cell, 24, [Event(0.0, block=1.0, where="cable(0.5:1)")])
    ended = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rest": rested - began, "block": ended - rested, "peak": peak}


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
    target = ROOT / "results" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    compare_speed(target)
    compare_books(target)
    compare_spikes(target)
    show_cost(target)
    print(f"CPU seconds, one thread; written to {target}")


def save(target: Path, name: str, heads: tuple, rows: list) -> None:
    with (target / name).open("w", newline="") as file:
        csv.writer(file).writerows([heads, *rows])


def compare_books(target: Path) -> None:
    """How far the books are from balancing after 50 h of the far half blocked, 100 compartments."""
    heads = ("code", "CPU s", "local charge", "whole charge", "ions", "inside + outside")
    print(
        ("\n{:<52}" + "{:>10}{:>14}{:>14}{:>10}{:>18}").format(
            "share of the salt, 50 h, " + heads[0], *heads[1:]
        )
    )
    rows = []
    ours = [("electrodiffusion", v, o) for v in ("fixed", "osmotic") for o in ("bath", "shell", "closed")]
    for axial, volume, outside in [*ours, ("diffusion", "fixed", "bath"), ("diffusion", "osmotic", "closed")]:
        found = in_a_process_of_its_own("books", 100, axial, volume, outside)
        rows.append([f"pumpleak, {axial}, {volume}, {outside}", *found.values()])
    found = in_a_process_of_its_own("rxd", 100)
    rows.append(["NEURON rxd (diffusion), fixed, bath", *found.values(), None, None])
    for name, seconds, *shares in rows:
        shown = ["" if share is None else f"{share:.1e}" for share in shares]
        print(f"{name:<52}{seconds:>10.2f}{shown[0]:>14}{shown[1]:>14}{shown[2]:>10}{shown[3]:>18}")
    save(target, "books.csv", heads, rows)


def compare_spikes(target: Path) -> None:
    """Ten seconds of spikes by NEURON's CVODE and by ours."""
    heads = ("10 s of spikes", "CPU s", "ratio", "error of last spike ms")
    print(("\n{:<36}{:>10}{:>8}{:>24}").format(*heads))
    exact = in_a_process_of_its_own("spikes", 97, "ours", 1e-8)["last"]
    rows, base = [], {}
    for code, name in (("neuron", "NEURON CVODE"), ("ours", "pumpleak")):
        for tolerance in (1e-5, 1e-6):
            found = in_a_process_of_its_own("spikes", 97, code, tolerance)
            ratio = base.setdefault(tolerance, found["seconds"]) / found["seconds"]
            rows.append([f"{name} {tolerance:.0e}", found["seconds"], ratio, found["last"] - exact])
            print(f"{rows[-1][0]:<36}{rows[-1][1]:>10.1f}{ratio:>7.2f}x{rows[-1][3]:>24.3f}")
    save(target, "spikes.csv", heads, rows)


def show_cost(target: Path) -> None:
    """Time and memory against the number of compartments, and the slope on log-log axes."""
    sizes, rows = (100, 1000, 10000), []
    heads = ("volume", "outside", "compartments", "rest s", "24 h block s", "peak MB")
    print(("\n{:<20}" + "{:>14}{:>10}{:>15}{:>10}").format("cost per compartment", *heads[2:]))
    for volume, outside in (("fixed", "bath"), ("osmotic", "closed")):
        found = [in_a_process_of_its_own("cost", n, volume, outside) for n in sizes]
        for n, f in zip(sizes, found, strict=True):
            rows.append([volume, outside, n, f["rest"], f["block"], f["peak"]])
            print(
                f"{volume + ', ' + outside:<20}{n:>14}{f['rest']:>10.3f}{f['block']:>15.3f}{f['peak']:>10.0f}"
            )
        slope = {k: np.polyfit(np.log(sizes), np.log([f[k] for f in found]), 1)[0] for k in ("rest", "block")}
        print(f"{'':<20}{'slope':>14}{slope['rest']:>10.2f}{slope['block']:>15.2f}")
    save(target, "cost.csv", heads, rows)


def compare_speed(target: Path) -> None:
    """P1h by NEURON's CVODE and by ours, errors against a run at 1e-9."""
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
    save(target, "p1h.csv", heads, rows)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        kind, count, *rest = sys.argv[2:]
        runs = {
            "ours": lambda n, axial, rtol: ours(n, axial, float(rtol)),
            "neuron": lambda n, rtol, library: neuron_own(n, float(rtol), library),
            "books": our_books,
            "rxd": rxd_books,
            "cost": cost,
            "spikes": lambda n, code, tolerance: spikes(n, code, float(tolerance)),
        }
        result = runs[kind](int(count), *rest)
        print(json.dumps({k: v.tolist() if isinstance(v, np.ndarray) else v for k, v in result.items()}))
    else:
        main()
