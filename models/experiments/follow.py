"""Where does a rest go when one of a cell's numbers is turned, and where does it end?"""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..cell.dial import Dial, turning
from ..cell.energy import BONDS
from ..errors import ConvergenceError, InputError
from ..parameters.arguments import check_callable, named, whole
from ..solve.along import Along, Range
from ..solve.branches import SPIKES, Search, Start, Stop, arrive
from ..solve.curves import Second, every_curve, put
from ..solve.equations import System
from ..solve.states import GLIA
from ..solve.turns import FOLD, Turn
from .follow_result import Branch, Curve, FollowResult, Number, summary
from .follow_states import Gate, chosen_states, state_units
from .given import Given, cell_and_settings
from .layout import layout_of
from .start import start_from
from .ways import way_of

Told = Callable[[float, str], object]
POINTS = 100
STARTS = (-20.0, -110.0)  # mV, beside the cell's own start


def follow(
    cell: Given,
    along: str | dict[str, tuple[Any, Any]],
    second: str | dict[str, tuple[Any, Any]] | None = None,
    points: int = POINTS,
    states: Sequence[str] | str = (),
    start: dict[str, Any] | None = None,
    set: dict[str, Any] | None = None,
    scale: dict[str, Any] | None = None,
    progress: Callable[..., None] | None = None,
    max_spikes: int | None = None,
    **options: Any,
) -> FollowResult:
    """Every branch of resting states of a cell along one of its numbers, through folds, stable or not.

    cell, set, scale, options: as in `rest`.
    along: which number, from where to where: "ko=0.5:20", "pump=0:2:log" or {"ko": (0.5, "20 mM")}; settings
    and strengths by the names of `set` and `scale`, and "impermeant_inside", a factor on what cannot leave
    the cell. Concentrations go evenly on a logarithmic axis unless ":linear" follows, others on a linear one.
    second: another number with its limits, likewise: the curve of every fold and Hopf point in both.
    points: how many a branch has at least from one limit to the other.
    states: which states beside V are shown in tables and figure, "nai", "cli", "relative_volume", a gate by
    its name; in a list, or in one text with commas between them. The result has all of them.
    start: V (mV) and concentrations (mM) from which a branch is looked for too, as in `rest`. They are looked
    for from the cell's own rest, from depolarised and polarised starts there and at both limits, and where
    the cell goes from beyond each fold and Hopf point.
    progress: called with how much is done and words, where it is.
    max_spikes: after which a start from which the cell fires is given up (default: 300).

    The cell's leaks and pump stay as they were balanced. Returns plain data. Raises InputError for what
    cannot be used, ConvergenceError where no rest is found to begin with.
    """
    check_callable("progress", progress)
    points = whole("points", points, 10)
    spikes = SPIKES if max_spikes is None else whole("max_spikes", max_spikes, 1)
    way, other = way_of("along", along), None if second is None else way_of("second", second)
    cell, set = cell_and_settings(cell, set, options)
    began = time.perf_counter()
    tell, given = progress or _silent, named("start", start)
    with cell.changed(set, scale):
        layout = layout_of(cell)
        with turning(cell, way.name, *([] if other is None else [other.name])) as (dial, *more):
            beside = None if other is None else Second(more[0], other.range_of(more[0]))
            if beside is not None:
                beside.dial.turn(beside.range.value(beside.began))
            search = _search(cell, dial, way.range_of(dial), points, tell, spikes)
            gates = _gates(search.along.system)
            shown = chosen_states(states, state_units(layout, gates))
            search.run(*_starts(cell, search, given))
            branches = [_branch(cell, search.along, stops) for stops in search.found]
            curves = [] if beside is None else _curves(cell, search, beside, given, tell)
    numbers = [Number(dial.name, dial.unit, search.along.range)]
    numbers += [] if beside is None else [Number(beside.dial.name, beside.dial.unit, beside.range)]
    other_number = numbers[1] if beside else None
    found = FollowResult(layout, numbers[0], other_number, branches, curves, gates, shown, {})
    found.summary.update(summary(found))
    found.summary["wall_s"] = time.perf_counter() - began
    return found


def _silent(done: float, words: str) -> None:
    """Nobody watches."""


