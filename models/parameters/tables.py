"""The tables of a parameter file: every key with its kind of value, its default and what it means."""

from types import EllipsisType
from typing import Literal

from pydantic import Field, StrictBool

from ..physics.ions import IONS, SAETRA
from ..physics.leaks import leak_of
from .fields import (
    AccessResistance,
    Capacitance,
    ChlorideShare,
    Concentration,
    Conductance,
    CurrentDensity,
    CycleCurrent,
    Diffusion,
    Fraction,
    Length,
    MechanismParameter,
    OwnRate,
    Permeability,
    PositiveConcentration,
    Rate,
    Resistivity,
    RingCount,
    Share,
    SmallFraction,
    SpecificResistance,
    Table,
    Temperature,
    TemperatureFactor,
    Tortuosity,
    Valence,
    Voltage,
)
from .per_ion import ABSENT, NEEDED, IonTable, for_each_ion
from .units import Quantity


def _in_bath(ion: str) -> Quantity | EllipsisType:
    return ... if ion in NEEDED else Quantity(0, "mM", f"no {IONS[ion].symbol}")


def _inside(ion: str) -> EllipsisType | None:
    return ... if ion in NEEDED else None


def _diffusion(ion: str) -> Quantity:
    return Quantity(IONS[ion].diffusion, "um2/ms", IONS[ion].source)


def _of_space(ion: str) -> object:
    return ABSENT if IONS[ion].further else None


def _ohmic(ion: str) -> object:
    return None if leak_of(ion, "ohmic").symbol == "g" else ABSENT


class Morphology(Table):
    """Where the shape comes from and how finely it is cut."""

    shape: str = Field(
        "cylinder",
        description="a built-in shape (cylinder, soma_dendrite, epithelium, stylised, pyramid) or the path "
        "of an .swc or .asc file",
    )
    length: Length | None = Field(None, description="of a built-in shape of one cable, which needs it")
    diameter: Length | None = Field(None, description="of a built-in shape of one cable, which needs it")
    max_compartment_length: Length = Field(description="the longest that a compartment may be")


class Electrical(Table):
    """The membrane's capacitance, the resistance along the cell, the temperature."""

    capacitance: Capacitance = Field(description="of the membrane, per area")
    axial_resistivity: Resistivity = Field(
        description='along the inside of the cell; "ions": what the ions inside imply, anywhere and any time'
    )
    celsius: Temperature = Field(description="temperature of cell and bath")


@for_each_ion(ion_o=_in_bath)
class Outside(IonTable):
    """The bath."""

    ion_o: Concentration = Field(description="{symbol} in the bath")
    impermeant: Concentration | None = Field(
        None, description="what else is dissolved there; left out, it follows from electroneutrality"
    )
    impermeant_valence: Valence | None = Field(
        None, description="its mean valence; left out, it follows from impermeant or, without that, is -1"
    )


@for_each_ion(ion_i=_inside)
class Inside(IonTable):
    """The resting state that is wanted or, where the strengths are given, the state to start from. Cl-, where
    it is left out, is at equilibrium at v."""

    v: Voltage = Field(description="membrane potential")
    ion_i: Concentration | None = Field(description="{symbol} inside, what is free of it")
    impermeant: Concentration | None = Field(
        None,
        description="what else is dissolved inside and stays in its compartment; left out, it follows from "
        "the charge or, with no valence given either, from the osmotic balance with the bath",
    )
    impermeant_valence: Valence | None = Field(
        None,
        description="its mean valence; left out, it follows from the charge; given with impermeant, K+ does",
    )


class Balance(Table):
    """What the resting membrane is to be, beside at rest: one of its resistance and its pump's current, and
    chloride's share of its conductance."""

    membrane_resistance: SpecificResistance | None = Field(None, description="of the resting membrane")
    pump_current: CycleCurrent | None = Field(
        None, description="instead: of the pump's cycles at rest, F times their rate"
    )
    chloride_share: ChlorideShare = Field(
        Quantity(0, "1", "no chloride"), description="of the membrane's conductance, where Cl- is passive"
    )


@for_each_ion(g_ion=_ohmic)
class Strengths(IonTable):
    """Permeabilities or conductances of the leaks, as far as a table gives them."""

    p_ion: Permeability | None = Field(
        None, description='permeability of the {symbol} leak (law = "ghk"), without [balance]'
    )
    g_ion: Conductance | None = Field(
        None, description='conductance of the {symbol} leak (law = "ohmic"), without [balance]'
    )


@for_each_ion()
class Leak(Strengths):
    """The leaks' law and, where there is no [balance], their strengths; how they follow the temperature. The
    Ca2+ leak is "ghk" in both laws."""

    law: Literal["ghk", "ohmic"] = Field(
        "ghk", description="constant-field permeability (ghk) or conductance and Nernst potential (ohmic)"
    )
    q10_ion: TemperatureFactor = Field(
        Quantity(1, "1", "none known"), description="factor on the {symbol} leak for 10 degC"
    )
    plateau_ion: Temperature | None = Field(
        None, description="the temperature above which the {symbol} leak stays as it is"
    )


