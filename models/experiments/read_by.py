"""What an electrode reads that was zeroed in the bath: V and the potential of its liquid junction."""

from typing import Any

from ..cell.cell import Cell
from ..errors import unknown_name
from ..physics.junction import ELECTRODES, MOBILITY, closed, junction_potential


def check_electrode(name: str | None) -> None:
    """InputError where no electrode has this name; None is none."""
    if name is not None and name not in ELECTRODES:
        raise unknown_name("electrode", name, ELECTRODES)


def read_by(name: str | None, cell: Cell, v: float) -> dict[str, Any]:
    """Of a summary: the electrode, the potential of its junction with the cell's bath (mV) and what it reads
    where the cell is at `v` (mV); None each without one."""
    found: dict[str, Any] = {"electrode": name, "junction_mV": None, "reading_mV": None}
    if name is None:
        return found
    bath = {ion: float(c) for ion, c in cell.outside.items() if ion in MOBILITY}
    junction = junction_potential(ELECTRODES[name], closed(bath), cell.celsius)
    return found | {"junction_mV": junction, "reading_mV": v + junction}
