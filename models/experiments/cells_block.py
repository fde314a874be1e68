"""What a pump block does to each of several cells in one system."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..physics.ions import IONS, told_of
from ..solve.course import Course
from .cells_rest import CellsRest
from .dataset import Variable, measured, text
from .layout import Layout
from .rest_result import RestResult


def with_cells(
    cells: Mapping[str, Layout], course: Course, variables: dict[str, Variable], coords: dict[str, Any]
) -> tuple[dict[str, Variable], dict[str, Any]]:
    """Variables and coordinates of a course's dataset with the cell of each compartment and what has passed
    the junctions, (time, junction, ion)."""
    names = np.repeat(list(cells), [layout.size for layout in cells.values()])
    coords = coords | {"cell": text("segment", names)}
    if not course.passed:
        return variables, coords
    none = np.full(len(course.t), np.nan)
    each = [[parts.get(ion, none) for ion in coords["ion"]] for parts in course.passed.values()]
    words = "what has passed a junction, from its first end to its second"
    passed = measured(("time", "junction", "ion"), np.moveaxis(np.array(each), -1, 0), "fmol", words)
    return variables | {"passed": passed}, coords | {"junction": list(course.passed)}


def of_cells(
    before: RestResult, course: Course, back: int | None, at_once: np.ndarray, final: np.ndarray
) -> dict[str, Any]:
    """The keys "cells" and "junctions" of a block's summary, none of one cell alone.

    back: index of the last state before the pumps run again, or None; at_once, final: V (mV) at once and for
    ever, (compartments,), nan where there is none.
    """
    if not isinstance(before, CellsRest):
        return {}
    cells, first = [], 0
    for label, one in before.cells.items():
        own = slice(first, first + one.layout.size)
        first = own.stop
        ends = at_once[own], final[own]
        cells.append({"cell": label} | _of_one(before, label, course.cells[label], back, *ends))
    return {"cells": cells, "junctions": _passed(course)}


def _passed(course: Course) -> list[dict[str, Any]]:
    return [
        {"junction": name, **{f"{ion}_fmol": float(values[-1]) for ion, values in parts.items()}}
        for name, parts in course.passed.items()
    ]


def ends_of(cells: Mapping[str, Layout], course: Course) -> dict[str, Any]:
    """The keys "cells" and "junctions" of a course's summary: each cell at its beginning and end, and what
    has passed; none where there are not several."""
    if not cells:
        return {}
    found = []
    for label, layout in cells.items():
        own = course.cells[label]
        v = layout.by_area(own.v)
        said: dict[str, Any] = {"cell": label, "v_before_mV": float(v[0]), "v_end_mV": float(v[-1])}
        for ion in (ion for ion in layout.ions if not IONS[ion].trace):
            inner = layout.by_volume(getattr(own, ion), own.relative_volume)
            said |= {f"{ion}i_before_mM": float(inner[0]), f"{ion}i_end_mM": float(inner[-1])}
        volume = layout.by_volume(own.relative_volume[-1])
        found.append(said | {"relative_volume_end": float(volume)})
    return {"cells": found, "junctions": _passed(course)}


def _of_one(
    before: CellsRest, label: str, course: Course, back: int | None, at_once: np.ndarray, final: np.ndarray
) -> dict[str, Any]:
    """What became of one cell."""
    layout, s = before.cells[label].layout, before.cells[label].summary
    v, volume = layout.by_area(course.v), layout.by_volume(course.relative_volume)
    found = {
        "v_before_mV": s["v_rest_mV"],
        "v_immediate_mV": _or_none(float(layout.by_area(at_once))),
        "v_recovery_mV": None if back is None else float(v[back]),
        "v_end_mV": float(v[-1]),
        "final_mV": _or_none(float(layout.by_area(final))),
        "relative_volume_end": float(volume[-1]),
    }
    for ion in (ion for ion in told_of(layout.ions) if ion in layout.ions and not IONS[ion].trace):
        inner = layout.by_volume(getattr(course, ion), course.relative_volume)
        found[f"{ion}i_before_mM"] = s[f"{ion}i_mM"]
        found[f"{ion}i_end_mM"] = float(inner[-1])
        found[f"{ion}o_end_mM"] = float(layout.by_volume(getattr(course, ion + "o"))[-1])
    return found


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
