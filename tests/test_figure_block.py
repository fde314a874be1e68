"""The figure of a pump block: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
import pytest
from figure_reading import (
    COLOUR,
    IONS,
    NAME,
    axes_by_label,
    band_is,
    drawn_time,
    legend_of,
    line_is,
    lines_of,
    texts_of,
)
from made_up import by_area, by_volume
from matplotlib.colors import same_color, to_rgb

from models.show.block import figure as block_figure
from models.show.drawing import limits_of
from models.words import duration


@pytest.mark.parametrize("calcium", [True, False])
def test_ions_over_time(calcium):
    """K+ is drawn as K+: data, colour, legend and axis belong to one ion."""
    ions = IONS if calcium else IONS[:3]
    result = made_up.block(ions=tuple(ions), osmotic=True)
    figure, moved = block_figure(result), result.course
    axes, t = axes_by_label(figure), drawn_time(result.course)
    axis = axes["inside (mM)"]
    for ion in IONS[:3]:
        (line,) = lines_of(axis, NAME[ion])
        line_is(line, t, by_volume(getattr(moved, ion), moved.relative_volume), COLOUR[ion])
        band_is(axis, t, getattr(moved, ion), COLOUR[ion])
    assert legend_of(axis) == {NAME[ion]: COLOUR[ion] for ion in IONS[:3]}
    if calcium:
        (line,) = lines_of(axes["Ca²⁺ inside (nM)"])
        line_is(line, t, 1e6 * by_volume(moved.ca, moved.relative_volume), COLOUR["ca"])
        band_is(axes["Ca²⁺ inside (nM)"], t, 1e6 * moved.ca, COLOUR["ca"])
        assert same_color(axes["Ca²⁺ inside (nM)"].yaxis.label.get_color(), COLOUR["ca"])
    else:
        assert not any("Ca" in label for label in axes)
    assert axis.get_xlabel() == "time after the block"


@pytest.mark.parametrize("endless", [None, "never"])
def test_voltage_over_time(endless):
    result = made_up.block(endless=endless, part=True)
    axis, t = axes_by_label(block_figure(result))["V, mean of the cell (mV)"], drawn_time(result.course)
    line_is(lines_of(axis)[0], t, by_area(result.course.v), "#222222")
    band_is(axis, t, result.course.v, "#222222")
    level = [line.get_ydata()[0] for line in axis.lines if len(line.get_xdata()) == 2]
    assert level == [-66.111] if endless else [-11.5555, -66.111]
    texts = {text.get_text(): text.xy for text in axis.texts}
    donnan = {} if endless else {"Donnan\n−11.6 mV": (1, -11.5555)}
    assert texts == {"at once\n+6.23 mV": (1, -66.111)} | donnan  # at the right edge, beside their lines
    assert axis.get_title(loc="left") == "made up: 75 % of the pumps in dend blocked"
    assert axis.get_xscale() == "log" and axis.get_xlim() == (0.02, 7.2e6)
    ticks = dict(zip([label.get_text() for label in axis.get_xticklabels()], axis.get_xticks(), strict=True))
    wanted = {"0.1 ms": 0.1, "1 ms": 1.0, "1 s": 1e3, "1 min": 6e4, "1 h": 3.6e6}
    assert ticks == wanted
    everywhere = axes_by_label(block_figure(made_up.block()))["V, mean of the cell (mV)"]
    assert everywhere.get_title(loc="left") == "made up: 75 % of the pumps blocked"


def test_recovery_has_a_linear_clock():
    result = made_up.block(recover=True)
    axis = axes_by_label(block_figure(result))["V, mean of the cell (mV)"]
    assert axis.get_xscale() == "linear" and axis.get_xlim() == (0, 7.2e6)
    assert axis.get_xlabel() == "time after the block (h)"
    form = axis.xaxis.get_major_formatter()
    assert [form(at, 0) for at in axis.get_xticks()] == ["0", "0.5", "1", "1.5", "2"]
    assert "pump on" in texts_of(axis)
    (span,) = axis.patches
    assert span.get_x() == pytest.approx(5e5) and span.get_x() + span.get_width() == pytest.approx(7.2e6)
    assert not any("undershoot" in text for text in texts_of(axis))
    short = made_up.block(recover=True)
    short.course.t = short.course.t / 10  # 12 minutes
    short.recover_at_hours /= 10
    axis = axes_by_label(block_figure(short))["V, mean of the cell (mV)"]
    assert axis.get_xlabel() == "time after the block (min)"
    assert [axis.xaxis.get_major_formatter()(at, 0) for at in axis.get_xticks()] == ["0", "3", "6", "9", "12"]


@pytest.mark.parametrize(
    ("space", "title"), [("shell", "in the shells outside"), ("closed", "in the closed space outside")]
)
def test_outside_over_time(space, title):
    result = made_up.block(space=space, osmotic=True)
    figure, moved, t = block_figure(result), result.course, drawn_time(result.course)
    axis = axes_by_label(figure)["outside (mM)"]
    for ion in IONS:
        (line,) = lines_of(axis, NAME[ion])
        line_is(line, t, by_volume(getattr(moved, f"{ion}o")), COLOUR[ion])
        band_is(axis, t, getattr(moved, f"{ion}o"), COLOUR[ion])
    assert legend_of(axis) == {NAME[ion]: COLOUR[ion] for ion in IONS}
    assert axis.get_title(loc="left") == title
    water = axes_by_label(figure)["volume (× at the start)"]
    line_is(lines_of(water)[0], t, by_volume(moved.relative_volume), "#666666")
    band_is(water, t, moved.relative_volume, "#666666")
    assert figure.get_suptitle() == f"along the cell: diffusion; volume: osmotic; outside: {space}"


def test_in_the_tubules():
    result = made_up.block(tubules=True)
    axis, t = axes_by_label(block_figure(result))["K⁺ in the lumen (mM)"], drawn_time(result.course)
    inside = result.course.ko[:, [1, 2]]
    line_is(lines_of(axis)[0], t, inside.mean(axis=1), COLOUR["k"])
    band_is(axis, t, inside, COLOUR["k"])


def test_along_the_cell():
    """V, Na+ and K+ of every compartment at its distance, at times that the legend names."""
    result = made_up.block()
    moved = result.course
    figure = block_figure(result)
    axes = [axis for axis in figure.axes if axis.get_xlabel() == "distance along the cell (µm)"]
    assert [axis.get_ylabel() for axis in axes] == ["V (mV)", "Na⁺ inside (mM)", "K⁺ inside (mM)"]
    labels = [line.get_label() for line in axes[0].lines]
    assert labels[0] == "before" and labels[-1] == duration(2.0)
    for axis, values in zip(axes, (moved.v, moved.na, moved.k), strict=True):
        assert [line.get_label() for line in axis.lines] == labels
        for line, label in zip(axis.lines, labels, strict=True):
            said = ["before", *(duration(t / 3.6e6) for t in moved.t[1:])]
            line_is(line, [0.0, 31.0, 77.0, 44.0], values[said.index(label)])
    legend = axes[0].figure.legends[0]
    shown = {text.get_text(): h for text, h in zip(legend.get_texts(), legend.legend_handles, strict=True)}
    assert list(shown) == labels
    for line in axes[0].lines:
        assert same_color(shown[line.get_label()].get_color(), line.get_color())


def test_before_has_a_colour_of_its_own():
    figure = block_figure(made_up.block())
    axis = next(axis for axis in figure.axes if axis.get_xlabel() == "distance along the cell (µm)")
    colours = [np.array(to_rgb(line.get_color())) for line in axis.lines]
    assert same_color(axis.lines[0].get_color(), "#AAAAAA")
    distances = [np.abs(a - b).sum() for i, a in enumerate(colours) for b in colours[:i]]
    assert min(distances) > 0.2


@pytest.mark.parametrize("side", ["left", "right"])
def test_an_undershoot_is_named(side):
    """Where V falls below the rest once the pumps run again, and how far, below the course."""
    result = made_up.block(recover=True)
    moved = result.course
    if side == "left":
        moved.t = np.array([0.0, 0.5, 30.0, 4e3, 5e6, 6e6, 7.2e6])
        result.recover_at_hours = 5e6 / 3.6e6
    moved.state["v"][-1], moved.state["v"][-2] = moved.state["v"][0], -90.0
    axis = axes_by_label(block_figure(result))["V, mean of the cell (mV)"]
    (said,) = [text for text in axis.texts if "pump on" in text.get_text()]
    assert said.get_text() == "pump on, undershoot to −90.0 mV\n(much Na⁺ to pump)"
    assert said.get_ha() == {"left": "right", "right": "left"}[side]
    (mark,) = [line for line in axis.lines if line.get_marker() == "o"]
    line_is(mark, [moved.t[-2]], [-90.0])
    assert said.xy == (result.recover_at_hours * 3.6e6, 0) and axis.get_ylim()[0] < -97
    moved.state["v"][-2] = result.summary["v_before_mV"] - 0.9
    axis = axes_by_label(block_figure(result))["V, mean of the cell (mV)"]
    assert not any("undershoot" in text for text in texts_of(axis))


def test_levels_that_are_close_have_names_apart():
    result = made_up.block()
    result.summary["v_immediate_mV"] = result.summary["final_mV"] + 0.5
    axis = axes_by_label(block_figure(result))["V, mean of the cell (mV)"]
    at = {text.get_text().split("\n")[0]: text.xy[1] for text in axis.texts}
    low, high = axis.get_ylim()
    assert at["at once"] - at["Donnan"] >= 0.12 * (high - low) and at["at once"] < high


def test_on_its_shape():
    """The morphology is coloured by V, Na+ and K+ of its own compartments, at the moment that is named."""
    result = made_up.block()
    moved = result.course
    moment = int(np.argmax(np.ptp(moved.na, axis=1)))
    figure = block_figure(result)
    painted = [(axis, c) for axis in figure.axes for c in axis.collections if getattr(c, "colorbar", None)]
    wanted = {"V (mV)": moved.v, "Na⁺ inside (mM)": moved.na, "K⁺ inside (mM)": moved.k}
    for (_, shape), (label, values) in zip(painted, wanted.items(), strict=True):
        assert shape.colorbar.ax.get_ylabel() == label
        np.testing.assert_array_equal(shape.get_array(), values[moment])
    low, high = painted[0][1].get_clim()
    assert (low, high) == pytest.approx((moved.v[moment].min(), moved.v[moment].max()))  # all colours used
    spans = {}
    for (_, shape), ion in zip(painted[1:], ("na", "k"), strict=True):
        values, (low, high) = wanted[shape.colorbar.ax.get_ylabel()][moment], shape.get_clim()
        assert low <= values.min() + 1e-9 and values.max() <= high + 1e-9
        assert (low + high) / 2 == pytest.approx((values.min() + values.max()) / 2), ion
        spans[ion] = high - low
    assert spans["na"] == pytest.approx(spans["k"])  # a colour's step is as many mM in both
    assert spans["na"] == pytest.approx(max(np.ptp(moved.na[moment]), np.ptp(moved.k[moment])))
    heads = [part.get_suptitle() for part in figure.subfigs if part.get_suptitle()]
    assert heads == [f"after {duration(moved.t[moment] / 3.6e6)}, when the compartments differ most"]
    middles = [path.vertices[:-1].mean(axis=0) for path in painted[0][1].get_paths()]
    np.testing.assert_allclose(middles, [[10, 0], [37.5, 15], [72.5, 45], [-25, 40]], atol=1e-9)


def test_on_its_shape_when_compartments_differ_most_though_not_at_the_end():
    result = made_up.block()
    moved = result.course
    for values in (moved.v, moved.na, moved.k):
        values[-2:] = values[-2:, :1]  # alike again
    figure = block_figure(result)
    painted = [c for axis in figure.axes for c in axis.collections if getattr(c, "colorbar", None)]
    for shape, values in zip(painted, (moved.v, moved.na, moved.k), strict=True):
        np.testing.assert_array_equal(shape.get_array(), values[-3])


@pytest.mark.parametrize(
    ("values", "limits"),
    [([-70, -70 + 1e-9], (-70.7, -69.3)), ([0, 1e-9], (-0.01, 0.01)), ([-80, -60, -70], (-80, -60))],
)
def test_round_off_is_not_magnified_into_a_picture(values, limits):
    """Colours span two hundredths of the value at least, 0.02 near 0."""
    assert limits_of(np.array(values)) == pytest.approx(limits, abs=1e-8)


def test_where_compartments_do_not_differ_nothing_is_drawn_along_the_cell():
    result = made_up.block()
    for key in ("v", "na", "k", "cl"):
        result.course.state[key][:] = result.course.state[key][:, :1]
    figure = block_figure(result)
    assert not any(axis.get_xlabel().startswith("distance") for axis in figure.axes)
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert "ions: the same in all compartments" in titles
