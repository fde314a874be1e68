"""Neurolucida files: read through NEURON's own importer, or refused with the line."""

import gc
import math
import re
import signal

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import InputError, Neuron, rest
from models.shape.morphology import build_sections, read_shape
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


RADIUS = 10
CONTOUR = "\n".join(
    f"  ({RADIUS * math.cos(a):.4f} {RADIUS * math.sin(a):.4f} 0 1) ; 1, {i}"
    for i, a in enumerate(np.linspace(0, 2 * math.pi, 36, endpoint=False))
)
ASC = f"""; V3 text file written for MicroBrightField products (with a comment's ( parenthesis
(ImageCoords Filename "C:\\me@home (1).tif" Coords 1 1 0 0 0)
("CellBody"
  (Color RGB (255, 128, 0))
  (CellBody)
{CONTOUR}
)
( (Color Blue)
  (Dendrite)
  (0 5 0 2) ; Root
  (0 20 0 2)
  (0 50 0 2)
  (
    (-30 90 0 1)
    (Dot (Color Red) (Name "m") (1 2 3 4))
    Normal
  |
    (30 90 0 1) <(31 91 0 0.5)>
    Incomplete
  )
)
( (Axon) (5 0 0 1) (20 -30 1 .5) )
"""


@pytest.fixture
def asc(tmp_path):
    return tmp_path / "cell.asc"


def test_asc(asc, capfd):
    asc.write_text(ASC)
    before = count()
    shape = read_shape(asc)
    assert capfd.readouterr() == ("", "")
    assert count() == before
    assert not shape.warnings
    assert [b.name for b in shape.branches] == ["soma", "axon[0]", "dend[0]", "dend[1]", "dend[2]"]
    soma, axon, stem, *forks = shape.branches
    # the importer makes a body of revolution of the circle, a sphere but for 21 steps and its ends
    assert soma.area == pytest.approx(4 * math.pi * RADIUS**2, rel=0.1)
    assert soma.length == pytest.approx(2 * RADIUS, rel=0.05)
    assert stem.area == pytest.approx(math.pi * 2 * 45, rel=FLOAT32)
    assert (stem.parent, stem.parent_x, axon.parent) == (0, 0.5, 0)
    for fork in forks:  # each begins where the stem ends, with its own diameter
        assert (fork.parent, fork.parent_x) == (2, 1.0)
        assert fork.area == pytest.approx(math.pi * 50, rel=FLOAT32)
    area, _, sections = totals(shape)
    assert area == pytest.approx(sum(b.area for b in shape.branches), rel=FLOAT32)
    assert len(sections[0].wholetree()) == 5


def test_asc_says_nothing_to_python_either(asc, capsys):
    asc.write_text(ASC)
    read_shape(asc)
    asc.write_text(ASC.replace("(0 50 0 2)", "(what is) (0 50 0 2)"))
    with pytest.raises(InputError):
        read_shape(asc)
    assert capsys.readouterr() == ("", "")


def test_asc_rests(asc):
    asc.write_text(ASC)
    # as promised for the resting state
    assert rest(Neuron(morphology=asc)).summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.replace(b"\n", b"\r\n"),
        lambda b: b"\xef\xbb\xbf" + b,
        lambda b: b.replace(b"Normal", "Normal ; µm".encode("latin-1")),
    ],
)
def test_asc_however_it_is_written(asc, change):
    asc.write_text(ASC)
    expected = [(b.name, b.area) for b in read_shape(asc).branches]
    asc.write_bytes(change(ASC.encode()))
    assert [(b.name, b.area) for b in read_shape(asc).branches] == expected


BODY = ASC[ASC.index('("CellBody"') : ASC.index("( (Color Blue)")]
TREE = "( (Dendrite) (0 5 0 2) (0 50 0 2) )\n"


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (TREE, "has no soma contour"),
        (BODY + TREE.replace("5 0 2", "25 0 2", 1), "begin outside the soma"),
        (BODY + TREE.replace("(0 50 0 2)", ""), "without length that were left out: 1"),
    ],
)
def test_asc_warns(asc, text, warning):
    asc.write_text(text)
    shape = read_shape(asc)
    assert warning in shape.warnings[0]
    _, _, sections = totals(shape)
    assert len(sections[0].wholetree()) == len(shape.branches)


