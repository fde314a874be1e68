"""What decides where a cell rests: how V and what is inside change with every number, at stated times.

Each number is changed by a little, from the rest on, and stays changed. `held`: concentrations as they were,
V and gates have followed; after a second, a minute, an hour; `steady`: for ever. Derivatives are by the
number's logarithm, so per e-fold (2.7 times) of a bath, a strength, an affinity; of temperature by that of
the absolute one.

Of a membrane that is one everywhere, rests obey scaling laws: all strengths and the pump together change
nothing in the end; nor do, as far as V goes, all concentrations outside, the pump's affinities and what
cannot leave the cell together with the pump, where leaks are permeabilities; and V is proportional to the
absolute temperature where these are, and nothing has a Q10. (The charge on the membrane, 1e-5 of the cell's
ions, obeys none of them.)
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..cell.changes import GLIA, PROCESS
from ..cell.dial import IMPERMEANT, Dial, dial_names, dial_of, turning
from ..errors import ConvergenceError
from ..parameters.arguments import check_callable, number
from ..parameters.settings import SETTINGS
from ..physics.ions import AMOUNT, IONS, SYMBOL
from ..physics.theory import KELVIN
from ..solve.equations import System
from ..solve.events import LONGEST, SHORTEST
from ..solve.linear import departures
from ..solve.sensitivity import after, beside_closely, for_ever, pushes
from ..solve.states import RELATIVE_VOLUME
from ..solve.steady_state import find_steady_state
from ..words import HOUR, duration
from .determinants_result import HELD, STEADY, THRESHOLD, DeterminantsResult, unit_of_quantity
from .determinants_threshold import Threshold, Turned, threshold_moves
from .given import Given, cell_and_settings
from .rest import rest
from .rest_result import RestResult

TIMES = ("1 s", "1 min", "1 h")
# neither can be changed alone: the charge of the other ions in the bath says what they are together
TOGETHER = ("impermeant", "impermeant_valence")
SHARE = 0.3  # of the work, that of the rest
FIRST = 5  # numbers that the summary names first
NAMED = {
    IMPERMEANT: ("impermeants inside", "inside"),
    "celsius": ("temperature", "temperature"),
    "energy": ("ATP that is left", "pump"),
    "oxygen": ("supply of ATP", "pump"),
}


def determinants(
    cell: Given = "neuron",
    times: Sequence[Any] | str = TIMES,
    place: Any = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    start: dict[str, Any] | RestResult | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    threshold: bool = True,
    duration_ms: float = 2.0,
    **options: Any,
) -> DeterminantsResult:
    """How a rest, and the threshold from it, depend on every setting, strength, affinity and concentration.

    cell, set, scale, start, max_spikes, options: as in `rest`.
    times: after which the response is told, beside `held` and `steady`: texts with a unit, "1 min", or hours;
    in one text with commas between them.
    place: as in `Cell.where`, where V is told too, and a cell with channels stimulated (default: as in
    `excite`).
    progress: called with how much is done (0 to 1) and words.
    threshold: whether that is asked for. duration_ms: of its pulse, above 0 to 1000.

    Raises InputError, BalanceError and ConvergenceError as `rest`, ConvergenceError where the rest is not
    stable.
    """
    check_callable("progress", progress)
    duration_ms = number("duration", duration_ms, "ms", 0, 1000, True)
    report = progress or (lambda done, words="": None)
    given_times = [part.strip() for part in times.split(",")] if isinstance(times, str) else times
    stated = {label_of(given): HOUR * number("times", given, "h", SHORTEST, LONGEST) for given in given_times}
    began = time.perf_counter()
    cell, set = cell_and_settings(cell, set, options)
    saved = cell.starts
    with cell.changed(set, scale):
        try:
            here = None if place is None else cell.where(place)
            before = rest(cell, start=start, max_spikes=max_spikes)
            cell.starts = before.states()
            with turning(cell, *_names(cell)) as dials:
                found = _responses(cell, before, dials, list(stated.values()), partial(_part, report, 0.0))
                change, v = _told(cell, found, here)
                least = Threshold(why="not asked for")
                if threshold:
                    later = partial(_part, report, SHARE)
                    least = threshold_moves(cell, place, duration_ms, found.turned, later)
        finally:
            cell.starts = saved
    change |= {} if least.change is None else {THRESHOLD: least.change}
    result = _result(before, dials, [HELD, *stated, STEADY], change, v, place)
    result.summary.update(_summary(result, least))
    result.summary["wall_s"] = time.perf_counter() - began
    return result


def _result(
    before: RestResult,
    dials: list[Dial],
    times: list[str],
    change: dict[str, np.ndarray],
    v: np.ndarray,
    place: Any,
) -> DeterminantsResult:
    """The result, without its summary."""
    words = [describe(dial.name) for dial in dials]
    return DeterminantsResult(
        layout=before.layout,
        before=before,
        names=[dial.name for dial in dials],
        labels=[label for label, _ in words],
        groups=[group for _, group in words],
        values=np.array([dial.first for dial in dials]),
        units=[dial.unit for dial in dials],
        times=times,
        change=change,
        v=v,
        place=place,
        summary={},
    )


def _part(report: Callable[..., None], begun: float, done: float, words: str = "") -> None:
    """Tell how much of the whole is done where this is of a part that began there."""
    report(begun + done * (SHARE if begun < SHARE else 1 - SHARE), words)


def label_of(given: Any) -> str:
    """A stated time in words: as it was given, or of a number of hours."""
    return given if isinstance(given, str) else duration(number("times", given, "h"))


def describe(name: str) -> tuple[str, str]:
    """What a number is, in words, and the group that it belongs to."""
    if name.startswith(GLIA):
        label, group = describe(name.removeprefix(GLIA))
        return f"{label} of the glia", group
    if name in NAMED:
        return NAMED[name]
    record = SETTINGS.get(name)
    if record is None:
        own = PROCESS.get(name, "")
        return (f"{SYMBOL[own]} leak" if own in SYMBOL else name.removeprefix("pl_")), "strength"
    if record.attribute == "outside" and record.ion:
        return f"{SYMBOL[record.ion]} outside", "bath"
    return (f"pump {name}", "pump") if record.attribute == "pump" else (name, "other")


# ---------------------------------------------------------------------- how it is found


def _names(cell: Cell) -> list[str]:
    """The numbers of a cell that are not 0 and may be changed alone: what follows from others is left out."""

    def follows(name: str) -> bool:
        record = SETTINGS.get(name)
        return (
            record is not None
            and record.attribute == "rates"
            and cell.conditions.rates[str(record.ion)] is None
        )

    names = [name for name in dial_names(cell) if name not in TOGETHER and not follows(name)]
    return [name for name in names if dial_of(cell, name).first]


@dataclass
class _Responses:
    """The responses of all states, (states, numbers), at each time, and of which system at which state."""

    system: System
    x: np.ndarray
    states: list[np.ndarray]
    turned: Turned


def _responses(
    cell: Cell,
    before: RestResult,
    dials: list[Dial],
    times: list[float],
    progress: Callable[[float], None],
) -> _Responses:
    """All states' responses: with concentrations held, at these times (ms), and for ever."""
    if before.beside is None or not before.beside.modes.stable:
        raise ConvergenceError(
            f"{cell.name}: leaves its rest by itself, so that no number decides where it is"
        )
    values = before.beside.modes.values
    scale = [dial.first + KELVIN if dial.name == "celsius" else dial.first for dial in dials]
    found: list[np.ndarray] = []
    for part, hold in enumerate(("concentrations", None)):
        system = System(cell, hold=hold)
        x, _ = find_steady_state(system)
        fills = cell.surroundings.followed if hold else cell.surroundings.keeps_ions
        turned = [_filling(cell, dial) if fills else dial for dial in dials]

        def report(done: int, part: int = part) -> None:
            progress((part + done / len(dials)) / 2)

        pushed, beside = pushes(system, x, turned, scale, report), beside_closely(system, x)
        lift = departures(system, x)
        ends = [] if hold else [after(beside, pushed, t, values[values.imag > 0]) for t in times]
        for change in (*ends, for_ever(beside, pushed)):
            found.append(lift @ change + pushed.states)
    return _Responses(system, x, found, Turned(turned, scale, found))


