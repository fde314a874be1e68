"""Files with radii of 0, fragments and further roots: refused with what and where, or mended and listed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from swc_files import ANY, CELL, FLOAT32, numbered, parse, text_of, trees

from models import InputError, Neuron
from models.shape.morphology import read_shape
from models.shape.repair import in_lines

# CELL has points 1 to 5 in lines 1 to 5
THIN = CELL + "6 3 0 90 0 0 5\n7 3 0 99 0 0 6\n8 3 9 99 0 -1 6\n"
FRAGMENTS = CELL + "6 3 0 0 0 1 99\n7 3 0 9 0 1 6\n8 3 0 1 0 1 -1\n9 3 0 2 0 1 8\n10 2 5 5 5 1 98\n"


def area(shape):
    return sum(branch.area for branch in shape.branches)


def test_lines_are_listed():
    assert in_lines([3]) == "line 3"
    assert in_lines([9, 3, 4, 5, 9]) == "lines 3-5, 9"
    assert in_lines(range(1, 99, 2)).endswith("37, 39 and 29 more places")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (THIN, 6, ["radius is 0 um", "3 such, in lines 6-8", "--repair", "takes the parent's radius"]),
        (FRAGMENTS, 6, ["parent 99 of point 6 is missing", "2 such, in lines 6, 10", "second root (point 8",
                        "keeps the soma's tree"]),
        (CELL + "6 3 0 0 0 1 -1\n7 3 0 0 0 1 -1\n", 6, ["second root (point 6", "2 such, in lines 6-7"]),
        (THIN + "9 3 0 0 0 1 -1\n", 6, ["radius is 0 um", "second root (point 9", "radius and keeps"]),
    ],
)  # fmt: skip
def test_refused_with_how_many_and_where(swc, text, line, words):
    swc.write_text(text)
    with pytest.raises(InputError) as caught:
        read_shape(swc)
    message = str(caught.value)
    assert message.startswith(f"{swc}:{line}: ")
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_missing_radius_is_the_parents(swc):
    swc.write_text(THIN)
    shape = read_shape(swc, repair=True)
    assert any("repaired: 3 radii" in w and "lines 6-8" in w for w in shape.warnings)
    swc.write_text(THIN.replace(" 0 5\n", " .4 5\n").replace("99 0 0 6", "99 0 .4 6").replace("-1 6", ".4 6"))
    assert area(shape) == pytest.approx(area(read_shape(swc)), rel=1e-12)


def test_a_root_without_radius_has_that_of_the_nearest_point(swc):
    swc.write_text(CELL.replace("0 0 0 6 -1", "0 0 0 0 -1"))
    shape = read_shape(swc, repair=True)
    assert shape.branches[0].area == pytest.approx(
        4 * 3.14159265, rel=1e-6
    )  # a sphere of the dendrite's radius
    assert any("the root's (1 um) from the nearest point" in w and "line 1" in w for w in shape.warnings)
    swc.write_text("1 3 0 0 0 0 -1\n2 3 0 5 0 0 1\n")
    with pytest.raises(InputError, match=r"cell\.swc:1: no point has a radius above 0"):
        read_shape(swc, repair=True)


def test_only_the_somas_tree_is_kept(swc):
    swc.write_text(CELL)
    whole = area(read_shape(swc))
    swc.write_text(FRAGMENTS)
    shape = read_shape(swc, repair=True)
    assert area(shape) == pytest.approx(whole, rel=1e-12)
    assert any("left out 5 points in 3 fragments" in w and "lines 6-10" in w for w in shape.warnings)
    # wherever the soma stands, and however small its tree
    big = "".join(f"{i} 3 0 {i} 90 1 {i - 1 if i > 20 else -1}\n" for i in range(20, 60))
    swc.write_text(big + CELL)
    assert area(read_shape(swc, repair=True)) == pytest.approx(whole, rel=1e-12)
    # without any soma, the largest
    swc.write_text("1 3 0 0 0 1 -1\n2 3 0 5 0 1 1\n" + big)
    shape = read_shape(swc, repair=True)
    assert any("the largest tree, lines 1-2" in w for w in shape.warnings)


def test_a_root_whose_parent_is_missing(swc):
    swc.write_text(CELL.replace(" -1\n", " 77\n", 1))
    shape = read_shape(swc, repair=True)
    assert any("point 1 (line 1), whose parent 77 is missing, is the root" in w for w in shape.warnings)


def test_nothing_to_repair_is_said(swc):
    swc.write_text(CELL)
    assert read_shape(swc, repair=True).warnings == [f"{swc}: repair: nothing to repair"]


def test_a_cycle_is_never_repaired(swc):
    swc.write_text(CELL + "6 3 0 1 0 1 7\n7 3 0 2 0 1 6\n")
    with pytest.raises(InputError, match="cycle"):
        read_shape(swc, repair=True)


def test_repair_is_for_swc_files(tmp_path):
    for shape in ("pyramid", "stylised", tmp_path / "cell.asc"):
        with pytest.raises(InputError, match="repair"):
            read_shape(shape, repair=True)
    with pytest.raises(InputError, match="repair"):
        read_shape("cell.swc", repair="yes")


def test_a_cell_is_made_of_a_repaired_file(swc):
    swc.write_text(FRAGMENTS)
    with pytest.raises(InputError, match="--repair"):
        Neuron(morphology=swc)
    assert any("repaired" in w for w in Neuron(morphology=swc, repair=True).warnings)


@ANY
@given(trees(), st.data())
def test_any_file_is_mended_as_by_hand(swc, points, data):
    """Radii taken out, a second tree put in, lines shuffled: the repair gives what a careful hand would."""
    thin = data.draw(st.sets(st.sampled_from(sorted(points)[1:]), max_size=6)) if len(points) > 1 else set()
    mended, damaged = dict(points), dict(points)
    for i in sorted(points):  # parents first
        if i in thin:
            mended[i] = (*points[i][:4], mended[points[i][5]][4], points[i][5])
            damaged[i] = (*points[i][:4], 0.0, points[i][5])
    swc.write_text(text_of(mended))
    wanted = read_shape(swc)
    lines = numbered(damaged, {i: i for i in damaged})
    if any(p[0] == 1 for p in points.values()):
        lines += ["900 3 500 0 0 1 -1", "901 3 600 0 0 1 900", "950 3 500 9 0 1 777"]
    random.Random(len(points)).shuffle(lines)
    swc.write_text("\n".join(lines))
    shape = read_shape(swc, repair=True)
    assert area(shape) == pytest.approx(area(wanted), rel=FLOAT32)
    said = " ".join(w for w in shape.warnings if "repair" in w)
    gone = {i + 1 for i, line in enumerate(lines) if int(line.split()[0]) >= 900}
    changed = {i + 1 for i, line in enumerate(lines) if int(line.split()[0]) in thin}
    assert in_lines(gone or changed or {0}) in said or (
        not gone and not changed and "nothing to repair" in said
    )
    assert not changed or in_lines(changed) in said
    assert set(parse(text_of(points))) == set(points)
