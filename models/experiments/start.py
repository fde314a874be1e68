"""Where an experiment starts from: V and concentrations that a user gives, and what follows from them.

Ions pass the membrane as wholes, and charge is kept: of what enters each compartment, sum z n is
the charge on the membrane for the change of V. K+ closes that, unless it is given (by `ko`, in a closed
space); then Na+ does and, where that is given too, Cl-. In a closed space what is inside has left the
outside, so that each ion's total stays, inside and outside together. In a shell, which exchanges with the
bath, inside and outside are given apart, and outside too a charge is closed: by Na+ or, where it is given,
by Cl-.
"""

from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..cell.several import SeveralCells
from ..errors import InputError, unknown_name
from ..parameters.arguments import named
from ..parameters.units import parse_number
from ..physics.ions import IONS, SYMBOL, VALENCE
from ..physics.theory import nernst, thermal_voltage
from ..unpumped import PASSIVE

ALSO = {f"{ion}i": ion for ion in IONS}
FROM = {"": "the charge", " outside": "what has gone inside and the charge"}
CLOSING = ("k", "na", "cl")  # the ions that close the charge, in this order


def start_from(cell: Cell, start: dict[str, Any] | None, held: bool = False) -> dict[str, np.ndarray]:
    """The cell's start state with `v`, `na`, `cl`, `ca`, ... (mV, mM, inside) and, where the outside is a
    shell or closed, `nao`, `ko`, ... replaced, and what follows from them (see above).

    Where only `v` is given and chloride (or HCO3-) is at equilibrium in the cell, it is so at that voltage
    too: a cell that has been there for a while. (Not in a closed space, where it would have to come from
    somewhere.)
    start: numbers in mV and mM, or texts with a unit, by name or, of one place alone, "PLACE.NAME" with a
    place as `Cell.where` takes it, {"na": 12, "dend.na": 30}; of several cells in one system the place begins
    with the cell's name, "a.soma.na". What is given of a place goes before what is given of all, and of two
    places that have compartments in common the later one; held: the concentrations will stay as they start,
    so only what is given changes. Returns (compartments,) by name. Raises InputError for an unknown name or
    place, an impossible value, or where an ion would be used up.
    """
    if isinstance(cell, SeveralCells):
        every = named("start", start)
        parts = {label: _of_cell(cell, label, every) for label in cell.cells}
        return cell.joined([start_from(one, parts[label], held) for label, one in cell.cells.items()])
    groups: dict[str, dict[str, Any]] = {"": {}}
    for name, value in (start or {}).items():
        place, _, own = name.rpartition(".")
        groups.setdefault(place, {})[own] = value
    common = groups.pop("")
    state = _uniform(cell, common, held)
    for place, given in groups.items():
        plain = {ALSO.get(name, name) for name in given}
        others = {name: value for name, value in common.items() if ALSO.get(name, name) not in plain}
        here, own_state = cell.geometry.where(place), _uniform(cell, others | given, held)
        for key in own_state.keys() - state.keys():
            state[key] = cell.bath_of(key.removesuffix("o")).copy()
        for key, values in own_state.items():
            state[key][here] = values[here]
    return state


def _of_cell(system: SeveralCells, label: str, start: dict[str, Any]) -> dict[str, Any]:
    """What of a start is said of one of several cells, its name taken away. InputError for an unknown one."""
    found = {}
    for name, value in start.items():
        first, dot, rest = name.partition(".")
        if dot:
            system.named(first, f"start {name}")
        if not dot or first == label:
            found[rest if dot else name] = value
    return found


def _uniform(cell: Cell, start: dict[str, Any], held: bool) -> dict[str, np.ndarray]:
    """A start of which the same is given of every compartment."""
    state = {key: values.copy() for key, values in cell.start.items()}
    if not start:
        return state
    given = _parsed(cell, start)
    if "v" in given:
        state["v"][:] = given["v"]
    if "v" in given and not cell.surroundings.keeps_ions and not held:
        vt = thermal_voltage(cell.celsius)
        for ion in (ion for ion in cell.ions if IONS[ion].passive and ion not in given):
            before = cell.start[ion]
            e = nernst(before, cell.bath_of(ion), VALENCE[ion], cell.celsius)
            shifted = before * np.exp(-VALENCE[ion] * (state["v"] - cell.start["v"]) / vt)
            given[ion] = np.where(np.abs(e - cell.start["v"]) <= PASSIVE, shifted, before)
    relative_volume = state.get("relative_volume", np.ones(cell.size))
    per_mv = cell.geometry.charge_per_mv * cell.grown(relative_volume)
    charge = 0.0 if held else per_mv * (state["v"] - cell.start["v"])
    closed = cell.surroundings.keeps_ions
    entered = _entered(cell, given, charge, relative_volume, closed)
    for ion, gained in entered.items():
        if not np.any(gained):
            continue
        held_before = cell.buffer.amount(ion, cell.start[ion], relative_volume)
        state[ion] = given.get(ion, 0.0) + np.zeros(cell.size)
        if ion not in given:
            _check_left(start, ion, held_before + gained, "")
            state[ion] = cell.buffer.concentration(ion, held_before + gained, relative_volume)
        if closed:
            state[ion + "o"] = _outside(cell, ion) - gained / _room(cell, relative_volume)
            _check_left(start, ion, state[ion + "o"], " outside")
    if not closed:
        _set_shell(cell, start, given, state)
    return state


