"""The shape of a cell's compartments as lines on paper, from the 3-D points of its sections."""

import numpy as np

from .layout import Layout

Piece = tuple[float, float, float, float, float]  # x, y of both ends, thickness


def lines_of(layout: Layout) -> tuple[list[np.ndarray], list[int]]:
    """Each compartment seen from the front, points (x, y, diameter) in um, and which compartment it is."""
    lines: list[np.ndarray] = []
    owners: list[int] = []
    # sections without points (T-tubules) come last and are inside the others
    for branch, name in zip(layout.branches, dict.fromkeys(layout.section), strict=False):
        inside = np.flatnonzero(layout.section == name)
        points = branch.points
        steps = np.linalg.norm(np.diff(points[:, :3], axis=0), axis=1)
        arc = np.concatenate([[0.0], np.cumsum(steps)]) / max(steps.sum(), 1e-12)
        for i, owner in enumerate(inside):
            low, high = i / len(inside), (i + 1) / len(inside)
            at = np.concatenate([[low], arc[(arc > low) & (arc < high)], [high]])
            lines.append(np.column_stack([np.interp(at, arc, points[:, column]) for column in (0, 1, 3)]))
            owners.append(int(owner))
    return lines, owners


def outlines_of(layout: Layout) -> tuple[list[np.ndarray], list[int]]:
    """Outline of each compartment (x, y, um), and which compartment each is."""
    lines, owners = lines_of(layout)
    return [_outline(line) for line in lines], owners


def pieces_of(layout: Layout) -> tuple[list[Piece], list[int]]:
    """Each compartment as one straight piece (um), and which compartment each is."""
    lines, owners = lines_of(layout)
    ends = [(*line[0, :2], *line[-1, :2], line[:, 2].mean()) for line in lines]
    return [tuple(round(float(number), 1) for number in piece) for piece in ends], owners  # type: ignore[misc]


def _outline(line: np.ndarray) -> np.ndarray:
    """A compartment's outline (x, y) seen from the front; line: points (x, y, diameter)."""
    along = np.gradient(line[:, :2], axis=0)
    length = np.maximum(np.hypot(*along.T), 1e-9)
    across = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None] * line[:, 2:] / 2
    return np.concatenate([line[:, :2] + across, (line[:, :2] - across)[::-1]])
