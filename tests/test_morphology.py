"""Shapes: built in, from Neurolucida files, made into NEURON sections."""

import gc
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import InputError, Neuron, rest
from models.shape.branch import branches_from_sections
from models.shape.morphology import SHORTEST, build_sections, compartments, read_shape
from models.simulator.runtime import h

# NEURON keeps points as 32-bit floats (2^-24 = 6e-8, relative), here sums of a few of them
FLOAT32 = 1e-6


def totals(shape, longest=5.0):
    """Area (um2), length (um) and the sections of a shape."""
    sections = build_sections(shape, longest)
    area = sum(segment.area() for section in sections for segment in section)
    return area, sum(section.L for section in sections), sections


def count():
    gc.collect()
    return len(list(h.allsec()))


# ---------------------------------------------------------------- built in


def test_pyramid_twice():
    before = count()
    for _ in range(2):
        shape = read_shape("pyramid")
        area, length, sections = totals(shape)
        assert len(sections) == 79
        assert not shape.warnings
        # the sums that NEURON prints for its demo cell, to all digits given here
        assert area == pytest.approx(31159, abs=0.5)
        assert length == pytest.approx(5387, abs=0.5)
        # and, less its soma, the head of the file: 5349.55 um in length
        assert length - sections[0].L == pytest.approx(5349.55, rel=1e-3)
        assert len(sections[0].wholetree()) == 79
        assert {b.region for b in shape.branches} == {"soma", "apic", "dend"}
        assert sum(b.region == "apic" for b in shape.branches) == 31
        del sections
        assert count() == before


def test_pyramid_is_the_one_that_neuron_reads():
    """The same numbers as NEURON's own reading of the file, in another process: it would clear ours."""
    import json
    import subprocess
    import sys

    code = (
        "import json, os; from neuron import h; h.xopen(os.path.join(h.neuronhome(), 'demo', 'pyramid.nrn'));"
        "print(json.dumps([[sec.name(), sec.parentseg() and [sec.parentseg().sec.name(), sec.parentseg().x],"
        "[[sec.x3d(i), sec.y3d(i), sec.z3d(i), sec.diam3d(i)] for i in range(sec.n3d())]]"
        "for sec in h.allsec()]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    theirs = json.loads(run.stdout.splitlines()[-1])
    index = {name: i for i, (name, *_) in enumerate(theirs)}
    ours = read_shape("pyramid").branches
    assert len(theirs) == len(ours)
    for (_, parent, points), branch in zip(theirs, ours, strict=True):
        np.testing.assert_allclose(branch.points, points, rtol=FLOAT32)
        assert (branch.parent, branch.parent_x) == ((index[parent[0]], parent[1]) if parent else (None, 1.0))


def test_pyramid_leaves_the_users_sections_alone():
    h("create soma, dendrite_1[2]")
    try:
        h.soma.L = 77
        read_shape("pyramid")
        assert h.soma.L == 77
        assert len(h.dendrite_1) == 2
    finally:
        for section in (h.soma, *h.dendrite_1):
            h.delete_section(sec=section)


def test_stylised():
    area, length, sections = totals(read_shape("stylised"))
    assert [s.name() for s in sections] == [
        "soma",
        "apic[0]",
        "apic[1]",
        "apic[2]",
        "dend[0]",
        "dend[1]",
        "axon[0]",
    ]
    assert length == pytest.approx(20 + 300 + 4 * 150 + 400, rel=FLOAT32)
    frusta = [(20, 20, 20), (300, 4, 2), (150, 1.5, 1), (150, 1.5, 1), (150, 2, 1), (150, 2, 1), (400, 1, 1)]
    mantle = sum(math.pi / 2 * (a + b) * math.hypot(x, (a - b) / 2) for x, a, b in frusta)
    assert area == pytest.approx(mantle, rel=FLOAT32)
    assert len(sections[0].wholetree()) == 7


def test_cylinder():
    area, length, (section,) = totals(read_shape("cylinder", 1000.0, 50.0), 50.0)
    assert length == pytest.approx(1000, rel=FLOAT32)
    assert area == pytest.approx(math.pi * 50 * 1000, rel=FLOAT32)
    assert section.nseg == 21


@pytest.mark.parametrize(
    "size", [(None, 1.0), (1.0, None), (0.0, 1.0), (1.0, -1.0), (math.nan, 1.0), (math.inf, 1.0)]
)
def test_cylinder_needs_a_size(size):
    with pytest.raises(InputError, match="needs a length and a diameter"):
        read_shape("cylinder", *size)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("pyramd", "'pyramid'"),
        ("Stylized", "'stylised'"),
        ("cilinder", "'cylinder'"),
        ("xyz", "pyramid, soma_dendrite, stylised"),
    ],
)
def test_unknown_name_gets_the_nearest(name, near):
    with pytest.raises(InputError) as caught:
        read_shape(name)
    assert near in str(caught.value)