def test_asc_tree_without_a_known_type_is_a_dendrite(asc):
    asc.write_text(BODY + TREE.replace("Dendrite", "Process"))
    assert [b.region for b in read_shape(asc).branches] == ["soma", "dend"]


STACK = "".join(
    '("CellBody" (CellBody)'
    + "".join(f"({r * math.cos(a):.3f} {r * math.sin(a):.3f} {z} 1)" for a in np.linspace(0, 6, 12))
    + ")\n"
    for r, z in ((5, -5), (9, 0), (5, 5))
)


def test_asc_soma_of_several_contours(asc):
    asc.write_text(STACK + TREE)
    shape = read_shape(asc)
    assert [b.name for b in shape.branches] == ["soma", "dend[0]"]
    # circles of 5, 9 and 5 um radius, 5 um apart, by the importer's own measure of a circle
    assert shape.branches[0].length == pytest.approx(10, rel=0.05)
    assert shape.branches[0].points[:, 3] == pytest.approx([10, 18, 10], rel=0.1)


FLAT = '("CellBody" (CellBody) (0 0 0 1) (5 0 0 1) (10 0 0 1))\n'
OTHER_BODY = '("CellBody" (CellBody) (100 0 0 1) (105 9 0 1) (110 0 0 1))\n'
BROKEN_ASC = {
    "cut off": (ASC[: ASC.index("(30 90")], 48, "never closed"),
    "one ) too many": (ASC + ")\n", 58, "without an opening one"),
    "string not closed": (BODY + TREE.replace("(Dendrite)", '(Dendrite "x)'), None, "is not expected"),
    "unknown character": (BODY + TREE.replace("50", "%"), None, "'%' is not expected"),
    "unknown character in a marker": (ASC.replace('(Name "m")', "(Name %)"), None, "'%' is not expected"),
    "nan": (BODY + TREE.replace("50", "nan"), None, "'nan' is not expected"),
    "infinite": (BODY + TREE.replace("50", "1e999"), None, "'1e999' is too large"),
    "infinite in the contour": (ASC.replace("10.0000", "1e999", 1), 6, "'1e999' is too large"),
    "diameter zero": (TREE.replace("0 2)", "0 0)"), 1, "diameter is 0 um"),
    "diameter missing": ("\n" + TREE.replace("50 0 2", "50 0"), 2, "diameter is 0 um"),
    "diameter negative": (TREE.replace("0 2)", "0 -2)"), 1, "diameter is -2 um"),
    "coordinate missing": (BODY + "( (Dendrite)\n (0)\n (1 2 3 4) )", None, "finds no cell"),
    "not in order": (BODY + "\n( (Dendrite)\n (0 0 0 1)\n (what is)\n (1 2 3 4) )", None, "finds no cell"),
    "contour on a line": (FLAT + TREE, 1, "encloses no area"),
    "contour in a point": (FLAT.replace("10", "0").replace("5", "0") + TREE, 1, "encloses no area"),
    "contour that crosses itself": (
        '("CellBody" (CellBody) (0 3 0 1) (0 2 0 1) (3 2 0 1) (2 2 0 1))\n' + TREE,
        1,
        "crosses itself",
    ),
    "two trees, no soma": (TREE + TREE, 2, "holds 2 separate trees, the second"),
    "two somas": (BODY + OTHER_BODY, 41, "holds 2 cell bodies, the second"),
    "two somas and a tree": (BODY + TREE + OTHER_BODY, 42, "holds 2 cell bodies, the second"),
    "one soma drawn twice": (BODY + TREE + BODY, 45, "a second cell body at the place and depth"),
    "only properties": ('(Name "x")\n', 1, "nothing to build"),
    "text": ("Lorem ipsum dolor sit amet.\n", 1, "not expected"),
    "only comments": ("; a\n; b\n", 3, "finds no cell"),
    "empty": ("", 1, "is empty"),
    "binary": ("\0\1\2" * 50, 1, "binary file"),
}


