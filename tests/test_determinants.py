"""What decides a rest: derivatives against true courses and rests, scaling laws, and what is shown."""

import json

import numpy as np
import pytest
from printing import plain

from models import ConvergenceError, InputError, determinants, evolve, make_cell, rest
from models.experiments import determinants as made
from models.parameters.settings import SETTINGS
from models.show import determinants as shown
from models.show.options import hours_of
from models.show.output import Output

TIMES = np.array([1.0, 60.0, 3600.0]) * 1e3
NO_Q10 = {"leak.q10na": 1, "leak.q10k": 1, "leak.q10cl": 1, "pump.q10": 1}


def differences(at):
    """The derivative of a function of a relative change, to fourth order, of steps of 0.2 %."""
    h = 2e-3
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h)


def means(cell, state):
    """V and Na+ inside over times, as the derivatives have them."""
    grown = state.relative_volume
    return np.stack([state.v @ cell.area / cell.area.sum(), (state.na * grown) @ cell.volume])


def wanted(result, name, quantity="v"):
    return result.change[quantity][result.names.index(name)]


@pytest.mark.parametrize(
    ("cell", "options", "names"),
    [
        ("stylised", {"max_compartment_length": 400}, ("ko", "km_na", "naleak", "celsius")),
        ("stylised", {"max_compartment_length": 400, "volume": "osmotic"}, ("nao",)),
        ("muscle_fast", {"max_compartment_length": 2500}, ("ko", "pl_kirmuscle")),
    ],
)
def test_courses_go_as_the_derivatives_say(cell, options, names):
    """A little is changed at rest, and V followed; courses at rtol 1e-8 are good to some 1e-8 mV, of which
    over 2e-3 some 1e-5 mV per e-fold are left."""
    cell = make_cell(cell, **options)
    result = determinants(cell, threshold=False)
    for name in names:
        value = result.values[result.names.index(name)]
        size = value + 273.15 if name == "celsius" else value

        def after(share, name=name, value=value, size=size):
            changed = {name: value + share * size}
            how = {"set": changed} if name in SETTINGS else {"scale": changed}
            saved, cell.starts = cell.starts, result.before.states()
            try:
                with cell.changed(**how):
                    return means(cell, evolve(cell, 1.0, times_ms=TIMES, rtol=1e-8))[0][-3:]
            finally:
                cell.starts = saved

        assert wanted(result, name)[1:-1] == pytest.approx(differences(after), rel=1e-5, abs=2e-5), name


@pytest.mark.parametrize(
    ("cell", "options"),
    [
        ("stylised", {}),
        ("stylised", {"outside": "closed"}),
        ("stylised", {"outside": "shell", "volume": "osmotic"}),
        ("excitable_muscle", {}),
    ],
)
def test_rests_move_as_the_derivatives_say(cell, options):
    """With concentrations held, and in the end; rests are good to 1e-9 mV."""
    if cell == "stylised":
        options = options | {"max_compartment_length": 400}
    cell = make_cell(cell, **options)
    result = determinants(cell, threshold=False)
    for name in ("ko", "clo", "naleak") if cell.name == "stylised" else ("ko",):
        value = result.values[result.names.index(name)]
        for hold, column in (("concentrations", 0), (None, -1)):

            def at(share, name=name, value=value, hold=hold):
                changed = {name: value * (1 + share)}
                how = {"set": changed} if name in SETTINGS else {"scale": changed}
                s = rest(cell, hold=hold, **how).summary
                return np.array([s["v_rest_mV"], s["nai_mM"], s["ki_mM"], s["relative_volume"]])

            found = [wanted(result, name, q)[column] for q in ("v", "nai", "ki", "relative_volume")]
            assert found == pytest.approx(differences(at), rel=1e-6, abs=2e-6), (name, hold)


@pytest.mark.parametrize(
    ("outside", "name"), [("closed", "ko"), ("closed", "volume_fraction"), ("shell", "exchange_rate")]
)
def test_a_space_that_has_changed_since_it_was_filled(outside, name):
    """In raised K+ a closed space is not as it was filled; more of a bath, or of room, was there from the
    beginning. An exchange of all ions reaches those that have no rate of their own."""
    base = {"ko": 8.0, "clo": 130.0}
    cell = make_cell("stylised", outside=outside, volume="osmotic", max_compartment_length=400)
    result = determinants(cell, set=base)
    value = result.values[result.names.index(name)]

    def at(share):
        return rest(cell, set=base | {name: value * (1 + share)}).summary["v_rest_mV"]

    assert wanted(result, name)[-1] == pytest.approx(differences(at), rel=1e-5)
    assert abs(wanted(result, name)[-1]) > (1 if outside == "closed" else 1e-6)


def test_scaling_laws():
    """Of a membrane that is one everywhere and has no Q10. The charge on the membrane, 1e-5 of the ions, is
    scaled with none of them: 1e-4 of a term."""
    result = determinants("stylised", max_compartment_length=400, set=NO_Q10)
    steady = dict(zip(result.names, result.change["v"][:, -1], strict=True))
    groups = dict(zip(result.names, result.groups, strict=True))
    strengths = [value for name, value in steady.items() if groups[name] == "strength"]
    assert sum(strengths) == pytest.approx(0, abs=1e-8) and max(strengths) > 10
    scaled = [name for name in steady if groups[name] in ("bath", "inside")] + ["km_na", "km_k", "pump"]
    assert len(scaled) == 7
    assert sum(steady[name] for name in scaled) == pytest.approx(0, abs=5e-3)
    inside = dict(zip(result.names, result.change["nai"][:, -1], strict=True))
    assert sum(inside[name] for name in scaled) == pytest.approx(9.0, rel=1e-4)
    assert steady["celsius"] == pytest.approx(result.before.summary["v_rest_mV"], rel=1e-4)


