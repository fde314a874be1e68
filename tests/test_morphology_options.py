"""Morphology files on the command line: the options, what is said, and the bar while a cell is built."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from swc_files import CELL

ROOT = Path(__file__).resolve().parent.parent
RUN = [sys.executable, str(ROOT / "run.py")]
# in nm, with an axon, one radius missing, one point that hangs on nothing
ROWS = [line.split() for line in CELL.replace(" .5 2", " 0 2").replace("5 3", "5 2").splitlines()]
DAMAGED = "".join(
    f"{i} {kind} {' '.join(str(1000 * float(x)) for x in xyzr)} {parent}\n" for i, kind, *xyzr, parent in ROWS
)
DAMAGED += "9 3 5 5 5 1 -1\n"


@pytest.mark.parametrize(
    "command",
    [
        ["inspect"],
        ["rest"],
        ["block", "--hours", 0.01],
        ["excite", "--max-compartment", 60],
        ["glycoside", "--cell", "ventricle", "--hours", 0.01],
    ],
    ids=lambda command: command[0],
)
def test_every_command_mends_and_multiplies_and_says_so(swc, tmp_path, warm_run, command):
    swc.write_text(DAMAGED)
    arguments = [*command, "--morphology", swc, "--out", tmp_path / "out"]
    refused = warm_run(*arguments, cwd=tmp_path)
    assert refused.returncode == 2
    assert "(--repair, in Python repair=True" in refused.stderr
    assert "Traceback" not in refused.stderr
    done = warm_run(*arguments, "--repair", "--scale-morphology", "0.001", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in ("multiplied by 0.001", "a radius below 1e-06 um is the parent's, line 3", "line 6"):
        assert sum(words in line and line.startswith("warning: ") for line in done.stderr.splitlines()) == 1
    assert "building" not in done.stderr  # no bar in a pipe
    provenance = json.loads((tmp_path / "out" / "summary.json").read_text())["provenance"]
    assert provenance["morphology"] == f"{swc}, multiplied by 0.001, repaired"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--repair"], "pyramid is built in"),
        (["--scale-morphology", "2"], "pyramid is built in"),
        (["--morphology", "cell.asc", "--repair"], "mends .swc files only"),
        (["--morphology", "cell.swc", "--scale-morphology", "0"], "expected a number above 0"),
        (
            ["--morphology", "cell.swc", "--scale-morphology", "nan"],
            "scale_morphology=nan: expected a finite number",
        ),
        (["--cell", "cell.swc"], "is a morphology, not a cell"),
        (["--morphology", ""], "unknown morphology ''"),
    ],
)
def test_an_option_without_effect_is_refused(tmp_path, warm_run, arguments, words):
    (tmp_path / "cell.swc").write_text(CELL)
    done = warm_run("inspect", *arguments, "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_bar_on_a_terminal(swc, tmp_path):
    swc.write_text(CELL)
    mine, theirs = pty.openpty()
    process = subprocess.Popen(
        [*RUN, "inspect", "--morphology", str(swc), "--out", str(tmp_path / "out")],
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(mine, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(mine)
    assert process.wait(100) == 0
    assert b"building the cell" in shown or b"balancing" in shown
