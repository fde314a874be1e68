"""Between which compartments of NEURON's tree ions and current pass, and through what.

Every pair of compartments that a current can pass between is a *face* with an axial resistance R and a
diffusive conductance G = A/dx = Ra/R. A face consists of two arms that meet in a node without volume (the
boundary between two compartments, or a branch point); where more than two arms meet, eliminating the node
(star-mesh transform: the conductance between arms e and f is g_e g_f / sum g) leaves faces between the
arms, exactly equivalent for voltage and for diffusion, so one formula serves cables and branch points.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from ..physics.flux import face_shape
from ..simulator.runtime import NeuronSection


@dataclass
class Faces:
    """Faces of a tree.

    a, b: the two compartments of each, (faces,)
    resistance: in the current's way (MOhm), (faces,)
    arm_a, arm_b: length over cross-section of the two arms (1/um), (faces,)
    star: the node where more than two arms meet, or -1, (faces,)
    star_arm: conductance of each arm that meets others in such a node (um), (arms,)
    star_end: its compartment, (arms,)
    star_node: and its node, (arms,)
    """

    a: np.ndarray
    b: np.ndarray
    resistance: np.ndarray
    arm_a: np.ndarray
    arm_b: np.ndarray
    star: np.ndarray
    star_arm: np.ndarray
    star_end: np.ndarray
    star_node: np.ndarray

    def meeting(self, relative_volume: np.ndarray | None = None) -> np.ndarray:
        """Sum of the conductances (um) of the arms that meet in each face's branch point, (faces,), the
        compartments grown to the given relative volumes, (compartments,); 0 where only two arms meet."""
        found = np.zeros(len(self.a))
        if len(self.star_arm):
            arms = (
                self.star_arm if relative_volume is None else self.star_arm * relative_volume[self.star_end]
            )
            star = self.star >= 0
            found[star] = np.bincount(self.star_node, arms)[self.star[star]]
        return found

    def others(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The arms that meet a face's own two in a branch point: the face, the arm's compartment and its
        conductance (um), (pairs,) each."""
        face, arm = np.nonzero((self.star[:, None] == self.star_node) & (self.star[:, None] >= 0))
        end = self.star_end[arm]
        other = (end != self.a[face]) & (end != self.b[face])
        return face[other], end[other], self.star_arm[arm[other]]

    def diffusive_conductance(self) -> np.ndarray:
        """Diffusive conductance (um) of each face at the initial volumes, (faces,)."""
        arms = zip(self.arm_a, self.arm_b, self.meeting(), strict=True)
        return np.array([face_shape(*arm) for arm in arms])


def elimination_order(a: np.ndarray, b: np.ndarray, size: int) -> np.ndarray:
    """Rank of each of `size` compartments, (size,), in an order in which the leaves of the tree come first.

    a, b: compartments between which ions pass, (faces,) each.
    """
    neighbours: list[list[int]] = [[] for _ in range(size)]
    pairs = sorted(zip(a.tolist(), b.tolist(), strict=True))
    for one, other in pairs:
        neighbours[one].append(other)
    for one, other in pairs:
        neighbours[other].append(one)
    order: dict[int, None] = {}  # roots first; each compartment is followed by those farther out
    for root in range(size):
        level = {} if root in order else {root: None}
        while level:
            order |= level
            level = dict.fromkeys(to for at in level for to in neighbours[at] if to not in order)
    rank = np.empty(size, int)
    rank[list(order)] = np.arange(size)[::-1]
    return rank


def faces_of(sections: Iterable[NeuronSection], index_of: Mapping[int, int], volume: np.ndarray) -> Faces:
    """The faces of a tree of sections.

    index_of: mapping from NEURON's node index to the compartment's number; volume: um3, (compartments,).
    NEURON must have set up its tree (finitialize does).
    """
    arms: dict[int, list[tuple[int, float, float]]] = {}
    faces: list[tuple[int, int, float, float, float, int]] = []

    def join(node_a: int, node_b: int, resistance: float, ra: float, at_end: bool) -> None:
        a, b = index_of.get(node_a), index_of.get(node_b)
        conductance = 1e-2 * ra / resistance  # Ohm cm / MOhm = 1e-2 um
        if a is not None and b is not None:
            # halves of equal length: the resistance of each is in inverse proportion to its volume; a
            # section that begins in the middle of another has no part in the other's resistance
            share = 0.0 if at_end else volume[b] / (volume[a] + volume[b])
            faces.append((a, b, resistance, share / conductance, (1 - share) / conductance, -1))
        elif b is not None:
            arms.setdefault(node_a, []).append((b, 1 / resistance, conductance))
        elif a is not None:
            arms.setdefault(node_b, []).append((a, 1 / resistance, conductance))

    for sec in sections:
        near = int(sec.orientation())
        inner = list(sec) if near == 0 else list(sec)[::-1]
        chain = [sec(near), *inner, sec(1 - near)]
        for position, (parent, child) in enumerate(pairwise(chain)):
            join(parent.node_index(), child.node_index(), child.ri(), sec.Ra, position == 0)
    stars = [star for star in arms.values() if len(star) > 1]
    for number, star in enumerate(stars):
        electric = sum(arm[1] for arm in star)
        for (a, ge, gs), (b, fe, fs) in combinations(star, 2):
            faces.append((a, b, electric / (ge * fe), 1 / gs, 1 / fs, number if len(star) > 2 else -1))
    many = [(end, own, i) for i, star in enumerate(stars) if len(star) > 2 for end, _, own in star]
    one, other, resistance, arm_a, arm_b, node = _columns(faces, 6)
    ends, conductances, nodes = _columns(many, 3)
    return Faces(
        one.astype(int), other.astype(int), resistance, arm_a, arm_b, node.astype(int), conductances,
        ends.astype(int), nodes.astype(int),
    )  # fmt: skip


def _columns(rows: Sequence[tuple], count: int) -> list[np.ndarray]:
    return [np.array(column) for column in zip(*rows, strict=True)] or [np.zeros(0)] * count
