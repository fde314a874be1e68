"""A cell into NEURON: which of its variables stand for the cell, and what is put into them."""

import numpy as np

from ..errors import InputError
from ..physics.ions import AMOUNT, IONS
from ..simulator.mechanisms import PUMPS
from ..simulator.runtime import SegmentVariable, h
from . import pumps

BATH = 1e30  # um3, the volume that stands for a bath in NEURON


def connect(cell) -> dict[str, SegmentVariable]:
    """NEURON's variables of a cell by name, one value per compartment; the volumes, which stay, are set."""
    calcium = ["pl_calcium"] if "ca" in cell.ions else []
    holders = ["pl_ions", *calcium, *(["pl_space"] if cell.faces_spaces else [])]
    names = [
        "v",
        *(f"{name}_pl_ions" for name in ("swelling", "impermeant", "impermeanto", "ratio", "pw", "calcium")),
    ]
    names += [f"{name}_{holder}" for holder in holders for name in ("swelling0", "volume")]
    for ion in IONS:
        names += [f"{ion}i", f"{ion}o"]
    for ion in cell.booked:
        names += [f"i{ion}", AMOUNT[ion], _first_amount(ion)]
    if calcium:
        names += ["buffer_pl_calcium", "kd_pl_calcium"]
    if cell.faces_spaces:
        names += [f"{ion}{kind}_pl_space" for ion in IONS for kind in ("", "o0", "b")]
        names += ["ratio_pl_space", "rate_pl_space"]
    for mechanism in PUMPS & {*cell.parameters.pump.mechanisms}:
        names += [f"{name}_{mechanism}" for name in ("icycle", "inet", "atpase")]
    for leak in cell.leak.values():
        names += [f"{leak.symbol}_{leak.mechanism}", f"i_{leak.mechanism}"]
    found = {name: SegmentVariable(cell.segments, name) for name in names}
    for holder in ("pl_ions", *calcium):
        found[f"volume_{holder}"].set(cell.volume)
    return found


def write(cell) -> None:
    """Put bath, strengths, pump and start state of a cell into NEURON; see `Cell.write`."""
    _check_start(cell)
    for sec in cell.sections:
        for ion in cell.booked:
            # concentrations are states, E = Nernst, and finitialize does not touch what is set here
            h.ion_style(f"{ion}_ion", 3, 2, 1, 1, 0, sec=sec)
    variables, start = cell.variables, cell.start
    swelling = start.get("swelling", 1.0)
    outside = {ion: start.get(f"{ion}o", cell.bath_of(ion)) for ion in IONS}
    outside = cell.settle_outside(np.asarray(start["v"]), outside)
    for ion in cell.booked:
        variables[_first_amount(ion)].set(start[ion])
        variables[f"{ion}i"].set(start.get(ion, 0.0))
        variables[f"{ion}o"].set(outside[ion])
    variables["swelling0_pl_ions"].set(swelling)
    variables["impermeant_pl_ions"].set(cell.impermeant)
    variables["impermeanto_pl_ions"].set(cell.bath_impermeant()[0])
    variables["calcium_pl_ions"].set("ca" in cell.ions)
    variables["pw_pl_ions"].set(cell.water_permeability if cell.osmotic else 0.0)
    variables["ratio_pl_ions"].set(cell.water_ratio)
    if "ca" in cell.ions:
        variables["swelling0_pl_calcium"].set(swelling)
        variables["buffer_pl_calcium"].set(cell.buffer[0])
        variables["kd_pl_calcium"].set(cell.buffer[1])
    if "ca" not in cell.ions and cell.parameters.inside.cai is not None:
        variables["cai"].set(cell.parameters.inside.cai)
    if cell.faces_spaces:
        for ion in IONS:  # of an ion that the cell does not follow there is what NEURON has
            followed = ion in cell.ions or ion != "ca" or not cell.reads_calcium
            variables[f"{ion}b_pl_space"].set(cell.bath_of(ion) if followed else h.cao0_ca_ion)
            variables[f"{ion}o0_pl_space"].set(outside[ion] if followed else h.cao0_ca_ion)
        variables["swelling0_pl_space"].set(swelling)
        variables["volume_pl_space"].set(np.minimum(cell.outside_volume, BATH))
        variables["ratio_pl_space"].set(cell.water_ratio)
        variables["rate_pl_space"].set(cell.exchange_rate if cell.space == "shell" else 0.0)
    for mechanism in cell.pump_share:
        _write_pump(cell, mechanism)
    for ion, leak in cell.leak.items():
        variables[f"{leak.symbol}_{leak.mechanism}"].set(cell.strength[ion])
    variables["v"].set(start["v"])
    cell.axial.configure(cell)


def _first_amount(ion: str) -> str:
    """What an ion's amount starts from: "nai0_pl_ions", "cai0_pl_calcium"."""
    return f"{ion}i0_{AMOUNT[ion].split('_', 1)[1]}"


def _check_start(cell) -> None:
    """InputError where the start state is none that a cell can have."""
    for name, values in cell.start.items():
        values = np.asarray(values)
        if name != "v" and not ((values > 0) if name == "swelling" else (values >= 0)).all():
            what = "the relative volume must be above" if name == "swelling" else "expected (mM) at least"
            raise InputError(f"{cell.name}: start: {name} = {values.min():g}: {what} 0")


def _write_pump(cell, mechanism: str) -> None:
    for name, value in pumps.neurons_values(cell, mechanism).items():
        name = f"{name}_{mechanism}"
        if name not in cell.variables:  # each pump law has parameters of its own
            cell.variables[name] = SegmentVariable(cell.segments, name)
        cell.variables[name].set(value)
