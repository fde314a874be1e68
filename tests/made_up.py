"""Results made of numbers that all differ, so that no value can pass for another; made without a simulation.

Four compartments of unlike area and volume: a mean by area, one by volume and a plain one are three numbers.
"""

import numpy as np

from models.experiments.block import BlockResult
from models.experiments.compare import CompareResult
from models.experiments.excite import Excitability, ExciteResult
from models.experiments.glycoside import GlycosideResult
from models.experiments.inspect import InspectResult
from models.experiments.layout import Layout
from models.experiments.rest import RestResult
from models.experiments.validate import Check, ValidateResult
from models.physics.leaks import leak_of
from models.shape.branch import Branch
from models.solve.time_course import Course

AREA = np.array([310.0, 55.0, 120.0, 80.0])
VOLUME = np.array([500.0, 13.0, 90.0, 27.0])
INSIDE = {"na": 11.0, "k": 133.0, "cl": 8.0, "ca": 1e-4}
OUTSIDE = {"na": 143.0, "k": 3.5, "cl": 119.0, "ca": 1.7}
UNEVEN = np.array([1.0, 1.1, 0.9, 1.3])  # over the compartments


def by_area(values):
    """Mean over the membrane, written once more."""
    return sum(a * v for a, v in zip(AREA, np.moveaxis(np.asarray(values), -1, 0), strict=True)) / sum(AREA)


def by_volume(values, relative_volume=None):
    """Mean over the cytoplasm as it is, written once more."""
    room = VOLUME * (np.ones(4) if relative_volume is None else relative_volume)
    return (np.asarray(values) * room).sum(axis=-1) / room.sum(axis=-1)


def layout(
    name="made up", ions=("na", "k", "cl", "ca"), osmotic=False, space="bath", tubules=False
) -> Layout:
    points = (
        [[0, 0, 0, 20], [10, 0, 0, 20], [20, 0, 0, 20]],
        [[20, 0, 0, 2], [90, 60, 0, 1]],
        [[0, 0, 0, 3], [-50, 80, 0, 1]],
    )
    return Layout(
        name=name,
        ions=ions,
        osmotic=osmotic,
        space=space,
        celsius=36.5,
        section=np.array(["soma", "dend[0]", "dend[0]", "apic[1]"]),
        region=np.array(["soma", "dend", "dend", "apic"]),
        x=np.array([0.5, 0.25, 0.75, 0.125]),
        distance=np.array([0.0, 31.0, 77.0, 44.0]),
        area=AREA.copy(),
        volume=VOLUME.copy(),
        in_lumen=np.array([False, tubules, tubules, False]),
        branches=[Branch("dend", np.array(line, float)) for line in points],
        set={"ko": 3.5},
        scale={"pump": 0.75},
        warnings=["a sentence about the shape"],
        provenance={
            "pumpleak": "9.9", "neuron": "8.8", "cell": name, "morphology": "a drawing", "axial": "diffusion",
            "volume": "osmotic" if osmotic else "fixed", "outside": space,
        },
    )  # fmt: skip


def rest(hold=None, law="ghk", channels=True, **options) -> RestResult:
    """A resting state; its summary holds other numbers than its arrays, to tell who reads which."""
    where = layout(**options)
    ions = where.ions
    currents = {
        "na": {"leak": -3e-4 * UNEVEN, "pump": 4e-4 * UNEVEN**2},
        "k": {"leak": 2e-4 * UNEVEN, "pump": -1.7e-4 * UNEVEN**2},
        "cl": {"leak": 1e-5 * UNEVEN**3},
        "ca": {"leak": -7e-5 * UNEVEN},
    }
    if channels:
        currents["na"]["ncx"] = -6e-5 / UNEVEN
        currents["k"] |= {"kir": 3e-5 / UNEVEN, "i_pas": -2e-5 * UNEVEN}
        currents["ca"] |= {"pmca": 5e-5 / UNEVEN, "ncx": 2.6e-5 * UNEVEN**2}
    result = RestResult(
        layout=where,
        leak={ion: leak_of(ion, law) for ion in ions},
        v=-71.0 * UNEVEN,
        inside={ion: INSIDE[ion] * UNEVEN for ion in ions},
        outside={ion: OUTSIDE[ion] / UNEVEN for ion in ions},
        relative_volume=1.04 * UNEVEN if where.osmotic else np.ones(4),
        currents={ion: currents[ion] for ion in ions},
        net={ion: (i + 1) * 1e-12 * UNEVEN for i, ion in enumerate(ions)},
        leak_strength={ion: 10.0 ** -(6 + i) * UNEVEN**2 for i, ion in enumerate(ions)},
        pump_net=2.3e-4 * UNEVEN**2,
        slope=6e-5 * UNEVEN,
        solver={"hold": hold},
        summary={},
    )
    result.summary |= {
        "cell": where.name, "v_rest_mV": -72.345678, "v_min_mV": -80.0, "v_max_mV": -60.0,
        "celsius_degC": 36.5, "ghk_mV": -61.23456, "mullins_noda_mV": -66.54321, "chord_mV": -67.89012,
        "membrane_resistance_ohm_cm2": 12345.6, "pump_net_current_uA_cm2": 0.34567, "atp_per_s": 6.5432e8,
        "hold": hold, "compartments": 4, "relative_volume": 1.2345678 if where.osmotic else 1.0,
        "surface_to_volume_per_um": 0.98765, "wall_s": 1.5678, "way": None, "not_predicted": None,
    }  # fmt: skip
    for ion in INSIDE:
        result.summary[f"{ion}i_mM"] = INSIDE[ion] + 0.25 if ion in ions else None
        result.summary[f"{ion}o_mM"] = OUTSIDE[ion] + 0.5 if ion in ions else None
    return result


