"""From the soma to its neurites: what of the way is membrane, and how far that is from NEURON's importer."""

import math
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from swc_files import ANY, CELLS, SURFACE, parse, share_outside, text_of, trees

from models.shape.morphology import read_shape
from models.shape.soma import SomaSurface
from models.simulator.runtime import h, quiet_neuron

# a cylinder along y, of radius 6 um from -6 to 6
THREE = "1 1 0 0 0 6 -1\n10 1 0 -6 0 6 1\n11 1 0 6 0 6 1\n"
BODY = math.pi * 12 * 12
REST = "{0} 3 {1} 100 0 1 {2}\n"  # the neurite's second point


def built(swc, text):
    """Area (um2) by region and the warnings."""
    swc.write_text(text)
    shape = read_shape(swc)
    regions = {}
    for branch in shape.branches:
        regions[branch.region] = regions.get(branch.region, 0.0) + branch.area
    return regions, shape.warnings


def stated(warnings):
    """What is said to lie inside and outside (um2)."""
    found = [re.search(r"([\d.e+-]+) um2 lie inside .*, ([\d.e+-]+) um2 outside", w) for w in warnings]
    (match,) = [m for m in found if m]
    return float(match[1]), float(match[2])


# where a neurite of radius 1 begins, and from which point: (first point, parent, length inside, outside)
WAYS = {
    "sideways out of the middle": ((20, 0, 0), 1, 6, 14),
    "along the axis out of the middle": ((0, 20, 0), 1, 6, 14),
    "out of the end, away from the soma": ((0, 20, 0), 11, 0, 14),
    "from one end through the whole soma": ((0, -20, 0), 11, 12, 14),
    "through a corner": ((12, 12, 0), 1, 6 * math.sqrt(2), 6 * math.sqrt(2)),
    "first point on the surface": ((6, 0, 0), 1, 6, 0),
    "first point inside": ((3, 1, 0), 1, math.sqrt(10), 0),
    "first point where the soma's is": ((0, 0, 0), 1, 0, 0),
    "along the end's face": ((3, 6, 0), 11, 3, 0),
    "far outside": ((5000, 0, 0), 1, 6, 4994),
}


@pytest.mark.parametrize(("first", "parent", "inside", "outside"), WAYS.values(), ids=WAYS)
def test_only_what_is_outside_the_soma_is_membrane(swc, first, parent, inside, outside):
    x, y, z = first
    text = THREE + f"20 3 {x} {y} {z} 1 {parent}\n21 3 {x} {y + 40} {z} 1 20\n"
    regions, warnings = built(swc, text)
    near = 2 * math.pi * SURFACE
    assert regions["soma"] == pytest.approx(BODY, rel=1e-12)
    assert regions["dend"] == pytest.approx(2 * math.pi * (40 + outside), abs=near)
    if inside or outside:
        # printed to four digits
        assert stated(warnings) == pytest.approx(
            (2 * math.pi * inside, 2 * math.pi * outside), rel=1e-3, abs=near
        )
    else:
        assert not any("inside" in w for w in warnings)


@pytest.mark.parametrize(("x", "dendrite"), [(20, 14), (8, 2), (6, 0), (2, 0)])
def test_neurite_of_one_point_keeps_what_is_outside(swc, x, dendrite):
    regions, warnings = built(swc, THREE + f"20 2 {x} 0 0 1 1\n")
    assert regions.get("axon", 0.0) == pytest.approx(2 * math.pi * dendrite, abs=2 * math.pi * SURFACE)
    assert any("left out: 1 (line 4)" in w for w in warnings) == (dendrite == 0)


def test_branches_of_a_point_inside_the_soma_begin_at_the_soma(swc):
    text = THREE + "20 3 3 0 0 1 1\n21 3 40 0 0 1 20\n22 3 3 40 0 1 20\n"
    swc.write_text(text)
    _, *dendrites = read_shape(swc).branches
    assert [b.parent for b in dendrites] == [0, 0]
    assert sum(b.area for b in dendrites) == pytest.approx(2 * math.pi * (37 + 40), rel=1e-9)


def test_cone_and_bend(swc):
    """A soma that narrows from 6 to 2 um, turns a corner, and a neurite that leaves it and comes back."""
    text = "1 1 0 0 0 6 -1\n2 1 20 0 0 2 1\n3 1 20 30 0 2 2\n"
    # sideways from x = 0, where the cone has a radius of 6
    assert built(swc, text + "4 3 0 30 0 1 1\n5 3 0 60 0 1 4\n")[0]["dend"] == pytest.approx(
        2 * math.pi * (24 + 30)
    )
    # to (40, 20) with a slope of 1/2: out of the cone where x / 2 = 6 - x / 5, out of the wall from 18 to 22
    out_of_cone, steep = 6 / 0.7, math.hypot(1, 0.5)
    way = (18 - out_of_cone + 40 - 22) * steep
    dendrite = built(swc, text + "4 3 40 20 0 1 1\n5 3 40 60 0 1 4\n")[0]["dend"]
    assert dendrite == pytest.approx(2 * math.pi * (way + 40), rel=1e-6)


