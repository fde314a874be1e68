"""The data behind each figure: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
import pytest
from made_up import by_area, by_volume
from matplotlib import pyplot
from matplotlib.colors import same_color, to_hex, to_rgba

from models.show.block import figure as block_figure
from models.show.compare import figure as compare_figure
from models.show.compare_figure import CELL_COLOUR, CLOSED_LINE
from models.show.excite import figure as excite_figure
from models.show.glycoside import figure as glycoside_figure
from models.show.rest import figure as rest_figure
from models.show.validate import figure as validation_figure
from models.words import duration

# written once more: what a reader of the figures has learnt
COLOUR = {"na": "#D55E00", "k": "#0072B2", "cl": "#009E73", "ca": "#CC79A7"}
NAME = {"na": "Na⁺", "k": "K⁺", "cl": "Cl⁻", "ca": "Ca²⁺"}
VALENCE = {"na": 1, "k": 1, "cl": -1, "ca": 2}
IONS = ["na", "k", "cl", "ca"]


@pytest.fixture(autouse=True)
def closed():
    yield
    pyplot.close("all")


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


# ---------------------------------------------------------------------- rest


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


# ---------------------------------------------------------------------- block


def drawn_time(course):
    """On a logarithmic axis the beginning stands at its edge."""
    return np.maximum(course.t, 0.02)


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
    texts = {text.get_text(): text.xy[1] for text in axis.texts}
    assert texts == {"at once +6.23 mV": -66.111} | ({} if endless else {"Donnan": -11.5555})
    assert axis.get_title(loc="left") == "made up: 75 % of the pumps blocked in 2 of 4 compartments"
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


def test_on_its_shape():
    """The morphology is coloured by V, Na+ and K+ of its own compartments, at the moment that is named."""
    result = made_up.block()
    moved = result.course
    moment = int(np.argmax(np.ptp(moved.na, axis=1)))
    painted = [
        (axis, c)
        for axis in block_figure(result).axes
        for c in axis.collections
        if getattr(c, "colorbar", None)
    ]
    wanted = {"V (mV)": moved.v, "Na⁺ inside (mM)": moved.na, "K⁺ inside (mM)": moved.k}
    for (axis, shape), (label, values) in zip(painted, wanted.items(), strict=True):
        assert shape.colorbar.ax.get_ylabel() == label
        np.testing.assert_array_equal(shape.get_array(), values[moment])
        assert axis.get_title(loc="left") == f"after {duration(moved.t[moment] / 3.6e6)}"
        low, high = shape.get_clim()
        assert (low, high) == pytest.approx((values[moment].min(), values[moment].max()))  # all colours used
    middles = [path.vertices[:-1].mean(axis=0) for path in painted[0][1].get_paths()]
    np.testing.assert_allclose(middles, [[10, 0], [37.5, 15], [72.5, 45], [-25, 40]], atol=1e-9)


# ---------------------------------------------------------------------- compare


@pytest.mark.parametrize("names", [("quick", "slow"), ("a", "b", "c", "d")])
def test_compare_run_downs(names):
    result = made_up.compare(names, osmotic=True)
    axes = axes_by_label(compare_figure(result))
    few = len(names) < 4
    v_axis, outside = axes["V (mV)"], axes["K⁺ outside (mM)"]
    ions = axes["inside (mM)" if few else "Na⁺ inside (mM)"]
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
        if few:
            line = the_line(ions, t, by_volume(bath.course.k, bath.course.relative_volume))
            assert line.get_label() == f"{name} K⁺" and line.get_linestyle() == "--"
            assert same_color(line.get_color(), colour)
        line = the_line(outside, t, by_volume(space.course.ko))
        assert line.get_label() == name and same_color(line.get_color(), colour)
    assert len(lines_of(outside)) == len(names) and len(lines_of(ions)) == (2 if few else 1) * len(names)
    if few:
        assert legend_of(v_axis) == legend
        assert legend_of(outside) == {name: CELL_COLOUR[i].upper() for i, name in enumerate(names)}
        pairs = {f"{name} {ion}": CELL_COLOUR[i] for ion in ("Na⁺", "K⁺") for i, name in enumerate(names)}
        assert legend_of(ions) == {name: colour.upper() for name, colour in pairs.items()}


@pytest.mark.parametrize("names", [("quick", "slow"), ("a", "b", "c", "d")])
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
        if len(names) < 4:
            wanted = [
                f"E of K⁺\n{e_k:.0f}",
                f"E of Na⁺\n{e_na:.0f}",
                f"rest {rest:.1f} mV",
                f"without pump {without:.1f}",
            ]
        else:
            wanted = [f"{e_k:.0f}", f"{e_na:.0f}", f"{rest:.1f}", f"{without:.1f}"]
        assert said == wanted


RATIOS = {
    "surface\nper volume": ("rest", "surface_to_volume_per_um"),
    "pump flux\nper surface": ("rest", "pump_net_current_uA_cm2"),
    "Na⁺ rise\nper time": ("block", "nai_rise_mM_per_min"),
}


def ratios(result, names, label):
    part, key = RATIOS[label]
    values = [result.summary["cells"][name][part][key] for name in names]
    return np.array(values) / values[0]  # the first is the slowest here


def test_compare_why():
    names = ("quick", "slow")
    result = made_up.compare(names)
    axis = next(a for a in compare_figure(result).axes if a.get_title(loc="left").startswith("why"))
    assert axis.get_title(loc="left").endswith("relative to quick")
    assert [label.get_text() for label in axis.get_xticklabels()] == list(RATIOS)
    bars = {round(bar.get_x() + bar.get_width() / 2, 6): bar for bar in axis.patches}
    for j, label in enumerate(RATIOS):
        for i, wanted in enumerate(ratios(result, names, label)):
            bar = bars[round(j + (i - 0.5) * 0.4, 6)]
            assert bar.get_height() == pytest.approx(wanted) and same_color(
                bar.get_facecolor(), CELL_COLOUR[i]
            )
    assert legend_of(axis) == {name: CELL_COLOUR[i].upper() for i, name in enumerate(names)}
    assert sorted(texts_of(axis)) == sorted(
        f"×{x:.3g}" for label in RATIOS for x in ratios(result, names, label)
    )


def test_compare_calls_the_end_donnan_only_where_all_cells_come_to_it():
    result = made_up.compare(("a", "b", "c", "d"))
    result.blocks["b"].summary["final_name"] = "full block, for ever; ATP still spent by pmca"
    titles = [axis.get_title(loc="left") for axis in compare_figure(result).axes]
    assert "half-way to\nthe end after" in titles and not any("Donnan" in title for title in titles)


def test_compare_many_have_a_row_each():
    names = ("a", "b", "c", "d")
    result = made_up.compare(names)
    figure = compare_figure(result)
    titled = {axis.get_title(loc="left"): axis for axis in figure.axes}
    for label in RATIOS:
        axis = titled[label]
        for row, (name, wanted) in enumerate(zip(names, ratios(result, names, label), strict=True)):
            (mark,) = [line for line in axis.lines if line.get_marker() == "o" and line.get_ydata()[0] == row]
            assert mark.get_xdata()[0] == pytest.approx(wanted), name
            assert same_color(mark.get_color(), CELL_COLOUR[row])
            assert axis.texts[row].get_text() == f"×{wanted:.3g}"
    times = titled["half-way to\nDonnan after"]
    shown = {(t.get_position()): t.get_text() for t in times.texts}
    for row, name in enumerate(names):
        for column, label in enumerate((name, f"{name} closed")):
            assert shown[column, row] == duration(result.blocks[label].summary["hours_half_way_to_final"])
    assert [t.get_text() for t in times.get_xticklabels()] == ["bath", "closed"]
    legend = legend_of(figure)
    assert {name: legend[name] for name in names} == {n: CELL_COLOUR[i].upper() for i, n in enumerate(names)}


# ---------------------------------------------------------------------- excite, glycoside, validate


def test_excite():
    result = made_up.excite()
    figure = excite_figure(result)
    left, middle, right = figure.axes
    assert left.get_ylabel() == "V in soma (mV)" and left.get_xlabel() == "time (ms)"
    labels = ["ko = 2.5 mM", "ko = 4.5 mM", "ko = 8 mM: depolarisation block", "ko = 12 mM: no rest found"]
    assert [line.get_label() for line in left.lines] == labels
    colours = {}
    for line, point in zip(left.lines, result.points, strict=True):
        np.testing.assert_array_equal(line.get_xdata(), point.t)
        np.testing.assert_array_equal(line.get_ydata(), point.v)
        colours[point.v_rest] = line.get_color()
    assert legend_of(left) == {line.get_label(): colour_of(line) for line in left.lines}
    (pulse,) = left.patches
    assert (pulse.get_x(), pulse.get_width()) == (0, 2.0)
    for axis, key, label in ((middle, "threshold", "threshold (nA)"), (right, "height", "spike height (mV)")):
        assert axis.get_ylabel() == label and axis.get_xlabel() == "resting potential (mV)"
        spikes = result.points[:2]
        values = [getattr(point, key) for point in spikes]
        the_line(axis, [point.v_rest for point in spikes], values)
        for point, value in zip(spikes, values, strict=True):
            assert same_color(the_line(axis, [point.v_rest], [value]).get_color(), colours[point.v_rest])
        assert the_line(axis, [-41.3], [0]).get_marker() == "x"
        assert [(text.get_text(), text.xy) for text in axis.texts] == [("no spike", (-41.3, 0))]
    assert middle.get_title(loc="left") == "made up, 6 min after pump block"


def test_excite_shows_a_spike_that_never_repolarises_as_one_and_what_makes_none_in_short():
    result = made_up.excite()
    result.points[1].outcome = "spike, then stays at 0.5 mV"
    result.points[2].outcome = "no spike, no Na+ or Ca2+ channels; driven to 75.2 mV, 30 ms later at -58.0 mV"
    left, middle, _ = excite_figure(result).axes
    assert left.lines[1].get_label() == "ko = 4.5 mM: spike, then stays at 0.5 mV"
    assert left.lines[2].get_label() == "ko = 8 mM: no spike, no Na+ or Ca2+ channels"
    assert the_line(middle, [-66.2], [0.5432]).get_marker() == "o"
    assert [text.xy for text in middle.texts] == [(-41.3, 0)]


@pytest.mark.parametrize(
    ("calcium", "hours", "scale", "unit"), [(True, 1.0, 60, "min"), (False, 6.0, 1, "h")]
)
def test_glycoside(calcium, hours, scale, unit):
    result = made_up.glycoside(calcium, washout=0.5 * hours, hours=hours)
    moved = result.course
    axes = axes_by_label(glycoside_figure(result))
    t = scale * moved.t / 3.6e6
    bound, response = axes["pumps that hold it (%)"], axes["% of pumps bound, % of current"]
    colours = {"alpha1": ("α1", "#7B3294"), "alpha2": ("α2", "#1B7837")}
    for alpha, (label, colour) in colours.items():
        line_is(lines_of(bound, label)[0], t, 100 * result.bound[alpha], colour)
        line_is(lines_of(response, label)[0], result.doses, 100 * result.bound_at[alpha], colour)
    assert legend_of(bound) == dict(colours.values())
    line_is(lines_of(response, "pump current")[0], result.doses, 100 * result.current_at, "#222222")
    assert legend_of(response) == dict(colours.values()) | {"pump current": "#222222"}
    given = next(line for line in response.lines if list(line.get_xdata()) == [1e-3, 1e-3])
    assert given is not None and response.texts[0].get_text() == "given"
    ticks = dict(zip([x.get_text() for x in response.get_xticklabels()], response.get_xticks(), strict=True))
    assert (
        ticks == {"1 nM": 1e-6, "100 nM": 1e-4, "10 µM": 1e-2, "1 mM": 1.0}
        and response.get_xlabel() == "ouabain"
    )
    wanted = {
        "pump, net current (µA/cm²)": (1000 * by_area(moved.pump), "#222222"),
        "V (mV)": (by_area(moved.v), "#222222"),
        "Na⁺ inside (mM)": (by_volume(moved.na, moved.relative_volume), COLOUR["na"]),
    }
    if calcium:
        wanted["Ca²⁺ inside (nM)"] = (1e6 * by_volume(moved.ca, moved.relative_volume), COLOUR["ca"])
    else:
        wanted["K⁺ inside (mM)"] = (by_volume(moved.k, moved.relative_volume), COLOUR["k"])
    assert set(axes) == set(wanted) | {"pumps that hold it (%)", "% of pumps bound, % of current"}
    for label, (values, colour) in wanted.items():
        line_is(lines_of(axes[label])[0], t, values, colour)
    for axis in (bound, *(axes[label] for label in wanted)):
        assert axis.get_xlabel() == f"time ({unit})" and axis.get_xlim() == (0, t[-1])
        (gone,) = axis.patches
        assert gone.get_x() == pytest.approx(0.5 * hours * scale)
    assert bound.get_title(loc="left") == "made up: 1 µM ouabain, rat pumps"


def test_validate():
    """Each number at its place in what its source allows, in its verdict's colour."""
    result = made_up.validate()
    figure = validation_figure(result)
    checks = result.checks[:6]  # the last has no number
    shade = {"within": "#1B7837", "miss": "#C51B7D", "put in": "#AAAAAA"}
    drawn = [
        (axis, line, text)
        for axis in figure.axes
        for line, text in zip(
            (x for x in axis.lines if x.get_marker() not in ("None", None)), axis.texts, strict=True
        )
    ]
    assert len(drawn) == len(checks)
    for check, (axis, mark, text) in zip(checks, drawn, strict=True):
        place = (check.got - check.low) / (check.high - check.low) * 2 - 1  # -1 is lowest, 1 highest
        row = int(mark.get_ydata()[0])
        assert axis.get_yticklabels()[row].get_text() == f"{check.row}  {check.what}"
        if abs(place) > 3.2:
            assert mark.get_xdata()[0] == np.sign(place) * 3.2 and mark.get_marker() == (
                ">" if place > 0 else "<"
            )
        else:
            assert mark.get_xdata()[0] == pytest.approx(place)
            assert mark.get_marker() == ("D" if check.verdict == "miss" else "o")
        assert same_color(mark.get_color(), shade[check.verdict])
        unit = "" if check.unit == "1" else f" {check.unit}"
        assert text.get_text() == f"{check.got:.4g}{unit}  ({check.low:g} to {check.high:g})"
        assert text.xy[1] == row and same_color(text.get_color(), shade[check.verdict])
    assert figure.get_suptitle().startswith("1 of 5 numbers are within")
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()] == ["lowest", "highest"]
    assert list(figure.axes[0].get_xticks()) == [-1, 1]
