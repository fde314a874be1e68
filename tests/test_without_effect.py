"""What would change nothing is refused, wherever it stands: a key of a file, an option, a digit."""

import os
import subprocess
import sys

import pytest
from test_cli import ROOT, RUN

from models import InputError, Neuron, make_cell, rest
from models.cli import run_command
from models.experiments.excite import excite
from models.parameters import read_parameters
from models.parameters.settings import parse_setting
from models.shape.morphology import read_shape

NO_CL = 'base = "neuron"\nions = ["na", "k"]\n'
KEYS = {
    "clo": (NO_CL + '[outside]\nclo = "125 mM"\n', "outside.clo has no effect"),
    "cli": (NO_CL + '[inside]\ncli = "9 mM"\n', "inside.cli has no effect"),
    "dcl": (NO_CL + '[diffusion]\ndcl = "2 um2/ms"\n', "diffusion.dcl has no effect"),
    "chloride_share": (NO_CL + '[balance]\nchloride_share = "0.2"\n', "balance.chloride_share has no effect"),
    "of a region": (NO_CL + '[region.soma]\nchloride_share = "0.2"\n', "region.soma.chloride_share has no"),
    "dca": ('base = "neuron"\n[diffusion]\ndca = "0.5 um2/ms"\n', "diffusion.dca has no effect"),
    "calcium": ('base = "neuron"\n[calcium]\nbuffer = "0.1 mM"\n', "calcium.buffer has no effect"),
    "leak of another law": ('base = "duesterwald2018"\n[leak]\npk = "1e-7 cm/s"\n', "leak.pk has no effect"),
    "leak of no ion": ('base = "duesterwald2018"\n[leak]\npca = "1e-8 cm/s"\n', "leak.pca has no effect"),
    "species": ('base = "neuron"\n[pump]\nspecies = "human"\n', "pump.species has no effect"),
    "mutated_share": (
        'base = "muscle_fast"\n[pump.isoform.alpha1]\nmutated_share = "0.3"\n',
        "alpha1.mutated_share has no effect without a mutation",
    ),
    "length": ('base = "stylised"\n[morphology]\nlength = "9 um"\n', "morphology.length has no effect"),
    "diameter": ('base = "neuron"\n[morphology]\ndiameter = "9 um"\n', "morphology.diameter has no effect"),
    "tortuosity_outside": (
        'base = "neuron"\n[space]\ndiffusion = false\ntortuosity_outside = "2"\n',
        "space.tortuosity_outside has no effect",
    ),
    "space of an epithelium": (
        'base = "epithelium"\n[space]\nvolume_fraction = "0.3"\n',
        "space.volume_fraction has no effect",
    ),
    "water of an epithelium": (
        'base = "epithelium"\n[water]\nwater_permeability = "0.02 cm/s"\n',
        "water.water_permeability has no effect",
    ),
    "shell of T-tubules": (
        'base = "muscle_fast"\n[space]\nexchange_rate = "1 1/s"\n',
        "space.exchange_rate has no effect",
    ),
}


@pytest.mark.parametrize(("text", "words"), KEYS.values(), ids=KEYS)
def test_a_key_that_changes_nothing(write_toml, text, words):
    with pytest.raises(InputError, match=words):
        read_parameters(write_toml(text))


def test_a_buffer_that_is_not_there(write_toml):
    """kd of a base's buffer that the file takes away is nobody's mistake."""
    text = 'base = "ventricle"\n[calcium]\nbuffer = "0 mM"\n'
    assert read_parameters(write_toml(text)).calcium.buffer == 0
    alone = (ROOT / "models/parameters/cells/ventricle.toml").read_text(encoding="utf-8")
    lines = [line for line in alone.splitlines() if not line.startswith("buffer")]
    with pytest.raises(InputError, match=r"calcium\.kd has no effect without a buffer"):
        read_parameters(write_toml("\n".join(lines)))


def test_a_region_of_no_key(write_toml):
    with pytest.raises(InputError, match=r"region\.soma has no effect without a key; give one \(capacitance"):
        read_parameters(write_toml('base = "stylised"\n[region.soma]\n'))
    # of a base's region that said something of Cl- alone nothing is left in a cell without
    write_toml('base = "stylised"\n[region.soma]\nchloride_share = 0.3\n', "base.toml")
    assert read_parameters(write_toml('base = "base.toml"\nions = ["na", "k"]\n')).region == {}