def course(ions=("na", "k", "cl", "ca"), times=(0.0, 0.5, 30.0, 4e3, 5e5, 2e6, 7.2e6)) -> Course:
    """Everything moves, each its own way."""
    t = np.array(times)
    share = (np.arange(len(t)) / (len(t) - 1))[:, None]

    def from_to(start, stop):
        return start * UNEVEN + (stop - start) * share * UNEVEN**2

    zero = np.zeros((len(t), 4))
    inside = {
        "na": from_to(11.0, 90.0), "k": from_to(133.0, 40.0), "cl": from_to(8.0, 35.0),
        "ca": from_to(1e-4, 8e-4) if "ca" in ions else zero,
    }  # fmt: skip
    outside = {"na": from_to(143.0, 101.0), "k": from_to(3.5, 44.0), "cl": from_to(119.0, 97.0)}
    outside["ca"] = from_to(1.7, 1.1) if "ca" in ions else zero
    return Course(
        t=t,
        state={
            "v": from_to(-71.0, -15.0),
            **inside,
            **{f"{ion}o": values for ion, values in outside.items()},
            "relative_volume": 1 + 0.4 * share * UNEVEN,
        },
        gates={},
        pump=from_to(2.3e-4, 0.4e-4),
        entered={ion: np.linspace(0, 70.0 - 9 * i, len(t)) for i, ion in enumerate(ions)},
        evaluations=321,
        jacobians=12,
        factorisations=34,
        spikes=7,
    )


def block(recover=False, endless=None, before=None, part=False, **options) -> BlockResult:
    """A pump block of two hours. part: of two compartments only."""
    before = before or rest(**options)
    where = before.layout
    moved = course(where.ions)
    if not where.osmotic:
        moved.state["relative_volume"] = np.ones_like(moved.relative_volume)
    result = BlockResult(
        layout=where,
        before=before,
        course=moved,
        fraction=0.75,
        where=np.array([1, 2]) if part else np.arange(4),
        place="dend" if part else "all",
        recover_at_hours=5e5 / 3.6e6 if recover else None,
        v_immediate=-68.0 * UNEVEN,
        final=np.full(4, np.nan) if endless else -12.0 * UNEVEN,
        final_relative_volume=np.full(4, np.nan) if endless else 2.5 * UNEVEN,
        final_name="Donnan (full block, for ever)",
        endless=endless,
        summary={},
    )
    s = result.summary
    s |= {
        "cell": where.name, "fraction": 0.75, "hours": 2.0, "recover_at_hours": result.recover_at_hours,
        "v_before_mV": -72.345678, "v_immediate_mV": -66.111, "v_recovery_mV": -33.222 if recover else None,
        "v_end_mV": -14.333, "step_predicted_mV": 6.4444, "v_end_min_mV": -18.0, "v_end_max_mV": -13.0,
        "relative_volume_recovery": 1.1 if recover else None, "relative_volume_end": 1.45678,
        "final_mV": None if endless else -11.5555, "final_relative_volume": None if endless else 2.6789,
        "hours_to_10_mV": 0.04321, "hours_half_way_to_final": None if endless else 0.56789,
        "nai_rise_mM_per_min": 3.45678, "max_local_charge_error": 3.4e-15, "total_charge_error": 1.2e-15,
        "ion_conservation_error": 5.6e-15,
        "closed_conservation_error": 7.8e-15 if where.space == "closed" else None,
        "compartments": 4, "evaluations": 321, "wall_s": 2.6789, "spikes": 7,
        "final_name": result.final_name,
    }  # fmt: skip
    for i, ion in enumerate(("na", "k", "cl")):
        there = ion in where.ions
        s[f"{ion}i_before_mM"] = 21.111 + 10 * i if there else None
        s[f"{ion}i_recovery_mM"] = 22.222 + 10 * i if recover and there else None
        s[f"{ion}i_end_mM"] = 23.333 + 10 * i if there else None
        s[f"{ion}o_recovery_mM"] = 24.444 + 10 * i if recover and there else None
        s[f"{ion}o_end_mM"] = 25.555 + 10 * i if there else None
    return result


