"""What `excite` does, had from a protocol by `run` at the tolerance of `excite`: the same numbers."""

import numpy as np
import pytest

from models import InputError, excite, make_cell, run
from models.physics.theory import FARADAY

CELLS = {
    "excitable": ("soma", {"max_compartment_length": 100.0}),
    "excitable_muscle": ("cable(0.5)", {"set": {"tubules.rings": "2"}, "max_compartment_length": 500.0}),
    "human_ventricle": ("cable(0.5)", {}),
}


@pytest.fixture(scope="module", params=CELLS)
def found(request):
    """A cell, where it is stimulated, and what excite finds."""
    where, options = CELLS[request.param]
    cell = make_cell(request.param, **options)
    return cell, where, excite(cell, where=where).points[0]


def pulse(cell, where, current, at=0.0, times=(), after=30.0, **more):
    """Times from `at` on (ms), V (mV) in the place and summary of a protocol with a pulse of 2 ms."""
    amplitude = f"{float(current)!r} nA"
    tables = {
        "duration": f"{at + 2 + after!r} ms",
        "report": [f"{at + float(time)!r} ms" for time in times],
        "tolerance": 1e-6,
        "current": [{"where": where, "amplitude": amplitude, "at": f"{at!r} ms", "duration": "2 ms"}],
    }
    made, places = run(tables | more, cell), cell.where(where)
    return (
        made.course.t - at,
        made.course.v[:, places] @ cell.area[places] / cell.area[places].sum(),
        made.summary,
    )


def at_times(t, v, times):
    """V at times that are among t."""
    index = np.array([np.argmin(np.abs(t - time)) for time in times])
    assert np.abs(t[index] - times).max() < 1e-6
    return v[index]


def test_a_spike_is_that_of_excite(found):
    """1.2 times the threshold that excite names gives its rest, its peak and its course, by the same
    integrator at the same tolerance: round-off is what is left. The charge is what the electrode moves."""
    cell, where, point = found
    short = point.t <= 32.0  # the first answer; what becomes of a heart's is followed further
    t, v, summary = pulse(cell, where, 1.2 * point.threshold, times=point.t[short][1:-1])
    v = at_times(t, v, point.t[short])
    assert v[0] == pytest.approx(point.v_rest, rel=1e-9)
    assert v.max() == pytest.approx(point.peak, rel=1e-6)
    assert v.max() - v[0] == pytest.approx(point.height, rel=1e-6)
    # 1e-6 of a spike of 100 mV; a heart's gates have corners, at which steps may part by round-off
    assert v == pytest.approx(point.v[short], abs=1e-3 if cell.name == "human_ventricle" else 1e-4)
    (spike,) = summary["spikes"]
    assert abs(spike["t_ms"] - point.t[short][np.argmax(v)]) < 1 and spike["peak_mV"] >= point.peak - 0.1
    charge = 1.2 * point.threshold * 2 / FARADAY * 1e3  # nA ms in fmol
    assert summary["moved"]["current"]["k"] == pytest.approx(charge, rel=1e-8)


def test_the_threshold_is_that_of_excite(found):
    """It fires at it, and a thousandth below, which is how sharp it is, it does not."""
    cell, where, point = found
    assert len(pulse(cell, where, point.threshold)[2]["spikes"]) == 1
    assert pulse(cell, where, 0.998 * point.threshold)[1].max() < point.peak - 20


def test_after_a_block_and_in_another_bath():
    """Blocked for half a minute; K+ at 5 mM, and brought there within a minute: the last spike comes after a
    slow rise, and is counted. A ramp is followed step by step in excite and by stretches in run, at 1e-5."""
    cell = make_cell("excitable", max_compartment_length=100.0)
    blocked = excite(cell, hours=30 / 3600).points[0]
    higher = excite(cell, vary={"ko": [5]}).points[0]
    ramped = excite(cell, vary={"ko": [5]}, within=60 / 3600).points[0]
    for point, at, more in (
        (blocked, 30e3, {"change": [{"block": 1.0}]}),
        (higher, 0.0, {"set": {"ko": "5 mM"}}),
        (ramped, 60e3, {"change": [{"over": "60 s", "set": {"ko": "5 mM"}}]}),
    ):
        times = point.t[point.t <= 32.0]
        t, v, summary = pulse(cell, "soma", 1.2 * point.threshold, at, times[1:-1], **more)
        v = at_times(t, v, times)
        assert v[0] == pytest.approx(point.v_rest, rel=1e-6)
        assert v.max() == pytest.approx(point.peak, rel=2e-6 if more.get("change") else 1e-6)
        assert len(summary["spikes"]) == 1


def test_a_tolerance_that_cannot_be_is_refused():
    with pytest.raises(InputError, match=r"tolerance"):
        run({"duration": "1 ms", "tolerance": 0}, "stylised")
    with pytest.raises(InputError, match=r"tolerance"):
        run({"duration": "1 ms", "tolerance": 1}, "stylised")
