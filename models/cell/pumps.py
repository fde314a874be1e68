"""The pumps of a cell: which mechanisms, where, with which parameters in NEURON, and what they carry."""

from dataclasses import dataclass

import numpy as np

from ..errors import InputError, unknown_name
from ..parameters.pumps import (
    CYCLE,
    DRUGS,
    HORMONES,
    ISOFORMS,
    PUMP_LAWS,
    SITES,
    binding,
    hormone_factor,
    library,
)
from ..parameters.units import per_current_density
from ..physics.ions import told_of
from ..physics.theory import FARADAY
from ..simulator import nmodl, runtime
from ..simulator.mechanisms import PARAMETER, STATE, check_density, set_parameters
from ..simulator.runtime import h

ALIKE = 1e-6  # relative: two currents that a mechanism's file means to be in a fixed ratio


@dataclass(frozen=True)
class Pumped:
    """What the pumps carry, per compartment: na, k, their net current and F times their cycles (mA/cm2,
    outward positive); atp, what they spend (mol/cm2/s)."""

    na: np.ndarray
    k: np.ndarray
    cycle: np.ndarray
    net: np.ndarray
    atp: np.ndarray


def isoform_of(mechanism: str) -> str | None:
    """ "alpha2" of "pl_nakalpha2"; None for the pumps that have no isoforms."""
    name = mechanism.removeprefix("pl_nak")
    return name if name in ISOFORMS else None


def values(parameters) -> dict[str, float]:
    """Every number of the pump that may be changed later, by name; no drug, no hormone, no mutation."""
    found = {name: float(value) for name, value in parameters.pump.quantities().items()}
    for alpha in parameters.pump.isoform:
        found[f"{alpha}_activity"] = 1.0
    if parameters.pump.isoform:
        found |= dict.fromkeys((*DRUGS, *HORMONES), 0.0)
    return found


def mutate(cell) -> None:
    """What the mutations of the cell's file leave of each isoform's activity."""
    for alpha, isoform in cell.parameters.pump.isoform.items():
        if isoform.mutation is not None:
            share = 0.5 if isoform.mutated_share is None else float(isoform.mutated_share)
            left = float(library("mutations")[isoform.mutation]["activity"])
            cell.pump[f"{alpha}_activity"] = 1 - share + share * left


def shares(cell) -> dict[str, np.ndarray]:
    """Share of each of the cell's pump mechanisms in the pumps of every compartment."""
    pump = cell.parameters.pump
    if not pump.isoform:
        return {pump.mechanisms[0]: np.ones(cell.size)}
    whole = {alpha: np.full(cell.size, float(isoform.share)) for alpha, isoform in pump.isoform.items()}
    for name, own in cell.parameters.region.items():
        here = np.flatnonzero(cell.region == name)
        given = {alpha: float(getattr(own, alpha)) for alpha in whole if getattr(own, alpha) is not None}
        if not given:
            continue
        rest = sum(values[here[0]] for alpha, values in whole.items() if alpha not in given)
        left = 1 - sum(given.values())
        if left < -1e-9 or (rest == 0 and left > 1e-9):
            raise InputError(
                f"{cell.parameters.path}: [region.{name}]: the isoforms' shares there add up to "
                f"{sum(given.values()):g}, expected 1"
            )
        for alpha, values in whole.items():
            values[here] = given.get(alpha, values[here] * (left / rest if rest else 0.0))
    return {f"pl_nak{alpha}": values for alpha, values in whole.items()}


def neurons_values(cell, mechanism: str) -> dict:
    """The RANGE parameters of one of the cell's pump mechanisms, as NEURON takes them."""
    pump, alpha = cell.pump, isoform_of(mechanism)
    if mechanism == cell.parameters.pump.mechanism:
        return {cell.parameters.pump.maximal_current: _own_strength(cell) * (1 - cell.block)}
    found = {"imax": cell.strength["pump"] * cell.pump_share[mechanism], "block": cell.block}
    found |= {name: pump[name] for name in ("n_na", "n_k")}
    if alpha is None:
        return found | {name: pump[name] for name in PUMP_LAWS[cell.parameters.pump.law][1]}
    found |= {name: pump[name] for name in CYCLE}
    found |= {name: pump[f"{alpha}_{name}"] for name in SITES}
    found["km_na"] = found["km_na"] * hormone_factor({name: pump[name] for name in HORMONES})
    found["activity"] = pump[f"{alpha}_activity"]
    drugs = [name for name in DRUGS if pump[name] > 0]
    if len(drugs) > 1:
        raise InputError(f"{cell.name}: {' and '.join(drugs)} at once; expected one glycoside at a time")
    drug = drugs[0] if drugs else cell.glycoside
    rates = binding(drug, cell.species, alpha)
    return found | rates | {"dose": pump[drug]}


