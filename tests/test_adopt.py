"""adopt: a user's finished cell rests by itself where it rested, fires as before, and can be put back."""

import numpy as np
import pytest
from fired import fired

from models import BalanceError, InputError, evolve
from models.existing.adopt import adopt
from models.existing.balanced import Asked, balanced, least_change, possible
from models.existing.held import longest_step
from models.existing.settle import settle
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h

AMPLITUDES = (0.4, 0.8)  # nA


def built(section):
    """A soma that fires and has Ca2+ and an h current, a dendrite with another leak, so that V is not
    uniform."""
    h.celsius = 6.3
    soma, dend = section("soma"), section("dend", 300, 2, 5)
    dend.connect(soma(1))
    for name in ("hh", "hslow", "cavolt", "cadecay"):
        soma.insert(name)
    for name in ("pas", "hslow"):
        dend.insert(name)
    for segment in dend:
        segment.pas.g, segment.pas.e, segment.hslow.gbar = 3e-4, -75, 2e-5
    return [soma, dend]


@pytest.fixture
def two(section, own_mechanisms, alone):
    return built(section)


def test_a_passive_membrane_by_hand(section, alone):
    """pas alone, rest at e: leaks carry nothing together, so the pump takes out what Na+ leaks in and is
    made up for by more K+; three equations of three unknowns, solved here as such."""
    h.celsius = 37
    sec = section("soma")
    sec.insert("pas")
    sec(0.5).pas.g, sec(0.5).pas.e = 1e-4, -70
    found = adopt([sec], {"ki": 140, "ko": 4, "nai": 12, "nao": 145}, chloride_share=0.25)
    v, rt = -70.0, 26.7266
    e_k, e_na = rt * np.log(4 / 140), rt * np.log(145 / 12)
    # g_k (v - e_k) = 2 p, g_na (v - e_na) = -3 p, g_k + g_na = 3/4 g
    equations = np.array([[v - e_k, 0, -2], [0, v - e_na, 3], [1, 1, 0]])
    g_k, g_na, pump = np.linalg.solve(equations, [0, 0, 0.75e-4])
    assert found.membrane.leak["k"][0] == pytest.approx(g_k, rel=1e-4)
    assert found.membrane.leak["na"][0] == pytest.approx(g_na, rel=1e-4)
    assert found.membrane.leak["cl"][0] == pytest.approx(0.25e-4, rel=1e-9)
    assert found.membrane.cycle[0] == pytest.approx(pump, rel=1e-4)
    assert found.rest.v[0] == pytest.approx(-70, abs=1e-6)
    found.restore()


def test_it_rests_where_it_did_and_stays(two):
    own = settle(two, write=False)
    found = adopt(two, name="mine")
    assert found.cell.name == found.rest.layout.name == "mine"
    assert np.ptp(own.v) > 0.5  # V is not uniform
    # the rest of NEURON's E_Na and E_K, to what ions do to each other along the cell
    assert np.abs(found.rest.v - own.v).max() < 0.01
    course = evolve(found.cell, 24)
    # a course is good to some 2e-4 mV, and the pool of Ca2+ begins where its INITIAL puts it
    assert np.abs(course.v - found.rest.v).max() < 5e-4
    for ion in ("na", "k", "cl"):
        assert np.abs(course.state[ion][-1] / course.state[ion][0] - 1).max() < 1e-5
    found.restore()


def test_it_keeps_the_users_potentials(two):
    found = adopt(two)
    soma = two[0](0.5)  # what ions do to each other along the cell moves E by some hundredths
    assert soma.ena == pytest.approx(50, abs=0.05) and soma.ek == pytest.approx(-77, abs=0.05)
    assert any("E of K+ = -77 mV is kept" in one for one in found.said)
    assert any("i_hslow" in one and "l_hslow^2" in one for one in found.said)
    found.restore()


def test_a_potential_of_calcium_that_was_given_stays(two, tmp_path):
    """Our mechanisms read cai and cao, and NEURON would compute E_Ca from these."""
    h.ion_style("ca_ion", 0, 1, 0, 0, 0, sec=two[0])
    two[0].eca = 140
    found = adopt(two)
    found.cell.write()
    h.finitialize()
    assert two[0](0.5).eca == 140
    found.export(tmp_path / "out")
    found.restore()
    assert two[0](0.5).eca == 140

    def exported(_):
        import runpy

        runpy.run_path(str(tmp_path / "out" / "adopted.py"))["put"](two)
        h.finitialize()
        return two[0](0.5).eca

    assert in_a_copy(exported) == 140


