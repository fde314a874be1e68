"""Work on a copy of this process, so that nothing of the user's model can be changed by it.

NEURON is one global state in a process: clock, integrator, queue of events, random streams, variables of
mechanisms that no language reaches. What is done in a copy (fork) leaves all of it as it was, bit for bit.
"""

import contextlib
import gc
import os
import pickle
import signal
import struct
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeVar

from ..errors import EngineError, PumpleakError
from ..interrupts import at_exit, held
from ..words import Progress, silent
from .runtime import flush, h

T = TypeVar("T")
SIZE = struct.Struct("<Q")  # before every message from the copy: how long it is
DONE, FAILED, WORKING = range(3)


def in_a_copy(work: Callable[[Progress], T], progress: Progress = silent) -> T:
    """What `work` returns, plain data, where it is done in a copy of this process, in which it may do what
    it wants.

    work: called with a function that tells how much is done; progress: told the same here. What it prints is
    lost. Raises its PumpleakError, or EngineError where the copy ends without a word.
    """
    flush()
    reading, writing = os.pipe()
    with _one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads of numpy's, which wait for work
        child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_copy(work, writing)
    os.close(writing)
    return _hear(child, reading, progress)


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """NEURON's own threads, which a copy has not, put away meanwhile."""
    parallel = h.ParallelContext()
    threads = int(parallel.nthread())
    if threads > 1:
        parallel.nthread(1)
    try:
        yield
    finally:
        if threads > 1:
            parallel.nthread(threads)


def _be_the_copy(work: Callable[[Progress], Any], writing: int) -> None:
    """Work, tell what came of it and end, without any of the ways in which Python ends."""
    status = 1
    try:
        gc.disable()  # what is collected here is not ours to end
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        with os.fdopen(writing, "wb") as to:
            _tell(to, *_outcome(work, to))
        status = 0
    finally:
        os._exit(status)


def _outcome(work: Callable[[Progress], Any], to: BinaryIO) -> tuple[int, Any]:
    try:
        return DONE, work(lambda done, label: _tell(to, WORKING, (done, label)))
    except PumpleakError as error:
        return FAILED, error
    except RuntimeError as error:  # as NEURON raises them
        words = " ".join(str(error).split("hoc_execerror: ")[-1].split())
        return FAILED, EngineError(f"NEURON cannot do this with the model ({words})")
    except Exception as error:
        error.add_note(traceback.format_exc())
        return FAILED, error


def _tell(to: BinaryIO, kind: int, what: Any) -> None:
    text = pickle.dumps((kind, what))
    to.write(SIZE.pack(len(text)) + text)
    to.flush()


def _hear(child: int, reading: int, progress: Progress) -> Any:
    """What the copy says last; it ends with whoever waits for it."""

    def stop() -> None:
        with contextlib.suppress(OSError):
            os.kill(child, signal.SIGKILL)

    at_exit.append(stop)
    heard: tuple[int, Any] | None = None
    try:
        with os.fdopen(reading, "rb") as said:
            while len(size := said.read(SIZE.size)) == SIZE.size:
                heard = pickle.loads(said.read(*SIZE.unpack(size)))
                if heard[0] == WORKING:
                    progress(*heard[1])
    except BaseException:
        stop()
        raise
    finally:
        with held(), contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
        with contextlib.suppress(ValueError):  # called already, where the process is about to end
            at_exit.remove(stop)
    if heard is None or heard[0] == WORKING:
        raise EngineError("NEURON ended with this model, without a word of why")
    if heard[0] == FAILED:
        raise heard[1]
    return heard[1]
