"""SWC files: what is built agrees with the file, and a broken file says where it is broken."""

import math
import re
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import InputError, Neuron, rest
from models.engine import h
from models.morphology import SHORT, SHORTEST, build_sections, read_shape

# NEURON keeps points as 32-bit floats (2^-24 = 6e-8, relative), here differences of a few of them
FLOAT32 = 1e-6
# volume that the sphere's 60 frusta lack, (pi/60)^2/16 = 1.7e-4 of it
POLYGON = 2e-4

DENDRITE = "2 3 0 6 0 1 1\n3 3 0 60 0 .5 2\n4 3 20 80 0 .4 3\n5 3 -20 80 0 .4 3\n"
CELL = "1 1 0 0 0 6 -1\n" + DENDRITE


# ---------------------------------------------------------------- an independent computation


def parse(text):
    """id -> (type, x, y, z, r, parent), with nothing checked."""
    rows = [line.split("#")[0].split() for line in text.splitlines()]
    return {int(float(r[0])): (int(float(r[1])), *map(float, r[2:6]), int(float(r[6]))) for r in rows if r}


def frustum(a, b):
    """Mantle and volume of the frustum between two spheres (x, y, z, r)."""
    height, (r, s) = math.dist(a[:3], b[:3]), (a[3], b[3])
    return math.pi * (r + s) * math.hypot(height, r - s), math.pi / 3 * height * (r * r + r * s + s * s)


def pieces(points):
    """The frusta (mantle, volume, height) that the file describes, from its edges alone, and spheres.

    A link between the soma and a neurite is no membrane, unless the neurite has no other point. The soma is
    the points of type 1 that are connected with the root where that is one of them, else with the first.
    """
    links = {i: [] for i in points}
    for i, p in points.items():
        if p[5] >= 0:
            links[i].append(p[5])
            links[p[5]].append(i)
    ones = sorted((i for i in points if points[i][0] == 1), key=lambda i: points[i][5] >= 0)
    soma, waiting = set(), ones[:1]
    while waiting:
        soma.add(waiting.pop())
        waiting += [j for i in soma for j in links[i] if points[j][0] == 1 and j not in soma]
    frusta, spheres = [], []
    ball = soma if len(points) > 1 else set(points)
    if ball and max(math.dist(points[i][1:4], points[j][1:4]) for i in ball for j in ball) < SHORT:
        radius = max(points[i][4] for i in ball)
        spheres.append((4 * math.pi * radius**2, 4 / 3 * math.pi * radius**3))
    for i, p in points.items():
        q = points.get(p[5])
        if q is None:
            continue
        a, b = p[1:5], q[1:5]
        if spheres and i in soma and p[5] in soma:
            continue
        if (i in soma) != (p[5] in soma):
            neurite, centre = (p[5], a) if i in soma else (i, b)
            if len(links[neurite]) > 1:
                continue
            a, b = points[neurite][1:5], (*centre[:3], points[neurite][4])
        frusta.append((*frustum(a, b), math.dist(a[:3], b[:3])))
    return frusta, spheres


def check(path, text):
    """Build the file; its area, volume and tree are those of the independent computation."""
    path.write_text(text)
    shape = read_shape(path)
    sections = build_sections(shape, 5.0)
    area = sum(segment.area() for section in sections for segment in section)
    volume = sum(segment.volume() for section in sections for segment in section)
    points = parse(text)
    frusta, spheres = pieces(points)
    thickest = max(p[4] for p in points.values())
    length = sum(height for *_, height in frusta)
    # a section without length is drawn out, a short one may become a cylinder of the same area
    drawn = sum(height < SHORTEST for *_, height in frusta) * SHORTEST
    short = sum(mantle for mantle, _, height in frusta if height < SHORT)
    wanted = sum(f[0] for f in frusta) + sum(s[0] for s in spheres)
    loose = FLOAT32 * wanted + 2 * math.pi * thickest * (drawn + FLOAT32 * length)
    assert area == pytest.approx(wanted, rel=0, abs=loose)
    assert sum(branch.area for branch in shape.branches) == pytest.approx(wanted, rel=0, abs=loose)
    wanted = sum(f[1] for f in frusta) + sum(s[1] for s in spheres)
    loose = FLOAT32 * wanted + math.pi * thickest**2 * (drawn + FLOAT32 * length) + thickest * short
    loose += POLYGON * sum(s[1] for s in spheres)
    assert volume == pytest.approx(wanted, rel=0, abs=loose)
    assert shape.branches[0].region == "soma" or not any(p[0] == 1 for p in points.values())
    assert len(sections[0].wholetree()) == len(sections)
    assert [s.parentseg() is None for s in sections] == [True] + [False] * (len(sections) - 1)
    return shape, area, volume


