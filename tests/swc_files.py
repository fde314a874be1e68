"""SWC files for tests, and an independent computation of what they describe."""

import math
import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from models.shape.morphology import SHORT, SHORTEST, build_sections, read_shape

# NEURON keeps points as 32-bit floats (2^-24 = 6e-8, relative), here differences of a few of them
FLOAT32 = 1e-6
# volume that the sphere's 60 frusta lack, (pi/60)^2/16 = 1.7e-4 of it
POLYGON = 2e-4
# um; what is nearer to the soma's surface counts as in it
SURFACE = 4e-6

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


def way_within(a, b, p, q):
    """Between which shares of the way from p to q it is inside the frustum a-b, or None.

    How far outside a point is, by its planes or its mantle, is a convex function along a straight way: its
    least value is found by narrowing down, its two zeros by halving.
    """
    height = math.dist(a[:3], b[:3])
    axis = [(y - x) / height for x, y in zip(a[:3], b[:3], strict=True)]

    def beyond(share):
        away = [x + share * (y - x) - z for x, y, z in zip(p, q, a[:3], strict=True)]
        along = sum(x * n for x, n in zip(away, axis, strict=True))
        across = math.sqrt(max(0.0, sum(x * x for x in away) - along**2))
        return max(-along, along - height, across - (a[3] + (b[3] - a[3]) * along / height))

    low, high = 0.0, 1.0
    for _ in range(200):
        third = (high - low) / 3
        if beyond(low + third) <= beyond(high - third):
            high -= third
        else:
            low += third
    least = (low + high) / 2
    if beyond(least) > SURFACE / 4:
        return None

    def edge(inside, outside):
        if beyond(outside) <= 0:
            return outside
        for _ in range(60):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if beyond(middle) <= 0 else (inside, middle)
        return inside

    return edge(least, 0.0), edge(least, 1.0)


def share_outside(frusta, p, q):
    """The share of the way from p to q that is outside all frusta."""
    found = sorted(w for a, b in frusta if math.dist(a[:3], b[:3]) > 1e-6 and (w := way_within(a, b, p, q)))
    inside, at = 0.0, 0.0
    for low, high in found:
        inside += max(0.0, high - max(low, at))
        at = max(at, high)
    return 1 - inside


def soma_of(points, links):
    """The points of type 1 that are connected with the root where that is one, else with the first."""
    ones = sorted((i for i in points if points[i][0] == 1), key=lambda i: points[i][5] >= 0)
    soma, waiting = set(), ones[:1]
    while waiting:
        here = waiting.pop()
        soma.add(here)
        waiting += [j for j in links[here] if points[j][0] == 1 and j not in soma]
    return soma


def pieces(points):
    """The frusta (mantle, volume, height) that the file describes, from its edges alone, and spheres.

    A link between a soma of several points and a neurite is membrane where it is outside the soma's frusta;
    one from a sphere is none, unless the neurite has no other point.
    """
    links = {i: [] for i in points}
    for i, p in points.items():
        if p[5] >= 0:
            links[i].append(p[5])
            links[p[5]].append(i)
    soma = soma_of(points, links)
    frusta, spheres = [], []
    ball = soma if len(points) > 1 else set(points)
    if ball and max(math.dist(points[i][1:4], points[j][1:4]) for i in ball for j in ball) < SHORT:
        radius = max(points[i][4] for i in ball)
        spheres.append((4 * math.pi * radius**2, 4 / 3 * math.pi * radius**3))
    body = [(points[i][1:5], points[points[i][5]][1:5]) for i in soma if points[i][5] in soma]
    for i, p in points.items():
        q = points.get(p[5])
        if q is None:
            continue
        a, b = p[1:5], q[1:5]
        if spheres and i in soma and p[5] in soma:
            continue
        if (i in soma) != (p[5] in soma):
            neurite, centre = (p[5], a) if i in soma else (i, b)
            alone = len(links[neurite]) == 1
            if spheres and not alone:
                continue
            a = points[neurite][1:5]
            share = 1.0 if spheres else share_outside(body, centre[:3], a[:3])
            if not spheres and share * math.dist(a[:3], centre[:3]) <= SURFACE:
                continue
            b = (*(x + share * (y - x) for x, y in zip(a[:3], centre[:3], strict=True)), a[3])
        frusta.append((*frustum(a, b), math.dist(a[:3], b[:3])))
    return frusta, spheres


def unsure(points):
    """Length (um) of the ways between soma and neurites of which a shift by SURFACE decides whether it is
    outside the soma: of a way along its surface, much."""
    links = {i: [p[5]] if p[5] >= 0 else [] for i, p in points.items()}
    for i, p in points.items():
        if p[5] >= 0:
            links[p[5]].append(i)
    soma = soma_of(points, links)
    body = [(points[i][1:5], points[points[i][5]][1:5]) for i in soma if points[i][5] in soma]
    found = 0.0
    for way in ((points[i][1:4], points[j][1:4]) for i in soma for j in links[i] if j not in soma):
        shares = [share_outside(body, *reversed(way))]
        for axis in range(3):
            for by in (-SURFACE, SURFACE):
                inner, outer = ([x + by * (k == axis) for k, x in enumerate(end)] for end in way)
                shares.append(share_outside(body, outer, inner))
        found += (max(shares) - min(shares)) * math.dist(*way)
    return found


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
    near = SURFACE * len(points) + unsure(points)
    loose = FLOAT32 * wanted + 2 * math.pi * thickest * (drawn + FLOAT32 * length + near)
    assert area == pytest.approx(wanted, rel=0, abs=loose)
    assert sum(branch.area for branch in shape.branches) == pytest.approx(wanted, rel=0, abs=loose)
    wanted = sum(f[1] for f in frusta) + sum(s[1] for s in spheres)
    loose = FLOAT32 * wanted + math.pi * thickest**2 * (drawn + FLOAT32 * length + near) + thickest * short
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


def numbered(points, new):
    """The file's lines with other ids."""
    return [
        f"{new[i]} {p[0]} {p[1]!r} {p[2]!r} {p[3]!r} {p[4]!r} {new.get(p[5], -1)}" for i, p in points.items()
    ]


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


# every example writes the file anew; more of them where they are others in each run
ANY = settings(
    max_examples=150 if "RANDOM_EXAMPLES" in os.environ else 60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
# the same trees every time: how far the solver gets in odd ones is tested elsewhere
FEW = settings(ANY, max_examples=25, derandomize=True)


def has_length(points):
    frusta, spheres = pieces(points)
    return bool(spheres) or any(height for *_, height in frusta)
