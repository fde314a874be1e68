"""The pump's laws and isoforms: equations, reversal, drugs, hormones, mutations; in a segment, in cells."""

import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from models import Event, InputError, Neuron, evolve, make_cell, rest
from models.cell.pumps import pumped
from models.parameters.pumps import DRUGS, SPECIES, binding, hormone_factor, library
from models.physics import theory
from models.simulator import runtime
from models.simulator.library import load_mechanisms
from models.simulator.runtime import h
from models.solve.equations import System
from models.solve.steady_state import find_steady_state

ROOT = Path(__file__).resolve().parent.parent
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
    "imax": 2e-3, "block": 0.0, "activity": 1.0, "hill_na": 3.0, "hill_k": 2.0, "kki": 1e9, "knao": 1e9,
    "voltage": 1.0, "atp": 4.0, "adp": 0.02, "pi": 4.0, "km_atp": 0.15, "dg0": -30.5, "q10": 2.1,
    "tref": 37.0, "n_na": 3.0, "n_k": 2.0, "dose": 0.0, "kon": 0.0, "koff": 0.0, "kkg": 1.0, "hinder": 0.0,
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
    inside = s["nai"] / (s["nai"] + p["km_na"] * (1 + s["ki"] / p["kki"]))
    outside = s["ko"] / (s["ko"] + p["km_k"] * (1 + s["nao"] / p["knao"]))
    sodium = (np.exp(s["nao"] / 67.3) - 1) / 7
    field = 1 / (1 + p["voltage"] * (0.12 * np.exp(-0.1 * u) + 0.04 * sodium * np.exp(-u)))
    working = p["activity"] * (1 - p["block"]) * (1 - bound) * p["atp"] / (p["atp"] + p["km_atp"])
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


# ---------------------------------------------------------------------- the mechanisms


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


def adp_for(energy, atp, pi, celsius, dg0=-30.5):
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
        energy = -30.5 + 1e-3 * rt * np.log(1e-3 * adp * pi / atp)
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
        plain = neurons_pump("pl_nakpump", state, imax=2e-3, **sites)["icycle"]
        s = state | {"celsius": 37.0}
        for km_atp in (0.15, 0.0):
            given = {"imax": 2e-3, "atp": 1e6, "voltage": 0.0, "km_atp": km_atp, "kki": 1e12, "knao": 1e12}
            found = neurons_pump("pl_nakalpha1", s, **given, **sites)["icycle"]
            work, _ = free_energy(s, PLAIN | sites | given)
            if work > -15:
                continue
            # what is left out: km_atp/atp, ki/kki of three sites, nao/knao of two, 2 exp(work)
            error = km_atp / 1e6 + 3e-12 * s["ki"] + 2e-12 * s["nao"] + 2 * np.exp(work) + 1e-14
            assert found == pytest.approx(plain, rel=error, abs=0)


def test_atp_and_temperature():
    """The share of ATP that is bound, and q10, where the gradients are level and nothing reverses."""
    load_mechanisms()
    level = {"nai": 20.0, "nao": 20.0, "ki": 20.0, "ko": 20.0, "v": 0.0, "celsius": 37.0}
    most = neurons_pump("pl_nakalpha1", level, imax=2e-3, km_atp=0.0)["icycle"]
    for atp, share in ((4.0, 0.963855), (1.0, 0.869565), (0.15, 0.5), (0.015, 0.090909)):
        found = neurons_pump("pl_nakalpha1", level, imax=2e-3, atp=atp)["icycle"] / most
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


# ---------------------------------------------------------------------- cells


def isoforms(write_toml, given=None, bath="", more="", branched=False, species="rat", **options):
    """One round compartment of the neuron's membrane, or a shape, with isoforms: share and what else."""
    given = {"alpha1": 'share = "0.3"', "alpha2": 'share = "0.7"'} if given is None else given
    tables = "".join(f"[pump.isoform.{alpha}]\n{said}\n" for alpha, said in given.items())
    round_one = 'shape = "cylinder"\nlength = "20 um"\ndiameter = "20 um"'
    shape = 'shape = "stylised"' if branched else round_one
    text = (
        f'base = "neuron"\nname = "made"\n[outside]\n{bath}\n[morphology]\n{shape}\n'
        f'max_compartment_length = "60 um"\n{more}\n'
        f'[pump]\nlaw = "isoforms"\nspecies = "{species}"\n{tables}'
    )
    return make_cell(write_toml(text), **options)


