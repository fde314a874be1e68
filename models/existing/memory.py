"""A user's model as it was before it was adopted, to be put back: after that it runs as before, bit for
bit."""

from collections.abc import Sequence

import numpy as np

from ..cell.sections import let_go
from ..simulator import runtime
from ..simulator.mechanisms import PARAMETER, STATE
from ..simulator.nmodl import mechanism_variables
from ..simulator.runtime import NeuronSection, SegmentVariable, h
from .reading import Model, values_now

KINDS = (PARAMETER, 2, STATE)  # NEURON's kinds of a mechanism's variables, 2 what it computes


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
        self._changed: list[tuple[str, SegmentVariable, np.ndarray]] = []
        self._gone: list[tuple[list[NeuronSection], str, dict[str, np.ndarray]]] = []
        self.names: dict[str, str] = {}  # of the user's parameters that were changed: their mechanisms

    def changed(self, name: str, mechanism: str, variable: SegmentVariable) -> None:
        """Note what a parameter of the user's is, of the mechanism's own, before it is changed."""
        self._changed.append((mechanism, variable, variable.get().copy()))
        self.names[name] = mechanism

    def exchanged(self, mechanism: str, sections: Sequence[NeuronSection]) -> None:
        """Note all that a mechanism of the user's has in these sections, before it is taken out of them."""
        names = [name for kind in KINDS for name in mechanism_variables(mechanism, kind)]
        values = {name: values_now(sections, name) for name in names}
        self._gone.append((list(sections), mechanism, values))

    def keep_others(self, followed: Sequence[str]) -> None:
        """Put back what E and concentrations are of all ions but those that a cell follows: our mechanisms
        read those of Ca2+, and NEURON then computes an E that the user gave."""
        for sec, styles in zip(self._sections, self._styles, strict=True):
            for ion, style in styles.items():
                if ion not in followed:
                    h.ion_style(f"{ion}_ion", *style, sec=sec)
        for name, variable, values in self._values:
            if name[0] == "e" and name[1:] not in followed:
                variable.set(values)

    @property
    def gone(self) -> list[str]:
        """The user's mechanisms in whose place others are."""
        return [mechanism for _, mechanism, _ in self._gone]

    def restore(self) -> None:
        """Take out of the sections what was not there, and put back all else; a cell that they are is
        gone."""
        let_go(self._sections)
        for sec, before, styles, ra in zip(
            self._sections, self._mechanisms, self._styles, self._resistivity, strict=True
        ):
            _take_out(sec, before)
            for name in before - {one.name() for one in sec(0.5)}:
                sec.insert(name)
            for ion, style in styles.items():
                h.ion_style(f"{ion}_ion", *style, sec=sec)
            if sec.Ra != ra:
                sec.Ra = ra
        for mechanism, variable, values in reversed(self._changed):
            if any(h.ismembrane(mechanism, sec=sec) for sec in self._sections):
                variable.set(values)
        for sections, _, noted in self._gone:
            for name, values in noted.items():
                SegmentVariable(sections, name).set(values)
        integrator = h.CVode()
        integrator.atol(self._tolerances[0])
        integrator.rtol(self._tolerances[1])
        integrator.active(int(self._active))
        h.celsius, h.t, h.dt = self._celsius, self._t, self._dt
        for _, variable, values in self._values:
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


def _values(sections: Sequence[NeuronSection]) -> list[tuple[str, SegmentVariable, np.ndarray]]:
    """V, and what every ion's concentrations and potentials are, of all segments that have it."""
    found = [_now(sections, "v")]
    for ion in sorted({one.name() for sec in sections for one in sec(0.5) if one.is_ion()}):
        name = ion.removesuffix("_ion")
        own = [sec for sec in sections if h.ismembrane(ion, sec=sec)]
        found += [_now(own, f"e{name}"), _now(own, f"{name}i"), _now(own, f"{name}o")]
    return found


def _now(sections: Sequence[NeuronSection], name: str) -> tuple[str, SegmentVariable, np.ndarray]:
    variable = SegmentVariable(sections, name)
    return name, variable, variable.get().copy()
