"""How does a cell lose its rest when the Na+/K+ pump is blocked, and does it come back?"""

import time
from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq

from ..cell.pumps import check_block, pumped
from ..errors import ConvergenceError, InputError
from ..parameters.arguments import check_callable, check_cell
from ..physics.ions import IONS, VALENCE, told_of
from ..physics.theory import (
    concentration_rate,
    donnan_osmotic,
    donnan_voltage,
    electrogenic_step,
    nernst,
    thermal_voltage,
)
from ..solve.currents import by_process
from ..solve.equations import System
from ..solve.events import Event, apply, check_fraction, check_hours, check_within
from ..solve.steady_state import find_steady_state
from ..solve.time_course import Course, evolve
from ..words import HOUR
from .layout import Layout
from .rest import RestResult, rest
from .result import Result

SPENDING = ("pl_pmca",)  # mechanisms, beside the pump, that spend ATP
APART = 1e-3  # mV between V and an ion's Nernst potential up to which the ion is at equilibrium
MOST_ITERATIONS = 100  # of the end of a cell whose Ca2+ buffer fills; each brings about two digits


@dataclass(repr=False)
class BlockResult(Result):
    """A pump block. before: the rest it started from; course: states over time; where: indices of the
    blocked compartments, place: what they are called; v_immediate (mV per compartment): V at once after
    the block, concentrations as before, nan where the cell fires at once; final (mV per compartment),
    final_swelling (relative volumes): where this block leads if it lasts for ever, nan where there is no such
    state, endless then says why; final_name: what that state is; summary: scalars.
    """

    layout: Layout
    before: RestResult
    course: Course
    fraction: float
    where: np.ndarray
    place: str
    recover_at_hours: float | None
    v_immediate: np.ndarray
    final: np.ndarray
    final_swelling: np.ndarray
    final_name: str
    endless: str | None
    summary: dict

    def line(self) -> str:
        s = self.summary
        return (
            f"block of {100 * self.fraction:.4g} % of {s['cell']}'s pumps for {s['hours']:.4g} h: "
            f"{s['v_before_mV']:.4g} to {s['v_end_mV']:.4g} mV"
        )


def block(
    cell,
    fraction=1.0,
    hours=2.0,
    where="all",
    recover_at=None,
    set=None,
    scale=None,
    progress=None,
    max_spikes=None,
) -> BlockResult:
    """Block a fraction of the pumps of a resting cell and follow it.

    fraction: 0 to 1; hours: how long to follow; where: region, section or compartments (`Cell.where`);
    recover_at: hours at which the pumps run again; set, scale: as in `rest`; progress: called with the time
    reached (ms) and words, how often the cell has fired; max_spikes: after which the course is given up
    (default: never). Raises InputError or ConvergenceError.
    """
    check_cell(cell)
    check_callable("progress", progress)
    fraction, hours = check_fraction("fraction", fraction), check_hours(hours)
    recover_at = check_within("recover_at", recover_at, hours)
    places = cell.where(where)
    if fraction > 0:
        with cell.changed(set, scale):
            check_block(cell, places)
    place = where if isinstance(where, str) else f"{len(places)} compartments"
    before = rest(cell, set=set, scale=scale, max_spikes=max_spikes)
    began = time.perf_counter()
    saved = cell.start
    with cell.changed(set, scale):
        try:
            cell.start = before.state()
            start = Event(0.0, block=fraction, where=places)
            events = [start]
            if recover_at is not None:
                events.append(Event(recover_at, block=0.0, where=places))
            course = evolve(cell, hours, events, progress=progress, max_spikes=max_spikes)
            with cell.changed():
                apply(cell, start)
                v_immediate = _at_once(cell)
                cell.start = _last_blocked(course, recover_at)
                what = "full block" if len(places) == cell.size else f"block in {place}"
                what = what if fraction == 1 else f"{100 * fraction:g} % {what.removeprefix('full ')}"
                final, swollen, final_name, endless = final_state(cell, what, max_spikes)
            cell.start = before.state()
            errors = book_errors(cell, course)
            step = predicted_step(cell, before, fraction, places)
        finally:
            cell.start = saved
    result = BlockResult(
        layout=before.layout,
        before=before,
        course=course,
        fraction=fraction,
        where=places,
        place=place,
        recover_at_hours=recover_at,
        v_immediate=v_immediate,
        final=final,
        final_swelling=swollen,
        final_name=final_name,
        endless=endless,
        summary={},
    )
    result.summary.update(_summary(result, errors, step))
    result.summary["wall_s"] = time.perf_counter() - began
    return result


def predicted_step(cell, before: RestResult, fraction: float, where: np.ndarray) -> float:
    """Depolarisation (mV) when a part of the pump current stops: I_pump / G of the whole cell.

    G is the membrane's slope conductance, taken at rest and, because the constant-field current is curved,
    at the voltage that this first estimate leads to; the mean of the two counts. Gates stay as they are.
    """
    layout = before.layout
    stopped = np.zeros(layout.size)
    stopped[where] = fraction * before.pump_net[where]
    current = layout.by_area(stopped)
    slope = layout.by_area(before.slope)
    system = System(cell)
    moved = system.start.copy()
    moved[system.at["v"]] += electrogenic_step(current, slope)
    after = layout.by_area(system.slope_conductance(moved))
    return float(electrogenic_step(current, 0.5 * (slope + after)))


