"""NEURON itself: import it, reset its global state, read and write variables of its segments.

NEURON is one global state in a process: one clock, one temperature, one integrator for all sections
that exist. `reset` puts that state where a run expects it.
"""

import ctypes
import gc
import importlib.metadata
import io
import os
import re
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from typing import Any, Self

import numpy as np

from ..errors import EngineError
from ..interrupts import held

# the importer of Neurolucida files nests hoc calls as deeply as the tree branches
os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui -NFRAME 10000 -NSTACK 100000")
try:
    from neuron import h, nrn
except ModuleNotFoundError:
    raise  # the command line says which package is missing
except ImportError as error:  # pragma: no cover - needs a machine without NEURON
    raise EngineError(
        f"NEURON cannot be imported ({error}): install it with 'pip install neuron' into {sys.prefix}"
    ) from error

# NEURON says nothing about the types of what it makes
NeuronSection = Any
NeuronSegment = Any
NeuronProcess = Any


@cache
def neuron_version() -> str:
    """NEURON's version, "9.0.1"; looked up once, which takes a tenth of a small cell's rest."""
    return importlib.metadata.version("neuron")


class Attachment:
    """What of a cell NEURON uses, until the cell detaches or is gone.

    kept: its sections, points and the like, which must not vanish in the middle of a run: NEURON would crash
    callbacks: what NEURON calls whenever its integrator, of variable or fixed step, evaluates the equations
    resistivity: sections whose Ra the cell has changed, and what that was
    """

    def __init__(self, cell: object):
        self.kept: list = []
        self.callbacks: list = []
        self.resistivity: list[tuple[NeuronSection, float]] = []
        weakref.finalize(cell, self._detach_later)

    def call(self, callback: Callable[[], None]) -> None:
        """Have NEURON call this from now on."""
        h.CVode().extra_scatter_gather(0, callback)
        self.callbacks.append(callback)

    @contextmanager
    def silent(self) -> Iterator[None]:
        """NEURON calls none of the callbacks meanwhile."""
        for callback in self.callbacks:
            h.CVode().extra_scatter_gather_remove(callback)
        try:
            yield
        finally:
            for callback in self.callbacks:
                h.CVode().extra_scatter_gather(0, callback)

    def detach(self) -> None:
        """Take the callbacks from NEURON and give the sections their own Ra back."""
        for callback in self.callbacks:
            h.CVode().extra_scatter_gather_remove(callback)
        for sec, ra in self.resistivity:
            sec.Ra = ra
        self.callbacks.clear()
        self.resistivity.clear()

    def _detach_later(self) -> None:
        for callback in self.callbacks:
            callback.detached = True  # its sections may go before NEURON has let go of it
        _left.append(self)


_left: list[Attachment] = []  # of cells that are gone


def flush() -> None:
    """Detach what cells that are gone have left. Never in the middle of a run."""
    while _left:
        _left.pop().detach()


@contextmanager
def undisturbed() -> Iterator[None]:
    """No garbage collection and no Ctrl-C in the middle of NEURON's work meanwhile.

    A collection may delete somebody's sections, and NEURON crashes in mid-run.
    """
    was_enabled = gc.isenabled()
    with held():
        gc.disable()
        try:
            yield
        finally:
            if was_enabled:
                gc.enable()


@held()  # NEURON calls cells back while it is set
def reset(celsius: float, tolerance: float = 1e-6) -> "h.CVode":
    """Put NEURON's global state where every run starts; return the variable-step integrator, active.

    celsius: degC; it is 6.3 in NEURON unless set, and h.dt keeps the last variable step: both are set here.
    tolerance: of the integrator, absolute (mV, mM) and relative. EngineError where a section has what NEURON
    cannot give its equations with.
    """
    flush()
    h.celsius = celsius
    h.t = 0
    h.dt = 0.025
    integrator = h.CVode()
    integrator.use_local_dt(0)
    try:
        integrator.active(1)
    except RuntimeError as error:
        raise _refusal(error) from None
    if any(h.ismembrane("extracellular", sec=sec) for sec in h.allsec()):
        raise EngineError(
            "a section has the mechanism extracellular, with which NEURON cannot give its equations as a "
            "function; delete that section"
        )
    integrator.use_daspk(0)  # which an extracellular that is gone may have switched on
    integrator.atol(tolerance)
    integrator.rtol(tolerance)
    return integrator


def initialise() -> None:
    """NEURON's finitialize at the voltages that its segments have; EngineError with its words where it
    refuses."""
    flush()  # a callback whose cell and sections have gone since the last time would be called
    try:
        with held():
            h.finitialize()
    except RuntimeError as error:
        raise _refusal(error) from None


