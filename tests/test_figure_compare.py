"""The figure of a comparison: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
import pytest
from figure_reading import (
    COLOUR,
    axes_by_label,
    colour_of,
    drawn_time,
    legend_of,
    lines_of,
    nernst,
    the_line,
)
from made_up import by_area, by_volume
from matplotlib.colors import same_color

from models.show.compare import figure as compare_figure
from models.show.compare_figure import CELL_COLOUR, CLOSED_LINE, K_LINE
from models.words import duration


@pytest.mark.parametrize("names", [("quick", "slow"), ("a", "b", "c"), ("a", "b", "c", "d")])
def test_compare_run_downs(names):
    result = made_up.compare(names, osmotic=True)
    axes = axes_by_label(compare_figure(result))
    few = len(names) < 3
    v_axis, outside = axes["V (mV)"], axes["K⁺ outside (mM)"]
    ions = axes["inside (mM)"]
    legend = {}
    for i, name in enumerate(names):
        colour = CELL_COLOUR[i]
        bath, space = result.blocks[name], result.blocks[f"{name} closed"]
        t = drawn_time(bath.course)
        line = the_line(v_axis, t, by_area(bath.course.v))
        assert same_color(line.get_color(), colour) and line.get_linestyle() == "-"
        half = bath.summary["hours_half_way_to_final"]
        assert line.get_label() == f"{name}, in a bath: {duration(half)}"
        legend[line.get_label()] = colour.upper()
        line = the_line(v_axis, t, by_area(space.course.v))
        assert same_color(line.get_color(), colour) and line._unscaled_dash_pattern[1] == CLOSED_LINE[1]
        half = space.summary["hours_half_way_to_final"]
        assert line.get_label() == f"{name}, in a closed space: {duration(half)}"
        legend[line.get_label()] = colour.upper()
        for one in (bath, space):  # half-way between rest and the Donnan voltage
            s = one.summary
            level = (s["v_before_mV"] + s["final_mV"]) / 2
            mark = the_line(v_axis, [s["hours_half_way_to_final"] * 3.6e6], [level])
            assert same_color(mark.get_color(), colour) and mark.get_marker() == "D"
        line = the_line(ions, t, by_volume(bath.course.na, bath.course.relative_volume))
        assert line.get_label() == f"{name} Na⁺" and line.get_linestyle() == "-"
        assert same_color(line.get_color(), colour)
        line = the_line(ions, t, by_volume(bath.course.k, bath.course.relative_volume))
        assert line.get_label() == f"{name} K⁺" and line._unscaled_dash_pattern[1] == K_LINE[1]
        assert same_color(line.get_color(), colour)
        line = the_line(outside, t, by_volume(space.course.ko))
        assert line.get_label() == name and same_color(line.get_color(), colour)
    assert len(lines_of(outside)) == len(names) and len(lines_of(ions)) == 2 * len(names)
    if few:
        assert legend_of(v_axis) == legend
        assert legend_of(outside) == {name: CELL_COLOUR[i].upper() for i, name in enumerate(names)}
        pairs = {f"{name} {ion}": CELL_COLOUR[i] for ion in ("Na⁺", "K⁺") for i, name in enumerate(names)}
        assert legend_of(ions) == {name: colour.upper() for name, colour in pairs.items()}


@pytest.mark.parametrize("names", [("quick", "slow"), ("a", "b", "c"), ("a", "b", "c", "d")])
def test_compare_rests(names):
    """A row a cell: E of K+ and Na+ in their colours, rest and the voltage without pump in the cell's."""
    result = made_up.compare(names)
    figure = compare_figure(result)
    axis = next(axis for axis in figure.axes if [t.get_text() for t in axis.get_yticklabels()] == list(names))
    for row, name in enumerate(names):
        one = result.blocks[name]
        marks = {
            line.get_marker() + colour_of(line): line.get_xdata()[0]
            for line in lines_of(axis)
            if len(line.get_xdata()) == 1 and line.get_ydata()[0] == row
        }
        colour = CELL_COLOUR[names.index(name)].upper()
        assert marks == {
            f"s{COLOUR['k']}": pytest.approx(nernst(one.before, "k"), rel=1e-12),
            f"s{COLOUR['na']}": pytest.approx(nernst(one.before, "na"), rel=1e-12),
            f"o{colour}": one.before.summary["v_rest_mV"],
            f"|{colour}": one.summary["v_immediate_mV"],
        }
        said = [text.get_text() for text in axis.texts if text.xy[1] == row]
        e_k, e_na = nernst(one.before, "k"), nernst(one.before, "na")
        rest, without = one.before.summary["v_rest_mV"], one.summary["v_immediate_mV"]
        if len(names) < 3:
            wanted = [
                f"E of K⁺\n{e_k:.0f}",
                f"E of Na⁺\n{e_na:.0f}",
                f"rest {rest:.1f} mV",
                f"without pump {without:.1f} mV",
            ]
        else:
            wanted = [f"{e_k:.0f}", f"{e_na:.0f}", f"{rest:.1f}", f"{without:.1f}"]
        assert said == [words.replace("-", "−") for words in wanted]