BATH = 'ko = "5 mM"\nnao = "143 mM"'  # where the library's dissociation constants hold

PUMPS = {
    "hill": "",
    "sigmoid": 'half_na = "25 mM"\nslope_na = "3 mM"\nhalf_k = "3.5 mM"\nslope_k = "1 mM"',
    "cubic": "",
    "voltage": 'km_na = "13 mM"\nkm_k = "1 mM"',
    "isoforms": '[pump.isoform.alpha1]\nshare = "0.4"\n[pump.isoform.alpha2]\nshare = "0.6"\n',
}
FURTHER = """
[[channel]]
mechanism = "pl_kcc2"
set = { u = "5e-4 mA/cm2" }
[[channel]]
mechanism = "pl_kir"
set = { gbar = "2e-5 S/cm2" }
"""


@pytest.mark.parametrize("law", PUMPS)
@pytest.mark.parametrize("further", [False, True])
def test_rest_depends_on_ratios_of_strengths_alone(write_toml, section, law, further):
    """Every strength times the same factor, at the balanced rest and far from it."""
    inside = '[inside]\ncli = "5 mM"' if further else ""
    tables = f'{inside}\n[pump]\nlaw = "{law}"\n{PUMPS[law]}\n{FURTHER if further else ""}'
    cell = Neuron(write_toml(f'base = "neuron"\n{tables}'), sections=[section("soma", 20, 20)])
    keys = ["naleak", "kleak", "clleak", "pump", *(["pl_kcc2", "pl_kir"] if further else [])]
    for change, uneven in (({}, {}), ({"ko": 6, "nao": 142}, {"naleak": 2})):
        found = []
        for factor in (0.01, 1, 100):
            scale = {key: factor * uneven.get(key, 1) for key in keys}
            found.append(rest(cell, set=change, scale=scale).v[0])
        assert (abs(found[1] + 70) > 1) == bool(change)
        assert found == pytest.approx([found[1]] * 3, abs=1e-6)


@pytest.mark.parametrize(("volume", "outside"), [("fixed", "bath"), ("osmotic", "closed")])
def test_isoforms_are_balanced(write_toml, volume, outside):
    """Voltage, concentrations and the wanted resistance, the pump's own slope included."""
    cell = isoforms(write_toml, branched=True, volume=volume, outside=outside)
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-8)
    assert found.inside["na"] == pytest.approx(9, abs=1e-8)
    # slopes are central differences over 0.01 mV
    assert found.summary["membrane_resistance_ohm_cm2"] == pytest.approx(20e3, rel=1e-6)


def at_rest(cell, **change):
    """All states at rest, by name."""
    with cell.changed(change):
        system = System(cell)
        y = system.expand(find_steady_state(system)[0])
        return {kind: y[at] for kind, at in system.at.items()}


@pytest.mark.parametrize("species", SPECIES)
@pytest.mark.parametrize("drug", DRUGS)
def test_at_its_dissociation_constant_half_is_bound(write_toml, species, drug):
    given = {alpha: f'share = "{share}"' for alpha, share in zip(ISOFORMS, (0.2, 0.3, 0.5), strict=True)}
    cell = isoforms(write_toml, given, bath=BATH, species=species)
    for alpha in ISOFORMS:
        kd = float(library("drugs")[f"{drug}.{species}.{alpha}"]["kd"])
        for dose in (kd, 3 * kd):
            found = at_rest(cell, **{drug: dose})[f"bound_pl_nak{alpha}"]
            assert found == pytest.approx(dose / (dose + kd), abs=1e-12)


def test_a_micromole_of_ouabain_spares_rat_alpha1(write_toml):
    cell = isoforms(write_toml, bath=BATH, branched=True)
    found = at_rest(cell, ouabain=1e-3)
    assert found["bound_pl_nakalpha1"] == pytest.approx(0.02, abs=0.01)
    assert found["bound_pl_nakalpha2"] == pytest.approx(0.90, abs=0.01)
    human = isoforms(write_toml, bath=BATH, species="human")
    assert at_rest(human, ouabain=1e-3)["bound_pl_nakalpha1"].min() > 0.99
    assert not at_rest(cell)["bound_pl_nakalpha2"].any()


