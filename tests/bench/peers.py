"""P1h by the integrators of others: NEURON's CVODE, SciPy's LSODA, SUNDIALS' CVODE from plain C.

The last two have the equations of a straight cable written out, without NEURON: what an integrator costs
where an evaluation costs next to nothing.
"""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from .cable import ANION, DIAMETER, FARADAY, G_K, G_NA, HOURS, LENGTH, PER_MV, PUMP, RT_F, section
from .process import HERE, arrays

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


def compile_mechanism(folder: Path) -> str:
    """The library of a NEURON user's own accumulation mechanism."""
    (folder / "peer.mod").write_text(DIFFUSION_MOD)
    tool = Path(sys.executable).parent / "nrnivmodl"
    subprocess.run([str(tool), "."], cwd=folder, check=True, capture_output=True)
    return str(next(folder.glob("*/libnrnmech.*")))


def neuron(compartments: int, tolerance: float, mechanism: str) -> dict:
    """The same problem as a NEURON user writes it: KINETIC, LONGITUDINAL_DIFFUSION, CVODE."""
    from models.physics.theory import charge_per_mv
    from models.simulator import library, runtime
    from models.simulator.runtime import h

    library.load_mechanisms()
    h.nrn_load_dll(mechanism)
    sec = section(compartments)
    for name in ("pl_naohmic", "pl_kohmic", "pl_nakpump", "peer"):
        sec.insert(name)
    segments = list(sec)
    volume = np.array([s.volume() for s in segments])
    per_mv = charge_per_mv(1.0, np.array([s.area() for s in segments]), volume)
    h.nao0_na_ion, h.ko0_k_ion = 145, 4
    for s, charge in zip(segments, per_mv, strict=True):
        s.pl_naohmic.g, s.pl_kohmic.g = G_NA, G_K
        s.pl_nakpump.imax, s.pl_nakpump.km_na, s.pl_nakpump.km_k = PUMP, 10, 1.5
        s.peer.nai0 = 12 + 16 * s.x
        s.peer.ki0 = ANION - charge * 70 - s.peer.nai0
    integrator = runtime.reset(37.0, tolerance)
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
    return {"seconds": seconds} | _ended(v, na, k)


def _ended(v, na, k) -> dict:
    """What a straight cable has come to, and the charge (mM) that the run made up, of the whole cell."""
    excess = na + k - ANION - PER_MV * v
    return {"v": v, "na": na, "k": k, "drift": float(abs(excess.mean()))}


def lsoda(compartments: int, tolerance: float) -> dict:
    """SciPy's LSODA with a banded Jacobian."""
    from scipy.integrate import solve_ivp

    n = compartments
    x = (np.arange(n) + 0.5) / n
    width = LENGTH / n
    drive = 1e3 * (DIAMETER * 1e-4 / 4) / (100 * (width * 1e-4) ** 2)  # mV/ms per mV
    into = (4e4 / DIAMETER) / FARADAY  # mM/ms per mA/cm2
    running = np.ones(n)

    def spread(values):
        flow = np.zeros(n + 1)
        flow[1:-1] = np.diff(values)
        return np.diff(flow)

    def rates(_, z):
        v, na, k = z[0::3], z[1::3], z[2::3]
        cycle = PUMP * running * (na / (na + 10)) ** 3 * (4 / 5.5) ** 2
        i_na = G_NA * (v - RT_F * np.log(145 / na)) + 3 * cycle
        i_k = G_K * (v - RT_F * np.log(4 / k)) - 2 * cycle
        found = np.empty(3 * n)
        found[0::3] = drive * spread(v) - 1e3 * (i_na + i_k)
        found[1::3] = 1.33 / width**2 * spread(na) - into * i_na
        found[2::3] = 1.96 / width**2 * spread(k) - into * i_k
        return found

    z, counts = np.empty(3 * n), np.zeros(2, int)
    z[0::3], z[1::3] = -70, 12 + 16 * x
    z[2::3] = ANION - PER_MV * 70 - z[1::3]
    began = time.process_time()
    for phase in range(2):
        if phase:
            running[x > 0.5] = 0.0
        run = solve_ivp(
            rates, (0, 2 * HOURS), z, method="LSODA", rtol=tolerance, atol=tolerance, lband=3, uband=3,
            t_eval=[2 * HOURS],
        )  # fmt: skip
        z = run.y[:, -1]
        counts += run.nfev, run.njev
    seconds = time.process_time() - began
    return {"seconds": seconds, "evaluations": int(counts[0]), "jacobians": int(counts[1])} | _ended(
        z[0::3], z[1::3], z[2::3]
    )


def compile_c(folder: Path) -> str | None:
    """The program of cvode.c; None where there is no C compiler or SUNDIALS (headers and libraries, from
    version 6 on; Debian: libsundials-dev) is not installed."""
    tool, program = shutil.which("cc"), folder / "cvode"
    if tool is None:
        return None
    libraries = ["cvode", "nvecserial", "sunmatrixband", "sunlinsolband"]
    command = [tool, "-O2", str(HERE / "cvode.c"), "-o", str(program)]
    for core in ([], ["-lsundials_core"]):  # which there is from version 7 on
        run = subprocess.run(
            [*command, *(f"-lsundials_{name}" for name in libraries), *core, "-lm"],
            capture_output=True,
            text=True,
        )
        if not run.returncode:
            return str(program)
    return None


def cvode(program: str, compartments: int, tolerance: float, runs: int = 3) -> dict:
    """SUNDIALS' CVODE from plain C, with a banded Jacobian by differences."""
    command = [program, str(compartments), str(tolerance)]
    found = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(runs)
    ]
    ended = arrays(found[0])
    return (
        ended
        | _ended(ended["v"], ended["na"], ended["k"])
        | {"seconds": float(np.median([f["seconds"] for f in found]))}
    )
