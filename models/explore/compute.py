"""What a question is answered by: a cell that rests, or that is followed, in the worker's process."""

import gc
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..cell.changes import PROCESS, refused, strengths
from ..cells import make_cell
from ..errors import InputError
from ..experiments.ions import ion_rows
from ..experiments.layout import layout_of
from ..experiments.outlines import pieces_of
from ..experiments.rest import rest, result_of
from ..experiments.rest_result import RestResult
from ..parameters.settings import SETTINGS
from ..physics.leaks import leak_of
from ..simulator import runtime
from ..solve.course import Course
from ..solve.equations import System
from ..solve.looks import Look
from ..solve.plan import Plan
from ..solve.spikes import Watch
from ..solve.time_course import followed
from .cellfile import needs_strengths, strengths_of, text_of
from .controls import CONTROLS, rounded
from .frames import Described, Frame, Frames, OfIon
from .state import State

KEPT, ROOM = 2, 700  # cells that stay made; more of them while they have no more compartments than that
EDGES = np.array([0.0, 0.1, 1.0, 10.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0])  # s, of the pieces
EARLIEST = 0.01  # s, the first state of a course: the membrane has charged, no ion has yet gone far
A_DECADE = 10  # states of a course
COURSES = 20  # that can be gone on with, one a page
MOST_SPIKES = 40  # after which a cell is given up
Tell = Callable[..., None]


class Kitchen:
    """The cells that are made, and what is found of them. tell: called while something is being computed; it
    raises where nobody waits for it any more."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._cells: dict[tuple[str, str, str], Cell] = {}
        self._rests: dict[tuple[str, str, str], RestResult] = {}
        self._courses: dict[Hashable, tuple[State, RestResult, dict[str, np.ndarray] | None]] = {}

    def describe(self, state: State) -> Described:
        """What there is to turn in a cell, and its drawing."""
        cell = self._made(state.cell)
        own, void = {}, {}
        for name, record in CONTROLS.items():
            if record.of_strength:
                own[name] = 1.0
                if name not in strengths(cell):
                    void[name] = "this cell has none"
                continue
            own[name] = rounded(_now(cell, name))
            setting = SETTINGS[name]
            why = refused(cell, setting, min(max(own[name], record.low), record.high))
            if why:
                void[name] = why
        own |= dict.fromkeys((name for name in strengths(cell) if name not in own), 1.0)
        drawn = pieces_of(layout_of(cell))
        return Described(cell.name, own, void, *drawn, cell.size, float(cell.volume.sum()))

    def settle(self, state: State) -> Frame:
        """Where a cell rests with the sliders as they are."""
        return self._rested(state)[0]

    def follow(self, page: Hashable, state: State, piece: int) -> Frames:
        """A piece of what becomes of a cell from its rest on, once it is done to it what the buttons say; of
        the first, the rest too. page: whose course it is."""
        frames = []
        if piece == 0:
            frame, before = self._rested(state)
            frames.append(frame)
            self._courses.pop(page, None)
            self._courses[page] = state, before, None
            while len(self._courses) > COURSES:  # those of pages that are gone
                del self._courses[next(iter(self._courses))]
        if page not in self._courses or self._courses[page][0] != state:
            raise InputError("the course is not known any more; expected its first piece")
        _, before, whole = self._courses[page]
        outside = "closed" if state.closed else ""
        cell = self._made(state.cell, outside, "osmotic" if state.water else "fixed")
        with _done_to(cell, state, before):
            begin, end = 1e3 * EDGES[piece : piece + 2]
            course = followed(
                cell,
                Plan(end - begin, []),
                Look(wanted=_times(begin, end) - begin),
                Watch(cell.name, MOST_SPIKES, self._tell),
                whole=whole,
            )
            self._courses[page] = state, before, course.end
            for index, t in enumerate(course.t):
                self._tell(0.0, "")
                frames.append(_frame(cell, _seen(cell, course, index), (begin + t) / 1e3))
        return Frames(frames, piece, len(EDGES) - 1)

    def write(self, state: State) -> str:
        """The cell as the text of a parameter file, which has been read back."""
        cell, tables = self._made(state.cell), None
        if needs_strengths(state):
            with cell.changed(scale={n: f for n, f in _changes(state)["scale"].items() if n in PROCESS}):
                tables = strengths_of(cell)
            if tables is not None and not _reads_back(text_of(state, tables), cell, tables):
                tables = None
        return text_of(state, tables)

    def _rested(self, state: State) -> tuple[Frame, RestResult]:
        """A cell's rest, from the last that was found where it leads there."""
        cell, key = self._made(state.cell), (state.cell, "", "fixed")
        # a membrane with channels may have two rests: there it is the one that the cell goes to from its own
        start = None if cell.membrane.channels else self._rests.get(key)
        given: dict[str, Any] = _changes(state)
        found = rest(cell, start=start, progress=self._tell, max_spikes=MOST_SPIKES, **given)
        # its modes would keep the cell alive, and with it all that NEURON has to compute
        self._rests[key] = replace(found, beside=None, summary={})
        return _frame(cell, found, 0.0), self._rests[key]

    def _made(self, name: str, outside: str = "", volume: str = "fixed") -> Cell:
        """A cell, made where it is not yet; those used long ago are let go: NEURON computes every one that
        there is."""
        key = (name, outside, volume)
        cell = self._cells.pop(key, None)
        if cell is None:
            options: dict[str, Any] = {"outside": outside} if outside else {}
            cell = make_cell(name, volume=volume, **options)
        self._cells[key] = cell
        while len(self._cells) > KEPT and sum(one.size for one in self._cells.values()) > ROOM:
            oldest = next(iter(self._cells))
            del self._cells[oldest]
            self._rests.pop(oldest, None)
            gc.collect()
            runtime.flush()
        return cell


