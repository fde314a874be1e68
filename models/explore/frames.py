"""What the worker answers: plain data, which is sent between processes and drawn."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..experiments.outlines import Piece


@dataclass(frozen=True)
class OfIon:
    """One ion at one time: inside, outside (mM), nernst (mV) and its currents through the membrane, means
    over it (uA/cm2, outward): leak, through channels and carriers, through the pump."""

    inside: float
    outside: float
    nernst: float
    leak: float
    channels: float
    pump: float

    @property
    def passive(self) -> float:
        """What flows but through the pump (uA/cm2)."""
        return self.leak + self.channels

    @property
    def net(self) -> float:
        """What flows in all (uA/cm2)."""
        return self.passive + self.pump


@dataclass(frozen=True)
class Frame:
    """A cell at one time.

    t: since something was done to it (s); 0 at rest, before
    v, lowest, highest: membrane potential, mean and range over the cell (mV)
    ions: by name
    ghk, mullins_noda: what these equations say of V (mV), None where they do not hold; unsaid: why
    impermeant: what cannot pass the membrane, inside and outside (mM)
    volume: over that at rest
    pump: net current (uA/cm2, outward); atp: molecules/s
    ratio: permeability to Na+ over that to K+, of the leaks, None of conductances
    each: V in every compartment (mV)
    """

    t: float
    v: float
    lowest: float
    highest: float
    ions: dict[str, OfIon]
    ghk: float | None
    mullins_noda: float | None
    unsaid: str
    impermeant: tuple[float, float]
    volume: float
    pump: float
    atp: float
    ratio: float | None
    each: tuple[float, ...] = ()


@dataclass(frozen=True)
class Described:
    """A cell as it is made.

    own: the sliders that it has, and where they stand in its file; void: why the others have no effect
    void_done: the buttons that cannot be pressed, and why
    pieces: of its drawing, x and y of both ends and the thickness (um), and whose compartment each is
    size: how many compartments; volume (um3)
    """

    cell: str
    own: dict[str, float]
    void: dict[str, str]
    pieces: "list[Piece]"
    owners: list[int]
    size: int
    volume: float


@dataclass(frozen=True)
class Question:
    """What the worker is asked. what: "describe", "settle", "follow" or "write"; state: plain; piece: of a
    course, from 0."""

    what: str
    state: dict
    piece: int = 0


@dataclass(frozen=True)
class Answer:
    """What it answers: what was found or, of a question that has none, the sentence why.

    last: whether nothing more comes
    """

    found: object = None
    why: str = ""
    last: bool = True
    seconds: float = 0.0


@dataclass(frozen=True)
class Frames:
    """A piece of a course: states, in order; number: which piece; pieces: how many there are."""

    frames: list[Frame] = field(default_factory=list)
    number: int = 0
    pieces: int = 0
