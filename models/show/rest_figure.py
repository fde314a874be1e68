"""The figure of a rest: where the potentials lie, what each process carries, and where the cell differs."""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..experiments.rest import RestResult
from ..words import minus
from .drawing import draw_cell, visible
from .style import COLOUR, GREEN, GREY, new_figure
from .tables import SYMBOL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

APART = 0.5  # mV between compartments from which their V counts as different
SHARE = 0.01  # of the mean; likewise of concentrations and currents


def figure(result: RestResult) -> "Figure":
    """Where the potentials lie, what each process carries, and the cell in its own shape."""
    bars = sum(len(parts) for parts in result.currents.values())
    where = _differing(result)
    widths = [5.0, 4.6, *([3.2] if where else [])]  # inches
    with new_figure(sum(widths), max(3.9, 0.27 * bars + 1.2)) as drawn:
        left, middle, *more = drawn.subplots(1, len(widths), width_ratios=widths)
        _potentials(left, result)
        _currents(middle, result)
        if where:
            draw_cell(more[0], result.layout, where.values, where.label)
            more[0].set_title(where.title, loc="center")
    return drawn


class Where(NamedTuple):
    """What is drawn on the cell: a value per compartment, the colour bar's label (None: all are one), a
    title."""

    values: np.ndarray
    label: str | None
    title: str


def _differing(result: RestResult) -> Where | None:
    """What differs over the cell: V or, where it does not, an ion or the pump's current.

    None in a cell without a shape, and in one of one section in which nothing differs.
    """
    layout = result.layout
    seen = visible(layout)
    if not len(seen):
        return None
    quantities = {"V": ("V (mV)", result.v)}
    quantities |= {f"{SYMBOL[i]} inside": (f"{SYMBOL[i]} inside (mM)", result.inside[i]) for i in layout.ions}
    quantities["pump current"] = ("pump, net current (µA/cm²)", 1e3 * result.pump_net)
    for name, (label, values) in quantities.items():
        if np.ptp(values[seen]) > (APART if name == "V" else SHARE * abs(values[seen].mean())):
            return Where(values, label, f"{name} in the cell's own shape")
    if len(set(layout.section[seen])) == 1:
        return None
    return Where(result.v, None, f"{minus(f'{result.v[seen].mean():.1f}')} mV everywhere")


def _potentials(axis: "Axes", result: RestResult) -> None:
    """The rest, each ion's Nernst potential and GHK's, in their order."""
    layout, s = result.layout, result.summary
    v = s["v_rest_mV"]
    marks = [("rest", v, COLOUR["v"])]
    if result.glia is not None:
        marks.append(("rest of the glia", result.glia.summary["v_rest_mV"], GREEN))
    if s["ghk_mV"] is not None:
        marks.append(("GHK (no pump)", s["ghk_mV"], GREY))
    for ion in layout.ions:
        marks.append((f"E of {SYMBOL[ion]}", result.nernst(ion), COLOUR[ion]))
    marks.sort(key=lambda mark: mark[1])
    for row, (_, e, colour) in enumerate(marks):
        axis.plot([v, e], [row, row], color=colour, lw=6, solid_capstyle="butt", alpha=0.35)
        axis.plot(e, row, "o", color=colour, ms=8)
        axis.annotate(
            minus(f"{e:.1f}"),
            (e, row),
            (0, 9),
            textcoords="offset points",
            ha="center",
            color=colour,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    axis.axvline(v, color=COLOUR["v"], lw=1, ls=":")
    axis.set_yticks(range(len(marks)), [mark[0] for mark in marks])
    axis.set_ylim(-0.6, len(marks) - 0.3)
    axis.margins(x=0.1)
    axis.set_xlabel("mV (inside minus outside)")
    axis.set_title(f"{layout.name}: rest and where each ion would go")


def _currents(axis: "Axes", result: RestResult) -> None:
    """A bar for every process of every ion, a row each."""
    layout = result.layout
    largest = 1e3 * max(abs(layout.by_area(parts["leak"])) for parts in result.currents.values())
    hatch = {"leak": "", "pump": "////"}
    place, rows = 0.0, []
    for ion in layout.ions:
        for process, values in result.currents[ion].items():
            carried = 1e3 * float(layout.by_area(values))
            axis.barh(
                place,
                carried,
                0.85,
                color="white" if process == "pump" else COLOUR[ion],
                edgecolor=COLOUR[ion],
                hatch=hatch.get(process, "...."),
                alpha=1 if process in hatch else 0.6,
            )
            axis.annotate(
                _said(carried, float(largest)),
                (carried, place),
                (4 if carried >= 0 else -4, 0),
                textcoords="offset points",
                ha="left" if carried >= 0 else "right",
                va="center",
                fontsize=8.5,
            )
            rows.append((place, f"{SYMBOL[ion]} {process}", COLOUR[ion]))
            place += 1
        place += 0.5
    axis.axvline(0, color="black", lw=0.8)
    axis.set_yticks([at for at, _, _ in rows], [name for _, name, _ in rows], fontsize=8.5)
    for label, (_, _, colour) in zip(axis.get_yticklabels(), rows, strict=True):
        label.set_color(colour)
    axis.set_ylim(place - 0.9, -0.6)
    axis.tick_params(axis="y", length=0)
    axis.margins(x=0.38)
    axis.locator_params(axis="x", nbins=5)
    axis.set_xlabel("current (µA/cm², outward +)")
    axis.set_title("carried across the membrane")


def _said(carried: float, largest: float) -> str:
    """A current (µA/cm²) beside its bar, to three digits of the largest; "0" is round-off, "≈ 0" is less than
    these show."""
    if abs(carried) <= 1e-8 * largest:
        return "0"
    places = max(3, 2 - math.floor(math.log10(largest))) if largest else 3
    return minus(f"{carried:+.{places}f}") if abs(carried) >= 0.5 * 10.0**-places else "≈ 0"
