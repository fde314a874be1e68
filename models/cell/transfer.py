"""A cell into NEURON: which of its variables stand for the cell, and what is put into them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..errors import InputError
from ..physics.ions import IONS, Store, told_of
from ..simulator.mechanisms import PUMPS
from ..simulator.runtime import SegmentVariable, h
from . import beside, energy, pumps

if TYPE_CHECKING:
    from .cell import Cell

GLIAS_VOLUME = f"relative_volumeg0_{beside.MECHANISM}"
BATH = 1e30  # um3, the volume that stands for a bath in NEURON


def connect(cell: "Cell") -> dict[str, SegmentVariable]:
    """NEURON's variables of a cell by name, one value per compartment; the volumes, which stay, are set."""
    inside, outside = _stores(cell)
    water = ("relative_volume", "impermeant", "impermeanto", "ratio", "pw", "calcium", "others")
    names = ["v", *(f"{name}_pl_ions" for name in water)]
    names += ["capacitance_pl_ions"] if cell.area_power else []
    for mechanism in _mechanisms(inside, outside):
        names += [f"relative_volume0_{mechanism}", f"follow_{mechanism}"]
    for ion in told_of(cell.ions):
        names += [f"{ion}i", f"{ion}o"]
    for ion, store in inside.items():
        names += [f"i{ion}", store.amount, store.first, store.volume]
    if "ca" in cell.ions:
        names += ["buffer_pl_calcium", "kd_pl_calcium"]
    for ion, store in outside.items():
        names += [store.amount, store.first, store.volume, IONS[ion].bath]
    exchange = ("ratio", *cell.surroundings.exchange(cell.conditions))
    names += [f"{name}_{mechanism}" for mechanism in _mechanisms(outside) for name in exchange]
    if cell.surroundings.followed:
        names += [f"{name}_pl_space" for name in cell.surroundings.alone(cell.conditions)]
    if cell.glia is not None:
        names.append(GLIAS_VOLUME)
    for mechanism in PUMPS & {*cell.parameters.pump.mechanisms}:
        names += [f"{name}_{mechanism}" for name in ("icycle", "inet", "atpase")]
    for leak in cell.membrane.leak.values():
        names += [f"{leak.symbol}_{leak.mechanism}", f"i_{leak.mechanism}"]
    if cell.parameters.energy.followed:
        names += [f"{name}_{energy.MECHANISM}" for name in ("bonds", "use", *energy.LEVELS)]
    held = cell.surroundings.in_neuron
    found = {name: SegmentVariable(cell.sections, held(name)) for name in dict.fromkeys(names)}
    for store in inside.values():
        found[store.volume].set(cell.volume)
    return found


def _stores(cell: "Cell") -> tuple[dict[str, Store], dict[str, Store]]:
    """Where NEURON keeps the ions of this cell inside and, as far as it does, outside."""
    inside = {ion: IONS[ion].inside for ion in cell.accumulated}
    outside = {ion: IONS[ion].outside for ion in told_of(cell.ions)}
    space = {"pl_space"} if cell.surroundings.followed else set()
    there = {store.mechanism for store in inside.values()} | space
    return inside, {ion: store for ion, store in outside.items() if store.mechanism in there}


def _mechanisms(*stores: Mapping[str, Store]) -> list[str]:
    return list(dict.fromkeys(store.mechanism for some in stores for store in some.values()))


def write(cell: "Cell") -> None:
    """Put bath, strengths, pump and start state of a cell into NEURON; see `Cell.write`."""
    _check_start(cell.start, cell.name)
    h.celsius = cell.celsius
    for sec in cell.sections:
        for ion in cell.accumulated:
            # concentrations are states, E = Nernst, and finitialize does not touch what is set here
            h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
    variables, start, conditions = cell.variables, cell.start, cell.conditions
    inside, spaces = _stores(cell)
    bath = cell.baths()
    outside = cell.settle_outside(start["v"], {ion: start.get(f"{ion}o", bath[ion]) for ion in bath})
    relative_volume = start.get("relative_volume", np.ones(cell.size))
    for ion, store in inside.items():
        variables[store.first].set(start[ion])
        variables[f"{ion}i"].set(start.get(ion, 0.0))
        variables[f"{ion}o"].set(outside[ion])
    for mechanism in _mechanisms(inside, spaces):
        variables[f"relative_volume0_{mechanism}"].set(relative_volume)
        variables[f"follow_{mechanism}"].set(cell.area_power)
    if cell.area_power:
        variables["capacitance_pl_ions"].set(cell.geometry.capacitance)
    variables["impermeant_pl_ions"].set(cell.impermeant)
    variables["impermeanto_pl_ions"].set(cell.bath_impermeant()[0] + cell.unfelt())
    variables["calcium_pl_ions"].set("ca" in cell.ions)
    variables["pw_pl_ions"].set(conditions.water_permeability if cell.osmotic else 0.0)
    variables["ratio_pl_ions"].set(cell.water_ratio)
    if "ca" in cell.ions:
        variables["buffer_pl_calcium"].set(cell.buffer[0])
        variables["kd_pl_calcium"].set(cell.buffer[1])
    elif cell.parameters.inside.cai is not None:
        variables["cai"].set(cell.parameters.inside.cai)
    _write_spaces(cell, spaces, bath, outside)
    if cell.parameters.energy.followed:
        _write_parameters(cell, energy.MECHANISM, energy.variables(cell))
    for mechanism, values in energy.given(cell):
        _write_parameters(cell, mechanism, values)
    _write_strengths(cell)
    variables["v"].set(start["v"])
    cell.axial.configure(cell.geometry, cell.surroundings, conditions)
    _write_glia(cell, outside)