def compare(names=("quick cell", "slow"), closed=True, **options) -> CompareResult:
    """Cells in a bath and in a closed space; each number of a later one is another."""
    blocks = {}
    for i, name in enumerate(names):
        for suffix, space in (("", "bath"), *([(" closed", "closed")] if closed else [])):
            one = block(**{"name": name, "space": space, **options})
            factor = 1 + 0.3 * i + (0.05 if suffix else 0.0)
            for summary in (one.summary, one.before.summary):
                summary |= {
                    k: v * factor for k, v in summary.items() if isinstance(v, float) and k != "hours"
                }
            for key, change in (("v", factor), ("na", factor), ("k", 1 / factor), ("ko", factor)):
                one.course.state[key] = one.course.state[key] * change
            one.before.inside["na"] = one.before.inside["na"] * factor
            blocks[name + suffix] = one
    return CompareResult(
        blocks,
        {},
        {"cells": {name: {"rest": b.before.summary, "block": b.summary} for name, b in blocks.items()}},
    )


def excite(varied="ko_mM") -> ExciteResult:
    """Four conditions (two spikes, a depolarisation block, no rest), or one where nothing is varied."""
    t = np.array([0.0, 1.0, 2.0, 5.0, 32.0])
    nan, low = np.nan, np.array([-41.3, -30, -25, -38, -41])
    points = [
        Excitability(2.5, -74.1, 0.9123, 33.3, 107.4, "spike", t, np.array([-74.1, -60, -20, 33.3, -75])),
        Excitability(4.5, -66.2, 0.5432, 28.8, 95.0, "spike", t, np.array([-66.2, -50, 10, 28.8, -67])),
        Excitability(8.0, -41.3, nan, nan, nan, "depolarisation block", t, low),
        Excitability(12.0, nan, nan, nan, nan, "no rest found", np.array([nan]), np.array([nan])),
    ]  # fmt: skip
    if varied is None:
        points = [points[0]]
        points[0].value = None
    result = ExciteResult(layout(), points, varied, "soma", 2.0, {})
    result.summary |= {
        "cell": "made up", "where": "soma", "duration_ms": 2.0, "hours_of_block": 0.1, "varied": varied,
        "points": [
            {
                **({varied: p.value} if varied else {}),
                "v_rest_mV": None if np.isnan(p.v_rest) else p.v_rest,
                "threshold_nA": None if np.isnan(p.threshold) else p.threshold,
                "spike_peak_mV": None if np.isnan(p.peak) else p.peak,
                "spike_height_mV": None if np.isnan(p.height) else p.height,
                "outcome": p.outcome,
            }
            for p in points
        ],
        "wall_s": 3.4567,
    }  # fmt: skip
    return result