BASES = {
    "without Cl-": (
        NO_CL,
        lambda p: (p.outside.clo, p.diffusion.dcl, p.balance.chloride_share),
        (0, 2.03, 0),
    ),
    "another shape": (
        'base = "muscle"\n[morphology]\nshape = "stylised"\n',
        lambda p: (p.morphology.length, p.morphology.diameter),
        (None, None),
    ),
    "another law": (
        'base = "duesterwald2018"\n[leak]\nlaw = "ghk"\npk = "1e-7 cm/s"\npna = "1e-8 cm/s"\n'
        'pcl = "1e-8 cm/s"\n',
        lambda p: p.leak.gk,
        None,
    ),
}


@pytest.mark.parametrize(("text", "read", "left"), BASES.values(), ids=BASES)
def test_what_a_base_says_goes_with_what_it_was_for(write_toml, text, read, left):
    assert read(read_parameters(write_toml(text))) == left


def test_a_cell_without_chloride_rests(write_toml):
    text = 'base = "stylised"\nions = ["na", "k"]\n[morphology]\nmax_compartment_length = "100 um"\n'
    assert rest(make_cell(write_toml(text))).summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('path = "x"\n', "unknown key 'path'"),
        ('ions = 3\n', "ions: "),
        ('[[channel]]\nmechanism = ["pl_kir"]\n', r"channel\.0\.mechanism: "),
        ('[space]\ndiffusion = "no"\n', r"space\.diffusion: .*boolean"),
        ('[[channel]]\nmechanism = "pl_kir"\nbalanced = 0\n', r"channel\.0\.balanced: .*boolean"),
        ('[inside]\nnai = "１２ mM"\n', r"inside\.nai: expected a concentration"),
        ('[morphology]\nshape = "cylinder"\nlength = "9 um"\ndiameter = "1e-30 um"\n', "at least 1e-06"),
    ],
)  # fmt: skip
def test_of_no_type_or_size(write_toml, text, words):
    with pytest.raises(InputError, match=words):
        read_parameters(write_toml('base = "neuron"\n' + text))


@pytest.mark.parametrize("value", ["1_0", "８"])
def test_a_number_that_only_python_reads(value):
    with pytest.raises(InputError, match="expected a concentration"):
        parse_setting("ko", value)


@pytest.mark.parametrize(
    "options",
    [("--hours", "1", "--hours=2"), ("--cell", "muscle", "--cell", "neuron"), ("--out", "a", "--out", "b")],
)
def test_an_option_given_twice(options, monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["run.py", "block", *options])
    assert run_command() == 2
    assert f"error: {options[0]} is given twice" in capsys.readouterr().err


def test_help_that_nobody_reads_on():
    """run.py rest --help | head -1"""
    end, start = os.pipe()
    os.close(end)
    with os.fdopen(start, "wb") as closed:
        done = subprocess.run([*RUN, "rest", "--help"], stdout=closed, stderr=subprocess.PIPE, timeout=100)
    assert b"Traceback" not in done.stderr and done.returncode == 0


def test_excite_warns_of_no_electrode_of_its_own():
    assert not [
        w for w in excite("excitable", max_compartment_length=100).layout.warnings if "electrode" in w
    ]


def test_a_current_by_either_of_its_names(write_toml):
    """carries = { i = ... } or, as NEURON calls it, { i_pas = ... }"""
    text = (
        'base = "stylised"\n[morphology]\nmax_compartment_length = "100 um"\n[[channel]]\nmechanism = "pas"\n'
    )
    text += 'set = {{ g = "1e-5 S/cm2", e = "-80 mV" }}\ncarries = {{ {} = "k" }}\n'
    one, other = (Neuron(write_toml(text.format(name))).strength["k"] for name in ("i", "i_pas"))
    assert one.tolist() == other.tolist()


POINTS = "1 1 0 0 0 8 -1\n2 3 0 20 0 1 1\n3 3 0 60 0 1 2\n"


@pytest.mark.parametrize("unit", ["inch", "cm", "Å"])
def test_a_header_in_a_unit_that_is_not_known(swc, unit):
    swc.write_text(f"# units: {unit}\n{POINTS}", encoding="utf-8")
    assert any("no unit known here" in warning for warning in read_shape(swc).warnings)


def test_text_in_two_bytes_a_letter_is_called_so(swc):
    swc.write_text(POINTS, encoding="utf-16")
    with pytest.raises(InputError, match=r"text in UTF-16, .*save it as UTF-8"):
        read_shape(swc)