def check_block(cell, places: np.ndarray) -> None:
    """InputError where a block of the pumps in these compartments would have no effect."""
    working = sum(
        share * cell.pump.get(f"{isoform_of(mechanism)}_activity", 1.0)
        for mechanism, share in cell.pump_share.items()
    )
    if (cell.strength["pump"] * working)[places].any():
        return
    hint = f"; if {channel_as_pump(cell)}" if carriers_of_both(cell) else ""
    raise InputError(
        f"{cell.name}: a block has no effect: the pump that the cell knows of has a maximal current of 0 "
        f"there{hint}"
    )


def carriers_of_both(cell) -> list[str]:
    """The channels of a cell that carry Na+ and K+, of which one may be a pump."""
    return [name for name in cell.channels if name in cell.writes["na"] and name in cell.writes["k"]]


def channel_as_pump(cell) -> str:
    """How to say that one of those is the cell's pump, as the end of a sentence."""
    names = carriers_of_both(cell)
    return (
        f"{' or '.join(names)} is its pump, take it out of the channels and write [pump] mechanism = "
        f'"{names[0]}" and maximal_current = the name of its parameter'
    )


def pumped(system, y: np.ndarray) -> Pumped:
    """What the pumps of a system's cell carry in state y; NEURON is left evaluated there.

    Of a mechanism of the user's it is the difference that its maximal current makes.
    """
    cell = system.cell
    n_na, n_k = cell.pump["n_na"], cell.pump["n_k"]
    if cell.parameters.pump.mechanism is None:
        system.full_rates(y)
        parts = {
            name: sum(cell.variables[f"{name}_{mechanism}"].get() for mechanism in cell.pump_share)
            for name in ("icycle", "inet", "atpase")
        }
        cycle = parts["icycle"]
        return Pumped(n_na * cycle, -n_k * cycle, cycle, parts["inet"], parts["atpase"])
    maximal = cell.variables[f"{cell.parameters.pump.maximal_current}_{cell.parameters.pump.mechanism}"]
    strength = maximal.get().copy()
    try:
        maximal.set(0.0)
        without = _currents(system, y)
    finally:
        maximal.set(strength)
    na, k = _currents(system, y) - without
    return Pumped(na, k, na / n_na, na + k, 1e-3 * na / n_na / FARADAY)


def _currents(system, y: np.ndarray) -> np.ndarray:
    system.full_rates(y)
    return np.array([system.cell.variables[f"i{ion}"].get() for ion in ("na", "k")])


# ------------------------------------------------------------- a mechanism of the user's as the pump


def _own(cell) -> tuple[str, str, str]:
    """Mechanism, its maximal current, and the words that an error about it begins with."""
    pump = cell.parameters.pump
    return pump.mechanism, pump.maximal_current, f"{cell.parameters.path}: [pump] mechanism {pump.mechanism}"


def check_known(cell) -> None:
    """InputError unless the mechanism that is to be the cell's pump can be one, as far as its file says."""
    if cell.parameters.pump.mechanism is None:
        return
    mechanism, maximal, where = _own(cell)
    check_density(mechanism, where)
    said = nmodl.declarations(mechanism)
    written = {variable for variables in said.writes.values() for variable in variables} | {*said.nonspecific}
    if written != {"ina", "ik"}:
        raise InputError(
            f"{where}: it WRITEs {', '.join(sorted(written)) or 'nothing'}; expected a pump that WRITEs ina "
            "and ik and nothing else"
        )
    known = nmodl.mechanism_variables(mechanism, PARAMETER)
    if f"{maximal}_{mechanism}" not in known:
        names = [name.removesuffix(f"_{mechanism}") for name in known]
        raise unknown_name(
            "RANGE parameter", maximal, names or ["(it has none)"], f"{where}: maximal_current"
        )
    unit = h.units(f"{maximal}_{mechanism}")
    if per_current_density(unit, FARADAY) is None:
        has = f"has the unit ({unit})" if unit else "has no unit"
        raise InputError(
            f"{where}: maximal_current: {maximal} {has} in its file; expected that of a current density such "
            "as (mA/cm2), or of a molar flux such as (mol/cm2/s)"
        )


