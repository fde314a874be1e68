"""Where does a cell rest, and what does each process carry there?"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.constants import Avogadro

from ..cell.pumps import pumped
from ..errors import InputError
from ..parameters.arguments import check_callable, check_cell, named
from ..physics.ions import AMOUNT, OUTER, VALENCE, told_of
from ..physics.leaks import Leak, leak_of
from ..physics.theory import concentration_rate, ghk_slope_conductance, nernst, thermal_voltage
from ..solve.currents import by_process
from ..solve.equations import System
from ..solve.steady_state import find_steady_state
from ..words import HOUR, count, duration
from .keys import with_unit
from .layout import Layout, layout_of
from .predictions import predictions
from .result import Result
from .start import start_from

POLARISED = -40.0  # mV; a rest below it is called so


@dataclass(repr=False)
class RestResult(Result):
    """The resting state. Arrays have one value per compartment.

    v (mV); inside, outside (mM by ion); swelling (relative volume); currents (mA/cm2, outward positive, by
    ion and process: "leak", "pump", mechanisms by name); net (mM/ms by ion: what is left of all membrane and
    axial flow); leak: what each ion's is; leak_strength by ion, in the leak's unit; pump_net (mA/cm2); slope
    (S/cm2, slope conductance of the whole membrane, gates as they are); solver: how the state was found;
    summary: scalars, the unit in every key.
    """

    layout: Layout
    leak: dict[str, Leak]
    v: np.ndarray
    inside: dict[str, np.ndarray]
    outside: dict[str, np.ndarray]
    swelling: np.ndarray
    currents: dict[str, dict[str, np.ndarray]]
    net: dict[str, np.ndarray]
    leak_strength: dict[str, np.ndarray]
    pump_net: np.ndarray
    slope: np.ndarray
    solver: dict
    summary: dict

    def line(self) -> str:
        held = ", concentrations held" if self.solver["hold"] else ""
        return f"rest of {self.layout.name}: {self.summary['v_rest_mV']:.4g} mV{held}"

    def mean(self, ion: str) -> tuple[float, float]:
        """Mean concentration (mM) of an ion in the cell and outside."""
        inside = self.layout.by_volume(self.inside[ion], self.swelling)
        return float(inside), float(self.layout.by_volume(self.outside[ion]))

    def nernst(self, ion: str) -> float:
        """Nernst potential (mV) of an ion, from its mean concentrations."""
        return float(nernst(*self.mean(ion), VALENCE[ion], self.layout.celsius))

    def state(self) -> dict[str, np.ndarray]:
        """The state as a start for the same cell: v, na, k, ..., nao, ko, ..., swelling."""
        none = np.zeros(self.layout.size)
        found = {"v": self.v, "swelling": self.swelling}
        told = told_of(self.layout.ions)
        found |= {ion: self.inside.get(ion, none) for ion in told}
        return found | {ion + "o": self.outside.get(ion, none) for ion in told}


def rest(cell, set=None, scale=None, start=None, hold=None, progress=None, max_spikes=None) -> RestResult:
    """The resting state of a cell: the one that it goes to, however often it fires on the way.

    set: parameters of the experiment, e.g. {"ko": 8}; scale: factors on strengths, e.g. {"pump": 0.5};
    start: where to start from, e.g. {"na": 30, "v": -40} (see start.py); hold: "concentrations" finds V alone
    with the concentrations frozen; progress: called with a number and words, how often the cell has fired;
    max_spikes: after which it is given up (default: never). Raises InputError, or ConvergenceError where
    there is no resting state.
    """
    check_cell(cell)
    check_callable("progress", progress)
    start = named("start", start)
    if hold is not None and not (isinstance(hold, str) and hold == "concentrations"):
        raise InputError(f'hold={hold!r}: expected "concentrations" or nothing')
    began = time.perf_counter()
    saved = cell.start
    with cell.changed(set, scale):
        try:
            cell.start = start_from(cell, start, hold is not None)
            system = System(cell, hold=hold)
            if hold and cell.surroundings.followed:
                _hold_outside(cell, system, saved)
            x, solver = find_steady_state(system, progress, max_spikes)
            return _result(cell, system, x, {**solver, "hold": hold}, began)
        finally:
            cell.start = saved


def _hold_outside(cell, system: System, own: dict) -> None:
    """Hold in T-tubules what is there in the cell's `own` state: Na+ would follow from the start's V."""
    if not cell.surroundings.set_by_bath:
        return
    outside = {ion: own.get(ion + "o", cell.bath_of(ion)) for ion in told_of(cell.ions)}
    for ion, values in cell.settle_outside(np.asarray(own["v"]), outside).items():
        system.start[system.at[OUTER[ion]]] = values


def leak_slope(cell, ion: str, state: dict) -> np.ndarray:
    """Slope conductance (S/cm2) of an ion's leak per compartment."""
    if cell.membrane.leak[ion].symbol == "g":
        return cell.strength[ion].copy()
    return ghk_slope_conductance(
        cell.strength[ion], state[ion], state[ion + "o"], VALENCE[ion], state["v"], cell.celsius
    )


