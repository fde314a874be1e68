"""A user's finished NEURON cell, made to rest by itself where it rested before."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.cell import Cell
from ..errors import BalanceError, InputError, unknown_name, warn_of
from ..experiments.dataset import measured, places, sizes
from ..experiments.layout import Layout
from ..experiments.rest import rest
from ..experiments.rest_result import RestResult
from ..experiments.result import Result
from ..parameters import read_parameters
from ..parameters.arguments import check_callable
from ..parameters.units import is_strength, parse_number
from ..simulator import nmodl, runtime
from ..simulator.apart import in_a_copy
from ..simulator.library import load_mechanisms
from ..simulator.mechanisms import PARAMETER
from ..simulator.runtime import SegmentVariable, h
from ..words import Progress, silent
from .adoption import Seen, ask, idle_points, made, names_of, put, take_away, without_ion
from .balanced import Asked, Balanced, Change, balanced, least_change, possible
from .calcium import OWN, REPLACED, at_rest, replace_pools
from .dissolved import Dissolved, dissolved
from .exchange import followed
from .export import export, exported
from .held import held, of_steps
from .linear import current_in_copy
from .memory import Memory
from .reading import Model, read_model
from .said import LEFT, advice, changed_in_words
from .settle import SettleResult, layout_of_model

if TYPE_CHECKING:
    from xarray import Dataset

MAY = ("leak", "density", "concentration")
OPTIONS = ("axial", "volume", "outside")


@dataclass(repr=False)
class AdoptResult(Result):
    """An adopted cell, alive in the user's own sections until `restore`.

    cell: the cell, for every experiment
    own: the model's own rest, before; rest: the cell's
    membrane: leaks and pump found; asked: what they had to be
    change: what of the user's had to be changed, in what measure
    said: what was done with the currents, potentials and concentrations, in sentences; changed: those of
    them that tell what had to be changed
    summary: scalars, the unit in every key
    """

    layout: Layout
    cell: Cell
    own: SettleResult
    rest: RestResult
    membrane: Balanced
    asked: Asked
    change: Change
    said: list[str]
    changed: list[str]
    summary: dict[str, Any]
    _memory: Memory | None = field(default=None)

    def line(self) -> str:
        """What it is, on one line."""
        s = self.summary
        return f"{self.layout.name}: adopted, rests within {s['v_apart_mV']:.2g} mV of its own V(x)"

    def restore(self) -> None:
        """Take everything out of the sections again; the model runs as before, bit for bit. The cell cannot
        be used after it."""
        if self._memory is None:
            raise InputError("this cell was restored already, or adopted in another process")
        self._memory.restore()
        self._memory = None

    def held(self) -> AbstractContextManager[None]:
        """Concentrations stay in NEURON's own runs within a `with`, as in the model that was adopted: what is
        different then is the membrane's, and what is different without it is what ions do."""
        if self._memory is None:
            raise InputError("this cell was restored; adopt the model again")
        return held(self.cell)

    def export(self, folder: str | Path) -> list[Path]:
        """Write the cell into a folder, to be put into the model's sections by NEURON alone: adopted.py, its
        numbers and the mechanisms; returns the files."""
        return export(self.exported(), Path(folder).expanduser())

    def exported(self) -> dict[str, str]:
        """The same files as texts, by their paths in the folder."""
        if self._memory is None:
            raise InputError("this cell was restored; adopt the model again, and export it before")
        return exported(self.cell, self._memory.names, self._memory.gone)

    def to_xarray(self) -> "Dataset":
        """V before and after, leaks and pump of every compartment."""
        variables = {
            "v_own": measured("segment", self.own.v, "mV"),
            "v": measured("segment", self.rest.v, "mV"),
            **sizes(self.layout),
            "leak_own": measured("segment", self.asked.leak, "S/cm2"),
            "leak_more": measured("segment", self.membrane.more, "S/cm2"),
            "pump_cycle": measured("segment", self.membrane.cycle, "mA/cm2"),
        }
        for ion, values in self.membrane.leak.items():
            variables[f"leak_{ion}"] = measured("segment", values, "S/cm2")
        return self._dataset(variables, places(self.layout))


