"""How much of each ion's current every process of a membrane carries."""

from collections.abc import Callable

import numpy as np

from ..cell.cell import Cell
from ..cell.changes import scale
from ..cell.pumps import Pumped
from ..errors import InputError
from ..simulator.runtime import SegmentVariable
from .equations import System
from .jacobian import V_STEP
from .states import GLIA
from .told import spending, tells

ROUND_OFF = 1e-9  # of an ion's largest current, up to which the mechanisms' own make up the whole

Currents = dict[str, dict[str, np.ndarray]]  # mA/cm2 per compartment, by ion and process
Evaluate = Callable[[], object]


def slope_conductance(system: System, y: np.ndarray, of: Cell | None = None) -> np.ndarray:
    """dI/dV (S/cm2) of the membrane per compartment in state y, concentrations and gates as they are.

    of: the cell's glia, where that is asked for.
    """
    cell = system.cell if of is None else of
    at, shift = system.at["v" if cell is system.cell else GLIA + "v"], np.zeros(len(y))
    shift[at] = V_STEP
    system.full_rates(y)
    change = system.full_rates(y + shift, flow=False)[at] - system.full_rates(y - shift, flow=False)[at]
    system.full_rates(y)
    # uA/cm2 / (uF/cm2) = mV/ms
    return -1e-3 * cell.geometry.capacitance * change / (2 * V_STEP)


def by_process(cell: Cell, pump: Pumped, evaluate: Evaluate) -> Currents:
    """Every process's current (mA/cm2) by ion, as NEURON has just evaluated it: "leak", "pump", each
    non-specific current that the ion carries, each further mechanism.

    pump: what the pumps carry there; evaluate: makes NEURON compute the same state again. A mechanism tells
    its own current where it has it RANGE (`RANGE ik` beside `USEION k WRITE ik`); otherwise it is what the
    ion's whole current loses when the mechanism's strengths are set to 0. Mechanisms that neither tells apart
    share a name, "a + b".
    """
    found = _told(cell, pump)
    left = _left(cell, found)
    for ion, silent in _silent(cell).items():
        own = {}
        if len(silent) > 1:
            for name in silent:
                without = _left_without(cell, name, pump, evaluate)
                if without is not None:
                    own[name] = left[ion] - without[ion]
        others = [name for name in silent if name not in own]
        remainder = left[ion] - sum(own.values())
        largest = max(np.abs(values).max() for values in (left[ion], *found[ion].values()))
        if not others and np.abs(remainder).max() > ROUND_OFF * largest:
            own, others, remainder = {}, silent, left[ion]
        found[ion] |= own
        if others:
            found[ion][" + ".join(others)] = remainder
    return found


def atp_by_process(cell: Cell, pump: Pumped) -> dict[str, np.ndarray]:
    """What each process spends of ATP (mol/cm2/s), (compartments,), as NEURON has just evaluated it: "pump"
    and every mechanism that tells it (`RANGE atpase`).

    pump: what the pumps carry there.
    """
    found = {"pump": pump.atp}
    for mechanism in spending(cell):
        owners = cell.membrane.channels[mechanism]
        found[mechanism] = np.zeros(cell.size)
        own = SegmentVariable(cell.geometry.sections_of(owners), f"atpase_{mechanism}")
        found[mechanism][owners] = own.get()
    return found


def _own(cell: Cell, ion: str, mechanism: str) -> np.ndarray:
    """The current of an ion that a mechanism tells (mA/cm2)."""
    found = np.zeros(cell.size)
    if mechanism in cell.membrane.points:
        for at, process in cell.membrane.points[mechanism]:
            found[at] += 100 * getattr(process, f"i{ion}") / cell.area[at]  # nA/um2 = 100 mA/cm2
    else:
        owners = cell.membrane.channels[mechanism]
        theirs = SegmentVariable(cell.geometry.sections_of(owners), f"i{ion}_{mechanism}")
        found[owners] = theirs.get()
    return found


def _silent(cell: Cell) -> dict[str, list[str]]:
    """By ion, the mechanisms that write its current and do not tell their own; only where there are any."""
    silent = {
        ion: [name for name in names if not tells(ion, name)] for ion, names in cell.membrane.writes.items()
    }
    return {ion: names for ion, names in silent.items() if names}


def _told(cell: Cell, pump: Pumped) -> Currents:
    """The currents that NEURON can be asked for one by one."""
    pumped = {"na": pump.na, "k": pump.k}
    found: Currents = {}
    for ion in cell.ions:
        parts = {"leak": cell.variables[f"i_{cell.membrane.leak[ion].mechanism}"].get().copy()}
        if ion in pumped:
            parts["pump"] = pumped[ion]
        for carrier in cell.membrane.carriers:
            if carrier.share(ion):
                at = carrier.compartment
                own = parts.setdefault(carrier.current, np.zeros(cell.size))
                own[at] += carrier.density(ion, cell.area[at])
        for mechanism in cell.membrane.writes[ion]:
            if tells(ion, mechanism):
                parts[mechanism] = _own(cell, ion, mechanism)
        found[ion] = parts
    return found


def _left(cell: Cell, told: Currents) -> dict[str, np.ndarray]:
    """What is left of each ion's whole current."""
    return {ion: cell.variables["i" + ion].get() - sum(parts.values()) for ion, parts in told.items()}


def _left_without(
    cell: Cell, mechanism: str, pump: Pumped, evaluate: Evaluate
) -> dict[str, np.ndarray] | None:
    """What is left of each ion's current when a mechanism's strengths are 0; None where it has none or does
    not work without them."""
    undo = []
    try:
        undo = scale(cell, mechanism, 0.0)
        evaluate()
        left = _left(cell, _told(cell, pump))
    except InputError:
        return None
    finally:
        for variable, values in undo:
            variable.set(values)
        evaluate()
    return left if all(np.isfinite(values).all() for values in left.values()) else None
