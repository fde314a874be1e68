"""Results are whole, the old ones or the new ones, wherever the process ends."""

import json
import os
import signal
from functools import partial
from pathlib import Path

import pytest

from models import InputError, interrupts
from models.show import placing
from models.show.output import check_writable, output

STEPS = ("rename", "replace", "link", "unlink", "rmdir", "mkdir", "chown", "open", "close", "listdir")


@pytest.fixture(autouse=True)
def last_words(monkeypatch):
    monkeypatch.setattr(interrupts, "sentence", interrupts.sentence)


def write(folder: Path, what: str, *others: str, experiment: str = "block") -> None:
    """A result of which every file says `what`."""
    with output(folder, experiment, {"cell": what}) as files:
        for name in ("a.csv", "b.csv", *others):
            files.path(name).write_text(what)
        files.summary(experiment, {"value": what})


def seen(folder: Path) -> set[tuple[str, str]]:
    """The names of the result's files with what each says."""
    found = {(path.name, path.read_text()) for path in folder.glob("*.csv")}
    summary = json.loads((folder / "summary.json").read_text())
    return found | {("summary.json", summary["value"])}


OLD = {("a.csv", "old"), ("b.csv", "old"), ("only.csv", "old"), ("summary.json", "old")}
FRESH = {("a.csv", "new"), ("b.csv", "new"), ("more.csv", "new"), ("summary.json", "new")}


def dies_at(step: int, how, act) -> bool:
    """Whether `act`, in a process of its own, gets to its step number `step` and there meets `how`."""
    child = os.fork()
    if child == 0:
        count = 0

        def counted(function):
            def call(*arguments, **options):
                nonlocal count
                count += 1
                if count == step:
                    how()
                return function(*arguments, **options)

            return call

        for name in STEPS:
            setattr(os, name, counted(getattr(os, name)))
        placing.exchange = counted(placing.exchange)
        try:
            act()
        except KeyboardInterrupt:
            os._exit(2)
        finally:
            os._exit(0 if count < step else 3)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def every_step(tmp_path, how, act, check) -> int:
    """Let `act` meet `how` at each of its steps, from the same start, and check what is left; how many."""
    step = 0
    while True:
        step += 1
        base = tmp_path / str(step)
        out = base / "out"
        write(out, "old", "only.csv")
        (out / "notes.txt").write_text("mine")
        (out / "figures").mkdir()
        (out / "figures" / "f.txt").write_text("mine too")
        met = dies_at(step, how, partial(act, out))
        check(base, out)
        if not met:
            return step
        assert step < 300


def test_killed_at_any_step_one_result_is_whole(tmp_path):
    kinds = set()

    def check(base, out):
        found = seen(out)
        assert found in (OLD, FRESH)
        kinds.add(len(found & OLD) > 0)
        assert (out / "notes.txt").read_text() == "mine"
        check_writable(out)  # as the next run does
        assert seen(out) == found
        assert (out / "notes.txt").read_text() == "mine"
        assert (out / "figures" / "f.txt").read_text() == "mine too"
        assert os.listdir(base) == ["out"] and not list(out.glob(".*"))

    steps = every_step(tmp_path, kill, lambda out: write(out, "new", "more.csv"), check)
    assert steps > 20 and kinds == {True, False}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_at_any_step_tells_the_truth(tmp_path, number):
    """Whoever is told that nothing was written finds the old result, the others the new one."""

    def act(out):
        interrupts.sentence = interrupts.NOTHING
        signal.signal(number, signal.default_int_handler)
        try:
            write(out, "new", "more.csv")
        except KeyboardInterrupt:
            interrupts.leave()
        finally:
            (out.parent / "said").write_text(interrupts.last_words())

    def check(base, out):
        said = (base / "said").read_text()
        assert seen(out) == (OLD if "nothing was written" in said else FRESH)
        assert (out / "notes.txt").exists() and (out / "figures" / "f.txt").exists()
        assert sorted(os.listdir(base)) == ["out", "said"] and not list(out.glob(".*"))

    every_step(tmp_path, lambda: signal.raise_signal(number), act, check)


