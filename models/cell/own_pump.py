"""A mechanism of the user's as the pump of a cell: whether it is one."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..errors import InputError, unknown_name
from ..parameters import Parameters
from ..parameters.units import per_current_density
from ..physics.ions import told_of
from ..physics.theory import FARADAY
from ..simulator import nmodl, runtime
from ..simulator.mechanisms import PARAMETER, STATE, check_density, set_parameters
from ..simulator.runtime import NeuronSection, h

ALIKE = 1e-6  # relative: two currents that a mechanism's file means to be in a fixed ratio


def _own(parameters: Parameters) -> tuple[str, str, str]:
    """Mechanism, its maximal current, and the words that an error about it begins with."""
    pump = parameters.pump
    where = f"{parameters.path}: [pump] mechanism {pump.mechanism}"
    return str(pump.mechanism), str(pump.maximal_current), where


def check_known(parameters: Parameters) -> None:
    """InputError unless the mechanism that is to be the cell's pump can be one, as far as its file says."""
    if parameters.pump.mechanism is None:
        return
    mechanism, maximal, where = _own(parameters)
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
    if units_per_current_density(mechanism, maximal) is None:
        unit = h.units(f"{maximal}_{mechanism}")
        has = f"has the unit ({unit})" if unit else "has no unit"
        raise InputError(
            f"{where}: maximal_current: {maximal} {has} in its file; expected that of a current density such "
            "as (mA/cm2), or of a molar flux such as (mol/cm2/s)"
        )


def units_per_current_density(mechanism: str, maximal: str) -> float | None:
    """How many units of the mechanism's maximal current are 1 mA/cm2; None where it is no current."""
    return per_current_density(h.units(f"{maximal}_{mechanism}"), FARADAY)


def check_carried(
    parameters: Parameters,
    sections: Sequence[NeuronSection],
    start: Mapping[str, np.ndarray],
    bath: Mapping[str, np.ndarray],
    celsius: float,
) -> None:
    """Set the parameters of the user's mechanism; InputError unless it is a pump: what it carries is
    proportional to its maximal current, Na+ out and K+ in, and in the ratio that the file gives.

    start: V (mV) and concentrations inside (mM) that the cell starts from; bath: mM, by ion; (compartments,)
    each. celsius: degC.
    """
    mechanism, maximal, where = _own(parameters)
    set_parameters(sections, mechanism, parameters.pump.set, where)
    state = {"v": start["v"][0], **{f"{ion}i": start[ion][0] for ion in bath}}
    state |= {f"{ion}o": bath[ion][0] for ion in bath}
    # what every pump answers to: more Na+ inside, more K+ outside, no voltage to work against
    driven = state | {"v": 0.0, "nai": 3 * state["nai"], "ko": 3 * state["ko"]}
    for states in (None, 0.5):  # a state that begins with 0 may hide what is carried
        carried = [_alone(parameters, one, states, celsius) for one in (state, driven)]
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
    _check_ratio(parameters, [once for _, once, _ in carried], largest)


def _check_ratio(parameters: Parameters, carried: list[np.ndarray], largest: float) -> None:
    """InputError unless ina and ik are in the ratio that the file gives, and the way a pump's are."""
    where, numbers = _own(parameters)[2], parameters.pump.quantities()
    ratio = float(numbers["n_na"]) / float(numbers["n_k"])
    for na, k in carried:
        if abs(na + ratio * k) > ALIKE * largest:
            found = f"{-na / k:.6g}" if k else "no K+ at all"
            raise InputError(
                f"{where}: n_na : n_k is {ratio:.6g} in the file, and its currents (ina {na:.4g}, ik {k:.4g} "
                f"mA/cm2) have the ratio {found}; give its own n_na and n_k"
            )
    na, k = max(carried, key=lambda once: abs(once[0]))
    if na < 0:
        raise InputError(
            f"{where}: it takes Na+ in and K+ out (ina {na:.4g}, ik {k:.4g} mA/cm2); "
            "currents are positive outward, so ina of a pump is positive and ik negative"
        )


def _alone(
    parameters: Parameters, state: dict[str, float], states: float | None, celsius: float
) -> list[np.ndarray]:
    """ina and ik (mA/cm2) of the user's mechanism alone, in a section of its own at V and concentrations, at
    0, 1 and 2 uA/cm2 of maximal current; its own states as they begin or all of the same value."""
    mechanism, maximal, where = _own(parameters)
    sec = h.Section(name="pump")
    sec.insert(mechanism)
    set_parameters([sec], mechanism, parameters.pump.set, where)
    runtime.reset(celsius)
    for ion in {*nmodl.declarations(mechanism).ions} & {*told_of(parameters.ions)}:
        h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
        setattr(sec(0.5), f"{ion}i", state[f"{ion}i"])
        setattr(sec(0.5), f"{ion}o", state[f"{ion}o"])
    found, unit = [], units_per_current_density(mechanism, maximal) or 1.0
    for strength in (0.0, 1e-3, 2e-3):
        setattr(sec(0.5), f"{maximal}_{mechanism}", strength * unit)
        sec.v = state["v"]
        runtime.initialise()
        if states is not None:
            for name in nmodl.mechanism_variables(mechanism, STATE):
                setattr(sec(0.5), name, states)
            h.fcurrent()
        found.append(np.array([sec(0.5).ina, sec(0.5).ik]))
    return found
