"""How water passes the membrane, and what becomes of the membrane: the table [water]."""

from typing import Literal

from pydantic import Field

from .fields import AreaPower, Table, WaterPermeability
from .units import Quantity


class Water(Table):
    """How water passes the membrane, where the volume may change."""

    water_permeability: WaterPermeability = Field(
        Quantity(0.015, "cm/s", "0.0015 dm/s, Duesterwald et al. 2018 eLife 7:e39575 (plm_singlecomp.py)"),
        description="osmotic, of the membrane",
    )
    area: Literal["constant", "with_volume"] = Field(
        "constant",
        description="whether the membrane's area stays or follows the volume, its capacitance with it",
    )
    area_power: AreaPower = Field(
        Quantity(0.5, "1", "a cylinder that keeps its length, as compartments do"),
        description="of the relative volume, to which the area is proportional: 1/2 for a cylinder "
        "that keeps its length, 1 for one that keeps its diameter, 2/3 for a sphere",
    )

    def growth(self, osmotic: bool) -> float:
        """The power of the relative volume to which the area is proportional, 0 where it stays.

        osmotic: whether the volume changes.
        """
        return float(self.area_power) if osmotic and self.area == "with_volume" else 0.0