def test_potassium_outside_hinders_binding(write_toml):
    cell = isoforms(write_toml)
    kd = float(library("drugs")["ouabain.rat.alpha2"]["kd"])
    shares = []
    for ko in (0.5, 3.0, 5.0, 20.0):
        shares.append(at_rest(cell, ouabain=kd, ko=ko, nao=148 - ko)["bound_pl_nakalpha2"][0])
        # 1 + 9 ko/(ko + 1) times weaker than without K+; 8.5 at the constant's own 5 mM
        weaker = (1 + 9 * ko / (ko + 1)) / 8.5
        assert shares[-1] == pytest.approx(1 / (1 + weaker), abs=1e-9)
    assert shares == sorted(shares, reverse=True)


def test_time_course_of_binding_and_washout(write_toml):
    """Bound rises as 1 - exp(-(on + koff) t) from nothing and falls as exp(-koff t)."""
    cell = isoforms(write_toml, bath=BATH)
    cell.start = rest(cell).state()
    dose, end = 100e-6, 0.1  # mM, hours
    times = np.linspace(1e3, 720e3, 60)  # to twice the end
    events = [Event(0, set={"ouabain": dose}), Event(end, set={"ouabain": 0})]
    for rtol in (1e-5, 1e-8):
        course = evolve(cell, 2 * end, events, times_ms=times, rtol=rtol)
        for alpha in ("alpha1", "alpha2"):
            kd, koff = (float(library("drugs")[f"ouabain.rat.{alpha}"][key]) for key in ("kd", "koff"))
            off = 3600 * end

            def risen(t, share=dose / (dose + kd), rate=koff * (1 + dose / kd)):
                return share * -np.expm1(-rate * t)

            t = course.t / 1e3
            expected = np.where(t < off, risen(t), risen(off) * np.exp(-koff * np.maximum(t - off, 0)))
            # the tolerance for what is bound is that of a gate, as a share of 1, over some hundred steps
            found = course.gates[f"bound_pl_nak{alpha}"][:, 0]
            assert found == pytest.approx(expected, abs=10 * rtol), (alpha, rtol)
            assert expected.max() > 0.4 * (alpha == "alpha2")
        assert rtol > 1e-6 or course.v[25, 0] > -69.9  # it depolarises


def test_a_drug_that_comes_later_finds_nothing_bound(write_toml):
    cell = isoforms(write_toml)
    times = [0.0, 1.0, 10.0, 1000e3]
    given = evolve(cell, 1 / 3.6, [Event(0, set={"ouabain": 1e-3})], times_ms=times)
    bound = given.gates["bound_pl_nakalpha2"][:, 0]
    assert bound[0] == 0 and bound[1] < 1e-3 and 0.5 < bound[-1] < 1
    with cell.changed({"ouabain": 1e-3}):  # there from before: in equilibrium
        settled = evolve(cell, 1 / 3.6, times_ms=times).gates["bound_pl_nakalpha2"]
    assert settled == pytest.approx(settled[0, 0], abs=1e-9) and settled[0, 0] > 0.5
    none = evolve(cell, 1 / 3.6, times_ms=times).gates["bound_pl_nakalpha2"]
    assert not none.any()


def test_a_blocked_isoform_is_a_bound_one(write_toml):
    """With one isoform the drug's share and a block of that share rest alike."""
    cell = isoforms(write_toml, {"alpha2": 'share = "1"'})
    drug = at_rest(cell, ouabain=2e-4)
    share = drug["bound_pl_nakalpha2"][0]
    cell.block_pump(share)
    blocked = at_rest(cell)
    assert 0.1 < share < 0.9 and drug["v"][0] > -69.5
    for key in ("v", "na_pl_ions", "k_pl_ions"):
        assert drug[key] == pytest.approx(blocked[key], abs=1e-8)


