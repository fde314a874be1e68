"""Studies as they are carried out: the same whoever computes them, whole whatever happens."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from models import rest
from models.errors import InputError
from models.studies.store import NAME
from models.studies.study import study

ROOT = Path(__file__).resolve().parent.parent
TROUBLE = ROOT / "tests" / "mechanisms" / "trouble"
SMALL = {"cell": "hek293", "vary": {"ko": "2:12:5", "pump": "0.5:2:4log"}}


def dump(folder):
    """A store as text, in an order of its own."""
    with sqlite3.connect(Path(folder) / NAME) as db:
        found = sorted(db.iterdump())
    db.close()
    return found


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A study of 20 members by one worker, and its folder."""
    folder = tmp_path_factory.mktemp("small")
    return study(out=folder, workers=1, **SMALL), folder


def test_a_member_is_as_rest_finds_it(small):
    found, _ = small
    data = found.to_xarray()
    assert data["v_rest_mV"].dims == ("ko", "pump") and data["v_rest_mV"].attrs["units"] == "mV"
    for ko, pump in ((2, 0.5), (12, 2)):
        own = rest("hek293", set={"ko": ko}, scale={"pump": pump}).summary
        at = data.sel(ko=ko, pump=pump, method="nearest")
        assert float(at["v_rest_mV"]) == own["v_rest_mV"] and float(at["nai_mM"]) == own["nai_mM"]
    s = found.summary
    assert s["done"] == 20 and s["failed"] == {} and s["workers"] == 1
    assert s["members_per_s_and_worker"] == pytest.approx(20 / s["worker_s"]) and s["worker_s"] < s["wall_s"]
    assert data["ko"].attrs["units"] == "mM" and "units" not in data["pump"].attrs


def test_workers_do_not_matter(small, tmp_path):
    _, folder = small
    study(out=tmp_path, workers=3, **SMALL)
    assert dump(tmp_path) == dump(folder)


def test_a_study_goes_on_where_it_was_stopped(small, tmp_path):
    """Twelve members are taken out of the store; what comes back is the same."""
    _, folder = small
    (tmp_path / NAME).write_bytes((folder / NAME).read_bytes())
    with sqlite3.connect(tmp_path / NAME) as db:
        db.execute("DELETE FROM members WHERE number BETWEEN 3 AND 14")
    db.close()
    with pytest.raises(InputError, match="holds a study already"):
        study(out=tmp_path, **SMALL)
    with pytest.raises(InputError, match="is of another study"):
        study(out=tmp_path, workers=1, resume=True, **(SMALL | {"vary": {"ko": [4]}}))
    s = study(out=tmp_path, workers=1, resume=True).summary
    assert dump(tmp_path) == dump(folder) and s["done"] == 20
    assert s["members_per_s_and_worker"] == pytest.approx(12 / s["worker_s"])  # of those computed now
    with pytest.raises(InputError, match="no study to go on with"):
        study(out=tmp_path / "other", resume=True)


@pytest.mark.slow
def test_members_that_fail_in_four_ways(tmp_path, write_toml):
    """No rest, a bad value, a process that dies, one that hangs: the others are whole, reasons are said."""
    cell = write_toml(
        'base = "excitable"\n[morphology]\nmax_compartment_length = "200 um"\n'
        '[[channel]]\nmechanism = "trouble"\nset = { gbar = "1e-9 S/cm2" }\n'
    )
    rows = tmp_path / "rows.csv"
    rows.write_text("ko,channel.trouble.what\n4,0\n0.01,0\n-1,0\n4,1\n4,2\n5,0\n", encoding="utf-8")
    found = study(
        cell=cell, rows=str(rows), out=tmp_path / "out", workers=1, options={"mechanisms": [str(TROUBLE)]},
        arguments={"max_spikes": 50}, time_limit="5 s",
    )  # fmt: skip
    reasons = ["", "no rest", "bad value", "killed", "time limit", ""]
    assert found.reason.tolist() == reasons and found.summary["done"] == 2
    assert found.summary["failed"] == dict.fromkeys(sorted(filter(None, reasons)), 1)
    assert found.why[2].startswith("ko=-1") and "SIGABRT" in found.why[3] and "5 s" in found.why[4]
    assert np.isfinite(found.found["v_rest_mV"][[0, 5]]).all()
    alone = study(
        cell=cell, vary={"ko": [5]}, out=tmp_path / "alone", workers=1, options={"mechanisms": [str(TROUBLE)]}
    )
    assert alone.found["v_rest_mV"][0] == found.found["v_rest_mV"][5]