COORDINATES = st.tuples(*[st.floats(-20, 20)] * 3)
SPHERES = st.tuples(*[st.floats(-20, 20)] * 3, st.floats(0.1, 15))


@ANY
@given(st.lists(SPHERES, min_size=2, max_size=6), COORDINATES, COORDINATES)
def test_what_lies_outside_a_chain_of_frusta(swc, chain, start, end):
    frusta = [(a, b) for a, b in pairwise(chain) if math.dist(a[:3], b[:3]) > 0.01]
    length = math.dist(start, end)
    if not frusta or length < 0.01:
        return
    starts, ends = np.array(frusta).swapaxes(0, 1)
    found = SomaSurface(starts, ends).outside(np.array(start), np.array(end))

    def outside(thicker):
        grown = [((*a[:3], a[3] + thicker), (*b[:3], b[3] + thicker)) for a, b in frusta]
        return length * share_outside(grown, start, end)

    # a way that grazes the surface may be in it for a while or not
    near = SURFACE * (1 + len(frusta))
    assert outside(SURFACE) - near <= found <= outside(-SURFACE) + near


# ---------------------------------------------------------------- against NEURON's importer


def importers_area(path):
    """Membrane (um2) that NEURON's Import3d makes of an SWC file; None where it makes none."""

    class Holder:
        all = []  # noqa: RUF012

    holder = Holder()
    with quiet_neuron():
        h.load_file("import3d.hoc")
        reader = h.Import3d_SWC_read()
        reader.input(str(path))
        h.Import3d_GUI(reader, 0).instantiate(holder)
        for section in holder.all:
            section.nseg = 1
        h.finitialize()
        return sum(section(0.5).area() for section in holder.all)


def check_difference(path, text):
    path.write_text(text)
    shape = read_shape(path)
    ours, theirs = sum(b.area for b in shape.branches), importers_area(path)
    said = [w for w in shape.warnings if "Import3d makes" in w]
    share = abs(theirs - ours) / ours
    if share > 0.0051 * max(1, theirs / ours):
        (sentence,) = said
        size = re.search(
            r"makes ([\d.e+-]+) um2 .* ([\d.]+)% (more|less) than the ([\d.e+-]+) um2 here: \w", sentence
        )
        assert float(size[1]) == pytest.approx(theirs, rel=1e-5)
        assert float(size[2]) == pytest.approx(100 * share, rel=0.01, abs=0.06)  # one decimal
        assert size[3] == ("more" if theirs > ours else "less")
        assert float(size[4]) == pytest.approx(ours, rel=1e-5)
    elif share < 0.0049:
        assert not said
    return "".join(said)


@ANY
@given(trees())
def test_a_difference_from_neurons_importer_is_said(swc, points):
    check_difference(swc, text_of(points))


# what the importer can read: it dies of ids that do not rise
ASCENDING = {
    name: text
    for name, text in CELLS.items()
    if list(parse(text)) == sorted(parse(text))
    and all(p[0] >= 0 and p[5] < i for i, p in parse(text).items())
}


@pytest.mark.parametrize("text", ASCENDING.values(), ids=ASCENDING)
def test_a_difference_is_said_for_every_form_of_soma(swc, text):
    check_difference(swc, text)


WHY = {
    "inside": ("1 1 0 0 0 6 -1\n2 1 0 9 0 6 1\n3 3 20 0 0 2 1\n4 3 90 0 0 2 3\n", "to the neurites inside"),
    "joined by a wire": (THREE + "20 3 20 0 0 1 1\n21 3 90 0 0 1 20\n", "without membrane between"),
    "root is no soma point": (
        "1 3 60 0 0 1 -1\n2 3 9 0 0 1 1\n3 1 0 0 0 6 2\n4 3 0 -9 0 1 3\n5 3 0 -60 0 1 4\n",
        "begins with the file's root",
    ),
    "points in one place": (
        "1 1 0 0 0 6 -1\n2 1 0 0 .05 6 1\n3 3 0 6 0 1 1\n4 3 0 60 0 1 3\n",
        "no sphere of points in one place",
    ),
}


@pytest.mark.parametrize(("text", "why"), WHY.values(), ids=WHY)
def test_why_the_importer_differs(swc, text, why):
    assert why in check_difference(swc, text)


def test_a_gap_to_a_sphere_is_said(swc):
    """One point stands for the whole cell body: no membrane beyond the sphere, as in NEURON, but a number."""
    regions, warnings = built(swc, "1 1 0 0 0 6 -1\n2 3 20 0 0 1 1\n3 3 60 0 0 1 2\n")
    assert regions["dend"] == pytest.approx(2 * math.pi * 40)
    assert any(re.search(r"87.96 um2 \(12\.\d% of the membrane\), are no membrane", w) for w in warnings)
    assert not built(swc, "1 1 0 0 0 6 -1\n2 3 6.1 0 0 1 1\n3 3 60 0 0 1 2\n")[1]
