"""The tables of a parameter file that stand for glia."""

from pydantic import Field

from .fields import Concentration, PositiveConcentration, Rate, Ratio, Table, Uptake


class Glia(Table):
    """Another cell, as glia, that faces the spaces outside too: one compartment of it each."""

    cell: str = Field(description="a shipped cell or a file of your own; its shape does not count")
    volume: Ratio = Field(description="its volume over that of the cell, compartment by compartment")
    area: Ratio = Field(description="its membrane over that of the cell, likewise")


class GlialSink(Table):
    """Glia, round a shell, that takes K+ up for ever (Cressman et al. 2009): maximal / (1 + exp((half -
    ko)/slope))."""

    maximal: Uptake = Field(description="the most, per volume of the space")
    half: Concentration = Field(description="K+ outside at which half of that is taken up")
    slope: PositiveConcentration = Field(description="K+ by which that changes e-fold")


class GlialBuffer(Table):
    """Glia, round a shell, whose sites bind K+ and give it back (Kager et al. 2000): at on ko (sites - held)
    - off held, on = off/(1 mM (1 + exp((half - ko)/slope)))."""

    sites: PositiveConcentration = Field(description="how many, per volume of the space")
    off_rate: Rate = Field(description="at which they give K+ back")
    half: Concentration = Field(description="K+ outside at which on is half of what it can be")
    slope: PositiveConcentration = Field(description="K+ by which that changes e-fold")
