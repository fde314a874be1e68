"""A cell drawn in its own shape, coloured by a value per compartment."""

from typing import TYPE_CHECKING

import numpy as np

from ..experiments.layout import Layout
from ..experiments.outlines import outlines_of
from .style import COLOUR

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def visible(layout: Layout) -> np.ndarray:
    """Indices of the compartments that a drawing shows: all but rings of T-tubules; none without points."""
    return np.array(outlines_of(layout)[1], int)


def limits_of(values: np.ndarray) -> tuple[float, float]:
    """Lowest and highest value of a colour bar; round-off is not magnified into a picture."""
    lowest, highest = float(values.min()), float(values.max())
    middle = 0.5 * (lowest + highest)
    span = max(highest - lowest, 0.02 * max(abs(middle), 1.0))
    return middle - span / 2, middle + span / 2


def alike(first: tuple[float, float], second: tuple[float, float]) -> list[tuple[float, float]]:
    """Limits of two colour bars, made as wide as the wider one: a colour's step is then the same in both."""
    span = max(high - low for low, high in (first, second))
    return [((low + high - span) / 2, (low + high + span) / 2) for low, high in (first, second)]


def draw_cell(
    axis: "Axes",
    layout: Layout,
    values: np.ndarray,
    label: str | None,
    limits: tuple[float, float] | None = None,
) -> None:
    """The morphology in its own shape, coloured by a value per compartment.

    label: of the colour bar; None: the values are all one, and there is no bar. limits: of the colours.
    """
    from matplotlib.collections import PolyCollection

    outlines, owners = outlines_of(layout)
    shape = PolyCollection(outlines, linewidths=0.9)
    if label is None:
        shape.set_color(COLOUR["v"])
    else:
        clim = limits or limits_of(values[owners])
        shape.set(array=values[owners], cmap="viridis", edgecolor="face", clim=clim)
    axis.add_collection(shape)
    axis.autoscale_view()
    ends = np.concatenate(outlines)
    width, height = np.ptp(ends, axis=0)
    if height < 0.1 * width:  # a fibre: stretched across, or it would be a line
        axis.set_ylim(ends[:, 1].min() - 2 * height, ends[:, 1].max() + 2 * height)
        axis.set_xlabel("µm")
        axis.set_ylabel("µm (stretched)")
    else:
        axis.set_aspect("equal")
        axis.axis("off")
        _scale_bar(axis, ends, max(width, height))
    if label is not None:
        axis.figure.colorbar(shape, ax=axis, label=label, shrink=0.75, pad=0.02)


def _scale_bar(axis: "Axes", ends: np.ndarray, size: float) -> None:
    """A bar of 1, 2 or 5 times a power of ten, between a tenth and a quarter of the drawing's size."""
    power = 10 ** np.floor(np.log10(size / 4))
    length = power * max(step for step in (1, 2, 5) if step * power <= size / 4)
    x, y = ends[:, 0].max(), ends[:, 1].min() - 0.04 * size
    axis.plot([x - length, x], [y, y], color="black", lw=2)
    axis.annotate(f"{length:g} µm", (x - length / 2, y), (0, -11), textcoords="offset points", ha="center")
