"""The figure of spikes: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
from figure_reading import colour_of, legend_of, the_line
from matplotlib.colors import same_color

from models.show.excite import figure as excite_figure


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