def _at_once(cell) -> np.ndarray:
    """V (mV per compartment) with the concentrations as they start; nan where it does not come to rest."""
    system = System(cell, hold="concentrations")
    try:
        return system.state(system.expand(find_steady_state(system)[0]))["v"]
    except ConvergenceError:
        return np.full(cell.size, np.nan)


def _last_blocked(course: Course, recover_at: float | None) -> dict[str, np.ndarray]:
    """The last state of a course in which the pumps were still blocked."""
    last = len(course.t) - 1
    if recover_at is not None:
        last = int(np.searchsorted(course.t, recover_at * HOUR * (1 - 1e-12)))
    return {key: values[last] for key, values in course.state.items()}


def final_state(
    cell, what: str = "full block", max_spikes: int | None = None
) -> tuple[np.ndarray, np.ndarray, str, str | None]:
    """Where a cell that is blocked as it is now goes in the end, from its start: V (mV) and relative volume
    per compartment, what that state is called, and the reason where there is none (then nan).

    what: the block is called; where nothing holds an ion from equilibrium the end is Donnan's.
    """
    what = f"{what}, for ever"
    try:
        shut = [ion for ion in cell.ions if not cell.strength[ion].any()]  # what cannot come to equilibrium
        if (
            (cell.conditions.block == 1).all()
            and not cell.surroundings.keeps_ions
            and not _further(cell)
            and not shut
        ):
            per_compartment = zip(cell.anion, cell.impermeant, cell.geometry.charge_per_mv, strict=True)
            ends = np.array([_donnan_end(cell, *own) for own in per_compartment])
            return ends[:, 0], ends[:, 1], f"Donnan ({what})", None
        system = System(cell)
        y = system.expand(find_steady_state(system, max_spikes=max_spikes)[0])
    except (InputError, ConvergenceError) as error:
        nowhere = np.full(cell.size, np.nan)
        return nowhere, nowhere, what, str(error)
    end = system.state(y)
    driven = _driven_by(cell, system, y)
    if not driven:
        return end["v"], end["swelling"], f"Donnan ({what})", None
    return end["v"], end["swelling"], f"{what}; {driven}", None


def plain(mechanism: str) -> str:
    """A mechanism as a reader calls it: "pmca" for "pl_pmca"."""
    return mechanism.removeprefix("pl_")


def _further(cell) -> list[str]:
    """The mechanisms and point processes beside leaks and pump."""
    return [*cell.membrane.channels, *cell.membrane.points]


def _driven_by(cell, system, y) -> str:
    """What keeps ions from equilibrium in the steady state y; "" where nothing does (Donnan)."""
    state = system.state(y)
    pump = pumped(system, y)
    system.full_rates(y)
    currents = by_process(cell, pump, lambda: system.full_rates(y))
    pumping, apart = bool((np.abs(pump.atp) > 0).any()), 0.0
    for ion in cell.ions:
        moving = sum(np.abs(values).max() for values in currents[ion].values())
        if moving > 0:
            e = nernst(state[ion], state[ion + "o"], VALENCE[ion], cell.celsius)
            apart = max(apart, float(np.abs(state["v"] - e).max()))
    if apart <= APART and not pumping:
        return ""
    spending = [
        *(["the pump"] if pumping else []),
        *(plain(name) for name in _further(cell) if name in SPENDING),
    ]
    if spending:
        return f"ATP still spent by {' and '.join(spending)}"
    others = ", ".join(plain(name) for name in _further(cell)) or "a current with a fixed reversal potential"
    return f"no equilibrium, because of {others}"


def _donnan_end(cell, anion: float, impermeant: float, charge_per_mv: float) -> tuple[float, float]:
    """V (mV) and relative volume of one compartment in a bath, with what the Ca2+ buffer holds there."""
    bound = 0.0
    for _ in range(MOST_ITERATIONS):
        fixed = anion - 2 * bound
        if cell.osmotic:
            bath = cell.outside, cell.bath_impermeant()[0]
            v, swollen = donnan_osmotic(*bath, impermeant, fixed, cell.celsius, charge_per_mv)
        else:
            v, swollen = donnan_voltage(cell.outside, fixed, cell.celsius, charge_per_mv), 1.0
        if "ca" not in cell.ions or not cell.buffer[0]:
            break
        free = cell.outside["ca"] * np.exp(-2 * v / thermal_voltage(cell.celsius))
        last, bound = bound, cell.buffer.amount("ca", free, swollen) - free * swollen
        if abs(bound - last) < 1e-12:
            break
    return v, swollen


