"""The rest of any model: that of the equations, that of a long run, and nothing else of the model changed."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from models import ConvergenceError, InputError, NoRestError, settle
from models.existing.approach import begin, hold_stimuli
from models.existing.equations import parts_of, variables_of
from models.existing.reading import read_model
from models.simulator.apart import in_a_copy
from models.simulator.runtime import h

pytestmark = pytest.mark.usefixtures("alone")


def run_on(sections, ms, dt=0.05):
    """V and states after NEURON's own fixed steps from the model's start, in a copy of the process."""
    model = read_model(sections)

    def work(_):
        hold_stimuli()
        begin(None)
        h.dt = dt
        while h.t < ms:
            h.fadvance()
        return model.v(), all_states(sections)

    return in_a_copy(work)


def all_states(sections):
    variables = variables_of(parts_of(read_model(sections)))
    return variables.get().copy()


def hodgkin_huxley_rest():
    """V (mV) without current through the membrane of the squid's axon at 6.3 degC, as Hodgkin and Huxley
    (1952) have it, in NEURON's V."""

    def x_over(x):
        return x / (1 - np.exp(-x))

    def current(v):
        am, bm = x_over((v + 40) / 10), 4 * np.exp(-(v + 65) / 18)
        ah, bh = 0.07 * np.exp(-(v + 65) / 20), 1 / (np.exp(-(v + 35) / 10) + 1)
        an, bn = 0.1 * x_over((v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)
        m, gate, n = am / (am + bm), ah / (ah + bh), an / (an + bn)
        return 0.12 * m**3 * gate * (v - 50) + 0.036 * n**4 * (v + 77) + 3e-4 * (v + 54.3)

    return brentq(current, -70, -60, xtol=1e-13)


def test_rest_of_hodgkin_and_huxley(section):
    """NEURON interpolates the rate functions in a table unless told not to."""
    sec = section("soma", 1000, 476, 3)
    sec.insert("hh")
    h.usetable_hh, h.celsius = 0, 6.3
    try:
        result = settle(sec)
    finally:
        h.usetable_hh = 1
    assert result.v == pytest.approx(hodgkin_huxley_rest(), abs=1e-10)
    assert sec.v == result.v[1] and result.summary["stable"]
    assert result.states["hh.m"][0] == pytest.approx(sec(0.5).hh.m, rel=1e-14)


@pytest.fixture
def tree(section, own_mechanisms):
    """A branched cell: a gate that NEURON's variable step cannot follow, a kinetic scheme, Ca2+ pools of both
    ways of writing, a Ca2+-activated current, sections that begin in the middle, at the end and turned round,
    and a steady current from a pipette at an end."""
    soma, dend, oblique, tip = (
        section("soma"),
        section("dend", 300, 2, 7),
        section("oblique", 100, 1, 3),
        section("tip", 150, 0.8, 5),
    )
    dend.connect(soma(1))
    oblique.connect(dend(0.5))
    tip.connect(dend(1), 1)
    for name in ("hh", "byhand", "lagged", "scheme", "cadecay", "pl_caleak", "skca"):
        soma.insert(name)
    for sec in (dend, oblique, tip):
        sec.insert("pas")
        sec.e_pas = -72
    for name in ("capool", "pl_caleak"):
        dend.insert(name)
    for sec in (soma, dend):
        sec.cao, sec.p_pl_caleak = 2, 1e-9
    clamp = h.IClamp(tip(0))
    clamp.delay, clamp.dur, clamp.amp = 5, 1e9, 0.01
    return [soma, dend, oblique, tip], clamp


def test_rest_is_where_a_long_run_ends(tree):
    """All modes decay within 0.1 s here, so that after 3 s nothing is left of the start but round-off."""
    sections, _ = tree
    result = settle(sections)
    mine = all_states(sections)
    v, states = run_on(sections, 3000)
    assert result.v == pytest.approx(v, abs=1e-9)
    assert mine == pytest.approx(states, abs=1e-9)
    assert result.summary["slowest_time_constant_s"] < 0.11
    assert np.ptp(result.v) > 0.5  # there is something to be found


def test_nothing_but_the_rest_is_changed(tree):
    """The same run before and after, to the bit, and what settle itself sets."""
    sections, clamp = tree
    calls, noise = [], h.Random(3)
    noise.normal(0, 1)
    handler = h.FInitializeHandler(lambda: calls.append(h.t))

    def run():
        h.finitialize(-65)
        h.continuerun(20) if hasattr(h, "continuerun") else [h.fadvance() for _ in range(800)]
        return all_states(sections), noise.repick()

    def settings():
        cvode = h.CVode()
        return (
            *(h.t, h.dt, h.celsius, h.secondorder, cvode.active(), cvode.atol(), cvode.use_local_dt()),
            *(clamp.delay, clamp.dur, clamp.amp, [sec.cm for sec in sections], h.usetable_hh),
            *(int(h.ion_style("ca_ion", sec=sections[0])), [sec.name() for sec in h.allsec()], len(calls)),
        )

    first = run()[0]
    before = settings()
    settle(sections)
    assert settings() == before
    second = run()[0]
    assert (first == second).all()
    states = all_states(sections)
    settle(sections, write=False)
    assert (all_states(sections) == states).all()
    del handler


def test_the_variable_step_goes_on_from_there(section):
    sec = section("soma", 30, 30)
    sec.insert("hh")
    h.finitialize(-50)
    h.CVode().active(1)
    try:
        v = settle(sec).v[0]
        h.CVode().solve(h.t + 20)
        assert sec.v == pytest.approx(v, abs=1e-6) and h.CVode().active()
    finally:
        h.CVode().active(0)


def test_a_saved_state_and_every_finitialize_begin_there(section, tmp_path):
    sec = section("soma", 30, 30)
    sec.insert("hh")
    result = settle(sec, write=False)
    result.save(tmp_path / "rest.dat")
    assert sec.v != result.v[0]
    h.finitialize(-65)
    file, state = h.File(), h.SaveState()
    assert file.ropen(str(tmp_path / "rest.dat"))
    state.fread(file)
    state.restore()
    assert sec.v == result.v[0] and sec(0.5).hh.n == result.states["hh.n"][0] and h.t == 0
    h.finitialize(-65)
    handler = h.FInitializeHandler(result.put)
    h.finitialize(-65)
    for _ in range(400):
        h.fadvance()
    assert sec.v == pytest.approx(result.v[0], abs=1e-10)
    del handler


def test_diffusing_pool_and_several_cells(section, own_mechanisms):
    """Ca2+ that diffuses between compartments, in one of two cells: only the given one is written."""
    soma, other = section("soma", 200, 2, 5), section("other")
    for name in ("pas", "cadiffuse", "pl_caleak"):
        soma.insert(name)
    soma.cao, soma.p_pl_caleak, soma(0.1).pl_caleak.p = 2, 1e-10, 1e-8
    other.insert("hh")
    h.finitialize(-65)
    before = other.v
    result = settle(soma)
    v, states = run_on(soma, 3000)
    assert result.v == pytest.approx(v, abs=1e-9) and other.v == before
    assert all_states(soma) == pytest.approx(states, abs=1e-9)
    assert np.ptp(result.states["cai"]) > 1e-5
    both = settle()
    assert set(both.layout.section) == {"soma", "other"} and other.v != before


def test_cells_that_a_gap_junction_couples(section, own_mechanisms):
    """Two balls whose leaks pull apart, joined by more than either leaks: V by hand, and by a long run."""
    cells, rest, junction = [section("a"), section("b")], (-80, -50), 0.05
    for sec, e in zip(cells, rest, strict=True):
        sec.insert("pas")
        sec.e_pas = e
    halves = [h.halfgap(sec(0.5)) for sec in cells]
    for half, other in zip(halves, cells[::-1], strict=True):
        half.g = junction
        h.setpointer(other(0.5)._ref_v, "vgap", half)
    leak = cells[0](0.5).pas.g * cells[0](0.5).area() * 1e-2  # uS
    result = settle(cells)
    apart = (rest[1] - rest[0]) * leak / (leak + 2 * junction)
    assert result.v == pytest.approx([-65 - apart / 2, -65 + apart / 2], abs=1e-9)
    assert result.v == pytest.approx(run_on(cells, 500)[0], abs=1e-9) and result.summary["stable"]
    # together they decay by their leak alone, C/g of 1 uF/cm2 and pas's 1 mS/cm2
    assert result.summary["slowest_time_constant_s"] == pytest.approx(1e-3, rel=1e-6)


def test_membrane_without_capacitance(section):
    """As auxiliary sections of some published cells have it; NEURON's variable step cannot follow those."""
    soma, between, dend = section("soma", 30, 30), section("aux", 10, 5), section("dend", 200, 2, 3)
    between.connect(soma(0.5))
    dend.connect(between(1))
    soma.insert("hh")
    for sec in (between, dend):
        sec.insert("pas")
        sec.e_pas = -72
    between.cm = 0
    result = settle([soma, between, dend])
    v, _ = run_on([soma, between, dend], 1000)
    assert result.v == pytest.approx(v, abs=1e-9) and between.cm == 0


def test_what_ends_is_left_out(section):
    """A pulse, what a Vector plays into a current, and what synapses are sent; what stays on is counted."""
    sec = section("soma", 30, 30)
    sec.insert("pas")
    alone = settle(sec).v[0]
    pulse, played, steady = (h.IClamp(sec(0.5)) for _ in range(3))
    pulse.delay, pulse.dur, pulse.amp = 0, 500, 0.1
    played.delay, played.dur = 0, 1e9
    steady.delay, steady.dur, steady.amp = 300, 1e9, 0.01
    wave, times = h.Vector([0.5] * 10), h.Vector(range(10))
    wave.play(played._ref_amp, times, True)
    synapse, source = h.ExpSyn(sec(0.5)), h.NetStim()
    connection = h.NetCon(source, synapse, 0, 0, 0.1)
    source.start = 1
    result = settle(sec)
    resistance = 1e2 / (sec(0.5).pas.g * sec(0.5).area())  # MOhm, of S/cm2 um2
    assert result.v[0] - alone == pytest.approx(0.01 * resistance, rel=1e-9)
    assert result.summary["input_resistance_Mohm"] == pytest.approx(resistance, rel=1e-6)
    assert len(result.summary["left_out"]) == 2 and connection.active()
    longer = settle(sec, for_good="500 ms")
    assert longer.v[0] - alone == pytest.approx(0.11 * resistance, rel=1e-9)


def test_a_cell_that_fires_is_refused(section):
    sec = section("soma", 30, 30)
    sec.insert("hh")
    clamp = h.IClamp(sec(0.5))
    clamp.delay, clamp.dur, clamp.amp = 0, 1e9, 0.3
    before = sec.v
    with pytest.raises(NoRestError, match=r"it fires: .* spikes") as caught:
        settle(sec)
    assert 10 < caught.value.period < 20 and sec.v == before


def test_a_cell_that_drifts_is_refused_with_its_rate(section, own_mechanisms):
    """A leak of Na+ that nothing balances: the compartment fills at I 4/(F d)."""
    sec = section("soma", 200, 20)
    for name in ("pas", "pl_naleak", "fills"):
        sec.insert(name)
    sec.nao, sec.p_pl_naleak = 140, 1e-9
    with pytest.raises(
        ConvergenceError, match=r"nai of soma\(0.5\) is .* mM and changes by .* mM per minute"
    ):
        settle(sec)


def test_random_numbers_are_refused(section, own_mechanisms):
    sec = section()
    sec.insert("noisy")
    with pytest.raises(InputError, match=r"noisy\.n .*random numbers"):
        settle(sec)


def test_rxd_is_refused():
    script = Path(__file__).resolve().parent / "apart" / "rxd_settled.py"
    run = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert run.stdout.startswith("the rxd species 'na' is computed by rxd"), run.stderr


def test_what_cannot_be_settled(section):
    sec = section()
    sec.insert("extracellular")
    with pytest.raises(InputError, match="extracellular"):
        settle(sec)
    sec.uninsert("extracellular")
    with pytest.raises(InputError, match="start"):
        settle(sec, start="warm")