def adopt(
    sections: Any = None,
    concentrations: Mapping[str, Any] | None = None,
    start: Any = None,
    chloride_share: float | None = None,
    change: Sequence[str] | str = ("leak", "concentration"),
    base: str | Path = "neuron",
    calcium: str = OWN,
    progress: Callable[..., None] | None = None,
    name: str = "model",
    **options: Any,
) -> AdoptResult:
    """Make a user's finished NEURON cell into one that rests by itself: its V(x), gates and conductances
    stay, its leaks are divided among K+, Na+ and Cl-, pumps and moving ions are put in.

    It is done in the user's own sections; `restore` of the result takes all of it out again.

    sections: of whole cells, or cells of a template or class with a list `all` (default: all that there are)
    concentrations: that are known, {"ki": 140, "ko": "3 mM"}; of an ion of which one side is known, or none,
    the other follows from the model's own E, which then stays
    start: V (mV) at which the model's own run begins (default: `h.v_init`, or -65)
    chloride_share: of the leaks' conductance, 0 to 1 (default: the base's)
    change: what may be changed where no membrane keeps the cell's V(x): "leak", "density" and
    "concentration", several or none
    base: the shipped cell, or file, whose pump, diffusion and concentrations hold where nobody says
    calcium: "own" keeps the model's own pools of Ca2+; "replaced" takes them out, and puts a buffer, a Ca2+
    pump and a leak of it in their place, so that Ca2+ rests at one concentration everywhere
    progress: called with the share of the work that is done and words
    name: what it is called in results
    options: axial, volume, outside as of `make_cell`

    Raises NoRestError where the model fires, BalanceError where no membrane is possible, with the smallest
    change that makes one, InputError for what cannot be used.
    """
    check_callable("progress", progress)
    say = progress or silent
    may = _may(change, calcium)
    for option in options:
        if option not in OPTIONS:
            raise unknown_name("option", option, OPTIONS)
    known = read_parameters(base)
    share = _share(chloride_share, known)
    load_mechanisms()
    model = read_model(sections)
    memory = Memory(model)
    try:
        model, own, anew = followed(model, start, name, memory, say)
        say(0.4, "looking at its currents")
        seen = replace(in_a_copy(lambda _: _look(model, own)), replaced=calcium == REPLACED)
        wanted = dissolved(model, concentrations, known)
        wanted.sentences[:0] = anew
        take_away(model, seen, memory)
        if seen.replaced:
            model, own = replace_pools(model, own, seen.calcium, wanted, memory)
        return _adopt(model, own, seen, wanted, share, may, known, options, memory, say)
    except BaseException:
        memory.restore()
        raise


def _may(change: Sequence[str] | str, calcium: str) -> tuple[str, ...]:
    if calcium not in (OWN, REPLACED):
        raise unknown_name("calcium", calcium, (OWN, REPLACED))
    may = (change,) if isinstance(change, str) else tuple(change)
    may = () if may == ("none",) else may
    for one in may:
        if one not in MAY:
            raise unknown_name("change", one, (*MAY, "none"))
    return may


def _share(given: float | None, known: Any) -> float:
    if given is not None:
        return parse_number("chloride_share", given, "1", 0, 1)
    return 0.0 if known.balance is None else float(known.balance.chloride_share)


def _look(model: Model, own: SettleResult) -> Seen:
    """What a model carries at its rest, and how that depends on V. In a copy of the process."""
    if own.lags:
        raise InputError(
            f"{own.layout.name}: a current is computed from what its mechanism found the step before (its "
            "DERIVATIVE block computes what BREAKPOINT reads, as NeuroML's converter writes it), which no "
            "variable step can follow; expected a BREAKPOINT that computes it after SOLVE"
        )
    h.finitialize(own.start)
    own.put()
    h.fcurrent()
    idle = idle_points(model)
    found = [
        current_in_copy(model.compartments.segments, variable, mechanisms, at)
        for variable, mechanisms, at in without_ion(model)
    ]
    return Seen(own.v, found, idle, at_rest(model))


