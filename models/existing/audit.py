"""What does the rest of a NEURON model hide? Which ions flow for ever with nothing that brings them back.

At rest V and gates stand still, and so do concentrations that are constants; what flows through the membrane
does not. Were concentrations to follow from what flows, as they do in a cell, each would drift by I A/(z F
volume) from the first moment on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.replaced import UNTOUCHED, UNTOUCHED_ELSE
from ..experiments.dataset import measured, places, sizes, text
from ..experiments.layout import Layout
from ..experiments.result import Result
from ..parameters.arguments import check_callable
from ..physics.ions import IONS, SYMBOL
from ..physics.theory import AVOGADRO, FARADAY, concentration_rate, nernst
from .approach import FOR_GOOD
from .currents import ELECTRODE, NONE
from .equations import charged
from .plainly import paragraph
from .reading import Ion, Model, read_model
from .settle import layout_of_model, settled_apart
from .settling import Settled, roots_of
from .stability import response

if TYPE_CHECKING:
    from xarray import Dataset

MINUTE = 6e4  # ms
TO_NA = 0.01  # mA/cm2 um2 -> nA
PER_ATP = {"na": 3.0, "ca": 1.0}  # ions that the Na+/K+ pump, and a Ca2+ pump of the membrane, move out
BACK = 2.0  # K+ that the Na+/K+ pump brings in meanwhile
APART = 1.0  # mV between E and the Nernst potential, from which they do not match
TENTH = 0.1


@dataclass(frozen=True, eq=False)
class IonAudit:
    """An ion at rest, (compartments,) each; nan where the model has none.

    inside, outside: concentrations (mM); given: whether anybody set or computes them, so that they are not
    what NEURON gives every ion
    potential: E (mV); nernst: that of the concentrations (mV)
    net: current through the membrane, outward (mA/cm2)
    drift: of the concentration inside, that nothing but a constant holds (mM/min)
    tenth: after which a tenth of the concentration has come or gone (s)
    taken_by: mechanisms that compute the concentration inside, and take what enters out of it again without a
    current
    """

    inside: np.ndarray
    outside: np.ndarray
    given: bool
    potential: np.ndarray
    nernst: np.ndarray
    net: np.ndarray
    drift: np.ndarray
    tenth: np.ndarray
    taken_by: tuple[str, ...]


@dataclass(repr=False)
class AuditResult(Result):
    """What flows at the rest of a model.

    v: mV, (compartments,)
    currents: by mechanism and ion (mA/cm2, outward), (compartments,) each; "" in place of an ion for what
    belongs to none, "electrode" for what an electrode brings
    ions: by name
    moves: by how much V would move, in proportion, were a 3:2 pump added that returns all Na+ (mV),
    (compartments,)
    words: what it amounts to, in a paragraph
    summary: scalars, the unit in every key
    """

    layout: Layout
    v: np.ndarray
    currents: dict[tuple[str, str], np.ndarray]
    ions: dict[str, IonAudit]
    moves: np.ndarray
    words: str
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        rows = [f"{row['ion']} {row['net_mM_per_min']:+.3g} mM/min" for row in self.summary["ions"]]
        return f"{self.layout.name} at {self.summary['v_rest_mV']:.2f} mV: {', '.join(rows) or 'no ions'}"

    def to_xarray(self) -> "Dataset":
        """Currents of every mechanism, and drift of every ion, by compartment."""
        variables = {"v": measured("segment", self.v, "mV"), **sizes(self.layout)}
        parts = np.array([*self.currents.values()]).reshape(len(self.currents), len(self.v))
        variables["current"] = measured(("part", "segment"), parts, "mA/cm2", "outward")
        variables["mechanism"] = text("part", [one for one, _ in self.currents])
        variables["carried"] = text("part", [ion for _, ion in self.currents])
        for name, ion in self.ions.items():
            variables[f"{name}_drift"] = measured("segment", ion.drift, "mM/min")
            variables[f"{name}_net"] = measured("segment", ion.net, "mA/cm2", "outward")
        return self._dataset(variables, places(self.layout))


def audit(
    sections: Any = None,
    start: Any = None,
    progress: Callable[..., None] | None = None,
    name: str = "model",
    for_good: Any = FOR_GOOD,
) -> AuditResult:
    """What flows at the rest of a NEURON model and is not brought back: by ion, mechanism and compartment.

    sections, start, progress, name, for_good: as in `settle`, and so are the errors. Nothing of the model is
    changed.
    """
    check_callable("progress", progress)
    began = time.perf_counter()
    model = read_model(sections)
    settled = settled_apart(model, start, for_good, progress)
    layout = layout_of_model(model, name)
    v = settled.states.by_compartment(settled.y, "v", model.size)
    ions = {one.name: _ion(model, settled, one) for one in model.ions.values() if _flows(settled, one)}
    pumped = -ions["na"].net / PER_ATP["na"] if "na" in ions else np.zeros(model.size)
    moves = _moves(model, settled, np.nan_to_num(pumped))
    summary = {
        "cell": name,
        "v_rest_mV": float(v[roots_of(model)[0]]),
        "compartments": model.size,
        "ions": [_row(model, settled, ion, own) for ion, own in ions.items()],
        "no_ion": _no_ion(model, settled),
        "mismatched": [SYMBOL.get(ion, ion) for ion, own in ions.items() if _mismatched(own)],
        **_pump(model, ions, np.nan_to_num(pumped), moves),
        "left_out": settled.left_out,
    }
    summary["words"] = paragraph(summary)
    summary["wall_s"] = time.perf_counter() - began
    return AuditResult(layout, v, settled.currents.parts, ions, moves, summary["words"], summary)


def _flows(settled: Settled, ion: Ion) -> bool:
    """Whether any mechanism carries an ion."""
    return any(carried == ion.name for _, carried in settled.currents.parts)


def _ion(model: Model, settled: Settled, ion: Ion) -> IonAudit:
    net = np.where(ion.present, settled.currents.whole[ion.name], np.nan)
    kinds = settled.states.kinds

    def here(variable: str, constant: np.ndarray) -> np.ndarray:
        """The concentration at rest where it is computed, else the model's own."""
        if variable not in kinds:
            return constant
        found = settled.states.by_compartment(settled.y, variable, model.size)
        return np.where(np.isnan(found), constant, found)

    inside, outside = here(f"{ion.name}i", ion.inside), here(f"{ion.name}o", ion.outside)
    with np.errstate(divide="ignore", invalid="ignore"):
        drift = MINUTE * concentration_rate(-net / ion.valence, model.area, model.volume)
        tenth = 60 * TENTH * inside / np.abs(drift)
        balanced = np.asarray(nernst(inside, outside, ion.valence, model.celsius))
    usual = [UNTOUCHED.get(f"{ion.name}{side}", UNTOUCHED_ELSE) for side in "io"]
    own = ion.present
    touched = np.any(inside[own] != usual[0]) or np.any(outside[own] != usual[1])
    return IonAudit(
        inside=inside,
        outside=outside,
        given=bool(touched or ion.inside_by or ion.outside_by),
        potential=_potential(model, settled, ion, balanced),
        nernst=balanced,
        net=net,
        drift=drift,
        tenth=np.where(np.isfinite(tenth), tenth, np.nan),
        taken_by=ion.inside_by,
    )


