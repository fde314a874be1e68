"""What NEURON's mechanisms declare: their names, variables, and what they read, write and ask for."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from .runtime import h

NAMES = r"\w+(?:\s*,\s*\w+)*"


@dataclass(frozen=True)
class Declarations:
    """What a mechanism's NMODL text declares.

    reads, writes: by ion, the variables that its USEION statements name
    nonspecific, electrode: its currents that belong to no ion
    pointers: POINTER variables
    ranges, states: names
    by_hand: PROCEDUREs that a SOLVE calls without integrating them
    after_step: whether it has a SOLVE METHOD after_cvode
    diffuses: states with LONGITUDINAL_DIFFUSION
    uses_time: whether it reads t or dt
    waits: whether it has a NET_RECEIVE block
    """

    reads: dict[str, list[str]] = field(default_factory=dict)
    writes: dict[str, list[str]] = field(default_factory=dict)
    nonspecific: tuple[str, ...] = ()
    electrode: tuple[str, ...] = ()
    pointers: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    by_hand: tuple[str, ...] = ()
    after_step: bool = False
    diffuses: tuple[str, ...] = ()
    uses_time: bool = False
    waits: bool = False

    @property
    def ions(self) -> tuple[str, ...]:
        """The ions that its USEION statements name."""
        return tuple(self.reads)

    def concentrations(self, ion: str) -> list[str]:
        """Concentrations of an ion that it writes: "nai", "nao"."""
        return [name for name in self.writes.get(ion, []) if name in (f"{ion}i", f"{ion}o")]

    @property
    def acts(self) -> bool:
        """Whether it does anything to a cell."""
        return any(self.writes.values()) or bool(self.nonspecific or self.electrode)

    @property
    def concentration_states(self) -> list[str]:
        """Concentrations of ions that are states of it themselves: STATE { cai }."""
        return [name for ion in self.writes for name in self.concentrations(ion) if name in self.states]

    def carries(self, ion: str) -> bool:
        """Whether it writes the ion's current."""
        return f"i{ion}" in self.writes.get(ion, [])


def mechanism_names(points: bool = False) -> set[str]:
    """Names of the density mechanisms that NEURON knows in this process or, asked for, of the point
    processes."""
    types, name = h.MechanismType(int(points)), h.ref("")
    names: set[str] = set()
    for index in range(int(types.count())):
        types.select(index)
        types.selected(name)
        names.add(name[0])
    return names


def _type_of(mechanism: str) -> Any:
    """NEURON's MechanismType with the mechanism selected, or None."""
    for types in (h.MechanismType(0), h.MechanismType(1)):
        types.select(mechanism)
        name = h.ref("")
        types.selected(name)
        if name[0] == mechanism:
            return types
    return None


@cache  # what is asked of NEURON leaves some memory behind each time
def source_text(mechanism: str) -> str:
    """NMODL text of a mechanism as NEURON keeps it in the compiled library; "" where it keeps none."""
    types = _type_of(mechanism)
    return (types.code() or "") if types is not None else ""


def source_file(mechanism: str) -> str:
    """Path of the file that a mechanism was compiled from, as NEURON keeps it; "" where it keeps none."""
    types = _type_of(mechanism)
    return (types.file() or "") if types is not None else ""


def digest(mechanisms: Iterable[str]) -> str:
    """Hash of the texts that mechanisms were compiled from, for the provenance of results."""
    found = hashlib.sha256()
    for name in sorted(mechanisms):
        lines = (line for line in source_text(name).splitlines() if not line.startswith(":::"))
        found.update("\n".join((name, *lines)).encode())
    return found.hexdigest()[:16]


def order(mechanism: str) -> int:
    """NEURON's number of a mechanism: those of smaller number are evaluated before it."""
    return int(_type_of(mechanism).internal_type())


def diffusing_states(mechanism: str) -> set[str]:
    """NEURON's names of a mechanism's states that have LONGITUDINAL_DIFFUSION."""
    along = declarations(mechanism).diffuses
    names = mechanism_variables(mechanism, 3)
    return {name for name in names if name.split("[")[0].removesuffix(f"_{mechanism}") in along}