def _own_strength(cell) -> np.ndarray:
    """The maximal current of the user's mechanism, in the unit of its own parameter."""
    mechanism, maximal, _ = _own(cell)
    return cell.strength["pump"] * per_current_density(h.units(f"{maximal}_{mechanism}"), FARADAY)


def check_carried(cell) -> None:
    """Set the parameters of the user's mechanism; InputError unless it is a pump: what it carries is
    proportional to its maximal current, Na+ out and K+ in, and in the ratio that the file gives."""
    mechanism, maximal, where = _own(cell)
    set_parameters(cell.sections, mechanism, cell.parameters.pump.set, where)
    told = told_of(cell.ions)
    start = {"v": cell.start["v"][0], **{f"{ion}i": cell.start[ion][0] for ion in told}}
    start |= {f"{ion}o": cell.bath_of(ion)[0] for ion in told}
    # what every pump answers to: more Na+ inside, more K+ outside, no voltage to work against
    driven = start | {"v": 0.0, "nai": 3 * start["nai"], "ko": 3 * start["ko"]}
    for states in (None, 0.5):  # a state that begins with 0 may hide what is carried
        carried = [_alone(cell, state, states) for state in (start, driven)]
        largest = max(np.abs(currents).max() for currents in carried)
        if largest > 0:
            break
    if largest == 0:
        raise InputError(
            f"{where}: it carries nothing, neither in the state that the cell starts from nor with three "
            "times its Na+ inside and K+ outside"
        )
    for none, once, twice in carried:
        if np.abs(none).max() > ALIKE * largest or np.abs(twice - 2 * once).max() > ALIKE * largest:
            raise InputError(
                f"{where}: what it carries is not proportional to {maximal}: ina is {none[0]:.4g}, "
                f"{once[0]:.4g} and {twice[0]:.4g} mA/cm2 at 0, 1 and 2 uA/cm2; expected its maximal current"
            )
    ratio = cell.pump["n_na"] / cell.pump["n_k"]
    for _, (na, k), _ in carried:
        if abs(na + ratio * k) > ALIKE * largest:
            found = f"{-na / k:.6g}" if k else "no K+ at all"
            raise InputError(
                f"{where}: n_na : n_k is {ratio:.6g} in the file, and its currents (ina {na:.4g}, ik {k:.4g} "
                f"mA/cm2) have the ratio {found}; give its own n_na and n_k"
            )
    na, k = max((once for _, once, _ in carried), key=lambda once: abs(once[0]))
    if na < 0:
        raise InputError(
            f"{where}: it takes Na+ in and K+ out (ina {na:.4g}, ik {k:.4g} mA/cm2); "
            "currents are positive outward, so ina of a pump is positive and ik negative"
        )


def _alone(cell, state: dict[str, float], states: float | None) -> list[np.ndarray]:
    """ina and ik (mA/cm2) of the user's mechanism alone, in a section of its own at V and concentrations, at
    0, 1 and 2 uA/cm2 of maximal current; its own states as they begin or all of the same value."""
    mechanism, maximal, where = _own(cell)
    sec = h.Section(name="pump")
    sec.insert(mechanism)
    set_parameters([sec], mechanism, cell.parameters.pump.set, where)
    runtime.reset(float(cell.celsius))
    for ion in {*nmodl.declarations(mechanism).ions} & {*told_of(cell.ions)}:
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
        setattr(sec(0.5), f"{ion}i", state[f"{ion}i"])
        setattr(sec(0.5), f"{ion}o", state[f"{ion}o"])
    found = []
    for strength in (0.0, 1e-3, 2e-3):
        own = strength * per_current_density(h.units(f"{maximal}_{mechanism}"), FARADAY)
        setattr(sec(0.5), f"{maximal}_{mechanism}", own)
        sec.v = state["v"]
        runtime.initialise()
        if states is not None:
            for name in nmodl.mechanism_variables(mechanism, STATE):
                setattr(sec(0.5), name, states)
            h.fcurrent()
        found.append(np.array([sec(0.5).ina, sec(0.5).ik]))
    return found