def glycoside(calcium=True, washout=None, hours=1.0) -> GlycosideResult:
    """A drug for an hour on pumps of two isoforms."""
    ions = ("na", "k", "cl", "ca") if calcium else ("na", "k", "cl")
    before = rest(ions=ions, osmotic=True)
    moved = course(ions, np.array([0.0, 0.1, 0.3, 0.45, 0.6, 0.8, 1.0]) * hours * 3.6e6)
    doses = np.geomspace(1e-7, 10.0, 9)
    bound = {"alpha1": np.linspace(0, 0.3, 7), "alpha2": np.linspace(0, 0.9, 7) ** 0.5}
    bound_at = {"alpha1": doses / (doses + 0.05), "alpha2": doses / (doses + 1e-4)}
    result = GlycosideResult(
        before.layout, before, moved, "ouabain", "rat", 1e-3, washout, bound, doses, bound_at,
        1 - 0.2 * bound_at["alpha1"] - 0.8 * bound_at["alpha2"], {},
    )  # fmt: skip
    s = result.summary
    s |= {
        "cell": "made up", "drug": "ouabain", "species": "rat", "dose_mM": 1e-3, "hours": hours,
        "washout_at_hours": washout, "v_before_mV": -72.3, "v_end_mV": -55.6, "v_highest_mV": -50.1,
        "pump_left_end": 0.345, "pump_left_lowest": 0.123, "half_inhibition_mM": 4.56e-4,
        "bound_at_equilibrium": 0.789, "wall_s": 4.5678,
    }  # fmt: skip
    for i, alpha in enumerate(bound):
        s[f"{alpha}_share"] = 0.2 + 0.6 * i
        s[f"{alpha}_bound_at_equilibrium"] = 0.31 + 0.2 * i
        s[f"{alpha}_bound_end"] = 0.29 + 0.2 * i
    for i, ion in enumerate(ions):
        s[f"{ion}i_before_mM"] = 2e-4 if ion == "ca" else 31.11 + 10 * i
        s[f"{ion}i_end_mM"] = 5e-4 if ion == "ca" else 32.22 + 10 * i
    return result


def validate() -> ValidateResult:
    """Within, above, below, far off on each side, put in, and a number that nothing computes."""
    checks = [
        Check("a", "R1", "rest", "mV", -75.0, -65.0, "Somebody 1999", -71.25, "", ""),
        Check("b", "R1", "rise", "mM/min", 4.0, 6.0, "Somebody 1999", 6.4, "", "too leaky"),
        Check("c", "K2", "share", "1", 0.2, 0.4, "Else 2001", 0.15, "", ""),
        Check("d", "K3", "much", "mM", 1.0, 3.0, "Else 2001", 50.0, "", "no idea"),
        Check("e", "K4", "little", "mM", 10.0, 30.0, "Else 2001", -50.0, "", "no idea either"),
        Check("f", "P5", "given", "mV", -90.0, -80.0, "Other 2010", -84.5, "an input", ""),
        Check("g", "P6", "nobody's", "nM", 1.0, 2.0, "Other 2010", np.nan, "not computed", ""),
    ]
    summary = {
        "numbers": 7, "counted": 5, "within": 1, "share_within": 0.234, "rows_counted": 4,
        "rows_all_within": 3, "misses": ["b", "c", "d", "e"], "wall_s": 12.7,
    }  # fmt: skip
    return ValidateResult(layout(), checks, summary)


def inspect() -> InspectResult:
    """Three sections, three accesses, three parameters."""
    sections = [
        {
            "section": name, "region": region, "compartments": n, "length_um": 20.5 + n,
            "area_um2": 100.5 + n, "volume_um3": 200.5 + n, "mechanisms": f"kleak nakpump m{n}",
        }
        for name, region, n in (("soma", "soma", 1), ("dend[0]", "dend", 2), ("apic[1]", "apic", 3))
    ]  # fmt: skip
    every = ["soma", "dend[0]", "apic[1]"]
    access = [
        {"ion": "na", "mechanism": "nakpump", "reads": "nai", "writes": "ina", "sections": every},
        {"ion": "k", "mechanism": "kleak", "reads": "ki ko", "writes": "ik", "sections": ["soma", "dend[0]"]},
        {"ion": "ca", "mechanism": "pmca", "reads": "cai", "writes": "ica", "sections": ["apic[1]"]},
    ]
    parameters = [
        {"parameter": "inside.nai", "value": 9.25, "unit": "mM", "source": "Rose & Ransom 1997"},
        {"parameter": "pump.n_na", "value": 3.0, "unit": "1", "source": "Clausen & Kohn 1977"},
        {"parameter": "leak.pk", "value": 4.2e-7, "unit": "cm/s", "source": "found by the balance"},
    ]
    summary = {
        "cell": "made up", "source": "a drawing", "sections": 3, "compartments": 6, "area_um2": 565.25,
        "volume_um3": 630.5, "surface_to_volume_per_um": 0.8965, "length_um": 67.5,
        "regions": {
            "soma": {"sections": 1, "compartments": 1, "area_um2": 310.25, "volume_um3": 500.125},
            "dend": {"sections": 2, "compartments": 5, "area_um2": 255.0, "volume_um3": 130.375},
        },
        "warnings": [],
    }  # fmt: skip
    return InspectResult(layout(), sections, access, [], parameters, summary)
