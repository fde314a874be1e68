"""Reading a figure back: its axes, lines, bands, legends and words."""

import numpy as np
from made_up import by_volume
from matplotlib.colors import same_color, to_hex

# written once more: what a reader of the figures has learnt
COLOUR = {"na": "#D55E00", "k": "#0072B2", "cl": "#009E73", "ca": "#CC79A7"}
NAME = {"na": "Na⁺", "k": "K⁺", "cl": "Cl⁻", "ca": "Ca²⁺"}
VALENCE = {"na": 1, "k": 1, "cl": -1, "ca": 2}
IONS = ["na", "k", "cl", "ca"]


def axes_by_label(figure) -> dict:
    """Axes of a figure by what stands on their y axis (colour bars by what stands at them)."""
    return {axis.get_ylabel(): axis for axis in figure.axes}


def lines_of(axis, label: str | None = None) -> list:
    """The lines that have data, of that label where one is given."""
    return [line for line in axis.lines if len(line.get_xdata()) and label in (None, line.get_label())]


def colour_of(line) -> str:
    return to_hex(line.get_color()).upper()


def legend_of(holder) -> dict[str, str]:
    """Colour by label as the legend shows it."""
    legend = holder.get_legend() if hasattr(holder, "get_legend") else holder.legends[0]
    found = {}
    for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True):
        colour = handle.get_facecolor() if hasattr(handle, "get_facecolor") else handle.get_color()
        found[text.get_text()] = to_hex(colour).upper()
    return found


def texts_of(axis) -> list[str]:
    return [text.get_text() for text in axis.texts]


def line_is(line, x, y, colour=None):
    np.testing.assert_allclose(line.get_xdata(), x, rtol=1e-12)
    np.testing.assert_allclose(line.get_ydata(), y, rtol=1e-12)
    if colour is not None:
        assert same_color(line.get_color(), colour)


def the_line(axis, x, y):
    """The one line of an axis with these data."""
    found = [
        line
        for line in lines_of(axis)
        if np.shape(line.get_xdata()) == np.shape(x)
        and np.allclose(line.get_xdata(), x, rtol=1e-12)
        and np.allclose(line.get_ydata(), y, rtol=1e-12)
    ]
    assert len(found) == 1, [(line.get_xdata(), line.get_ydata()) for line in lines_of(axis)]
    return found[0]


def band_is(axis, t, values, colour):
    """One filled band of the axis goes from the lowest compartment to the highest, in this colour."""
    low, high = values.min(axis=1), values.max(axis=1)
    for band in axis.collections:
        corners = band.get_paths()[0].vertices
        if len(corners) != 2 * len(t) + 3 or not same_color(band.get_facecolor()[0][:3], colour):
            continue
        if all(
            np.isclose(corners[np.isclose(corners[:, 0], at), 1].min(), a)
            and np.isclose(corners[np.isclose(corners[:, 0], at), 1].max(), b)
            for at, a, b in zip(t, low, high, strict=True)
        ):
            return
    raise AssertionError("no such band")


def nernst(result, ion):
    inside = by_volume(result.inside[ion], result.relative_volume)
    outside = by_volume(result.outside[ion])
    return 8.31446261815324 * 309.65 / 96.48533212331 / VALENCE[ion] * np.log(outside / inside)


def drawn_time(course):
    """On a logarithmic axis the beginning stands at its edge."""
    return np.maximum(course.t, 0.02)
