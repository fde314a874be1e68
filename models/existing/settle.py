"""Where does any NEURON model rest, as it stands? V, gates and pools at once, in place of a run-in."""

import math
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..cell.admission import find_species
from ..errors import InputError
from ..experiments.dataset import measured, places, sizes
from ..experiments.layout import Layout
from ..experiments.result import Result
from ..parameters.arguments import check_callable
from ..parameters.units import parse_number
from ..simulator import nmodl, runtime
from ..simulator.apart import in_a_copy
from ..simulator.runtime import NeuronSection, h
from ..version import VERSION
from ..words import silent
from .approach import FOR_GOOD, begin
from .equations import TO_NF, Parts, charged, parts_of, variables_of
from .reading import Model, read_model
from .settling import Settled, roots_of, settle_in_copy
from .stability import response, told, warm_up

if TYPE_CHECKING:
    from xarray import Dataset


@dataclass(repr=False)
class SettleResult(Result):
    """Where a model rests.

    v: mV, (compartments,)
    states: gates, pools and concentrations by kind ("hh.m", "cad.ca", "cai"), nan where there is none,
    (compartments,) each
    start: V where NEURON's finitialize begins (mV)
    saved: NEURON's SaveState of the model at rest, at t = 0, as a file has it
    lags: whether currents are computed from what a mechanism found the step before
    summary: scalars, the unit in every key
    """

    layout: Layout
    v: np.ndarray
    states: dict[str, np.ndarray]
    start: float
    saved: bytes
    lags: bool
    summary: dict[str, Any]
    _put: Callable[..., None] | None = field(default=None)

    def line(self) -> str:
        """What it is, on one line."""
        return f"{self.layout.name}: rests at {self.summary['v_rest_mV']:.2f} mV"

    def put(self) -> None:
        """Give the model's segments this rest, V and states, as `settle` did: of use after
        `h.finitialize()`, or at every one: `h.FInitializeHandler(result.put)`."""
        if self._put is None:
            raise InputError("this result was made in another process; expected one of this one")
        self._put()

    def without(self, gone: Sequence[str]) -> "SettleResult":
        """The same rest, of which `put` leaves out the states of these mechanisms and these concentrations
        ("cad", "cai"), which the model has no more."""
        return self if self._put is None else replace(self, _put=partial(self._put, gone=tuple(gone)))

    def save(self, path: str | Path) -> None:
        """Write NEURON's SaveState of the model at rest: `h.SaveState` reads and restores it after
        `h.finitialize()`. InputError where it cannot be written."""
        try:
            Path(path).expanduser().write_bytes(self.saved)
        except OSError as error:
            raise InputError(f"{path}: cannot be written ({error.strerror})") from None

    def to_xarray(self) -> "Dataset":
        """V and states of every compartment."""
        variables = {"v": measured("segment", self.v, "mV"), **sizes(self.layout)}
        for kind, values in self.states.items():
            unit = "mM" if kind[-1] in "io" and "." not in kind else "1"
            variables[kind] = measured("segment", values, unit)
        return self._dataset(variables, places(self.layout))


def settle(
    sections: Any = None,
    start: Any = None,
    write: bool = True,
    progress: Callable[..., None] | None = None,
    name: str = "model",
    for_good: Any = FOR_GOOD,
) -> SettleResult:
    """The rest of a NEURON model as it stands, to which a long run from its start leads.

    sections: of whole cells, or cells of a template or class with a list `all` (default: all that there are)
    start: V (mV) at which its run begins (default: `h.v_init`, or -65)
    write: whether V and all states are written into the segments; nothing else of the model is changed
    progress: called with the share of the work that is done and words
    name: what it is called in results
    for_good: how long (ms) an IClamp is on that counts as one that stays on; shorter pulses, and what NetCons
    deliver or Vectors play, are left out

    Raises NoRestError where the model fires or oscillates, ConvergenceError where it drifts or settles
    nowhere, InputError for what cannot be used.
    """
    check_callable("progress", progress)
    began = time.perf_counter()
    model = read_model(sections)
    settled = settled_apart(model, start, for_good, progress)
    whole = partial(_put, parts_of(model), settled, model.compartments.sections)
    saved = in_a_copy(lambda _: _saved(whole, settled.start))
    if write:
        whole()
    summary = {"cell": name, **_summary(model, settled)}
    summary["wall_s"] = time.perf_counter() - began
    kinds = settled.states.kinds[1:]
    states = {kind: settled.states.by_compartment(settled.y, kind, model.size) for kind in kinds}
    v = settled.states.by_compartment(settled.y, "v", model.size)
    found = v, states, settled.start, saved, settled.lags, summary
    return SettleResult(layout_of_model(model, name), *found, whole)


