"""A folder of results that is whole, the old one or the new one, at every moment.

A run's files are made in a hidden folder beside their place. At the end the two folders change places in one
step of the file system, so that whatever ends the process, one result or the other is there. What else the
folder holds is the user's and stays: files are linked into the new folder before that step, folders moved
into it right after.

Where folders cannot change places (the current folder, a mount point, somebody else's folder, a file system
without that step) the files are moved one by one; should the process be killed in the middle, the next run
moves the others. A lock, which ends with its process, tells the folders of dead runs from those of living
ones.
"""

import ctypes
import fcntl
import json
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .. import interrupts
from ..errors import InputError
from ..interrupts import held, moving

PREFIX = ".pumpleak-"
NEW, NOTE = "new", "note.json"
HERE = -100  # AT_FDCWD
EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


class Work:
    """The hidden folder of one run. Beside its files lies a note: place, relative to where the hidden
    folder lies; files, the names that are results, all others being the user's; and, where files are moved
    one by one, gone, those to be removed.

    path: of the folder.
    new: where its files are made and, once folders have changed places, what was there before.
    kept: whether what is in it is needed yet.
    """

    def __init__(self, path: Path, locked: bool):
        self.path, self.new, self.kept = path, path / NEW, False
        self._lock: int | None = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # somebody has it, or the file system knows no locks
            if locked:
                os.close(self._lock)
                raise

    def note(self, place: str, files: set[str], gone: list[str] | None = None) -> None:
        """Say, to whoever finds this folder, what is in it."""
        text = json.dumps({"place": place, "files": sorted(files), "gone": gone})
        draft = self.path / "draft"
        draft.write_text(text, encoding="utf-8")
        os.replace(draft, self.path / NOTE)

    def finish(self) -> None:
        """Move what, by the note, is still to be moved."""
        try:
            said = json.loads((self.path / NOTE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        place, gone = self.path.parent / said["place"], said["gone"]
        for name in gone or []:
            with suppress(FileNotFoundError):
                os.unlink(place / name)
        for name in sorted(os.listdir(self.new)) if self.new.is_dir() else []:
            if name in said["files"]:
                if gone is not None:
                    os.replace(self.new / name, place / name)
            elif not os.path.lexists(place / name):  # the user's; what was linked is there already
                os.rename(self.new / name, place / name)

    def discard(self) -> None:
        """Remove this folder with the files in it, but no folder of the user's."""
        if not self.kept:
            with suppress(OSError):
                for name in os.listdir(self.new):
                    if not _is_folder(self.new / name):
                        os.unlink(self.new / name)
                os.rmdir(self.new)
            if not os.path.lexists(self.new):
                shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _is_folder(path: Path) -> bool:
    return stat.S_ISDIR(os.lstat(path).st_mode)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other run takes up or places anything in `folder` meanwhile."""
    lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # a file system without locks
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _begin(home: Path) -> Work:
    """A hidden folder in `home`."""
    with _alone(home):
        path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=home))
        (path / NEW).mkdir()
        return Work(path, locked=False)


def sweep(home: Path) -> None:
    """Bring to an end what dead runs have left in `home`."""
    with suppress(OSError), _alone(home):
        for path in sorted(home.glob(f"{PREFIX}*")):
            with suppress(OSError, ValueError):  # it lives, or is none of ours
                work = Work(path, locked=True)
                try:
                    work.finish()
                finally:
                    work.discard()


@contextmanager
def staged(folder: Path) -> Iterator[Work]:
    """Yield a `Work` for the files that will be in `folder`; `place` puts them there."""
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()
    home = folder.parent if _may_change_places(folder) else folder
    with held():
        try:
            work = _begin(home)
        except OSError:
            work = _begin(folder)  # the folder is the user's to write, what it lies in is not
        interrupts.at_exit.append(work.discard)
    try:
        yield work
    finally:
        with held():
            if work.discard in interrupts.at_exit:
                interrupts.at_exit.remove(work.discard)
            work.discard()


def _may_change_places(folder: Path) -> bool:
    """Whether another folder may take the place of this one without anybody being left in the old one."""
    here = Path.cwd()
    own = folder.stat().st_uid == os.geteuid()
    return own and folder not in (here, *here.parents) and not os.path.ismount(folder)


def place(work: Work, folder: Path, files: list[str], experiment: str, words: str) -> list[str]:
    """Put the files of a run into `folder`, in place of the earlier result of the same experiment.

    words: the command's last words, should it be interrupted from then on. Returns the names of the earlier
    result's files that the new one does not have; they are gone. OSError where nothing was changed,
    InputError where something was.
    """
    folder = folder.resolve()
    with _alone(folder.parent), held(), moving:
        folder.mkdir(exist_ok=True)
        gone = sorted(_earlier(folder, experiment) - set(files))
        results = {*files, *gone}
        for name in results:
            if os.path.lexists(folder / name) and _is_folder(folder / name):
                raise OSError(f"{name} is a folder there")
        beside = work.path.parent == folder.parent and _may_change_places(folder)
        if beside and _change_places(work, folder, results):
            _finish(work, folder)
        else:
            inside = _inside(work, folder)
            try:
                inside.note(".", results, gone)
                _finish(inside, folder)
            finally:
                inside.discard()
        interrupts.sentence = words
    return gone


def _finish(work: Work, folder: Path) -> None:
    try:
        work.finish()
    except OSError as error:
        work.kept = True
        raise InputError(
            f"{folder}: not all files could be put there ({error.strerror}); the others are in {work.path}, "
            "and the next run into that folder goes on with them"
        ) from None


def _earlier(folder: Path, experiment: str) -> set[str]:
    """The files of the result of an experiment that `folder` holds, as its summary names them."""
    try:
        if not (folder / "summary.json").is_file():
            return set()
        made = json.loads((folder / "summary.json").read_text(encoding="utf-8"))["provenance"]
        named = made["files"] if made["experiment"] == experiment else []
        # names alone: whatever a file says, nothing elsewhere is touched
        return {str(name) for name in named if os.path.basename(str(name)) == name}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _change_places(work: Work, folder: Path, results: set[str]) -> bool:
    """Let the new folder and the old one change places; False, and nothing done, where they cannot."""
    linked = []
    try:
        work.note(folder.name, results)
        for name in os.listdir(folder):
            if name not in results and not _is_folder(folder / name):
                os.link(folder / name, work.new / name, follow_symlinks=False)
                linked.append(name)
        with suppress(OSError):
            os.chown(work.new, -1, folder.stat().st_gid)
        with suppress(OSError):
            shutil.copystat(folder, work.new)
        exchange(folder, work.new)
    except OSError:
        for name in linked:
            os.unlink(work.new / name)
        return False
    return True


def exchange(one: Path, other: Path) -> None:
    """Two folders change places in one step. OSError where that cannot be."""
    system = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    try:
        if sys.platform == "darwin":
            failed = system.renamex_np(*names, ctypes.c_uint(EXCHANGE))
        else:
            failed = system.renameat2(HERE, names[0], HERE, names[1], ctypes.c_uint(EXCHANGE))
    except AttributeError:  # an older system
        raise OSError("folders cannot change places") from None
    if failed:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _inside(work: Work, folder: Path) -> Work:
    """The work with its files within `folder` itself, from where they can be moved in any case."""
    if work.path.parent == folder:
        return work
    inside = _begin(folder)
    try:
        for name in os.listdir(work.new):
            shutil.move(work.new / name, inside.new / name)
    except BaseException:
        inside.discard()
        raise
    return inside