def _result(cell, system, x, solver, began) -> RestResult:
    y = system.expand(x)
    system.load(x)
    state = system.state(y)
    pump, change = pumped(system, y), system.full_rates(y)
    rates = {ion: change[system.at[AMOUNT[ion]]] for ion in cell.ions}
    currents = by_process(cell, pump, lambda: system.full_rates(y))
    slopes = {ion: leak_slope(cell, ion, state) for ion in cell.ions}
    layout = layout_of(cell)
    whole, local = _imbalance(layout, currents, slopes, rates)
    result = RestResult(
        layout=layout,
        leak=dict(cell.membrane.leak),
        v=state["v"],
        inside={ion: state[ion] for ion in cell.ions},
        outside={ion: state[ion + "o"].copy() for ion in cell.ions},
        swelling=state["swelling"].copy(),
        currents=currents,
        net=rates,
        leak_strength={ion: cell.strength[ion].copy() for ion in cell.ions},
        pump_net=pump.net,
        slope=system.slope_conductance(y),
        solver=solver,
        summary={},
    )
    atp = float(pump.atp @ (1e-8 * cell.area) * Avogadro)
    result.summary.update(_summary(result, predictions(cell, result), whole, local, atp))
    result.summary["way"] = _way(float(layout.by_area(cell.start["v"])), result.summary["v_rest_mV"], solver)
    result.summary["spikes_on_the_way"] = solver["spikes"]
    result.summary["wall_s"] = time.perf_counter() - began
    return result


def _way(start: float, v: float, solver: dict) -> str | None:
    """How a cell that fired, or that left a steady state, came from `start` to its rest at `v` (mV)."""
    said = []
    if solver["unstable"]:
        left = ", ".join(f"{left:.1f}" for left in solver["unstable"])
        said.append(f"does not stay at {left} mV, a steady state that it leaves at a small push")
    if solver["spikes"]:
        polarised = start < POLARISED and not solver["unstable"]
        place = f"its {'polarised rest' if polarised else 'start'} at {start:.1f} mV"
        last = duration(solver["fired_ms"] / HOUR)
        fired = f"{count(solver['spikes'], 'spike')} followed, the last after {last}"
        said.append(f"left {place} by firing ({fired}); next rest {v:.1f} mV")
    return "; ".join(said) or None


