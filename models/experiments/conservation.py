"""Are charge and mass conserved along a course?"""

import numpy as np

from ..cell.cell import Cell
from ..solve.time_course import Course


def conservation_errors(cell: Cell, course: Course) -> dict[str, float | None]:
    """How far charge and mass are from being conserved along a course, each as a share of what there is.

    Charge, |F vol sum z n - C A V - initial| over the salt (Na+ + K+), of any compartment by its own salt
    and of the whole cell by all of it; each ion's total against the initial one and what entered through the
    membrane; in a space, the sums of ions inside and outside together that no bath changes against the
    initial ones: in a closed one each ion's, none where all exchange.
    """
    salt = (course.na[0] + course.k[0]) * course.relative_volume[0]
    amounts = {
        ion: cell.buffer.amount(ion, getattr(course, ion), course.relative_volume) for ion in cell.ions
    }
    excess = cell.charge({key: getattr(course, key) for key in ("v", *cell.ions, "relative_volume")})
    excess = excess - excess[0]
    totals = {ion: values @ cell.volume for ion, values in amounts.items()}
    held = max(total[0] for total in totals.values())
    entered = {ion: course.entered[ion] * cell.volume.sum() for ion in cell.ions}
    errors = {
        "max_local_charge_error": float(np.abs(excess / salt).max()),
        "total_charge_error": float(np.abs(excess @ cell.volume).max() / (salt @ cell.volume)),
        "ion_conservation_error": max(
            float(np.abs(totals[ion] - totals[ion][0] - entered[ion]).max() / held) for ion in cell.ions
        ),
        "closed_conservation_error": None,
    }
    kept = cell.surroundings.kept(cell.ions, cell.conditions)
    if len(kept):
        both = everywhere(cell, course)
        apart = np.abs(kept @ (both - both[:, :1])).max(axis=1)
        errors["closed_conservation_error"] = float((apart / (np.abs(kept) @ both[:, 0])).max())
    return errors


def everywhere(cell: Cell, course: Course) -> np.ndarray:
    """What there is of each ion inside and in the spaces outside, bound K+ included, (mM um3), (ions,
    times)."""
    room, rows = 1 - cell.water_ratio * (course.relative_volume - 1), []
    for ion in cell.ions:
        inside = cell.buffer.amount(ion, getattr(course, ion), course.relative_volume) @ cell.volume
        outside = getattr(course, ion + "o") * room
        if ion == "k" and cell.surroundings.holds:
            outside = outside + course.gates[cell.surroundings.holds]
        rows.append(inside + outside @ cell.outside_volume)
    return np.array(rows)
