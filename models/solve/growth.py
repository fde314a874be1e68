"""A membrane whose area follows the volume: what is solved for in place of V.

With the area A = A0 w^p of the relative volume w the charge on the membrane is Cm A0 w^p V: no linear
function of V and w. So that it stays one of what is solved for, x has in the place of V

    q = w^p V,    dq/dt = w^p dV/dt + p V w^(p - 1) dw/dt

the voltage that the charge would have on the area at the beginning. What follows from the charge is then
linear in x again, and kept to round-off. With p = 0 (the area stays) q is V.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..axial.reading import VOLUME
from ..compiled import compiled


@dataclass(frozen=True)
class Growth:
    """Where V and relative volume are, and the power.

    v, volumes: positions in y, (compartments,)
    power: p; 0 where the area stays
    """

    v: np.ndarray
    volumes: np.ndarray
    power: float

    def charged(self, y: np.ndarray) -> np.ndarray:
        """State y, (states,), with q in the place of V."""
        if not self.power:
            return y
        found = y.copy()
        found[self.v] *= y[self.volumes] ** self.power
        return found

    def spread(self, rates: np.ndarray, y: np.ndarray) -> np.ndarray:
        """dy/dt, (states,), of rates that have dq/dt in the place of dV/dt; changed in place."""
        if self.power:
            grown = y[self.volumes]
            stretched = self.power * y[self.v] * rates[self.volumes] / grown
            rates[self.v] = rates[self.v] * grown**-self.power - stretched
        return rates

    def by_charge(self, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """dV/dq and, at constant q, dV/dw (mV) in state y, (compartments,) each."""
        grown = y[self.volumes]
        return grown**-self.power, -self.power * y[self.v] / grown

    def at_ends(
        self, slopes: np.ndarray, kinds: Sequence[str], ends: Iterable[np.ndarray], y: np.ndarray
    ) -> None:
        """Turn a flow's derivatives by V and relative volume at its two ends into those by q and, at constant
        q, by volume, in place. slopes: (flows, kinds, 2, faces); ends: compartments; y: (states,)."""
        if not self.power:
            return
        v, volume = (list(kinds).index(kind) for kind in ("v", VOLUME))
        by_q, by_volume = self.by_charge(y)
        for end, there in enumerate(ends):
            slopes[:, volume, end] += slopes[:, v, end] * by_volume[there]
            slopes[:, v, end] *= by_q[there]


@compiled
def discharge(y: np.ndarray, v: np.ndarray, volumes: np.ndarray, power: float) -> None:
    """Put V in the place of q at `v` of y. volumes: where y has the relative volumes."""
    for i in range(len(v)):
        y[v[i]] *= y[volumes[i]] ** -power
