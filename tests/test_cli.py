"""The command line as a user meets it: files, keys, refusals, interruption. Each run is its own process."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray

ROOT = Path(__file__).resolve().parent.parent
RUN = [sys.executable, str(ROOT / "run.py")]


def run(*arguments, cwd=ROOT, **options):
    return subprocess.run(
        [*RUN, *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
        **options,
    )


REST = {
    "v_rest_mV", "v_min_mV", "v_max_mV", "nai_mM", "ki_mM", "cli_mM", "nao_mM", "ko_mM", "clo_mM",
    "celsius_degC", "pk_cm_s", "pna_cm_s", "pcl_cm_s", "ghk_mV", "mullins_noda_mV", "chord_mV",
    "max_relative_net_flux", "atp_per_s", "converged", "compartments", "wall_s",
}  # fmt: skip
BLOCK = {
    "v_before_mV", "v_immediate_mV", "v_end_mV", "nai_end_mM", "ki_end_mM", "cli_end_mM", "final_mV",
    "max_local_charge_error", "total_charge_error", "compartments", "wall_s",
}  # fmt: skip


def test_rest_writes_what_it_says(tmp_path):
    done = run(
        "rest", "--cell", "stylised", "--set", "ko=8", "--set", "celsius=25", "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert REST <= set(summary)
    assert summary["ko_mM"] == 8 and summary["celsius_degC"] == 25
    provenance = summary["provenance"]
    assert set(provenance) >= {"pumpleak", "neuron", "mechanisms", "parameters", "morphology", "command"}
    assert "stylised rests at" in done.stdout and "Mullins–Noda" in done.stdout
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "compartments.csv", "ions.csv", "rest.png", "summary.json",
    ]  # fmt: skip
    assert provenance["neuron"] in (tmp_path / "out" / "ions.csv").read_text().splitlines()[0]
    assert b"parameters=" in (tmp_path / "out" / "rest.png").read_bytes()


def test_block_writes_traces_that_can_be_read_back(tmp_path):
    done = run(
        "block", "--cell", "stylised", "--where", "soma", "--hours", "0.5", "--recover-at", "0.25",
        "--out", tmp_path, "--quiet",
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert BLOCK <= set(summary)
    with xarray.open_dataset(tmp_path / "traces.nc", engine="h5netcdf") as traces:
        assert traces.v.dims == ("time", "segment") and traces.v.attrs["units"] == "mV"
        assert traces.inside.dims == ("time", "segment", "ion")
        assert list(traces.ion.values) == ["na", "k", "cl"]
        mean = traces.v.values[-1] @ traces.area.values / traces.area.values.sum()
        assert mean == pytest.approx(summary["v_end_mV"], abs=1e-9)
        assert traces.attrs["neuron"]
    assert (tmp_path / "block.png").stat().st_size > 20_000


def test_start_and_hold_and_scale(tmp_path):
    done = run("rest", "--cell", "stylised", "--start", "na=30,v=-40", "--out", tmp_path / "a", "--quiet")
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "a" / "summary.json").read_text())["v_rest_mV"] == pytest.approx(
        -70, abs=1e-6
    )
    done = run(
        "rest", "--cell", "stylised", "--scale", "pump=0", "--hold", "concentrations", "--out", tmp_path / "b"
    )
    summary = json.loads((tmp_path / "b" / "summary.json").read_text())
    assert summary["v_rest_mV"] == pytest.approx(summary["ghk_mV"], abs=1e-9)
    assert "not at rest" in done.stdout


def test_inspect_a_file_from_outside(tmp_path):
    swc = tmp_path / "mine.swc"
    swc.write_text("1 1 0 0 0 8 -1\n2 3 8 0 0 1 1\n3 3 60 0 0 1 2\n")
    done = run("inspect", "--morphology", swc, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    # NEURON keeps 3-D points in single precision
    assert summary["area_um2"] == pytest.approx(4 * np.pi * 64 + 2 * np.pi * 52, rel=1e-7)
    assert "pl_nakpump" in done.stdout and "nai" in done.stdout and "Rose & Ransom" in done.stdout


def test_a_file_without_soma_warns(tmp_path):
    swc = tmp_path / "mine.swc"
    swc.write_text("1 3 0 0 0 1 -1\n2 3 50 0 0 1 1\n")
    done = run("rest", "--morphology", swc, "--out", tmp_path / "out")
    assert done.returncode == 0
    assert "warning" in done.stderr and "no soma" in done.stderr


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["rest", "--set", "ko=-1"], "ko=-1: ko (mM) must be at least 0"),
        (["rest", "--set", "kO=8"], "unknown parameter 'kO'; did you mean 'ko'?"),
        (["rest", "--scale", "pump=abc"], "pump=abc: expected a plain number"),
        (["rest", "--cell", "nosuch"], "unknown cell 'nosuch'"),
        (["rest", "--cell", "wrong.toml"], "inside.nai: expected a concentration"),
        (["rest", "--out", "/proc/nothing"], "--out /proc/nothing: cannot be written"),
        (["rest", "--out", "wrong.toml"], "--out wrong.toml: cannot be written (File exists)"),
        (["rest", "--morphology", "bad.swc"], "bad.swc:2: parent 7"),
        (["rest", "--morphology", "."], "directory"),
        (["block", "--where", "nosuch"], "unknown region or section 'nosuch'"),
        (["block", "--hours", "abc"], 'hours=abc: expected a time such as "30 min", got "abc"'),
        (["block", "--recover-at", "30 mV"], "recover_at=30 mV: expected a time"),
        (["excite", "--duration", "2 m"], "duration=2 m: expected a time such as"),
        (["rest", "--max-compartment", "10 ms"], "max_compartment_length=10 ms: expected a length"),
        (["block", "--max-spikes", "1.5"], "max_spikes=1.5: expected a whole number"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["rest", "--frob"], "No such option: --frob"),
    ],
)
def test_bad_input_is_one_sentence_and_status_two(tmp_path, warm_run, arguments, words):
    (tmp_path / "wrong.toml").write_text('base = "stylised"\n[inside]\nnai = "12 mV"\n')
    (tmp_path / "bad.swc").write_text("1 1 0 0 0 8 -1\n2 3 8 0 0 1 7\n")
    done = warm_run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1 and "Traceback" not in done.stderr
    assert done.stdout == ""
    assert not list(tmp_path.glob("results/*/*"))


def test_interrupting_leaves_earlier_results_whole(tmp_path):
    out = tmp_path / "out"
    assert run("block", "--cell", "stylised", "--hours", "0.1", "--out", out, "--quiet").returncode == 0
    before = {p.name: p.read_bytes() for p in out.iterdir()}
    code = (
        "import sys, time; sys.argv = sys.argv[1:]; sys.path.insert(0, sys.argv[1]); import run\n"
        "import models.show.block as f\n"
        "def slow(result):\n    print('drawing', flush=True); time.sleep(60)\n"
        "f.figure = slow; sys.argv = ['run.py', *sys.argv[2:]]; sys.exit(run.main())"
    )
    command = [sys.executable, "-c", code, "x", str(ROOT), "block", "--cell", "stylised", "--out", str(out)]
    process = subprocess.Popen(
        [*command, "--quiet"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert process.stdout.readline() == "drawing\n"  # the run is done, half of its files are written
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "interrupted" in said and "Traceback" not in said
    assert {p.name: p.read_bytes() for p in out.iterdir()} == before


def test_a_full_disk_is_said_and_nothing_is_left(tmp_path):
    """The output layer with a disk that fills up while a file is written."""
    code = (
        "import sys; sys.argv = sys.argv[1:]; sys.path.insert(0, sys.argv[1]); import run, resource, signal\n"
        "import models.show.output as r\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))\n"
        "sys.argv = ['run.py', *sys.argv[2:]]; sys.exit(run.main())"
    )
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-c",
        code,
        "x",
        str(ROOT),
        "rest",
        "--cell",
        "stylised",
        "--out",
        str(out),
        "-q",
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False, timeout=100)
    assert done.returncode == 2, done.stderr
    assert "results cannot be written" in done.stderr and "Traceback" not in done.stderr
    assert list(out.iterdir()) == []


def test_compare_of_odd_cells(tmp_path):
    (tmp_path / "other.toml").write_text('base = "stylised"\n[inside]\nnai = "12 mM"\n')
    done = run("compare", "--cells", "stylised,other.toml,muscle", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    names = ["stylised", "stylised closed", "other", "other closed", "muscle", "muscle closed"]
    assert list(summary["cells"]) == names
    header = (tmp_path / "out" / "other_ions.csv").read_text().splitlines()[0]
    assert "cell=other," in header and "muscle" not in header.split("command=")[0]
    done = run("compare", "--cells", "stylised,stylised", cwd=tmp_path)
    assert done.returncode == 2 and "two cells are called 'stylised'" in done.stderr
    done = run("compare", "--cells", "stylised", "--scale", "pump=0", "--out", "none", cwd=tmp_path)
    assert done.returncode == 2 and "a block has no effect" in done.stderr


def test_interrupted_while_importing(tmp_path):
    code = (
        "import sys, signal; sys.path.insert(0, sys.argv[1]); import run\n"
        "class Stop:\n    def find_spec(self, name, *rest):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop()); sys.exit(run.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stderr.startswith("interrupted") and "Traceback" not in done.stderr


def test_without_its_packages(tmp_path):
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.modules['typer'] = None\n"
        "import run; sys.exit(run.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and "run 'make run' first" in done.stderr


def test_quiet_in_a_pipe(tmp_path):
    done = run("block", "--cell", "stylised", "--hours", "0.1", "--out", tmp_path)
    assert done.stderr == ""  # no progress bar
    assert "\x1b" not in done.stdout


def test_works_from_any_folder(tmp_path):
    done = run("rest", "--cell", "stylised", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "results" / "rest" / "summary.json").exists()


def test_first_table_is_there_soon(tmp_path):
    """No assertion on time here; but the modules that are slow to import must wait until after the table, or
    are not needed at all."""
    code = (
        "import sys; from models import cli; from models.show.command import Command; show = Command._show\n"
        "def shown(*given):\n    show(*given); print(*sys.modules, file=sys.stderr)\n"
        "Command._show = shown; sys.exit(cli.main())"
    )
    command = [sys.executable, "-c", code, "rest", "--cell", "stylised", "--out", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert "rests at" in done.stdout and (tmp_path / "rest.png").exists()
    loaded = done.stderr.split()
    assert "numba" in loaded and not {"matplotlib", "pandas", "xarray", "pint", "scipy.optimize"} & set(
        loaded
    )


def test_python_in_five_lines(tmp_path):
    code = (
        "from models import Neuron, rest, block\n"
        "cell = Neuron('stylised')\n"
        "print(rest(cell).summary['v_rest_mV'])\n"
        "print(block(cell, hours=0.1).summary['v_end_mV'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    rested, ended = map(float, done.stdout.split())
    assert rested == pytest.approx(-70, abs=1e-6) and ended > -64


def test_results_are_plain_data():
    import pickle

    from models import Neuron, block

    result = block(Neuron("stylised", max_compartment_length=100.0), hours=0.01)
    again = pickle.loads(pickle.dumps(result))
    assert again.summary["v_end_mV"] == result.summary["v_end_mV"]
