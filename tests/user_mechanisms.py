"""Mechanisms as users write them, compiled apart from mod/ and loaded beside it, once in a process."""

import fcntl
import subprocess
import sysconfig
from pathlib import Path

from models import engine
from models.engine import h

PUMP = """
NEURON {
    SUFFIX NAME
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE imax, km, ratio, sign, square, basal
    GLOBAL everywhere
}
UNITS { (mA) = (milliamp) (mM) = (milli/liter) }
PARAMETER {
    imax = 0 (UNIT)
    km = 10 (mM) <1e-3, 1e3>
    ratio = 1.5
    sign = 1
    square = 0
    basal = 0 (UNIT)
    everywhere = 1
}
ASSIGNED { nai (mM) ko (mM) ina (mA/cm2) ik (mA/cm2) cycle (mA/cm2) }
BREAKPOINT {
    cycle = sign*everywhere*(FACTOR)*(imax + square*imax*imax + basal)
    cycle = cycle*(nai/(nai + km))^3*(ko/(ko + 2(mM)))^2
    ina = 2*ratio*cycle
    ik = -2*cycle
}
"""
# the same pump with its maximal current in other units
UNITS = {
    "op_milli": ("mA/cm2", "1"),
    "op_micro": ("uA/cm2", "1e-3"),
    "op_metre": ("A/m2", "0.1"),
    "op_molar": ("mole/cm2/s", "96485.33212331e3"),
}
# its current follows a state, and what it is at rest is a result
SLOW = """
NEURON {
    SUFFIX op_slow
    USEION na READ nai WRITE ina
    USEION k READ ko WRITE ik
    RANGE most, ina
}
PARAMETER { most = 0 (mA/cm2) }
ASSIGNED { v (mV) nai (mM) ko (mM) ina (mA/cm2) ik (mA/cm2) }
STATE { bound }
INITIAL { bound = 0 }
BREAKPOINT {
    SOLVE binding METHOD cnexp
    ina = 3*most*bound/(1 + exp(-(v + 100)/80))
    ik = -2*most*bound/(1 + exp(-(v + 100)/80))
}
DERIVATIVE binding { bound' = (nai/(nai + 20(mM)) - bound)/(200(ms)) }
"""
OTHERS = {
    "op_current": "NEURON { SUFFIX op_current NONSPECIFIC_CURRENT i RANGE imax } "
    "PARAMETER { imax = 0 (mA/cm2) } ASSIGNED { i (mA/cm2) } BREAKPOINT { i = imax }",
    "op_still": "NEURON { SUFFIX op_still USEION na WRITE ina USEION k WRITE ik RANGE imax } "
    "PARAMETER { imax = 0 (mA/cm2) } ASSIGNED { ina (mA/cm2) ik (mA/cm2) } BREAKPOINT { ina = 0 ik = 0 }",
    # a strength in a unit of its own, and a parameter without a unit
    "op_dense": "NEURON { SUFFIX op_dense USEION k READ ek WRITE ik RANGE gbar, share } "
    "PARAMETER { gbar = 0 (pS/um2) share = 1 <0, 1> } ASSIGNED { v (mV) ek (mV) ik (mA/cm2) } "
    "BREAKPOINT { ik = (1e-4)*gbar*share*(v - ek) }",
}


def sources() -> dict[str, str]:
    found = {
        name: PUMP.replace("NAME", name).replace("(UNIT)", f"({unit})").replace("FACTOR", factor)
        for name, (unit, factor) in UNITS.items()
    }
    return found | {"op_slow": SLOW} | OTHERS


def load(folder: Path) -> None:
    """Compile the mechanisms in `folder`, which processes that test side by side share, and load them."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not list(folder.glob("*/libnrnmech.*")):
            for name, text in sources().items():
                (folder / f"{name}.mod").write_text(text)
            tool = Path(sysconfig.get_path("scripts")) / "nrnivmodl"
            made = subprocess.run([tool, "."], cwd=folder, capture_output=True, text=True, check=False)
            assert made.returncode == 0, made.stdout + made.stderr
    engine.load_mechanisms()
    h.nrn_load_dll(str(next(folder.glob("*/libnrnmech.*"))))
