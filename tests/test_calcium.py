"""Ca2+'s leak, pump and exchanger, and the gating pore: each rate against Python's, and where it is zero."""

import numpy as np
import pytest

from models.physics import theory
from models.simulator import library, runtime
from models.simulator.runtime import h

STATES = 300
# of NEURON's own values, those of p apart, which are 0
DEFAULT = {
    "pl_caleak": {"p": 1e-6},
    "pl_pmca": {
        "imax": 1.15e-3, "km": 0.5e-3, "n": 1.0, "charge": 0.0, "atp": 4.0, "adp": 0.013, "pi": 4.0,
        "km_atp": 0.15, "dg0": -32.6, "phi": 7.2, "pho": 7.4, "q10": 2.35, "tref": 37.0,
    },
    "pl_ncx": {"k": 2.0, "kmna": 87.5, "kmca": 1.38, "ksat": 0.1, "eta": 0.35, "excess": 1.0},
    "pl_ncxallosteric": {
        "vmax": 9e-3, "kdact": 0.256e-3, "kmnai": 12.29, "kmnao": 87.5, "kmcai": 3.59e-3, "kmcao": 1.3,
        "ksat": 0.27, "eta": 0.35,
    },
    "pl_gatingpore": {"p": 1e-6, "rna": 1.0, "rectify": 0.0, "vhalf": -60.0, "k": 15.0},
}  # fmt: skip
# Of the larger of the two one-way currents that a current is the difference of: some twenty roundings of
# 1.1e-16, those of an exponent up to 14 times as large, those of exp(x) - 1 at |x| >= 0.05 up to 20 times.
ROUND_OFF = 2e-14


def ghk(s, ion, valence, p):
    """Goldman's current of an ion, as its two one-way currents (outward, inward), mA/cm2."""
    u = valence * s["v"] / theory.thermal_voltage(s["celsius"])
    each = 1e-3 * p * valence * theory.FARADAY
    return each * s[f"{ion}i"] * theory.bernoulli(-u), each * s[f"{ion}o"] * theory.bernoulli(u)


def caleak(s, p):
    return {"ica": ghk(s, "ca", 2, p)}


def cycle_work(s, charge, atp, adp, pi, dg0, phi, pho):
    """Free energy of a cycle of the Ca2+ pump over RT: the ions' own and that of ATP (mM)."""
    vt = theory.thermal_voltage(s["celsius"])
    ions = np.log(s["cao"] / s["cai"]) - charge * s["v"] / vt + (2 - charge) * np.log(10) * (pho - phi)
    energy = 1e6 * dg0 / (theory.FARADAY * vt)  # kJ/mol over that of an RT, vt F in mJ/mol
    return ions + energy + np.log(1e-3 * adp * pi / atp)


def pmca(s, imax, km, n, charge, atp, adp, pi, km_atp, dg0, phi, pho, q10, tref):
    """tanh(-work/2) as the two ways of a cycle, whose probabilities are as 1 to exp(work)."""
    most = imax * s["cai"] ** n / (s["cai"] ** n + km**n) * atp / (atp + km_atp)
    most *= q10 ** ((s["celsius"] - tref) / 10)
    back = 1 / (1 + np.exp(-cycle_work(s, charge, atp, adp, pi, dg0, phi, pho)))
    out, into = most * (1 - back), most * back
    return {"ica": (out, into), "ina": ((1 - charge / 2) * into, (1 - charge / 2) * out)}


def ncx(s, k, kmna, kmca, ksat, eta, excess):
    u = s["v"] / theory.thermal_voltage(s["celsius"])
    each = k / ((kmna**3 + s["nao"] ** 3) * (kmca + s["cao"]) * (1 + ksat * np.exp((eta - 1) * u)))
    into = each * np.exp(eta * u) * s["nai"] ** 3 * s["cao"]  # Ca2+ in: outward current
    out = each * np.exp((eta - 1) * u) * s["nao"] ** 3 * s["cai"] * excess
    return {"ina": (3 * into, 3 * out), "ica": (2 * out, 2 * into)}


def ncxallosteric(s, vmax, kdact, kmnai, kmnao, kmcai, kmcao, ksat, eta):
    u = s["v"] / theory.thermal_voltage(s["celsius"])
    nai, nao, cai, cao = (s[key] for key in ("nai", "nao", "cai", "cao"))
    sites = kmcai * nao**3 * (1 + (nai / kmnai) ** 3) + kmnao**3 * cai + kmnai**3 * cao * (1 + cai / kmcai)
    sites += kmcao * nai**3 + nai**3 * cao + nao**3 * cai
    each = vmax / (1 + (kdact / cai) ** 3) / sites / (1 + ksat * np.exp((eta - 1) * u))
    into, out = each * np.exp(eta * u) * nai**3 * cao, each * np.exp((eta - 1) * u) * nao**3 * cai
    return {"ina": (3 * into, 3 * out), "ica": (2 * out, 2 * into)}


