"""What the textbook equations say of a cell at rest: Goldman-Hodgkin-Katz, Mullins-Noda and chord voltages.

They count every conductance that the ions have at this very rest, channels as well as leaks. An ion that
only leaks has its permeability; where channels carry it too, its permeability is the constant-field one
that gives all of its passive current at this voltage and these concentrations, gates as they are. With
channels the equations are therefore no forecast of another state but a check of this one; GHK says what V
would be without the pump's current as long as the gates stay. The chord equation takes all passive chord
conductances, of leaks too, so that it checks that Na+ and K+ leak in the pump's ratio.

Transporters (kcc2, nkcc1, ncx, pmca) are no conductances. Where one moves Na+ or K+, these two do not leak
in the pump's ratio, and Mullins-Noda and chord are left out; where one moves charge with Na+ or K+, GHK
too.

Means are over the membrane: the net flux of each ion through all of it is zero, so that the equations hold
for such means where V and the concentrations differ a little from place to place. (They do even in a cell
of one membrane: at another voltage than the balanced one, the charge on the membrane is another share of
what a thin dendrite holds than of what the soma does.)
"""

import numpy as np

from ..physics.ions import IONS, SYMBOL, VALENCE
from ..physics.theory import chord_voltage, ghk_current, ghk_voltage, mullins_noda, nernst

TRANSPORTERS = ("pl_kcc2", "pl_nkcc1", "pl_ncx", "pl_pmca")
ELECTROGENIC = ("pl_ncx",)  # those that move Na+ or K+ with a net charge
NEAR = 1e-6  # mV from an ion's equilibrium, where its current says nothing of its permeability
MONOVALENT = [name for name, ion in IONS.items() if abs(ion.valence) == 1 and name not in ("k", "na")]
EQUATIONS = ("ghk_mV", "mullins_noda_mV", "chord_mV")


def predictions(cell, result) -> dict[str, float | str | None]:
    """ghk_mV, mullins_noda_mV, chord_mV (None where left out) and, in not_predicted, why one is left out."""
    found = dict.fromkeys(EQUATIONS)
    ghk = result.leak["k"].symbol == "p"
    if cell.parameters.epithelium is not None:
        return {**found, "not_predicted": "two unlike membranes face two baths, and no one equation holds"}
    ions = [ion for ion in ("k", "na", *MONOVALENT) if ion in result.inside]
    layout = result.layout
    mean = {
        "v": layout.by_area(result.v),
        "in": {ion: layout.by_area(result.inside[ion]) for ion in ions},
        "out": {ion: layout.by_area(result.outside[ion]) for ion in ions},
    }
    transported = sorted({n for ion in ("k", "na") for n in cell.membrane.writes[ion] if n in TRANSPORTERS})
    passive, why = _passive(cell, result, ions)
    ratio = cell.conditions.pump["n_na"] / cell.conditions.pump["n_k"]
    if not why and ghk:
        strength, why = _permeabilities(cell, result, ions, passive, mean)
    with np.errstate(invalid="ignore", divide="ignore"):  # where no ion flows there is no equation
        if not why and ghk:
            given = strength, mean["in"], mean["out"], layout.celsius
            if not set(transported) & set(ELECTROGENIC):
                found["ghk_mV"] = ghk_voltage(*given)
            if not transported:
                found["mullins_noda_mV"] = mullins_noda(*given, ratio)
        if not why and not transported:
            found["chord_mV"] = _chord(passive, mean, layout.celsius, ratio)
    if not why and transported:
        names = " and ".join(name.removeprefix("pl_") for name in transported)
        charge = ", and charge," if found["ghk_mV"] is None and ghk else ""
        why = f"{names} moves Na+ or K+{charge} beside the pump, so that they do not leak in the pump's ratio"
    found = {k: float(x) if x is not None and np.isfinite(x) else None for k, x in found.items()}
    return {**found, "not_predicted": why or None}


def _passive(cell, result, ions) -> tuple[dict[str, float], str]:
    """The passive current (mA/cm2, mean over the membrane) of each ion, and why it is not known."""
    found = {}
    for ion in ions:
        total = 0.0
        for name, values in result.currents[ion].items():
            parts = [part in TRANSPORTERS for part in name.split(" + ")]
            if any(parts) and not all(parts):
                plain = name.replace("pl_", "").replace(" + ", " and ")
                return {}, f"of the {SYMBOL[ion]} current of {plain} the passive part is not known"
            if name != "pump" and not any(parts):
                total += float(result.layout.by_area(values))
        found[ion] = total
    return found, ""


def _permeabilities(cell, result, ions, passive, mean) -> tuple[dict[str, float], str]:
    """Permeability (cm/s) of each ion by all of its passive current, and why there is none."""
    layout, found = result.layout, {}
    leaks = all(set(result.currents[ion]) <= {"leak", "pump"} for ion in ions)
    for ion in ions:
        inside, outside = mean["in"][ion], mean["out"][ion]
        found[ion] = layout.by_area(result.leak_strength[ion])
        away = mean["v"] - float(nernst(inside, outside, VALENCE[ion], layout.celsius))
        if leaks or not passive[ion] or abs(away) < NEAR:
            continue
        if ion in MONOVALENT and set(result.currents[ion]) <= {"leak"}:
            continue
        unit = ghk_current(1.0, inside, outside, VALENCE[ion], mean["v"], layout.celsius)
        if passive[ion] / unit < 0:
            return {}, f"{SYMBOL[ion]} flows against its gradient through what is no transporter known here"
        found[ion] = passive[ion] / unit
    return found, ""


def _chord(passive, mean, celsius, ratio) -> float:
    e = {ion: nernst(mean["in"][ion], mean["out"][ion], 1, celsius) for ion in ("k", "na")}
    g = {ion: np.divide(passive[ion], mean["v"] - e[ion]) for ion in ("k", "na")}
    return chord_voltage(g["k"], e["k"], g["na"], e["na"], ratio)