def test_it_fires_as_before(two):
    """E_K is some hundredths of a mV from what it was, and concentrations move a little with every spike:
    periods are the same within 0.5 %."""
    own = settle(two, write=False)

    def before(amplitude):
        return fired(two, lambda: (h.finitialize(-65), own.put()), amplitude)

    earlier = [in_a_copy(lambda _, a=a: before(a)) for a in AMPLITUDES]
    found = adopt(two)

    def begin():
        found.cell.write()
        h.finitialize()
        own.put()

    now = [in_a_copy(lambda _, a=a: fired(two, begin, a)) for a in AMPLITUDES]
    for one, other in zip(earlier, now, strict=True):
        assert len(one) > 5 and len(one) == len(other)
        assert (np.abs(one - other) < 0.005 * one + 0.03).all()  # and a step of NEURON's
    with found.held():  # what is left is E, some hundredths of a mV apart
        held = [in_a_copy(lambda _, a=a: (fired(two, begin, a), two[1](0.5).nai)) for a in AMPLITUDES]
    moves = in_a_copy(lambda _: (fired(two, begin, AMPLITUDES[0]), two[1](0.5).nai))
    rest = found.cell.start["na"][3]
    for one, (other, nai) in zip(earlier, held, strict=True):
        assert np.abs(one - other).max() < 0.06 and nai == pytest.approx(rest, rel=1e-6)
    assert abs(moves[1] - rest) > 1e-3  # without it they move
    found.restore()


def test_a_compartment_too_short_for_fixed_steps_is_told(section, alone):
    """0.01 um between two longer ones, whose centres are 5.005 um away."""
    h.celsius = 37
    three = [section("a", 10, 1), section("b", 0.01, 1), section("c", 10, 1)]
    three[1].connect(three[0](1))
    three[2].connect(three[1](1))
    for sec in three:
        sec.insert("pas")
    found = adopt(three)
    # D of Cl- at 37 degC over the tortuosity squared, 2.719/1.18^2 um2/ms; 2 faces of 1/5.005 um over 0.01 um
    dt = 0.01 * 5.005 / (2 * 2.719 / 1.18**2)
    assert longest_step(found.cell) == pytest.approx(dt, rel=1e-3)
    assert any("dt up to 0.013 ms" in one for one in found.said)
    found.restore()


def test_it_can_be_put_back_bit_for_bit(two):
    def run():
        return fired(two, lambda: h.finitialize(-65), 0.3), [seg.v for sec in two for seg in sec]

    before, names = run(), [one.name() for one in two[0](0.5)]
    found = adopt(two)
    assert "pl_ions" in [one.name() for one in two[0](0.5)] and two[0](0.5).point_processes()
    found.restore()
    after = run()
    assert np.array_equal(before[0], after[0]) and before[1] == after[1]
    assert set(names) == {one.name() for one in two[0](0.5)} - {"cl_ion"}  # NEURON lets no ion go
    assert not two[0](0.5).point_processes()
    with pytest.raises(InputError, match="restored already"):
        found.restore()


def test_what_is_exported_needs_neuron_alone(two, tmp_path):
    """The file put into the same sections, once they are as they were: rests where the cell did."""
    found = adopt(two)
    v = found.rest.v.copy()
    written = {path.name for path in found.export(tmp_path / "out")}
    assert {"adopted.py", "adopted.json", "pl_ions.mod", "pl_chords.mod"} <= written
    assert "INCLUDE" not in (tmp_path / "out" / "mod" / "pl_chords.mod").read_text()
    found.restore()

    def alone_again(_):
        import runpy

        names = runpy.run_path(str(tmp_path / "out" / "adopted.py"))
        names["put"](two)
        h.CVode().active(0)
        h.finitialize()
        while h.t < 500:
            h.fadvance()
        return np.array([segment.v for sec in two for segment in sec])

    # the pool of Ca2+ begins where its INITIAL puts it, and leaves a trace in the ions
    assert in_a_copy(alone_again) == pytest.approx(v, abs=0.05)


