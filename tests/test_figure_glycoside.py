"""The figure of a drug: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
import pytest
from figure_reading import COLOUR, axes_by_label, legend_of, line_is, lines_of
from made_up import by_area, by_volume

from models.show.glycoside import figure as glycoside_figure
from models.words import HOUR


@pytest.mark.parametrize(("calcium", "hours"), [(True, 1.0), (False, 6.0)])
def test_glycoside(calcium, hours):
    result = made_up.glycoside(calcium, washout=0.5 * hours, hours=hours)
    moved = result.course
    axes = axes_by_label(glycoside_figure(result))
    t = np.maximum(moved.t, 1000)  # from a second on
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
        assert axis.get_xlabel() == "time (green: without the drug, linear)"
        assert axis.get_xlim() == pytest.approx((1000, hours * HOUR))
        (gone,) = axis.patches
        assert gone.get_x() == pytest.approx(0.5 * hours * HOUR)
    assert bound.get_title(loc="left") == "made up: 1 µM ouabain, rat pumps"


def places(axis, times) -> np.ndarray:
    """Where times stand on an axis, 0 at its left end and 1 at its right."""
    across = axis.transAxes.inverted().transform(
        axis.transData.transform(np.column_stack([times, np.zeros(len(times))]))
    )
    return across[:, 0]


def test_a_drug_that_binds_at_once_is_seen_to_bind():
    """Time is logarithmic; ticks stand apart and the last is the end."""
    axis = axes_by_label(glycoside_figure(made_up.glycoside(hours=2.0)))["V (mV)"]
    assert axis.get_xscale() == "log" and axis.get_xlabel() == "time" and not axis.patches
    ticks = dict(zip([x.get_text() for x in axis.get_xticklabels()], axis.get_xticks(), strict=True))
    assert ticks == {"1 s": 1000, "1 min": 6e4, "2 h": 2 * HOUR}
    assert axis.get_xlim() == (1000, 2 * HOUR)


def test_a_washout_has_a_clock_of_its_own():
    """Half of the axis until then, logarithmic; half after it, linear."""
    axis = axes_by_label(glycoside_figure(made_up.glycoside(hours=12.0, washout=6.0)))["V (mV)"]
    until = 6 * HOUR
    assert places(axis, [1000, until, 12 * HOUR]) == pytest.approx([0, 0.5, 1], abs=1e-9)
    before = np.geomspace(1000, until, 5)
    assert places(axis, before) == pytest.approx(np.linspace(0, 0.5, 5), abs=1e-9)
    after = np.linspace(until, 12 * HOUR, 5)
    assert places(axis, after) == pytest.approx(np.linspace(0.5, 1, 5), abs=1e-9)
    ticks = dict(zip([x.get_text() for x in axis.get_xticklabels()], axis.get_xticks(), strict=True))
    assert ticks == {"1 s": 1000, "1 min": 6e4, "1 h": HOUR, "6 h": until, "9 h": 9 * HOUR, "12 h": 12 * HOUR}
    form, back = axis.xaxis.get_transform(), axis.xaxis.get_transform().inverted()
    times = np.array([1000, 5e4, until, 7 * HOUR])
    assert back.transform(form.transform(times)) == pytest.approx(times)


def test_a_course_of_seconds_begins_before_the_first():
    axis = axes_by_label(glycoside_figure(made_up.glycoside(hours=0.01)))["V (mV)"]
    assert axis.get_xlim() == pytest.approx((36, 36000))


def test_a_drug_of_seconds_is_seen_before_a_long_washout():
    axis = axes_by_label(glycoside_figure(made_up.glycoside(hours=12.0, washout=0.01)))["V (mV)"]
    assert axis.get_xlim() == pytest.approx((36, 12 * HOUR))
    assert places(axis, [36, 36000, 12 * HOUR]) == pytest.approx([0, 0.5, 1], abs=1e-9)
