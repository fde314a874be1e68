"""Where light falls on a cell: how much of the source's irradiance arrives in each compartment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..parameters import Parameters
from ..simulator import nmodl
from ..simulator.mechanisms import PARAMETER
from ..simulator.runtime import SegmentVariable
from .geometry import Compartments
from .sections import Body

if TYPE_CHECKING:
    from .cell import Cell

# the RANGE parameters of what light works on: of the source (mW/mm2), and how much of it arrives
IRRADIANCE, REACH = "irradiance", "reach"


def irradiances(cell: "Cell") -> dict[str, SegmentVariable]:
    """By mechanism that light works on, NEURON's variable of its irradiance (mW/mm2), (owners,)."""
    return {
        name: SegmentVariable(cell.geometry.sections_of(owners), f"{IRRADIANCE}_{name}")
        for name, owners in cell.membrane.channels.items()
        if _sensitive(name)
    }


@contextmanager
def in_the_dark(cell: "Cell") -> Iterator[None]:
    """No light on a cell within a `with`."""
    variables = irradiances(cell).values()
    before = [variable.get().copy() for variable in variables]
    try:
        for variable in variables:
            variable.set(0.0)
        yield
    finally:
        for variable, values in zip(variables, before, strict=True):
            variable.set(values)


def shine(parameters: Parameters, compartments: Compartments, body: Body) -> None:
    """Let of the light so much arrive in each compartment as the table [light] says.

    InputError where nothing in the cell is sensitive to light, a channel's own table says how much arrives,
    or the cell's shape or the place is not known.
    """
    if parameters.light is None:
        return
    where = f"{parameters.path}: [light]"
    sensitive = [
        (segment, f"{REACH}_{mechanism.name()}")
        for segment in compartments.segments
        for mechanism in segment
        if _sensitive(mechanism.name())
    ]
    if not sensitive:
        raise InputError(f"{where} has no effect: nothing in this cell is sensitive to light (pl_chr2, ...)")
    for channel in parameters.channel:
        if REACH in channel.set:
            raise InputError(
                f"{where} and {REACH} of channel {channel.mechanism} both say how much light arrives; "
                "expected one of the two"
            )
    try:
        middle = compartments.where(parameters.light.at)
    except InputError as error:
        raise InputError(f"{where}: at: {error}") from None
    place = positions(compartments, _drawn(body, where))
    away = np.linalg.norm(place[:, :2] - place[middle, :2].mean(axis=0), axis=1)
    arrives = np.exp(-2 * (away / float(parameters.light.radius)) ** 2)
    share = dict(zip(compartments.segments, arrives, strict=True))
    for segment, name in sensitive:
        setattr(segment, name, share[segment])


def _drawn(body: Body, where: str) -> list[np.ndarray]:
    """The 3-D points (um), (points, 3), of each of the body's sections; InputError where one has none."""
    if body.shape is not None:  # in NEURON each of its branches has its own origin
        points = [branch.points[:, :3] for branch in body.shape.branches]
    else:
        points = [
            np.array([(sec.x3d(i), sec.y3d(i), sec.z3d(i)) for i in range(sec.n3d())])
            for sec in body.sections
        ]
    if len(points) < len(body.sections) or any(len(own) < 2 for own in points):
        raise InputError(f"{where}: expected a cell all of whose sections are drawn by 3-D points")
    return points


def positions(compartments: Compartments, points: list[np.ndarray]) -> np.ndarray:
    """The middle of each compartment (um), (compartments, 3), on the lines through the points of its section,
    (points, 3) each."""
    found = []
    for sec, line in zip(compartments.sections, points, strict=True):
        along = np.append(0, np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1)))
        at = along[-1] * np.array([segment.x for segment in sec])
        found.append(np.column_stack([np.interp(at, along, line[:, axis]) for axis in range(3)]))
    return np.concatenate(found)


def _sensitive(mechanism: str) -> bool:
    """Whether light works on a mechanism: whether it has both parameters."""
    known = nmodl.mechanism_variables(mechanism, PARAMETER)
    return all(f"{name}_{mechanism}" in known for name in (IRRADIANCE, REACH))
