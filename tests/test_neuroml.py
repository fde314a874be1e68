"""Cells in NeuroML 2: by a converter of our own making that stands for NeuroML's, and by that where it is
installed."""

import os
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from models import InputError, settle
from models.cli import app
from models.existing.loading import load
from models.simulator.runtime import h

pytestmark = pytest.mark.usefixtures("alone")
# as jnml writes a cell
HOC = """
/*
  "initMembPotential" : [ {
    "group" : "all",
    "value" : "-58.0"
  } ],
*/
begintemplate NAME
public init, soma, set_initial_v, set_initial_ion_properties
create soma
proc init() { soma { L = 20 diam = 20 insert pas insert hh e_pas = -63 } }
proc set_initial_v() { soma { v = -58.0 } }
proc set_initial_ion_properties() { soma { nai = 12.5 } }
endtemplate NAME
"""
NEUROML = """<neuroml xmlns="http://www.neuroml.org/schema/neuroml2" id="one">
  <ionChannelHH id="leak" conductance="10pS"/>
  <cell id="ball">
    <morphology id="shape">
      <segment id="0" name="soma">
        <proximal x="0" y="0" z="0" diameter="20"/><distal x="20" y="0" z="0" diameter="20"/>
      </segment>
    </morphology>
    <biophysicalProperties id="all_of_it">
      <membraneProperties>
        <channelDensity id="leak_all" ionChannel="leak" condDensity="0.1 mS_per_cm2"
          erev="-63mV" ion="non_specific"/>
        <spikeThresh value="0mV"/>
        <specificCapacitance value="1 uF_per_cm2"/>
        <initMembPotential value="-58mV"/>
      </membraneProperties>
      <intracellularProperties><resistivity value="0.1 kohm_cm"/></intracellularProperties>
    </biophysicalProperties>
  </cell>
</neuroml>
"""


@pytest.fixture
def converter(tmp_path, monkeypatch):
    """A function that puts a program `jnml` on the path, which does as a shell script says; $4 is the folder
    it writes to."""
    place = tmp_path / "programs"
    place.mkdir()
    monkeypatch.setenv("PATH", f"{place}{os.pathsep}/usr/bin{os.pathsep}/bin")
    (tmp_path / "cell.nml").write_text(NEUROML)

    def put(script):
        (place / "jnml").write_text(f"#!/bin/sh\n{script}\n")
        (place / "jnml").chmod(0o755)
        return tmp_path / "cell.nml"

    yield put
    h("forall delete_section()")


def writes(*names):
    return "\n".join(f"cat > $4/{name}.hoc <<'END'\n{HOC.replace('NAME', name)}\nEND" for name in names)


def test_a_cell_begins_as_its_file_says(converter):
    made = load([converter(writes("nmlball"))], then=["celsius = 20"])
    (soma,) = made.sections
    assert soma.v == -58.0
    assert soma.nai == 12.5
    assert h.celsius == 20
    h.finitialize(-70)
    assert soma.v == -70.0  # as --start has it
    assert soma.nai == 12.5
    assert any("no temperature" in note for note in made.notes)


def test_of_several_cells_one_is_asked_for(converter):
    path = converter(writes("nmlone", "nmltwo"))
    with pytest.raises(InputError, match=r"which of its cells\? --new NAME: nmlone, nmltwo"):
        load([path])
    assert str(load([path], new="nmltwo").sections[0]).startswith("nmltwo")


def test_what_the_converter_refuses_is_said_in_its_words(converter):
    path = converter("echo 'org.lemsml.ContentError: No such type poolOfMine, 282 existing types:'; exit 1")
    found = CliRunner().invoke(app, ["settle", str(path)])
    assert isinstance(found.exception, InputError)
    assert "makes no cell of it (No such type poolOfMine" in str(found.exception)


def test_without_the_converter_it_is_said_where_it_is_found(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("models.existing.neuroml.sys.executable", str(tmp_path / "python"))
    (tmp_path / "cell.nml").write_text(NEUROML)
    with pytest.raises(InputError, match="jnml, which is not installed: pip install pyNeuroML"):
        load([tmp_path / "cell.nml"])


@pytest.mark.skipif(shutil.which("jnml") is None, reason="pyNeuroML, which brings jnml, is not installed")
def test_by_neuromls_own_converter(tmp_path):
    path = Path(tmp_path / "ball.cell.nml")
    path.write_text(NEUROML)
    made = load([path])
    assert settle(made.sections).v == pytest.approx(-63.0, abs=1e-9)
    h("forall delete_section()")