# ---------------------------------------------------------------- cells

CELLS = {
    "one-point soma": CELL,
    "three-point soma": "1 1 0 0 0 6 -1\n10 1 0 -6 0 6 1\n11 1 0 6 0 6 1\n" + DENDRITE,
    "two-point soma": "1 1 0 0 0 6 -1\n10 1 0 -6 0 5 1\n" + DENDRITE,
    "chain soma, dendrites at its start, middle and end": (
        "1 1 0 0 0 3 -1\n10 1 0 4 0 5 1\n11 1 0 8 0 6 10\n12 1 0 14 0 2 11\n20 3 5 4 0 1 10\n"
        "21 3 50 4 0 1 20\n30 2 0 -5 0 .5 1\n31 2 0 -95 0 .5 30\n40 4 9 9 0 1 12\n41 4 40 40 0 1 40\n"
    ),
    "branched soma, three arms from the root": (
        "1 1 0 0 0 6 -1\n10 1 0 -6 0 3 1\n11 1 6 6 0 3 1\n12 1 -6 6 0 3 1\n" + DENDRITE
    ),
    "branched soma, fork further out": (
        "1 1 0 0 0 6 -1\n10 1 0 -6 0 3 1\n11 1 6 -9 0 3 10\n12 1 -6 -9 0 3 10\n" + DENDRITE
    ),
    "dendrite in the file before the arms of the soma": (
        "1 1 0 0 0 6 -1\n" + DENDRITE + "10 1 0 -6 0 3 1\n11 1 6 6 0 3 1\n12 1 -6 6 0 3 1\n"
    ),
    "dendrite that branches at the soma's surface": (
        "1 1 0 0 0 6 -1\n2 3 0 6 0 1 1\n3 3 20 30 0 1 2\n4 3 -20 60 0 1 2\n5 2 10 60 0 1 2\n"
    ),
    "soma alone": "1 1 1 2 3 6 -1\n",
    "neurites of one point": "1 1 0 0 0 6 -1\n2 3 0 8 0 1 1\n3 2 0 -9 0 .5 1\n",
    "trifurcation": CELL + "6 3 0 90 9 .3 3\n",
    "axon from a dendrite": CELL + "6 2 9 60 9 .3 3\n7 2 9 99 9 .3 6\n",
    "type changes along a neurite": CELL + "6 2 30 90 0 .3 4\n7 0 40 99 0 .3 6\n8 5 50 99 0 .3 7\n",
    "types 0, 5, 6, 7, -3": (
        "1 1 0 0 0 6 -1\n2 0 0 6 0 1 1\n3 0 0 9 0 1 2\n4 5 0 30 0 1 3\n5 6 0 60 0 1 4\n"
        "6 7 9 60 0 1 5\n7 -3 9 9 0 1 2\n"
    ),
    "one type everywhere": CELL.replace("\n2 3", "\n2 0").replace(" 3 ", " 0 "),
    "segments of 1e-4 um": (
        "1 1 0 0 0 6 -1\n2 3 0 6 0 1 1\n3 3 0 6.0001 0 1 2\n4 3 0 6.0002 0 .9 3\n5 3 0 90 0 .9 4\n"
        "6 3 0 90.0001 0 .9 5\n7 3 20 99 0 .9 6\n8 3 -20 99 0 .9 6\n9 3 .0001 90 0 .9 5\n"
    ),
    "points given twice": (
        "1 1 0 0 0 6 -1\n2 3 0 6 0 1 1\n3 3 0 6 0 1 2\n4 3 0 30 0 1 3\n5 3 0 30 0 1 4\n6 3 0 30 0 1 4\n"
        "7 3 20 60 0 1 5\n8 3 -20 60 0 1 5\n9 3 -20 60 0 1 8\n"
    ),
    "soma given twice": "1 1 0 0 0 5 -1\n10 1 0 0 0 6 1\n" + DENDRITE,
    "soma of three points in one place": "1 1 0 0 0 6 -1\n10 1 0 0 .01 6 1\n11 1 0 0 -.01 6 1\n" + DENDRITE,
    "no soma, root with one child": "1 3 0 0 0 1 -1\n2 3 0 50 0 1 1\n3 3 0 100 0 .5 2\n",
    "no soma, root with two children": "1 3 0 0 0 1 -1\n2 3 0 50 0 1 1\n3 3 0 -99 0 .5 1\n",
    "no soma, root with three children": "1 3 0 0 0 1 -1\n2 3 0 50 0 1 1\n3 3 0 -99 0 .5 1\n4 3 50 0 0 1 1\n",
    "no soma, two types at the root": "1 3 0 0 0 1 -1\n2 3 0 50 0 1 1\n3 3 0 -99 0 .5 1\n4 2 50 0 0 1 1\n",
    "no soma, root given twice": "1 3 0 0 0 1 -1\n2 3 0 0 0 1 1\n3 3 0 50 0 1 2\n4 3 9 50 0 1 2\n",
    "no soma, one point": "1 3 0 0 0 6 -1\n",
    "soma below a dendrite": (
        "1 3 0 60 0 1 -1\n2 3 0 6 0 1 1\n3 1 0 0 0 6 2\n4 3 0 -6 0 1 3\n5 3 0 -60 0 1 4\n"
    ),
    "soma below a dendrite of one point": "1 3 0 60 0 1 -1\n2 1 0 0 0 6 1\n3 3 0 -6 0 1 2\n4 3 0 -60 0 1 3\n",
    "soma at the end of an axon": "1 2 0 99 0 1 -1\n2 2 0 6 0 1 1\n3 1 0 0 0 6 2\n4 1 0 -5 0 5 3\n",
    "far from the origin": (
        "1 1 9e4 9e4 0 6 -1\n2 3 9e4 90006 0 .3 1\n3 3 9e4 90006.01 0 .1 2\n4 3 90020 90006.01 0 .1 3\n"
    ),
    "very thin": "1 1 0 0 0 6 -1\n2 3 0 6 0 1e-4 1\n3 3 20 30 0 1e-4 2\n",
}