@pytest.mark.parametrize("hormone", ["insulin", "adrenaline"])
def test_hormones_lower_sodium_and_hyperpolarise(write_toml, hormone):
    cell = isoforms(write_toml)
    effect = library("drugs")[hormone]
    half, gain = float(effect["half"]), float(effect["gain"])
    doses = [0.0, half, 10 * half, 1e3 * half]
    found = [rest(cell, set={hormone: dose}) for dose in doses]
    sodium = [float(r.inside["na"][0]) for r in found]
    voltage = [float(r.v[0]) for r in found]
    assert sodium == sorted(sodium, reverse=True) and sodium[0] - sodium[-1] > 0.5
    assert voltage == sorted(voltage, reverse=True) and voltage[0] - voltage[-1] > 0.01
    assert hormone_factor({hormone: half}) == pytest.approx(1 - gain / 2, rel=1e-15)
    # the hormone is a change of affinity and nothing else
    affinity = {
        f"{a}_km_na": cell.conditions.pump[f"{a}_km_na"] * (1 - gain / 2) for a in ("alpha1", "alpha2")
    }
    assert rest(cell, set=affinity).v == pytest.approx(found[1].v, abs=1e-9)
    both = hormone_factor({"insulin": 1e-3, "adrenaline": 1e-3})
    alone = hormone_factor({"insulin": 1e-3}) * hormone_factor({"adrenaline": 1e-3})
    assert both == pytest.approx(alone, rel=1e-15)


def test_a_mutation_comes_after_the_balance(write_toml):
    """It takes half of alpha2's current; leaks and imax are those of the healthy cell."""
    healthy = isoforms(write_toml)
    alpha2 = 'share = "0.7"\nmutation = "G855R"\nmutated_share = '
    shares = {name: {"alpha1": 'share = "0.3"', "alpha2": alpha2 + f'"{name}"'} for name in ("0.5", "1", "0")}
    cells = {name: isoforms(write_toml, given) for name, given in shares.items()}
    for name, cell in cells.items():
        assert cell.conditions.pump["alpha2_activity"] == 1 - float(name)
        for key, values in healthy.strength.items():
            assert cell.strength[key] == pytest.approx(values, rel=1e-12), key
    System(healthy)
    whole = {a: healthy.variables[f"icycle_pl_nak{a}"].get()[0] for a in ("alpha1", "alpha2")}
    System(cells["0.5"])
    half = {a: cells["0.5"].variables[f"icycle_pl_nak{a}"].get()[0] for a in ("alpha1", "alpha2")}
    assert half["alpha2"] == pytest.approx(0.5 * whole["alpha2"], rel=1e-12)
    assert half["alpha1"] == pytest.approx(whole["alpha1"], rel=1e-12)
    depolarised = [rest(cells[name]).v[0] for name in ("0", "0.5", "1")]
    assert depolarised[0] == pytest.approx(-70, abs=1e-8)
    assert depolarised[0] < depolarised[1] < depolarised[2]
    left_out = {"alpha1": 'share = "0.3"', "alpha2": 'share = "0.7"\nmutation = "G855R"'}
    assert isoforms(write_toml, left_out).conditions.pump["alpha2_activity"] == 0.5  # one allele of two
    # as --set says it
    set_so = rest(healthy, set={"alpha2_activity": 0.5}).v
    assert set_so == pytest.approx(rest(cells["0.5"]).v, abs=1e-8)
    mild = {"alpha1": 'share = "0.3"', "alpha2": 'share = "0.7"\nmutation = "R689Q"\nmutated_share = "1"'}
    assert isoforms(write_toml, mild).conditions.pump["alpha2_activity"] == 0.5


def test_shares_of_regions(write_toml):
    """A region's own share; the cell's others keep their proportion and every place adds up to 1."""
    given = {"alpha1": 'share = "0.2"', "alpha2": 'share = "0.3"', "alpha3": 'share = "0.5"'}
    cell = isoforms(write_toml, given, more='[region.soma]\nalpha1 = "0.6"', branched=True)
    soma, others = cell.where("soma"), cell.where(["dend", "axon"])
    for alpha, there, elsewhere in (("alpha1", 0.6, 0.2), ("alpha2", 0.15, 0.3), ("alpha3", 0.25, 0.5)):
        assert cell.membrane.pump_share[f"pl_nak{alpha}"][soma] == pytest.approx(there, rel=1e-15)
        assert cell.membrane.pump_share[f"pl_nak{alpha}"][others] == pytest.approx(elsewhere, rel=1e-15)
    assert rest(cell).v == pytest.approx(-70, abs=1e-8)
    system = System(cell)
    together = pumped(system, system.start).cycle
    cycles = {a: cell.variables[f"icycle_pl_nak{a}"].get() for a in ISOFORMS}
    assert sum(cycles.values()) == pytest.approx(together, rel=1e-15)


