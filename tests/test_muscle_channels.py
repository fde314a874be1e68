"""Channels of the muscle fibre: currents and rates against Python's, and the fibre's action potential."""

import numpy as np
import pytest

from models import excite, make_cell, rest
from models.experiments.electrode import Electrode
from models.physics import theory
from models.simulator import library, runtime
from models.simulator.runtime import h
from models.solve.equations import System
from models.solve.integration import integrate

STATES = 300
NAV = {"p": 1e-4, "vm": -41.0, "vh": -80.0, "s0": 0.115, "f": 0.003, "q10_gates": 2.5}
KV = {"p": 1e-5, "q10_gates": 2.5}
KIR = {"p": 4e-6, "vhalf": 0.1, "k": 12.0}


def navmuscle(v, gates, p):
    """Of m, h and s: the steady state and the rate (/ms) at 22 degC."""
    m, inactive, s = gates
    by_m, by_h = v - p["vm"] - 5, v - p["vh"]
    rate_m = 2.875 * theory.bernoulli(-by_m / 10) + 1.375 * np.exp(-by_m / 18)
    rate_h = 0.508 / (1 + np.exp((by_h + 30) / 9.97)) + 3.272 / (1 + np.exp(-(by_h - 53.8) / 9.09))
    rate_s = 4.04e-6 * np.exp(-v / 21.1) + 7.36e-4 / (1 + np.exp(-(v + 16.6) / 21.2))
    ends = (
        (1 + np.exp(-(v - p["vm"]) / 4.3)) ** (-1 / 3),
        1 / (1 + np.exp(by_h / 5.37)),
        p["s0"] + (1 - p["s0"]) / (1 + np.exp((v + 59) / 10.6)),
    )
    rates = (rate_m, rate_h, rate_s)
    return [(e, (e - g) * r) for e, g, r in zip(ends, (m, inactive, s), rates, strict=True)]


def kvmuscle(v, gates, p):
    """Of n and h: the steady state and the rate (/ms) at 22 degC."""
    n, inactive = gates
    alpha, beta = 0.1834 * theory.bernoulli(-(v + 40) / 7), 0.134 * np.exp(-(v + 40) / 40)
    end = 1 / (1 + np.exp((v + 40) / 7.5))
    return [(alpha / (alpha + beta), alpha * (1 - n) - beta * n), (end, (end - inactive) / 315)]


def kcnq(v, gates, p):
    """Of q: the steady state and the rate (/ms) at 22 degC."""
    end = 1 / (1 + np.exp(-(v + 30) / 10))
    return [(end, (end - gates[0]) * (0.016 * np.exp(v / 40) + 0.002 * np.exp(-v / 50)))]


def nothing(v, gates, p):
    return []


def sodium(gates, p, v, e):
    m, inactive, s = gates
    return m**3 * s * (inactive * (1 - p["f"]) + p["f"])


def delayed(gates, p, v, e):
    return gates[0] ** 4 * gates[1]


def slow(gates, p, v, e):
    return gates[0]


def rectifier(gates, p, v, e):
    return 1 / (1 + np.exp((v - e - p["vhalf"]) / p["k"]))


def chloride(gates, p, v, e):
    return (1 + np.exp((v - 70) / 150)) ** -4.0


CHANNELS = {
    "pl_navmuscle": (navmuscle, NAV, "na", ("m", "h", "s"), sodium),
    "pl_kvmuscle": (kvmuscle, KV, "k", ("n", "h"), delayed),
    "pl_kcnq": (kcnq, KV, "k", ("q",), slow),
    "pl_kirmuscle": (nothing, KIR, "k", (), rectifier),
    "pl_clc1": (nothing, {"p": 1e-5}, "cl", (), chloride),
}


@pytest.mark.parametrize("name", list(CHANNELS))
def test_currents_and_rates_are_the_equations(name):
    """Current with the gates at their steady state, then their rates from anywhere, for any parameters."""
    equations, defaults, ion, gates, open_part = CHANNELS[name]
    valence = -1 if ion == "cl" else 1
    library.load_mechanisms()
    sec = h.Section(name="one")
    sec.insert(name)
    h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
    segment, rng = sec(0.5), np.random.default_rng(8)
    for _ in range(STATES):
        v, celsius, outside, inside = *rng.uniform((-120, 5), (60, 40)), *np.exp(rng.uniform(0, 6, 2))
        p = {key: value * rng.uniform(0.7, 1.3) for key, value in defaults.items()}
        for key, value in p.items():
            setattr(segment, f"{key}_{name}", value)
        setattr(segment, f"tref_{name}", celsius)
        setattr(segment, f"{ion}o", outside)
        setattr(segment, f"{ion}i", inside)
        integrator = runtime.reset(celsius)
        h.finitialize(v)
        end = [steady for steady, _ in equations(v, np.zeros(len(gates)), p)]
        assert [getattr(segment, f"{g}_{name}") for g in gates] == pytest.approx(end, rel=1e-12)
        e = theory.nernst(inside, outside, valence, celsius)
        whole = theory.ghk_current(p["p"], inside, outside, valence, v, celsius)
        # v - E cancels: round-off of concentrations up to 400 mM, times the permeability
        expected = float(open_part(end, p, v, e) * whole)
        assert getattr(segment, f"i{ion}") == pytest.approx(expected, rel=1e-10, abs=1e-14)
        if not gates:
            continue
        states, rates, state = h.Vector(), h.Vector(), rng.uniform(0, 1, len(gates))
        integrator.states(states)
        rates.resize(len(states))
        at = [int(np.argmin(abs(np.array(states) - value))) for value in end]
        assert sorted(at) == sorted(set(at)) and v not in end
        for index, value in zip(at, state, strict=True):
            states[index] = value
        integrator.f(0, states, rates)
        pace = p["q10_gates"] ** ((celsius - 22) / 10)
        expected_rates = [pace * rate for _, rate in equations(v, state, p)]
        # alpha (1 - g) and beta g cancel
        largest = max(1, *np.abs(expected_rates), 0)
        assert np.array(rates)[at] == pytest.approx(expected_rates, rel=1e-11, abs=1e-13 * largest)
    h.delete_section(sec=sec)


