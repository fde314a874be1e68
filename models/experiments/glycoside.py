"""What does a cardiac glycoside do to a cell? Binding, pump current, V, Na+, Ca2+; the dose response."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell import pumps
from ..cell.cell import Cell
from ..errors import InputError, unknown_name
from ..parameters.arguments import check_callable
from ..parameters.pumps import DRUGS, ISOFORMS, MOLAR_MASS, SPECIES, occupancy
from ..parameters.units import parse_number
from ..solve.course import Course
from ..solve.equations import System
from ..solve.events import Event, check_hours, check_within
from ..solve.time_course import evolve
from ..words import HOUR
from .dataset import measured, of_course
from .given import Given, cell_and_settings
from .layout import Layout
from .rest import rest
from .rest_result import RestResult
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

DOSES = np.geomspace(1e-7, 10.0, 81)  # mM: 0.1 nM to 10 mM


@dataclass(repr=False)
class GlycosideResult(Result):
    """A cell that a glycoside is given to.

    before: the rest without the drug
    course: states over time, (times, compartments), with the net pump current
    drug: "ouabain" or "digoxin"
    species: whose isoforms bind it, "rat", "human" or "frog"
    dose: mM
    washout_at_hours: when the drug is gone (h), or None
    bound: by isoform, the bound share of its pumps (mean by area), (times,)
    doses: of the dose response (mM), (doses,)
    bound_at: by isoform its bound share at each dose when binding has come to rest and the concentrations
    have not changed, (doses,)
    current_at: what is then left of the resting pump current, as a share of it, (doses,)
    summary: scalars, the unit in every key
    """

    layout: Layout
    before: RestResult
    course: Course
    drug: str
    species: str
    dose: float
    washout_at_hours: float | None
    bound: dict[str, np.ndarray]
    doses: np.ndarray
    bound_at: dict[str, np.ndarray]
    current_at: np.ndarray
    summary: dict[str, Any]

    @property
    def pump_net(self) -> np.ndarray:
        """Net current of the pump (mA/cm2, outward positive), (times, compartments)."""
        assert self.course.pump is not None  # it was asked for
        return self.course.pump

    def to_xarray(self) -> "Dataset":
        """States per time, compartment (segment) and ion; binding per isoform over time and at each dose."""
        variables, coords = of_course(self.layout, self.course)
        own = {"dose": measured("dose", self.doses, "mM"), "isoform": list(self.bound)}
        variables |= {
            "pump_net": measured(("time", "segment"), self.pump_net, "mA/cm2", "net current of the pump"),
            "bound": measured(
                ("isoform", "time"), np.array(list(self.bound.values())), "1", "share of pumps"
            ),
            "bound_at": measured(
                ("isoform", "dose"), np.array(list(self.bound_at.values())), "1", "share at equilibrium"
            ),
            "pump_left": measured("dose", self.current_at, "1", "share of the resting pump current"),
        }
        return self._dataset(variables, coords | own)

    def line(self) -> str:
        """What it is, on one line."""
        s = self.summary
        return (
            f"{self.dose:.4g} mM {self.drug} on {s['cell']} for {s['hours']:.4g} h: "
            f"{s['v_before_mV']:.4g} to {s['v_end_mV']:.4g} mV"
        )


def parse_dose(drug: str, dose: Any) -> float:
    """A dose in mM, from "1 uM" or, by mass, "1 ng/ml"; InputError for what is none, or beyond 1 M."""
    try:
        return parse_number("dose", dose, "mM", 0, 1e3)
    except InputError:
        if "g/" not in str(dose):
            raise
    return parse_number("dose", dose, "g/l", 0, 1e6) / MOLAR_MASS[drug] * 1e3


def glycoside(
    cell: Given = "ventricle",
    drug: str = "ouabain",
    dose: Any = "1 uM",
    species: str | None = None,
    hours: float = 2.0,
    washout_at: float | None = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> GlycosideResult:
    """Give a glycoside to a resting cell and follow it.

    cell, set, scale, max_spikes, options: as in `rest`; a cell whose pump has isoforms.
    drug, dose: "ouabain" or "digoxin"; mM or with its unit, by mass too ("1 ng/ml").
    species: "rat", "human" or "frog", whose isoforms bind it (default: the cell's own).
    hours: how long to follow, or a time with its unit, "30 min".
    washout_at: when the drug is gone, likewise (default: never).
    progress: called with the time reached (ms) and words, how often the cell has fired.

    Raises InputError, BalanceError and ConvergenceError as `block`, InputError for a pump without isoforms.
    """
    check_callable("progress", progress)
    given = _checked_dose(drug, dose, species)
    hours = check_hours(hours)
    washout_at = check_within("washout_at", washout_at, hours)
    began = time.perf_counter()
    cell, set = cell_and_settings(cell, set, options)
    _check_isoforms(cell, drug)
    events = [Event(0.0, set={drug: given})]
    if washout_at is not None:
        events.append(Event(washout_at, set={drug: 0.0}))
    saved, binds = cell.starts, str(species or cell.conditions.species)
    with cell.changed(set, scale):
        try:
            cell.conditions = cell.conditions.with_(species=binds)
            before = rest(cell, max_spikes=max_spikes)
            cell.starts = before.states()
            course = evolve(cell, hours, events, progress=progress, pump=True, max_spikes=max_spikes)
            bound_at, current_at = _dose_response(cell, drug)
            bound = {alpha: _mean_bound(cell, course, alpha) for alpha in _isoforms(cell)}
            result = GlycosideResult(
                *(before.layout, before, course),
                drug,
                binds,
                given,
                washout_at,
                bound,
                DOSES,
                bound_at,
                current_at,
                {},
            )
            result.summary.update(_summary(result, cell))
        finally:
            cell.starts = saved
    result.summary["wall_s"] = time.perf_counter() - began
    return result


def _checked_dose(drug: str, dose: Any, species: str | None) -> float:
    """The dose in mM; InputError for a drug, a dose or a species that is none."""
    if not isinstance(drug, str) or drug not in DRUGS:
        raise unknown_name("drug", drug, DRUGS)
    if species is not None and str(species) not in SPECIES:
        raise unknown_name("species", species, SPECIES)
    return parse_dose(drug, dose)


def _check_isoforms(cell: Cell, drug: str) -> None:
    """InputError for a cell whose pump has none."""
    if not cell.parameters.pump.isoform:
        raise InputError(
            f"{cell.name}: its pump has no isoforms, so nothing says what binds {drug}; expected a cell with "
            'law = "isoforms" in [pump], such as ventricle, muscle_fast or muscle_slow'
        )


def _isoforms(cell: Cell) -> list[str]:
    return [alpha for alpha in ISOFORMS if alpha in cell.parameters.pump.isoform]


def _mean_bound(cell: Cell, course: Course, alpha: str) -> np.ndarray:
    """Bound share of an isoform's pumps over time, weighted by where they are."""
    weights = cell.area * cell.membrane.pump_share[f"pl_nak{alpha}"] * cell.strength["pump"]
    return course.gates[f"bound_pl_nak{alpha}"] @ weights / weights.sum()


def _dose_response(cell: Cell, drug: str) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """At each of DOSES: bound share by isoform, and the pump current left at the resting concentrations."""
    ko = cell.outside["k"] * cell.conditions.activity["k"]
    system = System(cell)
    system.full_rates(system.start)
    bound: dict[str, np.ndarray] = {}
    left, whole = np.zeros(len(DOSES)), 0.0
    for mechanism in cell.membrane.pump_share:
        alpha = pumps.isoform_of(mechanism)
        assert alpha is not None  # of a pump that has isoforms
        current = float(cell.variables[f"inet_{mechanism}"].get() @ cell.area)
        bound[alpha] = occupancy(drug, cell.conditions.species, alpha, DOSES, ko)
        left, whole = left + current * (1 - bound[alpha]), whole + current
    return bound, left / whole


def _summary(result: GlycosideResult, cell: Cell) -> dict[str, Any]:
    layout, course, before = result.layout, result.course, result.before
    weights = {
        alpha: float(np.mean(cell.membrane.pump_share[f"pl_nak{alpha}"] * cell.area))
        for alpha in result.bound
    }
    total = sum(weights.values())
    ko = before.mean("k")[1]
    at_dose = {
        alpha: float(occupancy(result.drug, result.species, alpha, result.dose, ko)) for alpha in weights
    }
    pump = layout.by_area(result.pump_net)
    half = float(np.exp(np.interp(0.5, 1 - result.current_at, np.log(result.doses))))
    summary = {
        "cell": layout.name,
        "drug": result.drug,
        "species": result.species,
        "dose_mM": result.dose,
        "hours": float(course.t[-1] / HOUR),
        "washout_at_hours": result.washout_at_hours,
        "v_before_mV": before.summary["v_rest_mV"],
        "v_end_mV": float(layout.by_area(course.v[-1])),
        "v_highest_mV": float(layout.by_area(course.v).max()),
        "v_change_mV": float(layout.by_area(course.v[-1])) - before.summary["v_rest_mV"],
        "pump_left_end": float(pump[-1] / before.summary["pump_net_current_uA_cm2"] * 1e3),
        "pump_left_lowest": float(pump.min() / before.summary["pump_net_current_uA_cm2"] * 1e3),
        "half_inhibition_mM": half,
        "bound_at_equilibrium": sum(at_dose[a] * weights[a] for a in weights) / total,
    }
    for alpha in result.bound:
        summary[f"{alpha}_share"] = weights[alpha] / total
        summary[f"{alpha}_bound_at_equilibrium"] = at_dose[alpha]
        summary[f"{alpha}_bound_end"] = float(result.bound[alpha][-1])
    for ion in layout.ions:
        values = layout.by_volume(getattr(course, ion), course.relative_volume)
        summary[f"{ion}i_before_mM"] = before.summary[f"{ion}i_mM"]
        summary[f"{ion}i_end_mM"] = float(values[-1])
        summary[f"{ion}i_change_mM"] = float(values[-1]) - before.summary[f"{ion}i_mM"]
    return summary