@pytest.mark.parametrize(
    ("given", "more", "message"),
    [
        ({"alpha1": 'share = "0.3"', "alpha2": 'share = "0.6"'}, "", "the shares add up to 0.9, expected 1"),
        ({"alpha1": 'share = "1"\nmutation = "G855"'}, "", "unknown mutation 'G855'.*G855R"),
        ({"alpha1": 'share = "1"\nmutation = "G855R"'}, "", "G855R is a mutation of alpha2"),
        ({"beta": 'share = "1"'}, "", "pump.isoform"),
        ({}, "", "expected .pump.isoform.alpha1. with its share"),
        ({"alpha1": 'share = "1"'}, '[region.soma]\nalpha2 = "1"', "region.soma.*no isoform alpha2"),
        (None, '[region.soma]\nalpha1 = "0.7"\nalpha2 = "0.7"', "region.soma.*add up to 1.4, expected 1"),
        (None, '[region.soma]\nalpha1 = "0.2"\nalpha2 = "0.3"', "region.soma.*add up to 0.5, expected 1"),
    ],
)
def test_isoforms_that_cannot_be(write_toml, given, more, message):
    with pytest.raises(InputError, match=message) as error:
        isoforms(write_toml, given, more=more, branched=True)
    assert "\n" not in str(error.value)


def test_isoforms_belong_to_their_law(write_toml):
    with pytest.raises(InputError, match='law = "hill" has no isoforms'):
        make_cell(write_toml('base = "neuron"\n[pump.isoform.alpha1]\nshare = "1"\n'))
    with pytest.raises(InputError, match=r"pump.km_na belongs to another law"):
        law = '[pump]\nlaw = "isoforms"\nkm_na = "10 mM"\n[pump.isoform.alpha1]\nshare = "1"\n'
        make_cell(write_toml(f'base = "neuron"\n{law}'))
    with pytest.raises(InputError, match=r"pump.atp belongs to another law"):
        make_cell(write_toml('base = "neuron"\n[pump]\natp = "4 mM"\n'))
    with pytest.raises(InputError, match=r"pump.species"):
        isoforms(write_toml, species="mouse")


def test_one_glycoside_at_a_time(write_toml, small):
    cell = isoforms(write_toml)
    with pytest.raises(InputError, match="ouabain and digoxin at once"):
        rest(cell, set={"ouabain": 1e-3, "digoxin": 1e-3})
    assert rest(cell).v == pytest.approx(-70, abs=1e-8)  # nothing of it is left
    with pytest.raises(InputError, match="has no alpha3_activity"):
        rest(cell, set={"alpha3_activity": 0.5})
    for name in ("ouabain", "insulin", "atp"):
        with pytest.raises(InputError, match=f'law = "hill". has no {name}'):
            rest(small, set={name: 1e-3})
    for alpha in ISOFORMS:  # the on rate of the library holds at its own K+
        found = binding("ouabain", "human", alpha)
        kd = float(library("drugs")[f"ouabain.human.{alpha}"]["kd"])
        assert found["kon"] / 8.5 == pytest.approx(found["koff"] / kd, rel=1e-15)


def test_a_table_makes_a_law(tmp_path):
    """The file of laws is the one place that a law's name, mechanism and keys stand in."""
    for name in ("models", "mod"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "run.py", tmp_path)
    (tmp_path / "build").symlink_to((ROOT / "build").resolve())
    with (tmp_path / "models" / "parameters" / "pump" / "laws.toml").open("a") as laws:
        laws.write('\n[two]\nmechanisms = ["pl_nakpumpsigmoid"]\nrate = ""\n')
        laws.write("".join(f"asks.{key} = {{}}\n" for key in ("half_na", "slope_na", "half_k", "slope_k")))
    (tmp_path / "two.toml").write_text(f'base = "stylised"\n[pump]\nlaw = "two"\n{PUMPS["sigmoid"]}\n')
    run = partial(subprocess.run, cwd=tmp_path, capture_output=True, text=True, check=True)
    said = run([sys.executable, "run.py", "keys", "pump"]).stdout
    assert '"isoforms", "two"' in said and "K+ outside at half of its rate (sigmoid, two)" in said
    line = ["rest", "--cell", "two.toml", "--max-compartment", "200", "--set", "half_k=4"]
    said = run([sys.executable, "run.py", *line]).stdout
    assert "two rests at -69.8" in said
