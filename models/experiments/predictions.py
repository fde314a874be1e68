"""What the textbook equations say of a cell at rest: Goldman-Hodgkin-Katz, Mullins-Noda and chord voltages.

They count every conductance that the ions have at this very rest, channels as well as leaks. An ion that
only leaks has its permeability; where channels carry it too, its permeability is the constant-field one
that gives all of its passive current at this voltage and these concentrations, gates as they are. With
channels the equations are therefore no forecast of another state but a check of this one; GHK says what V
would be without the pump's current as long as the gates stay. The chord equation takes all passive chord
conductances, of leaks too, so that it checks that Na+ and K+ leak in the pump's ratio.

Transporters (kcc2, ncx and others) are no conductances. Where one moves Na+ or K+, these two do not leak
in the pump's ratio, and Mullins-Noda and chord are left out; where one moves charge with Na+ or K+, GHK
too.

Means are over the membrane: the net flux of each ion through all of it is zero, so that the equations hold
for such means where V and the concentrations differ a little from place to place. (They do even in a cell
of one membrane: at another voltage than the balanced one, the charge on the membrane is another share of
what a thin dendrite holds than of what the soma does.)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..cell.cell import Cell
from ..physics.ions import IONS, SYMBOL, VALENCE
from ..physics.theory import chord_voltage, ghk_current, ghk_voltage, mullins_noda, nernst
from .rest_result import RestResult
from .rest_summary import EQUATIONS

COTRANSPORTERS = ("pl_kcc2", "pl_kcc2sat", "pl_nkcc1", "pl_nkcc1log")
TRANSPORTERS = (*COTRANSPORTERS, "pl_ncx", "pl_ncxallosteric", "pl_cana2", "pl_pmca", "pl_sr")
# those by which Na+ or K+ moves charge; with pmca it is Na+ for Ca2+, whose own charge leaks back
ELECTROGENIC = ("pl_ncx", "pl_ncxallosteric", "pl_pmca")
NEAR = 1e-6  # mV from an ion's equilibrium, where its current says nothing of its permeability
NIL = 1e-6  # of what flows here and there, a net current that is none: of round-off no sign can be told
MONOVALENT = [name for name, ion in IONS.items() if abs(ion.valence) == 1 and name not in ("k", "na")]


@dataclass(frozen=True)
class Means:
    """Over the membrane: v (mV), inside and outside (mM by ion), passive currents (mA/cm2 by ion)."""

    v: float
    inside: dict[str, float]
    outside: dict[str, float]
    passive: dict[str, float]


def predictions(cell: Cell, result: RestResult) -> dict[str, float | str | None]:
    """ghk_mV, mullins_noda_mV, chord_mV (mV, None where left out) and, in not_predicted, why one is left
    out."""
    found: dict[str, float | str | None] = dict.fromkeys(EQUATIONS)
    if cell.parameters.epithelium is not None:
        return {**found, "not_predicted": "two unlike membranes face two baths, and no one equation holds"}
    if any("junction" in parts for parts in result.currents.values()):
        return {**found, "not_predicted": "ions pass to another cell, and no equation of one membrane holds"}
    ions = [ion for ion in ("k", "na", *MONOVALENT) if ion in result.inside]
    flows, why = _passive(result, ions)
    by_area = result.layout.by_area
    inside = {ion: float(by_area(result.inside[ion])) for ion in ions}
    outside = {ion: float(by_area(result.outside[ion])) for ion in ions}
    passive = {ion: float(by_area(own)) for ion, own in flows.items()}
    mean = Means(float(by_area(result.v)), inside, outside, passive)
    ghk = result.leak["k"].symbol == "p"
    strength: dict[str, float] = {}
    if not why and ghk:
        strength, why = _permeabilities(result, flows, mean)
    if why:
        return {**found, "not_predicted": why}
    transported = sorted({n for ion in ("k", "na") for n in cell.membrane.writes[ion] if n in TRANSPORTERS})
    ratio = cell.conditions.pump["n_na"] / cell.conditions.pump["n_k"]
    for name, value in _voltages(mean, strength, transported, result.layout.celsius, ratio).items():
        found[name] = float(value) if np.isfinite(value) else None
    if transported:
        names = " and ".join(name.removeprefix("pl_") for name in transported)
        charge = ", and charge," if found["ghk_mV"] is None and ghk else ""
        move = "move" if len(transported) > 1 else "moves"
        why = (
            f"{names} {move} Na+ or K+{charge} beside the pump, so that they do not leak in the pump's ratio"
        )
    return {**found, "not_predicted": why or None}


def _voltages(
    mean: Means, strength: dict[str, float], transported: list[str], celsius: float, ratio: float
) -> dict[str, float]:
    """What those equations that hold beside these transporters say (mV). strength: permeabilities (cm/s) by
    ion, none of a cell with conductances; ratio: Na+ per K+ of the pump."""
    found = {}
    with np.errstate(invalid="ignore", divide="ignore"):  # where no ion flows there is no equation
        given = strength, mean.inside, mean.outside, celsius
        if strength and not set(transported) & set(ELECTROGENIC):
            found["ghk_mV"] = ghk_voltage(*given)
        if strength and not transported:
            found["mullins_noda_mV"] = mullins_noda(*given, ratio)
        if not transported:
            found["chord_mV"] = _chord(mean, celsius, ratio)
    return found


def _passive(result: RestResult, ions: Sequence[str]) -> tuple[dict[str, np.ndarray], str]:
    """The passive current of each ion in each compartment (mA/cm2), and why it is not known."""
    found = {}
    for ion in ions:
        total = np.zeros_like(result.v)
        for name, values in result.currents[ion].items():
            parts = [part in TRANSPORTERS for part in name.split(" + ")]
            if any(parts) and not all(parts):
                plain = name.replace("pl_", "").replace(" + ", " and ")
                return {}, f"of the {SYMBOL[ion]} current of {plain} the passive part is not known"
            if name != "pump" and not any(parts):
                total += values
        found[ion] = total
    return found, ""


def _permeabilities(
    result: RestResult, flows: dict[str, np.ndarray], mean: Means
) -> tuple[dict[str, float], str]:
    """Permeability (cm/s) of each ion by all of its passive current, and why there is none. flows: as of
    `_passive`.

    An ion of no net current is at equilibrium with the whole membrane, though it may leave at one place what
    enters at another, each along its gradient there: its current says nothing of its permeability.
    """
    layout, found = result.layout, {}
    leaks = all(set(result.currents[ion]) <= {"leak", "pump"} for ion in flows)
    for ion, local in flows.items():
        inside, outside, passive = mean.inside[ion], mean.outside[ion], mean.passive[ion]
        found[ion] = float(layout.by_area(result.leak_strength[ion]))
        away = mean.v - float(nernst(inside, outside, VALENCE[ion], layout.celsius))
        each = result.v - nernst(result.inside[ion], result.outside[ion], VALENCE[ion], layout.celsius)
        nil = abs(passive) <= NIL * float(layout.by_area(np.abs(local)))
        if leaks or nil or abs(away) < NEAR or np.all(np.abs(each) < NEAR):
            continue
        if ion in MONOVALENT and set(result.currents[ion]) <= {"leak"}:
            continue
        unit = ghk_current(1.0, inside, outside, VALENCE[ion], mean.v, layout.celsius)
        if passive / unit < 0:
            return {}, _backwards(ion, local, each)
        found[ion] = float(passive / unit)
    return found, ""


def _backwards(ion: str, local: np.ndarray, away: np.ndarray) -> str:
    """Why an ion flows against the mean of its gradient. away: of each compartment from its equilibrium
    (mV)."""
    if np.all((local * away >= 0) | (np.abs(away) < NEAR)):
        return (
            f"{SYMBOL[ion]} enters at one place and leaves at another, each along its gradient there, and no "
            "equation of one membrane holds"
        )
    return f"{SYMBOL[ion]} flows against its gradient through what is no transporter known here"


def _chord(mean: Means, celsius: float, ratio: float) -> float:
    e = {ion: nernst(mean.inside[ion], mean.outside[ion], 1, celsius) for ion in ("k", "na")}
    g = {ion: np.divide(mean.passive[ion], mean.v - e[ion]) for ion in ("k", "na")}
    return float(chord_voltage(g["k"], e["k"], g["na"], e["na"], ratio))
