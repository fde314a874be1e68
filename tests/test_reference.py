"""The reference set in results/reference/ is what the code gives today; versions agree with each other."""

import csv
import json
import math
from pathlib import Path

import pytest

import models
from models import compare

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "results" / "reference"
# how the answer was found, not what it is: differs between machines, up to this
WAYS = {
    "wall_s": 60.0, "evaluations": 5e4, "iterations": 100, "last_newton_step": 1e-9,
    "max_relative_net_flux": 1e-12, "max_relative_compartment_flux": 1e-8, "max_local_charge_error": 1e-12,
    "total_charge_error": 1e-12, "ion_conservation_error": 1e-12, "closed_conservation_error": 1e-12,
}  # fmt: skip


@pytest.fixture(scope="module")
def today():
    return compare()


def test_summary(today):
    kept = json.loads((REFERENCE / "summary.json").read_text())
    assert kept["provenance"]["pumpleak"] == models.__version__
    assert set(kept["cells"]) == set(today.summary["cells"])
    for cell, parts in kept["cells"].items():
        for part, values in parts.items():
            now = today.summary["cells"][cell][part]
            assert set(now) == set(values)
            for key, value in values.items():
                if key in WAYS and value is not None:
                    assert 0 <= now[key] <= WAYS[key], (cell, part, key)
                elif isinstance(value, float) and math.isfinite(value):
                    # rest is good to 1e-9, a course to 1e-5 of its changes; no value is too small to count
                    assert now[key] == pytest.approx(value, rel=1e-5, abs=0), (cell, part, key)
                else:
                    assert now[key] == value, (cell, part, key)


@pytest.mark.parametrize("cell", ["neuron", "muscle"])
def test_course(today, cell):
    lines = (REFERENCE / f"{cell}_course.csv").read_text().splitlines()
    assert lines[0].startswith("# pumpleak=")
    rows = list(csv.DictReader(lines[1:]))
    block = today.blocks[cell]
    v = block.layout.by_area(block.course.v)
    na = block.layout.by_volume(block.course.na)
    assert len(rows) == len(v)
    for row, t, v_now, na_now in zip(rows, block.course.t, v, na, strict=True):
        assert float(row["time_h"]) == pytest.approx(t / 3600e3, rel=1e-9)
        # the integrator's own accuracy at its default tolerance (time_course.RELATIVE)
        assert float(row["v_mV"]) == pytest.approx(v_now, abs=5e-3)
        assert float(row["nai_mM"]) == pytest.approx(na_now, abs=5e-3)


def test_the_story_is_told(today):
    """What the README says of the two cells."""
    cells = today.summary["cells"]
    neuron, muscle = (cells[name]["block"]["hours_half_way_to_final"] for name in ("neuron", "muscle"))
    assert neuron * 60 < 30 and muscle > 5
    assert (REFERENCE / "compare.png").stat().st_size > 50_000


def test_version_is_written_once():
    citation = (ROOT / "CITATION.cff").read_text()
    assert f"\nversion: {models.__version__}\n" in citation
    assert f"## {models.__version__}" in (ROOT / "CHANGELOG.md").read_text()
