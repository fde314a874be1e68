"""A rest ion by ion: the one table behind what is printed and what is written."""

from typing import Any

from ..physics.leaks import Leak
from .keys import with_unit
from .rest_result import RestResult


def key_of(leak: Leak) -> str:
    """The key of a leak's strength in a table of ions: "permeability_cm_s"."""
    return with_unit(leak.quantity, leak.unit)


def ion_rows(result: RestResult) -> list[dict[str, Any]]:
    """One dict per ion: concentrations, Nernst potential, driving force, strength, currents (area means)."""
    layout, rows = result.layout, []
    v = result.summary["v_rest_mV"]
    kinds = dict.fromkeys(key_of(leak) for leak in result.leak.values())  # permeabilities, conductances
    joined = any("junction" in parts for parts in result.currents.values())
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
                **({"junction_uA_cm2": parts.pop("junction", 0.0)} if joined else {}),
                "channels_uA_cm2": sum(parts.values()),
                "net_uA_cm2": 1e3 * float(layout.by_area(sum(result.currents[ion].values()))),
            }
        )
    return rows