def _search(cell: Cell, dial: Dial, over: Range, points: int, progress: Told, spikes: int) -> Search:
    """A search along a dial, from where the cell's own rest is, or the limit next to it."""
    dial.turn(over.high or over.low)  # a drug that is there is bound: a state at every dose
    system = System(cell)
    u = float(np.clip(over.place(dial.first), 0, 1)) if dial.first > 0 or not over.log else 0.0
    along = Along(system, dial, over, system.pack(system.start), u)
    return Search(along, 1 / points, progress, spikes)


def _starts(cell: Cell, search: Search, given: dict[str, Any]) -> tuple[Start, list[Start]]:
    """The cell's own rest, or the first that is found, and where else branches are looked for."""
    along, u = search.along, search.along.first
    own = Start(along.start(u, cell.start), u)
    states: list[tuple[dict[str, Any], float]] = [(given, u)] if given else []
    states += [({"v": v}, place) for v in STARTS for place in dict.fromkeys((u, 0.0, 1.0))]
    others = []
    for state, place in states:
        along.turn(place)
        try:
            others.append(Start(along.start(place, start_from(cell, state)), place))
        except InputError:
            if state is given:
                raise
    failed: ConvergenceError | None = None
    for first in [own, *others]:
        try:
            return Start(arrive(along, first, search.spikes), first.u), others
        except ConvergenceError as error:
            failed = failed or error
    assert failed is not None
    raise failed


def _branch(cell: Cell, along: Along, stops: list[Stop]) -> Branch:
    """A branch as plain data."""
    system, whole = along.system, []
    for stop in stops:
        along.turn(stop.u)
        whole.append(system.expand(stop.x))
    states = [system.state(y) for y in whole]
    state = {name: np.array([one[name] for one in states]) for name in states[0]}
    # the mode that stands still at a fold has no time constant: what is found of it is round-off
    rates = np.array([0.0 if stop.kind == FOLD else stop.slowest.real for stop in stops])
    with np.errstate(divide="ignore"):
        slowest = 1e-3 / np.abs(rates)
    return Branch(
        value=np.array([along.range.value(stop.u) for stop in stops]),
        state=state,
        gates={name: np.array([y[system.at[name]] for y in whole]) for name in _gates(system)},
        growing=np.array([-1 if stop.growing is None else stop.growing for stop in stops]),
        slowest=slowest,
        turn=[stop.kind for stop in stops],
        period=np.array([np.nan if stop.period is None else 1e-3 * stop.period for stop in stops]),
    )


def _gates(system: System) -> dict[str, Gate]:
    """The states of the cell's own channels and pumps, and of ATP, by name."""
    states = system.states
    concentrations = {*states.dissolved, BONDS}
    return {
        name: Gate("mM" if name in concentrations else "1", states.owner[system.at[name]])
        for name in (*states.gates, BONDS)
        if name in system.at and not name.startswith(GLIA)
    }


def _curves(
    cell: Cell,
    search: Search,
    second: Second,
    given: dict[str, Any],
    progress: Told,
) -> list[Curve]:
    """The curve of every fold and Hopf point in both numbers. given: a start, as in `_starts`."""
    along, found, first = search.along, [], [search]

    def turns() -> list[Turn]:
        if first:  # the branches where the second number began are there already
            return first.pop().turns
        progress(0, f"along {along.dial.name} at another {second.dial.name}")
        return _turns_there(cell, Search(along, search.longest, progress, search.spikes), given)

    for turned in every_curve(along, second, turns, 2 * search.longest):
        v = []
        for at, one in turned:
            put(along, second, at)
            along.turn(one.point.u)
            state = along.system.state(along.system.expand(one.point.x))
            v.append(float(state["v"] @ cell.area / cell.area.sum()))
        found.append(
            Curve(
                kind=turned[0][1].kind,
                value=np.array([along.range.value(one.point.u) for _, one in turned]),
                second=np.array([second.range.value(at) for at, _ in turned]),
                v=np.array(v),
                period=np.array([np.nan if one.period is None else 1e-3 * one.period for _, one in turned]),
            )
        )
    put(along, second, second.began)
    return found


def _turns_there(cell: Cell, search: Search, given: dict[str, Any]) -> list[Turn]:
    """The turns of all branches that are found as the cell is now; none where it has no rest."""
    try:
        search.run(*_starts(cell, search, given))
    except ConvergenceError:
        return []
    return search.turns
