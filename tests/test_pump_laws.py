"""Every law of the pump in a cell: ratios of strengths, and a law that is a table of the file of laws."""

import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from models import Neuron, rest

ROOT = Path(__file__).resolve().parent.parent

PUMPS = {
    "hill": "",
    "sigmoid": 'half_na = "25 mM"\nslope_na = "3 mM"\nhalf_k = "3.5 mM"\nslope_k = "1 mM"',
    "cubic": "",
    "voltage": 'km_na = "13 mM"\nkm_k = "1 mM"',
    "heart": 'km_na = "40 mM"\nkm_k = "1 mM"',
    "isoforms": '[pump.isoform.alpha1]\nshare = "0.4"\n[pump.isoform.alpha2]\nshare = "0.6"\n',
}

FURTHER = """
[[channel]]
mechanism = "pl_kcc2"
set = { u = "5e-4 mA/cm2" }
[[channel]]
mechanism = "pl_kir"
set = { gbar = "2e-5 S/cm2" }
"""


@pytest.mark.parametrize("law", PUMPS)
@pytest.mark.parametrize("further", [False, True])
def test_rest_depends_on_ratios_of_strengths_alone(write_toml, section, law, further):
    """Every strength times the same factor, at the balanced rest and far from it."""
    inside = '[inside]\ncli = "5 mM"' if further else ""
    tables = f'{inside}\n[pump]\nlaw = "{law}"\n{PUMPS[law]}\n{FURTHER if further else ""}'
    cell = Neuron(write_toml(f'base = "neuron"\n{tables}'), sections=[section("soma", 20, 20)])
    keys = ["naleak", "kleak", "clleak", "pump", *(["pl_kcc2", "pl_kir"] if further else [])]
    for change, uneven in (({}, {}), ({"ko": 6, "nao": 142}, {"naleak": 2})):
        found = []
        for factor in (0.01, 1, 100):
            scale = {key: factor * uneven.get(key, 1) for key in keys}
            found.append(rest(cell, set=change, scale=scale).v[0])
        assert (abs(found[1] + 70) > 1) == bool(change)
        assert found == pytest.approx([found[1]] * 3, abs=1e-6)


def test_a_table_makes_a_law(tmp_path):
    """The file of laws is the one place that a law's name, mechanism and keys stand in."""
    for name in ("models", "mod"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "run.py", tmp_path)
    (tmp_path / "build").symlink_to((ROOT / "build").resolve())
    with (tmp_path / "models" / "parameters" / "pump" / "laws.toml").open("a") as laws:
        laws.write('\n[two]\nmechanisms = ["pl_nakpumpsigmoid"]\nrate = ""\n')
        laws.write("".join(f"asks.{key} = {{}}\n" for key in ("half_na", "slope_na", "half_k", "slope_k")))
    (tmp_path / "two.toml").write_text(f'base = "stylised"\n[pump]\nlaw = "two"\n{PUMPS["sigmoid"]}\n')
    run = partial(subprocess.run, cwd=tmp_path, capture_output=True, text=True, check=True)
    said = run([sys.executable, "run.py", "keys", "pump"]).stdout
    assert '"isoforms", "two"' in said and "K+ outside at half of its rate (sigmoid, two)" in said
    line = ["rest", "--cell", "two.toml", "--max-compartment", "200", "--set", "half_k=4"]
    said = run([sys.executable, "run.py", *line]).stdout
    assert "two rests at −69.8" in said