def _filling(cell: Cell, dial: Dial) -> Dial:
    """A dial which, where it is one of a bath or of how large spaces outside are, has these filled from the
    bath anew: a closed one, which was filled so, and while concentrations are held any."""
    record = SETTINGS.get(dial.name)
    if record is None or record.attribute not in ("outside", "volume_fraction"):
        return dial
    start, size = cell.start, _water_outside(cell)
    filled = {ion: cell.bath_of(ion) * cell.outside_volume for ion in cell.ions}

    def put(value: float) -> None:
        dial.put(value)
        now = _water_outside(cell)
        finite = np.isfinite(now)
        for ion, before in filled.items():
            name = f"{ion}o"
            with np.errstate(invalid="ignore"):  # of a bath there is no amount
                amount = start[name] * size + cell.bath_of(ion) * cell.outside_volume - before
                cell.start = cell.start | {name: np.where(finite, amount / now, cell.bath_of(ion))}

    return replace(dial, put=put)


def _water_outside(cell: Cell) -> np.ndarray:
    """The volume (um3) outside each compartment in the state that the cell starts from, (compartments,)."""
    if not cell.water_ratio:
        return cell.outside_volume
    beside = cell.starts[1]
    grown = 1.0 if beside is None else beside.get("relative_volume", 1.0)
    return cell.outside_volume * cell.room(cell.start.get("relative_volume", np.ones(cell.size)), grown)