def _adopt(
    model: Model,
    own: SettleResult,
    seen: Seen,
    wanted: Dissolved,
    share: float,
    may: tuple[str, ...],
    known: Any,
    options: Mapping[str, Any],
    memory: Memory,
    say: Progress,
) -> AdoptResult:
    say(0.5, "putting the membrane in")
    cell = made(model, seen, wanted, known, options)
    memory.keep_others(cell.ions)
    asked = ask(cell, seen, share)
    change = Change({}, {}, np.zeros(model.size))
    if not possible(asked).all():
        change = least_change(asked, may)
        _check(cell, asked, change, may)
        if any(change.shift.values()):
            wanted = wanted.shifted(change.shift, model.celsius)
            cell = made(model, seen, wanted, known, options)
            memory.keep_others(cell.ions)
        _change_densities(cell, change, memory)
        asked = ask(cell, seen, share)
    membrane = balanced(asked)
    put(cell, membrane, own.layout.name)
    say(0.8, "finding its rest")
    found = rest(cell)
    cell.start = found.state()
    runtime.reset(cell.celsius)
    cell.write()
    changed = changed_in_words(asked, membrane, change)
    said = [*names_of(seen.currents), *wanted.sentences, *changed, *of_steps(cell)]
    summary = _summary(own, found, membrane, asked, change)
    warn_of(changed)
    layout = layout_of_model(model, own.layout.name)
    return AdoptResult(layout, cell, own, found, membrane, asked, change, said, changed, summary, memory)


def _change_densities(cell: Cell, change: Change, memory: Memory) -> None:
    """Multiply the densities of channels; a current of theirs ("i_hd") is known by its mechanism's name."""
    for process, factor in change.factor.items():
        for one in [
            one for one in cell.membrane.channels if process in (one, process.rpartition("_")[0] + f"_{one}")
        ]:
            owners = cell.geometry.sections_of(cell.membrane.channels[one])
            for name in [
                name for name in nmodl.mechanism_variables(one, PARAMETER) if is_strength(h.units(name))
            ]:
                variable = SegmentVariable(owners, name)
                memory.changed(name, one, variable)
                variable.set(variable.get() * factor)


def _check(cell: Cell, asked: Asked, change: Change, may: tuple[str, ...]) -> None:
    """BalanceError where a membrane takes a change that may not be made."""
    wrong = ~possible(asked)
    if "leak" in may or (change.more <= LEFT * asked.whole).all():
        return
    at = int(np.argmax(change.more / np.maximum(asked.whole, 1e-30)))
    raise BalanceError(
        f"no membrane keeps the model's own V in {int(wrong.sum())} of {len(wrong)} compartments, "
        f"{cell.geometry.name_of(at)} the worst: {'; '.join(advice(asked))}"
    )


def _summary(
    own: SettleResult, found: RestResult, membrane: Balanced, asked: Asked, change: Change
) -> dict[str, Any]:
    apart = np.abs(found.v - own.v)
    more = membrane.more / np.maximum(asked.whole, 1e-30)
    return {
        "cell": own.layout.name,
        "v_own_mV": own.summary["v_rest_mV"],
        "v_own_lowest_mV": float(own.v.min()),
        "v_own_highest_mV": float(own.v.max()),
        "v_apart_mV": float(apart.max()),
        "compartments": len(own.v),
        "conductance_more_share": float(more.max()),
        "compartments_changed": int((membrane.more > LEFT * asked.whole).sum()),
        **{f"e_{ion}_shift_mV": by for ion, by in change.shift.items()},
        "pump_net_uA_cm2": 1e3 * float((membrane.cycle * asked.area).sum() / asked.area.sum()),
    }
