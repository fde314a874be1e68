"""Are charge and mass conserved along a course?"""

import numpy as np

from ..cell.cell import Cell
from ..solve.course import Course


def conservation_errors(cell: Cell, course: Course) -> dict[str, float | None]:
    """How far charge and mass are from being conserved along a course, each as a share of what there is.

    Charge, |F vol sum z n - C A V - initial| over the salt (Na+ + K+), of any compartment by its own salt
    and of the whole cell by all of it; each ion's total against the initial one and what entered through the
    membrane; in a space, the sums of ions inside and outside together that no bath changes against the
    initial ones: in a closed one each ion's, none where all exchange.
    """
    own = _of_one(cell, course)
    if cell.glia is not None and course.glia is not None:
        beside = _of_one(cell.glia, course.glia)
        own = {key: max(error, beside[key]) for key, error in own.items()}
    errors: dict[str, float | None] = {**own, "closed_conservation_error": None}
    kept = cell.surroundings.kept(cell.ions, cell.conditions)
    if len(kept):
        both = everywhere(cell, course)
        apart = np.abs(kept @ (both - both[:, :1])).max(axis=1)
        errors["closed_conservation_error"] = float((apart / (np.abs(kept) @ both[:, 0])).max())
    return errors


def _of_one(cell: Cell, course: Course) -> dict[str, float]:
    """The charge of a cell, or of a glia, and its ions against what entered."""
    salt = (course.na[0] + course.k[0]) * course.relative_volume[0]
    amounts = {
        ion: cell.buffer.amount(ion, getattr(course, ion), course.relative_volume) for ion in cell.ions
    }
    excess = cell.charge({key: getattr(course, key) for key in ("v", *cell.ions, "relative_volume")})
    excess = excess - excess[0]
    totals = {ion: values @ cell.volume for ion, values in amounts.items()}
    held = max(total[0] for total in totals.values())
    entered = {ion: course.entered[ion] * cell.volume.sum() for ion in cell.ions}
    return {
        "max_local_charge_error": float(np.abs(excess / salt).max()),
        "total_charge_error": float(np.abs(excess @ cell.volume).max() / (salt @ cell.volume)),
        "ion_conservation_error": max(
            float(np.abs(totals[ion] - totals[ion][0] - entered[ion]).max() / held) for ion in cell.ions
        ),
    }


def received(cell: Cell, course: Course) -> dict[str, float]:
    """What came to a shell from its bath, by ion, less what glia that is a sink took for good (mM of the
    volume that the cell began with), from the first state to the last; nothing of other surroundings."""
    if not cell.surroundings.exchanges:
        return {}
    both = everywhere(cell, course)
    gained = (both[:, -1] - both[:, 0]) / cell.volume.sum()
    return {f"{ion}_from_bath_mM": float(value) for ion, value in zip(cell.ions, gained, strict=True)}


def everywhere(cell: Cell, course: Course) -> np.ndarray:
    """What there is of each ion inside, in glia and in the spaces outside, bound K+ included, (mM um3),
    (ions, times)."""
    beside = 1.0 if course.glia is None else course.glia.relative_volume
    room, rows = cell.room(course.relative_volume, beside), []
    for ion in cell.ions:
        inside = cell.buffer.amount(ion, getattr(course, ion), course.relative_volume) @ cell.volume
        outside = getattr(course, ion + "o") * room
        if ion == "k" and cell.surroundings.holds:
            outside = outside + course.gates[cell.surroundings.holds]
        if cell.glia is not None and course.glia is not None:
            held = getattr(course.glia, ion), course.glia.relative_volume
            inside = inside + cell.glia.buffer.amount(ion, *held) @ cell.glia.volume
        rows.append(inside + outside @ cell.outside_volume)
    return np.array(rows)