@pytest.fixture
def swc(tmp_path):
    return tmp_path / "cell.swc"


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


def numbered(points, new):
    """The file's lines with other ids."""
    return [
        f"{new[i]} {p[0]} {p[1]!r} {p[2]!r} {p[3]!r} {p[4]!r} {new.get(p[5], -1)}" for i, p in points.items()
    ]


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

LENGTHS = st.sampled_from([1.0, 7.5, 60.0])
TINY = st.sampled_from([0.0, 1e-4, 0.03, 1.0, 20.0])


@st.composite
def trees(draw, lengths=LENGTHS):
    """A file of up to 25 points: a soma of 0 to 4 points in any shape, neurites of any types."""
    count = draw(st.integers(1, 25))
    somas = min(count, draw(st.integers(0, 4)))
    rows = []
    for i in range(count):
        parent = draw(st.integers(0, i - 1)) if i else -1
        kind = draw(st.sampled_from([3, 3, 3, 2, 0, 6]))
        if i < somas:
            kind = 1
        elif parent >= somas and draw(st.booleans()):
            kind = rows[parent][0]
        step = draw(lengths)
        a, b = draw(st.floats(0, math.pi)), draw(st.floats(0, 2 * math.pi))
        way = (math.sin(a) * math.cos(b), math.sin(a) * math.sin(b), math.cos(a))
        start = rows[parent][1:4] if i else (10.0, -20.0, 30.0)
        radius = draw(st.sampled_from([0.1, 0.5, 1.0, 6.0]))
        rows.append((kind, *(x + step * w for x, w in zip(start, way, strict=True)), radius, parent))
    return dict(enumerate(rows))


