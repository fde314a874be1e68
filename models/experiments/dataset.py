"""Results as xarray datasets: what their variables and coordinates have in common.

xarray is loaded with the first dataset; it takes a second.
"""

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from ..solve.course import Course
from .layout import Layout

if TYPE_CHECKING:
    from xarray import Dataset

Variable = tuple[Any, Any, dict[str, str]]  # dimensions, values, attributes


def dataset(
    provenance: dict[str, str],
    summary: dict[str, Any],
    variables: dict[str, Variable],
    coords: dict[str, Any],
) -> "Dataset":
    """A dataset with the provenance and the scalars of a summary in its attributes, as any file can hold
    them: numbers and text, what is neither as JSON; what is None is left out."""
    from xarray import Dataset

    attributes: dict[str, Any] = dict(provenance)
    for key, value in summary.items():
        if value is not None:
            plain = isinstance(value, str | int | float) and not isinstance(value, bool)
            attributes[key] = value if plain else json.dumps(value)
    return Dataset(variables, coords=coords, attrs=attributes)


def text(dims: Any, values: Any) -> Variable:
    """A variable of words."""
    return dims, np.array(values, object), {}


def measured(dims: Any, values: Any, unit: str, name: str = "") -> Variable:
    """A variable of numbers. name: what it is, where its own name does not say."""
    return dims, values, {"units": unit, **({"long_name": name} if name else {})}


def places(layout: Layout) -> dict[str, Variable]:
    """The coordinates of compartments: where each is."""
    return {
        "section": text("segment", layout.section),
        "x": measured("segment", layout.x, "1", "position in the section"),
        "distance": measured("segment", layout.distance, "um"),
    }


def sizes(layout: Layout) -> dict[str, Variable]:
    """How large each compartment is."""
    return {
        "area": measured("segment", layout.area, "um2"),
        "volume": measured("segment", layout.volume, "um3", "volume at the beginning"),
    }


def of_glia(glia: "Dataset") -> dict[str, Variable]:
    """A glia's variables beside those of its cell, glia_v, ..., those of its own processes left out."""
    return {
        f"glia_{name}": (variable.dims, variable.values, variable.attrs)
        for name, variable in glia.data_vars.items()
        if "process" not in variable.dims
    }


def of_course(layout: Layout, course: Course) -> tuple[dict[str, Variable], dict[str, Any]]:
    """Variables and coordinates of the states of a cell over time: (time, segment) and (time, segment,
    ion)."""
    each = ("time", "segment", "ion")
    inside = np.stack([getattr(course, ion) for ion in layout.ions], axis=-1)
    entered = np.stack([course.entered[ion] for ion in layout.ions], axis=-1)
    variables = {
        "v": measured(each[:2], course.v, "mV", "membrane potential"),
        "inside": measured(each, inside, "mM", "concentration inside"),
        **sizes(layout),
        "entered": measured(
            ("time", "ion"), entered, "mM", "entered through the membrane, per volume at the beginning"
        ),
    }
    if "bonds" in course.state:
        words = "2 ATP + ADP + phosphocreatine, per volume at the beginning"
        variables["bonds"] = measured(each[:2], course.bonds, "mM", words)
    if layout.osmotic:
        variables["relative_volume"] = measured(each[:2], course.relative_volume, "1", "relative volume")
    if layout.follows_outside:
        outside = np.stack([getattr(course, ion + "o") for ion in layout.ions], axis=-1)
        variables["outside"] = measured(each, outside, "mM", "concentration outside")
    coords = {"time": measured("time", course.t, "ms"), "ion": list(layout.ions), **places(layout)}
    return variables, coords
