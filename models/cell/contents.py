"""What a cell holds inside: the state that its file gives, and its fast Ca2+ buffer."""

from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from ..physics.electroneutrality import Impermeant, all_calcium, inside
from ..physics.flux import free_calcium
from ..physics.ions import told_of
from .energy import bonds_at_rest
from .sections import wanted_inside

if TYPE_CHECKING:
    from .cell import Cell

Values = TypeVar("Values", float, np.ndarray)


class Buffer(NamedTuple):
    """The Ca2+ buffer: its sites (mM of the volume at the beginning) and their dissociation constant (mM)."""

    sites: float
    kd: float

    def amount(self, ion: str, concentration: Values, relative_volume: Values | float = 1.0) -> Values:
        """What a compartment holds of an ion (mM of its volume at the beginning), bound Ca2+ included.

        concentration: free (mM). Numbers or arrays of one shape.
        """
        if ion == "ca":
            return all_calcium(concentration, relative_volume, *self)
        return concentration * relative_volume

    def concentration(self, ion: str, amount: Values, relative_volume: Values | float = 1.0) -> Values:
        """The free concentration (mM) of an ion of which a compartment holds `amount` (mM of its volume at
        the beginning). Numbers or arrays of one shape."""
        if ion == "ca":
            return free_calcium(amount, relative_volume, *self)
        return amount / relative_volume


def change_buffer(cell: "Cell", buffer: Buffer) -> None:
    """Give a cell another Ca2+ buffer. In each compartment there is as much Ca2+ as before."""
    relative_volume = cell.start.get("relative_volume", np.ones(cell.size))
    held = cell.buffer.amount("ca", cell.start["ca"], relative_volume)
    cell.start = cell.start | {"ca": buffer.concentration("ca", held, relative_volume)}
    cell.buffer = cell.axial.buffer = buffer


def first_state(cell: "Cell") -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """The state that a cell's file gives (see `Cell.start`), and the negative charge and the amount (mM) of
    what cannot leave, (compartments,) each. InputError and BalanceError as `electroneutrality.inside`."""
    given = cell.parameters.inside
    free = {ion: wanted_inside(cell.parameters, ion) for ion in told_of(cell.ions)}
    k, anion, impermeant = inside(
        free,
        {ion: cell.buffer.amount(ion, concentration) for ion, concentration in free.items()},
        cell.geometry.charge_per_mv * float(given.v),
        Impermeant(given.impermeant, given.impermeant_valence),
        osmolarity_outside(cell),
        cell.osmotic,
        (str(cell.parameters.path), cell.name),
    )
    ones = np.ones(cell.size)
    start = {"v": float(given.v) * ones, **{ion: c * ones for ion, c in free.items()}, "k": k}
    if cell.parameters.energy.followed:
        start["bonds"] = bonds_at_rest(cell.parameters) * ones
    return start, anion, impermeant


def osmolarity_outside(cell: "Cell") -> float:
    """All that is dissolved in a cell's bath (mM)."""
    return sum(cell.outside.values()) + cell.bath_impermeant()[0]
