"""What numba keeps on disk: used again, made anew where damaged, done without where there is no room."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from numba.core import caching

from models import compiled


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A function that imports the same small file anew, as another process would."""
    monkeypatch.setattr(compiled, "_said", set())
    path = tmp_path / "twice.py"
    path.write_text("from models.compiled import compiled\n\n\n@compiled\ndef twice(x):\n    return 2 * x\n")

    def anew():
        spec = importlib.util.spec_from_file_location("twice", path)
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
        return made.twice

    return anew


def test_compiled_once(module, tmp_path):
    assert module()(3) == 6
    again = module()
    assert again(4) == 8
    assert sum(again.stats.cache_hits.values()) == 1


def test_imported_function_changed(tmp_path):
    """A function that calls one of another file is compiled anew when that one changes."""
    called = tmp_path / "called.py"
    (tmp_path / "calling.py").write_text(
        "from called import twice\n"
        "from models.compiled import compiled\n\n\n"
        "@compiled\ndef more(x):\n    return twice(x) + 1\n\n\n"
        "print(more(3), sum(more.stats.cache_hits.values()))\n"
    )
    place = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(Path.cwd())])}

    def run(factor):
        called.write_text(
            f"from models.compiled import compiled\n\n\n@compiled\ndef twice(x):\n    return {factor} * x\n"
        )
        command = [sys.executable, str(tmp_path / "calling.py")]
        return subprocess.run(command, env=place, capture_output=True, text=True, check=True).stdout.split()

    assert run(2) == ["7", "0"]
    assert run(2) == ["7", "1"]
    assert run(5) == ["16", "0"]


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("fault", ["cut", "empty", "one bit", "something else", "a folder"])
def test_damaged_is_made_anew(module, tmp_path, capfd, ending, fault):
    assert module()(3) == 6
    [path] = (tmp_path / "__pycache__").glob(f"*.{ending}")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    new = {"cut": data[: len(data) // 2], "empty": b"", "one bit": data, "something else": b"x" * 5000}
    if fault == "a folder":
        path.unlink()
        path.mkdir()
        words = "cannot be kept there"
    else:
        path.write_bytes(new[fault])
        words = "damaged; compiled anew"
    again = module()
    assert again(4) == 8
    assert words in capfd.readouterr().err
    if fault != "a folder":  # and is whole from then on
        last = module()
        assert last(5) == 10 and sum(last.stats.cache_hits.values()) == 1


def test_what_an_older_file_left_is_made_anew(tmp_path, monkeypatch):
    """Its argument's class had another name then."""
    monkeypatch.setattr(compiled, "_said", set())
    path = tmp_path / "renamed.py"
    for name in ("Before", "Afterwards"):
        path.write_text(
            "from typing import NamedTuple\nfrom models.compiled import compiled\n\n\n"
            f"class {name}(NamedTuple):\n    by: float\n\n\n@compiled\ndef times(x):\n    return 3 * x.by\n"
        )
        spec = importlib.util.spec_from_file_location("renamed", path)
        made = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, "renamed", made)
        spec.loader.exec_module(made)
        assert made.times(getattr(made, name)(2.0)) == 6


def test_a_full_disk_costs_no_run(module, monkeypatch, capfd):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.os, "replace", full)
    assert module()(3) == 6
    assert "cannot be kept there (No space left on device)" in capfd.readouterr().err
    assert module()(4) == 8
    assert capfd.readouterr().err == ""  # said once


def test_where_nothing_can_be_written_nothing_is_kept(module, monkeypatch, capfd):
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    assert module()(3) == 6
    assert "every run compiles anew" in capfd.readouterr().err


def test_a_folder_that_cannot_be_written_leaves_the_users_own(module, tmp_path, monkeypatch):
    """A read-only checkout, here by a file in the place of its cache."""
    (tmp_path / "__pycache__").write_text("")
    home = tmp_path / "home"
    monkeypatch.setattr(caching.AppDirs, "user_cache_dir", str(home))
    assert module()(3) == 6
    assert list(home.rglob("twice*-hashed.*nbc"))
    again = module()
    assert again(4) == 8 and sum(again.stats.cache_hits.values()) == 1


def test_the_package_by_its_other_name_is_not_loaded_with_what_is_kept(tmp_path):
    """In a clone it is models and, by an editable installation of the same files, pumpleak."""
    code = (
        "import sys, importlib.util as u\n"
        "name, root = sys.argv[1:]\n"
        "spec = u.spec_from_file_location(name, root + '/__init__.py', submodule_search_locations=[root])\n"
        "sys.modules[name] = u.module_from_spec(spec)\n"
        "spec.loader.exec_module(sys.modules[name])\n"
        "flux = importlib.import_module(name + '.physics.flux')\n"
        "assert flux.log_mean(2.0, 2.0) == 2\n"
        "print(sum(flux.log_mean.stats.cache_hits.values()), *{m.partition('.')[0] for m in sys.modules})"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    for name, hits in (("pumpleak", "0"), ("models", "0"), ("models", "1")):
        command = [
            sys.executable,
            "-c",
            "import importlib\n" + code,
            name,
            str(Path(compiled.__file__).parent),
        ]
        run = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        found = run.stdout.split()
        assert found[0] == hits and len({"models", "pumpleak"} & set(found)) == 1
