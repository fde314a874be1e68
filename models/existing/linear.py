"""How currents that belong to no ion of a cell depend on voltage and on their mechanism's own states.

A current that is G (V - e) with a constant e, as a leak's or an h current's, is found by what it does: at
four voltages with every state held, G and e come of it; at other states it shows whether G is constant, or
which of the mechanism's variables (its conductance, its gates) it is proportional to.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np

from ..simulator.mechanisms import GLOBAL, PARAMETER, STATE
from ..simulator.nmodl import mechanism_variables
from ..simulator.runtime import NeuronSegment, SegmentVariable, h

STEP = 20.0  # mV, between the voltages at which a current is seen
STRAIGHT = 1e-7  # of the largest of its currents there, by which a linear one may be off a line
ALIKE = 1e-7  # relative spread of what is constant
VALUES = 2  # NEURON's kind of variable that a mechanism computes
DRAWS = 5  # of states, at which a conductance is seen
POWERS = (1, 2, 3, 4)  # of a gate


@dataclass(frozen=True, eq=False)
class Current:
    """A current that belongs to no ion, as a model has it.

    variable: its name on a segment ("i_pas", "ih"); mechanism: "" where several make it
    at: the compartments that have it, (owners,)
    straight: whether it is G (V - e); conductance: dI/dV (S/cm2) at rest; reversal: where it vanishes (mV,
    nan where that is not known), (owners,) both
    density: at rest (mA/cm2, outward), (owners,)
    constant: of a linear one, what of G is constant, (owners,); factors: the mechanism's variables that G is
    proportional to, each with its power; known: whether the two make up G
    strength: a parameter of its mechanism, without which there is none of a leak; "" where none was found
    """

    variable: str
    mechanism: str
    at: np.ndarray
    straight: bool
    conductance: np.ndarray
    reversal: np.ndarray
    density: np.ndarray
    constant: np.ndarray = field(default_factory=lambda: np.zeros(0))
    factors: tuple[tuple[str, float], ...] = ()
    known: bool = False
    strength: str = ""

    @property
    def leaks(self) -> bool:
        """Whether it is a leak: linear, and without gates."""
        return self.straight and self.known and not self.factors


def current_in_copy(
    segments: Sequence[NeuronSegment], variable: str, mechanisms: Sequence[str], at: np.ndarray
) -> Current:
    """A current as it is at the V and states that the segments have now. To be called in a copy of the
    process (`in_a_copy`): states and voltages are changed for it.

    variable: its name on a segment; mechanisms: those that make it; at: its compartments.
    """
    owners = [segments[i] for i in at]
    voltage, current = SegmentVariable(owners, "v"), SegmentVariable(owners, variable)
    rest = voltage.get().copy()

    def look(shift: float) -> None:
        voltage.set(rest + shift)
        h.fcurrent()
        voltage.set(rest)

    def seen(shift: float) -> np.ndarray:
        look(shift)
        return current.get().copy()

    def slope() -> np.ndarray:
        return (seen(STEP) - seen(-STEP)) / (2 * STEP)

    values = np.array([seen(k * STEP) for k in (-1, 0, 1, 2)])
    bend = np.abs(np.diff(values, 2, axis=0)).max(axis=0)
    size = np.abs(values).max(axis=0)
    straight = bool((bend <= STRAIGHT * size).all())
    conductance = (values[2] - values[0]) / (2 * STEP)
    with np.errstate(divide="ignore", invalid="ignore"):
        reversal = np.where(conductance == 0, np.nan, rest - values[1] / conductance)
    name = mechanisms[0] if len(mechanisms) == 1 else ""
    found = Current(variable, name, at, straight, conductance, reversal, values[1])
    if not straight or not name:
        return found
    made = _made_of(owners, name, slope, look)
    if made is None:
        return found
    found = replace(found, constant=made[0], factors=made[1], known=True)
    return replace(found, strength=_strength(owners, name, seen)) if found.leaks else found


def _strength(owners: Sequence[NeuronSegment], mechanism: str, seen: Callable[[float], np.ndarray]) -> str:
    """The parameter of a mechanism that takes a current away where it is 0."""
    for name in mechanism_variables(mechanism, PARAMETER):
        if "[" in name or name in mechanism_variables(mechanism, GLOBAL):
            continue
        parameter = SegmentVariable(owners, name)
        before = parameter.get().copy()
        parameter.set(0.0)
        gone = not (seen(0.0).any() or seen(STEP).any())
        parameter.set(before)
        if gone and before.any():
            return name
    return ""


def _made_of(
    owners: Sequence[NeuronSegment],
    mechanism: str,
    slope: Callable[[], np.ndarray],
    look: Callable[[float], None],
) -> tuple[np.ndarray, tuple[tuple[str, float], ...]] | None:
    """What of G is constant, (owners,), and which variables of the mechanism it is proportional to; None
    where that is not seen. The mechanism's states are left as they were.

    slope: G now, (owners,); look: makes NEURON compute everything at a V so far (mV) from that at rest.
    """
    states = {name: SegmentVariable(owners, name) for name in mechanism_variables(mechanism, STATE)}
    computed = [name for name in mechanism_variables(mechanism, VALUES) if "[" not in name]
    seen = {name: SegmentVariable(owners, name) for name in (*computed, *states)}
    before = {name: one.get().copy() for name, one in states.items()}
    draw = np.random.default_rng(0)  # the same each time
    conductances: list[np.ndarray] = []
    values: dict[str, list[np.ndarray]] = {name: [] for name in seen}
    for _ in range(DRAWS if states else 1):
        for one in states.values():
            one.set(draw.uniform(0.2, 0.8, len(owners)))
        conductances.append(slope())
        look(STEP)
        moved = {name: one.get().copy() for name, one in seen.items()}
        look(0.0)
        for name, one in seen.items():
            values[name].append(one.get().copy())
            if not np.array_equal(moved[name], values[name][-1]):  # of voltage, a current perhaps
                computed = [other for other in computed if other != name]
    for name, one in states.items():
        one.set(before[name])
    h.fcurrent()
    g = np.array(conductances)
    for factors in _candidates(computed, list(states)):
        part = np.prod([np.array(values[name]) ** power for name, power in factors], axis=0) if factors else 1
        with np.errstate(divide="ignore", invalid="ignore"):
            constant = np.where(g == 0, 0.0, g / part) if factors else g
        if not np.isfinite(constant).all():
            continue
        if (np.ptp(constant, axis=0) <= ALIKE * np.abs(constant).max(axis=0)).all():
            return constant.mean(axis=0), factors
    return None


def _candidates(computed: list[str], states: list[str]) -> Iterator[tuple[tuple[str, float], ...]]:
    """What a conductance may be proportional to, the simplest first."""
    yield ()
    yield from (((name, 1.0),) for name in computed)
    yield from (((name, float(power)),) for power in POWERS for name in states)
    for number, one in enumerate(states):
        for other in states[number + 1 :]:
            for p, q in product(POWERS, POWERS):
                yield ((one, float(p)), (other, float(q)))
