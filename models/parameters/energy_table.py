"""The table [energy] of a parameter file: the pools that ATP stands in, and what makes and spends it."""

from pydantic import Field, StrictBool

from .fields import Concentration, Count, Equilibrium, PositiveConcentration, PositiveShare, Table
from .units import Quantity


class Energy(Table):
    """The pools that ATP stands in. With followed = true ATP is a state of every compartment, made as its ADP
    asks for and spent by the pumps."""

    followed: StrictBool = Field(False, description="whether ATP is a state")
    creatine: Concentration = Field(
        Quantity(38, "mM", "25 mM of it phosphocreatine in resting muscle, Stryer, Biochemistry (textbook)"),
        description="with its phosphate, inside",
    )
    k_creatine: Equilibrium = Field(
        Quantity(177, "1", "pH 7, 1 mM Mg2+, 38 degC, Teague & Dobson 1992 J Biol Chem 267:14084"),
        description="equilibrium of creatine kinase, ATP creatine/(ADP phosphocreatine)",
    )
    k_adenylate: Equilibrium = Field(
        Quantity(1.12, "1", "pH 7, 37 degC, from the constants of Teague et al. 1996 J Exp Biol 199:509"),
        description="equilibrium of adenylate kinase, ATP AMP/ADP^2",
    )
    km_adp: PositiveConcentration = Field(
        Quantity(0.0324, "mM", "mitochondria of human vastus lateralis, Arch Biochem Biophys, PMC6919326"),
        description="ADP at which ATP is made at half of the largest rate",
    )
    hill_adp: Count = Field(
        Quantity(1, "1", "saturation as measured there"), description="how steeply that depends on ADP"
    )
    pump_share: PositiveShare = Field(
        Quantity(
            0.375,
            "1",
            "20 % of 30 umol/g/min of signalling over that and 10 of housekeeping, rat cortex: Attwell & "
            "Laughlin 2001 J Cereb Blood Flow Metab 21:1133, Howarth et al. 2012 ibid. 32:1222",
        ),
        description="of what is spent at rest, what ion pumps spend; the rest goes on while there is ATP",
    )
