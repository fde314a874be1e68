"""Which mechanisms a cell can have beside its own: what would have no effect, or a wrong one, is refused."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InputError
from ..parameters import Parameters
from ..physics.ions import IONS, SYMBOL
from ..simulator.nmodl import declarations
from ..simulator.runtime import NeuronProcess, NeuronSection, NeuronSegment, h
from .geometry import Compartments
from .surroundings import Surroundings


@dataclass(frozen=True, eq=False)
class Further:
    """The further mechanisms of a cell, whoever inserted them.

    channels: compartments by density mechanism
    points: point processes by name: their compartments and NEURON's objects
    species_nodes: nodes of rxd's species by name ("ca_rxd")
    writes: mechanisms by the ion whose current they write
    """

    channels: Mapping[str, list[int]]
    points: Mapping[str, list[tuple[int, NeuronProcess]]]
    species_nodes: Mapping[str, list]
    writes: Mapping[str, list[str]]

    @property
    def names(self) -> list[str]:
        """Density mechanisms and point processes."""
        return [*self.channels, *self.points]

    @property
    def reads_calcium(self) -> bool:
        """Whether one of them reads a concentration or the potential of Ca2+."""
        return any("ca" in declarations(name).reads for name in self.names)

    def first(self, name: str) -> int:
        """The first compartment that has a mechanism."""
        return self.channels[name][0] if name in self.channels else self.points[name][0][0]


@dataclass(frozen=True, eq=False)
class Host:
    """What a cell that is to have further mechanisms is so far. carried: names of currents that belong to
    none of its ions, and are carried by them."""

    parameters: Parameters
    ions: tuple[str, ...]
    compartments: Compartments
    surroundings: Surroundings
    carried: frozenset[str] = frozenset()


def check_pointers() -> None:
    """InputError where any section that exists has a mechanism with a POINTER that points nowhere, because
    NEURON would end the process on evaluating it. Those of mod/ bear it."""
    for sec in h.allsec():
        for mechanism in sec(0.5):
            _check_pointers(mechanism.name(), sec)
        for segment in sec:
            for process in segment.point_processes():
                name = process.hname().split("[")[0]
                for pointer in () if name.startswith("pl_") else declarations(name).pointers:
                    if not _points(process, pointer):
                        raise _unset(name, pointer, segment)


def _check_pointers(name: str, sec: NeuronSection) -> None:
    if name.startswith("pl_"):
        return
    for pointer in declarations(name).pointers:
        for segment in sec:
            if not _points(getattr(segment, name), pointer):
                raise _unset(name, pointer, segment)


def _points(owner: NeuronSegment | NeuronProcess, pointer: str) -> bool:
    try:
        return getattr(owner, f"_ref_{pointer}") is not None
    except (AttributeError, RuntimeError):
        return False


def _unset(name: str, pointer: str, where: NeuronSegment) -> InputError:
    return InputError(
        f"mechanism {name} in {where}: its POINTER {pointer} points to nothing, and NEURON would crash on "
        f"reading it; set it first (h.setpointer(source._ref_variable, '{pointer}', segment.{name})) or take "
        "the mechanism out"
    )


def check_mechanism(host: Host, further: Further, name: str) -> list[str]:
    """Warnings about a mechanism of a user's; InputError where the cell cannot have it."""
    said, where = declarations(name), host.compartments.section_name[further.first(name)]
    _check_steps(name, where)
    warnings = []
    for ion in said.ions:
        _check_ion(host, name, ion, where)
        if ion not in host.ions and f"{ion}i" in said.reads[ion]:
            warnings += _unfollowed(host, further, name, ion)
    if said.uses_time and said.acts:
        warnings.append(
            f"mechanism {name} depends on time t, which stands still at 0 here: nothing happens at a set time"
        )
    if said.waits and said.acts:
        warnings.append(f"mechanism {name} waits for events (NET_RECEIVE), and none are delivered here")
    return warnings


def _check_steps(name: str, where: str) -> None:
    """InputError for a mechanism whose states have no rate that could be 0 at rest."""
    said = declarations(name)
    if said.after_step and said.acts:
        raise InputError(
            f"mechanism {name} in {where}: SOLVE ... METHOD after_cvode runs after NEURON's own steps "
            "only, so here its states would stand still; write them as a DERIVATIVE block with METHOD cnexp"
        )
    for procedure in () if said.after_step else said.by_hand:
        raise InputError(
            f"mechanism {name} in {where}: SOLVE {procedure} advances its states by hand, a step dt at a "
            "time, so that they have no rate that could be 0 at rest or be followed on steps of any length; "
            "write them as "
            f"DERIVATIVE {procedure} {{ m' = (minf - m)/tau }} with SOLVE {procedure} METHOD cnexp"
        )


