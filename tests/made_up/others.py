"""Spikes, a drug, a validation, and what a cell is made of."""

import numpy as np

from models.experiments.excite_result import ExciteResult
from models.experiments.glycoside import GlycosideResult
from models.experiments.inspect import InspectResult
from models.experiments.threshold import Excitability
from models.experiments.validate import Check, ValidateResult

from .cell import course, layout, rest


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
