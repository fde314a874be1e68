"""Parameter files: one TOML file a cell type, every value a string with its unit and its source.

A value is written `nai = "12 mM"` or, with its source, `nai = { value = "12 mM", source = "..." }`; a pure
number may stand without quotes. A file may start from another, `base = "neuron"` (a shipped cell) or
`base = "other.toml"`, and give only what differs. `read_parameters` returns plain numbers in NEURON's units;
every one remembers its unit and source.
"""

from .pump_table import Pump
from .read import read_parameters, with_values
from .schema import Parameters
from .tables import Channel, Region, Tubules

__all__ = ["Channel", "Parameters", "Pump", "Region", "Tubules", "read_parameters", "with_values"]
