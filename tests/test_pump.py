"""The pump's laws and isoforms in a segment: equations, stoichiometry, reversal, ATP, temperature."""

import numpy as np
import pytest

from models.parameters.pumps import library
from models.physics import theory
from models.simulator import runtime
from models.simulator.library import load_mechanisms
from models.simulator.runtime import h

STATES = 300
ISOFORMS = ("alpha1", "alpha2", "alpha3")
LAWS = {
    "pl_nakpump": {},
    "pl_nakpumpsigmoid": {},
    "pl_nakpumpcubic": {},
    "pl_nakpumpvoltage": {},
    "pl_nakalpha1": {},
    "pl_nakalpha2": {},
    "pl_nakalpha3": {},
}
PLAIN = {  # what a pump has beside its affinities, in no drug
    "imax": 2e-3, "block": 0.0, "activity": 1.0, "hill_na": 3.0, "coop_na": 1.0, "hill_k": 2.0,
    "kki": 1e9, "knao": 1e9,
    "voltage": 1.0, "atp": 4.0, "adp": 0.013, "pi": 4.0, "km_atp": 0.15, "ki_adp": 0.1, "dg0": -32.6,
    "q10": 2.1, "tref": 37.0, "n_na": 3.0, "n_k": 2.0, "dose": 0.0, "kon": 0.0, "koff": 0.0, "kkg": 1.0,
    "hinder": 0.0,
}  # fmt: skip
SITES = {"km_na": 4.57, "km_k": 1.0}
ROUND_OFF = 4e-14  # powers of up to 3, exponents of up to 10, some twenty roundings of 1.1e-16


def free_energy(s, p):
    """Free energy of a cycle over RT, and the sum of what it is the difference of."""
    rt = theory.GAS_CONSTANT * (s["celsius"] + theory.KELVIN)
    u = s["v"] / theory.thermal_voltage(s["celsius"])
    terms = [
        p["n_na"] * np.log(s["nao"] / s["nai"]),
        -p["n_na"] * u,
        p["n_k"] * np.log(s["ki"] / s["ko"]),
        p["n_k"] * u,
        1e3 * p["dg0"] / rt,
        np.log(1e-3 * p["adp"] * p["pi"] / p["atp"]),
    ]
    return sum(terms), sum(abs(term) for term in terms)


def one_way(s, p, bound=0.0):
    """The cycle's current but for its reversal, mA/cm2."""
    u = s["v"] / theory.thermal_voltage(s["celsius"])
    half = p["km_na"] * (1 + s["ki"] / p["kki"])
    inside = s["nai"] ** p["coop_na"] / (s["nai"] ** p["coop_na"] + half ** p["coop_na"])
    outside = s["ko"] / (s["ko"] + p["km_k"] * (1 + s["nao"] / p["knao"]))
    sodium = (np.exp(s["nao"] / 67.3) - 1) / 7
    field = 1 / (1 + p["voltage"] * (0.12 * np.exp(-0.1 * u) + 0.04 * sodium * np.exp(-u)))
    working = p["activity"] * (1 - p["block"]) * (1 - bound)
    working *= p["atp"] / (p["atp"] + p["km_atp"] * (1 + p["adp"] / p["ki_adp"]))
    warm = p["q10"] ** ((s["celsius"] - p["tref"]) / 10)
    return p["imax"] * working * warm * field * inside ** p["hill_na"] * outside ** p["hill_k"]


def cycle(s, p, bound=0.0):
    """The cycle's current and how much of it may be round-off, mA/cm2."""
    most, (work, gross) = one_way(s, p, bound), free_energy(s, p)
    forward = np.tanh(-work / 2)
    # the error of work, some roundings of its terms, counts where the pump is near its reversal
    return most * forward, most * (ROUND_OFF * abs(forward) + 4e-16 * gross * (1 - forward**2))


