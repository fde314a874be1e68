"""Shares of K+ and Na+ in non-specific currents whose file says "balance"."""

import numpy as np

from .cell.carriers import BALANCE, PAIR, Carrier
from .cell.cell import Cell
from .errors import BalanceError
from .physics.ions import VALENCE
from .physics.theory import nernst
from .solve.equations import System

STEP = 1.0  # mV


def share_by_reversal(cell: Cell) -> None:
    """Give every current that is carried "balance" to K+ and Na+ so that it reverses where it does.

    With conductances g_k and g_na for the two ions a current reverses at
    E = (g_k E_K + g_na E_Na)/(g_k + g_na), so that their shares of the conductance, and so of every change of
    the current with voltage, are
    (E_Na - E)/(E_Na - E_K) and (E - E_K)/(E_Na - E_K). E is found from the current itself at the wanted rest,
    gates at steady state; the shares are fixed from then on. Raises BalanceError where E lies outside E_K and
    E_Na, or where the current does not depend on voltage.
    """
    wanted = [carrier for carrier in cell.membrane.carriers if carrier.by_balance]
    if not wanted:
        return
    reversal = _reversal(cell, wanted)
    low, high = (nernst(cell.start[ion], cell.bath_of(ion), VALENCE[ion], cell.celsius) for ion in PAIR)
    for carrier, e in zip(wanted, reversal, strict=True):
        at = carrier.compartment
        share = (e - low[at]) / (high[at] - low[at])
        if not 0 <= share <= 1:
            found = f"reverses at {e:.4g} mV" if np.isfinite(e) else "does not change with voltage"
            raise BalanceError(
                f"{cell.name}: {carrier.current} in {cell.geometry.section_name[at]}: carries = "
                f'"{BALANCE}" shares it between K+ and Na+ so that it reverses where it does; it {found}, '
                f"and no shares of the two make a current reverse outside {low[at]:.4g} to "
                f"{high[at]:.4g} mV; name the ion instead"
            )
        carrier.give({PAIR[0]: 1 - share, PAIR[1]: share})


def _reversal(cell: Cell, wanted: list[Carrier]) -> np.ndarray:
    """Voltage (mV) at which each carrier's current vanishes, by its slope at the start state."""
    system = System(cell)
    at = system.at["v"]
    found = []
    for shift in (-STEP, 0.0, STEP):
        y = system.start.copy()
        y[at] += shift
        system.full_rates(y)
        found.append(np.array([carrier.process.total for carrier in wanted]))
    below, here, above = found
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (above - below) / (2 * STEP)
        v = system.start[at][[carrier.compartment for carrier in wanted]]
        return np.where(slope == 0, np.nan, v - here / slope)
