"""Cotransport, inward rectifier, spikes' channels: each rate against Python's, and in cells."""

import numpy as np
import pytest

from models import BalanceError, Event, InputError, block, evolve, make_cell, rest
from models.physics import theory
from models.simulator import library, runtime
from models.simulator.runtime import h

STATES = 300
NAMES = ("pl_kcc2", "pl_kcc2sat", "pl_nkcc1", "pl_nkcc1log", "pl_kir", "pl_nav", "pl_kv")


def nernst_pair(s, ion):
    return theory.nernst(s[f"{ion}i"], s[f"{ion}o"], -1 if ion == "cl" else 1, s["celsius"])


def kcc2(s):
    j = 6.75e-3 * np.log(s["ki"] * s["cli"] / (s["ko"] * s["clo"]))
    return {"ik": j, "icl": -j}


def kcc2sat(s):
    entering = 1e-3 * s["ko"] / (s["ko"] + 5.2) * s["clo"] / (s["clo"] + 50)
    j = entering * (s["ki"] * s["cli"] / (s["ko"] * s["clo"]) - 1)
    return {"ik": j, "icl": -j}


def nkcc1(s):
    ratio = s["nai"] * s["ki"] * s["cli"] ** 2 / (s["nao"] * s["ko"] * s["clo"] ** 2)
    entering = s["nao"] / (s["nao"] + 20) * s["ko"] / (s["ko"] + 2.7) * (s["clo"] / (s["clo"] + 27)) ** 2
    j = 2.25e-3 * entering * (ratio - 1)
    return {"ina": j, "ik": j, "icl": -2 * j}


def nkcc1log(s):
    j = 2.25e-3 * np.log(s["nai"] * s["ki"] * s["cli"] ** 2 / (s["nao"] * s["ko"] * s["clo"] ** 2))
    j /= 1 + np.exp(16 - s["ko"])
    return {"ina": j, "ik": j, "icl": -2 * j}


def kir(s):
    d = s["v"] - nernst_pair(s, "k")
    a = 1.02 / (1 + np.exp(0.2385 * (d - 59.215)))
    b = 0.49124 * np.exp(0.08032 * (d + 5.476)) + np.exp(0.06175 * (d - 594.31))
    b = b / (1 + np.exp(-0.5143 * (d + 4.753)))
    return {"ik": 0.6047e-3 * np.sqrt(s["ko"] / 5.4) * a / (a + b) * d}


def gate(a, b):
    return a / (a + b)


def nav(s):
    u = s["v"] + 60
    m = gate(1.28 * theory.bernoulli(-(u - 13) / 4), 1.4 * theory.bernoulli((u - 40) / 5))
    inactive = gate(0.128 * np.exp(-(u - 17) / 18), 4 / (1 + np.exp(-(u - 40) / 5)))
    return {"ina": 0.05 * m**3 * inactive * (s["v"] - nernst_pair(s, "na"))}


def kv(s):
    u = s["v"] + 60
    n = gate(0.16 * theory.bernoulli(-(u - 15) / 5), 0.5 * np.exp(-(u - 10) / 40))
    return {"ik": 0.005 * n**4 * (s["v"] - nernst_pair(s, "k"))}


def neurons_currents(order, state):
    """All ion currents of a segment with the given mechanisms at finitialize, gates at their steady state,
    strengths at the temperature that they are given at."""
    sec = h.Section(name="one")
    for name in order:
        sec.insert(name)
        if hasattr(sec(0.5), f"tref_{name}"):
            setattr(sec, f"tref_{name}", state["celsius"])
    runtime.reset(state["celsius"])
    present = [ion for ion in ("na", "k", "cl", "ca") if h.ismembrane(f"{ion}_ion", sec=sec)]
    for ion in present:
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
        for side in "io":
            setattr(sec(0.5), ion + side, state[ion + side])
    h.finitialize(state["v"])
    return {f"i{ion}": getattr(sec(0.5), f"i{ion}") for ion in present}


def random_states(seed):
    rng = np.random.default_rng(seed)
    for _ in range(STATES):
        state = {ion + side: np.exp(rng.uniform(0, 6)) for ion in ("na", "k", "cl") for side in "io"}
        yield state | {"v": rng.uniform(-120, 60), "celsius": rng.uniform(5, 40)}


@pytest.mark.parametrize("name", NAMES)
def test_rate_is_the_equations(name):
    library.load_mechanisms()
    for state in random_states(3):
        expected = globals()[name.removeprefix("pl_")](state)
        found = neurons_currents([name], state)
        assert set(found) == set(expected)
        for current, value in expected.items():
            # logarithms and v - E cancel: round-off of potentials up to 200 mV, times the largest conductance
            assert found[current] == pytest.approx(float(value), rel=1e-11, abs=1e-14), (name, state)