def check_calcium(host: Host, names: Iterable[str]) -> None:
    """InputError where the file gives a cai that nothing would take."""
    inside = host.parameters.inside.cai
    if inside is None or "ca" in host.ions:
        return
    where = f"{host.parameters.path}: inside.cai = {inside:g} mM"
    for name in names:
        if "cai" in declarations(name).concentrations("ca"):
            raise InputError(f"{where} has no effect: {name} computes it; take one of the two out")
    if not any("cai" in declarations(name).reads.get("ca", []) for name in names):
        raise InputError(
            f"{where} has no effect: this cell does not follow Ca2+ and nothing in this cell reads it; add "
            '"ca" to ions or take cai out'
        )


def _check_ion(host: Host, name: str, ion: str, where: str) -> None:
    said = declarations(name)
    if ion not in host.ions:
        if said.carries(ion) and f"i{ion}" not in host.carried:
            followed = ", ".join(host.ions)
            way = f'; follow it with ions = ["{followed.replace(", ", chr(34) + ", " + chr(34))}", "{ion}"]'
            raise InputError(
                f"mechanism {name} in {where} carries {ion}, an ion this cell does not follow ({followed}); "
                f"its concentration would drift unseen{way if ion in IONS else ''}"
            )
        return
    if f"e{ion}" in said.writes[ion]:
        raise InputError(
            f"mechanism {name} in {where} writes e{ion}, which is the Nernst potential of {SYMBOL[ion]} "
            f"here, from what is dissolved on both sides; take {name} out"
        )
    for variable in said.concentrations(ion):
        raise InputError(
            f"mechanism {name} in {where} writes {variable}, which this cell computes itself from all that "
            f"carries {SYMBOL[ion]}: two would write one concentration; take {name} out"
            + _way_out(host, ion, variable)
        )


def _way_out(host: Host, ion: str, variable: str) -> str:
    """What a cell offers in place of a mechanism that writes a concentration."""
    if variable.endswith("o"):
        return host.surroundings.instead()
    if ion == "ca":
        others = ", ".join(f'"{other}"' for other in host.ions if other != "ca")
        return (
            "; a buffer stands in [calcium], what takes Ca2+ out is pl_pmca or pl_ncx; or do not follow it, "
            f"ions = [{others}], and {variable} is the mechanism's alone"
        )
    return f"; its start is {ion}i in [inside]"


def _unfollowed(host: Host, further: Further, name: str, ion: str) -> list[str]:
    """A warning where a mechanism reads a concentration that nobody computes."""
    if f"{ion}_rxd" in further.species_nodes:
        return []
    if any(declarations(other).concentrations(ion) for other in further.channels):
        return []
    ions = ", ".join(f'"{i}"' for i in (*host.ions, ion))
    follow = f"; follow it with ions = [{ions}]" if ion in IONS else ""
    given = host.parameters.inside.cai if ion == "ca" else None
    value = getattr(host.compartments.segments[further.first(name)], f"{ion}i") if given is None else given
    return [
        f"mechanism {name} reads {ion}i, which this cell does not follow: it stays at {value:g} mM{follow}"
    ]


def find_species(sections: Sequence[NeuronSection], ions: tuple[str, ...]) -> dict[str, list]:
    """Nodes of the rxd species on a cell's sections, by name ("ca_rxd"). InputError for a species that is an
    ion which the cell follows, or that rxd resolves within a compartment."""
    found: dict[str, list] = {}
    for species, nodes in _species_on(sections):
        name, sec = species.name, nodes[0].sec.name()
        if name in ions and any(node.region.nrn_region in ("i", "o") for node in nodes):
            raise InputError(
                f"the rxd species {name!r} on {sec} computes a concentration of {SYMBOL[name]}, which "
                "this cell computes itself from all that carries it; take the section out of its region "
                '(ions move along the cell with axial = "electrodiffusion")'
            )
        if len(nodes) != len({(node.region, node.segment) for node in nodes}):
            raise InputError(
                f"the rxd species {name!r} on {sec} has several nodes in a segment; expected one a segment, "
                "whose equations can be followed here"
            )
        for region in {node.region for node in nodes}:
            here = [node for node in nodes if node.region == region]
            found[f"{name}_rxd" if f"{name}_rxd" not in found else f"{name}_rxd_{region.name}"] = here
    return found


def _species_on(sections: Sequence[NeuronSection]) -> Iterator[tuple[Any, list]]:
    """The rxd species that have nodes on these sections, with those nodes."""
    module = sys.modules.get("neuron.rxd.species")
    own = set(sections)
    for species in () if module is None else filter(None, (one() for one in module._all_species)):
        nodes = [node for node in species.nodes if getattr(node, "sec", None) in own]
        if nodes:
            yield species, nodes
