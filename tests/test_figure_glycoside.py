"""The figure of a drug: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import pytest
from figure_reading import COLOUR, axes_by_label, legend_of, line_is, lines_of
from made_up import by_area, by_volume

from models.show.glycoside import figure as glycoside_figure


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