def _reads_back(text: str, cell: Cell, tables: dict[str, dict[str, str]]) -> bool:
    """Whether a cell that is made from this text has these strengths."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "cell.toml"
        path.write_text(text, encoding="utf-8")
        try:
            again = make_cell(path, volume="osmotic" if cell.osmotic else "fixed")
        except InputError:
            return False
    return strengths_of(again) == tables


def _now(cell: Cell, name: str) -> float:
    """What a setting is in a cell."""
    record = SETTINGS[name]
    held = getattr(cell.conditions, record.attribute)
    return float(held if record.key is None else held.get(record.key, 0.0))


def _changes(state: State) -> dict[str, dict[str, float]]:
    """The sliders as `rest` takes them: settings and factors of strengths."""
    of = {name: name in CONTROLS and not CONTROLS[name].of_strength for name in state.values}
    return {
        "set": {name: value for name, value in state.values.items() if of[name]},
        "scale": {name: value for name, value in state.values.items() if not of[name]},
    }


@contextmanager
def _done_to(cell: Cell, state: State, before: RestResult) -> Iterator[None]:
    """A cell, at the rest that was found before, to which the buttons have been done."""
    saved = cell.starts
    given = _changes(state)
    with cell.changed(given["set"], given["scale"]):
        try:
            cell.starts = before.states()
            if state.blocked:
                cell.check_block(slice(None))
                cell.block_pump(1.0)
            yield
        finally:
            cell.starts = saved


def _times(begin: float, end: float) -> np.ndarray:
    """When a piece of a course is looked at (ms): evenly on a logarithmic axis, its end last."""
    first = begin or 1e3 * EARLIEST
    number = max(round(A_DECADE * np.log10(end / first)), 1)
    times = np.geomspace(first, end, number + 1)
    return times if begin == 0 else times[1:]


def _seen(cell: Cell, course: Course, index: int) -> RestResult:
    """What is so at one of a course's times, as of a rest."""
    saved = cell.starts
    try:
        cell.starts = course.last(index)
        system = System(cell)
        y = system.start.copy()
        for kind, values in course.gates.items():
            y[system.at[kind]] = values[index]
        system.restart(y)
        return result_of(cell, system, y, {"hold": None, "last_step": 0.0, "iterations": 0})
    finally:
        cell.starts = saved


def _frame(cell: Cell, result: RestResult, t: float) -> Frame:
    """What is told of a state. t: s."""
    s, layout = result.summary, result.layout
    ions = {
        row["ion"]: OfIon(
            *(row["inside_mM"], row["outside_mM"], row["nernst_mV"]),
            *(row["leak_uA_cm2"], row["channels_uA_cm2"], row["pump_uA_cm2"]),
        )
        for row in ion_rows(result)
    }
    strength = {ion: result.leak_strength[ion] for ion in ("na", "k")}
    permeable = all(result.leak[ion] == leak_of(ion, "ghk") for ion in strength)
    na, k = (float(layout.by_area(strength[ion])) for ion in ("na", "k"))
    return Frame(
        t=t,
        v=s["v_rest_mV"],
        lowest=s["v_min_mV"],
        highest=s["v_max_mV"],
        ions=ions,
        ghk=s["ghk_mV"],
        mullins_noda=s["mullins_noda_mV"],
        unsaid=s["not_predicted"] or "",
        impermeant=_impermeant(cell, result),
        volume=s["relative_volume"],
        pump=s["pump_net_current_uA_cm2"],
        atp=s["atp_per_s"],
        ratio=na / k if permeable and k > 0 else None,
        each=tuple(np.round(result.v, 2).tolist()),
    )


def _impermeant(cell: Cell, result: RestResult) -> tuple[float, float]:
    """What cannot pass the membrane, inside and, as it began, outside (mM)."""
    inside = result.layout.by_volume(cell.impermeant / result.relative_volume, result.relative_volume)
    return float(inside), float(cell.bath_impermeant()[0])
