"""Channels of the muscle fibre: currents and rates against Python's, and the fibre's action potential."""

import numpy as np
import pytest

from models import excite, make_cell, rest
from models.experiments.electrode import Electrode
from models.physics import theory
from models.simulator import library, runtime
from models.simulator.runtime import h
from models.solve.equations import System
from models.solve.time_course import integrate

STATES = 300
COARSE = {"where": "cable", "max_compartment_length": 1000.0}
NAV = {"gbar": 0.15, "vs": -78.0, "as": 5.8, "vtau": 90.0, "q10_gates": 3.0}
KV = {"gbar": 0.0216, "q10_gates": 3.0}


def two_way(gate, alpha, beta):
    return alpha / (alpha + beta), alpha * (1 - gate) - beta * gate


def relaxing(gate, end, tau):
    return end, (end - gate) / tau


def navmuscle(v, gates, p):
    """Of m, h and s: the steady state and the rate (/ms) at 20 degC."""
    m, inactive, s = gates
    slow = 8571 / (0.2 + 5.65 * ((v + p["vtau"]) / 100) ** 2)
    return [
        two_way(m, 0.288 * 10 * theory.bernoulli(-(v + 46) / 10), 1.38 * np.exp(-(v + 46) / 18)),
        two_way(inactive, 0.0081 * np.exp(-(v + 45) / 14.7), 4.38 / (1 + np.exp(-(v + 45) / 9))),
        relaxing(s, 1 / (1 + np.exp((v - p["vs"]) / p["as"])), slow),
    ]


def kvmuscle(v, gates, p):
    """Of n and h: the steady state and the rate (/ms) at 20 degC."""
    n, inactive = gates
    return [
        two_way(n, 0.0131 * 7 * theory.bernoulli(-(v + 40) / 7), 0.067 * np.exp(-(v + 40) / 40)),
        relaxing(inactive, 1 / (1 + np.exp((v + 40) / 7.5)), 1000 * np.exp(-(v + 40) / 25.75)),
    ]


CHANNELS = {
    "pl_navmuscle": (navmuscle, NAV, "na", ("m", "h", "s"), (3, 1, 1)),
    "pl_kvmuscle": (kvmuscle, KV, "k", ("n", "h"), (4, 1)),
}


@pytest.mark.parametrize("name", list(CHANNELS))
def test_currents_and_rates_are_the_equations(name):
    """Current with the gates at their steady state, then their rates from anywhere, for any parameters."""
    equations, defaults, ion, gates, powers = CHANNELS[name]
    library.load_mechanisms()
    sec = h.Section(name="one")
    sec.insert(name)
    h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
    segment, rng = sec(0.5), np.random.default_rng(8)
    for trial in range(STATES):
        v, celsius, outside, inside = *rng.uniform((-120, 5), (60, 40)), *np.exp(rng.uniform(0, 6, 2))
        drawn = {"q10_gates": rng.uniform(1, 4), "gbar": rng.uniform(0, 0.5)}
        drawn |= {key: value * rng.uniform(0.7, 1.3) for key, value in defaults.items() if key not in drawn}
        p = drawn if trial else defaults  # first with what the mechanism has of its own
        if trial:
            for key, value in p.items():
                setattr(segment, f"{key}_{name}", value)
        setattr(segment, f"{ion}o", outside)
        setattr(segment, f"{ion}i", inside)
        setattr(segment, f"tref_{name}", celsius)
        integrator = runtime.reset(celsius)
        h.finitialize(v)
        end = [steady for steady, _ in equations(v, np.zeros(len(gates)), p)]
        assert [getattr(segment, f"{g}_{name}") for g in gates] == pytest.approx(end, rel=1e-12)
        driving = v - theory.nernst(inside, outside, 1, celsius)
        expected = p["gbar"] * np.prod(np.array(end) ** powers) * driving
        # v - E cancels: round-off of potentials up to 200 mV, times the largest conductance
        assert getattr(segment, f"i{ion}") == pytest.approx(float(expected), rel=1e-11, abs=1e-14)
        states, rates, state = h.Vector(), h.Vector(), rng.uniform(0, 1, len(gates))
        integrator.states(states)
        rates.resize(len(states))
        at = [int(np.argmin(abs(np.array(states) - value))) for value in end]
        assert sorted(at) == sorted(set(at)) and v not in end
        for index, value in zip(at, state, strict=True):
            states[index] = value
        integrator.f(0, states, rates)
        q = p["q10_gates"] ** ((celsius - 20) / 10)
        expected = [q * rate for _, rate in equations(v, state, p)]
        found = np.array(rates)[at]
        # alpha (1 - g) and beta g cancel
        assert found == pytest.approx(expected, rel=1e-11, abs=1e-13 * max(1, *np.abs(expected)))
    h.delete_section(sec=sec)


