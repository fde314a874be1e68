"""Every value of a summary once more from the arrays of its result, in the unit that its key says."""

import numpy as np
import pytest

from models import Neuron, block, excite, glycoside
from models.experiments.inspect import inspect
from models.parameters.pumps import occupancy

HOUR = 3.6e6  # ms
FARADAY = 96485.33212331


def same(summary, wanted, left_out=()):
    """The summary has these values and no others but those left out, which are tested elsewhere."""
    assert set(summary) - set(left_out) == set(wanted)
    for key, value in wanted.items():
        if isinstance(value, (str, bool, list, type(None))):
            assert summary[key] == value, key
        else:
            assert summary[key] == pytest.approx(value, rel=1e-9, abs=1e-15), key


@pytest.fixture(scope="module")
def cell():
    return Neuron("stylised", max_compartment_length=100.0, outside="closed", volume="osmotic")


@pytest.mark.parametrize("recover", [None, 0.2])
def test_block(cell, recover):
    result = block(cell, hours=0.3, fraction=0.75, where="soma", recover_at=recover)
    layout, moved, before = result.layout, result.course, result.before
    area, volume = layout.area, layout.volume

    def over_area(values):
        return values @ area / area.sum()

    def inside(values):
        return (values * moved.relative_volume) @ volume / (moved.relative_volume @ volume)

    v = over_area(moved.v)
    at = None if recover is None else int(np.flatnonzero(np.isclose(moved.t, recover * HOUR))[0])
    wanted = {
        "cell": "stylised", "fraction": 0.75, "hours": 0.3, "recover_at_hours": recover,
        "v_before_mV": over_area(before.v), "v_immediate_mV": over_area(result.v_immediate),
        "v_recovery_mV": None if at is None else v[at], "v_end_mV": v[-1], "v_end_min_mV": moved.v[-1].min(),
        "v_end_max_mV": moved.v[-1].max(), "compartments": len(area), "final_mV": over_area(result.final),
        "relative_volume_recovery": None if at is None else moved.relative_volume[at] @ volume / volume.sum(),
        "relative_volume_end": moved.relative_volume[-1] @ volume / volume.sum(),
        "final_relative_volume": result.final_relative_volume @ volume / volume.sum(),
        "hours_to_10_mV": None, "evaluations": moved.evaluations,
        "final_name": result.final_name, "spikes": 0,
    }  # fmt: skip
    for ion in ("na", "k", "cl"):
        within, outer = inside(getattr(moved, ion)), getattr(moved, f"{ion}o") @ volume / volume.sum()
        wanted |= {
            f"{ion}i_before_mM": within[0], f"{ion}i_end_mM": within[-1], f"{ion}o_end_mM": outer[-1],
            f"{ion}i_recovery_mM": None if at is None else within[at],
            f"{ion}o_recovery_mM": None if at is None else outer[at],
        }  # fmt: skip
    stopped = np.zeros(len(area))
    stopped[layout.region == "soma"] = 0.75
    ampere = stopped * before.currents["na"]["pump"] * 10 @ (area * 1e-12)  # mA/cm2 = 10 A/m2
    wanted["nai_rise_mM_per_min"] = ampere / FARADAY / (volume.sum() * 1e-18) * 60  # mol/m3 = mM
    errors = {
        "max_local_charge_error",
        "total_charge_error",
        "ion_conservation_error",
        "closed_conservation_error",
    }
    same(result.summary, wanted, {*errors, "step_predicted_mV", "hours_half_way_to_final", "wall_s"})
    for key in errors:
        assert 0 <= result.summary[key] < 1e-12, key


def test_times_of_a_block_are_where_the_curve_crosses():
    """10 mV from rest and half-way to the Donnan voltage: there V is that, within its course's steps."""
    result = block(Neuron("stylised", max_compartment_length=100.0), hours=3)
    s, layout, t = result.summary, result.layout, result.course.t
    v = result.course.v @ layout.area / layout.area.sum()
    for key, level in (
        ("hours_to_10_mV", s["v_before_mV"] + 10),
        ("hours_half_way_to_final", 0.5 * (s["v_before_mV"] + s["final_mV"])),
    ):
        after = int(np.searchsorted(t, s[key] * HOUR))
        assert v[after - 1] <= level <= v[after], key
        log = np.log(t[after - 1 : after + 1])
        share = (np.log(s[key] * HOUR) - log[0]) / (log[1] - log[0])
        assert v[after - 1] + share * (v[after] - v[after - 1]) == pytest.approx(level, abs=0.1), key


