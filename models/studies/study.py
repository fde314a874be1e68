"""One question asked of many cells: a grid, a sample, a cohort or the rows of a file."""

import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BalanceError, InputError, notify, warn_of
from ..parameters.arguments import check_callable, whole
from ..words import count, duration
from . import vary
from .definition import ALL, Definition
from .design import Design
from .engine import Crew, crew
from .read import buildable, read_definition, read_written
from .rows import Row
from .store import NAME, Store
from .study_result import StudyResult

FEW = 1000  # members, whose cost nobody has to know before
CHUNK = 1_000_000  # members that are looked at together
TIMED = 5  # members that are computed to know it
MANY, LONG = 100_000, 86_400.0  # members, and seconds, beyond which a study begins on a second word alone


def study(
    definition: str | Path | Mapping[str, Any] | None = None,
    out: str | Path = "results/study",
    workers: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    anew: bool = False,
    yes: bool = False,
    progress: Callable[..., None] | None = None,
    **tables: Any,
) -> StudyResult:
    """Compute the same of many cells.

    definition: a TOML file (docs/studies.md); left out, its keys are given here, cell="neuron",
    compute="rest", vary={"ko": "1:20:20"}; with resume alone, what the store says.
    out: a folder, in which the store is.
    workers: processes on this machine (default: one a core).
    scheduler: address or file of a Dask scheduler whose workers are taken instead.
    resume: go on with the store that is there, which has to be of this study.
    anew: begin in the place of a store that is there.
    yes: begin even where it takes longer than a day or has more than 100,000 members.
    progress: called with the share of the members that are done, 0 to 1, and words.

    Returns the members' numbers, a dataset by `.to_xarray()`; those that have none have a reason. Raises
    InputError for what cannot be used, before anything is computed, and EngineError where the workers are
    gone.
    """
    check_callable("progress", progress)
    if workers is not None:
        workers = whole("workers", workers, 1)
        if scheduler is not None:
            raise InputError("workers: has no effect with a scheduler, which has its own")
    if resume and anew:
        raise InputError("resume and anew: expected one of them")
    path, began = Path(out) / NAME, time.perf_counter()
    there = Store.go_on(path) if resume else None
    given = _given(definition, tables, there)
    if not resume and not anew:
        Store.refuse(path)
    with crew(workers, scheduler) as hands:
        started = _Started(given, hands, there)
        warn_of(started.warnings)
        if there is None:
            _check_cost(started, yes)
            there = Store.begin(path, started.about())
        start = time.perf_counter() - began
        computed, seconds = _carry_out(started, there, progress)
        size = hands.size
    result = StudyResult.read(given, started.design, there, started.provenance, started.warnings)
    there.close()
    result.summary |= {
        "workers": size,
        "start_s": start,
        "wall_s": time.perf_counter() - began,
        "worker_s": seconds,
        "members_per_s_and_worker": computed / seconds if seconds else None,
    }
    return result


def _given(definition: Any, tables: dict[str, Any], there: Store | None) -> Definition:
    """The study that is asked for, or the one of a store."""
    if definition is not None and tables:
        raise InputError(f"{min(tables)}: is said by the study's file; give one or the other")
    if definition is None and not tables:
        if there is None:
            raise InputError("study: nothing varies; expected a TOML file, or vary, a spread or rows")
        return read_written(there.about)
    return read_definition(tables if definition is None else definition)


class _Started:
    """A study whose members are known. Its cell has been built once, by a worker."""

    def __init__(self, given: Definition, hands: Crew, there: Store | None) -> None:
        self.given, self.hands, self.job = given, hands, given.job()
        design = None if given.tables.spread else given.design([])
        names = [n for n in given.tables.spread if n != ALL] if design is None else design.names
        self.limit = None if given.tables.time_limit is None else float(given.tables.time_limit) / 1e3
        firsts = [{}] if design is None else buildable(given, design)
        told, first = self._described(names, firsts)
        self.warnings: list[str] = told["warnings"]
        self.provenance = {**told["provenance"], "study": given.tables.name}
        self.design: Design = design or given.design(told["strengths"])
        if not self.design.count:
            raise InputError(f"{given.path}: has no member; expected one at least")
        self.identity = given.identity(self.design, told["provenance"])
        if there is not None and there.about["identity"] != self.identity:
            raise InputError(
                f"{there.path}: is of another study (another definition, file or version); expected the one "
                "that was begun there, or another --out"
            )

        if (given.tables.keep or given.tables.arguments) and there is None:
            hands.try_one(self.job, first, self.limit)

    def _described(self, names: list[str], firsts: list[dict[str, vary.Value]]) -> tuple[dict, dict]:
        """What a worker says of the first member whose cell can be balanced, and that member."""
        failed: BalanceError | None = None
        for first in firsts:
            try:
                return self.hands.describe(self.job, names, first, self.limit), first
            except BalanceError as error:
                failed = failed or error
        assert failed is not None
        raise failed

    def about(self) -> dict[str, str]:
        """What a store says of its study."""
        return {"identity": self.identity, **self.given.written()}


def _check_cost(started: _Started, yes: bool) -> None:
    """InputError for a study that is far larger than its user may think, with what it would cost."""
    number, rows = started.design.count, []
    if yes or number <= FEW:
        return
    sample = ((i, started.design.member(i)) for i in range(TIMED))
    timed = started.hands.carry_out(
        started.job, sample, TIMED, started.limit, lambda found, _: rows.extend(found)
    )
    seconds = number * timed / len(rows) / started.hands.size
    if number <= MANY and seconds <= LONG:
        return
    size = number * (80 + sum(len(str(row.found)) for row in rows) / len(rows)) / 1e9
    workers = count(started.hands.size, "worker")
    raise InputError(
        f"{count(number, 'member')}: some {duration(seconds / 3600)} on {workers} and "
        f"{size:,.2f} GB; give --yes (yes=True) if that is meant"
    )


def _carry_out(started: _Started, store: Store, progress: Callable[..., None] | None) -> tuple[int, float]:
    """Compute what the store does not have; how many members that were, and seconds of workers' time."""
    done = store.done(started.design.count)
    if done.any():
        notify(f"{store.path}: {int(done.sum())} of {count(len(done), 'member')} are there already")
    told = _Told(int(done.sum()), len(done), progress)

    def keep(rows: list[Row], given: Mapping[int, Any]) -> None:
        store.add(rows, given)
        told(rows)

    told([])
    left = int((~done).sum())
    return left, started.hands.carry_out(started.job, _left(started.design, done), left, started.limit, keep)


def _left(design: Design, done: np.ndarray) -> Iterator[tuple[int, dict[str, vary.Value]]]:
    """The members that are not there yet."""
    for first in range(0, len(done), CHUNK):
        for number in first + np.flatnonzero(~done[first : first + CHUNK]):
            yield int(number), design.member(int(number))


class _Told:
    """Tells how far a study is, and when it will end."""

    def __init__(self, done: int, whole: int, progress: Callable[..., None] | None) -> None:
        self._first, self._done, self._whole, self._progress = done, done, whole, progress
        self._failed, self._began = 0, time.perf_counter()

    def __call__(self, rows: list[Row]) -> None:
        self._done += len(rows)
        self._failed += sum(bool(row.reason) for row in rows)
        if self._progress is None:
            return
        words = f"{self._done} of {self._whole}"
        new = self._done - self._first
        if new:
            left = (time.perf_counter() - self._began) * (self._whole - self._done) / new
            words += f", {duration(left / 3600)} left"
        if self._failed:
            words += f", {self._failed} without numbers"
        self._progress(self._done / self._whole, words)