def binding_rate(s, p, bound):
    on = p["kon"] * p["dose"] / (1 + p["hinder"] * s["ko"] / (s["ko"] + p["kkg"]))
    return 1e-3 * (on * (1 - bound) - p["koff"] * bound)


def neurons_pump(name, state, bound=None, **parameters):
    """What a segment's pump computes: its currents, its variables and, of an isoform, d(bound)/dt."""
    sec = h.Section(name="one")
    sec.insert(name)
    integrator = runtime.reset(state["celsius"])
    for parameter, value in parameters.items():
        setattr(sec(0.5), f"{parameter}_{name}", value)
    for ion in ("na", "k"):
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
        for side in "io":
            setattr(sec(0.5), ion + side, state[ion + side])
    h.finitialize(state["v"])
    found = {}
    if bound is not None:
        setattr(sec(0.5), f"bound_{name}", bound)
        integrator.re_init()  # its states follow the segment's only now
        y, rate = h.Vector(), h.Vector()
        integrator.states(y)
        rate.resize(len(y))
        integrator.f(0, y, rate)
        (place,) = np.flatnonzero(np.array(y) == bound)
        found["dbound"] = rate[int(place)]
    variables = {key: getattr(sec(0.5), f"{key}_{name}") for key in ("icycle", "inet", "atpase")}
    return found | variables | {ion: getattr(sec(0.5), ion) for ion in ("ina", "ik")}


def random_states(seed):
    rng = np.random.default_rng(seed)
    for _ in range(STATES):
        state = {ion + side: np.exp(rng.uniform(0, 5.5)) for ion in ("na", "k") for side in "io"}
        yield state | {"v": rng.uniform(-120, 60), "celsius": rng.uniform(5, 40)}


def drawn(rng):
    """Every parameter of an isoform, many of them far from its default."""
    factors = {key: np.exp(rng.uniform(-1, 1)) for key in (*PLAIN, *SITES)}
    found = {key: value * factors[key] for key, value in (PLAIN | SITES).items()}
    found |= {"block": rng.uniform(0, 0.9), "voltage": rng.uniform(), "hinder": rng.uniform(0, 20)}
    found |= {"kki": 10 ** rng.uniform(0, 4), "knao": 10 ** rng.uniform(0, 4), "n_na": 3.0, "n_k": 2.0}
    found |= {
        "adp": 10 ** rng.uniform(-2, 3),
        "dose": 10 ** rng.uniform(-6, 0),
        "kon": 10 ** rng.uniform(-2, 3),
    }
    return found | {"koff": 10 ** rng.uniform(-4, 0), "tref": rng.uniform(20, 37), "dg0": rng.uniform(-60, 0)}


@pytest.mark.parametrize("alpha", ISOFORMS)
def test_rate_is_the_equations(alpha):
    """At every parameter's default and with every parameter drawn, whatever is bound."""
    load_mechanisms()
    rng = np.random.default_rng(21)
    sites = {key: float(library("isoforms")[alpha][key]) for key in SITES}
    backwards = 0
    for state in random_states(22):
        for given in ({"imax": 2e-3}, drawn(rng)):
            p = PLAIN | sites | given
            bound = rng.uniform()
            found = neurons_pump("pl_nak" + alpha, state, bound, **given)
            expected, error = cycle(state, p, bound)
            backwards += expected < 0
            assert abs(found["icycle"] - expected) <= error, (state, p)
            # what follows from the cycle is rounded once or twice more
            follows = {"ina": 3, "ik": -2, "inet": 1, "atpase": 1e-3 / theory.FARADAY}
            for name, factor in follows.items():
                assert found[name] == pytest.approx(factor * found["icycle"], rel=6e-16, abs=0), name
            # a difference of what binds and what leaves
            gross = binding_rate(state, p, -bound)
            assert abs(found["dbound"] - binding_rate(state, p, bound)) <= 2e-15 * abs(gross)
    assert 10 < backwards < STATES  # both ways


