"""What should be known of a cell is warned of: in Python by `warnings`, by a command in its own words."""

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from models import Muscle, Neuron, PumpleakWarning, compare, excite, make_cell

ROOT = Path(__file__).resolve().parent.parent
COARSE = {"max_compartment_length": 400.0}
SENTENCE = "pl_kir: its strength is 0 everywhere, so it has no effect"


@pytest.fixture
def idle(write_toml):
    """A cell's file with a channel of no strength."""
    return write_toml(
        'base = "stylised"\nname = "idle"\n[[channel]]\nmechanism = "pl_kir"\nset.gbar = "0 S/cm2"\n'
    )


@pytest.mark.parametrize("build", [make_cell, Neuron, Muscle, excite])
def test_once_for_each_cell_as_of_the_users_line(idle, build):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        build(idle, **COARSE)
    assert [(one.category, str(one.message), one.filename) for one in caught] == [
        (PumpleakWarning, SENTENCE, __file__)
    ]


def test_cells_without_one_warn_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert make_cell("stylised", **COARSE).warnings == []
        assert excite(**COARSE).layout.warnings == []
        compare(("stylised",), hours=0.01)


def test_they_can_be_silenced_or_made_errors(idle):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PumpleakWarning)
        assert make_cell(idle, **COARSE).warnings == [SENTENCE]
    with warnings.catch_warnings(), pytest.raises(PumpleakWarning, match="pl_kir"):
        warnings.simplefilter("error")
        make_cell(idle, **COARSE)


@pytest.mark.parametrize("options", [[], ["-W", "error"]], ids=["plain", "errors"])
def test_a_command_says_it_once_in_its_own_words(idle, tmp_path, options):
    run = subprocess.run(
        [sys.executable, *options, str(ROOT / "run.py"), "rest", "--cell", idle, "--max-compartment", "400",
         "--out", str(tmp_path / "out")],
        capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert run.stderr.splitlines() == [f"warning: {SENTENCE}"]