def test_a_swinging_mode_takes_shorter_steps():
    """The contour of one step does not reach around a pair far from the axis: against the closed form."""
    import scipy.sparse as sp

    from models.solve.elimination import Elimination, layout
    from models.solve.linear import Linear
    from models.solve.sensitivity import Pushes, after

    decay, turn, t = 0.02, 3.0, 40.0
    matrix = sp.csc_matrix([[-decay, turn], [-turn, -decay]])
    where = layout(np.zeros(2, int), np.ones(2, bool), ())
    beside = Linear(matrix, Elimination(where, matrix.indptr, matrix.indices), np.zeros((0, 2)), np.ones(2))
    force, first = np.array([[1.0], [0.0]]), np.array([[0.0], [0.5]])
    pair = np.array([-decay + turn * 1j])
    found = after(beside, Pushes(force, first, first), t, pair)[:, 0]
    value, z0 = -decay - 1j * turn, 0.5j  # z = x + i y
    exact = np.exp(value * t) * z0 + (np.exp(value * t) - 1) / value
    assert found == pytest.approx([exact.real, exact.imag], abs=1e-6)
    assert after(beside, Pushes(force, first, first), t)[0, 0] != pytest.approx(exact.real, rel=1e-3)


@pytest.fixture(scope="module")
def result():
    return determinants("stylised", max_compartment_length=400, place="soma", times=("1 s", 0.5))


def test_a_result_is_plain_data(result):
    assert result.times == ["held", "1 s", "30 min", "steady"]
    s = result.summary
    assert s["determinants"]["ko"].keys() == {"held", "1 s", "30 min", "steady"}
    assert s["determinants"]["ko"]["steady"] == wanted(result, "ko")[-1]
    assert s["determinants_nai"]["pump"]["held"] == 0 and s["determinants_unit"]["nai"] == "mM per e-fold"
    assert s["first"]["steady"][:2] == ["impermeant_inside", "nao"]
    assert "celsius" in result.names and result.names.index("celsius") not in result.ranked()
    json.dumps(s)
    data = result.to_xarray()
    assert float(data.v.sel(name="ko", when="steady")) == wanted(result, "ko")[-1]
    assert data.v_segment.shape == (len(result.names), 4, result.layout.size)
    mean = data.v_segment.sel(when="1 s").values @ result.layout.area / result.layout.area.sum()
    assert mean == pytest.approx(data.v.sel(when="1 s").values, abs=1e-9)
    assert repr(result).startswith("<determinants of stylised at -70 mV: first impermeants inside, -24.6 mV")


def test_what_is_shown(result, tmp_path):
    said = plain(shown.table, result)
    assert (
        "impermeants inside" in said
        and "Na⁺ outside" in said
        and "a degree more of temperature: -0.2" in said
    )
    row = next(line for line in said.splitlines() if line.startswith("K⁺ outside"))
    assert row.split()[2:5] == ["3", "mM", f"{wanted(result, 'ko')[0]:.2f}"]
    to = Output(tmp_path, result.provenance)
    shown.files(to, result)
    assert to.written == ["determinants.csv", "determinants.png"]
    lines = (tmp_path / "determinants.csv").read_text("utf-8").splitlines()
    assert lines[2].startswith("impermeant_inside,impermeants inside,inside,1,1,-19.2")
    assert "1_s_v_mV" in lines[1] and "30_min_nai_mM" in lines[1] and "steady_relative_volume" in lines[1]


def test_the_figure_ranks_bars(result):
    drawn = shown.figure(result)
    first = drawn.axes[0]
    widths = [patch.get_width() for patch in first.patches]
    assert [abs(w) for w in widths] == sorted((abs(w) for w in widths), reverse=True)
    assert widths[0] == wanted(result, result.names[result.ranked("held")[0]])[0]
    assert [axis.get_title(loc="left") for axis in drawn.axes[:4]] == [
        *("V at once", "V after 1 s", "V after 30 min", "V for ever"),
    ]


def test_every_number_is_described():
    assert made.describe("glia.kleak") == ("K+ leak of the glia", "strength")
    assert made.describe("pl_kir") == ("kir", "strength")
    assert made.describe("energy") == ("ATP that is left", "pump")
    assert made.describe("dk") == ("dk", "other")


def test_what_cannot_be_is_refused():
    cell = make_cell("stylised", max_compartment_length=400)
    with pytest.raises(InputError, match="times=0"):
        determinants(cell, times=[0])
    with pytest.raises(InputError, match="some"):
        determinants(cell, times="1 s, 1 some")
    with pytest.raises(InputError, match="elbow"):
        determinants(cell, place="elbow")


def test_a_rest_that_is_left_is_not_decided(monkeypatch):
    monkeypatch.setattr("models.solve.modes.Modes.stable", property(lambda self: False))
    with pytest.raises(ConvergenceError, match="leaves its rest by itself"):
        determinants("stylised", max_compartment_length=400)


def test_times_are_hours_unless_told():
    assert hours_of("1 s, 0.5,") == ["1 s", 0.5]