def gatingpore(s, p, rna, rectify, vhalf, k):
    p = p * (1 - rectify + rectify / (1 + np.exp((s["v"] - vhalf) / k)))
    return {"ina": ghk(s, "na", 1, p * rna), "ik": ghk(s, "k", 1, p)}


LAWS = {
    "pl_caleak": caleak,
    "pl_pmca": pmca,
    "pl_ncx": ncx,
    "pl_ncxallosteric": ncxallosteric,
    "pl_gatingpore": gatingpore,
}


def neurons_currents(name, state, **parameters):
    """All ion currents of a segment with one mechanism at finitialize, and the mechanism's own i."""
    sec = h.Section(name="one")
    sec.insert(name)
    runtime.reset(state["celsius"])
    for parameter, value in parameters.items():
        setattr(sec(0.5), f"{parameter}_{name}", value)
    if hasattr(sec(0.5), f"tref_{name}") and "tref" not in DEFAULT[name]:
        setattr(sec(0.5), f"tref_{name}", state["celsius"])
    present = [ion for ion in ("na", "k", "ca") if h.ismembrane(f"{ion}_ion", sec=sec)]
    for ion in present:
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
        for side in "io":
            setattr(sec(0.5), ion + side, state[ion + side])
    h.finitialize(state["v"])
    own = {"i": getattr(sec(0.5), f"i_{name}")} if hasattr(sec(0.5), f"i_{name}") else {}
    return {f"i{ion}": getattr(sec(0.5), f"i{ion}") for ion in present} | own


def random_states(seed):
    rng = np.random.default_rng(seed)
    for _ in range(STATES):
        state = {ion + side: np.exp(rng.uniform(0, 6)) for ion in ("na", "k") for side in "io"}
        state |= {"cai": 10 ** rng.uniform(-5, -1), "cao": 10 ** rng.uniform(-1, 1)}
        yield state | {"v": rng.uniform(-120, 60), "celsius": rng.uniform(5, 40)}


def drawn(name, rng):
    """Every parameter within a factor of 1.6 of its default; where that is 0, between 0 and 1."""
    default = DEFAULT[name].items()
    return {key: x * np.exp(rng.uniform(-0.5, 0.5)) if x else rng.uniform() for key, x in default}


def one_way(name, state, parameters):
    """The larger one-way current of each ion."""
    return {current: max(pair) for current, pair in LAWS[name](state, **parameters).items()}


def assert_rate(name, state, found, parameters):
    pairs = LAWS[name](state, **parameters)
    assert set(found) - {"i"} == set(pairs)
    for current, (outward, inward) in pairs.items():
        error = abs(found[current] - (outward - inward))
        assert error <= ROUND_OFF * max(outward, inward), (name, current, state, parameters)
    if "i" in found:
        # the sum of two products of rounded numbers
        largest = max(abs(found[current]) for current in pairs)
        assert abs(found["i"] - sum(found[current] for current in pairs)) <= 4e-16 * largest


@pytest.mark.parametrize("name", LAWS)
def test_rate_is_the_equations(name):
    """With NEURON's own defaults, but for p, and with every parameter drawn."""
    library.load_mechanisms()
    rng = np.random.default_rng(11)
    for state in random_states(12):
        given = {"p": DEFAULT[name]["p"]} if "p" in DEFAULT[name] else {}
        assert_rate(name, state, neurons_currents(name, state, **given), DEFAULT[name])
        parameters = drawn(name, rng)
        assert_rate(name, state, neurons_currents(name, state, **parameters), parameters)


@pytest.mark.parametrize("name", ["pl_caleak", "pl_gatingpore"])
@pytest.mark.parametrize("v", [0.0, 1e-300, -1e-9, 0.6, 0.7, -1.2, -1.4])
def test_goldman_around_zero_voltage(name, v):
    """On either side of the switch from series to quotient, at 0.05 RT/F, for z = 2 and z = 1."""
    library.load_mechanisms()
    state = next(random_states(13)) | {"v": v, "celsius": 37.0}
    assert_rate(name, state, neurons_currents(name, state, p=1e-6), DEFAULT[name])


@pytest.mark.parametrize("name", ["pl_caleak", "pl_gatingpore"])
def test_no_permeability_is_no_leak(name):
    library.load_mechanisms()
    assert not any(neurons_currents(name, next(random_states(14))).values())


def test_calcium_leak_reverses_at_its_nernst_potential():
    library.load_mechanisms()
    for state in random_states(15):
        e = float(theory.nernst(state["cai"], state["cao"], 2, state["celsius"]))
        here = state | {"v": e}
        found = neurons_currents("pl_caleak", here, p=1e-6)["ica"]
        assert abs(found) <= ROUND_OFF * one_way("pl_caleak", here, DEFAULT["pl_caleak"])["ica"]
        # 1e-6 mV changes the one-way currents' ratio by some 1e-7, far above round-off
        assert neurons_currents("pl_caleak", state | {"v": e + 1e-6}, p=1e-6)["ica"] > 0
        assert neurons_currents("pl_caleak", state | {"v": e - 1e-6}, p=1e-6)["ica"] < 0


