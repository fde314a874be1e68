"""What decides the threshold: derivatives against thresholds found anew in the changed cell."""

import json

import pytest
from printing import plain

from models import InputError, determinants, evolve, excite, make_cell, rest
from models.experiments import electrode
from models.experiments.electrode import Electrode
from models.parameters.settings import SETTINGS
from models.show import determinants as shown
from models.show.output import Output

COARSE = {"max_compartment_length": 1000.0}
STEP = 5e-3  # of a number, to both sides
BESIDE = 1e-4  # of the threshold: where it is looked for, beside what the derivative says
SHARP = 1e-8  # relative width to which it is found


@pytest.fixture(scope="module")
def cell():
    return make_cell("excitable", **COARSE)


@pytest.fixture(scope="module")
def result(cell):
    return determinants(cell, times=("1 s",))


def wanted(result, name, when):
    return result.change["threshold"][result.names.index(name), result.times.index(when)]


def found_anew(cell, changed, when, near, base=None):
    """The threshold (nA) of the changed cell, at its own rest, at rest with concentrations held, or a second
    after the change from the rest `base`."""
    how = {"set": changed} if next(iter(changed)) in SETTINGS else {"scale": changed}
    saved = cell.starts
    try:
        with cell.changed(**how):
            if when == "1 s":
                cell.starts = base.states()
                cell.starts = evolve(cell, "1 s", points=5, rtol=1e-8).last()
            else:
                cell.starts = rest(cell, hold="concentrations" if when == "held" else None).states()
            pulse = Electrode(cell, cell.where("soma"), 2.0)

            def fires(current):
                return pulse.respond(current)[1].max() > 0

            low, high = near * (1 - BESIDE), near * (1 + BESIDE)
            assert fires(high) and not fires(low)
            while high - low > SHARP * high:
                middle = 0.5 * (low + high)
                low, high = (low, middle) if fires(middle) else (middle, high)
            pulse.remove()
            return high
    finally:
        cell.starts = saved


@pytest.mark.parametrize(("name", "when"), [("ko", "steady"), ("pl_nav", "held"), ("km_na", "1 s")])
def test_the_threshold_of_the_changed_cell_is_what_the_derivative_says(cell, result, name, when, monkeypatch):
    """Central differences of steps of 0.5 % are good to some 1e-5; so is what is held at once, of which V
    takes 4e-5 of its own change from K+ inside."""
    monkeypatch.setattr(electrode, "TIGHT", 1e-8)
    value = result.values[result.names.index(name)]
    at, slope = result.summary["threshold_nA"], wanted(result, name, when)
    above, below = (
        found_anew(
            cell, {name: value * (1 + sign * STEP)}, when, at + sign * STEP * slope, base=result.before
        )
        for sign in (1, -1)
    )
    assert slope == pytest.approx((above - below) / (2 * STEP), rel=1e-4)
    assert abs(slope) > 0.01


def test_it_is_the_threshold_that_excite_finds(cell, result):
    """Which is found to 1e-3."""
    (point,) = excite(cell).points
    assert result.summary["threshold_nA"] == pytest.approx(point.threshold, rel=2e-3)
    assert (result.summary["where"], result.summary["duration_ms"]) == ("soma", 2.0)


def test_what_is_told(result, tmp_path):
    s = result.summary
    assert s["determinants_threshold"]["nao"]["steady"] == wanted(result, "nao", "steady") < 0
    assert s["determinants_unit"]["threshold"] == "nA per e-fold" and s["why"] == {}
    assert s["determinants_threshold"]["kleak"]["held"] > 0
    assert float(result.to_xarray().threshold.sel(name="ko", when="held")) == wanted(result, "ko", "held")
    said = plain(shown.table, result)
    assert "threshold of 0.7" in said and "2 ms into soma" in said
    row = [line for line in said.splitlines() if line.startswith("K⁺ leak")][1]
    assert row.split()[-1] == f"{wanted(result, 'kleak', 'steady'):.3f}"
    to = Output(tmp_path, result.provenance)
    shown.files(to, result)
    assert "1_s_threshold_nA" in (tmp_path / "determinants.csv").read_text("utf-8").splitlines()[1]
    titles = [axis.get_title(loc="left") for axis in shown.figure(result).axes]
    assert "threshold, for ever" in titles
    json.dumps(s)


def test_where_there_is_none_the_reason_stands_there(cell):
    """Without channels, with too few for a spike, or where nobody asks."""
    few = determinants(cell, scale={"pl_nav": 0.1}, times=())
    for one, why in (
        (determinants("stylised", **COARSE), "no Na+ or Ca2+ channels"),
        (few, "no spike, a graded response"),
        (determinants(cell, threshold=False, times=()), "not asked for"),
    ):
        assert "threshold" not in one.change and one.summary["threshold_nA"] is None
        assert one.summary["why"]["threshold_nA"].startswith(why)
        assert f"threshold: {why}" in plain(shown.table, one)
    with pytest.raises(InputError, match="duration"):
        determinants(cell, duration_ms=0)