def book_errors(cell, course: Course) -> dict[str, float | None]:
    """How far the books of a course are from balancing, each as a share of what there is.

    Charge, |F vol sum z n - C A V - initial| over the salt (Na+ + K+), of any compartment by its own salt
    and of the whole cell by all of it; each ion's total against the initial one and what entered through the
    membrane; in a closed space, each ion inside and outside together against the initial amount.
    """
    salt = (course.na[0] + course.k[0]) * course.swelling[0]
    amounts = {ion: cell.buffer.amount(ion, getattr(course, ion), course.swelling) for ion in cell.ions}
    excess = cell.charge({key: getattr(course, key) for key in ("v", *cell.ions, "swelling")})
    excess = excess - excess[0]
    totals = {ion: values @ cell.volume for ion, values in amounts.items()}
    held = max(total[0] for total in totals.values())
    entered = {ion: course.entered[ion] * cell.volume.sum() for ion in cell.ions}
    errors = {
        "max_local_charge_error": float(np.abs(excess / salt).max()),
        "total_charge_error": float(np.abs(excess @ cell.volume).max() / (salt @ cell.volume)),
        "ion_book_error": max(
            float(np.abs(totals[ion] - totals[ion][0] - entered[ion]).max() / held) for ion in cell.ions
        ),
        "closed_book_error": None,
    }
    if cell.surroundings.keeps_ions:
        room = 1 - cell.water_ratio * (course.swelling - 1)
        both = {i: totals[i] + getattr(course, i + "o") * room @ cell.outside_volume for i in cell.ions}
        errors["closed_book_error"] = max(float(np.abs(b / b[0] - 1).max()) for b in both.values())
    return errors


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value


def _crossing(t: np.ndarray, values: np.ndarray, level: float) -> float | None:
    """First time at which `values` has reached `level`, on a smooth curve through them; None if never."""
    above = (values - level) * np.sign(level - values[0]) >= 0
    if not above.any():
        return None
    index = int(np.argmax(above))
    if index < 2:
        return float(t[index])
    # the times lie evenly on a logarithmic axis, on which the course is smooth; t[0] = 0 has no place there
    curve = PchipInterpolator(np.log(t[1:]), values[1:] - level)
    return float(np.exp(brentq(curve, np.log(t[index - 1]), np.log(t[index]))))


def _summary(result: BlockResult, errors: dict, step: float) -> dict:
    layout, course, before = result.layout, result.course, result.before
    v = layout.by_area(course.v)
    ions = {ion: layout.by_volume(getattr(course, ion), course.swelling) for ion in layout.ions}
    v_before = before.summary["v_rest_mV"]
    final = None if result.endless else float(layout.by_area(result.final))
    at_once = _or_none(float(layout.by_area(result.v_immediate)))
    at_recovery = None
    if result.recover_at_hours is not None:
        at_recovery = int(np.searchsorted(course.t, result.recover_at_hours * HOUR * (1 - 1e-12)))
    half = None if result.endless else _crossing(course.t, v, 0.5 * (v_before + final))
    tenth = _crossing(course.t, v, v_before + 10)
    through_pumps = before.currents["na"]["pump"]
    entering = np.zeros(layout.size)
    entering[result.where] = result.fraction * through_pumps[result.where]
    summary = {
        "cell": layout.name,
        "fraction": float(result.fraction),
        "hours": float(course.t[-1] / HOUR),
        "recover_at_hours": result.recover_at_hours,
        "v_before_mV": v_before,
        "v_immediate_mV": at_once,
        "v_recovery_mV": None if at_recovery is None else float(v[at_recovery]),
        "v_end_mV": float(v[-1]),
        "step_predicted_mV": step,
        "v_end_min_mV": float(course.v[-1].min()),
        "v_end_max_mV": float(course.v[-1].max()),
    }
    for ion in (ion for ion in told_of(layout.ions) if not IONS[ion].trace):
        summary[f"{ion}i_before_mM"] = before.summary[f"{ion}i_mM"]
        there = at_recovery is not None and ion in ions
        summary[f"{ion}i_recovery_mM"] = float(ions[ion][at_recovery]) if there else None
        summary[f"{ion}i_end_mM"] = float(ions[ion][-1]) if ion in ions else None
        outer = layout.by_volume(getattr(course, ion + "o"))
        summary[f"{ion}o_recovery_mM"] = float(outer[at_recovery]) if there else None
        summary[f"{ion}o_end_mM"] = float(outer[-1]) if ion in ions else None
    swelling = layout.by_volume(course.swelling)
    summary |= {
        "relative_volume_recovery": None if at_recovery is None else float(swelling[at_recovery]),
        "relative_volume_end": float(swelling[-1]),
        "final_mV": final,
        "final_name": result.final_name,
        "final_relative_volume": None if result.endless else float(layout.by_volume(result.final_swelling)),
        "hours_to_10_mV": None if tenth is None else tenth / HOUR,
        "hours_half_way_to_final": None if half is None else half / HOUR,
        "nai_rise_mM_per_min": float(
            60e3 * layout.by_volume(concentration_rate(entering, layout.area, layout.volume))
        ),
        **errors,
        "compartments": layout.size,
        "evaluations": course.evaluations,
        "spikes": course.spikes,
    }
    return summary
