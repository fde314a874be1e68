"""In which unit a morphology file is: what its header says, what the user says, and what looks wrong."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from swc_files import ANY, CELL, FLOAT32, numbered, text_of, trees

from models import InputError, Neuron
from models.shape.morphology import read_shape


def area(shape):
    return sum(branch.area for branch in shape.branches)


def times(text, factor):
    """CELL with coordinates and radii multiplied."""
    rows = [line.split() for line in text.splitlines()]
    return "".join(
        f"{r[0]} {r[1]} {' '.join(repr(float(x) * factor) for x in r[2:6])} {r[6]}\n" for r in rows
    )


APPLIED = {
    "navis": ('# Meta: {"id": "72", "name": "None", "units": "1 nanometer"}\n', 1e-3),
    "navis, 8 nm": ('# Meta: {"units": "8 nanometer"}\n', 8e-3),
    "nm": ("# unit: nm\n", 1e-3),
    "nanometres": ("# Units = nanometres\n", 1e-3),
    "mm": ("# units: mm\n", 1e3),
    "0.5 um": ("# units: 0.5 um\n", 0.5),
    "SNT": ("# All positions and radii in nm\n# Voxel separation (x,y,z): 8.0, 8.0, 40.0\n", 1e-3),
    "coordinates": ("# coordinates are in nanometers\n", 1e-3),
}


@pytest.mark.parametrize(("header", "factor"), APPLIED.values(), ids=APPLIED)
def test_a_unit_in_the_header_is_applied(swc, header, factor):
    swc.write_text(CELL)
    wanted = area(read_shape(swc))
    swc.write_text(header + times(CELL, 1 / factor))
    shape = read_shape(swc)
    assert area(shape) == pytest.approx(wanted, rel=1e-9)
    assert any("the header says" in w and f"multiplied by {factor:g}" in w for w in shape.warnings)


QUIET = [
    "# units: um\n",
    "# Units: micrometers\n",
    "# All positions and radii in µm\n# Voxel separation (x,y,z): .5, .5, 1\n",
    "# SCALE 1.0 1.0 1.0\n",
    "# SHRINKAGE_CORRECTION 1.13 1.13 4.0\n",
    "# units of the study: 12 animals\n",
    "# voxel size 1 1 1\n",
    "# community: 5 nm filters\n",
    "# Scales with age\n",
]


@pytest.mark.parametrize("header", QUIET)
def test_a_header_that_says_um_or_nothing_is_quiet(swc, header):
    swc.write_text(header + CELL, encoding="utf-8")
    shape = read_shape(swc)
    assert not shape.warnings
    swc.write_text(CELL)
    assert area(shape) == area(read_shape(swc))


UNCLEAR = {
    "scale": ("# SCALE 1.13 1.13 4.0\n", "line 1 says 'SCALE 1.13 1.13 4.0'"),
    "voxel size": ("# x\n# Voxel size: 0.2 x 0.2 x 1 um\n", "line 2 says"),
    "spacing": ("# spacing 0.5 0.5 2\n", "line 1 says"),
    "pixels": ("# All positions and radii in pixels\n", "which gives no one length"),
    "two units": (
        "# units: nm\n# coordinates in um\n",
        "'units: nm' (line 1) and 'coordinates in um' (line 2)",
    ),
}


@pytest.mark.parametrize(("header", "words"), UNCLEAR.values(), ids=UNCLEAR)
def test_a_header_that_leaves_it_open_is_not_applied_but_said(swc, header, words):
    swc.write_text(header + CELL)
    shape = read_shape(swc)
    (warning,) = shape.warnings
    assert words in warning
    assert "taken as um" in warning
    assert "--scale-morphology" in warning
    swc.write_text(CELL)
    assert area(shape) == area(read_shape(swc))


def test_the_users_factor_counts(swc):
    swc.write_text(CELL)
    wanted = area(read_shape(swc))
    swc.write_text("# units: nm\n" + times(CELL, 125))
    shape = read_shape(swc, scale=0.008)
    assert area(shape) == pytest.approx(wanted, rel=1e-12)
    assert "multiplied by 0.008; the header's 'units: nm' (line 1) is not used" in shape.warnings[0]
    assert "header" not in read_shape(swc, scale=0.001).warnings[0]
    cell = Neuron(morphology=swc, scale_morphology=0.008)
    assert cell.area.sum() == pytest.approx(wanted, rel=FLOAT32)


@pytest.mark.parametrize("scale", [0, -1, math.nan, math.inf, "much", True, [], 1e-30])
def test_an_impossible_factor(swc, scale):
    swc.write_text(CELL)
    with pytest.raises(InputError, match="scale_morphology"):
        read_shape(swc, scale=scale)


def test_a_factor_without_effect_is_refused(section):
    for shape in ("pyramid", "stylised"):
        with pytest.raises(InputError, match="built in, in um"):
            read_shape(shape, scale=0.5)
    with pytest.raises(InputError, match="scale_morphology"):
        Neuron(scale_morphology=2)
    with pytest.raises(InputError, match="sections: they have their own shape"):
        Neuron(sections=[section()], scale_morphology=2)
    with pytest.raises(InputError, match="sections: they have their own shape"):
        Neuron(sections=[section()], repair=True)


def test_a_factor_that_takes_points_too_far(swc):
    swc.write_text(CELL)
    with pytest.raises(InputError, match=r"cell\.swc:1: times 1e\+09 the point is beyond 1e\+08 um"):
        read_shape(swc, scale=1e9)
    with pytest.raises(InputError, match=r"radius is 6e-09 um.*5 such, in lines 1-5"):
        read_shape(swc, scale=1e-9)


@ANY
@given(trees(), st.sampled_from([0.008, 0.5, 3.0]))
def test_a_scaled_file_is_the_file_with_scaled_numbers(swc, points, factor):
    multiplied = {i: (p[0], *(x * factor for x in p[1:5]), p[5]) for i, p in points.items()}
    swc.write_text("\n".join(numbered(multiplied, {i: i for i in points})))
    wanted = read_shape(swc)
    swc.write_text(text_of(points))
    shape = read_shape(swc, scale=factor)
    assert area(shape) == pytest.approx(area(wanted), rel=1e-9)
    assert len(shape.branches) == len(wanted.branches)


ODD = {
    "voxels": (times(CELL, 125).replace(" 62.5 ", " 142.5 "), "dend[0] is 285 um", "soma is 1500 um thick"),
    "nm": (times(CELL, 1000), "soma is 1.2e+04 um thick", "the cell is"),
    "mm": (times(CELL, 1e-3), "the whole cell is 0.0", "um long"),
    "one thick point": (CELL.replace(" .5 2", " 50 2"), "dend[0] is 100 um thick", "thick"),
}


@pytest.mark.parametrize(("text", "first", "second"), ODD.values(), ids=ODD)
def test_a_cell_of_no_known_size_is_told(swc, text, first, second):
    swc.write_text(text)
    (warning,) = [w for w in read_shape(swc).warnings if "is the file in um" in w]
    assert first in warning
    assert second in warning
    assert "--scale-morphology" in warning
    swc.write_text(CELL)
    assert not read_shape(swc).warnings
