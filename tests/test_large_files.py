"""Files of 100,000 points, and of more points in a run than NEURON can hold."""

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from swc_files import FLOAT32

from models import Neuron
from models.experiments.inspect import inspect
from models.shape.branch import MOST_POINTS
from models.shape.morphology import build_sections, read_shape


def chain(count, first=1, parent=-1, y=0.0):
    """Lines of a straight run along x, 0.5 um a point, of radius 0.5 or 0.6."""
    return [
        f"{first + i} 3 {0.5 * i} {y} 0 {0.5 + i % 2 * 0.1:.1f} {first + i - 1 if i else parent}\n"
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [MOST_POINTS, MOST_POINTS + 1, 2 * MOST_POINTS - 1, 2 * MOST_POINTS, 80000])
def test_a_run_of_more_points_than_a_section_holds(swc, count):
    swc.write_text("".join(chain(count)))
    shape = read_shape(swc)
    assert len(shape.branches) == math.ceil((count - 1) / (MOST_POINTS - 1))
    assert all(len(branch.points) <= MOST_POINTS for branch in shape.branches)
    assert any("cut into sections" in w for w in shape.warnings) == (count > MOST_POINTS)
    sections = build_sections(shape, 50.0)
    mantle = math.pi * 1.1 * math.hypot(0.5, 0.1)
    area = sum(segment.area() for sec in sections for segment in sec)
    assert area == pytest.approx((count - 1) * mantle, rel=10 * FLOAT32)
    assert sum(sec.L for sec in sections) == pytest.approx(0.5 * (count - 1), rel=FLOAT32)
    for before, after in pairwise(sections):
        assert (after.parentseg().sec, after.parentseg().x) == (before, 1)


def test_what_grows_from_a_long_soma_keeps_its_place(swc):
    """A soma of 40,000 points, with neurites along it that stand outside."""
    rows = [line.replace(" 3 ", " 1 ", 1) for line in chain(40000)]
    places = [1, 100, 20000, 32767, 32768, 39000, 40000]
    for number, point in enumerate(places):
        x, own = 0.5 * (point - 1), 50000 + 2 * number
        rows += [f"{own} 3 {x} 5 0 .2 {point}\n", f"{own + 1} 3 {x} 25 0 .2 {own}\n"]
    swc.write_text("".join(rows))
    shape = read_shape(swc)
    dendrites = [b for b in shape.branches if b.region == "dend"]
    assert len(dendrites) == len(places)
    for branch in dendrites:
        host = shape.branches[branch.parent]
        at = host.points[0, 0] + branch.parent_x * (host.points[-1, 0] - host.points[0, 0])
        assert host.region == "soma"
        assert at == pytest.approx(branch.points[0, 0], abs=1e-6)


@pytest.mark.slow
def test_100000_points_are_inspected_within_a_minute(swc):
    """A cell of 2,000 neurites and 100 mm: reading takes some 3 s of the 15 s of CPU time."""
    rng, rows = np.random.default_rng(1), ["1 1 0 0 0 8 -1\n"]
    places = [np.zeros(3)]
    for i in range(2, 100001):
        parent = int(rng.integers(0, i - 1)) if rng.random() < 0.01 else i - 2
        step = rng.normal(size=3)
        places.append(places[parent] + step / np.linalg.norm(step))
        x, y, z = places[-1]
        rows.append(f"{i} 3 {x:.3f} {y:.3f} {z:.3f} 0.4 {parent + 1}\n")
    swc.write_text("".join(rows))
    done, began = [], time.process_time()
    result = inspect(Neuron(morphology=swc, progress=lambda share, label: done.append((share, label))))
    assert time.process_time() - began < 60
    assert result.summary["sections"] > 1000
    shares = [share for share, _ in done]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert 0.85 < shares[-1] <= 1.0
    assert len({label for _, label in done}) >= 6