@pytest.mark.parametrize(("text", "line", "words"), BROKEN_ASC.values(), ids=BROKEN_ASC)
def test_broken_asc_says_where(asc, capfd, text, line, words):
    asc.write_text(text)
    before = count()
    with pytest.raises(InputError) as caught:
        read_shape(asc)
    message = str(caught.value)
    assert message.startswith(f"{asc}:{line or ''}"), message
    assert message[len(f"{asc}:")].isdigit()
    assert words in message
    assert "\n" not in message
    assert count() == before
    assert capfd.readouterr() == ("", "")


def test_asc_multiplied(asc):
    asc.write_text(ASC)
    wanted = read_shape(asc)
    asc.write_text(re.sub(r"(?<=[( ])(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+)(?=\))", lambda m: " ".join(
        repr(8 * float(x)) for x in m.groups()), ASC))  # fmt: skip
    shape = read_shape(asc, scale=0.125)
    assert any("multiplied by 0.125" in w for w in shape.warnings)
    assert [b.area for b in shape.branches] == pytest.approx([b.area for b in wanted.branches], rel=1e-5)
    assert not any("is the file in um" in w for w in shape.warnings)
    assert any("is the file in um" in w for w in read_shape(asc, scale=12.5).warnings)


def test_asc_says_where_all_points_without_diameter_are(asc):
    asc.write_text(BODY + "( (Dendrite)\n(0 5 0 1)\n(0 50 0 0)\n(0 55 0 1)\n(0 60 0 0)\n(0 70 0 0) )\n")
    with pytest.raises(InputError, match=r"asc:43: .*diameter is 0 um, .*; 3 such, in lines 43, 45-46"):
        read_shape(asc)


def test_asc_way_to_a_neurite_outside_the_soma_is_said(asc):
    """NEURON's importer joins it without membrane; so it stays, with a number."""
    asc.write_text(BODY + TREE.replace("(0 5 0 2)", "(0 25 0 2)"))
    shape = read_shape(asc)
    assert shape.branches[1].area == pytest.approx(math.pi * 2 * 25, rel=FLOAT32)
    pattern = r"surface .* ([\d.]+) um2 \(([\d.]+)% of the membrane\), are no membrane"
    (match,) = [m for w in shape.warnings if (m := re.search(pattern, w))]
    total = sum(b.area for b in shape.branches)
    # from the surface of a body of 10 um radius, by the importer's own measure of a circle
    assert float(match[1]) == pytest.approx(math.pi * 2 * 15, rel=0.1)
    assert float(match[2]) == pytest.approx(100 * float(match[1]) / total, abs=0.06)
    asc.write_text(ASC)
    assert not read_shape(asc).warnings


def test_asc_run_of_more_points_than_neuron_holds(asc):
    tree = "".join(f"(0 {5 + 0.01 * i:.2f} 0 2)\n" for i in range(33000))
    asc.write_text(BODY + "( (Dendrite)\n" + tree + ")\n")
    with pytest.raises(InputError, match="more than 32767 points in one run"):
        read_shape(asc)


def test_no_asc(asc):
    with pytest.raises(InputError, match="no such morphology file"):
        read_shape(asc)
    asc.mkdir()
    with pytest.raises(InputError, match="is a directory"):
        read_shape(asc)


@pytest.fixture
def limit():
    """An importer that never returns ends the process instead of the patience."""
    signal.alarm(120)
    yield
    signal.alarm(0)


SNIPPETS = st.sampled_from(
    [*'()|<>,;"@%-+.e \n059', "(Dot ", "nan", "1e400", "Normal", "(1 2 3 4)", "é", "\0"]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from([ASC, STACK + TREE]),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 8), SNIPPETS), min_size=1, max_size=4),
    st.floats(0.5, 2),
)
def test_damaged_asc_is_read_or_refused(asc, limit, text, damages, end):
    for where, cut, put in damages:
        at = int(where * len(text))
        text = text[:at] + put + text[at + cut :]
    asc.write_text(text[: int(end * len(text))])
    before = len(list(h.allsec()))
    try:
        shape = read_shape(asc)
    except InputError as error:
        assert "\n" not in str(error)
    else:
        assert sum(b.parent is None for b in shape.branches) == 1
        assert all(np.isfinite(b.points).all() and (b.points[:, 3] > 0).all() for b in shape.branches)
    assert len(list(h.allsec())) == before