def stimulated(set=None, duration=1.0):
    """The fibre with an electrode along it, started from its rest in that bath; and that rest."""
    cell = make_cell("excitable_muscle", max_compartment_length=1000.0)
    for sec in cell.sections:
        sec.insert("pl_electrode")
    at_rest = rest(cell, set=set)
    return Electrode(cell, cell.where("cable"), duration), at_rest


def pulsed(electrode, current, stop, rtol=1e-6):
    """Pairs of states and what entered: during a pulse of `current` (nA), and after it until `stop` (ms)."""
    last, parts = None, []
    for amp, begin, end in ((current, 0.0, electrode.duration), (0.0, electrode.duration, stop)):
        electrode.amp.set(100 * amp / electrode.area)
        system = System(electrode.cell, start=last)
        states, entered = integrate(system, begin, np.linspace(begin, end, 400), rtol=rtol)
        electrode.amp.set(0.0)
        last = states[-1]
        parts.append((system.state(states), entered))
    return parts


def test_a_spike_overshoots_returns_and_loses_nothing():
    electrode, at_rest = stimulated()
    cell = electrode.cell
    assert at_rest.v == pytest.approx(-85, abs=1e-6)
    parts = pulsed(electrode, 50.0, 100.0)
    v = np.concatenate([state["v"] for state, _ in parts])
    peak = v.max(axis=0)
    assert (peak > 30).all() and (peak < at_rest.nernst("na")).all()
    assert v[-1] == pytest.approx(-85, abs=1)
    before = cell.charge(cell.start)
    for state, entered in parts:
        charge = cell.charge({key: state[key] for key in ("v", "na", "k", "cl")})
        assert np.abs(charge - before).max() < 1e-11
        for column, ion in enumerate(cell.ions):  # the electrode's K+ is among what enters
            gained = (state[ion] - state[ion][0]) @ cell.volume / cell.volume.sum()
            assert np.abs(gained - (entered[:, column] - entered[0, column])).max() < 1e-11
    after = parts[-1][1][-1]
    assert after[cell.ions.index("na")] > 0 > after[cell.ions.index("k")]


def test_the_spike_is_that_of_neurons_own_integrator():
    electrode, at_rest = stimulated()
    cell = electrode.cell
    cell.start = at_rest.state()
    parts = pulsed(electrode, 50.0, 20.0, rtol=1e-8)
    cell.write()
    integrator = runtime.reset(cell.celsius, 1e-9)
    electrode.amp.set(100 * 50.0 / electrode.area)
    h.finitialize()
    for amp, (state, _), begin, end in ((50.0, parts[0], 0.0, 1.0), (0.0, parts[1], 1.0, 20.0)):
        electrode.amp.set(100 * amp / electrode.area)
        integrator.re_init()
        for at, v in zip(np.linspace(begin, end, 400)[1:], state["v"][1:], strict=True):
            integrator.solve(at)
            # the largest difference is 1e-3, on the upstroke
            assert [s.v for s in cell.segments] == pytest.approx(v, abs=0.005)
    electrode.amp.set(0.0)


def test_potassium_outside_lowers_the_spike_and_then_ends_it():
    low, normal, high = excite("excitable_muscle", vary={"ko": [3, 4.5, 12]}, **COARSE).points
    assert low.outcome == normal.outcome == "spike"
    assert 30 < normal.peak < 60 and 120 < normal.height < low.height < 160
    assert low.threshold > normal.threshold > 1
    assert high.v_rest > -70 and high.outcome.startswith("no spike, a graded response")


def test_without_slow_inactivation_the_depolarised_fibre_still_responds():
    """From the same rest at 12 mM K+ outside and with the same m and h; only s is held open."""
    electrode, at_rest = stimulated({"ko": 12})
    cell, peak = electrode.cell, {}
    with cell.changed({"ko": 12}):
        cell.start = at_rest.state()
        for vs in (-78.0, 100.0):
            for segment in cell.segments:
                segment.pl_navmuscle.vs = vs
            peak[vs] = pulsed(electrode, 50.0, 3.0)[0][0]["v"].max()
    assert peak[100.0] > peak[-78.0] + 15, peak