def test_calcium_pump_carries_no_charge_by_default():
    """2 H+ for a Ca2+, and for those 2 Na+: whatever V is; with 2 charges a cycle it needs none of them."""
    library.load_mechanisms()
    for state in random_states(16):
        found = neurons_currents("pl_pmca", state)
        assert found["ica"] != 0 and found["ina"] == -found["ica"]
        assert neurons_currents("pl_pmca", state | {"v": -state["v"]}) == found  # to the bit
        assert neurons_currents("pl_pmca", state, charge=2.0)["ina"] == 0
        one = neurons_currents("pl_pmca", state, charge=1.0)
        assert one["ina"] == -one["ica"] / 2


def test_calcium_pump_stands_still_where_atp_gives_out():
    """At the ratio of Ca2+ that the energy of ATP can hold, by the definition of free energy; beyond it the
    pump runs backwards. With 2 charges in a cycle that ratio falls tenfold per 31 mV."""
    library.load_mechanisms()
    rng = np.random.default_rng(17)
    for state in random_states(17):
        given = {"adp": 10 ** rng.uniform(0, 1.5), "charge": float(rng.integers(0, 3))}
        rt = 1e-6 * theory.FARADAY * theory.thermal_voltage(state["celsius"])  # kJ/mol
        energy = 32.6 - rt * np.log(1e-3 * given["adp"] * 4.0 / 4.0)
        acid = (2 - given["charge"]) * rt * np.log(10) * 0.2
        electric = 1e-6 * theory.FARADAY * given["charge"] * -state["v"]
        holds = np.exp((energy - acid - electric) / rt)
        here = state | {"cai": 1e-3, "cao": 1e-3 * holds}
        for factor, sign in ((1 - 1e-6, 1), (1 + 1e-6, -1)):
            found = neurons_currents("pl_pmca", here | {"cao": here["cao"] * factor}, **given)["ica"]
            assert sign * found > 0


def test_exchanger_reverses_where_three_sodium_balance_one_calcium():
    library.load_mechanisms()
    for state in random_states(17):
        t = state["celsius"]
        e = float(3 * theory.nernst(state["nai"], state["nao"], 1, t))
        e -= float(2 * theory.nernst(state["cai"], state["cao"], 2, t))
        here = state | {"v": e}
        found = neurons_currents("pl_ncx", here)
        # the potential is up to 32 RT/F, an exponent twice as large as elsewhere
        assert abs(found["ina"]) <= 2 * ROUND_OFF * one_way("pl_ncx", here, DEFAULT["pl_ncx"])["ina"]
        # 1e-6 mV changes the one-way currents' ratio by some 4e-8, far above round-off
        for away in (-1e-6, 1e-6):
            found = neurons_currents("pl_ncx", state | {"v": e + away})
            assert found["i"] * away > 0 and found["ina"] * away > 0 and found["ica"] * away < 0


def test_exchanger_carries_three_to_two():
    library.load_mechanisms()
    for state in random_states(18):
        found = neurons_currents("pl_ncx", state)
        # doubling is exact, 3 is rounded once on each side
        assert 2 * found["ina"] == pytest.approx(-3 * found["ica"], rel=4e-16, abs=0)


def test_exchanger_of_a_resting_cell_takes_calcium_out():
    library.load_mechanisms()
    state = {"nai": 10, "nao": 145, "cai": 1e-4, "cao": 2, "v": -70, "celsius": 37}
    found = neurons_currents("pl_ncx", state)
    assert found["i"] < 0 and found["ica"] > 0 and found["ina"] < 0
    for absent in ("nao", "cao"):  # a bath without it still has a finite current, one way
        found = neurons_currents("pl_ncx", state | {absent: 0})
        assert np.isfinite(found["i"]) and (found["i"] > 0) == (absent == "nao")


@pytest.mark.parametrize("rectify", [0.0, 1.0])
@pytest.mark.parametrize("rna", [1.0, 0.4])
def test_gating_pore_reverses_at_the_goldman_potential(rna, rectify):
    library.load_mechanisms()
    parameters = DEFAULT["pl_gatingpore"] | {"rna": rna, "rectify": rectify}
    for state in random_states(19):
        inside, outside = ({ion: state[ion + side] for ion in ("na", "k")} for side in "io")
        v = theory.ghk_voltage({"k": 1.0, "na": rna}, inside, outside, state["celsius"])
        here = state | {"v": float(v)}
        found = neurons_currents("pl_gatingpore", here, **parameters)
        assert abs(found["i"]) <= ROUND_OFF * sum(one_way("pl_gatingpore", here, parameters).values())


def test_gating_pore_shuts_on_depolarisation():
    """With the gate half at vhalf, all far below, none far above."""
    library.load_mechanisms()
    state = next(random_states(20))
    for away, share in ((0, 0.5), (-300, 1), (300, 0)):
        at = state | {"v": DEFAULT["pl_gatingpore"]["vhalf"] + away}
        plain, gated = (neurons_currents("pl_gatingpore", at, p=1e-6, rectify=r)["ik"] for r in (0, 1))
        assert gated / plain == pytest.approx(share, abs=3e-9)  # exp(-300/15) is 2e-9
