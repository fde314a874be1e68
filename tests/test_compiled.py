"""What numba keeps on disk: used again, made anew where damaged, done without where there is no room."""

import importlib.util
import warnings

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


@pytest.mark.parametrize("ending", ["nbi", "nbc"])
@pytest.mark.parametrize("fault", ["cut", "empty", "one bit", "something else", "a folder"])
def test_damaged_is_made_anew(module, tmp_path, ending, fault):
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
    with pytest.warns(UserWarning, match=words):
        assert again(4) == 8
    if fault != "a folder":  # and is whole from then on
        last = module()
        assert last(5) == 10 and sum(last.stats.cache_hits.values()) == 1


def test_a_full_disk_costs_no_run(module, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(caching.os, "replace", full)
    with pytest.warns(UserWarning, match=r"cannot be kept there \(No space left on device\)"):
        assert module()(3) == 6
    with warnings.catch_warnings():  # said once
        warnings.simplefilter("error")
        assert module()(4) == 8


def test_where_nothing_can_be_written_nothing_is_kept(module, monkeypatch):
    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    function = module()
    with pytest.warns(UserWarning, match="every run compiles anew"):
        assert function(3) == 6


def test_a_folder_that_cannot_be_written_leaves_the_users_own(module, tmp_path, monkeypatch):
    """A read-only checkout, here by a file in the place of its cache."""
    (tmp_path / "__pycache__").write_text("")
    home = tmp_path / "home"
    monkeypatch.setattr(caching.AppDirs, "user_cache_dir", str(home))
    assert module()(3) == 6
    assert list(home.rglob("twice*-hashed.*nbc"))
    again = module()
    assert again(4) == 8 and sum(again.stats.cache_hits.values()) == 1