@pytest.mark.slow
def test_a_kill_of_the_driver_loses_nothing(tmp_path):
    """Killed as soon as a part of the members is there, and gone on with."""
    arguments = ["study", "--cell", "hek293", "--vary", "ko=1:20:10", "--vary", "pump=0.2:2:8log", "--quiet"]
    line = [sys.executable, str(ROOT / "run.py"), *arguments, "--out"]
    driver = subprocess.Popen([*line, str(tmp_path / "killed")], stderr=subprocess.DEVNULL)
    there, until = tmp_path / "killed" / NAME, time.monotonic() + 60

    def kept():
        if not there.exists():
            return 0
        with sqlite3.connect(f"file:{there}?mode=ro", uri=True) as db:
            found = db.execute("SELECT COUNT(*) FROM members").fetchone()[0]
        db.close()
        return found

    while not kept() and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(driver.pid, signal.SIGKILL)
    driver.wait()
    before = kept()
    subprocess.run([*line[:2], "study", "--resume", "-q", "--out", str(tmp_path / "killed")], check=True)
    study(cell="hek293", vary={"ko": "1:20:10", "pump": "0.2:2:8log"}, out=tmp_path / "whole", workers=2)
    assert 0 < before < 80 and dump(tmp_path / "killed") == dump(tmp_path / "whole")
    said = json.loads((tmp_path / "killed" / "summary.json").read_text())
    assert said["members"] == said["done"] == 80
    assert said["provenance"]["files"] == ["summary.json", "members.csv", "members.nc", "study.png"]


def test_what_is_refused_once_the_cell_is_known(tmp_path):
    """Names that the cell does not have or that have no effect, and a study of a billion members."""
    for given, sentence in (
        ({"vary": {"kleek": [1, 2]}}, "unknown parameter 'kleek'; did you mean 'kleak'"),
        ({"vary": {"exchange_rate": [1, 2]}}, "no effect"),
        ({"vary": {"inside.na": [1, 2]}}, "unknown key 'na'"),
        (
            {"vary": {"ko": "2:8:40000", "pump": "0.5:2:40000"}},
            r"1,600,000,000 members: some .* GB; give --yes",
        ),
    ):
        with pytest.raises(InputError, match=sentence):
            study(cell="hek293", out=tmp_path, workers=1, **given)
        assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_cluster_finds_the_same(small, tmp_path):
    """The SLURM script of the documentation, its queue simulated: a task is a process of this machine."""
    bins = tmp_path / "bin"
    bins.mkdir()
    (bins / "srun").write_text('#!/bin/bash\n"$@" &\n"$@" &\nwait\n')
    (bins / "srun").chmod(0o755)
    path = f"{bins}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = os.environ | {"PATH": path, "STUDY_HOST": "127.0.0.1"}
    given = ["--cell", "hek293", "--vary", "ko=2:12:5", "--vary", "pump=0.5:2:4log"]
    line = ["bash", "docs/examples/study.slurm", *given, "--out", str(tmp_path / "out")]
    done = subprocess.run(line, cwd=ROOT, env=own, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "on 2 workers" in done.stdout and dump(tmp_path / "out") == dump(small[1])
    assert not list((tmp_path / "out").glob("scheduler*"))