def text_of(points):
    return "\n".join(numbered(points, {i: i for i in points}))


# every example writes the file anew
ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
# the same trees every time: how far the solver gets in odd ones is tested elsewhere
FEW = settings(ANY, max_examples=25, derandomize=True)


def has_length(points):
    frusta, spheres = pieces(points)
    return bool(spheres) or any(height for *_, height in frusta)


@ANY
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
    # it takes some 0.7 s
    assert time.process_time() - began < 5


def test_loading_time_grows_with_the_file(swc):
    swc.write_text("\n".join(f"{i} 1 {i * 0.2} 0 0 .5 {i - 1 or -1}" for i in range(1, 60001)))
    began = time.process_time()
    read_shape(swc)
    # it takes some 0.5 s; a search along the run for every point, 14 s
    assert time.process_time() - began < 5


# ---------------------------------------------------------------- broken files

BROKEN = {
    "parent missing": (CELL + "6 3 0 0 0 1 99\n", 6, "parent 99 of point 6 is missing"),
    "cycle": ("1 1 0 0 0 6 -1\n2 3 0 1 0 1 4\n3 3 0 2 0 1 2\n4 3 0 3 0 1 3\n", 2, "cycle"),
    "cycle beside the tree": (CELL + "6 3 0 1 0 1 7\n7 3 0 2 0 1 6\n", 6, "cycle"),
    "cycle and no root": ("1 1 0 0 0 6 2\n2 3 0 1 0 1 1\n", 1, "no root"),
    "own parent": (CELL + "6 3 0 1 0 1 6\n", 6, "its own parent"),
    "root is its own parent": ("# x\n1 1 0 0 0 6 1\n", 2, "its own parent"),
    "duplicate id": (CELL + "3 3 0 1 0 1 2\n", 6, "duplicate id 3, first used in line 3"),
    "duplicate id as float": (CELL + "3.0 3 0 1 0 1 2\n", 6, "duplicate id 3"),
    "radius zero": (CELL + "6 3 0 1 0 0 2\n", 6, "radius is 0 um"),
    "radius too small for NEURON": (CELL + "6 3 0 1 0 1e-60 2\n", 6, "radius is 1e-60 um"),
    "radius negative": (CELL + "6 3 0 1 0 -1 2\n", 6, "radius is -1 um"),
    "x no number": (CELL + "6 3 a 1 0 1 2\n", 6, "x is 'a', expected a number"),
    "y with underscore": (CELL + "6 3 0 1_0 0 1 2\n", 6, "y is '1_0', expected a number"),
    "decimal commas": ("1 1 0,0 0,0 0,0 6,0 -1\n", 1, "x is '0,0', expected a number"),
    "id no number": (CELL + "six 3 0 1 0 1 2\n", 6, "id is 'six'"),
    "id with fraction": (CELL + "6.5 3 0 1 0 1 2\n", 6, "id is '6.5', expected a whole number"),
    "id negative": (CELL + "-6 3 0 1 0 1 2\n", 6, "id is -6"),
    "id beyond exact floats": (CELL + "9007199254740993 3 0 1 0 1 2\n", 6, "id is '9007199254740993'"),
    "type no number": (CELL + "6 dend 0 1 0 1 2\n", 6, "type is 'dend'"),
    "parent no number": (CELL + "6 3 0 1 0 1 root\n", 6, "parent id is 'root'"),
    "column missing": (CELL + "6 3 0 1 0 1\n", 6, "parent id is missing"),
    "columns missing": (CELL + "6 3 0\n", 6, "3 columns, expected 7"),
    "NaN": (CELL + "6 3 nan 1 0 1 2\n", 6, "x is 'nan', expected a finite number"),
    "infinite": (CELL + "6 3 0 1 0 inf 2\n", 6, "radius is 'inf', expected a finite number"),
    "overflow": (CELL + "6 3 0 1e999 0 1 2\n", 6, "y is '1e999', expected a finite number"),
    "no root": ("1 1 0 0 0 6 3\n2 3 0 1 0 1 1\n3 3 0 2 0 1 2\n", 1, "no root"),
    "two roots": (CELL + "# x\n6 3 0 1 0 1 -1\n", 7, "second root (point 6; the first is point 1 in line 1)"),
    "empty": ("", 1, "is empty"),
    "blank": (" \n\n", 1, "is empty"),
    "only comments": ("# a\n# b\n", 1, "only comments"),
    "no length": ("#\n1 3 0 0 0 6 -1\n2 3 0 0 0 6 1\n", 2, "all points lie in one place"),
    "another format": ("( (Dendrite)\n (0 0 0 1)\n)\n", 1, "columns, expected 7"),
}


