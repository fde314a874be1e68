"""What electrodes outside a cell see of it: the potential that its membrane currents make there.

Currents along every compartment's axis in a volume conductor, as LFPykit adds them up (line sources: Holt GR,
Koch C (1999) J Comput Neurosci 6:169-184, doi:10.1023/A:1008832702585), before the surface of an array that
does not conduct, whose image doubles them.
"""

from dataclasses import dataclass

import numpy as np

from ..cell.cell import Cell
from ..physics.ions import AMOUNT
from ..solve.course import Course
from .layout import Layout
from .rest_result import RestResult

SIGMA = 0.3  # S/m, grey matter: Goto et al. 2010 J Neurophysiol 104:3388; saline conducts five times as well
IMAGE = 2.0  # of an insulating plane beside the sources

ION = {amount: ion for ion, amount in AMOUNT.items()}


@dataclass(frozen=True)
class Array:
    """Electrodes in a plane below a cell. pitch: um between them; gap: um from the nearest membrane."""

    pitch: float
    gap: float


def potential(layout: Layout, current: np.ndarray, array: Array) -> np.ndarray:
    """Potential (uV) at each electrode of an array that reaches below the whole cell, (electrodes, ...).

    current: out of each compartment's membrane (nA), (compartments, ...).
    """
    # its import takes a second, which nothing else should wait for
    from lfpykit import CellGeometry, LineSourcePotential

    points, diameter = ends(layout)
    shape = CellGeometry(*np.moveaxis(points, 2, 0), d=diameter)
    x, y, z = _electrodes(points, diameter, array)
    matrix = LineSourcePotential(shape, x=x, y=y, z=z, sigma=SIGMA).get_transformation_matrix()
    return 1e3 * IMAGE * np.tensordot(matrix, current, 1)


def ends(layout: Layout) -> tuple[np.ndarray, np.ndarray]:
    """Where each compartment begins and ends (um), (compartments, 2, 3), and its diameter (um)."""
    points, diameter = np.zeros((layout.size, 2, 3)), np.zeros(layout.size)
    for branch, name in zip(layout.branches, dict.fromkeys(layout.section), strict=True):
        inside = np.flatnonzero(layout.section == name)
        steps = np.linalg.norm(np.diff(branch.points[:, :3], axis=0), axis=1)
        arc = np.concatenate([[0.0], np.cumsum(steps)]) / steps.sum()
        at = np.linspace(0, 1, len(inside) + 1)
        line = np.column_stack([np.interp(at, arc, branch.points[:, i]) for i in range(3)])
        points[inside, 0], points[inside, 1] = line[:-1], line[1:]
        diameter[inside] = np.interp((at[1:] + at[:-1]) / 2, arc, branch.points[:, 3])
    return points, diameter


def _electrodes(points: np.ndarray, diameter: np.ndarray, array: Array) -> tuple[np.ndarray, ...]:
    """x, y and z (um) of the electrodes, (electrodes,) each."""
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    level = (points[..., 2].min(axis=1) - diameter / 2).min() - array.gap
    grids = [np.arange(low[i], high[i] + array.pitch, array.pitch) for i in (0, 1)]
    x, y = (one.ravel() for one in np.meshgrid(*grids))
    return x, y, np.full(len(x), level)


def resting_current(found: RestResult) -> np.ndarray:
    """Current out of each compartment's membrane at rest (nA), (compartments,)."""
    each = [values for parts in found.currents.values() for values in parts.values()]  # mA/cm2
    return np.sum(each, axis=0) * found.layout.area * 1e-2


def swinging_current(cell: Cell, course: Course) -> np.ndarray:
    """Current out of each compartment's membrane (nA), capacitive and ionic, (compartments, times): what
    arrives along the cell."""
    found = np.zeros((cell.size, len(course.t)))
    for i in range(len(course.t)):
        own = [_kind(course, kind, i) for kind in cell.axial.kinds]
        _, along = cell.axial.flows(np.array(own))
        np.add.at(found[:, i], cell.axial.a, -along)
        np.add.at(found[:, i], cell.axial.b, along)
    return found


def _kind(course: Course, kind: str, i: int) -> np.ndarray:
    """V, or an ion's amount per volume at the beginning; of ions that nothing binds."""
    return course.v[i] if kind == "v" else course.state[ION[kind]][i] * course.relative_volume[i]