@cache
def mechanism_variables(name: str, kind: int) -> tuple[str, ...]:
    """Names of a mechanism's variables; kind 1 parameters, 2 assigned, 3 states. Of an array every element:
    "ca_cashells[0]", "ca_cashells[1]"."""
    standard, ref = h.MechanismStandard(name, kind), h.ref("")
    names: list[str] = []
    for index in range(int(standard.count())):
        size = int(standard.name(ref, index))
        names += [ref[0]] if size == 1 else [f"{ref[0]}[{i}]" for i in range(size)]
    return tuple(names)


def without_comments(text: str) -> str:
    """NMODL text without its comments."""
    text = re.sub(r"(?s)\bCOMMENT\b.*?\bENDCOMMENT\b", "", text)
    return re.sub(r"[:?].*", "", text)


def defined_names(text: str) -> list[str]:
    """Names of the mechanisms that an NMODL file defines."""
    found = re.findall(r"\b(?:SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)", without_comments(text))
    return [name for name in found if name != "nothing"]


@cache
def declarations(mechanism: str) -> Declarations:
    """What a mechanism known to NEURON declares; empty for those that NEURON is built with."""
    return parse(source_text(mechanism))


def parse(text: str) -> Declarations:
    """What an NMODL text declares."""
    text = re.sub(r"\bCONDUCTANCE\s+\w+(\s+USEION\s+\w+)?", "", without_comments(text))  # declares nothing
    reads: dict[str, list[str]] = {}
    writes: dict[str, list[str]] = {}
    for ion, rest in re.findall(rf"\bUSEION\s+(\w+)((?:\s+(?:READ|WRITE)\s+{NAMES})*)", text):
        for word, found in (("READ", reads), ("WRITE", writes)):
            named = re.search(rf"\b{word}\s+({NAMES})", rest)
            found[ion] = [n for n in re.findall(r"\w+", named[1]) if n != "WRITE"] if named else []
    states = _words(r"\bSTATE\s*\{([^}]*)\}", re.sub(r"\([^)]*\)|<[^>]*>|\[[^\]]*\]|\bFROM\b.*", "", text))
    procedures = set(re.findall(r"\bPROCEDURE\s+(\w+)", text))
    solved = re.findall(r"\bSOLVE\s+(\w+)(?:\s+METHOD\s+(\w+))?", text)
    body = re.sub(r"(?s)\bNET_RECEIVE\b.*", "", text)
    return Declarations(
        reads=reads,
        writes=writes,
        nonspecific=_words(rf"\bNONSPECIFIC_CURRENT\s+({NAMES})", text),
        electrode=_words(rf"\bELECTRODE_CURRENT\s+({NAMES})", text),
        pointers=_words(rf"\bPOINTER\s+({NAMES})", text),
        ranges=_words(rf"\bRANGE\s+({NAMES})", text),
        states=states,
        by_hand=tuple(name for name, _ in solved if name in procedures),
        after_step=any(method == "after_cvode" for _, method in solved),
        diffuses=_words(r"\bLONGITUDINAL_DIFFUSION\s+[^{}\n]*?\{\s*([^}]*)\}", text),
        uses_time=bool(re.search(r"(?<![\w.])(?:t|dt)(?![\w'(])", _blocks(body))),
        waits=bool(re.search(r"\bNET_RECEIVE\b", text)),
    )


def _words(pattern: str, text: str) -> tuple[str, ...]:
    return tuple(name for names in re.findall(pattern, text) for name in re.findall(r"[A-Za-z_]\w*", names))


def _blocks(text: str) -> str:
    """The parts of an NMODL text that are executed."""
    text = re.sub(r"(?s)\b(?:NEURON|UNITS|PARAMETER|ASSIGNED|STATE|CONSTANT)\s*\{.*?\n?\}", "", text)
    return re.sub(r"\([^()]*\)\s*$", "", text, flags=re.M)
