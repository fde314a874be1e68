"""The soma's own surface: what of the ways from the soma to its neurites lies outside it."""

import numpy as np

ON = 1e-6  # um; what lies this near to a surface is taken to be in it


class SomaSurface:
    """The union of the frusta between the soma's points. starts, ends: (n, 4) x, y, z, radius in um."""

    def __init__(self, starts: np.ndarray, ends: np.ndarray):
        axis = ends[:, :3] - starts[:, :3]
        height = np.linalg.norm(axis, axis=1)
        solid = height > ON  # the others enclose nothing
        self._start, self._height = starts[solid, :3], height[solid]
        self._axis = axis[solid] / self._height[:, None]
        self._radius = starts[solid, 3] + ON
        self._slope = (ends[solid, 3] - starts[solid, 3]) / self._height
        if len(self._height):
            from scipy.spatial import cKDTree  # which takes longer to load than most cells to build

            widest = np.maximum(starts[solid, 3], ends[solid, 3])
            self._reach = float(np.hypot(self._height / 2, widest).max()) + ON
            self._near = cKDTree(self._start + self._axis * self._height[:, None] / 2)

    def outside(self, start: np.ndarray, end: np.ndarray) -> float:
        """Length (um) of the straight way from `start` to `end` (x, y, z) that lies outside."""
        length = float(np.linalg.norm(end - start))
        if not len(self._height) or length == 0:
            return length
        near = self._near.query_ball_point((start + end) / 2, self._reach + length / 2)
        first, last = self._within(near, start, (end - start) / length, length)
        inside, at = 0.0, 0.0
        for i in np.argsort(first):
            inside += max(0.0, last[i] - max(first[i], at))
            at = max(at, last[i])
        return 0.0 if inside > length - 4 * ON else length if inside < 4 * ON else length - inside

    def _within(
        self, which: list[int], start: np.ndarray, direction: np.ndarray, length: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Where a way enters and leaves each frustum (um from its start); equal where it does not.

        A frustum is convex, so a way is in it once: between its two end planes and within its mantle.
        """
        axis, height = self._axis[which], self._height[which]
        radius, slope = self._radius[which], self._slope[which]
        away = start - self._start[which]
        along, rate = np.einsum("ij,ij->i", away, axis), axis @ direction
        across = radius + slope * along
        # distance from the axis squared, less the mantle's there: a t^2 + 2 b t + c
        a = 1 - rate**2 * (1 + slope**2)
        b = away @ direction - rate * (along + slope * across)
        c = np.einsum("ij,ij->i", away, away) - along**2 - across**2
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            root = -(b + np.copysign(np.sqrt(b**2 - a * c), b))  # nothing cancels
            crossings = np.array([root / a, c / root])
            planes = np.array([(-ON - along) / rate, (height + ON - along) / rate])
        level = np.abs(rate) < 1e-12
        between = (along >= -ON) & (along <= height + ON)
        low = np.where(level, np.where(between, 0.0, length), planes.min(axis=0)).clip(0, length)
        high = np.where(level, length, planes.max(axis=0)).clip(0, length)
        marks = np.where(np.isfinite(crossings), crossings, low).clip(low, np.maximum(low, high))
        marks = np.sort(np.array([low, *marks, np.maximum(low, high)]), axis=0)
        middle = (marks[1:] + marks[:-1]) / 2
        held = (a * middle + 2 * b) * middle + c <= 0
        held &= (np.diff(marks, axis=0) > 0) & (across + slope * rate * middle >= 0)
        first = np.where(held, marks[:-1], np.inf).min(axis=0)
        last = np.where(held, marks[1:], -np.inf).max(axis=0)
        missed = ~held.any(axis=0)
        return np.where(missed, 0.0, first), np.where(missed, 0.0, last)
