"""Whether a rest is stable, and how it is come back to: what a result, its dataset and the terminal say."""

import copy
import json
import pickle

import numpy as np
import pytest
from printing import plain

from models import evolve, make_cell, rest
from models.experiments.scalars import Scalars
from models.experiments.stability import beside
from models.show.rest import stability, table
from models.solve.conserved import Totals
from models.solve.equations import System
from models.solve.steady_state import _newton


def told(cell, hold=None, v=None):
    """What is said of the steady state that Newton's steps lead to from V (mV)."""
    system = System(cell, hold=hold)
    x = system.pack(system.start)
    if v is not None:
        x[system.unknowns.is_v] = v
    x, _ = _newton(system, x, Totals(system, x))
    return beside(system, x, Totals(system, x), system.jacobian(x)).told()


def test_a_rest_tells_its_modes():
    result = rest("stylised", max_compartment_length=100)
    s = result.summary
    assert s["stable"] is True and s["growing_modes"] == 0
    assert s["slowest_time_constant_s"] == s["modes"][0]["time_constant_s"]
    times = [mode["time_constant_s"] for mode in s["modes"]]
    assert times == sorted(times, reverse=True) and len(times) == 6
    assert all(mode["kind"] == "node" and mode["period_s"] is None for mode in s["modes"])
    assert [mode["moves"] for mode in s["modes"][:2]] == ["Cl- inside", "Na+ inside"]
    said = plain(table, result)
    assert "stable: it comes back in 8.34 min (Cl⁻ inside, soma), 1.52 min (Na⁺ inside, soma)" in said


def test_the_cell_comes_back_as_its_summary_says():
    """Loaded with Na+; after two time constants of every faster mode the slowest one is left."""
    cell = make_cell("stylised", max_compartment_length=200)
    result = rest(cell)
    slowest = result.summary["slowest_time_constant_s"]
    cell.start = result.state() | {"cl": result.inside["cl"] + 2, "k": result.inside["k"] + 2}
    times = np.array([2.5, 3.5]) * slowest * 1e3
    course = evolve(cell, times[-1] / 3600e3, times_ms=times, rtol=1e-8)
    away = np.abs(course.cl[-2:] - result.inside["cl"]) @ cell.volume
    assert np.log(away[0] / away[1]) == pytest.approx(1, rel=0.01)


def test_the_dataset_has_the_shapes():
    result = rest("muscle_slow")
    data, values = result.to_xarray(), result.beside.modes.values
    assert data.mode_rate.values == pytest.approx(1e3 * values.real)
    assert data.mode_inside.dims == ("mode", "quarter", "segment", "ion")
    assert (data.mode_v.sel(quarter=1) == 0).all()  # nodes do not swing
    moved = np.abs(data.mode_inside.sel(ion="na")[0, 0] / result.inside["na"])
    assert float(moved.max()) == pytest.approx(1, rel=1e-6)  # the largest departure of the slowest is Na+'s
    # each compartment's charge is kept: Na+, K+ and Cl- of a mode weigh what V puts on the membrane
    charge = data.mode_inside.sel(ion="na") + data.mode_inside.sel(ion="k") - data.mode_inside.sel(ion="cl")
    assert np.abs(charge).max() < 1e-3 * np.abs(data.mode_inside).max()


@pytest.mark.parametrize("ko, v, growing, kind", [(12, -47, 1, "node"), (7, -20, 2, "focus")])
def test_an_unstable_state_is_marked(ko, v, growing, kind):
    cell = make_cell("excitable", max_compartment_length=25)
    with cell.changed(set={"ko": ko}):
        found = told(cell, "concentrations", v)
    assert found["stable"] is False and found["growing_modes"] == growing
    first = found["modes"][0]
    assert first["grows"] and first["kind"] == kind and first["time_constant_s"] < 0.01
    # a spike of a ms or two is what a focus of this membrane swings with
    assert (first["period_s"] is None) if kind == "node" else (1e-3 < first["period_s"] < 3e-3)
    said = stability({**found, "cell": "it"})
    assert said.startswith(f"[bold]not stable[/]: {growing} mode{'s' if growing > 1 else ''} of it grow")


def test_with_all_held_there_is_nothing_to_tell():
    result = rest("stylised", max_compartment_length=200, hold="concentrations")
    assert result.summary["stable"] and result.summary["modes"][0]["moves"] == "V"


def test_scalars_wait_until_they_are_asked_for():
    asked = []

    def made():
        return Scalars({"a": 1}, lambda: asked.append(1) or {"b": 2})

    one = made()
    one["c"] = 3
    assert one["a"] == 1 and "a" in one and one.get("a") == 1 and not asked
    assert one["b"] == 2 and len(asked) == 1
    for whole in (
        lambda s: dict(s), lambda s: {**s}, lambda s: s | {}, lambda s: json.loads(json.dumps(s)),
        copy.deepcopy, lambda s: pickle.loads(pickle.dumps(s)), lambda s: dict(s.items()), lambda s: s,
    ):  # fmt: skip
        assert whole(made()) == {"a": 1, "b": 2}
    assert list(made()) == ["a", "b"] == list(made().keys()) and len(made()) == 2
    assert list(made().values()) == [1, 2] and "b" in made() and made().get("b") == 2
    assert repr(made()) == "{'a': 1, 'b': 2}" and made().get("x", 5) == 5
    with pytest.raises(KeyError, match="x"):
        made()["x"]
