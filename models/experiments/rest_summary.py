"""The scalars of a rest: where it is, how it was reached, how well ions are at rest there."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..physics.ions import VALENCE, told_of
from ..physics.leaks import leak_of
from ..physics.theory import concentration_rate, thermal_voltage
from ..words import HOUR, count, duration
from .keys import with_unit
from .layout import Layout
from .rest_result import RestResult

if TYPE_CHECKING:
    from .cells_rest import CellsRest

EQUATIONS = ("ghk_mV", "mullins_noda_mV", "chord_mV")  # see predictions.py
POLARISED = -40.0  # mV; a rest below it is called so

Values = dict[str, np.ndarray]  # by ion, per compartment
Currents = dict[str, Values]  # by ion and process


def way(start: float, v: float, solver: dict[str, Any]) -> str | None:
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


def imbalance(layout: Layout, currents: Currents, slopes: Values, rates: Values) -> tuple[float, float]:
    """Largest net flux of any ion as a share of its leak: through the whole cell's membrane, and of one
    compartment with all that flows along the cell.

    An ion at equilibrium has no net leak; its leak is then what it exchanges, of the order of g RT/F. The
    second figure has a floor in short thick compartments: the last digit of V there drives an axial current
    that a tight membrane's leak may not exceed by much.
    """
    vt = float(thermal_voltage(layout.celsius))
    whole = local = 0.0
    # a channel alone of an ion at equilibrium carries round-off: no slope says what it exchanges
    least = np.max([np.abs(one) for parts in currents.values() for one in parts.values()], axis=0)
    for ion, parts in currents.items():
        leak = np.maximum(vt * slopes[ion], np.abs(parts["leak"]))
        if not any(np.any(part) for part in parts.values()) and not leak.any():
            continue  # nothing carries this ion
        leak = np.where(leak > 0, leak, np.maximum(least, np.max(np.abs(list(parts.values())), axis=0)))
        whole = max(whole, abs(float(sum(parts.values()) @ layout.area / (leak @ layout.area))))
        change = concentration_rate(leak, layout.area, layout.volume) / abs(VALENCE[ion])
        local = max(local, float(np.max(np.abs(rates[ion][leak > 0]) / change[leak > 0])))
    return whole, local


OF_GLIA = (
    "v_rest_mV",
    "nai_mM",
    "ki_mM",
    "cli_mM",
    "pump_net_current_uA_cm2",
    "atp_per_s",
    "relative_volume",
)


def with_glia(own: dict[str, Any], glia: dict[str, Any]) -> dict[str, Any]:
    """What a cell's summary says of its glia, beside the largest imbalance of both. own, glia: summaries."""
    found = {"glia": glia["cell"]} | {f"glia_{key}": glia[key] for key in OF_GLIA}
    both = ("max_relative_net_flux", "max_relative_compartment_flux")
    return found | {key: max(own[key], glia[key]) for key in both}


OF_CELL = (
    *("cell", "v_rest_mV", "v_min_mV", "v_max_mV", "nai_mM", "ki_mM", "cli_mM", "cai_mM", "nao_mM", "ko_mM"),
    *("clo_mM", "pump_net_current_uA_cm2", "atp_per_s", "membrane_resistance_ohm_cm2", "relative_volume"),
    *("compartments", "area_um2", "volume_um3"),
)


def cells_summary(result: "CellsRest", junctions: list[dict[str, Any]]) -> dict[str, Any]:
    """What is said of the rest of several cells: of all as of one cell, of each by itself, and of the
    junctions."""
    every = [one.summary for one in result.cells.values()]
    atp = sum(s["atp_per_s"] for s in every)
    pumps = sum(s["atp_per_s"] * (s["atp_share_of_pump"] or 0.0) for s in every)
    words = "several cells, of which each has a membrane of its own"
    predicted = {**dict.fromkeys(EQUATIONS), "not_predicted": words}
    most = [max(s[key] for s in every) for key in ("max_relative_net_flux", "max_relative_compartment_flux")]
    found = summary(result, predicted, (most[0], most[1]), {"pump": pumps, "others": atp - pumps})
    found["cells"] = [{key: s[key] for key in OF_CELL if key in s} for s in every]
    return found | {"junctions": junctions}


def summary(
    result: RestResult, predicted: dict[str, Any], net_flux: tuple[float, float], atp: dict[str, float]
) -> dict:
    """Everything that is said of a rest in one number. net_flux: see `imbalance`; atp: molecules/s by
    process."""
    layout = result.layout
    found = {
        "cell": layout.name,
        "v_rest_mV": float(layout.by_area(result.v)),
        "v_min_mV": float(result.v.min()),
        "v_max_mV": float(result.v.max()),
    }
    told = told_of(layout.ions)
    for ion in told:
        means = result.mean(ion) if ion in layout.ions else (None, None)
        found[f"{ion}i_mM"], found[f"{ion}o_mM"] = means
    found["celsius_degC"] = layout.celsius
    for ion in dict.fromkeys(("k", "na", *told)):
        strength = result.leak_strength.get(ion)
        mean = None if strength is None else float(layout.by_area(strength))
        for leak in (leak_of(ion, law) for law in ("ghk", "ohmic")):
            found[with_unit(leak.name, leak.unit)] = mean if result.leak.get(ion) == leak else None
    volume = float(result.relative_volume @ layout.volume)
    return {
        **found,
        **predicted,
        "membrane_resistance_ohm_cm2": float(layout.area.sum() / (result.slope @ layout.area)),
        "pump_net_current_uA_cm2": 1e3 * float(layout.by_area(result.pump_net)),
        "max_relative_net_flux": net_flux[0],
        "max_relative_compartment_flux": net_flux[1],
        "atp_per_s": sum(atp.values()),
        "atp_share_of_pump": atp["pump"] / sum(atp.values()) if any(atp.values()) else None,
        "converged": True,
        "hold": result.solver["hold"],
        "last_newton_step": result.solver["last_step"],
        "iterations": result.solver["iterations"],
        "compartments": layout.size,
        "area_um2": float(layout.area.sum()),
        "volume_um3": volume,
        "relative_volume": float(layout.by_volume(result.relative_volume)),
        "surface_to_volume_per_um": float(layout.area.sum() / volume),
    }