def test_what_cannot_be_is_refused_with_the_smallest_change(section, own_mechanisms, alone):
    """A leak to -90 mV against an h current, with E_K at -77: K+ has no such gradient."""
    h.celsius = 37
    sec = section("soma")
    for name in ("pas", "hslow", "pl_kv"):
        sec.insert(name)
    sec.ek = -77
    sec(0.5).pas.g, sec(0.5).pas.e, sec(0.5).hslow.gbar = 5e-5, -90, 1e-4
    with pytest.raises(BalanceError, match=r"leaks up to .* times as strong .*; or E_k -"):
        adopt([sec], change="none")
    assert "pl_ions" not in [one.name() for one in sec(0.5)]  # it is as it was
    own = settle([sec], write=False)
    for way in ("leak", "concentration"):
        found = adopt([sec], change=way)
        assert found.rest.v == pytest.approx(own.v, abs=1e-3)
        assert (found.summary["compartments_changed"] == 1) == (way == "leak")
        found.restore()


def asked(**given):
    one = {
        "v": np.array([-70.0]),
        "e": {"k": np.array([-85.0]), "na": np.array([50.0])},
        "carried": {},
        "fixed": frozenset(),
        "chords": {},
        "leaving": {"k": np.zeros(1), "na": np.zeros(1)},
        "leak": np.array([1e-4]),
        "whole": np.array([1e-4]),
        "chloride": 0.0,
        "cycles": {"k": 2, "na": 3},
        "slope": np.zeros(1),
        "area": np.ones(1),
    }
    return Asked(**(one | given))


def test_the_least_leak_by_hand():
    """Na+ comes in at 3 uA/cm2: the pump's cycles are 1 uA/cm2 at least, with them K+ comes in at 2 and needs
    2e-3/15 S/cm2 to leave by; the leak that there is has less."""
    want = asked(carried={"nap": {"na": np.array([-3e-3])}}, leak=np.array([1e-4]))
    assert not possible(want).all()
    found = balanced(want)
    assert found.cycle[0] == pytest.approx(1e-3) and found.leak["na"][0] == pytest.approx(0, abs=1e-12)
    assert found.leak["k"][0] == pytest.approx(2e-3 / 15)
    assert found.more[0] == pytest.approx(2e-3 / 15 - 1e-4)


@pytest.mark.parametrize(("way", "wanted"), [("density", 0.75), ("concentration", -5.0)])
def test_the_least_change_by_hand(way, wanted):
    """Likewise with 0.75 of the Na+ current, or with E_K 5 mV lower: 20 mV 1e-4 S/cm2 = 2 uA/cm2."""
    fixed = frozenset({"nap"} if way == "concentration" else ())
    want = asked(carried={"nap": {"na": np.array([-3e-3])}}, fixed=fixed)
    found = least_change(want, (way,))
    value = found.factor["nap"] if way == "density" else found.shift["k"]
    # what is left of the leak, which weighs a thousand times as much, is the tolerance
    assert value == pytest.approx(wanted, rel=0.02)
    assert (found.more < 1e-3 * want.whole).all()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"concentrations": {"kii": 3}}, "kii"),
        ({"concentrations": {"ki": -3}}, "ki"),
        ({"change": "everything"}, "everything"),
        ({"chloride_share": 2}, "chloride_share"),
    ],
)
def test_bad_arguments(two, given, said):
    with pytest.raises(InputError, match=said):
        adopt(two, **given)


def test_currents_that_lag_unseen_are_refused_and_the_model_stays(
    section, own_mechanisms, alone, monkeypatch
):
    """As those of a mechanism of which no other can be made (a KINETIC block, C code)."""
    monkeypatch.setattr("models.existing.exchange.lags", lambda text: False)
    sec = section("soma")
    for name in ("pas", "lagged"):
        sec.insert(name)
    with pytest.raises(InputError, match=r"BREAKPOINT that computes it after SOLVE"):
        adopt([sec])
    assert [one.name() for one in sec(0.5) if not one.is_ion()] == ["lagged", "pas"]
