"""SWC files: what is built agrees with the file."""

import math
import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from swc_files import (
    ANY,
    CELL,
    CELLS,
    FEW,
    FLOAT32,
    POLYGON,
    TINY,
    check,
    has_length,
    numbered,
    parse,
    text_of,
    trees,
)

from models import Neuron, rest
from models.shape.morphology import build_sections, read_shape


@pytest.mark.parametrize("text", CELLS.values(), ids=CELLS)
def test_what_the_file_says_is_built(swc, text):
    shape, *_ = check(swc, text)
    assert bool(" 1 " in text) or any("no soma" in w for w in shape.warnings)


@pytest.mark.parametrize("text", CELLS.values(), ids=CELLS)
def test_every_cell_rests(swc, text):
    swc.write_text(text)
    summary = rest(Neuron(morphology=swc)).summary
    # what is promised for the resting state; round-off in short sections takes most of it
    assert summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)
    assert summary["converged"]


def test_one_point_soma_is_a_sphere(swc):
    swc.write_text("1 1 5 6 7 6.5 -1\n")
    (branch,) = read_shape(swc).branches
    assert branch.area == pytest.approx(4 * math.pi * 6.5**2, rel=1e-12)  # scaled to it, so round-off
    (section,) = build_sections(read_shape(swc), 1.0)
    assert section.nseg == 1
    assert section.name() == "soma"
    assert section(0.5).area() == pytest.approx(4 * math.pi * 6.5**2, rel=FLOAT32)
    assert section(0.5).volume() == pytest.approx(4 / 3 * math.pi * 6.5**3, rel=POLYGON)
    # 60 frusta with the area of the sphere stand a little higher, by (pi/60)^2/12 = 2e-4
    assert section.L == pytest.approx(13, rel=1e-3)


def test_where_branches_attach(swc):
    """Dendrites keep their place along a soma of several points, whichever way its runs are joined."""
    swc.write_text(
        "1 1 0 0 0 6 -1\n2 1 0 -2 0 6 1\n3 1 0 -10 0 6 2\n4 1 0 10 0 6 1\n"
        "10 3 9 0 0 1 1\n11 3 19 0 0 1 10\n20 3 9 -2 0 1 2\n21 3 19 -2 0 1 20\n"
        "30 3 9 -10 0 1 3\n31 3 19 -10 0 1 30\n40 3 9 10 0 1 4\n41 3 19 10 0 1 40\n"
    )
    soma, *dendrites = read_shape(swc).branches
    assert soma.length == pytest.approx(20)
    assert len(dendrites) == 4
    for branch in dendrites:
        assert branch.parent == 0
        at = soma.points[0] + branch.parent_x * (soma.points[-1] - soma.points[0])
        assert at[1] == pytest.approx(branch.points[0][1])


def test_regions_and_names(swc):
    swc.write_text(CELL + "6 2 0 -6 0 1 1\n7 2 0 -99 0 1 6\n8 4 6 0 0 1 1\n9 4 99 0 0 1 8\n10 7 -9 0 0 1 1\n")
    names = [branch.name for branch in read_shape(swc).branches]
    assert names == ["soma", "dend[0]", "dend[1]", "dend[2]", "axon[0]", "apic[0]", "type7[0]"]


def test_soma_in_two_places_is_told(swc):
    shape, *_ = check(swc, CELL + "6 1 30 99 0 3 4\n7 3 60 99 0 1 6\n8 3 90 99 0 1 7\n")
    assert "2 places" in shape.warnings[0]


# ---------------------------------------------------------------- ways to write the same file


