"""The leaks and the pump with which a user's cell rests where it does, or what has to be changed for one.

In every compartment, at the cell's own V and with the conductance g of the user's own leaks:

    K+    g_K (V - E_K) + I_K = n_K I_p          I: all that channels carry and all that leaves along the cell
    Na+   g_Na (V - E_Na) + I_Na = -n_Na I_p
    all   g_K + g_Na + g_Cl + g_p I_p = g        g_Cl: at equilibrium, up to a share of g; g_p: pump's slope

Their e does not enter: at rest the leaks carry what the channels leave, and the pump takes its part of that.
Where g_K, g_Na or I_p would be negative no such membrane exists. The change that makes one, of g, of the
densities of channels or of E_K and E_Na (that is, of concentrations), is found as the least squares of all of
them together, each in its own measure, within bounds: scipy's trust-region reflective method (Branch MA,
Coleman TF, Li Y (1999) SIAM J Sci Comput 21:1-23, doi:10.1137/S1064827595289108).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

LEAST_DRIVE = 0.1  # mV, between V and E of K+ or Na+, below which no leak of it can be at rest with a pump
FORBIDDEN = 1e3  # weight of what may not be changed
MEASURE = 25.0  # mV of E, a concentration e-fold: counts as much as a conductance doubled or taken away
FARTHEST = 50.0  # mV
STRONGEST = 4.0  # factor of a density
NOTHING = 1e-3  # of these measures: what comes out smaller is left as it is
IONS = ("k", "na")


@dataclass(frozen=True, eq=False)
class Asked:
    """What a membrane has to be, (compartments,) each.

    v: at rest (mV); e: Nernst potentials of K+ and Na+ (mV) by ion
    carried: currents (mA/cm2, outward) by process and ion, as V and these e have them
    fixed: processes whose currents do not follow these e; chords: conductance (S/cm2) and reversal (mV) of
    those that K+ and Na+ share so that their reversal stays
    leaving: along the cell (mA/cm2 of membrane, out of the compartment) by ion
    leak: conductance of the user's own leaks (S/cm2); whole: of the membrane
    chloride: share of the leak that may be chloride's
    cycles: ions that a cycle of the pump moves, by ion; slope: conductance (S/cm2) of the pump by its cycles'
    current (mA/cm2)
    area: um2
    """

    v: np.ndarray
    e: Mapping[str, np.ndarray]
    carried: Mapping[str, Mapping[str, np.ndarray]]
    fixed: frozenset[str]
    chords: Mapping[str, tuple[np.ndarray, np.ndarray]]
    leaving: Mapping[str, np.ndarray]
    leak: np.ndarray
    whole: np.ndarray
    chloride: float
    cycles: Mapping[str, float]
    slope: np.ndarray
    area: np.ndarray


@dataclass(frozen=True, eq=False)
class Balanced:
    """A membrane at rest, (compartments,) each: conductances of leaks (S/cm2) by ion, the pump's cycles
    (mA/cm2), and how much more conductance than the user's own leaks have that takes (S/cm2)."""

    leak: dict[str, np.ndarray]
    cycle: np.ndarray
    more: np.ndarray


@dataclass(frozen=True, eq=False)
class Change:
    """A change that makes a membrane possible. shift: of E (mV) by ion; factor: of densities by process;
    more: conductance beside the user's own leaks (S/cm2), (compartments,)."""

    shift: dict[str, float]
    factor: dict[str, float]
    more: np.ndarray


def balanced(asked: Asked, change: Change | None = None) -> Balanced:
    """The membrane that is asked for, with the leaks made stronger where it takes that; after a change of E
    and densities, if given."""
    shift = change.shift if change else {}
    factor = change.factor if change else {}
    drive = {ion: asked.v - asked.e[ion] - shift.get(ion, 0.0) for ion in IONS}
    other = {ion: _other(asked, ion, shift, factor) for ion in IONS}
    n_k, n_na = asked.cycles["k"], asked.cycles["na"]
    a_k, a_na = np.maximum(drive["k"], LEAST_DRIVE), np.minimum(drive["na"], -LEAST_DRIVE)
    settled = -other["k"] / a_k - other["na"] / a_na
    per_cycle = n_k / a_k - n_na / a_na + asked.slope
    lowest = np.maximum(0.0, np.maximum(other["k"] / n_k, -other["na"] / n_na))
    least = settled + per_cycle * lowest
    whole = np.maximum(asked.leak, 1e-30)
    share = np.clip(1 - least / whole, 0.0, asked.chloride)
    short = least > asked.leak
    cycle = np.where(short, lowest, (asked.leak * (1 - share) - settled) / per_cycle)
    cycle = np.maximum(cycle, lowest)
    leak = {
        "k": np.maximum((n_k * cycle - other["k"]) / a_k, 0.0),
        "na": np.maximum((-n_na * cycle - other["na"]) / a_na, 0.0),
        "cl": asked.leak * share,
    }
    return Balanced(leak, cycle, np.where(short, least - asked.leak, 0.0))