def test_where_folders_cannot_change_places_the_next_run_goes_on(tmp_path, monkeypatch):
    """The current folder: whoever is in it must not be left in an old one. Killed in the moves, the rest of
    them is made by the next run."""

    def act(out):
        os.chdir(out)
        write(Path("."), "new", "more.csv")

    def check(base, out):
        assert (out / "notes.txt").exists() and (out / "figures" / "f.txt").exists()
        there = out.stat().st_ino
        check_writable(out)
        assert seen(out) in (OLD, FRESH) and out.stat().st_ino == there
        assert os.listdir(base) == ["out"] and not list(out.glob(".*"))

    every_step(tmp_path, kill, act, check)


def test_no_exchange_no_harm(tmp_path, monkeypatch):
    def refused(*_):
        raise OSError("no such step")

    monkeypatch.setattr(placing, "exchange", refused)
    out = tmp_path / "out"
    write(out, "old", "only.csv")
    (out / "notes.txt").write_text("mine")
    write(out, "new", "more.csv")
    assert seen(out) == FRESH and (out / "notes.txt").read_text() == "mine"
    assert os.listdir(tmp_path) == ["out"] and not list(out.glob(".*"))


def test_only_the_same_experiments_files_are_replaced(tmp_path):
    write(tmp_path / "out", "old", "only.csv", experiment="rest")
    write(tmp_path / "out", "new", "more.csv", experiment="block")
    assert seen(tmp_path / "out") == FRESH | {("only.csv", "old")}


def test_two_runs_at_once_leave_one_result(tmp_path):
    out = tmp_path / "out"
    with output(out, "block", {}) as one, output(out, "block", {}) as other:
        for files, what in ((one, "one"), (other, "other")):
            files.path("a.csv").write_text(what)
            files.summary("block", {"value": what})
        check_writable(out)  # a third run begins, and leaves what lives alone
    assert seen(out) == {("a.csv", "one"), ("summary.json", "one")}
    assert os.listdir(tmp_path) == ["out"]


def test_a_failed_run_leaves_no_trace(tmp_path):
    out = tmp_path / "out"
    write(out, "old", "only.csv")
    with pytest.raises(InputError, match="earlier results are untouched"):
        with output(out, "block", {}) as files:
            files.path("a.csv").write_text("new")
            raise OSError(28, "No space left on device")
    assert seen(out) == OLD and os.listdir(tmp_path) == ["out"]


def test_a_folder_in_a_files_place_is_kept(tmp_path):
    (tmp_path / "out" / "a.csv").mkdir(parents=True)
    with pytest.raises(InputError, match=r"a\.csv is a folder"):
        write(tmp_path / "out", "new")
    assert (tmp_path / "out" / "a.csv").is_dir()


def test_links_modes_and_odd_files_are_kept(tmp_path):
    out = tmp_path / "out"
    write(out, "old", "only.csv")
    out.chmod(0o750)
    (out / "gone").symlink_to("nowhere")
    os.mkfifo(out / "pipe")
    link = tmp_path / "link"
    link.symlink_to("out")
    write(link, "new", "more.csv")
    assert link.is_symlink() and seen(out) == FRESH
    assert os.readlink(out / "gone") == "nowhere" and (out / "pipe").is_fifo()
    assert out.stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize(
    ("folder", "words"),
    [
        ("x" * 300, "File name too long"),
        ("no/such/" + "x" * 300, "File name too long"),
        ("/".join(["x" * 200] * 30), "File name too long"),
        ("file", "File exists"),
        ("file/below", "Not a directory"),
        ("dangling", "File exists"),
        ("circle", "File exists"),
        ("a\0b", "embedded null"),
    ],
)
def test_a_folder_that_cannot_be_is_refused_before_the_run(tmp_path, folder, words):
    (tmp_path / "file").write_text("")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to("circle")
    before = sorted(os.listdir(tmp_path))
    with pytest.raises(InputError, match=words):
        check_writable(tmp_path / folder)
    assert sorted(os.listdir(tmp_path)) == before


def test_somebody_elses_folder_is_refused(tmp_path):
    """As a user without rights: root may write anywhere."""
    if os.geteuid() == 0:
        child = os.fork()
        if child == 0:
            tmp_path.chmod(0o755)
            for path in (*tmp_path.parents,):
                if path != Path("/"):
                    os.chmod(path, path.stat().st_mode | 0o055)
            os.setuid(65534)
            try:
                check_writable(tmp_path / "out")
            except InputError as error:
                os._exit(0 if "Permission denied" in str(error) else 4)
            finally:
                os._exit(5)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    else:
        tmp_path.chmod(0o555)
        with pytest.raises(InputError, match="Permission denied"):
            check_writable(tmp_path / "out")
