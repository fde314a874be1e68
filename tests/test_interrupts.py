"""Ctrl-C and SIGTERM: never lost, never in the middle of what must not be torn, obeyed soon."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models import Neuron, evolve, interrupts, make_cell, rest
from models.interrupts import held
from models.simulator.runtime import SegmentVariable, h

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_held_signals_are_obeyed_at_the_end_by_the_users_own_handler(number):
    heard, before = [], signal.signal(number, lambda *_: heard.append("mine"))
    try:
        with held(), held():
            signal.raise_signal(number)
            heard.append("first")
        assert heard == ["first", "mine"]
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("before_the_end", [False, True])
def test_of_several_signals_the_first_is_obeyed_and_no_other(before_the_end):
    """And both have the handlers of before again."""
    heard = []

    def hear(number, _):
        heard.append(number)

    before = {number: signal.signal(number, hear) for number in interrupts.SIGNALS}
    try:
        with held():
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.raise_signal(number)
            if before_the_end:
                interrupts.raise_pending_interrupt()
                assert heard == [signal.SIGINT]
        assert heard == [signal.SIGINT]
        assert all(signal.getsignal(number) is hear for number in before)
    finally:
        for number, own in before.items():
            signal.signal(number, own)


def test_ignored_signals_stay_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with held():
            signal.raise_signal(signal.SIGINT)
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        interrupts.raise_pending_interrupt()
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_key_in_a_callback_of_neurons_is_not_lost(monkeypatch):
    """Whichever call of NEURON it is that calls the cell back: a KeyboardInterrupt in there would be
    NEURON's own error, or nobody's."""
    cell = Neuron("stylised", max_compartment_length=100.0)
    flow, calls = type(cell.axial).__call__, 0

    def pressed(self, *arguments):
        nonlocal calls
        calls += 1
        if calls == at:
            signal.raise_signal(signal.SIGINT)
        return flow(self, *arguments)

    monkeypatch.setattr(type(cell.axial), "__call__", pressed)
    for call in (rest, lambda given: evolve(given, 0.1), lambda given: Neuron("stylised")):
        at, reached = 0, True
        while reached and at < 40:
            at, calls = at + 1, 0
            try:
                call(cell)
                reached = calls >= at
                assert not reached, f"the key pressed in callback {at} was lost"
            except KeyboardInterrupt:
                pass
        assert at > 3
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert rest(cell).summary["converged"]
    assert h.celsius == 37


def test_a_key_while_an_experiment_is_undone_leaves_the_cell_as_it_was(monkeypatch):
    cell = Neuron("stylised", max_compartment_length=100.0)
    write, outside = type(cell).write, dict(cell.outside)

    def pressed(self):
        signal.raise_signal(signal.SIGINT)
        write(self)

    with pytest.raises(KeyboardInterrupt):
        with cell.changed(set={"ko": 8}, scale={"pump": 0}):
            monkeypatch.setattr(type(cell), "write", pressed)
    assert cell.outside == outside and (cell.strength["pump"] > 0).all()


def test_a_key_while_a_channel_is_scaled_leaves_it_as_it_was(monkeypatch):
    """The factor is in NEURON already, what it was is not yet noted."""
    cell = make_cell("excitable_muscle", max_compartment_length=10000.0)
    before = [segment.p_pl_kvmuscle for segment in cell.segments]
    put = SegmentVariable.set

    def pressed(self, values):
        put(self, values)
        monkeypatch.undo()
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(SegmentVariable, "set", pressed)
    with pytest.raises(KeyboardInterrupt), cell.changed(scale={"pl_kvmuscle": 2}):
        pytest.fail("the key was lost")
    assert [segment.p_pl_kvmuscle for segment in cell.segments] == before


# a command that, once it is under way, does what a test says in place of finding the rest
COMMAND = """
import sys, signal, os
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(0, {root!r})
import run, models.show.rest as command
def instead(*_, **__):
    print("under way", flush=True)
    {body}
command.rest = instead
sys.argv = ["run.py", "rest", "--cell", "stylised", "--max-compartment", "100", "--out", {out!r}]
sys.exit(run.main())
"""
SWALLOWED = "\n    ".join(["while True:", "    try: sum(range(1000))", "    except BaseException: pass"])
OBEYED = "import time; time.sleep(60)"
TURNED = "\n    ".join(["import time", "try: time.sleep(60)", "except BaseException: raise RuntimeError"])


@pytest.mark.parametrize(
    ("body", "number"),
    [(SWALLOWED, signal.SIGINT), (OBEYED, signal.SIGTERM), (TURNED, signal.SIGINT)],
    ids=["swallowed", "obeyed", "turned into another error"],
)
def test_a_command_ends_within_two_seconds_whatever_becomes_of_the_key(tmp_path, body, number):
    code = COMMAND.format(root=str(ROOT), out=str(tmp_path / "out"), body=body)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "under way\n"
    process.send_signal(number)
    began = time.monotonic()
    _, said = process.communicate(timeout=60)
    took = time.monotonic() - began
    assert (process.returncode, said.strip()) == (2, interrupts.NOTHING)
    assert took < 2 * max(1, os.getloadavg()[0] / os.cpu_count())  # 2 s on a quiet machine
    assert not (tmp_path / "out").exists()


def test_while_packages_are_loaded():
    code = (
        "import sys, os, signal; sys.path.insert(0, sys.argv[1]); import run\n"
        "class Late:\n    def find_spec(self, name, *rest):\n"
        "        if name == 'numba': os.kill(os.getpid(), signal.SIGTERM)\n"
        "sys.meta_path.insert(0, Late()); sys.exit(run.main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2 and done.stderr.startswith("interrupted") and "Traceback" not in done.stderr