def one_sentence(error, path, line=None):
    """The error's message is one line that begins with the file and the line."""
    message = str(error)
    assert message.startswith(f"{path}:{line}: " if line else f"{path}:"), message
    assert "\n" not in message
    return message


@pytest.mark.parametrize(("text", "line", "words"), BROKEN.values(), ids=BROKEN)
def test_broken_file_says_where(swc, text, line, words):
    swc.write_text(text)
    with pytest.raises(InputError) as caught:
        read_shape(swc)
    assert words in one_sentence(caught.value, swc, line)


@pytest.mark.parametrize(
    "content", [b"\x00\x01\x02" * 99, b"\x1f\x8b\x08" + bytes(range(256)), CELL.encode("utf-16")]
)
def test_binary_file(swc, content):
    swc.write_bytes(content)
    with pytest.raises(InputError, match="binary file"):
        read_shape(swc)


def test_no_file(tmp_path, swc):
    with pytest.raises(InputError, match="no such morphology file"):
        read_shape(swc)
    with pytest.raises(InputError, match="cannot be read"):
        read_shape(f"{tmp_path}/{'x' * 300}.swc")
    swc.mkdir()
    with pytest.raises(InputError, match="is a directory"):
        read_shape(swc)


def test_file_without_permission(swc, monkeypatch):
    swc.write_text(CELL)

    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(swc), "read_bytes", refuse)  # chmod does not keep root out
    with pytest.raises(InputError, match=r"cell\.swc: cannot be read \(Permission denied\)"):
        read_shape(swc)


SEEDS = [CELL.encode(), CELLS["chain soma, dendrites at its start, middle and end"].encode()]
SNIPPETS = st.one_of(
    st.binary(max_size=4), st.sampled_from([b"-", b"\n", b" ", b".", b"e", b"1e9", b"nan", b"_", b"#"])
)


@settings(ANY, max_examples=400)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6), SNIPPETS), min_size=1, max_size=4),
)
def test_damaged_file_is_read_or_refused(swc, content, damages):
    for where, cut, put in damages:
        at = int(where * len(content))
        content = content[:at] + put + content[at + cut :]
    swc.write_bytes(content)
    try:
        shape = read_shape(swc)
    except InputError as error:
        one_sentence(error, swc)
    else:
        assert shape.branches


@settings(ANY, max_examples=60)
@given(st.integers(0, len(CELL)))
def test_truncated_file_is_read_or_refused(swc, length):
    swc.write_text(CELL[:length])
    try:
        assert read_shape(swc).branches
    except InputError as error:
        one_sentence(error, swc)


def test_nothing_is_left_in_neuron(swc):
    before = len(list(h.allsec()))
    swc.write_text(CELL)
    read_shape(swc)
    assert len(list(h.allsec())) == before
