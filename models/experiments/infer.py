"""Which permeabilities and pump does a cell have of which this was measured, and how well are they known?"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..errors import ConvergenceError, InputError
from ..parameters.arguments import check_callable, named, whole
from .excite import usual_place
from .given import Given, cell_and_settings
from .inference.fit import Problem, best, better, prior_of
from .inference.known import known
from .inference.model import Model
from .inference.next_one import next_ones
from .inference.result import InferResult, Measurement
from .inference.sample import Sample, sampled
from .inference.situations import values
from .inference.sought import sought
from .inference.summary import summary
from .inference.tables import Given as Measured
from .inference.tables import Tables, read_measured
from .layout import layout_of

DRAWS = 500  # independent ones that a sample is worth
FITTED = 0.15  # of the work, that until the best is found
NO_EFFECT = 1e-9  # of an error, by how much a value changes with every number that counts as not at all


def infer(
    measured: str | Path | Mapping[str, Any] | Measured,
    cell: Given | None = None,
    draws: int = DRAWS,
    seed: int = 1,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    **options: Any,
) -> InferResult:
    """Permeabilities, pump and other numbers of a cell, and their uncertainty, from measured values.

    measured: a TOML file, or its tables as a dict: `measured` (what, value, error, and set, scale, hold,
    where), `free` (what is to be found; left out, leaks and pump), cell, set, scale, start, as in
    docs/inference.md.
    cell, options: as in `rest` (default: the file's); set, scale: as there, over what the file says of them.
    draws: as how many independent draws of the posterior the sample is worth; 0 for none, and limits by the
    normal approximation.
    seed: of the sample, which is the same for the same seed.
    progress: called with the share that is done and words.

    Raises InputError for what cannot be used, BalanceError where the cell cannot be made, ConvergenceError
    where it has no rest whatever the numbers are.
    """
    check_callable("progress", progress)
    draws, seed = whole("draws", draws, 0), whole("seed", seed, 0)
    given, began = read_measured(measured), time.perf_counter()
    tables, report = given.tables, progress or (lambda done, words="": None)
    cell, settings = _cell(given, cell, set, options)
    factors = dict(tables.scale) | named("scale", scale)
    with cell.changed(settings, factors):
        layout = layout_of(cell)
        usual = usual_place(cell)
        found = values(cell, tables.measured, usual, given.path)
        free = sought(cell, tables.free, given.path)
    model = Model(cell, free, found, settings, factors, dict(tables.start))
    with model.opened():
        prior = prior_of(free)
        of_values = (np.array([getattr(value, key) for value in found]) for key in ("value", "error"))
        problem = Problem(model, prior, *of_values)
        _check_effect(problem, given.path)
        fit = best(problem, np.random.default_rng(seed), report=lambda done: report(FITTED * done, "fitting"))
        sample = _sampled(problem, fit, draws, seed, report) if draws else None
        if sample is not None:
            most = int(np.argmax(sample.log_probability))
            fit = better(problem, fit, sample.u[most], float(sample.log_probability[most]))
        problem.looked(fit.u)
        v_rest = model.v
        further = next_ones(model, fit, prior, usual)
        result = _result(layout, tables.name or "measured", problem, fit, sample, further)
    result.summary |= {"v_rest_mV": v_rest, **_took(model, sample, seed)}
    result.summary["wall_s"] = time.perf_counter() - began
    return result


def _cell(
    given: Measured, cell: Given | None, set: dict[str, Any] | None, options: dict[str, Any]
) -> tuple[Cell, dict[str, Any]]:
    """The cell, and the settings under which all was measured."""
    tables: Tables = given.tables
    if cell is None:
        of_own = given.folder / tables.cell
        cell = of_own if of_own.is_file() else tables.cell
    if not isinstance(cell, Cell):
        options = dict(tables.options) | options
    found, settings = cell_and_settings(cell, dict(tables.set) | named("set", set), options)
    if found.surroundings.keeps_ions:
        raise InputError(
            f"{given.path}: a closed space keeps what it began with, which no measured value says; expected "
            'outside = "bath" or "shell"'
        )
    return found, settings


def _check_effect(problem: Problem, path: str) -> None:
    """InputError where a value is measured that depends on none of the numbers."""
    try:
        _, slopes = problem.looked(np.clip(np.zeros(len(problem.prior.centre)), *problem.prior.inner()))
    except ConvergenceError:
        return  # other numbers may have a rest
    names = ", ".join(one.name for one in problem.model.sought)
    for i, (value, row) in enumerate(zip(problem.model.values, slopes, strict=True), 1):
        if np.abs(row).max() <= NO_EFFECT:
            raise InputError(
                f"{path}: measured {i} ({value.words}): depends on nothing that is free ({names}); take it "
                "out, or free what it depends on"
            )


def _sampled(problem: Problem, fit: Any, draws: int, seed: int, report: Callable[..., None]) -> Sample:
    def told(done: float) -> None:
        report(FITTED + (1 - FITTED) * done, "sampling")

    return sampled(problem, fit, draws, seed, told)


def _result(
    layout: Any, name: str, problem: Problem, fit: Any, sample: Sample | None, further: list
) -> InferResult:
    """The result, without what it took."""
    model, prior = problem.model, problem.prior
    count = len(model.sought)
    u = np.zeros((0, count)) if sample is None else sample.u
    covariance = fit.covariance if sample is None else np.cov(u.T).reshape(count, count)
    result = InferResult(
        layout,
        name,
        model.sought,
        [Measurement.of(value) for value in model.values],
        fit,
        np.exp(prior.logs(fit.u)),
        np.exp(prior.logs(u)),
        np.zeros((0, len(model.values))) if sample is None else sample.predicted,
        sample,
        known(model.sought, np.exp(prior.logs(fit.u)), fit.slopes, covariance),
        further,
        {},
    )
    result.summary.update(summary(result))
    return result


def _took(model: Model, sample: Sample | None, seed: int) -> dict[str, Any]:
    """What it took, and how good the sample is."""
    found: dict[str, Any] = {
        "evaluations": model.evaluations,
        "without_rest_share": model.lost / model.evaluations,
        "without_rest_why": model.why or None,
        "seed_number": seed,
    }
    if sample is None:
        return found | dict.fromkeys(("draws_counted", "effective_number", "long_enough"))
    return found | {
        "draws_counted": len(sample.u),
        "effective_number": sample.effective,
        "acceptance_share": sample.acceptance,
        "autocorrelation_number": sample.autocorrelation,
        "steps_counted": sample.steps,
        "walkers_counted": sample.walkers,
        "long_enough": sample.long_enough,
    }