def _imbalance(layout, currents, slopes, rates) -> tuple[float, float]:
    """Largest net flux of any ion as a share of its leak: through the whole cell's membrane, and of one
    compartment with all that flows along the cell.

    An ion at equilibrium has no net leak; its leak is then what it exchanges, of the order of g RT/F. The
    second figure has a floor in short thick compartments: the last digit of V there drives an axial current
    that a tight membrane's leak may not exceed by much.
    """
    vt = float(thermal_voltage(layout.celsius))
    whole = local = 0.0
    for ion, parts in currents.items():
        leak = np.maximum(vt * slopes[ion], np.abs(parts["leak"]))
        leak = np.where(leak > 0, leak, np.max(np.abs(list(parts.values())), axis=0))
        if not leak.any():
            continue  # nothing carries this ion
        whole = max(whole, abs(float(sum(parts.values()) @ layout.area / (leak @ layout.area))))
        change = concentration_rate(leak, layout.area, layout.volume) / abs(VALENCE[ion])
        local = max(local, float(np.max(np.abs(rates[ion][leak > 0]) / change[leak > 0])))
    return whole, local


def _summary(result: RestResult, predicted: dict, whole: float, local: float, atp: float) -> dict:
    layout = result.layout
    summary = {
        "cell": layout.name,
        "v_rest_mV": float(layout.by_area(result.v)),
        "v_min_mV": float(result.v.min()),
        "v_max_mV": float(result.v.max()),
    }
    told = told_of(layout.ions)
    for ion in told:
        means = result.mean(ion) if ion in layout.ions else (None, None)
        summary[f"{ion}i_mM"], summary[f"{ion}o_mM"] = means
    summary["celsius_degC"] = layout.celsius
    for ion in dict.fromkeys(("k", "na", *told)):
        strength = result.leak_strength.get(ion)
        mean = None if strength is None else float(layout.by_area(strength))
        for leak in (leak_of(ion, law) for law in ("ghk", "ohmic")):
            summary[with_unit(leak.name, leak.unit)] = mean if result.leak.get(ion) == leak else None
    summary |= predicted
    summary |= {
        "membrane_resistance_ohm_cm2": float(layout.area.sum() / (result.slope @ layout.area)),
        "pump_net_current_uA_cm2": 1e3 * float(layout.by_area(result.pump_net)),
        "max_relative_net_flux": whole,
        "max_relative_compartment_flux": local,
        "atp_per_s": atp,
        "converged": True,
        "hold": result.solver["hold"],
        "last_newton_step": result.solver["last_step"],
        "iterations": result.solver["iterations"],
        "compartments": layout.size,
        "area_um2": float(layout.area.sum()),
        "volume_um3": float(result.swelling @ layout.volume),
        "relative_volume": float(layout.by_volume(result.swelling)),
        "surface_to_volume_per_um": float(layout.area.sum() / (result.swelling @ layout.volume)),
    }
    return summary


def key_of(leak: Leak) -> str:
    """The key of a leak's strength in a table of ions: "permeability_cm_s"."""
    return with_unit(leak.quantity, leak.unit)


def ion_rows(result) -> list[dict]:
    """One dict per ion: concentrations, Nernst potential, driving force, strength, currents (area means)."""
    layout, rows = result.layout, []
    v = result.summary["v_rest_mV"]
    kinds = dict.fromkeys(key_of(leak) for leak in result.leak.values())  # permeabilities, conductances
    for ion in layout.ions:
        e, (inside, outside) = result.nernst(ion), result.mean(ion)
        parts = {name: 1e3 * float(layout.by_area(i)) for name, i in result.currents[ion].items()}
        strength = float(layout.by_area(result.leak_strength[ion]))
        own = key_of(result.leak[ion])
        rows.append(
            {
                "ion": ion,
                "inside_mM": inside,
                "outside_mM": outside,
                "nernst_mV": e,
                "driving_force_mV": v - e,
                **{kind: strength if kind == own else None for kind in kinds},
                "leak_uA_cm2": parts.pop("leak"),
                "pump_uA_cm2": parts.pop("pump", 0.0),
                "channels_uA_cm2": sum(parts.values()),
                "net_uA_cm2": 1e3 * float(layout.by_area(sum(result.currents[ion].values()))),
            }
        )
    return rows