def test_cotransport_is_electroneutral_and_reverses():
    library.load_mechanisms()
    for state in random_states(4):
        for name in ("pl_kcc2", "pl_kcc2sat", "pl_nkcc1", "pl_nkcc1log"):
            found = neurons_currents([name], state)
            assert abs(sum(found.values())) <= 1e-16 * 1e3 * max(abs(c) for c in found.values())
        for name in ("pl_kcc2", "pl_kcc2sat"):
            found = neurons_currents([name], state)
            assert (found["ik"] > 0) == (state["ki"] * state["cli"] > state["ko"] * state["clo"])


def test_cotransport_saturates_with_what_is_outside():
    """Nothing inside, so what is seen is the influx: half of it at each half-saturation, nothing at 0."""
    library.load_mechanisms()
    empty = {f"{ion}i": 0.0 for ion in ("na", "k", "cl")} | {"v": -70.0, "celsius": 37.0}
    for name, halves in (("pl_kcc2sat", {"k": 5.2, "cl": 50}), ("pl_nkcc1", {"na": 20, "k": 2.7})):
        much = empty | {f"{ion}o": 1e9 for ion in ("na", "k", "cl")}
        largest = neurons_currents([name], much)["ik"]
        for ion, half in halves.items():
            assert neurons_currents([name], much | {f"{ion}o": half})["ik"] == pytest.approx(largest / 2)
            assert neurons_currents([name], much | {f"{ion}o": 0.0})["ik"] == 0


def test_order_of_insertion_changes_nothing():
    library.load_mechanisms()
    rng = np.random.default_rng(5)
    state = next(random_states(6))
    names = [
        *NAMES,
        "pl_naleak",
        "pl_kleak",
        "pl_clleak",
        "pl_caleak",
        "pl_nakpump",
        "pl_nakalpha1",
        "pl_nakalpha2",
        "pl_nakalpha3",
    ]
    names += ["pl_ncx", "pl_pmca", "pl_gatingpore", "pl_navmuscle", "pl_kvmuscle"]
    state |= {"cai": 1e-3, "cao": 2.0}
    first = neurons_currents(names, state)
    for _ in range(5):
        assert neurons_currents(list(rng.permutation(names)), state) == first  # to the bit


def with_channels(write_toml, *channels, inside="", **options):
    tables = "".join(f'[[channel]]\nmechanism = "{name}"\n{rest}\n' for name, rest in channels)
    text = f'base = "stylised"\nname = "made"\n[inside]\n{inside}\n{tables}'
    return make_cell(write_toml(text), max_compartment_length=60.0, **options)


KCC2 = ("pl_kcc2", 'set = { u = "5e-4 mA/cm2" }')
SPIKES = (("pl_nav", 'set = { gbar = "0.01 S/cm2" }'), ("pl_kv", 'set = { gbar = "0.002 S/cm2" }'))


@pytest.mark.parametrize(
    ("channels", "inside"),
    [
        ([KCC2], 'cli = "5 mM"'),
        ([("pl_nkcc1", 'set = { u = "0.2 uA/cm2" }')], 'cli = "15 mM"'),
        ([("pl_kcc2sat", 'set = { u = "1 uA/cm2" }')], 'cli = "5 mM"'),
        ([("pl_kir", 'set = { gbar = "2e-5 S/cm2" }')], ""),
        (SPIKES, ""),
        ([KCC2, *SPIKES, ("pl_kir", 'set = { gbar = "2e-5 S/cm2" }')], 'cli = "5 mM"'),
    ],
)
@pytest.mark.parametrize(("volume", "outside"), [("fixed", "bath"), ("osmotic", "closed")])
def test_balanced_with_every_process(write_toml, channels, inside, volume, outside):
    """The wanted rest is at rest, and a block conserves charge and ions, whatever is inserted."""
    cell = with_channels(write_toml, *channels, inside=inside, volume=volume, outside=outside)
    found = rest(cell)
    assert found.v == pytest.approx(-70, abs=1e-8)
    assert found.relative_volume == pytest.approx(1, abs=1e-10)
    if inside:
        assert found.inside["cl"] == pytest.approx(cell.start["cl"], abs=1e-8)
        assert abs(found.nernst("cl") + 70) > 5
    s = block(cell, hours=10, where="soma", fraction=0.5).summary
    assert s["max_local_charge_error"] < 1e-12 and s["ion_conservation_error"] < 1e-11
    assert outside == "bath" or s["closed_conservation_error"] < 1e-12


def test_chloride_that_cannot_be_balanced_is_named(write_toml):
    with pytest.raises(
        BalanceError, match=r"Cl- cannot be balanced: nothing transports it against its leak in"
    ):
        with_channels(write_toml, ("pl_kcc2", 'regions = ["soma"]'), inside='cli = "5 mM"')
    with pytest.raises(BalanceError, match=r"Cl- cannot be balanced in .* E_Cl = -70"):
        with_channels(write_toml, KCC2)
    with pytest.raises(
        BalanceError, match=r"Cl- cannot be balanced in .* its leak carries none the other way"
    ):
        with_channels(write_toml, KCC2, inside='cli = "12 mM"')


