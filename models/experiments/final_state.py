"""Where a cell goes whose pump stays blocked for ever."""

import numpy as np

from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..cell.several import SeveralCells
from ..errors import ConvergenceError, InputError
from ..physics.ions import VALENCE
from ..physics.theory import donnan_osmotic, donnan_voltage, nernst, thermal_voltage
from ..solve.currents import by_process, spending
from ..solve.equations import System
from ..solve.of_part import part_state
from ..solve.steady_state import find_steady_state

APART = 1e-3  # mV between V and an ion's Nernst potential up to which the ion is at equilibrium
MOST_ITERATIONS = 100  # of the end of a cell whose Ca2+ buffer fills; each brings about two digits


def final_state(
    cell: Cell, what: str = "full block", max_spikes: int | None = None
) -> tuple[np.ndarray, np.ndarray, str, str | None]:
    """Where a cell that is blocked as it is now goes in the end, from its start: V (mV) and relative volume
    per compartment, what that state is called, and the reason where there is none (then nan).

    what: the block is called; where nothing holds an ion from equilibrium the end is Donnan's.
    """
    what = f"{what}, for ever"
    try:
        if isinstance(cell, SeveralCells):
            return _end_of_several(cell, what, max_spikes)
        shut = [ion for ion in cell.ions if not cell.strength[ion].any()]  # what cannot come to equilibrium
        if (
            (cell.conditions.block == 1).all()
            and not len(cell.surroundings.kept(cell.ions, cell.conditions))
            and not cell.surroundings.takes_k
            and not cell.area_power
            and not _further(cell)
            and not shut
        ):
            per_compartment = zip(cell.anion, cell.impermeant, cell.geometry.charge_per_mv, strict=True)
            ends = np.array([_donnan_end(cell, *own) for own in per_compartment])
            return ends[:, 0], ends[:, 1], f"Donnan ({what})", None
        system = System(cell)
        y = system.expand(find_steady_state(system, max_spikes=max_spikes)[0])
    except (InputError, ConvergenceError) as error:
        nowhere = np.full(cell.size, np.nan)
        return nowhere, nowhere, what, str(error)
    end = system.state(y)
    driven = _driven_by(cell, system, y)
    if not driven:
        return end["v"], end["relative_volume"], f"Donnan ({what})", None
    return end["v"], end["relative_volume"], f"{what}; {driven}", None


def _end_of_several(
    cell: SeveralCells, what: str, max_spikes: int | None
) -> tuple[np.ndarray, np.ndarray, str, str | None]:
    """Likewise of several cells; ConvergenceError where there is no such state."""
    system = System(cell)
    y = system.expand(find_steady_state(system, max_spikes=max_spikes)[0])
    end = system.state(y)
    said = {label: _driven_by(one, system, y) for label, one in cell.cells.items()}
    spending = {label: words for label, words in said.items() if words.startswith("ATP")}
    every = spending or said  # what others keep from equilibrium is brought through junctions
    driven = "; ".join(f"{label}: {words}" for label, words in every.items() if words)
    name = f"{what}; {driven}" if driven else f"Donnan ({what})"
    return end["v"], end["relative_volume"], name, None


def plain(mechanism: str) -> str:
    """A mechanism as a reader calls it: "pmca" for "pl_pmca"."""
    return mechanism.removeprefix("pl_")


def _further(cell: Cell) -> list[str]:
    """The mechanisms and point processes beside leaks and pump."""
    return [*cell.membrane.channels, *cell.membrane.points]


def _driven_by(cell: Cell, system: System, y: np.ndarray) -> str:
    """What keeps ions from equilibrium in the steady state y; "" where nothing does (Donnan)."""
    state = part_state(system, cell, y)
    pump = pumped(system, y, cell)
    system.full_rates(y)
    currents = by_process(cell, pump, lambda: system.full_rates(y))
    pumping, apart = bool((np.abs(pump.atp) > 0).any()), 0.0
    for ion in cell.ions:
        moving = sum(np.abs(values).max() for values in currents[ion].values())
        if moving > 0:
            e = nernst(state[ion], state[ion + "o"], VALENCE[ion], cell.celsius)
            apart = max(apart, float(np.abs(state["v"] - e).max()))
    if apart <= APART and not pumping:
        return ""
    spenders = [*(["the pump"] if pumping else []), *(plain(name) for name in spending(cell))]
    if spenders:
        return f"ATP still spent by {' and '.join(spenders)}"
    others = ", ".join(plain(name) for name in _further(cell)) or "a current with a fixed reversal potential"
    return f"no equilibrium, because of {others}"


def _donnan_end(cell: Cell, anion: float, impermeant: float, charge_per_mv: float) -> tuple[float, float]:
    """V (mV) and relative volume of one compartment in a bath, with what the Ca2+ buffer holds there."""
    bound = 0.0
    felt = {ion: float(cell.bath_of(ion)[0]) for ion in cell.ions}
    for _ in range(MOST_ITERATIONS):
        fixed = anion - 2 * bound
        if cell.osmotic:
            bath = felt, cell.bath_impermeant()[0] + cell.unfelt()
            v, swollen = donnan_osmotic(*bath, impermeant, fixed, cell.celsius, charge_per_mv)
        else:
            v, swollen = donnan_voltage(felt, fixed, cell.celsius, charge_per_mv), 1.0
        if "ca" not in cell.ions or not cell.buffer[0]:
            break
        free = felt["ca"] * np.exp(-2 * v / thermal_voltage(cell.celsius))
        last, bound = bound, cell.buffer.amount("ca", free, swollen) - free * swollen
        if abs(bound - last) < 1e-12:
            break
    return v, swollen
