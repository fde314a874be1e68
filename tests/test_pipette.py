"""Pipettes and clamps of a protocol: what they exchange with a cell and carry, against closed forms, SciPy
and NEURON's own clamp."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import brentq
from users_sections import ball

from models import InputError, Neuron, rest
from models.experiments.run import run
from models.physics.access import exchange_time, passages
from models.physics.theory import FARADAY, ghk_current, thermal_voltage
from models.simulator import runtime
from models.simulator.runtime import h

SHUT = {"naleak": 0, "kleak": 0, "clleak": 0, "pump": 0}  # nothing passes but by the pipette
WATER = {"na": 1.33, "k": 1.96, "cl": 2.03}  # um2/ms
VALENCE = {"na": 1, "k": 1, "cl": -1}
HERE = {"where": "soma", "access_resistance": "8 Mohm"}


def dialysed(cell, pipette, duration="5 min", start=None, **more):
    """A cell, nothing of which lets ions through, with a pipette."""
    start = {"state": "file"} | ({"values": start} if start else {})
    given = {"duration": duration, "points": 600, "start": start, "scale": SHUT, "pipette": [HERE | pipette]}
    return run(given | more, cell)


def bernoulli(x):
    return x / np.expm1(x) if x else 1.0


def currents(p, inside, pipette, w):
    """nA outward of each ion at w = (V - Vp) F/(R T), by the constant field."""
    return {
        ion: z * 1e-6 * FARADAY * p[ion] * (inside[ion] * bernoulli(-z * w) - pipette[ion] * bernoulli(z * w))
        for ion, z in VALENCE.items()
    }


def anions(course):
    """What the compartment cannot lose to the pipette (mM), at the beginning."""
    return float(sum(z * getattr(course, ion)[0, 0] for ion, z in VALENCE.items()))


def opening(solution, relative=WATER):
    return passages(8.0, {ion: relative[ion] for ion in solution}, solution, 37.0)


# ---------------------------------------------------------------------- whole cell


def test_the_opening_is_the_solutions_conductance_over_the_geometry():
    """um2/ms over 1/um: at 8 MOhm of a 150 mM solution g = R kappa is some 13 /um, which a pipette has."""
    solution = {"na": 10.0, "k": 140.0, "cl": 30.0}
    p = opening(solution)
    conducts = sum(p[ion] * c for ion, c in solution.items()) * 1e-6 * FARADAY / thermal_voltage(37.0)
    assert 1 / conducts == pytest.approx(8, rel=1e-14)
    geometry = {WATER[ion] / p[ion] for ion in p}
    assert max(geometry) == pytest.approx(min(geometry), rel=1e-14) and 8 < max(geometry) < 20


@pytest.mark.parametrize(("ion", "first", "last"), [("na", 1.0, 2.0), ("cl", 9.10848128, 14.0)])
def test_an_ion_goes_to_the_solution_with_volume_times_geometry_over_diffusion(ion, first, last):
    """1 %: what the tip's own potential does to an ion that is scarce."""
    cell = Neuron("neuron", sections=ball())
    kept = {"na": 1.0, "cl": 9.10848128} | {ion: last}
    found = dialysed(cell, {"solution": {name: f"{c} mM" for name, c in kept.items()}}, start={"nai": "1 mM"})
    k = found.course.k[-1, 0]
    tau = exchange_time(cell.volume[0], opening(kept | {"k": k}, cell.conditions.diffusion)[ion])
    assert 10e3 < tau < 60e3, "tens of seconds, as of a soma of 20 um"
    away = np.log((getattr(found.course, ion)[:, 0] - last) / (first - last))
    early = (found.course.t > 0.05 * tau) & (found.course.t < 3 * tau)
    assert away[early] == pytest.approx(-found.course.t[early] / tau, rel=0.01)


