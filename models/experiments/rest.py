"""Where does a cell rest, and what does each process carry there?"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.constants import Avogadro

from ..arguments import check_callable, check_cell, named
from ..balance import PASSIVE
from ..currents import by_process
from ..errors import InputError, unknown_name
from ..keys import with_unit
from ..leaks import Leak, leak_of
from ..parameters.units import parse_number
from ..pumps import pumped
from ..solutes import AMOUNT, VALENCE
from ..steady_state import find_steady_state
from ..system import System
from ..theory import (
    chord_voltage,
    concentration_rate,
    ghk_slope_conductance,
    ghk_voltage,
    mullins_noda,
    nernst,
    thermal_voltage,
)
from .layout import Layout, layout_of
from .result import Result


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
        """The state as a start for the same cell: v, na, k, cl, nao, ko, clo, swelling."""
        none = np.zeros(self.layout.size)
        found = {"v": self.v, "swelling": self.swelling}
        found |= {ion: self.inside.get(ion, none) for ion in VALENCE}
        return found | {ion + "o": self.outside.get(ion, none) for ion in VALENCE}


def start_from(cell, start: dict | None) -> dict[str, np.ndarray]:
    """The cell's start state with `v`, `na`, `cl` replaced; K+ follows from the charge.

    Where only `v` is given and chloride is at equilibrium in the cell, it is so at that voltage too: a cell
    that has been there for a while. (Not in a closed space, where it would have to come from somewhere.)
    Raises InputError for an unknown name, an impossible value, or where no K+ would be left.
    """
    state = {key: values.copy() for key, values in cell.start.items()}
    ranges = {"v": ("mV", -500, 500), "na": ("mM", 0, 1e4), "cl": ("mM", 0, 1e4)}
    for name, value in (start or {}).items():
        key = {"nai": "na", "cli": "cl"}.get(name, name)
        known = [k for k in ranges if k == "v" or k in cell.ions]
        if key in ("k", "ki"):
            raise InputError(f"start {name}={value}: K+ follows from the charge; give {', '.join(known)}")
        if key not in known:
            raise unknown_name("start value", name, known)
        unit, low, high = ranges[key]
        state[key][:] = parse_number(name, value, unit, low, high, key != "v")
    given = {{"nai": "na", "cli": "cl"}.get(name, name) for name in start or {}}
    if "v" in given and "cl" in cell.ions and "cl" not in given and cell.space != "closed":
        e_cl = nernst(cell.start["cl"], cell.bath_of("cl"), -1, cell.celsius)
        passive = np.abs(e_cl - cell.start["v"]) <= PASSIVE
        shifted = cell.start["cl"] * np.exp((state["v"] - cell.start["v"]) / thermal_voltage(cell.celsius))
        state["cl"] = np.where(passive, shifted, state["cl"])
    moved = {key: state[key] - cell.start[key] for key in ("v", "na", "cl")}
    state["k"] = (
        cell.start["k"]
        - moved["na"]
        + moved["cl"]
        + cell.charge_per_mv / state.get("swelling", 1.0) * moved["v"]
    )
    if (
        start and cell.space == "closed" and "nao" not in state
    ):  # what the membrane no longer holds is outside
        outer = cell.charge_per_mv * cell.volume / cell.outside_volume
        state["nao"] = cell.bath_of("na") - outer * moved["v"]
    if (state["k"] <= 0).any():
        raise InputError(
            f"start {start}: K+ follows from the charge and would be {state['k'].min():.4g} mM; expected a "
            "start that leaves it above 0"
        )
    return state


def rest(cell, set=None, scale=None, start=None, hold=None, progress=None) -> RestResult:
    """The resting state of a cell.

    set: parameters of the experiment, e.g. {"ko": 8}; scale: factors on strengths, e.g. {"pump": 0.5};
    start: where to start from, e.g. {"na": 30, "v": -40}; hold: "concentrations" finds V alone with the
    concentrations frozen. Raises InputError, or ConvergenceError where there is no resting state.
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
            cell.start = start_from(cell, start)
            system = System(cell, hold=hold)
            x, solver = find_steady_state(system, progress)
            return _result(cell, system, x, {**solver, "hold": hold}, began)
        finally:
            cell.start = saved


def leak_slope(cell, ion: str, state: dict) -> np.ndarray:
    """Slope conductance (S/cm2) of an ion's leak per compartment."""
    if cell.leak[ion].symbol == "g":
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
        leak=dict(cell.leak),
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
    ratio = cell.pump["n_na"] / cell.pump["n_k"]
    result.summary.update(_summary(result, ratio, whole, local, atp))
    result.summary["wall_s"] = time.perf_counter() - began
    return result


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


def predictions(result: RestResult, ratio: float) -> dict[str, float | None]:
    """What the textbook equations say for this cell's mean strengths and concentrations (mV).

    GHK is a prediction of V without the pump, Mullins-Noda of the steady state with it. The chord equation
    takes the leaks' chord conductances at this very state: with them it is no prediction but a check that
    Na+ and K+ leak in the pump's ratio. Only leaks enter, no channels.

    Means are over the membrane: the net flux of each ion through all of it is zero, so that the equations
    hold for such means where V and the concentrations differ a little from place to place. (They do even in
    a cell of one membrane: at another voltage than the balanced one, the charge on the membrane is another
    share of what a thin dendrite holds than of what the soma does.)
    """
    layout, celsius = result.layout, result.layout.celsius
    inside = {ion: layout.by_area(values) for ion, values in result.inside.items()}
    outside = {ion: layout.by_area(values) for ion, values in result.outside.items()}
    strength = {ion: layout.by_area(values) for ion, values in result.leak_strength.items()}
    v = layout.by_area(result.v)
    e = {ion: float(nernst(inside[ion], outside[ion], VALENCE[ion], celsius)) for ion in ("k", "na")}
    found = {"ghk_mV": None, "mullins_noda_mV": None}
    with np.errstate(invalid="ignore", divide="ignore"):  # where no ion flows there is no equation
        leak = {ion: layout.by_area(result.currents[ion]["leak"]) for ion in ("k", "na")}
        chord = {ion: np.divide(leak[ion], v - e[ion]) for ion in ("k", "na")}
        found["chord_mV"] = chord_voltage(chord["k"], e["k"], chord["na"], e["na"], ratio)
        if result.leak["k"].symbol == "p":
            found["ghk_mV"] = ghk_voltage(strength, inside, outside, celsius)
            found["mullins_noda_mV"] = mullins_noda(strength, inside, outside, celsius, ratio)
    return {k: float(x) if x is not None and np.isfinite(x) else None for k, x in found.items()}


def _summary(result: RestResult, ratio: float, whole: float, local: float, atp: float) -> dict:
    layout = result.layout
    summary = {
        "cell": layout.name,
        "v_rest_mV": float(layout.by_area(result.v)),
        "v_min_mV": float(result.v.min()),
        "v_max_mV": float(result.v.max()),
    }
    for ion in VALENCE:
        means = result.mean(ion) if ion in layout.ions else (None, None)
        summary[f"{ion}i_mM"], summary[f"{ion}o_mM"] = means
    summary["celsius_degC"] = layout.celsius
    for ion in ("k", "na", "cl", "ca"):
        strength = result.leak_strength.get(ion)
        mean = None if strength is None else float(layout.by_area(strength))
        for leak in (leak_of(ion, law) for law in ("ghk", "ohmic")):
            summary[with_unit(leak.name, leak.unit)] = mean if result.leak.get(ion) == leak else None
    summary |= predictions(result, ratio)
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
