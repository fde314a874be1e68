"""A run that was stopped goes on to the bit; what is kept of another is refused."""

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT

from models import InputError, make_cell, run
from models.experiments import run as running
from models.experiments.checkpoint import Checkpoint


@pytest.fixture(scope="module")
def fibre():
    return make_cell("excitable_muscle", set={"tubules.rings": "2"}, max_compartment_length=1000.0)


def digest(found):
    """All of a result's numbers, as bytes."""
    course = found.course
    arrays = (course.t, *course.state.values(), *course.moved.values(), *course.flows.values())
    return b"".join(np.ascontiguousarray(values).tobytes() for values in (*arrays, *course.end.values()))


def _busy():
    return {
        "duration": "2 s",
        "change": [
            {"at": "0.5 s", "duration": "700 ms", "over": "100 ms", "set": {"ko": "6 mM"}},
            {"at": "1.5 s", "duration": "300 ms", "parameter": {"navmuscle.vm": "60 mV"}},
        ],
        "current": [{"where": "cable", "amplitude": "300 nA", "duration": "2 ms", "every": "150 ms"}],
    }


@pytest.mark.parametrize("parts", [1, 3, 6])
def test_a_run_that_was_stopped_goes_on_to_the_bit(fibre, tmp_path, monkeypatch, stopped, parts):
    monkeypatch.setattr(running, "PART", 150)
    whole = digest(run(_busy(), fibre))

    stopped(parts, lambda: run(_busy(), fibre, checkpoint=tmp_path / "kept"))
    again = run(_busy(), fibre, checkpoint=tmp_path / "kept")
    assert digest(again) == whole
    assert not (tmp_path / "kept").exists()


def test_parts_of_another_run_are_refused(fibre, tmp_path, monkeypatch):
    monkeypatch.setattr(running, "PART", 50)
    kept = tmp_path / "kept"
    monkeypatch.setattr(Checkpoint, "remove", lambda self: None)
    run(_busy(), fibre, checkpoint=kept)
    with pytest.raises(InputError, match="holds parts of another run"):
        run({"duration": "1 s"}, fibre, checkpoint=kept)
    (kept / "part000002.npz").write_bytes(b"torn")  # what a dying disk has left: found again from the first
    assert digest(run(_busy(), fibre, checkpoint=kept)) == digest(run(_busy(), fibre))
    other = tmp_path / "other"
    other.mkdir()
    (other / "letters.txt").write_text("mine")
    with pytest.raises(InputError, match="holds no parts of a run"):
        run({"duration": "1 s"}, fibre, checkpoint=other)


def test_another_process_finds_the_same(tmp_path):
    """A run that is killed goes on in another process, in which Python's sets have another order."""
    (tmp_path / "mine.toml").write_text(
        'cell = "excitable_muscle"\nduration = "400 ms"\noptions = { max_compartment_length = 1000.0 }\n'
        '[[current]]\nwhere = "cable"\namplitude = "300 nA"\nduration = "2 ms"\nevery = "150 ms"\n'
    )
    for seed in ("1", "2"):
        command = [sys.executable, str(ROOT / "run.py"), "run", "mine.toml", "--quiet", "--out", seed]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        subprocess.run(command, cwd=tmp_path, env=environment, check=True, timeout=120)
    first, *others = [
        b"".join(
            (tmp_path / seed / name).read_bytes().split(b"\n", 1)[1] for name in ("course.csv", "moved.csv")
        )
        + (tmp_path / seed / "end.npz").read_bytes()
        for seed in ("1", "2")
    ]
    assert all(other == first for other in others)
