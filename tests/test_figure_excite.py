"""The figure of spikes: lines, bars, marks, labels and colours against the result they stand for."""

from dataclasses import replace

import made_up
import numpy as np
from figure_reading import colour_of, legend_of, the_line
from matplotlib.colors import same_color

from models import excite
from models.show.excite_figure import figure as excite_figure


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
    assert legend_of(figure) == {line.get_label(): colour_of(line) for line in left.lines}  # beside the axes
    assert left.get_legend() is None
    (pulse,) = left.patches
    assert (pulse.get_x(), pulse.get_width()) == (0, 2.0)
    for axis, key, label in ((middle, "threshold", "threshold (nA)"), (right, "height", "spike height (mV)")):
        assert axis.get_ylabel() == label
        assert axis.get_xlabel() == "resting potential (mV); ✕: no spike"
        spikes = result.points[:2]
        values = [getattr(point, key) for point in spikes]
        the_line(axis, [point.v_rest for point in spikes], values)
        for point, value in zip(spikes, values, strict=True):
            assert same_color(the_line(axis, [point.v_rest], [value]).get_color(), colours[point.v_rest])
        assert the_line(axis, [-41.3], [0]).get_marker() == "x" and not axis.texts
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles == [
        "at 1.2 × threshold (shaded: the pulse)",
        "the least current that fires it",
        "spike height, from rest to peak",
    ]
    assert figure.get_suptitle() == "made up, 6 min after pump block"
    del result.points[2:]
    assert excite_figure(result).axes[1].get_xlabel() == "resting potential (mV)"


def test_excite_shows_a_spike_that_never_repolarises_as_one_and_what_makes_none_in_short():
    result = made_up.excite()
    result.points[1].outcome = "spike, then stays at -0.5 mV"
    result.points[2].outcome = "no spike, no Na+ or Ca2+ channels; driven to 75.2 mV, 30 ms later at -58.0 mV"
    left, middle, _ = excite_figure(result).axes
    assert left.lines[1].get_label() == "ko = 4.5 mM: spike, then stays at −0.5 mV"
    assert left.lines[2].get_label() == "ko = 8 mM: no spike, no Na+ or Ca2+ channels"
    assert the_line(middle, [-66.2], [0.5432]).get_marker() == "o"


def test_one_condition_has_no_axis_to_be_compared_on():
    """What would stand there is in words above."""
    result = made_up.excite(None)
    figure = excite_figure(result)
    (axis,) = figure.axes
    assert axis.get_title(loc="left") == "at 1.2 × threshold, which is 0.912 nA (shaded: the pulse)"
    assert figure.get_suptitle() == "made up, 6 min after pump block: spike" and not figure.legends


def test_where_nothing_fires_there_is_no_threshold_to_be_drawn():
    result = made_up.excite()
    del result.points[:2]
    figure = excite_figure(result)
    (axis,) = figure.axes
    assert axis.get_title(loc="left") == "at the strongest pulse (shaded: the pulse)"
    assert list(legend_of(figure)) == ["ko = 8 mM: depolarisation block", "ko = 12 mM: no rest found"]


def test_a_long_spike_is_drawn_whole():
    """A heart's lasts 300 ms, where 15 ms of a nerve's are enough."""
    for cell, least, most in (("tentusscher2004", 300, 600), ("excitable", 15, 15)):
        result = excite(cell, max_compartment_length=200.0)
        (axis,) = result.plot().axes
        assert least <= axis.get_xlim()[1] <= most, cell
        point = result.points[0]
        seen = point.v[point.t <= axis.get_xlim()[1]]
        assert seen[-1] - point.v_rest < 0.2 * point.height


def test_several_cells_along_what_is_varied():
    result, other = made_up.excite(), made_up.excite()
    other.layout = replace(other.layout, name="other")
    other.points = other.points[::-1]  # in whatever order they are asked for
    result.beside = [other]
    result.summary["changed_within_hours"] = 0.5
    figure = excite_figure(result)
    of_rest, of_threshold, of_height = figure.axes
    assert figure.get_suptitle() == "ko changed within 30 min"
    assert [axis.get_xlabel() for axis in figure.axes] == ["ko (mM)"] * 3
    at = [2.5, 4.5, 8.0, 12.0]
    for line in of_rest.lines:
        np.testing.assert_array_equal(line.get_xdata(), at)
        np.testing.assert_array_equal(line.get_ydata(), [point.v_rest for point in result.points])
    for line in of_threshold.lines:
        np.testing.assert_allclose(line.get_ydata()[:2], [0.9123 / 0.5432, 1.0])
    marks = [line for line in of_height.lines if line.get_marker() == "x"]
    assert [list(line.get_xdata()) for line in marks] == [[8.0, 12.0]] * 2
    assert legend_of(figure) == {"made up": colour_of(of_rest.lines[0]), "other": colour_of(of_rest.lines[1])}
    for one in result.cells:
        one.points[:] = [point for point in one.points if point.value < 8]
    assert len(excite_figure(result).axes[2].lines) == 2  # no cross where all fire
