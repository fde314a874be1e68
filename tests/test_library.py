"""The libraries of compiled mechanisms: by what their files say, whole, wherever they can be kept."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from models import EngineError, InputError
from models.simulator import library, nmodl

ROOT = Path(__file__).resolve().parent.parent
LEAK = """NEURON {{ SUFFIX {name} USEION k WRITE ik RANGE g }}
PARAMETER {{ g = {g} }}
ASSIGNED {{ v ik }}
INCLUDE "law.inc"
BREAKPOINT {{ ik = current(g, v) }}
"""
LAW = "FUNCTION current(g, v) {{ current = g*(v - {e}) }}\n"


def write_two(folder):
    """Two mechanisms that share an INCLUDE."""
    folder.mkdir(exist_ok=True)
    for name in ("one", "two"):
        (folder / f"{name}.mod").write_text(LEAK.format(name=name, g=1e-5))
    (folder / "law.inc").write_text(LAW.format(e=-70))
    return folder


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with two mechanisms, and an empty place for what is compiled."""
    monkeypatch.setattr(library, "_places", lambda: [tmp_path / "build"])
    return write_two(tmp_path / "own mechanisms")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """A folder with two mechanisms, and the place where they are compiled."""
    folder, place = (
        write_two(tmp_path_factory.mktemp("once") / "own mechanisms"),
        tmp_path_factory.mktemp("build"),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(library, "_places", lambda: [place])
        compiled(folder)
    return folder, place


@pytest.fixture
def compiled_folder(made_once, tmp_path, monkeypatch):
    """That folder, and tmp_path/build a copy of the place."""
    folder, place = made_once
    shutil.copytree(place, tmp_path / "build", symlinks=True)
    monkeypatch.setattr(library, "_places", lambda: [tmp_path / "build"])
    return write_two(folder)


def compiled(folder):
    return library.compiled_library(folder, library._sources(folder))


def objects(folder, place):
    """When each object was made, by name."""
    return {path.stem: path.stat().st_ino for path in place.glob("work-*/*/*.o")}


def test_only_what_a_file_says_counts(compiled_folder, tmp_path, capsys):
    """Dates do not matter: an old date with a new text is compiled, a new date with the old text is not."""
    folder = compiled_folder
    place = tmp_path / "build"
    first = compiled(folder)
    made = objects(folder, place)
    assert {"one", "two"} <= set(made)
    os.utime(folder / "one.mod", (4e9, 4e9))
    assert compiled(folder) == first and objects(folder, place) == made
    (folder / "one.mod").write_text(LEAK.format(name="one", g=2e-5))
    os.utime(folder / "one.mod", (1e9, 1e9))
    capsys.readouterr()
    second = compiled(folder)
    assert capsys.readouterr().err.strip().endswith(f"what has changed in {folder}: one.mod")
    assert second != first
    again = objects(folder, place)
    assert again["two"] == made["two"] and again["one"] != made["one"]
    (folder / "law.inc").write_text(LAW.format(e=-80))
    third = compiled(folder)
    assert third not in (first, second), "what a file includes is part of it"
    assert not {made["one"], again["one"], made["two"]} & set(objects(folder, place).values())
    (folder / "one.mod").write_text(LEAK.format(name="one", g=1e-5))
    (folder / "law.inc").write_text(LAW.format(e=-70))
    assert compiled(folder) == first, "the first text is known by what it says"


def test_how_far_it_is_is_told(folder, capfd):
    """To whoever asks, as the command line's bar does; in a pipe nothing is said."""
    told = []
    library.compiled_library(folder, library._sources(folder), lambda done, words: told.append((done, words)))
    assert told == [(0.0, "compiling mechanism 1 of 2"), (0.0, "compiling mechanism 2 of 2")]
    (folder / "two.mod").write_text(LEAK.format(name="two", g=2e-5))
    told.clear()
    library.compiled_library(folder, library._sources(folder), lambda done, words: told.append(words))
    assert told == ["compiling mechanism 1 of 1"]
    assert capfd.readouterr().err.strip().endswith(f"what has changed in {folder}: two.mod")


def test_a_damaged_library_is_made_again(compiled_folder, capsys):
    folder = compiled_folder
    path = compiled(folder)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert compiled(folder) == path and path.stat().st_size == len(whole)
    assert "are damaged; they are made again" in capsys.readouterr().err
    path.with_suffix(".sha256").write_bytes(b"\xff\xfe nonsense")
    assert compiled(folder) == path
    path.unlink()
    assert compiled(folder).exists()


def test_a_compilation_that_was_killed_leaves_nothing_half_made(compiled_folder, tmp_path):
    """The mark of an unfinished one stands: its objects, perhaps cut short, are not used."""
    folder = compiled_folder
    compiled(folder)
    work = next((tmp_path / "build").glob("work-*"))
    (work / "unfinished").touch()
    for path in work.glob("*/*.o"):
        path.write_bytes(b"cut short")
    (folder / "one.mod").write_text(LEAK.format(name="one", g=3e-5))
    assert compiled(folder).stat().st_size > 1000
    assert not (work / "unfinished").exists()


def test_objects_that_do_not_link_are_made_again(compiled_folder, tmp_path):
    folder = compiled_folder
    compiled(folder)
    work = next((tmp_path / "build").glob("work-*"))
    next(work.glob("*/two.o")).write_bytes(b"cut short")
    (folder / "one.mod").write_text(LEAK.format(name="one", g=4e-5))
    assert compiled(folder).stat().st_size > 1000


def test_the_next_place_is_taken_where_the_first_cannot_be_written(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(library, "_places", lambda: [tmp_path / "file" / "build", tmp_path / "cache"])
    assert library._build_folder() == tmp_path / "cache"
    monkeypatch.setattr(library, "_places", lambda: [tmp_path / "file" / "build"])
    with pytest.raises(EngineError, match="can be written to none of"):
        library._build_folder()


def test_neuron_loads_ascii_paths_only(monkeypatch, tmp_path):
    monkeypatch.setattr(library, "PACKAGE", tmp_path / "prüfung" / "models")
    assert library._places() and all(str(place).isascii() for place in library._places())


def test_missing_compiler_says_what_to_install(folder, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(EngineError, match=r"no C\+\+ compiler found.*apt install g\+\+ make"):
        compiled(folder)


def test_broken_source_gives_the_compilers_words(folder, tmp_path):
    (folder / "one.mod").write_text("NEURON { SUFFIX one\nPARAMETER { broken")
    with pytest.raises(EngineError, match=r"compiling .* failed: .*line 2 in file one\.mod"):
        compiled(folder)
    assert not list((tmp_path / "build").glob("*.so"))
    (folder / "one.mod").write_text(LEAK.format(name="one", g=1e-5))
    assert compiled(folder).exists()


def test_two_files_of_one_mechanism_are_named(folder):
    shutil.copy(folder / "one.mod", folder / "copy.mod")
    with pytest.raises(EngineError, match=r"copy\.mod and one\.mod in .* both define one; rename one"):
        library.load_mechanisms(folder)


@pytest.mark.parametrize("given", ["nowhere", "."])
def test_a_folder_without_mechanisms_is_refused(tmp_path, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    expected = "it is no folder" if given == "nowhere" else "no .mod file in this folder"
    with pytest.raises(InputError, match=expected):
        library.load_mechanisms([given])


def test_loading_twice_is_harmless():
    library.load_mechanisms()
    library.load_mechanisms()
    assert {"pl_ions", "pl_nakpump", "pl_kleak"} <= nmodl.mechanism_names()


SLOW_TOOL = """#!/bin/sh
sleep 60 &
echo $! > compiler.part; mv compiler.part {pid}
wait
"""


def runs(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("number", "command"), [(signal.SIGINT, True), (signal.SIGTERM, False)], ids=["command", "library"]
)
def test_a_signal_during_compilation_ends_the_compilers_too(folder, tmp_path, number, command):
    """Of a command, and of a user's Python, which has no handler for SIGTERM."""
    tool, pid = tmp_path / "nrnivmodl", tmp_path / "pid"
    tool.write_text(SLOW_TOOL.format(pid=pid))
    tool.chmod(0o755)
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from models import interrupts\n"
        "from models.simulator import library\n"
        f"library.find_tool = lambda folder: {str(tool)!r}\n"
        f"library._places = lambda: [Path({str(tmp_path / 'build')!r})]\n"
        f"folder = Path({str(folder)!r})\n"
        f"{'interrupts.obey()' if command else ''}\n"
        "library.compiled_library(folder, library._sources(folder))"
    )
    run = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not pid.exists() and run.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    compiler = int(pid.read_text())
    try:
        assert runs(compiler)
        run.send_signal(number)
        assert run.wait(5) != 0
        deadline = time.monotonic() + 5
        while runs(compiler) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert not runs(compiler)
    finally:
        run.kill()
        if runs(compiler):
            os.kill(compiler, signal.SIGKILL)
    assert compiled(folder).exists(), "what was left is made anew"
