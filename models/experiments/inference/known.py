"""What the measured values tell of the numbers, and what they do not, in words.

The Fisher information of the values, G'G with G their derivatives in errors by the numbers in spreads of
their priors, has an eigenvalue for each direction: how many times better the values know it than the prior.
A direction with a small one is weak: along it the numbers may change together, and nothing that was measured
says by how much. What is known of two numbers that are weak is often their ratio.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .sought import Sought

MEASURED = 1 / 3  # of the prior's spread, up to which a number is known by the values
PRIOR = 0.9  # of it, from which it is known by its prior alone
RATIO = 0.4  # of the better known of two numbers, up to which their ratio is what is known
NOTHING = 1e-6  # information on a direction, over the prior's, up to which nothing measured depends on it
ROUND_OFF = 1e-11  # of the largest information
LARGE = 0.15  # of the largest part of a direction: smaller ones are not named
SMALL, SLIGHT = 0.1, 0.3  # likewise of one that is open, and where a number that is open stands alone
ALONE = 1e-3  # of it, up to which no other number has part in it
TWO_SIDED = 1.96  # standard deviations to either side, 95 %


@dataclass(frozen=True)
class Known:
    """What is known.

    information: of the directions, over the prior's, the strongest first, (directions,)
    directions: by the numbers' logarithms, each of length 1 in spreads of the priors, (directions, numbers)
    share: how far a number is still open, its spread over the prior's, (numbers,)
    ratios: pairs of numbers of which only the ratio is known, with its standard deviation in logarithms
    sentences: in words
    """

    information: np.ndarray
    directions: np.ndarray
    share: np.ndarray
    ratios: list[tuple[int, int, float]]
    sentences: list[str]


def known(sought: Sequence[Sought], best: np.ndarray, slopes: np.ndarray, covariance: np.ndarray) -> Known:
    """What is known of the numbers. best: the most probable ones, (numbers,); slopes: of the values in errors
    by u, (values, numbers); covariance: of u, (numbers, numbers); u: logarithms in spreads of the priors."""
    spread = np.array([one.spread for one in sought])
    information, vectors = np.linalg.eigh(slopes.T @ slopes)
    order = np.argsort(-information)
    information, vectors = np.maximum(information[order], 0.0), vectors[:, order].T
    own = covariance * np.outer(spread, spread)
    share = np.sqrt(np.diag(covariance))
    found = Known(information, vectors * spread, share, _ratios(own, spread), [])
    found.sentences.extend(_Words(sought, best, found, own).all())
    return found


def _ratios(covariance: np.ndarray, spread: np.ndarray) -> list[tuple[int, int, float]]:
    """Pairs of numbers whose ratio is known much better than either, the best first."""
    found = []
    for i in range(len(spread)):
        for j in range(i):
            variance = covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]
            own = float(np.sqrt(max(variance, 0.0)))
            of_prior = own / float(np.hypot(spread[i], spread[j]))
            better = min(np.sqrt(covariance[i, i]), np.sqrt(covariance[j, j]))
            if of_prior < MEASURED and own < RATIO * better:
                found.append((j, i, own))
    return sorted(found, key=lambda one: one[2])


def within(deviation: float) -> str:
    """A standard deviation of a logarithm as the range of 95 %: "4 %", "a factor of 2.3"."""
    factor = float(np.exp(TWO_SIDED * deviation))
    return f"{100 * (factor - 1):.2g} %" if factor < 1.5 else f"a factor of {factor:.2g}"


class _Words:
    """The sentences. labels: of the numbers; covariance: of their logarithms."""

    def __init__(
        self, sought: Sequence[Sought], best: np.ndarray, found: Known, covariance: np.ndarray
    ) -> None:
        self.units = [one.whole_unit for one in sought]
        self.whole = best * [one.whole for one in sought]
        self.labels, self.found, self.covariance = [one.label for one in sought], found, covariance
        self.spread = np.array([one.spread for one in sought])
        self.deviation = np.sqrt(np.diag(covariance))
        self.groups = _groups(found.ratios)

    def all(self) -> list[str]:
        """Every sentence, what is known best first."""
        share, numbers = self.found.share, range(len(self.labels))
        good = [i for i in numbers if share[i] <= MEASURED]
        open_groups = [group for group in self.groups if any(share[i] > MEASURED for i in group)]
        tied = set().union(*open_groups)
        alone = [i for i in numbers if share[i] > PRIOR and i not in tied]
        part = [i for i in numbers if MEASURED < share[i] <= PRIOR and i not in tied]
        said = [self._good(good)] if good else []
        said += [self._group(group) for group in open_groups]
        said += self._mixed({*good}, open_groups)
        said += [
            f"{self.labels[i]} is known in part: to within {within(self.deviation[i])}, beforehand "
            f"{within(self.spread[i])}"
            for i in part
        ]
        if alone:
            verb = "is" if len(alone) == 1 else "are"
            said.append(f"{self._names(alone)} {verb} known by the prior alone: nothing measured says more")
        return said + self._nothing({*alone})

    def _names(self, which: Sequence[int]) -> str:
        return listed([self.labels[i] for i in which])

    def _ratio(self, i: int, j: int) -> str:
        """Two numbers as a ratio, K+ below as it is usual, with its value where both have one unit."""
        if self.labels[i] in ("P_K", "g_K"):
            i, j = j, i
        alike = self.units[i] == self.units[j] != "1"
        return f"{self.labels[i]}/{self.labels[j]}" + f" = {self.whole[i] / self.whole[j]:.3g}" * alike

    def _good(self, good: list[int]) -> str:
        """What is known by itself, and ratios of it that are known much better."""
        each = [f"{self.labels[i]} to within {within(self.deviation[i])}" for i in good]
        each += [f"{self._ratio(i, j)} to within {within(d)}" for i, j, d in self._tied({*good})]
        return f"known by what was measured: {listed(each)}"

    def _tied(self, group: set[int]) -> list[tuple[int, int, float]]:
        """As many of the best known ratios within a group as it takes to tie its numbers."""
        tied, seen = [], list[set[int]]()
        for i, j, deviation in self.found.ratios:
            if {i, j} <= group and not any({i, j} <= one for one in seen):
                joined = {i, j}.union(*(one for one in seen if one & {i, j}))
                seen = [one for one in seen if not one & joined] + [joined]
                tied.append((i, j, deviation))
        return tied

    def _group(self, group: set[int]) -> str:
        """That only ratios within a group are known."""
        tied = [f"{self._ratio(i, j)}, to within {within(d)}," for i, j, d in self._tied(group)]
        mean = np.array([1 / len(group) if i in group else 0.0 for i in range(len(self.labels))])
        together = float(np.exp(TWO_SIDED * np.sqrt(mean @ self.covariance @ mean)))
        is_known = "is known, not both" if len(group) == 2 else "are known, not how large they are"
        return (
            f"only {listed(tied)} {is_known}: {self._names(sorted(group))} together may be up to "
            f"{together:.2g} times larger or smaller"
        )

    def _mixed(self, good: set[int], groups: list[set[int]]) -> list[str]:
        """Strong directions of several numbers of which none, and no ratio, is known by itself."""
        said = []
        for information, direction in zip(self.found.information, self.found.directions, strict=True):
            # the combination of logarithms that this direction changes and the others do not
            weights = direction / self.spread**2
            parts = np.abs(weights) > LARGE * np.abs(weights).max()
            named = {int(i) for i in np.flatnonzero(parts)}
            if information < MEASURED**-2 or len(named) < 2:
                continue
            if named <= good or any(named <= group for group in groups):
                continue
            kept = np.where(parts, weights / weights[np.argmax(np.abs(weights))], 0.0)
            deviation = float(np.sqrt(kept @ self.covariance @ kept))
            better = min(self.found.share[i] for i in named)
            if deviation / float(np.linalg.norm(kept * self.spread)) < RATIO * better:
                product = " · ".join(
                    _power(self.labels[i], kept[i]) for i in sorted(named, key=lambda i: -kept[i])
                )
                said.append(f"{product} is known to within {within(deviation)}, better than what is in it")
        return said

    def _nothing(self, alone: set[int]) -> list[str]:
        """Changes of which nothing depends that was measured; those of numbers named already left out."""
        least = max(NOTHING, ROUND_OFF * float(self.found.information.max()))
        said = []
        for parts in _sparse(self.found.directions[self.found.information <= least]):
            named = [int(i) for i in np.flatnonzero(np.abs(parts) > SMALL * np.abs(parts).max())]
            most = named[int(np.argmax(np.abs(parts[named])))]
            others = [i for i in named if i != most]
            slight = max((abs(parts[i] / parts[most]) for i in others), default=0.0) < SLIGHT
            parted = np.abs(np.delete(parts, most)).max(initial=0.0) > ALONE * abs(parts[most])
            if (most in alone and slight) or any({*named} <= group for group in self.groups):
                continue
            if len(named) == 1 and parted:  # so only to first order, beside the best values
                continue
            size = parts / parts[most]
            if len(named) == 1:
                said.append(f"nothing measured depends on {self.labels[most]}")
            elif np.allclose(size[named], 1, atol=0.02):
                names = self._names(named)
                said.append(f"nothing measured depends on one factor on {names} together")
            else:
                factors = [f"{2 ** size[i]:.2g}" for i in others]
                if len({*factors}) == 1:
                    verb = "is" if len(others) == 1 else "are"
                    moves = f"{self._names(others)} {verb} multiplied by {factors[0]}"
                else:
                    each = [
                        f"{self.labels[i]} by {factor}" for i, factor in zip(others, factors, strict=True)
                    ]
                    moves = f"others are multiplied, {listed(each)}"
                said.append(f"nothing measured changes where {self.labels[most]} is doubled and {moves}")
        return said


def _groups(ratios: list[tuple[int, int, float]]) -> list[set[int]]:
    """Numbers that are tied to each other by ratios."""
    groups: list[set[int]] = []
    for i, j, _ in ratios:
        joined = {i, j}.union(*(group for group in groups if group & {i, j}))
        groups = [group for group in groups if not group & joined] + [joined]
    return groups


def _sparse(rows: np.ndarray) -> np.ndarray:
    """The same space by vectors of which each has few parts: elimination with the largest part as pivot."""
    found, left = rows.copy(), list(range(len(rows)))
    while left:
        row, column = divmod(int(np.argmax(np.abs(found[left]))), found.shape[1])
        pivot = left.pop(row)
        found[pivot] /= found[pivot, column]
        others = np.arange(len(found)) != pivot
        found[others] -= np.outer(found[others, column], found[pivot])
    return found


def _power(label: str, power: float) -> str:
    """A number to a power: "P_K", "P_Na^-0.8"."""
    rounded = round(float(power), 2)
    return label if rounded == 1 else f"{label}^{rounded:g}"


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
