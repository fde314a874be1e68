"""Compiling, loading, and NEURON's global state."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from models import EngineError, InputError, Neuron, engine, rest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def copy_of_mod(tmp_path, monkeypatch):
    """The engine pointed at one copied mechanism and an empty build folder."""
    mod = tmp_path / "mod"
    mod.mkdir()
    shutil.copy(ROOT / "mod" / "pl_nakpump.mod", mod)
    monkeypatch.setattr(engine, "MOD", mod)
    monkeypatch.setattr(engine, "BUILD", tmp_path / "build")
    return mod


def test_compiled_once_and_again_when_a_source_is_newer(copy_of_mod):
    library = engine.compile_mechanisms()
    first = library.stat().st_mtime_ns
    assert engine.compile_mechanisms().stat().st_mtime_ns == first
    later = library.stat().st_mtime + 5
    os.utime(copy_of_mod / "pl_nakpump.mod", (later, later))
    assert not engine._fresh(library)
    os.utime(copy_of_mod / "pl_nakpump.mod", (later - 100, later - 100))
    assert engine._fresh(library)
    (copy_of_mod / "pl_naleak.mod").write_bytes((ROOT / "mod" / "pl_naohmic.mod").read_bytes())
    assert not engine._fresh(library), "a new source file makes the library stale"
    engine.compile_mechanisms()
    assert library.stat().st_mtime_ns != first
    assert not list(library.parent.parent.glob("work-*"))


def test_missing_compiler_says_what_to_install(copy_of_mod, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(EngineError, match=r"no C\+\+ compiler found.*apt install g\+\+ make"):
        engine.compile_mechanisms()


def test_broken_source_gives_the_compilers_words(copy_of_mod):
    (copy_of_mod / "pl_nakpump.mod").write_text("NEURON { SUFFIX pl_nakpump\nPARAMETER { broken")
    with pytest.raises(EngineError, match=r"compiling .* failed: .*line 2 in file pl_nakpump\.mod"):
        engine.compile_mechanisms()
    assert not engine._library().exists()


def test_two_files_of_one_mechanism_are_named(copy_of_mod):
    shutil.copy(copy_of_mod / "pl_nakpump.mod", copy_of_mod / "copy.mod")
    with pytest.raises(EngineError, match=r"copy\.mod and pl_nakpump\.mod in .* both define pl_nakpump"):
        engine._check_names()


def test_loading_twice_is_harmless():
    engine.load_mechanisms()
    engine.load_mechanisms()
    assert {"pl_ions", "pl_nakpump", "pl_kleak"} <= engine.mechanism_names()


def test_a_forgotten_cell_leaves_neuron_before_the_next_run():
    def names():
        return {sec.name() for sec in engine.h.allsec()}

    cell = Neuron("stylised", max_compartment_length=100.0)
    assert "axon[0]" in names()
    del cell
    other = Neuron("stylised", sections=[engine.h.Section(name="only")])
    assert rest(other).summary["v_rest_mV"] == pytest.approx(-70, abs=1e-6)
    assert "axon[0]" not in names() and "only" in names()


def test_two_living_cells_do_not_disturb_each_other():
    a = Neuron("stylised", max_compartment_length=100.0)
    alone = rest(a, set={"ko": 8}).summary["v_rest_mV"]
    b = Neuron("muscle", max_compartment_length=1000.0)
    assert rest(b).summary["v_rest_mV"] == pytest.approx(-71, abs=1e-6)
    # the same equations beside others: only the order of sums may differ
    assert rest(a, set={"ko": 8}).summary["v_rest_mV"] == pytest.approx(alone, abs=1e-9)


def test_sections_changed_during_a_run_are_noticed(small):
    from models.system import System

    system = System(small)
    extra = engine.h.Section(name="extra")
    with pytest.raises(EngineError, match="were sections made or deleted"):
        system.rates(system.start[system.free])
    del extra


def test_a_section_elsewhere_that_neuron_cannot_integrate_is_named(small):
    other = engine.h.Section(name="other")
    other.insert("extracellular")
    with pytest.raises(EngineError, match=r"mechanism extracellular.*delete that section"):
        rest(small)
    del other
    assert rest(small).summary["converged"]


def test_an_old_library_in_the_current_folder_is_named(tmp_path):
    """NEURON loads x86_64/ of the current folder by itself; a partial one must not crash later."""
    mod = tmp_path / "src"
    mod.mkdir()
    shutil.copy(ROOT / "mod" / "pl_nakpump.mod", mod)
    tool = Path(sys.executable).parent / "nrnivmodl"
    subprocess.run([str(tool), "src"], cwd=tmp_path, check=True, capture_output=True)
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from models import Neuron; Neuron('stylised')"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "NEURON has already loaded pl_nakpump" in run.stderr


def test_a_cell_that_failed_to_be_made_does_not_crash_the_next_run(small):
    """Its sections linger in a cycle of the traceback; collecting them in mid-run would end the process."""
    from models.system import System
    from models.time_course import integrate

    class Cycle:
        pass

    try:
        Neuron("stylised", carries={"il_hh": "k"})
    except InputError as error:
        knot = Cycle()
        knot.self, knot.error = knot, error  # only the garbage collector can free this
        del knot
    system = System(small)
    import numpy as np

    states, _ = integrate(system, 0.0, np.array([0.0, 6e5]))
    assert np.isfinite(states).all()