@pytest.mark.parametrize("alpha", ISOFORMS)
def test_neurons_defaults_are_the_librarys(alpha):
    load_mechanisms()
    sec = h.Section(name="one")
    sec.insert("pl_nak" + alpha)
    known = library("isoforms")[alpha] | library("isoforms")["common"]
    assert len(known) == 14
    for name, value in known.items():
        assert getattr(sec(0.5), f"{name}_pl_nak{alpha}") == float(value), name
    antagonism = library("drugs")["antagonism"]
    assert getattr(sec(0.5), f"kkg_pl_nak{alpha}") == float(antagonism["kkg"])
    assert getattr(sec(0.5), f"imax_pl_nak{alpha}") == 0  # none unless asked for
    assert neurons_pump("pl_nak" + alpha, next(random_states(23)))["icycle"] == 0


@pytest.mark.parametrize("law", LAWS)
def test_three_sodium_for_two_potassium_and_one_atp(law):
    load_mechanisms()
    for state in random_states(24):
        found = neurons_pump(law, state, imax=2e-3)
        # doubling is exact, 3 is rounded once on each side
        assert 2 * found["ina"] == pytest.approx(-3 * found["ik"], rel=4e-16, abs=0)
        assert found["inet"] == found["icycle"] != 0
        # NEURON's and our Faraday constant, one division
        atpase = 1e-3 * found["icycle"] / theory.FARADAY
        assert found["atpase"] == pytest.approx(atpase, rel=6e-16, abs=0)


@pytest.mark.parametrize("law", LAWS)
def test_block_and_strength_are_factors(law):
    load_mechanisms()
    for state in random_states(25):
        whole = neurons_pump(law, state, imax=2e-3)["icycle"]
        half = neurons_pump(law, state, imax=8e-3, block=0.75)["icycle"]
        assert half == pytest.approx(whole, rel=1e-15, abs=0)
        assert neurons_pump(law, state, imax=2e-3, block=1.0)["icycle"] == 0


def adp_for(energy, atp, pi, celsius, dg0=-32.6):
    """ADP (mM) at which a mole of ATP has the free energy (kJ)."""
    rt = theory.GAS_CONSTANT * (celsius + theory.KELVIN)
    return 1e3 * atp / pi * np.exp(1e3 * (energy - dg0) / rt)


@pytest.mark.parametrize(("energy", "expected"), [(-50, -140.580764), (-55, -192.402112), (-60, -244.223460)])
@pytest.mark.parametrize("alpha", ISOFORMS)
def test_reversal_potential(alpha, energy, expected):
    """V = 3 E_Na - 2 E_K + dG/F: no current there, backwards and making ATP beyond."""
    load_mechanisms()
    e_k, e_na, celsius = -95.104518, 62.474561, 37.0
    vt = theory.thermal_voltage(celsius)
    state = {"nao": 145.0, "ko": 4.0, "celsius": celsius}
    state |= {"nai": 145.0 * np.exp(-e_na / vt), "ki": 4.0 * np.exp(-e_k / vt)}
    v = 3 * e_na - 2 * e_k + 1e6 * energy / theory.FARADAY
    assert v == pytest.approx(expected, abs=2e-6)  # from potentials of six digits
    given = {"imax": 2e-3, "atp": 4.0, "pi": 4.0, "adp": adp_for(energy, 4.0, 4.0, celsius)}
    p = PLAIN | SITES | given
    p |= {key: float(library("isoforms")[alpha][key]) for key in SITES}
    work, gross = free_energy(state | {"v": v}, p)
    assert abs(work) <= 1e-15 * gross
    there = neurons_pump("pl_nak" + alpha, state | {"v": v}, **given)["icycle"]
    assert abs(there) <= 1e-15 * gross * one_way(state | {"v": v}, p)
    for away in (-1e-6, 1e-6):  # 1e-6 mV is 4e-8 of work, far above round-off
        found = neurons_pump("pl_nak" + alpha, state | {"v": v + away}, **given)
        assert found["icycle"] * away > 0 and found["atpase"] * away > 0
        assert found["ina"] * away > 0 > found["ik"] * away


