"""Built-in shapes, as plain data."""

import math
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from ..errors import InputError
from ..simulator.runtime import h
from .branch import Branch, Shape
from .text import FARTHEST, read_text

HALVES = {"epithelium": ("apical", "basolateral"), "soma_dendrite": ("soma", "dend")}  # of one cable
BUILT_IN = ("pyramid", "stylised", "cylinder", *HALVES)


def _pyramid() -> Shape:
    """The reconstructed pyramidal cell of NEURON's demo: neuronhome()/demo/pyramid.nrn.

    Its numbers are read here as its hoc code would read them. To run that code would replace a section
    that the user has called soma.
    """
    code, data = read_text(Path(h.neuronhome()) / "demo" / "pyramid.nrn").split("\ngeometry()\n", 1)
    numbers = map(float, re.findall(r"(?<!\S)-?[\d.]+(?!\S)", data))

    def points() -> np.ndarray:
        rows = np.array([[next(numbers) for _ in range(4)] for _ in range(int(next(numbers)))])
        rows[:, 3] = abs(rows[:, 3])  # a minus marks a spine
        return rows

    branches, trees = [Branch("soma", points())], []
    for count in map(int, re.findall(r"dendrite_\d\[(\d+)\],?\\?\n", code)):
        trees.append(range(len(branches), len(branches) + count))
        for _ in trees[-1]:
            next(numbers)  # nseg
            # the first tree reaches farthest from the soma: the apical one
            branches.append(Branch("dend" if len(trees) > 1 else "apic", points(), 0, 0.5))
    for tree in trees:
        for index in tree[1:]:
            branches[index].parent, branches[index].parent_x = tree[int(next(numbers))], next(numbers)
    return Shape(branches, "pyramid (neuronhome()/demo/pyramid.nrn)")


def _straight(
    start: ArrayLike, direction: ArrayLike, length: float, diameters: Sequence[float]
) -> np.ndarray:
    along = np.linspace(0, length, len(diameters))[:, None]
    return np.column_stack([np.array(start) + along * np.array(direction), diameters])


def _stylised() -> Shape:
    """A drawn neuron: soma, tapering apical dendrite with two tufts, two basal dendrites, axon. Assumed."""
    root2 = 1 / math.sqrt(2)
    return Shape(
        [
            Branch("soma", _straight((0, -10, 0), (0, 1, 0), 20, (20, 20))),
            Branch("apic", _straight((0, 10, 0), (0, 1, 0), 300, (4, 2)), 0, 1.0),
            Branch("apic", _straight((0, 310, 0), (-root2, root2, 0), 150, (1.5, 1)), 1, 1.0),
            Branch("apic", _straight((0, 310, 0), (root2, root2, 0), 150, (1.5, 1)), 1, 1.0),
            Branch("dend", _straight((0, -10, 0), (-root2, -root2, 0), 150, (2, 1)), 0, 0.0),
            Branch("dend", _straight((0, -10, 0), (root2, -root2, 0), 150, (2, 1)), 0, 0.0),
            Branch("axon", _straight((0, -10, 0), (0, -1, 0), 400, (1, 1)), 0, 0.0),
        ],
        "stylised",
    )


def built_in(shape: str, length: float | None, diameter: float | None) -> Shape:
    """The built-in shape of this name. length, diameter (um): of one that is a cable, in one piece or two
    halves, InputError without them. shape: one of BUILT_IN."""
    if shape == "pyramid":
        return _pyramid()
    if shape == "stylised":
        return _stylised()
    if not (length and diameter and 0 < length <= FARTHEST and 0 < diameter <= FARTHEST):
        raise InputError(f'morphology.shape = "{shape}" needs a length and a diameter above 0')
    wide = (diameter, diameter)
    if shape == "cylinder":
        return Shape([Branch("cable", _straight((0, 0, 0), (1, 0, 0), length, wide))], shape)
    half = length / 2
    first, second = HALVES[shape]
    near = Branch(first, _straight((0, 0, 0), (1, 0, 0), half, wide))
    far = Branch(second, _straight((half, 0, 0), (1, 0, 0), half, wide), 0, 1.0)
    return Shape([near, far], shape)