def test_cotransport_sets_the_chloride_potential(write_toml):
    """More KCC2 brings E_Cl towards E_K, none lets it go to V."""
    cell = with_channels(write_toml, KCC2, inside='cli = "5 mM"')
    away = [rest(cell, scale={"pl_kcc2": f}) for f in (0, 0.5, 1, 4)]
    gap = [r.nernst("cl") - r.summary["v_rest_mV"] for r in away]
    assert gap[0] == pytest.approx(0, abs=1e-3)  # V differs by some 1e-4 mV between thin and thick
    assert gap[0] > gap[1] > gap[2] > gap[3]


@pytest.mark.parametrize("law", ["sigmoid", "cubic", "voltage"])
def test_every_pump_law_is_balanced(write_toml, law):
    """The wanted rest and the wanted membrane resistance, the voltage law's own slope included."""
    asked = {
        "sigmoid": 'half_na = "25 mM"\nslope_na = "3 mM"\nhalf_k = "3.5 mM"\nslope_k = "1 mM"',
        "cubic": "",
        "voltage": 'km_na = "13 mM"\nkm_k = "1 mM"',
    }[law]
    path = write_toml(f'base = "stylised"\n[pump]\nlaw = "{law}"\n{asked}\n')
    found = rest(make_cell(path, max_compartment_length=60.0))
    assert found.v == pytest.approx(-70, abs=1e-9)
    # slopes are central differences over 0.01 mV
    assert found.summary["membrane_resistance_ohm_cm2"] == pytest.approx(20e3, rel=1e-6)
    with pytest.raises(InputError, match=f'the pump of this cell .law = "{law}". has no hill_na'):
        rest(make_cell(path, max_compartment_length=60.0), set={"hill_na": 2})


def test_pump_parameters_belong_to_their_law(write_toml):
    base = 'base = "stylised"\n[pump]\n'
    with pytest.raises(InputError, match=r'pump.half_na is missing; law = "sigmoid" asks for half_na'):
        make_cell(write_toml(base + 'law = "sigmoid"\n'))
    with pytest.raises(InputError, match=r"pump.half_k belongs to another law"):
        make_cell(write_toml(base + 'half_k = "3 mM"\n'))
    assert make_cell(write_toml(base + 'law = "hill"\nkm_na = "11 mM"\n')).conditions.pump["km_k"] == 0.6
    given = 'base = "duesterwald2018"\n[pump]\nlaw = "voltage"\nkm_na = "13 mM"\nkm_k = "1 mM"\n'
    with pytest.raises(InputError, match=r"every strength is needed.*missing: pump"):
        make_cell(write_toml(given))


def test_gates_start_where_their_compartments_are(write_toml):
    """A rest that is uneven along the cell stays put when nothing happens."""
    cell = with_channels(write_toml, ("pl_kv", 'regions = ["soma"]\nset = { gbar = "0.05 S/cm2" }'))
    uneven = rest(cell, scale={"naleak": 6})
    assert np.ptp(uneven.v) > 2
    with cell.changed(scale={"naleak": 6}):
        cell.start = uneven.state()
        course = evolve(cell, 10 / 3600e3, times_ms=[0.1, 1.0, 10.0])
    assert course.v == pytest.approx(np.tile(uneven.v, (3, 1)), abs=1e-6)


def test_spikes_agree_with_neurons_own_integrator(write_toml):
    cell = with_channels(write_toml, ("pl_nav", ""), ("pl_kv", ""), inside='v = "-75 mV"')
    kicked = cell.start["v"] + 30.0
    cell.start = cell.start | {"v": kicked, "k": cell.start["k"] + 30 * cell.geometry.charge_per_mv}
    times = np.array([0.2, 0.5, 1.0, 2.0, 5.0, 20.0])
    course = evolve(cell, 20 / 3600e3, times_ms=times, rtol=1e-7)
    cell.write()
    integrator = runtime.reset(cell.celsius, 1e-9)
    h.finitialize()
    for at, v in zip(times, course.v, strict=True):
        integrator.solve(at)
        # 1e-7 of the spike's 100 mV, times the steepness of its upstroke
        assert [s.v for s in cell.segments] == pytest.approx(v, abs=0.05)
    assert course.v.max() > 0


def test_a_kick_makes_a_spike_and_nothing_is_lost(write_toml):
    """20 mV on the whole cell: an action potential that overshoots and returns, and conservation."""
    cell = with_channels(write_toml, ("pl_nav", ""), ("pl_kv", ""), inside='v = "-75 mV"')
    at_rest = rest(cell)
    assert at_rest.v == pytest.approx(-75, abs=1e-6)
    cell.start = at_rest.state() | {
        "v": at_rest.v + 30,
        "k": at_rest.inside["k"] + 30 * cell.geometry.charge_per_mv,
    }
    course = evolve(cell, 50 / 3600e3, [Event(0)], times_ms=np.linspace(0.05, 50, 400))
    peak = course.v.max(axis=0)
    assert (peak > 20).all() and (peak < at_rest.nernst("na")).all()
    assert course.v[-1] == pytest.approx(-75, abs=3)
    charge = cell.charge({key: getattr(course, key) for key in ("v", "na", "k", "cl")})
    assert np.abs(charge - charge[0]).max() < 1e-11
