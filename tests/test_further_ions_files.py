"""Mg2+ and HCO3- in files, in a start and in what is written."""

import pytest

from models import InputError, block, make_cell, rest
from models.show import block as show_block
from models.show import block_figure
from models.show import rest as show_rest


def test_a_start_with_more_of_them(further):
    cell = further()
    found = rest(cell, start={"mg": 0.7, "hco3": 12})
    assert found.v == pytest.approx(-70, abs=0.1)
    assert found.inside["mg"] @ cell.volume / cell.volume.sum() == pytest.approx(0.7, abs=1e-8)
    assert found.nernst("hco3") == pytest.approx(found.summary["v_rest_mV"], abs=1e-3)


def test_what_a_file_can_not_say(write_toml, further):
    with pytest.raises(
        InputError, match=r"inside\.mgi is missing; a cell that follows Mg2\+ starts from one"
    ):
        make_cell(write_toml('base = "stylised"\nions = ["na", "k", "cl", "mg"]\n[outside]\nmgo = "1 mM"\n'))
    with pytest.raises(InputError, match=r'outside\.mgo is given, and ions = .*; add "mg" to ions'):
        make_cell(write_toml('base = "stylised"\n[outside]\nmgo = "1 mM"\n'))
    with pytest.raises(InputError, match=r'inside\.hco3i has no effect .*add "hco3" to ions'):
        make_cell(write_toml('base = "stylised"\n[inside]\nhco3i = "10 mM"\n'))
    with pytest.raises(InputError, match=r"mgo must be above 0 mM"):
        make_cell(write_toml('base = "stylised"\nions = ["na", "k", "cl", "mg"]\n[inside]\nmgi = "1 mM"\n'))
    assert not {"outside.mgo", "diffusion.dhco3"} & told_sources("stylised")
    assert {"outside.mgo", "diffusion.dhco3"} <= {row["parameter"] for row in further().parameters.sources()}


def told_sources(name):
    cell = make_cell(name, max_compartment_length=60.0)
    return {row["parameter"] for row in cell.parameters.sources()}


def test_results_tell_of_them_where_the_cell_has_them(further, small):
    cell = further(outside="closed")
    found = block(cell, hours=0.5)
    before = found.before
    assert before.summary["mgi_mM"] == pytest.approx(0.5)
    assert before.summary["phco3_cm_s"] == pytest.approx(cell.strength["hco3"].mean())
    assert found.summary["hco3o_end_mM"] < 24
    tables = show_rest.tables(before) | show_block.tables(found)
    assert "Mg2+" not in tables["ions.csv"] and list(tables["ions.csv"]["ion"]) == list(cell.ions)
    assert {"mgi_mM", "hco3o_mM"} <= tables["course.csv"].keys() & tables["compartments.csv"].keys()
    show_rest.figure(before)
    block_figure.figure(found)
    assert not any("mg" in key.split("i_")[0] for key in rest(small).summary if key.endswith("_mM"))
