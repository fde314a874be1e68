"""The members of a study by their number: a grid, the rows of a file, a sample, a cohort."""

import csv
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..errors import InputError
from .tables import Correlated, Sample
from .vary import Value, Varied, value_of

Member = dict[str, Value]
LARGEST_SAMPLE = 10_000_000  # points that are held in memory
LARGEST_COHORT = 100_000_000  # numbers of all its members, which are held too
COMMENT = "#"


class Design(ABC):
    """Which members a study has.

    names: what differs between them
    count: how many there are
    dimensions: of a grid, its values by name; empty elsewhere
    """

    names: list[str]
    count: int
    dimensions: dict[str, tuple[Value, ...]]

    @abstractmethod
    def member(self, number: int) -> Member:
        """What is so of one, 0 to count - 1."""

    def columns(self, numbers: Sequence[int]) -> dict[str, list[Value]]:
        """The same of several, a list by name."""
        found = [self.member(number) for number in numbers]
        return {name: [one[name] for one in found] for name in self.names}


class Grid(Design):
    """Every value of each with every value of the others; the last goes round fastest."""

    def __init__(self, varied: Sequence[Varied]) -> None:
        self.names = [one.name for one in varied]
        self.dimensions = {one.name: one.values for one in varied}
        self.count = int(np.prod([len(one.values) for one in varied], dtype=object))

    def member(self, number: int) -> Member:
        found: Member = {}
        for name in reversed(self.names):
            number, place = divmod(number, len(self.dimensions[name]))
            found[name] = self.dimensions[name][place]
        return {name: found[name] for name in self.names}


class Points(Design):
    """Members one by one, as columns of values."""

    def __init__(self, columns: Mapping[str, Sequence[Value] | np.ndarray]) -> None:
        self.names, self.dimensions = list(columns), {}
        self._columns = columns
        self.count = len(next(iter(columns.values()), ()))

    def member(self, number: int) -> Member:
        found = {name: values[number] for name, values in self._columns.items()}
        return {name: one if isinstance(one, str) else float(one) for name, one in found.items()}


def of_rows(path: Path) -> Points:
    """The members of a CSV file with a head, one a row; lines that begin with # are left out. InputError."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            lines = [line for line in file if line.strip() and not line.startswith(COMMENT)]
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise InputError(f"rows {path}: cannot be read ({why})") from None
    table = list(csv.reader(lines, skipinitialspace=True))
    head = [name.strip() for name in table[0]] if table else []
    if len(table) < 2 or not all(head) or len(set(head)) < len(head):
        raise InputError(f"rows {path}: expected a head of different names, then a member a row")
    columns: dict[str, list[Value]] = {name: [] for name in head}
    for number, row in enumerate(table[1:], 1):
        if len(row) != len(head):
            raise InputError(f"rows {path}: row {number} has {len(row)} values; expected {len(head)}")
        for name, text in zip(head, row, strict=True):
            if not text.strip():
                raise InputError(f"rows {path}: row {number} has no {name}; expected a value")
            try:
                columns[name].append(value_of(name, text.strip()))
            except InputError as error:
                raise InputError(f"rows {path}: row {number}: {error}") from None
    return Points(dict(columns))


def sampled(varied: Sequence[Varied], sample: Sample, seed: int) -> Points:
    """Points between limits, the same for the same seed. InputError for what cannot be sampled."""
    for one in varied:
        if isinstance(one.low, str) or one.low == one.high:
            raise InputError(f"vary {one.name}: expected two limits that differ")
    if sample.members * (2 * len(varied) + 2) > LARGEST_SAMPLE:
        raise InputError(
            f"sample: {sample.members} members are more than are held in memory; expected a grid"
        )
    shares = _shares(sample, [one.name for one in varied], seed)
    return Points({one.name: one.between(shares[:, i]) for i, one in enumerate(varied)})


def _shares(sample: Sample, names: list[str], seed: int) -> np.ndarray:
    """Points of the unit cube, (members, names)."""
    from scipy.stats import qmc

    if sample.method == "latin":
        return qmc.LatinHypercube(len(names), rng=seed).random(sample.members)
    if sample.members & (sample.members - 1):
        raise InputError(
            f"sample: {sample.members} points; a Sobol sequence is balanced at powers of 2 alone, expected "
            f"{1 << (sample.members - 1).bit_length()}"
        )
    if sample.method == "sobol":
        return qmc.Sobol(len(names), rng=seed).random(sample.members)
    from SALib.sample import sobol

    return sobol.sample(problem(names), sample.members, calc_second_order=False, seed=seed)


def problem(names: list[str]) -> dict:
    """What SALib calls a problem: names, each between 0 and 1."""
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def cohort(
    cv: dict[str, float], median: dict[str, float], pairs: Sequence[Correlated], members: int, seed: int
) -> Points:
    """Members whose numbers are log-normal, with a coefficient of variation and a median each, the logarithms
    of some of them correlated. InputError for correlations that no numbers can have."""
    names = list(cv)
    if members * len(names) > LARGEST_COHORT:
        raise InputError(
            f"members: {members:,} with {len(names)} numbers each are more than are held in memory; expected "
            f"at most {LARGEST_COHORT // len(names):,}"
        )
    matrix = np.eye(len(names))
    for pair in pairs:
        for name in pair.between:
            if name not in names:
                raise InputError(f"correlated: {name} does not vary; expected two of {', '.join(names)}")
        i, j = (names.index(name) for name in pair.between)
        if i == j:
            raise InputError(f"correlated: {pair.between[0]} with itself; expected two different names")
        if matrix[i, j]:
            raise InputError(f"correlated: {' and '.join(pair.between)} are given twice; expected one r")
        matrix[i, j] = matrix[j, i] = float(pair.r)
    values, vectors = np.linalg.eigh(matrix)
    if values.min() < -1e-9:
        raise InputError("correlated: no numbers have these correlations together; expected smaller ones")
    root = vectors * np.sqrt(np.maximum(values, 0)) @ vectors.T  # the symmetric one: there is no other
    sigma = np.sqrt(np.log1p(np.array([cv[name] for name in names]) ** 2))
    drawn = np.random.default_rng(seed).standard_normal((members, len(names))) @ root
    return Points({name: median[name] * np.exp(sigma[i] * drawn[:, i]) for i, name in enumerate(names)})