class Calcium(Table):
    """The fast Ca2+ buffer inside."""

    buffer: Concentration = Field(
        Quantity(0, "mM", "no buffer"), description="its sites, per volume at the beginning"
    )
    kd: PositiveConcentration = Field(
        Quantity(1e-3, "mM", "of no effect without a buffer"), description="their dissociation constant"
    )


class Tubules(Table):
    """The T-tubules of a fibre (shape "cylinder"), cut into rings of equal volume."""

    volume_fraction: SmallFraction = Field(description="share of the fibre's volume that is their lumen")
    volume_per_area: Length = Field(description="of their lumen, per area of their membrane")
    diffusion_factor: Fraction = Field(description="radial diffusion in them over that in water")
    access_resistance: AccessResistance = Field(description="of their openings, per area of fibre surface")
    rings: RingCount = Field(
        Quantity(5, "1", "assumed; with 40, V over 24 h of a block differs by 0.003 mV"),
        description="how many, a whole number",
    )


class Epithelium(Table):
    """Two unlike membranes in series, the regions apical and basolateral of the shape "epithelium"."""

    shunt_resistance: AccessResistance = Field(
        description="of the way between the cells, per area of the apical membrane"
    )


@for_each_ion()
class Region(Strengths):
    """What one region of a cell has of its own; what is left out is the cell's."""

    capacitance: Capacitance | None = Field(None, description="of the membrane there, per area")
    membrane_resistance: SpecificResistance | None = Field(None, description="of the resting membrane there")
    pump_current: CycleCurrent | None = Field(None, description="instead: of the pump's cycles at rest there")
    chloride_share: ChlorideShare | None = Field(None, description="of the membrane's conductance there")
    ion_o: Concentration | None = Field(
        None, description="{symbol} in the bath before it, of an epithelium's two membranes"
    )
    imax: CurrentDensity | None = Field(None, description="the pump's maximal current there (no [balance])")
    alpha1: Share | None = Field(None, description="share of isoform alpha1 in the pumps there")
    alpha2: Share | None = Field(None, description="share of isoform alpha2 in the pumps there")
    alpha3: Share | None = Field(None, description="share of isoform alpha3 in the pumps there")


@for_each_ion(d_ion=_diffusion)
class AxialIons(IonTable):
    """Diffusion coefficients in water; inside they are divided by the square of the tortuosity."""

    d_ion: Diffusion = Field(description="of {symbol} in water")
    tortuosity: Tortuosity = Field(
        Quantity(1, "1", "assumed: as in water"), description="of the ways along the inside"
    )


@for_each_ion(rate_ion=_of_space)
class Space(IonTable):
    """The space outside each compartment, where the outside is a shell or closed."""

    volume_fraction: Fraction = Field(
        Quantity(0.2, "1", "brain, Nicholson & Sykova 1998 Trends Neurosci 21:207"),
        description="its share of the tissue's volume, its own and the cell's",
    )
    outside: Literal["bath", "shell", "closed"] | None = Field(
        None, description="what is outside where a run does not say it (--outside); left out: bath"
    )
    exchange_rate: Rate = Field(
        Quantity(0.1, "1/s", "assumed"),
        description="at which a shell exchanges with the bath; left out where an ion has a rate of its own, "
        "or there is glia that takes up K+: the others do not exchange",
    )
    rate_ion: OwnRate | None = Field(
        None, description="at which {symbol} exchanges with the bath, in place of exchange_rate"
    )
    exchange_charge: Literal["bath", "unbalanced"] | None = Field(
        None,
        description="what brings back the charge of ions that exchange, or are taken up, alone: the ions of "
        "the bath, or nobody, as in published models, whose space is not electroneutral; left out: bath",
    )
    diffusion: StrictBool = Field(True, description="whether ions move between neighbouring spaces")
    tortuosity_outside: Tortuosity = Field(
        Quantity(1.6, "1", SAETRA), description="of the ways between neighbouring spaces"
    )


class Channel(Table):
    """A further mechanism; a file may have several of these tables."""

    mechanism: str = Field(description="a density mechanism's name, as its .mod file says it (SUFFIX)")
    regions: list[str] = Field(
        default_factory=lambda: ["all"], description="where it sits: regions or whole sections"
    )
    set: dict[str, MechanismParameter] = Field(
        default_factory=dict, description="its RANGE parameters by name, in the units of its .mod file"
    )
    carries: dict[str, str | dict[str, float | str]] = Field(
        default_factory=dict,
        description='which ion, or which in what shares, carries a non-specific current of it; "balance": K+ '
        "and Na+, so that it reverses where it does",
    )
    balanced: StrictBool = Field(
        True, description="whether the balance counts it; one that it does not is added to the balanced cell"
    )