def test_dialysis_is_that_of_the_constant_field_integrated_apart():
    """Na+, K+ and Cl- far from the solution's, no current: SciPy, with V from the balance of all."""
    cell = Neuron("neuron", sections=ball())
    found = dialysed(cell, {"solution": {"na": "40 mM", "cl": "90 mM"}}, duration="2 min")
    first = {ion: float(cell.start[ion][0]) for ion in VALENCE}
    solution = {"na": 40.0, "cl": 90.0, "k": first["na"] + first["k"] - first["cl"] - 40 + 90}
    p = opening(solution, cell.conditions.diffusion)

    def rates(t, c):
        now = dict(zip(VALENCE, c, strict=True))
        w = brentq(lambda w: sum(currents(p, now, solution, w).values()), -5, 5, xtol=1e-14)
        flow = currents(p, now, solution, w)
        return [-flow[ion] / (z * 1e-6 * FARADAY * cell.volume[0]) for ion, z in VALENCE.items()]

    t = found.course.t[::60]
    exact = solve_ivp(
        rates, (0, t[-1]), list(first.values()), t_eval=t, rtol=1e-9, atol=1e-9, method="LSODA"
    ).y
    for ion, expected in zip(VALENCE, exact, strict=True):
        assert getattr(found.course, ion)[::60, 0] == pytest.approx(expected, rel=5e-5), ion


def test_the_cell_ends_as_the_solution_and_all_that_came_is_told():
    cell = Neuron("neuron", sections=ball())
    found = dialysed(cell, {"solution": {"na": "4 mM", "cl": "25 mM"}, "at": "10 s"}, duration="10 min")
    s, course = found.summary, found.course
    assert course.na[-1] == pytest.approx(4, rel=1e-4) and course.cl[-1] == pytest.approx(25, rel=1e-4)
    assert course.v[-1] == pytest.approx(cell.start["v"], abs=1e-3), "no charge has come"
    for ion, amount in s["moved"]["pipette"].items():
        gained = 1e-3 * cell.volume[0] * (getattr(course, ion)[-1, 0] - getattr(course, ion)[0, 0])
        assert amount == pytest.approx(gained, rel=1e-11)
    assert max(s["max_local_charge_error"], s["ion_conservation_error"]) < 1e-13
    assert not found.layout.warnings and (course.na[course.t < 10e3] == course.na[0]).all()


def test_a_pipette_meets_the_cell_as_an_earlier_run_has_left_it(tmp_path):
    """What K+ the solution has follows from the state in which the protocol begins: nothing moves."""
    cell = Neuron("neuron", sections=ball())
    first = dialysed(cell, {"solution": {"na": "40 mM", "cl": "80 mM"}}, duration="20 s")
    np.savez(tmp_path / "end.npz", **first.course.end)
    there = {ion: f"{float(getattr(first.course, ion)[-1, 0])!r} mM" for ion in ("na", "cl")}
    pipette, start = HERE | {"solution": there}, {"run": str(tmp_path)}
    moved = run({"duration": "1 min", "scale": SHUT, "start": start, "pipette": [pipette]}, cell).summary[
        "moved"
    ]
    whole = first.summary["moved"]["pipette"].values()
    assert max(map(abs, moved["pipette"].values())) < 1e-7 * max(map(abs, whole))


def test_anions_that_the_cell_keeps_leave_a_donnan_potential():
    cell = Neuron("neuron", sections=ball())
    given = {"solution": {"na": "5 mM", "cl": "30 mM", "k": "130 mM"}, "voltage": "-60 mV"}
    found = dialysed(cell, given, duration="10 min")
    more = found.course.k[-1, 0] / 130
    assert more > 1.1 and found.course.na[-1, 0] / 5 == pytest.approx(more, rel=1e-4)
    assert found.course.cl[-1, 0] / 30 == pytest.approx(1 / more, rel=1e-4)
    across = -thermal_voltage(37.0) * np.log(more)
    assert found.course.v[-1, 0] == pytest.approx(-60 + across, abs=1e-3)
    assert (
        f"ends with {more:.4g} times the pipette's cations and {across:.3g} mV" in found.layout.warnings[-1]
    )


# ---------------------------------------------------------------------- commands


