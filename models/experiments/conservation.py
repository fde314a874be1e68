"""Are charge and mass conserved along a course?"""

from collections.abc import Mapping

import numpy as np

from ..cell.cell import Cell
from ..cell.several import SeveralCells
from ..physics.ions import AMOUNT, VALENCE
from ..solve.course import Course


def conservation_errors(cell: Cell, course: Course) -> dict[str, float | None]:
    """How far charge and mass are from being conserved along a course, each as a share of what there is.

    Charge, |F vol sum z n - C A V - initial| over the salt (Na+ + K+), of any compartment by its own salt
    and of the whole cell by all of it; each ion's total against the initial one and what entered through the
    membrane; in a space, the sums of ions inside and outside together that no bath changes against the
    initial ones: in a closed one each ion's, none where all exchange.
    """
    if isinstance(cell, SeveralCells):
        each = [
            _of_one(one, course.cells[label], _passed(cell, label, course))
            for label, one in cell.cells.items()
        ]
        own = {key: max(one[key] for one in each) for key in each[0]}
    else:
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


def _passed(cell: SeveralCells, label: str, course: Course) -> dict[str, np.ndarray]:
    """What has come to one of several cells through junctions, by ion (mM um3), (times,)."""
    found: dict[str, np.ndarray] = {}
    own = cell.part(label)
    for joint in cell.joints:
        for sign, at in ((-1e3, joint.a), (1e3, joint.b)):  # mM um3 of a fmol
            if own.start <= at < own.stop:
                for ion, passed in course.passed.get(joint.name, {}).items():
                    found[ion] = found.get(ion, 0.0) + sign * passed
    return found


def _of_one(cell: Cell, course: Course, passed: Mapping[str, np.ndarray] | None = None) -> dict[str, float]:
    """The charge of a cell, a glia or one of several cells, and its ions against what entered and, through
    junctions, `passed` (mM um3, by ion)."""
    salt = (course.na[0] + course.k[0]) * course.relative_volume[0]
    amounts = {ion: _held(course, ion) for ion in cell.ions}
    on_membrane = cell.geometry.charge_per_mv * cell.grown(course.relative_volume) * course.v
    excess = sum(VALENCE[ion] * amount for ion, amount in amounts.items()) - on_membrane
    excess = excess - excess[0]
    totals = {ion: values @ cell.volume for ion, values in amounts.items()}
    held = max(total[0] for total in totals.values())
    entered = {ion: course.entered[ion] * cell.volume.sum() for ion in cell.ions}
    for ion, more in (passed or {}).items():
        entered[ion] = entered[ion] + more
    return {
        "max_local_charge_error": float(np.abs(excess / salt).max()),
        "total_charge_error": float(np.abs(excess @ cell.volume).max() / (salt @ cell.volume)),
        "ion_conservation_error": max(
            float(np.abs(totals[ion] - totals[ion][0] - entered[ion]).max() / held) for ion in cell.ions
        ),
    }


def _held(course: Course, ion: str) -> np.ndarray:
    """What each compartment holds of an ion (mM of its volume at the beginning), (times, compartments); Ca2+
    as it was counted, since a protocol may have changed its buffer."""
    if ion == "ca":
        return course.gates[AMOUNT[ion]]
    return getattr(course, ion) * course.relative_volume


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
    if isinstance(cell, SeveralCells):
        sums = np.zeros((len(cell.ions), len(course.t)))
        for label, one in cell.cells.items():
            sums[[cell.ions.index(ion) for ion in one.ions]] += everywhere(one, course.cells[label])
        return sums
    beside = 1.0 if course.glia is None else course.glia.relative_volume
    room, rows = cell.room(course.relative_volume, beside), []
    for ion in cell.ions:
        inside = _held(course, ion) @ cell.volume
        outside = getattr(course, ion + "o") * room
        if ion == "k" and cell.surroundings.holds:
            outside = outside + course.gates[cell.surroundings.holds]
        if cell.glia is not None and course.glia is not None:
            inside = inside + _held(course.glia, ion) @ cell.glia.volume
        rows.append(inside + outside @ cell.outside_volume)
    return np.array(rows)