@pytest.mark.parametrize("alpha", ISOFORMS)
def test_reverses_wherever_its_gradients_equal_atps_energy(alpha):
    load_mechanisms()
    rng = np.random.default_rng(26)
    for state in random_states(27):
        rt = theory.GAS_CONSTANT * (state["celsius"] + theory.KELVIN)
        atp, adp, pi = 10 ** rng.uniform(-1, 1, 3)
        energy = -32.6 + 1e-3 * rt * np.log(1e-3 * adp * pi / atp)
        v = 3 * theory.nernst(state["nai"], state["nao"], 1, state["celsius"])
        v += -2 * theory.nernst(state["ki"], state["ko"], 1, state["celsius"])
        v += 1e6 * energy / theory.FARADAY
        given = {"imax": 2e-3, "atp": atp, "adp": adp, "pi": pi, "voltage": 0.0}
        cycles = [
            neurons_pump("pl_nak" + alpha, state | {"v": v + d}, **given)["icycle"] for d in (-1e-5, 1e-5)
        ]
        assert cycles[0] < 0 < cycles[1]


def test_far_from_reversal_it_is_the_pump_of_independent_sites():
    """Much ATP and no field: nakalpha1 is nakpump but for the last share of ATP and competition."""
    load_mechanisms()
    for state in random_states(28):
        sites = {"km_na": 10.0, "km_k": 2.0}
        s = state | {"celsius": 37.0}
        plain = neurons_pump("pl_nakpump", s, imax=2e-3, **sites)["icycle"]
        for km_atp in (0.15, 0.0):
            given = {"imax": 2e-3, "atp": 1e6, "voltage": 0.0, "km_atp": km_atp, "kki": 1e12, "knao": 1e12}
            found = neurons_pump("pl_nakalpha1", s, **given, **sites)["icycle"]
            work, _ = free_energy(s, PLAIN | sites | given)
            if work > -15:
                continue
            # left out: km_atp (1 + adp/ki_adp)/atp, ki/kki of three sites, nao/knao of two, 2 exp(work)
            error = 1.13 * km_atp / 1e6 + 3e-12 * s["ki"] + 2e-12 * s["nao"] + 2 * np.exp(work) + 1e-14
            assert found == pytest.approx(plain, rel=error, abs=0)


def test_atp_and_temperature():
    """The share of ATP that is bound, and q10, where the gradients are level and nothing reverses."""
    load_mechanisms()
    level = {"nai": 20.0, "nao": 20.0, "ki": 20.0, "ko": 20.0, "v": 0.0, "celsius": 37.0}
    most = neurons_pump("pl_nakalpha1", level, imax=2e-3, km_atp=0.0)["icycle"]
    for atp, share in ((4.0, 0.963855), (1.0, 0.869565), (0.15, 0.5), (0.015, 0.090909)):
        found = neurons_pump("pl_nakalpha1", level, imax=2e-3, atp=atp, ki_adp=1e12)["icycle"] / most
        # tanh is 1 to 2 exp(-dG/RT), at most 2e-9 of 20 kJ and a hundredth of the ATP
        assert found == pytest.approx(atp / (atp + 0.15), rel=1e-7)
        assert found == pytest.approx(share, abs=6e-7)
    cold = {"imax": 2e-3, "voltage": 0.0}
    warm, cool = (
        neurons_pump("pl_nakalpha2", level | {"celsius": t}, **cold)["icycle"] for t in (37.0, 27.0)
    )
    assert warm / cool == pytest.approx(2.1, rel=1e-8)
    found = neurons_pump("pl_nakalpha2", level | {"celsius": 22.0}, q10=3.0, tref=22.0, **cold)["icycle"]
    assert found == pytest.approx(warm, rel=1e-8)
