"""Libraries of compiled mechanisms beside each other in one process: the user's, ours, and old ones."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from test_library import LAW, LEAK

from models.simulator import library

ROOT = Path(__file__).resolve().parent.parent


def run_apart(code: str, cwd, **environment) -> subprocess.CompletedProcess:
    """Run Python code in a process of its own, where nothing is loaded yet."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


COLLIDING = ("kv", "nav", "kir", "ncx", "ions", "space", "calcium", "carrier", "kleak", "nakpump")


def test_a_library_of_any_content_loads_before_ours(tmp_path):
    """Names that half the field uses are the user's, beside ours; and a changed copy of ours is named."""
    source = tmp_path / "mine"
    source.mkdir()
    (source / "law.inc").write_text(LAW.format(e=-70))
    for name in COLLIDING:
        (source / f"{name}.mod").write_text(LEAK.format(name=name, g=1e-5))
    path = library.compiled_library(source, library._sources(source))
    code = (
        f"from neuron import h\nh.nrn_load_dll({str(path)!r})\n"
        "from models import Neuron, rest\n"
        "soma = h.Section(name='soma'); soma.L = soma.diam = 20; soma.insert('kv'); soma(0.5).kv.g = 0\n"
        "print(rest(Neuron('stylised', sections=[soma])).summary['v_rest_mV'])\n"
        "print(rest(Neuron('excitable', max_compartment_length=200)).summary['v_rest_mV'])"
    )
    run = run_apart(code, tmp_path)
    assert run.stdout.split() and not run.returncode, run.stderr
    assert [round(float(word), 6) for word in run.stdout.split()[-2:]] == [-70, -70]


def test_mechanisms_by_argument_and_environment(tmp_path):
    """A folder anywhere; the same folder twice; two folders with one name are told apart."""
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "law.inc").write_text(LAW.format(e=-70))
        (tmp_path / name / f"{name}.mod").write_text(LEAK.format(name=name, g=1e-5))
    code = (
        "from models import Neuron\n"
        "from models.simulator import nmodl\n"
        "Neuron('stylised', mechanisms=['here', 'here'])\n"
        "print({'here', 'there'} <= nmodl.mechanism_names())\n"
        "text = open('here/here.mod').read()\n"
        "open('here/here.mod', 'w').write(text.replace('1e-05', '3e-05'))\n"
        "Neuron('stylised', mechanisms='here')"
    )
    run = run_apart(code, tmp_path, PUMPLEAK_MOD="there")
    assert run.stdout.strip().endswith("True")
    assert "was changed after it was loaded in this process" in run.stderr


def test_an_old_library_in_the_current_folder_is_named(tmp_path):
    """NEURON loads x86_64/ of the current folder by itself; what differs from mod/ there must not count."""
    source = tmp_path / "src"
    source.mkdir()
    for part in ("cycle.inc", "power.inc", "temperature.inc"):
        shutil.copy(ROOT / "mod" / part, source)
    text = (ROOT / "mod" / "pl_nakpump.mod").read_text()
    (source / "pl_nakpump.mod").write_text(text.replace("imax*(1 - block)", "2*imax*(1 - block)"))
    tool = Path(sys.executable).parent / "nrnivmodl"
    subprocess.run([str(tool), "src"], cwd=tmp_path, check=True, capture_output=True)
    run = run_apart("from models import Neuron; Neuron('stylised')", tmp_path)
    assert "already loaded another pl_nakpump" in run.stderr and "remove the old x86_64/ folder" in run.stderr
    (source / "pl_nakpump.mod").write_text(text)
    subprocess.run([str(tool), "src"], cwd=tmp_path, check=True, capture_output=True)
    run = run_apart("from models import Neuron; print(len(Neuron('stylised').segments))", tmp_path)
    assert run.stdout.split(), run.stderr  # the same text: what is missing is loaded beside it
