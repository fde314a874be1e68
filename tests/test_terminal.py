"""What a command says reaches whatever it is connected to, and no fault of that costs a result."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import one_line
from models.show.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent
REST = [sys.executable, str(ROOT / "run.py"), "rest", "--cell", "stylised", "--max-compartment", "100"]
ALL = "Na⁺ Ca²⁺ Cl⁻ µA/cm² kΩ·cm² 37 °C V − E Mullins–Noda α1 ×2 →"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp437", "koi8-r"])
def test_plain_letters_where_there_are_no_others(encoding):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding)
    Terminal(file=stream, width=200).print(ALL)
    stream.flush()
    said = raw.getvalue().decode(encoding)
    assert "Na+" in said and "Cl-" in said and "Mullins" in said and "\\u" not in said
    if encoding == "ascii":
        assert said.strip() == "Na+ Ca2+ Cl- uA/cm2 kohm cm2 37 deg C V - E Mullins-Noda a1 x2 ->"


def test_utf_8_is_left_alone():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    Terminal(file=stream, width=200).print(ALL)
    stream.flush()
    assert stream.buffer.getvalue().decode().strip() == ALL


def test_one_line_of_anything():
    assert one_line("a\nb\udcff\0µ") == "a\\nb\\udcff\\x00µ"


def whole(folder: Path) -> bool:
    return json.loads((folder / "summary.json").read_text())["converged"]


def test_a_full_disk_behind_the_output(tmp_path):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*REST, "--out", "out"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2 and whole(tmp_path / "out")
    assert done.stderr.strip() == (
        "error: nothing can be shown (No space left on device); the results in out/ are complete"
    )


@pytest.mark.parametrize(
    ("shell", "environment"),
    [
        ("{} --out out | true", {}),
        ("{} --out out >&- 2>&- <&-", {}),
        ("{} --out out > log", {"PYTHONIOENCODING": "latin-1", "MPLBACKEND": "no such thing"}),
        ("{} --out out > log", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    ],
    ids=["closed pipe", "closed streams", "latin-1 and a stale backend", "C"],
)
def test_other_outputs(tmp_path, shell, environment):
    command = "set -o pipefail; " + shell.format(" ".join(REST))
    own = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG", "PYTHON"))}
    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=own | environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "") and whole(tmp_path / "out")


def test_a_broken_name_is_said_and_written(tmp_path):
    """A file's name need be no text: its code stands in one line of every file."""
    name = b"bro\xffken\n.toml"
    (tmp_path / os.fsdecode(name)).write_text('base = "stylised"\nname = "x"\n')
    done = subprocess.run(
        [*REST[:3], "--cell", name, "--quiet", "--out", "out"], cwd=tmp_path, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"") and whole(tmp_path / "out")
    first, second = (tmp_path / "out" / "ions.csv").read_text().splitlines()[:2]
    assert "bro\\udcffken\\n.toml" in first and second.startswith("ion,")
    gone = subprocess.run(
        [*REST[:3], "--cell", b"\xff\n.toml"], cwd=tmp_path, capture_output=True, check=False
    )
    assert gone.returncode == 2 and gone.stderr.count(b"\n") == 1 and b"no such parameter file" in gone.stderr
