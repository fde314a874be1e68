"""What every test starts from."""

import gc
import os
import signal
import subprocess

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from pathlib import Path

import pytest
from hypothesis import settings

# the same examples in every run, so that a red test is the change's fault; RANDOM_EXAMPLES=1 looks further
settings.register_profile("same", derandomize="RANDOM_EXAMPLES" not in os.environ)
settings.load_profile("same")

# a shell's background job ignores Ctrl-C, and what it starts would too: the tests that press it mean it
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import warm  # noqa: E402
from fibres import FACTOR, SHARE, ZETA  # noqa: E402

from models import Neuron, make_cell  # noqa: E402
from models.experiments.checkpoint import Checkpoint  # noqa: E402
from models.simulator import library, runtime  # noqa: E402


def pytest_configure(config):
    """What a test's cell warns of is looked at in `cell.warnings`; any other warning is an error."""
    config.addinivalue_line("filterwarnings", "ignore::models.PumpleakWarning")


def pytest_collection_finish():
    """What is loaded by now stays: no collection of garbage needs to look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def write_toml(tmp_path):
    """A function that writes a parameter file and returns its path."""

    def write(text: str, name: str = "mine.toml") -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


@pytest.fixture(scope="session")
def users_mechanisms():
    """Pumps as users write them, and what is none (mechanisms/pumps), known to NEURON in this process."""
    library.load_mechanisms(ROOT / "tests" / "mechanisms" / "pumps")


@pytest.fixture(scope="session")
def own_mechanisms():
    """Mechanisms as users write them (mechanisms/), known to NEURON in this process."""
    library.load_mechanisms(ROOT / "tests" / "mechanisms")


@pytest.fixture(scope="session")
def warm_run(tmp_path_factory):
    """A function that does `python run.py ...` in a copy of a process that has loaded what it needs."""
    folder = tmp_path_factory.mktemp("warm")
    for name in ("run.py", "models", "mod", "build"):
        (folder / name).symlink_to(ROOT / name)
    with warm.process(folder) as python:

        def run(*arguments, **options):
            line = [str(python), "run.py", *map(str, arguments)]
            return subprocess.run(line, capture_output=True, text=True, timeout=200, check=False, **options)

        yield run


@pytest.fixture
def stopped(monkeypatch):
    """A function that lets a run go until so many parts of it are kept, and ends it there as a kill would."""

    class Killed(Exception):
        pass

    def stop(parts, go):
        keep = Checkpoint.add

        def add(self, part):
            keep(self, part)
            if part.number == parts:
                raise Killed

        with monkeypatch.context() as patch:
            patch.setattr(Checkpoint, "add", add)
            with pytest.raises(Killed):
                go()

    return stop


@pytest.fixture
def alone():
    """No section of an earlier test is left in NEURON, whose own runs take in whatever there is; and they go
    by fixed steps until told otherwise, as in a new process."""
    gc.collect()
    runtime.flush()
    runtime.h.CVode().active(0)


@pytest.fixture
def small():
    """The neuron's membrane on the drawn shape in few compartments: branches, unequal diameters, quick."""
    return Neuron("stylised", max_compartment_length=40.0)


@pytest.fixture
def cable(write_toml):
    """A function that makes a cable of the neuron's membrane: compartments, length and diameter in um."""

    def make(compartments=11, length=1000.0, diameter=2.0, extra="", **options):
        path = write_toml(
            f'base = "neuron"\nname = "cable"\n{extra}\n[morphology]\nshape = "cylinder"\n'
            f'length = "{length} um"\ndiameter = "{diameter} um"\n'
            f'max_compartment_length = "{length / compartments * 1.0001} um"\n'
        )
        cell = Neuron(path, **options)
        assert cell.size == compartments
        return cell

    return make


@pytest.fixture
def further(write_toml):
    """A function that makes a stylised cell, or another, with Mg2+ and HCO3-."""

    def make(base="stylised", ions='"na", "k", "cl", "mg", "hco3"', clo="105 mM", more="", **options):
        text = (
            f'base = "{base}"\nname = "made"\nions = [{ions}]\n[outside]\nmgo = "1 mM"\nhco3o = "24 mM"\n'
            f'clo = "{clo}"\n[inside]\nmgi = "0.5 mM"\n{more}'
        )
        if base == "stylised":
            options.setdefault("max_compartment_length", 60.0)
        return make_cell(write_toml(text), **options)

    return make


@pytest.fixture
def fibre(write_toml):
    """A function that makes a fibre with T-tubules: radius (um), rings, access (ohm cm2), slices."""

    def make(radius=25, rings=5, access=40, slices=1, extra="", **options):
        path = write_toml(
            f'base = "muscle"\nname = "fibre"\n[morphology]\nshape = "cylinder"\n'
            f'length = "{50 * slices} um"\ndiameter = "{2 * radius} um"\n'
            f'max_compartment_length = "50.01 um"\n[tubules]\nvolume_fraction = "{SHARE}"\n'
            f'volume_per_area = "{ZETA} um"\ndiffusion_factor = "{FACTOR}"\n'
            f'access_resistance = "{access} ohm cm2"\nrings = "{rings}"\n[inside]\nv = "-71 mV"\n'
            f'[balance]\nmembrane_resistance = "4 kohm cm2"\n{extra}\n'
        )
        return make_cell(path, **options)

    return make


@pytest.fixture
def section():
    """A function that makes a bare NEURON section, as a user would."""
    made = []

    def make(name="soma", length=20.0, diameter=20.0, nseg=1):
        sec = runtime.h.Section(name=name)
        sec.L, sec.diam, sec.nseg = length, diameter, nseg
        made.append(sec)
        return sec

    return make


@pytest.fixture
def swc(tmp_path):
    """Where a test writes an SWC file."""
    return tmp_path / "cell.swc"
