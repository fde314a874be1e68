"""The ions that a cell may have: one record each, read by parameter files, equations and output alike.

What NEURON calls things follows from an ion's name: its mechanisms by the rules of `Ion.inside`,
`Ion.outside` and `leaks.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass

CRC = "25 degC, infinite dilution, CRC Handbook of Chemistry and Physics (textbook)"
SAETRA = "Saetra et al. 2020, EDPR model (ModelDB 267139), and 2021, edNEG model"
RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True)
class Store:
    """Where NEURON keeps what a compartment, or the space outside it, holds of an ion.

    All are names.

    mechanism: that keeps it
    amount: its state, in mM of the volume that compartment or space began with
    first: the concentration that it starts from (mM)
    arriving: what comes from neighbours (mM/ms)
    volume: the one that it began with (um3)
    """

    mechanism: str
    amount: str
    first: str
    arriving: str
    volume: str


@dataclass(frozen=True)
class Ion:
    """What an ion is.

    name: in parameter files and, as in nai, nao, ina, ena, in NEURON
    formula: without the charge, "HCO3"
    valence: with its sign
    chebi: its term of the ontology CHEBI
    diffusion: coefficient in water (um2/ms)
    source: of that
    colour: in figures
    ohmic: whether mod/ has a chord conductance for it
    trace: whether so little is free inside that the solver has to tell nM apart, the unit it is shown in too
    passive: whether it is at equilibrium where a file does not say how much is inside
    per_chloride: its permeability over that of Cl-, where the balance is to find one and the ion is at
    equilibrium
    held_by: the mechanisms that accumulate it inside and outside, where these are not its own pl_<name>
    """

    name: str
    formula: str
    valence: int
    chebi: str
    diffusion: float
    source: str
    colour: str
    ohmic: bool = False
    trace: bool = False
    passive: bool = False
    per_chloride: float = 0.0
    held_by: tuple[str, str] | None = None

    @property
    def symbol(self) -> str:
        """As plain text: "Ca2+"."""
        return self.formula + self._charge()

    @property
    def printed(self) -> str:
        """As on paper: "Ca²⁺"."""
        return self.formula.translate(LOWERED) + self._charge().translate(RAISED)

    def _charge(self) -> str:
        size = abs(self.valence)
        return (str(size) if size > 1 else "") + ("+" if self.valence > 0 else "-")

    @property
    def further(self) -> bool:
        """Whether it has mechanisms of its own alone, and pl_ions knows nothing of it."""
        return self.held_by is None

    @property
    def unit(self) -> str:
        """Of its concentration inside, in tables and figures."""
        return "nM" if self.trace else "mM"

    @property
    def per_mM(self) -> float:
        """How many of that unit are 1 mM."""
        return 1e6 if self.trace else 1.0

    @property
    def inside(self) -> Store:
        """Its own mechanism of mod/, pl_<name>, unless it is `held_by` another."""
        mechanism = self.held_by[0] if self.held_by else f"pl_{self.name}"
        return self._store(mechanism, "i", self.name)

    @property
    def outside(self) -> Store:
        """Likewise; its own mechanism has both sides."""
        if self.held_by is None:
            return self._store(f"pl_{self.name}", "o", "outside")
        return self._store(self.held_by[1], "o", self.name)

    def _store(self, mechanism: str, side: str, state: str) -> Store:
        volume = "volumeo" if state == "outside" else "volume"
        return Store(
            mechanism,
            f"{state}_{mechanism}",
            f"{self.name}{side}0_{mechanism}",
            f"j{state}_{mechanism}",
            f"{volume}_{mechanism}",
        )

    @property
    def bath(self) -> str:
        """What NEURON calls the bath's concentration for the space outside."""
        return f"{self.name}b_{self.outside.mechanism}"


SHARED = ("pl_ions", "pl_space")

IONS: dict[str, Ion] = {
    ion.name: ion
    for ion in (
        Ion(
            name="na",
            formula="Na",
            valence=1,
            chebi="CHEBI:29101",
            diffusion=1.33,
            source=SAETRA,
            colour="#D55E00",
            ohmic=True,
            held_by=SHARED,
        ),
        Ion(
            name="k",
            formula="K",
            valence=1,
            chebi="CHEBI:29103",
            diffusion=1.96,
            source=SAETRA,
            colour="#0072B2",
            ohmic=True,
            held_by=SHARED,
        ),
        Ion(
            name="cl",
            formula="Cl",
            valence=-1,
            chebi="CHEBI:17996",
            diffusion=2.03,
            source=SAETRA,
            colour="#009E73",
            ohmic=True,
            passive=True,
            per_chloride=1.0,
            held_by=SHARED,
        ),
        Ion(
            name="ca",
            formula="Ca",
            valence=2,
            chebi="CHEBI:29108",
            diffusion=0.71,
            source=SAETRA,
            colour="#CC79A7",
            trace=True,
            held_by=("pl_calcium", "pl_space"),
        ),
        # free Mg2+; nothing here pumps it: where it is not at equilibrium, only a membrane that lets none
        # through is at rest
        Ion(
            name="mg",
            formula="Mg",
            valence=2,
            chebi="CHEBI:18420",
            diffusion=0.706,
            source=CRC,
            colour="#E69F00",
        ),
        # at fixed P_CO2 and pH what there is of it is buffered by CO2, which is not followed here: it is an
        # ion that leaks and is conserved
        Ion(
            name="hco3",
            formula="HCO3",
            valence=-1,
            chebi="CHEBI:17544",
            diffusion=1.185,
            source=CRC,
            colour="#56B4E9",
            passive=True,
            # of GABA-A channels: in the code of Jedlicka et al. 2011 Hippocampus, doi:10.1002/hipo.20804,
            # ModelDB 148253; measured by Bormann et al. 1987 J Physiol 385:243-286 (recalled, not read there)
            per_chloride=0.18,
        ),
    )
}


def told_of(ions: Collection[str]) -> list[str]:
    """The ions that the results of a cell with these tell of: the usual ones, which it may lack, and its
    further ones."""
    return [name for name, ion in IONS.items() if not ion.further or name in ions]


# by name, for whoever needs one thing of every ion
VALENCE = {name: ion.valence for name, ion in IONS.items()}
SYMBOL = {name: ion.symbol for name, ion in IONS.items()}
AMOUNT = {name: ion.inside.amount for name, ion in IONS.items()}
OUTER = {name: ion.outside.amount for name, ion in IONS.items()}
TRACES = {ion.inside.amount for ion in IONS.values() if ion.trace}
