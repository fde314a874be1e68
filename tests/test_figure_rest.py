"""The figure of a rest: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
import pytest
from figure_reading import COLOUR, IONS, NAME, nernst, the_line
from made_up import by_area
from matplotlib.colors import same_color, to_rgba

from models.show.rest import figure as rest_figure


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
        assert said == f"{e:.1f}"
    assert left.get_xlabel() == "mV (inside minus outside)"
    assert left.get_title(loc="left") == "made up: rest and where each ion would go"
    held = made_up.rest(law="ohmic")
    held.summary["ghk_mV"] = None
    rows = [label.get_text() for label in rest_figure(held).axes[0].get_yticklabels()]
    assert "GHK (no pump)" not in rows and len(rows) == 5


def test_currents_at_rest():
    """A bar for every process of every ion: its height, its sign, its colour, its name."""
    result = made_up.rest()
    right = rest_figure(result).axes[1]
    bars = iter(zip(right.patches, right.texts, strict=True))
    middles = []
    for ion in IONS:
        places = []
        for process, current in result.currents[ion].items():
            bar, text = next(bars)
            value = 1000 * by_area(current)  # mA to uA
            assert bar.get_height() == pytest.approx(value, rel=1e-12), process
            assert same_color(bar.get_edgecolor()[:3], COLOUR[ion])
            inner = "white" if process == "pump" else COLOUR[ion]
            assert same_color(bar.get_facecolor()[:3], to_rgba(inner)[:3])
            assert text.get_text() == f"{process}\n{value:+.3f}"
            assert bar.get_hatch() == {"leak": None, "pump": "////"}.get(process, "....") or (
                process == "leak" and not bar.get_hatch()
            )
            places.append(bar.get_x() + bar.get_width() / 2)
        middles.append(np.mean(places))
    assert next(bars, None) is None
    assert [label.get_text() for label in right.get_xticklabels()] == [NAME[ion] for ion in IONS]
    assert right.get_xticks() == pytest.approx(middles)
    assert right.get_ylabel() == "current (µA/cm², outward +)"
    assert right.get_title(loc="left") == "carried across the membrane"


def test_a_current_of_round_off_is_nothing():
    result = made_up.rest(channels=False, ions=("na", "k"))
    result.currents["k"]["pump"] = 0.9e-8 * np.abs(by_area(result.currents["na"]["leak"])) * np.ones(4)
    assert rest_figure(result).axes[1].texts[-1].get_text() == "pump\n0"
