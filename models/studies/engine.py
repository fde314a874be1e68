"""Who computes the members: Dask's workers, on this machine or wherever a scheduler has them."""

import logging
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

from ..errors import EngineError, InputError
from . import process
from .carrier import answer, everywhere, submit
from .rows import KILLED, Job, Row
from .vary import Value

Numbered = tuple[int, Mapping[str, Value]]
Keep = Callable[[list[Row], Mapping[int, Mapping[str, Value]]], None]
BATCH = 1.0  # s that a batch of members is to take: long beside what sending it costs
LARGEST = 500  # members of a batch
BATCHES = 100  # a second, that one scheduler and one store have time for
AHEAD = 2  # batches that a worker has, one of them waiting
LOST = 3  # workers that may be lost with a batch, before what is in it is given up
COUNTED = 5.0  # s after which workers are counted again, which come and go
WAIT = 60.0  # s for a scheduler to answer, and for its first worker


class Crew:
    """The workers that there are. client: Dask's."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._size, self._counted = 0, -math.inf

    @property
    def size(self) -> int:
        """How many members are computed at a time; workers are counted again every few seconds."""
        if time.monotonic() - self._counted > COUNTED:
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
            self._size, self._counted = sum(worker["nthreads"] for worker in workers), time.monotonic()
        return self._size

    def describe(
        self, job: Job, names: list[str], first: Mapping[str, Value], limit: float | None
    ) -> dict[str, Any]:
        """See `Bench.describe`."""
        with _watched():
            return answer(submit(self._client, process.describe, job, names, first, limit))

    def try_one(self, job: Job, first: Mapping[str, Value], limit: float | None) -> None:
        """See `Bench.try_one`."""
        with _watched():
            answer(submit(self._client, process.try_one, job, first, limit))

    def carry_out(
        self, job: Job, members: Iterator[Numbered], number: int, limit: float | None, keep: Keep
    ) -> float:
        """Compute members, so many, and keep each; how many seconds of a worker's time they took. keep:
        called with rows and the values of their members as they come. EngineError where the workers are
        gone."""
        from distributed import as_completed

        found, waiting = as_completed(loop=self._client.loop), {}
        sizes, spent = _Sizes(number), 0.0

        def send(batch: Sequence[Numbered], lost: int = 0) -> None:
            future = submit(self._client, process.do_members, job, batch, limit)
            waiting[future.key] = (batch, lost)
            found.add(future)

        def fill() -> None:
            workers = max(self.size, 1)
            while len(waiting) < AHEAD * workers:
                batch = list(islice(members, sizes.next(workers)))
                if not batch:
                    return
                send(batch)

        with _watched():
            fill()
            for ready in found.batches():  # what has come meanwhile is kept together
                rows: list[Row] = []
                given: dict[int, Mapping[str, Value]] = {}
                for future in ready:
                    batch, lost = waiting.pop(future.key)
                    own, seconds = self._result(future, batch, lost + 1)
                    rows, given, spent = rows + own, given | dict(batch), spent + seconds
                    if own:
                        sizes.took(len(own), seconds)
                        continue
                    for one in [batch] if len(batch) == 1 else [[member] for member in batch]:
                        send(one, lost + 1)
                keep(rows, given)
                fill()
        return spent

    def _result(self, future: Any, batch: Sequence[Numbered], lost: int) -> tuple[list[Row], float]:
        """What a batch has become; no rows where its worker was lost and it is to be sent once more."""
        from concurrent.futures import CancelledError

        from distributed import KilledWorker

        try:
            return answer(future)
        except (KilledWorker, CancelledError) as error:
            if self._client.status != "running":
                raise EngineError(GONE) from None
            if lost < LOST or len(batch) > 1:
                return [], 0.0
            why = f"{lost} workers were lost with it ({type(error).__name__})"
            return [Row(number, reason=KILLED, why=why) for number, _ in batch], 0.0
        finally:
            future.release()


GONE = "the scheduler is gone; what was found is kept, and --resume (resume=True) goes on with it"


class _Sizes:
    """How many members the next batch has: as many as take BATCH seconds, or longer where many workers ask
    for the next; fewer where few are left, so that all workers have some to the end. left: to be sent."""

    def __init__(self, left: int) -> None:
        self._left, self._last, self._each = left, 1, 0.0

    def next(self, workers: int) -> int:
        """The size of the batch that is sent now."""
        wanted = max(BATCH, workers / BATCHES) / self._each if self._each else 1
        size = min(LARGEST, math.ceil(wanted), 2 * self._last, math.ceil(self._left / (AHEAD * workers)))
        self._last = max(1, size)
        self._left = max(0, self._left - self._last)
        return self._last

    def took(self, members: int, seconds: float) -> None:
        """What a batch took."""
        self._each = max(seconds / members, 1e-6)


@contextmanager
def crew(workers: int | None, scheduler: str | None) -> Iterator[Crew]:
    """Workers within a `with`: so many processes of this machine (default: one a core), or those of a
    scheduler, by its address or file. InputError for one that does not answer or has no worker."""
    import dask
    from distributed import Client, LocalCluster

    with _unsaid(), dask.config.set({"distributed.admin.large-graph-warning-threshold": "100MB"}):
        if scheduler is None:
            number = workers or len(os.sched_getaffinity(0))
            # its workers are threads of this process, and each has a process with NEURON
            cluster = LocalCluster(
                n_workers=number, threads_per_worker=1, processes=False, dashboard_address="127.0.0.1:0",
                silence_logs="CRITICAL",
            )  # fmt: skip
            client = Client(cluster, set_as_default=False)
        else:
            cluster, client = None, _connected(scheduler)
        try:
            yield Crew(client)
        finally:
            with suppress(Exception):  # what is gone needs no ending
                everywhere(client, process.end_processes)
            process.end_processes()
            with suppress(Exception):
                client.close(timeout=5)
            if cluster is not None:
                with suppress(Exception):
                    cluster.close(timeout=5)


def _connected(scheduler: str) -> Any:
    from distributed import Client

    is_file = "://" not in scheduler
    if is_file and not Path(scheduler).is_file():
        raise InputError(
            f"--scheduler {scheduler}: expected tcp://HOST:PORT or the file that a scheduler wrote"
        )
    try:
        given = {"scheduler_file": scheduler} if is_file else {"address": scheduler}
        # a default one would stay behind in the user's process where this one does not answer
        client = Client(**given, timeout=WAIT / 4, set_as_default=False)
    except (OSError, TimeoutError, ValueError, KeyError, AssertionError) as error:
        raise InputError(
            f"--scheduler {scheduler}: does not answer ({error or type(error).__name__})"
        ) from None
    try:
        client.wait_for_workers(1, timeout=WAIT)
    except Exception:
        client.close()
        raise InputError(f"--scheduler {scheduler}: has no worker; expected one within {WAIT:g} s") from None
    return client


@contextmanager
def _unsaid() -> Iterator[None]:
    """What Dask says of workers that come and go is kept from the terminal."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] == "distributed"]
    # some of Dask's have a level of their own
    loggers = [logging.getLogger(name) for name in ("distributed", "asyncio", "tornado", *names)]
    before = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


@contextmanager
def _watched() -> Iterator[None]:
    """Errors of a connection that is gone, as one sentence."""
    from concurrent.futures import CancelledError

    from distributed.comm import CommClosedError

    try:
        yield
    except (CommClosedError, CancelledError, OSError) as error:
        if isinstance(error, CancelledError | CommClosedError | ConnectionError | TimeoutError):
            raise EngineError(GONE) from None
        raise