def settled_apart(model: Model, start: Any, for_good: Any, progress: Callable[..., None] | None) -> Settled:
    """The rest of a model, found in a copy of the process; arguments and errors as of `settle`."""
    longest = parse_number("for_good", for_good, "ms", 0, math.inf)
    start = None if start is None else parse_number("start", start, "mV", -200, 100)
    _check(model)
    warm_up()
    return in_a_copy(lambda say: settle_in_copy(model, start, longest, say), progress or silent)


def _put(
    parts: Parts, settled: Settled, sections: Sequence[NeuronSection], gone: tuple[str, ...] = ()
) -> None:
    """Give the model V and all states, and its variable step, where that is on, the news. gone: mechanisms
    and concentrations that it has no more."""
    raw = np.empty(len(settled.y))
    raw[settled.states.raw] = settled.y
    there = [kind.partition(".")[0] not in gone for kind, *_ in parts]
    kept = np.repeat(there, [len(at) for *_, at, _ in parts])
    variables_of([part for part, own in zip(parts, there, strict=True) if own]).set(raw[kept])
    for sec, (first, last) in zip(sections, settled.ends, strict=True):
        sec(0).v, sec(1).v = first, last
    if h.CVode().active():
        h.CVode().re_init()


def _saved(put: Callable[[], None], start: float) -> bytes:
    """NEURON's SaveState of the model at rest. To be called in a copy of the process."""
    begin(start)
    put()
    with tempfile.NamedTemporaryFile() as place:
        state, file = h.SaveState(), h.File()
        file.wopen(place.name)
        state.save()
        state.fwrite(file)
        return Path(place.name).read_bytes()


def _check(model: Model) -> None:
    """InputError for what cannot be settled."""
    for sec in model.compartments.sections:
        if h.ismembrane("extracellular", sec=sec):
            raise InputError(
                f"{sec.name()} has the mechanism extracellular, whose layers are not followed here; expected "
                "a model without it"
            )

    species = find_species(model.compartments.sections, ())
    if species:
        raise InputError(
            f"the rxd species {next(iter(species)).removesuffix('_rxd')!r} is computed by rxd, which is not "
            "followed here; expected mechanisms that compute concentrations"
        )


def layout_of_model(model: Model, name: str = "model") -> Layout:
    """The compartments of a user's model, and where its numbers come from."""
    places_ = model.compartments
    return Layout(
        name=name,
        ions=tuple(model.ions),
        osmotic=False,
        space="bath",
        celsius=model.celsius,
        section=places_.section_name,
        region=places_.region,
        x=places_.x,
        distance=model.distance,
        area=model.area,
        volume=model.volume,
        in_lumen=np.zeros(model.size, bool),
        branches=model.branches(),
        set={},
        scale={},
        provenance={
            "pumpleak": VERSION,
            "neuron": runtime.neuron_version(),
            "mechanisms": nmodl.digest(model.mechanisms),
            "cell": name,
            "morphology": "sections given",
        },
        warnings=[],
    )


def _summary(model: Model, settled: Settled) -> dict[str, Any]:
    v = settled.states.by_compartment(settled.y, "v", model.size)
    names = [model.compartments.name_of(i) for i in range(model.size)]
    return {
        "v_rest_mV": float(v[roots_of(model)[0]]),
        "v_lowest_mV": float(v.min()),
        "v_highest_mV": float(v.max()),
        "start_mV": settled.start,
        "input_resistance_Mohm": input_resistance(model, settled),
        "compartments": model.size,
        "sections": len(model.compartments.sections),
        "mechanisms": list(model.mechanisms),
        **told(settled.modes, settled.states, names),
        "v_moves_mV": settled.moved,
        "followed_s": 1e-3 * settled.way.t,
        "iterations": settled.iterations,
        "left_out": settled.left_out,
    }


def input_resistance(model: Model, settled: Settled) -> float:
    """By how much V moves for ever where a small current enters the first cell's soma (MOhm)."""
    states, root = settled.states, int(roots_of(model)[0])
    at = np.flatnonzero(states.is_v & (states.owner == root))
    rates = np.zeros(len(settled.y))
    rates[at] = 1 / (TO_NF * charged(model)[root] * model.area[root])
    return float(response(settled.linear, rates)[at][0])
