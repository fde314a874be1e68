"""The process in which members are computed, one NEURON in each, and what is done when it dies or hangs.

A Dask worker has one such process a thread. It lives as long as the worker: the cell in it stays warm.
"""

import os
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import cache
from multiprocessing import current_process
from typing import Any

from ..errors import EngineError, PumpleakWarning
from ..version import VERSION
from .rows import KILLED, LATE, Job, Row
from .vary import Value

ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
# a process grows by its cell and what is compiled for it; loky would end it as one that leaks
LET_GROW = {"LOKY_MAX_MEMORY_LEAK_SIZE": "1e18"}
UNSAID = "ignore:resource_tracker"  # what loky's own helper says of a study that was killed
TRIES = 2  # of a member whose process dies
Members = Sequence[tuple[int, Mapping[str, Value]]]

_beginning = threading.Lock()
_processes: dict[int, Any] = {}  # by thread of a worker: a pool of one process


def do_members(job: Job, members: Members, limit: float | None) -> tuple[list[Row], float]:
    """Compute members, in a Dask worker; what became of each, and how long it took (s). limit: s, of one.

    A member whose process dies is tried once more in another; one that takes longer than the limit is given
    up.
    """
    from loky.process_executor import ShutdownExecutorError

    _check_version(job)
    began, rows, left, deaths = time.perf_counter(), [], deque(members), 0
    while left:
        pool, number = _process(), left[0][0]
        try:
            pool.submit(_warm, job).result()  # what a process needs once is no member's time
            ahead: list[Future[Row]] = [pool.submit(_compute, job, *one) for one in left]
            for future in ahead:
                number = left[0][0]
                rows.append(future.result(limit))
                left.popleft()
                deaths = 0
            continue
        except ShutdownExecutorError:
            continue  # ended with another study that this worker had
        except TimeoutError:
            rows.append(Row(number, reason=LATE, why=f"took longer than {limit:g} s"))
            left.popleft()
        except BrokenProcessPool as error:
            deaths += 1
            if deaths == TRIES:
                rows.append(Row(number, reason=KILLED, why=f"its process ended twice ({_how(error)})"))
                left.popleft()
                deaths = 0
        _end(pool)
    return rows, time.perf_counter() - began


def describe(job: Job, names: list[str], first: Mapping[str, Value], limit: float | None) -> dict[str, Any]:
    """See `Bench.describe`; in a Dask worker. limit: as of a member (s)."""
    _check_version(job)
    how = ""
    for _ in range(TRIES):
        try:
            _asked(None, _warm, job)
            return _asked(limit, _describe, job, names, first)
        except TimeoutError:
            _end(_process())
            raise EngineError(f"the first cell is not built within the time limit, {limit:g} s") from None
        except BrokenProcessPool as error:
            _end(_process())
            how = _how(error)
    raise EngineError(
        f"the process that builds the cell ended twice ({how}); rest --cell {job['cell']} may say why"
    )


def try_one(job: Job, first: Mapping[str, Value], limit: float | None) -> None:
    """See `Bench.try_one`; in a Dask worker. What befalls a member is said in its row, not here."""
    try:
        _asked(limit, _try_one, job, first)
    except (TimeoutError, BrokenProcessPool):
        _end(_process())


def _asked(limit: float | None, function: Callable[..., Any], *arguments: Any) -> Any:
    """What the process of this thread answers; another is asked where it ended with another study's end."""
    from loky.process_executor import ShutdownExecutorError

    while True:
        with suppress(ShutdownExecutorError):
            return _process().submit(function, *arguments).result(limit)


def _check_version(job: Job) -> None:
    """EngineError in a worker of another version than the study's."""
    if job["pumpleak"] != VERSION:
        raise EngineError(
            f"a worker has pumpleak {VERSION}, the study {job['pumpleak']}; expected one version everywhere"
        )


def end_processes() -> None:
    """End the processes of this worker."""
    for pool in list(_processes.values()):
        _end(pool)


def _process() -> Any:
    """The process of this thread, begun where there is none."""
    from loky import ProcessPoolExecutor

    me, process = threading.get_ident(), current_process()
    with _beginning:
        if me in _processes:
            return _processes[me]
        if UNSAID not in sys.warnoptions:
            sys.warnoptions.append(UNSAID)
        # a worker that a nanny watches is one that may have no processes of its own
        daemon = process._config.pop("daemon", None)  # type: ignore[attr-defined]
        try:
            pool = ProcessPoolExecutor(
                1,
                timeout=None,
                initializer=_begin,
                initargs=(os.getpid(), sys.path),
                env=ONE_THREAD | LET_GROW,
            )
            pool.submit(os.getpid).result()
        finally:
            if daemon is not None:
                process._config["daemon"] = daemon  # type: ignore[attr-defined]
        _processes[me] = pool
    return pool


def _end(pool: Any) -> None:
    for thread, own in list(_processes.items()):
        if own is pool:
            del _processes[thread]
    pool.shutdown(wait=True, kill_workers=True)


def _how(error: BaseException) -> str:
    """By which signal or status a process ended, of loky's sentence."""
    _, found, after = str(error).partition("exit codes of the workers are {")
    return after.partition("}")[0] if found else "no exit status"


# ---------------------------------------------------------------------- in that process


def _begin(parent: int, path: list[str]) -> None:
    """Begin a process: it ends with its worker, and leaves Ctrl-C to it."""
    import signal

    sys.path[:] = path
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore", PumpleakWarning)  # what a cell warns of is said once, of the first
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


@cache
def _bench() -> Any:
    from .member import Bench  # with it comes NEURON, which the worker itself does without

    return Bench()


def _describe(job: Job, names: list[str], first: Mapping[str, Value]) -> dict[str, Any]:
    return _bench().describe(job, names, first)


def _try_one(job: Job, first: Mapping[str, Value]) -> None:
    _silence()
    _bench().try_one(job, first)


def _warm(job: Job) -> None:
    _bench().warm(job)


@cache
def _silence() -> None:
    """What NEURON prints, on its end too, is in no order among many processes; reasons are in the rows."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)


def _compute(job: Job, number: int, given: Mapping[str, Value]) -> Row:
    _silence()
    return _bench().do(job, number, given)