def _other(asked: Asked, ion: str, shift: Mapping[str, float], factor: Mapping[str, float]) -> np.ndarray:
    """What carries an ion beside leak and pump (mA/cm2, outward), (compartments,), E shifted (mV) and
    densities multiplied."""
    e = {one: asked.e[one] + shift.get(one, 0.0) for one in IONS}
    drive = asked.v - asked.e[ion]
    near = np.abs(drive) < LEAST_DRIVE
    scaled = np.where(near, 1.0, (asked.v - e[ion]) / np.where(near, 1.0, drive))
    found = asked.leaving[ion].copy()
    for process, currents in asked.carried.items():
        if process in asked.chords:
            conductance, reversal = asked.chords[process]
            current = conductance * share(ion, reversal, e["k"], e["na"]) * (asked.v - e[ion])
        elif ion in currents:
            current = currents[ion] * (1.0 if process in asked.fixed else scaled)
        else:
            continue
        found = found + factor.get(process, 1.0) * current
    return found


def share(ion: str, reversal: np.ndarray, e_k: np.ndarray, e_na: np.ndarray) -> np.ndarray:
    """An ion's share, K+'s or Na+'s, of a conductance to the two that reverses there (mV), 0 to 1; of one
    that reverses nowhere, half. Any shape."""
    k = np.clip(np.nan_to_num((e_na - reversal) / (e_na - e_k), nan=0.5), 0.0, 1.0)
    return k if ion == "k" else 1 - k


def possible(asked: Asked) -> np.ndarray:
    """Whether each compartment can have a membrane as it is asked for, (compartments,)."""
    right = (asked.v - asked.e["k"] >= LEAST_DRIVE) & (asked.v - asked.e["na"] <= -LEAST_DRIVE)
    return right & (balanced(asked).more <= 0)


def least_change(asked: Asked, may: tuple[str, ...] = ("leak", "density", "concentration")) -> Change:
    """The smallest change with which there is a membrane at rest in every compartment.

    may: what may be changed; what else it takes is the leak's.
    """
    names = [process for process, own in asked.carried.items() if _matters(asked, own)]
    names = names if "density" in may else []
    shifted = IONS if "concentration" in may else ()
    weight = np.sqrt(asked.area / asked.area.sum()) * (1.0 if "leak" in may else FORBIDDEN)
    scale = np.maximum(asked.whole, asked.leak)

    def change_of(u: np.ndarray) -> Change:
        shift = {ion: MEASURE * float(value) for ion, value in zip(shifted, u, strict=False)}
        factor = {name: 1 + float(value) for name, value in zip(names, u[len(shifted) :], strict=True)}
        return Change(shift, factor, np.zeros(len(asked.v)))

    def cost(u: np.ndarray) -> np.ndarray:
        change = change_of(u)
        return np.concatenate([weight * balanced(asked, change).more / scale, _wrong(asked, change), u])

    from scipy.optimize import least_squares  # slow to load, and mostly nothing has to be changed

    size = len(shifted) + len(names)
    if not size:
        found = change_of(np.zeros(0))
    else:
        low = [-FARTHEST / MEASURE] * len(shifted) + [-1.0] * len(names)
        high = [FARTHEST / MEASURE] * len(shifted) + [STRONGEST - 1] * len(names)
        begin = np.zeros(size)
        for number, ion in enumerate(shifted):  # from where leaks can be at all
            begin[number] = _inevitable(asked, ion) / MEASURE
        found = change_of(least_squares(cost, begin, bounds=(low, high), diff_step=1e-4).x)
    shift = {ion: by for ion, by in found.shift.items() if abs(by) > NOTHING * MEASURE}
    factor = {name: by for name, by in found.factor.items() if abs(by - 1) > NOTHING}
    found = Change(shift, factor, found.more)
    return Change(shift, factor, balanced(asked, found).more)


def _matters(asked: Asked, currents: Mapping[str, np.ndarray]) -> bool:
    """Whether a process carries more than a thousandth of what its ions' currents are anywhere."""
    return any(
        ((np.abs(values) > 1e-3 * asked.leak * np.abs(asked.v - asked.e[ion])) & (asked.leak > 0)).any()
        for ion, values in currents.items()
    )


def _inevitable(asked: Asked, ion: str) -> float:
    """By how much E has to be shifted at least (mV), so that K+ leaks out and Na+ in everywhere."""
    drive = asked.v - asked.e[ion]
    if ion == "k":
        return float(min(0.0, drive.min() - 2 * LEAST_DRIVE))
    return float(max(0.0, drive.max() + 2 * LEAST_DRIVE))


def _wrong(asked: Asked, change: Change) -> np.ndarray:
    """How far E_K lies above V, and E_Na below it (in FORBIDDEN ways of counting), (2 compartments,)."""
    k = asked.e["k"] + change.shift.get("k", 0.0) - asked.v + LEAST_DRIVE
    na = asked.v - asked.e["na"] - change.shift.get("na", 0.0) + LEAST_DRIVE
    return FORBIDDEN * np.maximum(np.concatenate([k, na]), 0.0) / MEASURE
