"""What all figures share: colours, letters, axes. matplotlib is loaded when the first is drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from ..physics.ions import IONS
from ..words import HOUR, minus

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from ..solve.course import Course

# colours that stay apart for colour-blind readers (Okabe & Ito)
COLOUR = {"v": "#222222", **{name: ion.colour for name, ion in IONS.items()}}
GREY, MAGENTA, GREEN = "#777777", "#C51B7D", "#1B7837"
# ticks of an axis of time, ms
TICKS = {
    "0.1 ms": 0.1,
    "1 ms": 1.0,
    "1 s": 1e3,
    "1 min": 6e4,
    "1 h": HOUR,
    "1 day": 24 * HOUR,
    "30 days": 720 * HOUR,
}
TWO_LINES = 0.13  # of the height of an axis, of letters beside it
STYLE: Any = {
    "figure.dpi": 130,
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


@contextmanager
def new_figure(width: float, height: float) -> Iterator["Figure"]:
    """An empty figure (inches), and the style of all figures while it is drawn.

    It belongs to whoever holds it: pyplot knows nothing of it. A notebook shows it all the same.
    """
    from io import BytesIO

    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    class Picture(Figure):
        def _repr_png_(self) -> bytes:
            written = BytesIO()
            self.savefig(written, format="png")
            return written.getvalue()

    with matplotlib.rc_context(STYLE):
        figure = Picture(figsize=(width, height), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure


def shades(number: int) -> np.ndarray:
    """Colours in their order, from dark to light."""
    import matplotlib

    return matplotlib.colormaps["plasma"](np.linspace(0.05, 0.85, number))


def time_axis(axis: "Axes", t: np.ndarray) -> None:
    """A logarithmic axis of time (ms) that reads in seconds, minutes, hours."""
    from matplotlib.ticker import FixedLocator, NullLocator

    axis.set_xscale("log")
    axis.set_xlim(min(0.02, t.max() / 2), t.max())
    ticks = {name: at for name, at in TICKS.items() if axis.get_xlim()[0] <= at <= axis.get_xlim()[1]}
    axis.xaxis.set_major_locator(FixedLocator(list(ticks.values())))
    axis.set_xticklabels(list(ticks))
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_xlabel("time after the block")


def after_block(course: "Course") -> np.ndarray:
    """Times for a logarithmic axis: the start is shown where the axis begins."""
    return np.maximum(course.t, 0.02)


def name_levels(axis: "Axes", levels: list[tuple[float, str, str]]) -> None:
    """Words (in two lines) and their colour at the right of an axis, beside the levels that they name; held
    apart where levels are close."""
    low, high = axis.get_ylim()
    least = TWO_LINES * (high - low)
    at, highest = [], high - least / 4
    for level, _, _ in sorted(levels, reverse=True):
        at.append(min(level, highest))
        highest = at[-1] - least
    for y, (_, words, colour) in zip(reversed(at), sorted(levels), strict=True):
        axis.annotate(
            minus(words), (1, y), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
            va="center", color=colour, fontsize=8.5,
        )  # fmt: skip
    axis.set_ylim(low, high)
