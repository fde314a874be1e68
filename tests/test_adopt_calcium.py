"""adopt with the model's pools of Ca2+ taken out: Ca2+ rests because a pump takes out what comes in."""

import numpy as np
import pytest
from fired import run_exported

from models import InputError, block, evolve
from models.existing.adopt import adopt
from models.existing.settle import settle
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h


@pytest.fixture
def two(section, own_mechanisms, alone):
    """A soma with Ca2+ channels and a pool, a dendrite without."""
    h.celsius = 6.3
    soma, dend = section("soma"), section("dend", 300, 2, 3)
    dend.connect(soma(1))
    for name in ("hh", "cavolt", "cadecay"):
        soma.insert(name)
    dend.insert("pas")
    dend.g_pas, dend.e_pas = 3e-4, -70
    return [soma, dend]


def test_calcium_rests_at_the_pools_own_value_everywhere(two, tmp_path):
    own = settle(two, write=False)
    cai = in_a_copy(lambda _: (own.put(), two[0].cai)[1])
    names = {one.name() for one in two[0](0.5)}
    found = adopt(two, calcium="replaced")
    assert not h.ismembrane("cadecay", sec=two[0])
    assert any(f"cai rests at {cai:.3g} mM everywhere" in one for one in found.said)
    calcium = found.rest.state()["ca"]
    # at the V to which what ions do to each other moves it, by 0.01 mV: 0.01/25 of what enters
    assert calcium == pytest.approx(cai, rel=1e-3)
    assert found.rest.v == pytest.approx(own.v, abs=0.02)
    check_by_hand(two[0](0.5), found)
    course = evolve(found.cell, 24)
    assert np.abs(course.v - found.rest.v).max() < 1e-6
    for ion in found.cell.ions:
        assert np.abs(course.state[ion][-1] / course.state[ion][0] - 1).max() < 1e-9
    found.cell.write()
    h.finitialize()
    found.own.put()
    assert two[0].v == pytest.approx(own.v[0], abs=1e-9) and two[0].cai == pytest.approx(cai, rel=1e-3)
    found.export(tmp_path / "out")
    found.restore()
    assert {one.name() for one in two[0](0.5)} - {"cl_ion"} == names

    def alone_again(_):
        run_exported(tmp_path / "out", two, 200)
        return np.array([(s.v, s.cai) for sec in two for s in sec]).T

    v, after = in_a_copy(alone_again)
    assert v == pytest.approx(own.v, abs=0.02) and after == pytest.approx(cai, rel=1e-3)


def check_by_hand(soma, found):
    """What the pump, the leak and channels carry of Ca2+ through the soma's membrane (mA/cm2), from the laws
    as they are published: together nothing."""
    found.cell.write()
    h.finitialize()
    h.fcurrent()
    rt, faraday = 8.314462618 * (h.celsius + 273.15), 96485.33212
    cai, u = soma.cai, soma.v * 1e-3 * faraday / rt
    pump = soma.imax_pl_pmca * cai / (cai + 0.5e-3) * 4 / 4.15  # far from where it stands still
    p = found.cell.leak_strength("ca")[0]
    leak = 1e-3 * p * 4 * u * faraday * (cai - soma.cao * np.exp(-2 * u)) / (1 - np.exp(-2 * u))
    channel = soma.cavolt.gbar * (soma.v - soma.eca) / (1 + np.exp(-(soma.v + 40) / 7)) ** 2
    assert soma.ica_pl_pmca == pytest.approx(pump, rel=1e-3)  # the tanh is 1 to some 1e-4
    assert channel + leak < 0 and pump + leak + channel == pytest.approx(0, abs=3e-3 * pump)


def test_its_week_without_a_pump_conserves_charge(two):
    found = adopt(two, calcium="replaced")
    result = block(found.cell, hours=168)
    assert result.summary["max_local_charge_error"] < 1e-9
    assert result.summary["v_end_mV"] > -25  # next to where nothing is left of the gradients
    found.restore()


def test_what_cannot_be_replaced_is_refused(two, section):
    with pytest.raises(InputError, match="calcium"):
        adopt(two, calcium="mine")
    two[0].uninsert("cadecay")
    with pytest.raises(InputError, match=r"no mechanism of the model computes Ca2\+"):
        adopt(two, calcium="replaced")
    assert not h.ismembrane("pl_pmca", sec=two[0])