def _potential(model: Model, settled: Settled, ion: Ion, balanced: np.ndarray) -> np.ndarray:
    """E at rest: constant, or that of the concentrations where these are computed."""
    follows = np.isin(ion.potential_is, ["always", "at the start"])
    return np.where(follows, balanced, ion.potential)


def _mismatched(own: IonAudit) -> bool:
    return own.given and bool(np.nanmax(np.abs(own.potential - own.nernst), initial=0.0) > APART)


def _row(model: Model, settled: Settled, name: str, own: IonAudit) -> dict[str, Any]:
    """What a summary says of an ion."""
    ion, carried = model.ions[name], {}
    for (mechanism, of), values in settled.currents.parts.items():
        if of == name:
            carried[mechanism] = TO_NA * float(values @ model.area)
    here = np.isfinite(own.drift)
    fastest = int(np.nanargmax(np.abs(own.drift)))
    soonest = None if np.isnan(own.tenth).all() else float(np.nanmin(own.tenth))
    volume = model.volume[here]

    def mean(values: np.ndarray) -> float | None:
        found = float(values[here] @ volume / volume.sum())
        return found if np.isfinite(found) else None

    return {
        "ion": SYMBOL.get(name, name),
        "inside_mM": mean(own.inside),
        "outside_mM": mean(own.outside),
        "given": own.given,
        "potential_mV": mean(own.potential),
        "nernst_mV": mean(own.nernst),
        "set_by": ", ".join(dict.fromkeys(str(one) for one in ion.potential_is[ion.present])),
        "net_nA": TO_NA * float(np.nansum(own.net * model.area)),
        "net_mM_per_min": mean(own.drift),
        "fastest_mM_per_min": float(own.drift[fastest]),
        "place": model.compartments.name_of(fastest),
        "tenth_after_s": soonest,
        "taken_by": ", ".join(own.taken_by) or None,
        "carried": [{"mechanism": mechanism, "current_nA": value} for mechanism, value in carried.items()],
    }


def _no_ion(model: Model, settled: Settled) -> list[dict[str, Any]]:
    """Currents that belong to no ion: non-specific ones, and those of ions that nobody knows."""
    rows = []
    for (mechanism, ion), values in settled.currents.parts.items():
        if ion in (NONE, ELECTRODE) or ion not in IONS:
            rows.append({"mechanism": mechanism, "current_nA": TO_NA * float(values @ model.area)})
    return [row for row in rows if row["current_nA"]]


def _moves(model: Model, settled: Settled, pumped: np.ndarray) -> np.ndarray:
    """By how much V moves where the pump's net current (mA/cm2, outward) is added."""
    states, rates = settled.states, np.zeros(len(settled.y))
    own = states.is_v
    rates[own] = (-1e3 * pumped / charged(model))[states.owner[own]]
    return states.by_compartment(response(settled.linear, rates), "v", model.size)


def _pump(model: Model, ions: dict[str, IonAudit], pumped: np.ndarray, moves: np.ndarray) -> dict[str, Any]:
    """What pumps would need that return Na+ (3:2) and Ca2+, and what the first would do to V and K+."""
    per_nano = 1e-9 / FARADAY * AVOGADRO  # ions/s of 1 nA
    net = TO_NA * float(pumped @ model.area)
    needed = max(net, 0.0) * per_nano
    if "ca" in ions:
        entering = -TO_NA * float(np.nansum(ions["ca"].net * model.area)) / IONS["ca"].valence
        needed += max(entering, 0.0) * per_nano / PER_ATP["ca"]
    left = None
    if "k" in ions:
        rest = np.nan_to_num(ions["k"].net) - BACK * pumped
        drift = MINUTE * concentration_rate(-rest, model.area, model.volume)
        left = float(drift @ model.volume / model.volume.sum())
    return {
        "atp_per_s": needed,
        "pump_nA": net,
        "pump_moves_v_by_mV": float(moves[roots_of(model)[0]]),
        "potassium_left_mM_per_min": left,
    }
