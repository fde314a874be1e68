"""An adopted cell as a folder of its own: mechanisms, numbers, and a few lines of Python that put them into
the user's sections with NEURON alone."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..cell.carriers import ChordCarrier
from ..cell.cell import Cell
from ..installation import MECHANISMS
from ..simulator.mechanisms import OWN, PARAMETER
from ..simulator.nmodl import mechanism_variables
from ..simulator.runtime import h
from ..simulator.sources import expanded
from ..solve.equations import System
from .calcium import PUMP
from .exchange import ENDING, name_before
from .reading import values_now

IONS = ("na", "k", "cl")
VOLUME = "relative_volume_pl_ions"

SNIPPET = '''"""Makes the sections of a model into the cell that it was adopted as; with NEURON alone.

    nrnivmodl mod                      (in this folder, once)
    import adopted                     (after the model's own mechanisms and sections are there)
    adopted.put(sections)              (in the order that it was adopted in: adopted.names())
    h.finitialize()                    (without a voltage: it begins at its rest)

What flows along the cell is what flows at rest; for ions that move along it while it works, use pumpleak.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from neuron import h

FOLDER = Path(__file__).resolve().parent
KEPT = []  # NEURON's point processes, which would go with their names


def names():
    """The names of the sections, in order."""
    return [one["name"] for one in json.loads((FOLDER / "adopted.json").read_text())["sections"]]


def load(data):
    """Load the mechanisms of mod/, unless NEURON knows them."""
    needed = {*data["mechanisms"], *(one["kind"] for one in data["carriers"])}
    if not all(hasattr(h, name) for name in needed):
        library = next(FOLDER.glob("*/.libs/libnrnmech.*"), None) or next(FOLDER.glob("*/libnrnmech.*"))
        h.nrn_load_dll(str(library))


def style(sec, ions):
    """Name, ion_style and potentials of all ions but these."""
    names = [one.name() for one in sec(0.5) if one.is_ion()]
    return [
        (name, int(h.ion_style(name, sec=sec)), [getattr(one, f"e{name[:-4]}") for one in sec])
        for name in names
        if name[:-4] not in ions  # "ca_ion"
    ]


def put(sections):
    """Put the membrane in, and the state at rest."""
    data = json.loads((FOLDER / "adopted.json").read_text())
    load(data)
    h.celsius = data["celsius"]
    others = [style(sec, data["ions"]) for sec in sections]
    for sec, one in zip(sections, data["sections"], strict=True):
        if sec.nseg != len(one["v"]):
            raise ValueError(f"{sec.name()} has {sec.nseg} segments, and {one['name']} had {len(one['v'])}")
        for mechanism in data["mechanisms"]:
            sec.insert(mechanism)
        for mechanism in data["without"]:
            if h.ismembrane(mechanism, sec=sec):
                sec.uninsert(mechanism)
        for mechanism, pointer, name in data["pointers"]:
            for segment in sec:
                h.setpointer(getattr(segment, f"_ref_{name}"), pointer, getattr(segment, mechanism))
        for name, values in one["values"].items():
            for i, segment in enumerate(sec):
                setattr(segment, name, values[i] if isinstance(values, list) else values)
    for one in data["carriers"]:
        segment = sections[one["section"]](one["x"])
        process = getattr(h, one["kind"])(segment)
        for name, value in one["set"].items():
            setattr(process, name, value)
        for pointer, name in one["points"].items():
            setattr(process, f"_ref_{pointer}", getattr(segment, f"_ref_{name}"))
        KEPT.append(process)
    for sec, one, other in zip(sections, data["sections"], others, strict=True):
        for name, number, potentials in other:  # NEURON may have made their E follow from concentrations
            bits = (number & 3, number >> 3 & 3, number >> 5 & 1, number >> 6 & 1, number >> 2 & 1)
            h.ion_style(name, *bits, sec=sec)
            for segment, potential in zip(sec, potentials):
                setattr(segment, f"e{name[:-4]}", potential)
        for ion in data["ions"]:  # last: concentrations are states, and finitialize leaves them
            h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
        for i, segment in enumerate(sec):
            segment.v = one["v"][i]
'''


def exported(cell: Cell, changed: Mapping[str, str], gone: Sequence[str] = ()) -> dict[str, str]:
    """The files adopted.py, adopted.json and those of mod/ by their paths, as texts.

    changed: the user's own parameters that were changed, and the mechanism of each; gone: mechanisms in whose
    place others are in this cell, and are not in the model that the files will be put into.
    """
    system = System(cell)  # puts the cell into NEURON, at its rest
    system.full_rates(system.start)  # and what flows along it
    found = {"adopted.py": SNIPPET, "adopted.json": json.dumps(_data(cell, changed, gone)) + "\n"}
    for name in (*_mechanisms(cell), "pl_chords", "pl_carrier"):
        found[f"mod/{name}.mod"] = expanded(MECHANISMS / f"{name}.mod")
    return found


def export(files: Mapping[str, str], folder: Path) -> list[Path]:
    """Write these files into a folder; return their paths."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in files]


def _mechanisms(cell: Cell) -> list[str]:
    """Those of ours that a cell has in its membrane."""
    return [one.name() for one in cell.sections[0](0.5) if one.name() in OWN | {PUMP}]


def _data(cell: Cell, changed: Mapping[str, str], gone: Sequence[str]) -> dict[str, Any]:
    mechanisms = _mechanisms(cell)
    names = [name for one in mechanisms for name in mechanism_variables(one, PARAMETER) if "[" not in name]
    names += [name for name in cell.variables if name.endswith(tuple(f"_{one}" for one in mechanisms))]
    ions = [*IONS, *(ion for ion in cell.ions if ion not in IONS)]
    names = [*dict.fromkeys(names), *(f"{ion}{side}" for ion in ions for side in "io")]
    sections = []
    for sec in cell.sections:
        own = [name for name, mechanism in changed.items() if h.ismembrane(mechanism, sec=sec)]
        values = {name_before(name, gone): _short(values_now([sec], name)) for name in (*names, *own)}
        sections.append({"name": sec.name(), "v": [segment.v for segment in sec], "values": values})
    return {
        "celsius": float(h.celsius),
        "mechanisms": mechanisms,
        "without": [one for one in gone if not _there(cell, f"{one}{ENDING}")],
        "pointers": [[one, "relative_volume", VOLUME] for one in mechanisms if one == "pl_calcium"],
        "ions": ions,
        "sections": sections,
        "carriers": [_carrier(cell, one, gone) for one in cell.membrane.carriers],
    }


def _there(cell: Cell, mechanism: str) -> bool:
    return hasattr(h, mechanism) and any(h.ismembrane(mechanism, sec=sec) for sec in cell.sections)


def _short(values: np.ndarray) -> float | list[float]:
    return float(values[0]) if np.ptp(values) == 0 else values.tolist()


def _carrier(cell: Cell, one: Any, gone: Sequence[str]) -> dict[str, Any]:
    segment = cell.segments[one.compartment]
    place = {"section": cell.sections.index(segment.sec), "x": segment.x}
    names: tuple[str, ...]
    if isinstance(one, ChordCarrier):
        names = ("g", "power1", "power2", "share_na", "share_k", "share_cl")
        points = {"current": one.current, **dict(zip(("first", "second"), one.factors, strict=False))}
        kind = "pl_chords"
    else:
        names = tuple(f"fraction_{ion}" for ion in IONS)
        points, kind = {"current": one.current}, "pl_carrier"
    points = {pointer: name_before(name, gone) for pointer, name in points.items()}
    return place | {"kind": kind, "set": {n: getattr(one.process, n) for n in names}, "points": points}