def _refusal(error: RuntimeError) -> EngineError:
    """What NEURON says when it cannot set up its equations, and what can be done."""
    words = str(error).split("hoc_execerror: ")[-1]
    barred = re.search(r"(\w+) cannot be used with CVODE", words)
    if not barred:
        return EngineError(f"NEURON cannot be initialised ({words})")
    name = barred[1]
    sections = [sec.name() for sec in h.allsec() if h.ismembrane(name, sec=sec)]
    where = f" in {sections[0]}" if sections else ""
    return EngineError(
        f"mechanism {name}{where} advances its states by hand, a step dt at a time, which variable time "
        "steps do not allow: write them as a DERIVATIVE block solved with METHOD cnexp, or take it out"
    )


def _reference(owner: Any, name: str) -> Any:
    """NEURON's reference to a variable, or to an element of an array ("ca_cashells[1]")."""
    name, bracket, index = name.partition("[")
    found = getattr(owner, f"_ref_{name}")
    return found[int(index.rstrip("]"))] if bracket else found


@cache
def _pointing(name: str) -> Callable[..., None]:
    """A function of NEURON's own language that lets pointers, from a number on, point to a variable along a
    section: it looks the variable up once, where Python does so at every segment."""
    function = f"pumpleak_pointing_{re.sub(r'[^a-zA-Z0-9]', '_', name)}"
    loop = f"for (place, 0) {{ $o1.pset(at, &{name}(place))  at += 1 }}"
    h(f"proc {function}() {{ local place, at  at = $2  {loop} }}")
    return getattr(h, function)


def values_of(vector: "h.Vector") -> np.ndarray:
    """The numbers of one of NEURON's vectors, to read and to write as long as it is there and of that size.

    Its own as_numpy() does the same, and leaves half a kilobyte behind at every call.
    """
    address, _ = vector.__array_interface__["data"]
    return np.asarray((ctypes.c_double * vector.size()).from_address(address))


class SegmentVariable:
    """One variable of many segments as an array: `get()` and `set(values)`, in the segments' order.

    owners: what has the variable: NEURON sections, which stand for all of their segments, and segments, point
    processes or nodes of rxd. name: as after `_ref_`, e.g. "v", "nai", "p_pl_kleak"; a list of names makes an
    array (names, segments). The pointers stay valid when NEURON reorders its memory.
    """

    def __init__(self, owners: Sequence[Any], name: str | list[str]) -> None:
        names = [name] if isinstance(name, str) else name
        values = self._point([(owners, one) for one in names])
        self._values = values if isinstance(name, str) else values.reshape(len(names), -1)

    @classmethod
    def of_several(cls, parts: Iterable[tuple[Sequence[Any], str]]) -> Self:
        """Several variables, each of its own owners, as one array, one after the other."""
        found = cls.__new__(cls)
        found._values = found._point(list(parts))
        return found

    def _point(self, parts: Sequence[tuple[Sequence[Any], str]]) -> np.ndarray:
        """Let pointers point to these variables of these owners; where their values will be, in one row."""
        counts = [[o.nseg if isinstance(o, nrn.Section) else None for o in owners] for owners, _ in parts]
        size = sum(1 if count is None else count for own in counts for count in own)
        self._pointers, self._vector = h.PtrVector(size), h.Vector(size)
        at = 0
        for (owners, name), own in zip(parts, counts, strict=True):
            for owner, count in zip(owners, own, strict=True):
                if count is None:
                    self._pointers.pset(at, _reference(owner, name))
                else:
                    _pointing(name)(self._pointers, at, sec=owner)
                at += count or 1
        return values_of(self._vector)

    def get(self) -> np.ndarray:
        """The values now, (segments,) or (names, segments), in a buffer that the next call overwrites."""
        self._pointers.gather(self._vector)
        return self._values

    def set(self, values: np.ndarray | float) -> None:
        """Give every segment its value, (segments,) or (names, segments), or all of them one."""
        self._values[:] = values
        self._pointers.scatter(self._vector)


@contextmanager
def quiet_neuron() -> Iterator[list[str]]:
    """Swallow what NEURON prints, to the process's own streams or to Python's; yield a list for its text."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = os.dup(1), os.dup(2)
    captured: list[str] = []
    heard = io.StringIO()
    with tempfile.TemporaryFile() as sink, redirect_stdout(heard), redirect_stderr(heard):
        os.dup2(sink.fileno(), 1)
        os.dup2(sink.fileno(), 2)
        try:
            yield captured
        finally:
            for stream, kept in enumerate(saved, start=1):
                os.dup2(kept, stream)
                os.close(kept)
            sink.seek(0)
            captured.append(heard.getvalue() + sink.read().decode(errors="replace"))