def test_a_clamped_pipette_carries_the_constant_fields_currents():
    cell = Neuron("neuron", sections=ball())
    step = {"at": "100 ms", "duration": "50 ms", "voltage": "-30 mV"}
    clamped = HERE | {"solution": {"na": "9 mM", "cl": "20 mM"}, "voltage": "-65 mV", "step": [step]}
    found = run({"duration": "200 ms", "points": 400, "pipette": [clamped]}, cell)
    solution = {"na": 9.0, "cl": 20.0, "k": anions(found.course) - 9 + 20}
    course, p = found.course, opening(solution, cell.conditions.diffusion)
    for t, command in ((99.0, -65.0), (149.0, -30.0), (199.0, -65.0)):
        at = int(np.searchsorted(course.t, t))
        inside = {ion: getattr(course, ion)[at, 0] for ion in VALENCE}
        expected = currents(p, inside, solution, (course.v[at, 0] - command) / thermal_voltage(37.0))
        for ion in VALENCE:
            assert found.current("pipette", ion)[at] == pytest.approx(expected[ion], rel=1e-9, abs=1e-12)
    whole = sum(found.current("pipette", ion) for ion in VALENCE)
    rest_of_it = sum(found.current("leak", ion) for ion in VALENCE) + sum(
        found.current("pump", ion) for ion in ("na", "k")
    )
    held = int(np.searchsorted(course.t, 149.0))
    assert whole[held] == pytest.approx(-rest_of_it[held], rel=1e-3), "what is held is in balance"


@pytest.mark.parametrize("current", ["0.2 nA", "-0.2 nA"])
def test_a_current_through_the_pipette_is_the_sum_of_its_ions(current):
    """Far from equal solutions too, against the root that SciPy finds."""
    cell = Neuron("neuron", sections=ball())
    pulse = HERE | {"solution": {"na": "60 mM", "cl": "3 mM"}, "current": current, "at": "20 ms"}
    found = run({"duration": "400 ms", "pipette": [pulse]}, cell)
    amp, at = float(current.split()[0]), -1
    inside = {ion: getattr(found.course, ion)[at, 0] for ion in VALENCE}
    solution = {"na": 60.0, "cl": 3.0, "k": anions(found.course) - 60 + 3}
    p = opening(solution, cell.conditions.diffusion)
    w = brentq(lambda w: sum(currents(p, inside, solution, w).values()) + amp, -20, 20, xtol=1e-15)
    expected = currents(p, inside, solution, w)
    for ion in VALENCE:
        assert found.current("pipette", ion)[at] == pytest.approx(expected[ion], rel=1e-7, abs=1e-9), ion
    assert sum(found.current("pipette", ion)[at] for ion in VALENCE) == pytest.approx(-amp, rel=1e-12)
    assert found.summary["max_local_charge_error"] < 1e-13


# ---------------------------------------------------------------------- perforated


def test_a_patch_with_gramicidin_keeps_the_cells_chloride():
    cell = Neuron("neuron", sections=ball())
    found = dialysed(cell, {"solution": {"na": "20 mM"}, "perforated": "gramicidin"}, duration="10 min")
    assert found.course.na[-1] == pytest.approx(20, rel=1e-3)
    assert (found.course.cl == found.course.cl[0]).all() and found.summary["moved"]["pipette"]["cl"] == 0
    tau = exchange_time(cell.volume[0], opening({"na": 20.0, "k": 119.0}, {"na": 0.65, "k": 1.0})["na"])
    loose = dialysed(cell, {"solution": {"na": "20 mM", "cl": "60 mM"}, "perforated": "nystatin"})
    assert cell.start["cl"][0] + 5 < loose.course.cl[-1, 0] < 60 and 5e3 < tau < 100e3


# ---------------------------------------------------------------------- what cannot be


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"solution": {"na": "5 mM"}}, "pipette: solution: cl is missing"),
        (
            {"solution": {"na": "5 mM", "cl": "5 mM"}, "perforated": "gramicidin"},
            "cl has no effect: gramicidin lets",
        ),
        ({"solution": {"na": "200 mM", "cl": "5 mM"}}, "no K.? is left beside na and cl"),
        ({"solution": {"na": "5 mM", "ca": "5 mM"}}, "solution.ca"),
        (
            {"solution": {"na": "5 mM", "cl": "5 mM"}, "voltage": "-60 mV", "current": "1 nA"},
            "no effect beside voltage",
        ),
        (
            {"solution": {"na": "5 mM", "cl": "5 mM"}, "step": [{"voltage": "-60 mV"}]},
            "step 1: expected current",
        ),
        ({"solution": {"na": "5 mM", "cl": "5 mM"}, "access_resistance": "8 mV"}, "expected a resistance"),
    ],
)
def test_what_cannot_be(given, message):
    with pytest.raises(InputError, match=message):
        dialysed(Neuron("neuron", sections=ball()), given)