def test_a_path_is_no_name(tmp_path):
    with pytest.raises(InputError, match="no such morphology file"):
        read_shape(str(tmp_path / "pyramid"))
    with pytest.raises(InputError, match="is a directory"):
        read_shape(str(tmp_path))


# ---------------------------------------------------------------- sections


@given(st.floats(1e-3, 1e6), st.floats(1e-2, 1e4))
def test_compartments_are_odd_and_no_longer_than_asked(length, longest):
    number = compartments(length, longest)
    assert number % 2 == 1
    assert length / number <= longest * (1 + 1e-12)  # round-off of the division
    # nor are there more than it takes
    assert number == 1 or length / (number - 2) > longest * (1 - 1e-12)


def test_sections_are_cut_as_asked():
    for longest in (3.0, 40.0):
        _, _, sections = totals(read_shape("pyramid"), longest)
        for section in sections:
            assert section.nseg % 2 == 1
            assert section.L / section.nseg <= longest * (1 + FLOAT32)


def test_compartments_do_not_change_the_area():
    fine, coarse = (totals(read_shape("pyramid"), longest)[0] for longest in (1.0, 100.0))
    assert fine == pytest.approx(coarse, rel=FLOAT32)


def test_too_many_compartments(tmp_path):
    path = tmp_path / "long.swc"
    path.write_text("1 3 0 0 0 1 -1\n2 3 0 0 900000 1 1\n")
    before = count()
    with pytest.raises(
        InputError, match=r"long\.swc: dend\[0\].*180001 compartments; expected at most 32765"
    ):
        build_sections(read_shape(path), 5.0)
    (section,) = build_sections(read_shape(path), 900000 / 32764.5)  # as many as NEURON takes
    assert section.nseg == 32765
    del section
    assert count() == before


def test_far_from_the_origin_nothing_is_lost(tmp_path):
    """Whole-brain coordinates: at 1e6 um, 32-bit floats are 0.06 um apart."""
    path, found = tmp_path / "far.swc", []
    for at in (0, 1_000_000):
        rows = [
            f"{i} 3 {at + 0.15 * i:.2f} {at} {at} {0.5 + i % 2 * 0.1} {i - 1 or -1}" for i in range(1, 200)
        ]
        path.write_text("\n".join(rows))
        found.append(totals(read_shape(path))[:2])
    assert found[1] == pytest.approx(found[0], rel=FLOAT32)


def test_step_in_diameter_at_the_end_counts(tmp_path):
    """A last point given twice with two radii: the ring between them, wherever rounding puts the end."""
    path = tmp_path / "ring.swc"
    for at in np.linspace(11, 35, 99):
        path.write_text(f"1 3 0 0 0 1 -1\n2 3 {at} {at} {at} 1 1\n3 3 {at} {at} {at} 4 2\n")
        area, length, _ = totals(read_shape(path))
        assert area == pytest.approx(2 * math.pi * length + math.pi * (16 - 1), rel=10 * FLOAT32)


def test_branches_from_sections_give_back_what_was_built():
    shape = read_shape("stylised")
    sections = build_sections(shape, 50.0)
    again = branches_from_sections(reversed(sections), lambda name: name.split("[")[0])
    assert [b.parent is None for b in again] == [True] + [False] * 6
    assert all(b.parent is None or b.parent < i for i, b in enumerate(again))
    assert sorted(b.length for b in again) == pytest.approx(
        sorted(b.length for b in shape.branches), rel=FLOAT32
    )


# ---------------------------------------------------------------- pieces too short for a section