def test_glycoside():
    result = glycoside(
        drug="ouabain", dose="100 nM", hours=0.5, washout_at=0.25, max_compartment_length=200.0
    )
    layout, moved, before = result.layout, result.course, result.before
    area, volume = layout.area, layout.volume
    v, pump = moved.v @ area / area.sum(), moved.pump @ area
    at_rest = before.pump_net @ area
    ko = before.outside["k"] @ volume / volume.sum()
    bound = {alpha: float(occupancy("ouabain", "human", alpha, 1e-4, ko)) for alpha in result.bound}
    s = result.summary
    shares = {alpha: s[f"{alpha}_share"] for alpha in bound}
    assert sum(shares.values()) == pytest.approx(1)
    wanted = {
        "cell": "ventricle", "drug": "ouabain", "species": "human", "dose_mM": 1e-4, "hours": 0.5,
        "washout_at_hours": 0.25, "v_before_mV": before.v @ area / area.sum(), "v_end_mV": v[-1],
        "v_highest_mV": v.max(), "v_change_mV": v[-1] - before.v @ area / area.sum(),
        "pump_left_end": pump[-1] / at_rest,
        "pump_left_lowest": pump.min() / at_rest,
        "bound_at_equilibrium": sum(bound[alpha] * shares[alpha] for alpha in bound),
    }  # fmt: skip
    for ion in layout.ions:
        values = getattr(moved, ion) @ volume / volume.sum()
        wanted |= {f"{ion}i_before_mM": values[0], f"{ion}i_end_mM": values[-1]}
        wanted[f"{ion}i_change_mM"] = values[-1] - values[0]
    for alpha in bound:
        wanted[f"{alpha}_bound_at_equilibrium"] = bound[alpha]
        wanted[f"{alpha}_bound_end"] = result.bound[alpha][-1]
    same(s, wanted, {"half_inhibition_mM", "wall_s", *(f"{alpha}_share" for alpha in bound)})


def test_excite():
    result = excite(vary={"ko": ["5 mM"]}, max_compartment_length=100.0)
    wanted = {
        "cell": "excitable", "where": "soma", "duration_ms": 2.0, "hours_of_block": 0.0, "varied": "ko_mM",
        "points": [
            {
                "ko_mM": ko, "v_rest_mV": point.v[0], "threshold_nA": point.threshold,
                "spike_peak_mV": point.v.max(), "spike_height_mV": point.v.max() - point.v_rest,
                "outcome": "spike",
            }
            for ko, point in zip((5.0,), result.points, strict=True)
        ],
    }  # fmt: skip
    points = wanted.pop("points")
    same(result.summary, wanted, {"points", "wall_s"})
    for found, point in zip(result.summary["points"], points, strict=True):
        same(found, point)


def test_inspect():
    """Areas, volumes and counts of sections, regions and the whole, from NEURON's own segments."""
    cell = Neuron("stylised", max_compartment_length=100.0)
    result = inspect(cell)
    found = {row["section"]: row for row in result.sections}
    assert len(found) == len(cell.sections)
    for sec in cell.sections:
        row = found[sec.name()]
        assert row["compartments"] == sec.nseg and row["length_um"] == sec.L
        assert row["area_um2"] == pytest.approx(sum(segment.area() for segment in sec))
        assert row["volume_um3"] == pytest.approx(sum(segment.volume() for segment in sec))
    s, total = (
        result.summary,
        {key: sum(row[key] for row in result.sections) for key in ("area_um2", "volume_um3")},
    )
    for key, value in total.items():
        assert s[key] == pytest.approx(value) == sum(region[key] for region in s["regions"].values())
    assert s["surface_to_volume_per_um"] == pytest.approx(total["area_um2"] / total["volume_um3"])
    assert s["length_um"] == pytest.approx(sum(sec.L for sec in cell.sections))
    for name, region in s["regions"].items():
        own = [row for row in result.sections if row["region"] == name]
        assert region["sections"] == len(own)
        assert region["compartments"] == sum(row["compartments"] for row in own)
        assert region["area_um2"] == pytest.approx(sum(row["area_um2"] for row in own))
