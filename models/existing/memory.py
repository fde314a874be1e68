"""A user's model as it was before it was adopted, to be put back: after that it runs as before, bit for
bit."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..cell.sections import let_go
from ..simulator import runtime
from ..simulator.runtime import NeuronSection, SegmentVariable, h
from .reading import Model


class Memory:
    """What a model's sections have, and NEURON's global state: taken at once, put back by `restore`."""

    def __init__(self, model: Model) -> None:
        self._sections = list(model.compartments.sections)
        self._mechanisms = [{one.name() for one in sec(0.5)} for sec in self._sections]
        self._styles = [_styles(sec) for sec in self._sections]
        self._values = _values(self._sections)
        self._ends = [(sec(0).v, sec(1).v) for sec in self._sections]
        self._resistivity = [sec.Ra for sec in self._sections]
        integrator = h.CVode()
        self._celsius, self._t, self._dt = h.celsius, h.t, h.dt
        self._active = bool(integrator.active())
        self._tolerances = integrator.atol(), integrator.rtol()
        self._changed: list[tuple[SegmentVariable, np.ndarray]] = []
        self.names: dict[str, str] = {}  # of the user's parameters that were changed: their mechanisms

    def changed(self, name: str, mechanism: str, variable: SegmentVariable) -> None:
        """Note what a parameter of the user's is, of the mechanism's own, before it is changed."""
        self._changed.append((variable, variable.get().copy()))
        self.names[name] = mechanism

    def restore(self) -> None:
        """Take out of the sections what was not there, and put back all else; a cell that they are is
        gone."""
        let_go(self._sections)
        for sec, before, styles, ra in zip(
            self._sections, self._mechanisms, self._styles, self._resistivity, strict=True
        ):
            _take_out(sec, before)
            for ion, style in styles.items():
                h.ion_style(f"{ion}_ion", *style, sec=sec)
            if sec.Ra != ra:
                sec.Ra = ra
        for variable, values in reversed(self._changed):
            variable.set(values)
        integrator = h.CVode()
        integrator.atol(self._tolerances[0])
        integrator.rtol(self._tolerances[1])
        integrator.active(int(self._active))
        h.celsius, h.t, h.dt = self._celsius, self._t, self._dt
        for variable, values in self._values:
            variable.set(values)
        for sec, (first, last) in zip(self._sections, self._ends, strict=True):
            sec(0).v, sec(1).v = first, last
        runtime.flush()


def _take_out(sec: NeuronSection, before: set[str]) -> None:
    """Uninsert what was not in a section; point processes of ours have gone with the cell. NEURON lets no ion
    go: one that nobody reads or writes stays, and does nothing."""
    for one in [one for one in sec(0.5) if one.name() not in before and not one.is_ion()]:
        sec.uninsert(one.name())


def _styles(sec: NeuronSection) -> dict[str, tuple[int, ...]]:
    """What concentrations and potentials of each ion are in a section, as ion_style takes it."""
    found = {}
    for one in sec(0.5):
        if one.is_ion():
            number = int(h.ion_style(one.name(), sec=sec))
            found[one.name().removesuffix("_ion")] = _arguments(number)
    return found


def _arguments(number: int) -> tuple[int, ...]:
    """c_style, e_style, einit, eadvance, cinit of what ion_style returns: c_style + 4 cinit + 8 e_style +
    32 einit + 64 eadvance."""
    return (number & 3, number >> 3 & 3, number >> 5 & 1, number >> 6 & 1, number >> 2 & 1)


def _values(sections: Sequence[NeuronSection]) -> list[tuple[SegmentVariable, np.ndarray]]:
    """V, and what every ion's concentrations and potentials are, of all segments that have it."""
    found: list[tuple[Any, np.ndarray]] = [_now(sections, "v")]
    for ion in sorted({one.name() for sec in sections for one in sec(0.5) if one.is_ion()}):
        name = ion.removesuffix("_ion")
        own = [sec for sec in sections if h.ismembrane(ion, sec=sec)]
        found += [_now(own, f"e{name}"), _now(own, f"{name}i"), _now(own, f"{name}o")]
    return found


def _now(sections: Sequence[NeuronSection], name: str) -> tuple[SegmentVariable, np.ndarray]:
    variable = SegmentVariable(sections, name)
    return variable, variable.get().copy()