LINES = CELL.splitlines()
WRITTEN = {
    "comments, blank lines, leading blanks": "# by hand\n\n  # x\n" + "\n\n   ".join(LINES) + "   # end\n",
    "CRLF": CELL.replace("\n", "\r\n"),
    "CR": CELL.replace("\n", "\r"),
    "no line end at the end": CELL.rstrip(),
    "tabs": CELL.replace(" ", "\t"),
    "byte order mark": "\ufeff" + CELL,
    "accents": "# Zellkörper, µm … \n" + CELL,
    "separators inside comments": "# a\x0bb\x0cc\x85d\u2028e\n" + CELL,
    "ids as floats": re.sub(r"(?m)^(\d+)|(-?\d+)$", lambda m: m[0] + ".0", CELL),
    "exponents": CELL.replace("60", "6.0e+01"),
    "more columns": CELL.replace("\n", " 17 x\n"),
    "commas": CELL.replace(" ", ","),
    "commas and blanks": CELL.replace(" ", ", "),
    "children before parents": "\n".join(reversed(LINES)),
    "ids from 0": "\n".join(numbered(parse(CELL), {1: 0, 2: 1, 3: 2, 4: 3, 5: 4})),
    "ids with gaps, out of order": "\n".join(numbered(parse(CELL), {1: 700, 2: 3, 3: 10**12, 4: 0, 5: 41})),
    "root's parent is -7": CELL.replace("-1\n", "-7\n", 1),
    # the dots are a line end in Latin-1 (0x85), as which such a file is read
    "accents in Windows' encoding": "# Zellkörper … µm\n".encode("cp1252") + CELL.encode(),
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_however_it_is_written(swc, text):
    swc.write_text(CELL)
    expected = read_shape(swc)
    swc.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = read_shape(swc)
    assert not found.warnings
    assert sum(b.area for b in found.branches) == pytest.approx(sum(b.area for b in expected.branches))
    assert sorted(b.name for b in found.branches) == sorted(b.name for b in expected.branches)


# ---------------------------------------------------------------- any tree


@ANY
@example(
    {0: (1, 0.0, 0.0, 1.0, 0.1, -1), 1: (1, 0.0, 0.0, 2.0, 0.1, 0), 2: (3, 0.99974, 0.0, 0.97705, 0.1, 0)}
)  # leaves the soma along its end
@given(trees())
def test_total_is_the_sum_of_the_frusta(swc, points):
    check(swc, text_of(points))


@ANY
@given(trees(TINY).filter(has_length))
def test_total_is_the_sum_of_the_frusta_with_tiny_ones(swc, points):
    check(swc, text_of(points))


@FEW
@given(trees(TINY).filter(has_length))
def test_any_tree_rests(swc, points):
    swc.write_text(text_of(points))
    # as promised for the resting state
    assert rest(Neuron(morphology=swc)).summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)


@ANY
@given(trees(), st.randoms(use_true_random=False))
def test_order_and_numbering_do_not_matter(swc, points, random):
    _, area, volume = check(swc, text_of(points))
    ids = random.sample(range(1000), len(points))
    lines = numbered(points, dict(zip(points, ids, strict=True)))
    random.shuffle(lines)
    _, again, volume_again = check(swc, "\n".join(lines))
    assert again == pytest.approx(area, rel=FLOAT32)
    assert volume_again == pytest.approx(volume, rel=FLOAT32)


@ANY
@given(trees().filter(lambda points: points[0][0] == 1), st.data())
def test_root_does_not_matter_where_there_is_a_soma(swc, points, data):
    _, area, volume = check(swc, text_of(points))
    at, before = data.draw(st.sampled_from(sorted(points)), label="root"), -1
    turned = dict(points)
    while at >= 0:
        turned[at], at, before = (*points[at][:5], before), points[at][5], at
    shape, again, volume_again = check(swc, text_of(turned))
    assert again == pytest.approx(area, rel=FLOAT32)
    assert volume_again == pytest.approx(volume, rel=FLOAT32)
    assert shape.branches[0].region == "soma"


@pytest.mark.parametrize(
    "parent",
    [lambda i: i - 1, lambda i: 1, lambda i: max(1, i // 2), lambda i: i - 1 if i % 2 else max(1, i - 2)],
    ids=["chain", "star", "tree", "comb"],
)
def test_20000_points_load_at_once(swc, parent):
    rows = [
        f"{i} {3 if i > 1 else 1} {i * 0.2} {i % 7} 0 .5 {parent(i) if i > 1 else -1}"
        for i in range(1, 20001)
    ]
    swc.write_text("\n".join(rows))
    began = time.process_time()
    read_shape(swc)
    # it takes some 3 s, half of them NEURON's importer for comparison, and twice that on a busy machine where
    # what the tests reach is measured; a search along the tree for every point takes minutes
    assert time.process_time() - began < 12


def test_loading_time_grows_with_the_file(swc):
    swc.write_text("\n".join(f"{i} 1 {i * 0.2} 0 0 .5 {i - 1 or -1}" for i in range(1, 60001)))
    began = time.process_time()
    read_shape(swc)
    # it takes some 0.5 s; a search along the run for every point, 14 s
    assert time.process_time() - began < 5
