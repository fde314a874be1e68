"""Where light falls on a cell: the table [light]."""

from pydantic import Field

from .fields import Length, Table


class Light(Table):
    """A Gaussian beam along the axis z of the drawn cell: of the source's irradiance exp(-2 d^2/radius^2)
    arrives at the distance d from its middle. Without the table light is alike everywhere."""

    at: str = Field(description='its middle, a place in the cell: "soma(0.5)"')
    radius: Length = Field(description="at which exp(-2) of the irradiance in the middle is left")
