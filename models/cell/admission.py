"""Which mechanisms a cell can have beside its own: what would have no effect, or a wrong one, is refused."""

import sys

from ..errors import InputError
from ..physics.ions import IONS, SYMBOL
from ..simulator.nmodl import declarations
from ..simulator.runtime import h


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


def _check_pointers(name: str, sec) -> None:
    if name.startswith("pl_"):
        return
    for pointer in declarations(name).pointers:
        for segment in sec:
            if not _points(getattr(segment, name), pointer):
                raise _unset(name, pointer, segment)


def _points(owner, pointer: str) -> bool:
    try:
        return getattr(owner, f"_ref_{pointer}") is not None
    except (AttributeError, RuntimeError):
        return False


def _unset(name: str, pointer: str, where) -> InputError:
    return InputError(
        f"mechanism {name} in {where}: its POINTER {pointer} points to nothing, and NEURON would crash on "
        f"reading it; set it first (h.setpointer(source._ref_variable, '{pointer}', segment.{name})) or take "
        "the mechanism out"
    )


def check_mechanism(cell, name: str, where: str) -> list[str]:
    """Warnings about a mechanism of a user's; InputError where the cell cannot have it.

    where: the first of its places, for the message.
    """
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
    warnings = []
    for ion in said.ions:
        _check_ion(cell, name, ion, where)
        if ion not in cell.ions and f"{ion}i" in said.reads[ion]:
            warnings += _unfollowed(cell, name, ion)
    if said.uses_time and said.acts:
        warnings.append(
            f"mechanism {name} depends on time t, which stands still at 0 here: nothing happens at a set time"
        )
    if said.waits and said.acts:
        warnings.append(f"mechanism {name} waits for events (NET_RECEIVE), and none are delivered here")
    return warnings


def check_calcium(cell, names) -> None:
    """InputError where the file gives a cai that nothing would take."""
    inside = cell.parameters.inside.cai
    if inside is None or "ca" in cell.ions:
        return
    where = f"{cell.parameters.path}: inside.cai = {inside:g} mM"
    for name in names:
        if "cai" in declarations(name).concentrations("ca"):
            raise InputError(f"{where} has no effect: {name} computes it; take one of the two out")
    if not any("cai" in declarations(name).reads.get("ca", []) for name in names):
        raise InputError(
            f"{where} has no effect: this cell does not follow Ca2+ and nothing in this cell reads it; add "
            '"ca" to ions or take cai out'
        )


def _check_ion(cell, name: str, ion: str, where: str) -> None:
    said = declarations(name)
    if ion not in cell.ions:
        if said.carries(ion):
            followed = ", ".join(cell.ions)
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
            + _way_out(cell, ion, variable)
        )


def _way_out(cell, ion: str, variable: str) -> str:
    """What a cell offers in place of a mechanism that writes a concentration."""
    if variable.endswith("o"):
        if cell.space == "bath":
            return (
                '; for ions that pile up outside take outside = "shell" or "closed" (--outside), with '
                "volume_fraction and exchange_rate in [space]"
            )
        return f'; the space outside (outside = "{cell.space}") is followed already, see [space]'
    if ion == "ca":
        others = ", ".join(f'"{other}"' for other in cell.ions if other != "ca")
        return (
            "; a buffer stands in [calcium], what takes Ca2+ out is pl_pmca or pl_ncx; or do not follow it, "
            f"ions = [{others}], and {variable} is the mechanism's alone"
        )
    return f"; its start is {ion}i in [inside]"


def _unfollowed(cell, name: str, ion: str) -> list[str]:
    """A warning where a mechanism reads a concentration that nobody computes."""
    if f"{ion}_rxd" in cell.species_nodes:
        return []
    if any(declarations(other).concentrations(ion) for other in cell.channels):
        return []
    ions = ", ".join(f'"{i}"' for i in (*cell.ions, ion))
    follow = f"; follow it with ions = [{ions}]" if ion in IONS else ""
    given = cell.parameters.inside.cai if ion == "ca" else None
    owner = cell.channels[name][0] if name in cell.channels else cell.points[name][0][0]
    value = getattr(cell.segments[owner], f"{ion}i") if given is None else given
    return [
        f"mechanism {name} reads {ion}i, which this cell does not follow: it stays at {value:g} mM{follow}"
    ]


def find_species(cell) -> dict[str, list]:
    """Nodes of the rxd species on a cell's sections, by name ("ca_rxd"). InputError for a species that is an
    ion which the cell follows, or that rxd resolves within a compartment."""
    module = sys.modules.get("neuron.rxd.species")
    found: dict[str, list] = {}
    if module is None:
        return found
    own = set(cell.sections)
    for species in filter(None, (reference() for reference in module._all_species)):
        nodes = [node for node in species.nodes if getattr(node, "sec", None) in own]
        if not nodes:
            continue
        name, sec = species.name, nodes[0].sec.name()
        if name in cell.ions and any(node.region.nrn_region in ("i", "o") for node in nodes):
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
