"""Between which compartments of NEURON's tree ions and current pass, and through what.

Every pair of compartments that a current can pass between is a *face* with an axial resistance R and a
diffusive conductance G = A/dx = Ra/R. A face consists of two arms that meet in a node without volume (the
boundary between two compartments, or a branch point); where more than two arms meet, eliminating the node
(star-mesh transform: the conductance between arms e and f is g_e g_f / sum g) leaves faces between the
arms, exactly equivalent for voltage and for diffusion, so one formula serves cables and branch points.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from ..physics.flux import face_shape


@dataclass
class Faces:
    """Faces of a tree: compartments a, b; resistance (MOhm); length over cross-section of the two arms
    (1/um); star, the node where more than two arms meet, or -1. For those nodes, per arm: its conductance
    (um), its compartment and its node."""

    a: np.ndarray
    b: np.ndarray
    resistance: np.ndarray
    arm_a: np.ndarray
    arm_b: np.ndarray
    star: np.ndarray
    star_arm: np.ndarray
    star_end: np.ndarray
    star_node: np.ndarray

    def meeting(self, swollen: np.ndarray | None = None) -> np.ndarray:
        """Sum of the conductances (um) of the arms that meet in each face's branch point, the compartments
        grown to the given relative volumes; 0 where only two arms meet."""
        found = np.zeros(len(self.a))
        if len(self.star_arm):
            arms = self.star_arm if swollen is None else self.star_arm * swollen[self.star_end]
            star = self.star >= 0
            found[star] = np.bincount(self.star_node, arms)[self.star[star]]
        return found

    def shape(self) -> np.ndarray:
        """Diffusive conductance (um) of each face at the initial volumes."""
        arms = zip(self.arm_a, self.arm_b, self.meeting(), strict=True)
        return np.array([face_shape(*arm) for arm in arms])


def faces_of(sections, index_of, volume) -> Faces:
    """The faces of a tree of sections.

    index_of: mapping from NEURON's node index to the compartment's number; volume (um3) per compartment.
    NEURON must have set up its tree (finitialize does).
    """
    arms: dict[int, list[tuple[int, float, float]]] = {}
    faces: list[tuple[int, int, float, float, float, int]] = []

    def join(node_a: int, node_b: int, resistance: float, ra: float, at_end: bool) -> None:
        a, b = index_of.get(node_a), index_of.get(node_b)
        shape = 1e-2 * ra / resistance  # Ohm cm / MOhm = 1e-2 um
        if a is not None and b is not None:
            # halves of equal length: the resistance of each is in inverse proportion to its volume; a
            # section that begins in the middle of another has no part in the other's resistance
            share = 0.0 if at_end else volume[b] / (volume[a] + volume[b])
            faces.append((a, b, resistance, share / shape, (1 - share) / shape, -1))
        elif a is not None or b is not None:
            node, end = (node_b, a) if b is None else (node_a, b)
            arms.setdefault(node, []).append((end, 1 / resistance, shape))

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
    columns = [np.array(column) for column in zip(*faces, strict=True)] or [np.zeros(0)] * 6
    many = [(end, shape, i) for i, star in enumerate(stars) if len(star) > 2 for end, _, shape in star]
    ends, shapes, owners = [np.array(column) for column in zip(*many, strict=True)] or [np.zeros(0)] * 3
    a, b, resistance, arm_a, arm_b, star = columns
    return Faces(
        a.astype(int), b.astype(int), resistance, arm_a, arm_b, star.astype(int), shapes, ends.astype(int),
        owners.astype(int),
    )  # fmt: skip
