"""What mechanisms tell of themselves: their own currents, and what they spend of ATP."""

from ..cell.cell import Cell
from ..simulator import nmodl


def spending(cell: Cell) -> list[str]:
    """The mechanisms of a cell, beside its pump, that tell what they spend of ATP."""
    return [name for name in cell.membrane.channels if f"atpase_{name}" in nmodl.mechanism_variables(name, 2)]


def tells(ion: str, mechanism: str) -> bool:
    """Whether a mechanism tells its own current of an ion; point processes name it without themselves."""
    return bool({f"i{ion}", f"i{ion}_{mechanism}"} & {*nmodl.mechanism_variables(mechanism, 2)})