def test_potassium_through_sodium_channels_moves_the_reversal_to_the_measured_one():
    """K+ follows the same open channels, pk times as permeable: 42 mV in rat fibres, Almers et al. 1984."""
    library.load_mechanisms()
    sec = h.Section(name="one")
    sec.insert("pl_navmuscle")
    for ion in ("na", "k"):
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
    segment, inside, outside = sec(0.5), {"na": 14.0, "k": 140.0}, {"na": 145.0, "k": 4.0}
    for ion in inside:
        setattr(segment, f"{ion}i", inside[ion])
        setattr(segment, f"{ion}o", outside[ion])
    segment.pl_navmuscle.p, segment.pl_navmuscle.pk = 1e-3, 0.1
    reverses = theory.ghk_voltage({"na": 1.0, "k": 0.1}, inside, outside, 23.0)
    assert reverses == pytest.approx(42, abs=0.5)  # pk is rounded to 0.1
    runtime.reset(23.0)
    for v in (-90.0, -20.0, 0.0, reverses):
        h.finitialize(v)
        through = [theory.ghk_current(1.0, inside[ion], outside[ion], 1, v, 23.0) for ion in ("na", "k")]
        assert segment.ik / segment.ina == pytest.approx(0.1 * through[1] / through[0], rel=1e-9)
        assert segment.pl_navmuscle.i == segment.ina + segment.ik
    assert abs(segment.pl_navmuscle.i) < 1e-9 * abs(segment.ina)  # the last v
    segment.pl_navmuscle.pk = 0.0
    h.finitialize(0.0)
    assert segment.ik == 0
    h.delete_section(sec=sec)


def piece():
    """A fibre in one compartment and two rings, which is enough for a spike everywhere at once."""
    return make_cell("excitable_muscle", set={"tubules.rings": "2"}, max_compartment_length=1000.0)


def stimulated(set=None, duration=1.0):
    """The fibre with an electrode along it, started from its rest in that bath; and that rest."""
    cell = piece()
    at_rest = rest(cell, set=set)
    return Electrode(cell, cell.where("cable"), duration), at_rest


def pulsed(electrode, current, stop, rtol=1e-6):
    """Pairs of states and what entered: during a pulse of `current` (nA), and after it until `stop` (ms)."""
    last, parts = None, []
    for amp, begin, end in ((current, 0.0, electrode.duration), (0.0, electrode.duration, stop)):
        electrode.inject(amp)
        system = System(electrode.cell, start=last)
        states, entered = integrate(system, begin, np.linspace(begin, end, 400), rtol=rtol)
        electrode.inject(0.0)
        last = states[-1]
        parts.append((system.state(states), entered))
    return parts


def test_a_spike_overshoots_returns_and_loses_nothing():
    electrode, at_rest = stimulated()
    cell = electrode.cell
    assert at_rest.v == pytest.approx(-88.6, abs=1e-6)
    parts = pulsed(electrode, 400.0, 100.0)
    v = np.concatenate([state["v"] for state, _ in parts])
    peak = v.max(axis=0)
    assert (peak > 30).all() and (peak < at_rest.nernst("na")).all()
    assert v[-1] == pytest.approx(-88.6, abs=3)
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
    parts = pulsed(electrode, 400.0, 6.0, rtol=1e-8)
    cell.write()
    integrator = runtime.reset(cell.celsius, 1e-9)
    electrode.inject(400.0)
    h.finitialize()
    theirs = runtime.SegmentVariable(cell.sections, "v")
    for amp, (state, _), begin, end in ((400.0, parts[0], 0.0, 1.0), (0.0, parts[1], 1.0, 6.0)):
        electrode.inject(amp)
        integrator.re_init()
        for at, v in zip(np.linspace(begin, end, 400)[1:], state["v"][1:], strict=True):
            integrator.solve(at)
            # the largest difference is 1e-3, on the upstroke
            assert np.abs(theirs.get() - v).max() < 0.005
    electrode.inject(0.0)


def test_it_twitches_up_to_8_mM_of_potassium_and_not_far_above_10():
    """Muscle twitches up to 8-11 mM K+: Yensen, Matar & Renaud 2002; Cairns et al. 2022."""
    points = excite(piece(), vary={"ko": [4, 8, 12]}).points
    assert [point.outcome for point in points[:2]] == ["spike", "spike"]
    assert 120 < points[0].height < 170 and 0 < points[1].peak < points[0].peak
    assert points[0].threshold > points[1].threshold > 1
    assert points[2].v_rest > -65 and points[2].outcome.startswith("no spike")


def test_inactivation_is_what_ends_the_twitch():
    """From the same rest at 12 mM K+ outside and with the same m; only fast inactivation is shifted away."""
    electrode, at_rest = stimulated({"ko": 12})
    cell, peak = electrode.cell, {}
    with cell.changed({"ko": 12}):
        cell.start = at_rest.state()
        for vh in (-72.0, -50.0):
            for segment in cell.segments:
                segment.pl_navmuscle.vh = vh
            peak[vh] = pulsed(electrode, 300.0, 3.0)[0][0]["v"].max()
    assert peak[-50.0] > peak[-72.0] + 15, peak
