"""The figure of a rest: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
import pytest
from figure_reading import COLOUR, IONS, NAME, nernst, the_line
from made_up import by_area
from matplotlib.colors import same_color, to_rgba

from models.show.rest import figure as rest_figure
from models.show.rest_figure import _said


def test_potentials_at_rest():
    result = made_up.rest()
    left = rest_figure(result).axes[0]
    wanted = {f"E of {NAME[ion]}": (nernst(result, ion), COLOUR[ion]) for ion in IONS}
    wanted |= {"rest": (-72.345678, "#222222"), "GHK (no pump)": (-61.23456, "#777777")}
    rows = [label.get_text() for label in left.get_yticklabels()]
    assert rows == sorted(wanted, key=lambda name: wanted[name][0])
    texts = {tuple(text.xy): text.get_text() for text in left.texts}
    for row, name in enumerate(rows):
        e, colour = wanted[name]
        mark = next(line for line in left.lines if line.get_marker() == "o" and line.get_ydata()[0] == row)
        assert mark.get_xdata()[0] == pytest.approx(e, rel=1e-12) and same_color(mark.get_color(), colour)
        bar = the_line(left, [-72.345678, e], [row, row])
        assert same_color(bar.get_color(), colour)
        (said,) = [text for (_, y), text in texts.items() if y == row]
        assert said == f"{e:.1f}".replace("-", "−")
    assert left.get_xlabel() == "mV (inside minus outside)"
    assert left.get_title(loc="left") == "made up: rest and where each ion would go"
    held = made_up.rest(law="ohmic")
    held.summary["ghk_mV"] = None
    rows = [label.get_text() for label in rest_figure(held).axes[0].get_yticklabels()]
    assert "GHK (no pump)" not in rows and len(rows) == 5


def test_currents_at_rest():
    """A bar for every process of every ion: its length, its sign, its colour, its name."""
    result = made_up.rest()
    axis = rest_figure(result).axes[1]
    bars = iter(zip(axis.patches, axis.texts, axis.get_yticks(), axis.get_yticklabels(), strict=True))
    for ion in IONS:
        for process, current in result.currents[ion].items():
            bar, text, row, name = next(bars)
            value = 1000 * by_area(current)  # mA to uA
            assert bar.get_width() == pytest.approx(value, rel=1e-12), process
            assert same_color(bar.get_edgecolor()[:3], COLOUR[ion])
            inner = "white" if process == "pump" else COLOUR[ion]
            assert same_color(bar.get_facecolor()[:3], to_rgba(inner)[:3])
            assert text.get_text() == f"{value:+.3f}".replace("-", "−") and text.xy == (bar.get_width(), row)
            assert text.get_ha() == ("left" if value >= 0 else "right")  # beyond the bar's end
            assert name.get_text() == f"{NAME[ion]} {process}" and same_color(name.get_color(), COLOUR[ion])
            assert bar.get_y() + bar.get_height() / 2 == pytest.approx(row)
            assert bar.get_hatch() == {"leak": None, "pump": "////"}.get(process, "....") or (
                process == "leak" and not bar.get_hatch()
            )
    assert next(bars, None) is None
    low, high = axis.get_ylim()
    assert low > high  # from above
    assert axis.get_xlabel() == "current (µA/cm², outward +)"
    assert axis.get_title(loc="left") == "carried across the membrane"


@pytest.mark.parametrize(("share", "said"), [(0.9e-8, "0"), (1.1e-8, "≈ 0"), (-1.1e-8, "≈ 0"), (1, "+0.309")])
def test_a_current_of_round_off_is_nothing(share, said):
    result = made_up.rest(channels=False, ions=("na", "k"))
    result.currents["k"]["pump"] = share * np.abs(by_area(result.currents["na"]["leak"])) * np.ones(4)
    assert rest_figure(result).axes[1].texts[-1].get_text() == said


def drawn_on(figure):
    """Title and colour bar's label of the cell's drawing, and its values."""
    axis = figure.axes[2]
    (shape,) = axis.collections
    label = shape.colorbar.ax.get_ylabel() if shape.colorbar else None
    return axis.get_title(loc="center"), label, shape.get_array()


def test_what_differs_is_drawn_on_the_cell():
    """V where it differs; else the first ion that does, or the pump; else the cell with its V."""
    result = made_up.rest()
    title, label, values = drawn_on(rest_figure(result))
    assert (title, label) == ("V in the cell's own shape", "V (mV)")
    np.testing.assert_array_equal(values, result.v)
    result.v = np.full(4, -71.0) + np.array([0, 0.4, 0, 0])
    title, label, values = drawn_on(rest_figure(result))
    assert (title, label) == ("Na⁺ inside in the cell's own shape", "Na⁺ inside (mM)")
    np.testing.assert_array_equal(values, result.inside["na"])
    result.inside = {ion: np.full(4, values.mean()) for ion, values in result.inside.items()}
    title, label, values = drawn_on(rest_figure(result))
    assert (title, label) == ("pump current in the cell's own shape", "pump, net current (µA/cm²)")
    np.testing.assert_array_equal(values, 1000 * result.pump_net)
    result.pump_net = np.full(4, 2.3e-4)
    assert drawn_on(rest_figure(result)) == ("−70.9 mV everywhere", None, None)


def test_what_differs_where_it_is_not_seen_is_not_drawn():
    """A section without points, such as a ring of T-tubules, has no place in the drawing."""
    result = made_up.rest()
    result.layout.branches = result.layout.branches[:2]
    result.v = np.array([-71.0, -71.0, -71.0, -40.0])
    title, _, values = drawn_on(rest_figure(result))
    assert title == "Na⁺ inside in the cell's own shape"
    np.testing.assert_array_equal(values, result.inside["na"][:3])


def test_a_cell_of_one_piece_in_which_nothing_differs_is_not_drawn():
    result = made_up.rest(ions=("na", "k"))
    result.v, result.pump_net = np.full(4, -71.0), np.full(4, 2.3e-4)
    result.inside = {ion: np.full(4, 10.0) for ion in result.inside}
    assert len(rest_figure(result).axes) == 3
    result.layout.section = np.array(["soma"] * 4)
    result.layout.branches = result.layout.branches[:1]
    assert len(rest_figure(result).axes) == 2
    result.layout.branches = []
    assert len(rest_figure(result).axes) == 2


@pytest.mark.parametrize(
    ("size", "length"),
    [(22.0, 5), (39.0, 5), (41.0, 10), (130.0, 20), (450.0, 100), (1200.0, 200), (2500.0, 500)],
)
def test_the_scale_bar_is_a_round_part_of_the_drawing(size, length):
    result = made_up.rest()
    for branch in result.layout.branches:
        branch.points = np.array([[0, 0, 0, 1.0], [0, size, 0, 1.0]])
    axis = rest_figure(result).axes[2]
    (bar,) = axis.lines
    assert np.ptp(bar.get_xdata()) == pytest.approx(length) and axis.texts[-1].get_text() == f"{length} µm"


def test_small_currents_have_three_digits_too():
    result = made_up.rest(channels=False, ions=("na", "k"))
    for parts in result.currents.values():
        for process in parts:
            parts[process] = parts[process] / 100
    said = [text.get_text() for text in rest_figure(result).axes[1].texts]
    assert said == ["−0.00309", "+0.00431", "+0.00206", "−0.00183"]


@pytest.mark.parametrize(
    ("carried", "largest", "said"),
    [(1.5, 12.0, "+1.500"), (-0.00049, 2.0, "≈ 0"), (-0.0051, 0.0123, "−0.0051"), (0.0, 0.0, "0")],
)
def test_a_current_is_said_to_a_thousandth_or_three_digits_of_the_largest(carried, largest, said):
    assert _said(carried, largest) == said
