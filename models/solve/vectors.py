"""States to NEURON's vector and rates from it, compiled: what runs at every evaluation."""

import numpy as np

from ..compiled import compiled
from .growth import discharge


@compiled
def put(
    x: np.ndarray, places: np.ndarray, follower_places: np.ndarray, kept: np.ndarray, sources: np.ndarray,
    factors: np.ndarray, v: np.ndarray, volumes: np.ndarray, power: float, positive: np.ndarray,
    y: np.ndarray,
) -> bool:  # fmt: skip
    """Put free states and what follows from the charge where NEURON reads them; whether those that must not
    be below 0 are not."""
    for i in range(len(x)):
        y[places[i]] = x[i]
    for i in range(len(kept)):
        total = 0.0
        for j in range(len(factors)):
            total += factors[j, i] * y[sources[j, i]]
        y[follower_places[i]] = kept[i] + total
    discharge(y, v, volumes, power)
    possible = True
    for i in positive:
        possible &= y[i] >= 0
    return possible


@compiled
def expanded(
    x: np.ndarray, start: np.ndarray, free: np.ndarray, at: np.ndarray, kept: np.ndarray, sources: np.ndarray,
    factors: np.ndarray, v: np.ndarray, volumes: np.ndarray, power: float,
) -> np.ndarray:  # fmt: skip
    """All states of each row of free ones, those that follow from the charge among them."""
    y = np.empty((len(x), len(start)))
    for row in range(len(x)):
        y[row] = start
        for i in range(len(free)):
            y[row, free[i]] = x[row, i]
        for i in range(len(at)):
            total = 0.0
            for j in range(len(factors)):
                total += factors[j, i] * y[row, sources[j, i]]
            y[row, at[i]] = kept[i] + total
        discharge(y[row], v, volumes, power)
    return y


@compiled
def rates_of(
    f: np.ndarray, places: np.ndarray, currents: np.ndarray, ion: np.ndarray, into: np.ndarray,
    at_v: np.ndarray, entering: np.ndarray, charging: np.ndarray, capacitance: np.ndarray, y: np.ndarray,
    volumes: np.ndarray, power: float, more: int,
) -> np.ndarray:  # fmt: skip
    """NEURON's rates and, after them, each ion's flux through the whole membrane, the cell's and its glia's;
    dq/dt from the current along the cell (nA), which the glia has not, and the currents through the membrane
    (mA/cm2).

    NEURON's own sum is the same, but it passes through the voltages of its branch nodes, whose last digit
    (1e-14 mV) times a conductance of some uS is a current that belongs to nobody: 1e-9 mV of error in the
    rest of a tight cell. From differences between compartments charge is kept to the bit.

    ion, into: as in `Together`. y: NEURON's states, which has the cell's relative volumes at `volumes`;
    power: of these, to which the area is proportional. more: places that are left free behind it all.
    """
    n = len(places)
    rates = np.empty(n + len(ion) + more)
    for i in range(n):
        rates[i] = f[places[i]]
    for row in range(len(ion)):
        if power > 0:
            total = 0.0
            for i in range(currents.shape[1]):
                grown = y[volumes[i]] ** power if i < len(volumes) else 1.0
                total += currents[ion[row], i] * into[row, i] * grown
            rates[n + row] = total
        else:
            rates[n + row] = np.sum(currents[ion[row]] * into[row])
    for i in range(len(at_v)):
        total = 0.0
        for k in range(len(currents)):
            total += currents[k, i]
        own = i < len(volumes)
        grown = y[volumes[i]] ** power if power > 0 and own else 1.0
        along = entering[i] * charging[i] if own else 0.0
        rates[at_v[i]] = along - 1e3 * total * grown / capacitance[i]
    return rates