def write_strengths(cell: "Cell") -> None:
    """Put how strong leaks and pump of a cell, and of its glia, are into NEURON; all else is there."""
    for one in (cell, cell.glia):
        if one is not None:
            _write_strengths(one)


def _write_strengths(cell: "Cell") -> None:
    for mechanism in cell.membrane.pump_share:
        _write_pump(cell, mechanism)
    for ion, leak in cell.membrane.leak.items():
        cell.variables[f"{leak.symbol}_{leak.mechanism}"].set(cell.strength[ion])


def _write_glia(cell: "Cell", outside: Mapping[str, np.ndarray]) -> None:
    """Put a cell's glia into NEURON, before which there is what is `outside` the cell (mM by ion)."""
    if cell.glia is None or cell.before_glia is None:
        return
    shared = {f"{ion}o": outside[ion] for ion in cell.glia.baths() if ion in outside}
    cell.glia.start = cell.glia.start | shared
    cell.variables[GLIAS_VOLUME].set(cell.glia.start.get("relative_volume", np.ones(cell.size)))
    write(cell.glia)
    cell.before_glia.ratios = cell.water_ratio, cell.glia.water_ratio


def _write_spaces(
    cell: "Cell",
    spaces: Mapping[str, Store],
    bath: Mapping[str, np.ndarray],
    outside: Mapping[str, np.ndarray],
) -> None:
    """Put what the spaces outside hold, and what they exchange with, into NEURON."""
    variables, exchange = cell.variables, cell.surroundings.exchange(cell.conditions)
    volume, ratio = np.minimum(cell.outside_volume, BATH), cell.water_ratio
    for ion, store in spaces.items():  # of an ion that the cell does not follow there is what NEURON has
        followed = ion in cell.ions or ion != "ca" or not cell.membrane.reads_calcium
        variables[IONS[ion].bath].set(bath[ion] if followed else h.cao0_ca_ion)
        variables[store.first].set(outside[ion] if followed else h.cao0_ca_ion)
        variables[store.volume].set(volume)
    for mechanism in _mechanisms(spaces):
        for name, value in {"ratio": ratio, **exchange}.items():
            variables[f"{name}_{mechanism}"].set(value)
    if cell.surroundings.followed:
        for name, value in cell.surroundings.alone(cell.conditions).items():
            variables[f"{name}_pl_space"].set(value)


def _check_start(start: Mapping[str, np.ndarray], label: str) -> None:
    """InputError where the start state is none that a cell can have."""
    for name, given in start.items():
        values = np.asarray(given)
        if name != "v" and not ((values > 0) if name == "relative_volume" else (values >= 0)).all():
            what = (
                "the relative volume must be above" if name == "relative_volume" else "expected (mM) at least"
            )
            raise InputError(f"{label}: start: {name} = {values.min():g}: {what} 0")


def _write_pump(cell: "Cell", mechanism: str) -> None:
    strength = cell.strength["pump"]
    if mechanism != cell.parameters.pump.mechanism:
        strength = strength * cell.membrane.pump_share[mechanism]
    values = pumps.neurons_values(mechanism, cell.parameters, strength, cell.conditions, cell.name)
    _write_parameters(cell, mechanism, values)


def _write_parameters(cell: "Cell", mechanism: str, values: Mapping[str, np.ndarray | float]) -> None:
    owners = cell.membrane.channels.get(mechanism)
    for name, value in values.items():
        name = f"{name}_{mechanism}"
        if name not in cell.variables:  # each pump law has parameters of its own
            own = cell.sections if owners is None else cell.geometry.sections_of(owners)
            cell.variables[name] = SegmentVariable(own, name)
        cell.variables[name].set(value)