def _told(cell: Cell, found: _Responses, here: np.ndarray | None) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Of the responses what is told: by quantity (numbers, times), and V of compartments, (numbers, times,
    compartments)."""
    at, states = found.system.at, found.system.states.size
    y = found.system.expand(found.x)
    weights: dict[str, np.ndarray] = {}

    def mean(name: str, kind: str, share: np.ndarray) -> None:
        weights[name] = np.zeros(states)
        weights[name][at[kind]] = share / share.sum()

    mean("v", "v", cell.area)
    if here is not None:
        mean("v_place", "v", np.where(np.isin(np.arange(cell.size), here), cell.area, 0.0))
    water = cell.volume * y[at[RELATIVE_VOLUME]]
    for ion in (ion for ion in cell.ions if not IONS[ion].trace):
        name = f"{ion}i"
        weights[name] = np.zeros(states)
        weights[name][at[AMOUNT[ion]]] = cell.volume / water.sum()
        there = float(weights[name] @ y)
        weights[name][at[RELATIVE_VOLUME]] = -there * cell.volume / water.sum()
    mean("relative_volume", RELATIVE_VOLUME, cell.volume)
    change = {
        name: np.stack([weight @ columns for columns in found.states], axis=-1)
        for name, weight in weights.items()
    }
    v = np.stack([columns[at["v"]].T for columns in found.states], axis=1)
    return change, v


def _summary(result: DeterminantsResult, least: Threshold) -> dict[str, Any]:
    found: dict[str, Any] = {
        "cell": result.layout.name,
        "v_rest_mV": result.before.summary["v_rest_mV"],
        "place": None if result.place is None else str(result.place),
        **least.told(),
        "first": {when: [result.names[i] for i in result.ranked(when)[:FIRST]] for when in result.times},
    }
    for quantity, values in result.change.items():
        key = "determinants" + ("" if quantity == "v" else f"_{quantity}")
        found[key] = {
            name: dict(zip(result.times, map(float, row), strict=True))
            for name, row in zip(result.names, values, strict=True)
        }
    found["determinants_unit"] = {q: f"{unit_of_quantity(q)} per e-fold" for q in result.change}
    return found | {"compartments": result.layout.size}