STEM = "1 1 0 0 0 6 -1\n2 3 0 6 0 1 1\n3 3 0 40 0 1 2\n"
SHORT_PIECES = {
    "between two forks": (STEM + "4 3 0 40.01 0 1 3\n5 3 9 40 0 1 3\n6 3 0 60 0 1 4\n7 3 9 60 0 1 4\n", 5),
    "without length, between two forks": (
        STEM + "4 3 0 40 0 1 3\n5 3 9 40 0 1 3\n6 3 0 60 0 1 4\n7 3 9 60 0 1 4\n",
        5,
    ),
    "tips": (STEM + "4 3 0 40.01 0 1 3\n5 3 .01 40 0 .9 3\n6 3 -.01 40 0 1 3\n7 3 0 60 0 1 3\n", 3),
    "on a one-point soma": (
        "1 1 0 0 0 6 -1\n2 3 0 6 0 1 1\n3 3 0 6.01 0 1 2\n4 3 9 9 0 1 3\n5 3 0 9 9 1 3\n",
        3,
    ),
    "at a root without soma": ("1 3 0 0 0 1 -1\n2 3 0 .01 0 1 1\n3 3 0 60 0 1 2\n4 3 9 60 0 1 2\n", 2),
    "nothing else": ("1 3 0 0 0 1 -1\n2 3 0 .01 0 1 1\n3 3 .01 .01 0 1 1\n4 3 -.01 0 0 1 1\n", 2),
    "another type": (STEM + "4 2 0 40.01 0 1 3\n5 0 0 60 0 1 4\n", 3),
}


@pytest.mark.parametrize(("text", "sections"), SHORT_PIECES.values(), ids=SHORT_PIECES)
def test_short_pieces_are_joined(tmp_path, text, sections):
    path = tmp_path / "short.swc"
    path.write_text(text)
    shape = read_shape(path)
    assert len(shape.branches) <= sections
    assert any("joined" in w for w in shape.warnings)
    assert [b.parent is None for b in shape.branches] == [True] + [False] * (len(shape.branches) - 1)
    assert all(b.parent is None or b.parent < i for i, b in enumerate(shape.branches))
    # the frusta of the file, without the way from the soma's middle to its surface
    rows = {int(w[0]): [float(x) for x in w[1:]] for w in map(str.split, text.splitlines())}
    area = 4 * math.pi * 36 if " 1 0 0 0 6 -1" in text else 0.0
    for kind, x, y, z, r, parent in rows.values():
        if parent > 0 and (kind == 1) == (rows[parent][0] == 1):
            _, *start, s, _ = rows[parent]
            area += math.pi * (r + s) * math.hypot(math.dist((x, y, z), start), r - s)
    assert sum(b.area for b in shape.branches) == pytest.approx(area, rel=1e-9)  # exact but for round-off
    assert totals(shape)[0] == pytest.approx(area, rel=FLOAT32)


def test_a_short_piece_keeps_its_shape_between_others(tmp_path):
    path = tmp_path / "taper.swc"
    path.write_text(
        "1 3 0 0 0 5 -1\n2 3 0 9 0 5 1\n3 3 0 9.05 0 2 2\n4 3 9 9 0 1 2\n5 3 0 99 0 1 3\n6 3 9 99 0 1 3\n"
    )
    shape = read_shape(path)
    assert len(shape.branches) == 4
    sections = build_sections(shape, 5.0)
    volume = sum(segment.volume() for section in sections for segment in section)
    frusta = [(9, 5, 5), (0.05, 5, 2), (9, 5, 1), (89.95, 2, 1), (math.hypot(9, 89.95), 2, 1)]
    assert volume == pytest.approx(
        sum(math.pi / 3 * x * (a * a + a * b + b * b) for x, a, b in frusta), rel=FLOAT32
    )


def test_many_short_pieces_do_not_spoil_the_rest(tmp_path):
    """200 forks within 0.02 um: between sections so short, round-off would outweigh the membrane."""
    rows, last = [STEM], 3
    for i in range(4, 404, 2):
        y = 40 + i * 5e-5
        rows.append(f"{i} 3 0 {y} 0 1 {last}\n{i + 1} 3 .0001 {y} 0 1 {last}\n")
        last = i
    path = tmp_path / "forks.swc"
    path.write_text("".join(rows) + f"999 3 0 99 0 1 {last}\n")
    # as promised for the resting state
    assert rest(Neuron(morphology=path)).summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)


def test_what_cannot_be_joined_is_drawn_out(tmp_path):
    path = tmp_path / "flat.swc"
    path.write_text("1 1 0 0 0 6 -1\n2 3 0 0 0 1 1\n3 3 0 0 0 1 1\n4 3 0 6 0 1 1\n5 3 0 60 0 1 4\n")
    shape = read_shape(path)
    assert [b.length for b in shape.branches[1:]] == pytest.approx([SHORTEST, SHORTEST, 54])
    assert "drawn out" in shape.warnings[0]
    assert shape.warnings[0].endswith("dend[0], dend[1]")