def test_a_pipette_is_on_one_compartment():
    with pytest.raises(InputError, match=r"where = 'dend': has 15 compartments; expected one, such as apic"):
        dialysed(
            Neuron("stylised", max_compartment_length=100.0),
            {"solution": {"na": "5 mM", "cl": "5 mM"}, "where": "dend"},
        )


# ---------------------------------------------------------------------- voltage clamp


def test_the_clamp_is_neurons_own(write_toml, alone):
    """SEClamp on the same cell with spike channels: there its current is nobody's, here K+'s, by which E_K
    moves in these milliseconds by 1e-4 mV in so large a cell. 1e-4 of the ions' largest current, at the peak
    of Na+'s and while K+'s rises, and of the capacitance's 4 uA when the command jumps."""
    channels = (("pl_nav", 50), ("pl_kv", 5))
    tables = "".join(f'[[channel]]\nmechanism = "{one}"\nset.gbar = "{g} mS/cm2"\n' for one, g in channels)
    text = (
        f'base = "neuron"\n[inside]\nv = "-70 mV"\n[balance]\nmembrane_resistance = "10 kohm cm2"\n{tables}'
    )
    sec = ball()
    sec.L = sec.diam = 100
    cell = Neuron(write_toml(text), sections=sec)
    step = {"at": "5 ms", "voltage": "0 mV"}
    held = {"where": "soma", "voltage": "-75 mV", "series_resistance": "0.02 Mohm", "step": [step]}
    times = [1.0, 4.0, 5.0, 5.1, 5.3, 5.6, 6.0, 7.0, 9.0, 12.0, 20.0]
    found = run({"duration": "20 ms", "report": [f"{t} ms" for t in times], "clamp": [held]}, cell)
    at = [int(np.argmin(np.abs(found.course.t - t))) for t in times]
    ours = -found.current("clamp", "k")[at]
    cell.start = rest(cell).state()
    theirs = by_neurons_clamp(cell, times)
    ionic = np.abs(theirs[5:]).max()
    assert 50 < ionic < 200 and theirs[2] == pytest.approx(75 / 0.02, rel=0.01)
    assert ours == pytest.approx(theirs, abs=1e-4 * ionic, rel=1e-4)


def by_neurons_clamp(cell, times):
    """What NEURON's own clamp injects (nA) at these times (ms)."""
    integrator = runtime.reset(cell.celsius, 1e-9)
    cell.write()
    clamp = h.SEClamp(cell.segments[0])
    clamp.rs, clamp.dur1, clamp.amp1, clamp.dur2, clamp.amp2 = 0.02, 5, -75, 100, 0
    h.finitialize(float(cell.start["v"][0]))
    integrator.re_init()
    found = []
    for t in times:
        integrator.solve(t)
        found.append(clamp.i)
    return np.array(found)


def test_a_ramp_is_the_current_voltage_curve_of_the_membrane():
    """-110 to -30 mV in 20 s, slow beside the membrane's 20 ms: the clamp gives what leaks and pump carry,
    each leak by the constant field, and C dV/dt."""
    cell = Neuron("neuron", sections=ball())
    ramp = {"at": "1 s", "over": "20 s", "voltage": "-30 mV"}
    held = {"where": "soma", "voltage": "-110 mV", "series_resistance": "0.01 Mohm", "step": [ramp]}
    found = run({"duration": "21 s", "points": 420, "clamp": [held]}, cell)
    course = found.course
    on = slice(*np.searchsorted(course.t, [3e3, 20.5e3]))
    v = -110 + 80 * (course.t[on] - 1e3) / 20e3
    assert course.v[on, 0] == pytest.approx(v, abs=2e-3), "the series resistance takes the rest"
    leaks = sum(
        ghk_current(cell.leak_strength(ion)[0], getattr(course, ion)[on, 0], cell.outside[ion], z, v, 37.0)
        for ion, z in VALENCE.items()
    )
    pump = sum(found.current("pump", ion)[on] for ion in ("na", "k"))
    expected = (
        0.01 * cell.area[0] * leaks + pump + 1e-5 * cell.area[0] * 80 / 20e3
    )  # 1 uF/cm2: nA ms/mV of um2
    whole = sum(found.current("clamp", ion)[on] for ion in ("k",))
    assert whole == pytest.approx(-expected, abs=1e-3 * np.abs(expected).max())
    assert expected[0] < 0 < expected[-1], "on both sides of the resting potential"
