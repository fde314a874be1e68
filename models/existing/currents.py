"""What every mechanism of a user's model carries at a moment: of each ion, and what belongs to no ion.

Where a mechanism does not tell its current of an ion (no RANGE), it is taken out of a copy of the model, and
what the ion's whole current then lacks was its.
"""

from dataclasses import dataclass

import numpy as np

from ..simulator.nmodl import mechanism_variables
from ..simulator.runtime import h
from .reading import Mechanism, Model, values_now

VALUES = 2  # NEURON's kind of variable that a mechanism computes
NONE = ""  # in the place of an ion's name: a current that belongs to none
ELECTRODE = "electrode"  # likewise: of ELECTRODE_CURRENT, outward like the others
PER_AREA = 100.0  # nA/um2 -> mA/cm2

Key = tuple[str, str]  # mechanism and ion


@dataclass(frozen=True, eq=False)
class Currents:
    """Currents through the membrane at a moment (mA/cm2, outward), (compartments,) each.

    parts: by mechanism and ion; "" in place of an ion for those that belong to none, "electrode" for what an
    electrode brings
    whole: of every ion, all that carries it
    """

    parts: dict[Key, np.ndarray]
    whole: dict[str, np.ndarray]

    @property
    def net(self) -> np.ndarray:
        """All together (mA/cm2, outward), (compartments,): what charges the membrane is the rest of the
        current along the cell."""
        return np.sum([*self.parts.values()], axis=0)


def currents_in_copy(model: Model) -> Currents:
    """The currents at the V and the states that the segments have now. To be called in a copy of the process
    (`in_a_copy`): mechanisms are taken out of the model for it."""
    h.fcurrent()
    parts: dict[Key, np.ndarray] = {}
    whole = {ion: _whole(model, ion) for ion in model.ions}
    hidden: list[tuple[Mechanism, list[str]]] = []
    for one in model.mechanisms.values():
        for name in one.said.nonspecific:
            _add(parts, (one.name, NONE), _density(model, one, name))
        for name in one.said.electrode:
            _add(parts, (one.name, ELECTRODE), -_density(model, one, name))
        silent = [ion for ion in model.ions if one.said.carries(ion) and not _tells(one, f"i{ion}")]
        for ion in (ion for ion in model.ions if one.said.carries(ion) and ion not in silent):
            _add(parts, (one.name, ion), _density(model, one, f"i{ion}"))
        if silent:
            hidden.append((one, silent))
    return Currents(parts | _of_hidden(model, hidden, parts, whole), whole)


def _add(parts: dict[Key, np.ndarray], key: Key, values: np.ndarray) -> None:
    parts[key] = parts[key] + values if key in parts else values


def _whole(model: Model, ion: str) -> np.ndarray:
    found = np.zeros(model.size)
    present = model.ions[ion].present
    own = [s for s, here in zip(model.compartments.segments, present, strict=True) if here]
    found[present] = values_now(own, f"i{ion}")
    return found


def _tells(one: Mechanism, name: str) -> bool:
    return (name if one.point else f"{name}_{one.name}") in mechanism_variables(one.name, VALUES)


def _density(model: Model, one: Mechanism, name: str) -> np.ndarray:
    """A mechanism's current as NEURON has it now, per membrane of its compartment (mA/cm2)."""
    values = one.values(name)
    if one.point:
        values = PER_AREA * values / model.area[one.at]
    return np.bincount(one.at, values, model.size)


def _of_hidden(
    model: Model,
    hidden: list[tuple[Mechanism, list[str]]],
    parts: dict[Key, np.ndarray],
    whole: dict[str, np.ndarray],
) -> dict[Key, np.ndarray]:
    """The currents of mechanisms that do not tell them. Each is taken out, but for the last that carries an
    ion, which has what is left; so have point processes, which cannot be taken out, several together."""
    left = {ion: _rest(ion, whole[ion], parts) for ion in whole}
    waiting = {ion: [one.name for one, ions in hidden if ion in ions] for ion in whole}
    found: dict[Key, np.ndarray] = {}
    # those that write concentrations last: without them the others' are not what they were
    for one, ions in sorted(hidden, key=lambda pair: (pair[0].point, _dissolves(pair[0]))):
        before, several = _all(model, ions), any(len(waiting[ion]) > 1 for ion in ions)
        if several and not one.point:
            for sec in dict.fromkeys(owner.sec for owner in one.owners):
                sec.uninsert(one.name)
            h.fcurrent()
            after = _all(model, ions)
        for ion in ions:
            if len(waiting[ion]) == 1 or one.point:
                found[" and ".join(waiting[ion]), ion] = left[ion]
                waiting[ion] = []
            elif waiting[ion]:
                found[one.name, ion] = before[ion] - after[ion]
                left[ion] = left[ion] - found[one.name, ion]
                waiting[ion].remove(one.name)
    return found


def _rest(ion: str, whole: np.ndarray, parts: dict[Key, np.ndarray]) -> np.ndarray:
    told = [values for (_, carried), values in parts.items() if carried == ion]
    return whole - np.sum(told, axis=0) if told else whole


def _all(model: Model, ions: list[str]) -> dict[str, np.ndarray]:
    return {ion: _whole(model, ion) for ion in ions}


def _dissolves(one: Mechanism) -> bool:
    return any(one.said.concentrations(ion) for ion in one.said.ions)