RATIOS = {
    "surface\nper volume": ("rest", "surface_to_volume_per_um"),
    "pump flux\nper surface": ("rest", "pump_net_current_uA_cm2"),
    "Na⁺ rise\nper time": ("block", "nai_rise_mM_per_min"),
}


def ratios(result, names, label):
    part, key = RATIOS[label]
    values = [result.summary["cells"][name][part][key] for name in names]
    return np.array(values) / values[0]


@pytest.mark.parametrize("flux", [1.0, 0.2])
def test_compare_why(flux):
    """The faster cell's bars begin at the slower one's line, ×1, and go up or down from there."""
    names = ("quick", "slow")
    result = made_up.compare(names)
    result.summary["cells"]["slow"]["rest"]["pump_net_current_uA_cm2"] *= flux
    axis = next(a for a in compare_figure(result).axes if a.get_title(loc="left").startswith("why"))
    assert axis.get_title(loc="left") == "why: slow relative to quick (line)"  # as their summaries have it
    assert [label.get_text() for label in axis.get_xticklabels()] == list(RATIOS)
    (base,) = axis.lines
    assert list(base.get_ydata()) == [1, 1] and same_color(base.get_color(), CELL_COLOUR[0])
    wanted = [ratios(result, names, label)[1] for label in RATIOS]
    assert (min(wanted) < 1) == (flux < 1)
    low, high = axis.get_ylim()
    for place, (bar, text, ratio) in enumerate(zip(axis.patches, axis.texts, wanted, strict=True)):
        assert bar.get_y() == 1 and bar.get_y() + bar.get_height() == pytest.approx(ratio)
        assert bar.get_x() + bar.get_width() / 2 == pytest.approx(place)
        assert same_color(bar.get_facecolor(), CELL_COLOUR[1])
        assert text.get_text() == f"×{ratio:.{3 if ratio >= 1 else 2}g}" and text.xy == (
            place,
            pytest.approx(ratio),
        )
        assert low < ratio < high


def test_one_cell_is_compared_with_none():
    figure = compare_figure(made_up.compare(("one",)))
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert len(titles) == 4 and not any(title.startswith("why") for title in titles)


def test_compare_calls_the_end_donnan_only_where_all_cells_come_to_it():
    result = made_up.compare(("a", "b", "c", "d"))
    result.blocks["b"].summary["final_name"] = "full block, for ever; ATP still spent by pmca"
    titles = [axis.get_title(loc="left") for axis in compare_figure(result).axes]
    assert "half-way to\nthe end after" in titles and not any("Donnan" in title for title in titles)


@pytest.mark.parametrize("names", [("a", "b", "c"), ("a", "b", "c", "d")])
def test_compare_many_have_a_row_each(names):
    result = made_up.compare(names)
    for cell in result.summary["cells"].values():
        cell["block"]["nai_rise_mM_per_min"] = 1 / cell["block"]["nai_rise_mM_per_min"]
    figure = compare_figure(result)
    titled = {axis.get_title(loc="left"): axis for axis in figure.axes}
    for label in RATIOS:
        axis = titled[label]
        for row, (name, wanted) in enumerate(zip(names, ratios(result, names, label), strict=True)):
            (mark,) = [line for line in axis.lines if line.get_marker() == "o" and line.get_ydata()[0] == row]
            assert mark.get_xdata()[0] == pytest.approx(wanted), name
            assert same_color(mark.get_color(), CELL_COLOUR[row])
            assert axis.texts[row].get_text() == f"×{wanted:.3g}"
        assert axis.get_xlabel() == "relative to a"  # the first, whichever is the slowest
    times = titled["half-way to\nDonnan after"]
    shown = {(t.get_position()): t.get_text() for t in times.texts}
    for row, name in enumerate(names):
        for column, label in enumerate((name, f"{name} closed")):
            assert shown[column, row] == duration(result.blocks[label].summary["hours_half_way_to_final"])
    assert [t.get_text() for t in times.get_xticklabels()] == ["bath", "closed"]
    legend = legend_of(figure)
    assert {name: legend[name] for name in names} == {n: CELL_COLOUR[i].upper() for i, n in enumerate(names)}