def _parsed(cell: Cell, start: dict[str, Any]) -> dict[str, Any]:
    """What is given by name ("na" for "nai"), as numbers; InputError where it cannot be."""
    inner = ["v", *(ion for ion in cell.ions if ion != "k")]
    outer = [f"{ion}o" for ion in cell.ions]
    given: dict[str, Any] = {}
    for name, value in start.items():
        key = ALSO.get(name, name)
        known = inner if cell.surroundings.set_by_bath else [*inner, *outer]
        if key == "k":
            raise InputError(f"start {name}={value}: K+ follows from the charge; give {', '.join(known)}")
        if key in outer and cell.surroundings.set_by_bath:
            raise InputError(
                f"start {name}={value}: the outside is a bath, which stays as it is; change it by set "
                f'({name}={value}), or give outside = "shell" or "closed"'
            )
        if key not in known:
            raise unknown_name("start value", name, known)
        if key in given:
            raise InputError(f"start {name}={value}: {key} is given twice")
        unit, low, high = ("mV", -500.0, 500.0) if key == "v" else ("mM", 0.0, 1e4)
        given[key] = parse_number(name, value, unit, low, high, key != "v")
    if cell.surroundings.keeps_ions:
        for ion in cell.ions:
            if ion in given and ion + "o" in given:
                raise InputError(
                    f"start: {ion} and {ion}o are both given, but in a closed space what is inside has left "
                    "the outside: one follows from the other; give one of them"
                )
    return given


def _outside(cell: Cell, ion: str) -> np.ndarray:
    return cell.start.get(ion + "o", cell.bath_of(ion))


def _room(cell: Cell, relative_volume: np.ndarray) -> np.ndarray:
    """Volume of the space outside as it is now, over that of the cell at the beginning."""
    return cell.outside_volume / cell.volume * (1 - cell.water_ratio * (relative_volume - 1))


def _entered(
    cell: Cell, given: dict[str, Any], charge: Any, relative_volume: np.ndarray, closed: bool
) -> dict[str, np.ndarray]:
    """What has entered by ion (mM of the cell's first volume), one of the ions closing the charge."""
    entered = {}
    for ion in cell.ions:
        if ion in given:
            before, now = (cell.buffer.amount(ion, c, relative_volume) for c in (cell.start[ion], given[ion]))
            entered[ion] = now - before
        elif closed and ion + "o" in given:
            entered[ion] = (_outside(cell, ion) - given[ion + "o"]) * _room(cell, relative_volume)
    closing = next((ion for ion in CLOSING if ion in cell.ions and ion not in entered), None)
    if closing is None:
        raise InputError(
            "start: K+, Na+ and Cl- are all given, and nothing is left that closes the charge; leave one out"
        )
    moved = charge - sum(VALENCE[ion] * gained for ion, gained in entered.items())
    return {**entered, closing: VALENCE[closing] * moved + np.zeros(cell.size)}


def _set_shell(
    cell: Cell, start: dict[str, Any], given: dict[str, Any], state: dict[str, np.ndarray]
) -> None:
    """Put what is given of a shell, and what closes its charge, into the state."""
    outer = {ion: given[ion + "o"] for ion in cell.ions if ion + "o" in given}
    if not outer:
        return
    closing = next((ion for ion in ("na", "cl", "k") if ion in cell.ions and ion not in outer), None)
    if closing is None:
        raise InputError(
            "start: nao, ko and clo are all given, and nothing is left that closes the charge; leave one out"
        )
    excess = sum(VALENCE[ion] * (c - _outside(cell, ion)) for ion, c in outer.items())
    for ion in cell.ions:
        state[ion + "o"] = outer.get(ion, _outside(cell, ion)) + np.zeros(cell.size)
    state[closing + "o"] = state[closing + "o"] - VALENCE[closing] * excess
    _check_left(start, closing, state[closing + "o"], " outside")


def _check_left(start: dict[str, Any], ion: str, values: np.ndarray, where: str) -> None:
    if np.min(values) <= 0:
        said = ", ".join(f"{name}={value}" for name, value in start.items())
        raise InputError(
            f"start {said}: {SYMBOL[ion]}{where} follows from {FROM[where]} and would be "
            f"{np.min(values):.4g} mM; expected a start that leaves it above 0"
        )
