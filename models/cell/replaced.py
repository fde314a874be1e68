"""What a cell replaces in sections of a user's: potentials and concentrations set by hand."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..physics.ions import IONS, SYMBOL, VALENCE
from ..physics.theory import nernst
from ..simulator.nmodl import declarations
from ..simulator.runtime import NeuronSection, h

NEURONS = {"k": -77.0, "na": 50.0}  # mV, what NEURON gives the ek and ena of a section
# mM, likewise; a concentration that is another has been set by hand
UNTOUCHED = {
    "nai": 10.0,
    "nao": 140.0,
    "ki": 54.4,
    "ko": 2.5,
    "cai": 5e-5,
    "cao": 2.0,
}
UNTOUCHED_ELSE = 1.0  # of any other ion
COMPUTED = 32 + 64  # of ion_style: NEURON computes the potential from the concentrations
SAME = 1e-3  # mV or mM


def set_by_hand(sections: Sequence[NeuronSection]) -> dict[str, np.ndarray]:
    """Potentials (mV) and concentrations (mM) as somebody has set them and as the mechanisms there read them:
    "ek", "ki", ... -> (compartments,), nan where there is none. Sections that have been a cell have none."""
    rows: list[dict[str, float]] = []
    for sec in sections:
        names = set() if h.ismembrane("pl_ions", sec=sec) else _read_by_hand(sec)
        rows += [{name: getattr(segment, name) for name in names} for segment in sec]
    found = {
        name: np.array([row.get(name, np.nan) for row in rows]) for name in {n for row in rows for n in row}
    }
    for name in (name for name in found if name[0] != "e"):
        found[name][found[name] == UNTOUCHED.get(name, UNTOUCHED_ELSE)] = np.nan
    return {name: found[name] for name in sorted(found) if not np.isnan(found[name]).all()}


def _reads(mechanisms: Iterable[str]) -> set[str]:
    return {name for one in mechanisms for names in declarations(one).reads.values() for name in names}


def _read_by_hand(sec: NeuronSection) -> set[str]:
    mechanisms = [mechanism.name() for mechanism in sec(0.5)]
    reads = _reads(mechanisms)
    present = [ion for ion in IONS if h.ismembrane(f"{ion}_ion", sec=sec)]
    computed = {f"e{ion}" for ion in present if int(h.ion_style(f"{ion}_ion", sec=sec)) & COMPUTED}
    return (reads - computed) & {
        f"{a}{ion}{b}" for ion in present for a, b in (("e", ""), ("", "i"), ("", "o"))
    }


@dataclass(frozen=True, eq=False)
class Concentrations:
    """What a cell has in place of what was set by hand: inside and in the bath (mM) by ion, (compartments,)
    each;
    celsius: degC."""

    inside: Mapping[str, np.ndarray]
    bath: Mapping[str, np.ndarray]
    celsius: float

    def of(self, ion: str, name: str) -> np.ndarray:
        """The cell's value of "ek" (mV), "ki" or "ko" (mM), (compartments,)."""
        if name == f"e{ion}":
            return nernst(self.inside[ion], self.bath[ion], VALENCE[ion], self.celsius)
        return self.inside[ion] if name == f"{ion}i" else self.bath[ion]


def _range(values: np.ndarray) -> str:
    low, high = f"{values.min():.4g}", f"{values.max():.4g}"
    return low if low == high else f"{low} to {high}"


def warnings(given: Mapping[str, np.ndarray], cells: Concentrations, section_name: np.ndarray) -> list[str]:
    """A sentence for each of what `set_by_hand` found that is another in the cell, with both numbers.

    section_name: (compartments,).
    """
    sentences = []
    for name, before in given.items():
        ion = next((ion for ion in cells.bath if name in (f"e{ion}", f"{ion}i", f"{ion}o")), None)
        if ion is None or not cells.bath[ion].any():  # Ca2+ that a cell does not follow stays the user's
            continue
        now = cells.of(ion, name)
        here = np.abs(now - before) > SAME  # not where there is none
        if not here.any():
            continue
        names = list(dict.fromkeys(section_name[here]))
        where = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        follows = "the Nernst potential of its concentrations" if name[0] == "e" else "the parameter file's"
        unit = "mV" if name[0] == "e" else "mM"
        sentences.append(
            f"{name} = {_range(before[here])} {unit} of {where} is replaced by "
            f"{_range(now[here])} {unit}, {follows}"
        )
    return sentences


def moved_potentials(
    given: Mapping[str, np.ndarray], cells: Concentrations, channels: list[str], at: int
) -> str:
    """Which Nernst potentials that channels read in a compartment are not what a user of NEURON may expect,
    as the end of a sentence; "" where there is none. given: what was set by hand."""
    reads = _reads(channels)
    moved = []
    for ion, usual in NEURONS.items():
        by_hand = given[f"e{ion}"][at] if f"e{ion}" in given else np.nan
        expected = usual if np.isnan(by_hand) else by_hand
        now = cells.of(ion, f"e{ion}")[at]
        if f"e{ion}" in reads and abs(now - expected) > SAME:
            moved.append(f"E_{SYMBOL[ion].rstrip('+')} is {now:.4g} mV there and not {expected:.4g}")
    return f" (a likely cause: {', '.join(moved)})" if moved else ""
