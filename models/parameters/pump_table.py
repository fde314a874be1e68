"""The tables of the Na+/K+ pump in a parameter file, [pump] and [pump.isoform.NAME]."""

from pydantic import Field

from .fields import (
    Concentration,
    Count,
    CurrentDensity,
    Energy,
    Factor,
    HalfEffect,
    MechanismParameter,
    PositiveConcentration,
    ReferenceTemperature,
    Share,
    Table,
)
from .pumps import CYCLE, ISOFORMS, PUMP_LAWS, SITES, Alpha, Law, Species, library


def _left_out(name: str) -> str:
    """What counts where a file leaves out a number of the isoforms' law: what is known of them."""
    known = library("isoforms")
    values = [known["common"][name]] if name in CYCLE else [known[alpha][name] for alpha in ISOFORMS]
    unit = "" if values[0].unit == "1" else f" {values[0].unit}"
    if len({*values}) == 1:
        return f"; left out: {values[0]:g}{unit}"
    return f"; left out: {', '.join(f'{value:g}' for value in values)}{unit} ({', '.join(ISOFORMS)})"


class Isoform(Table):
    """One of the pump's alpha isoforms (alpha1, alpha2, alpha3), law = "isoforms"."""

    share: Share = Field(description="of the cell's pumps")
    km_na: Concentration | None = Field(
        None, description=f"half-saturation of one of its sites for Na+ inside{_left_out('km_na')}"
    )
    km_k: Concentration | None = Field(
        None, description=f"half-saturation of one of its sites for K+ outside{_left_out('km_k')}"
    )
    hill_na: Count | None = Field(None, description=f"how many sites for Na+{_left_out('hill_na')}")
    hill_k: Count | None = Field(None, description=f"how many sites for K+{_left_out('hill_k')}")
    kki: HalfEffect | None = Field(None, description=f"K+ inside that doubles km_na{_left_out('kki')}")
    knao: HalfEffect | None = Field(None, description=f"Na+ outside that doubles km_k{_left_out('knao')}")
    mutation: str | None = Field(None, description="a name in pump/mutations.toml")
    mutated_share: Share | None = Field(
        None, description="share of this isoform's pumps that carry the mutation; left out: 0.5"
    )


class Pump(Table):
    """The Na+/K+ pump: one of pumpleak's own laws (mod/pl_nakpump*.mod, mod/pl_nakalpha*.mod), each with the
    parameters that it asks for, or a mechanism of your own."""

    law: Law = Field("hill", description="how its current depends on what is inside and outside")
    km_na: Concentration | None = Field(
        None, description="half-saturation of one site for Na+ inside (hill, voltage)"
    )
    km_k: Concentration | None = Field(
        None, description="half-saturation of one site for K+ outside (hill, voltage)"
    )
    hill_na: Count | None = Field(None, description="how many sites for Na+ (hill)")
    hill_k: Count | None = Field(None, description="how many sites for K+ (hill)")
    half_na: Concentration | None = Field(None, description="Na+ inside at half of its rate (sigmoid)")
    slope_na: PositiveConcentration | None = Field(
        None, description="Na+ by which its rate changes e-fold, far below half_na (sigmoid)"
    )
    half_k: Concentration | None = Field(None, description="K+ outside at half of its rate (sigmoid)")
    slope_k: PositiveConcentration | None = Field(
        None, description="K+ by which its rate changes e-fold, far below half_k (sigmoid)"
    )
    species: Species = Field("rat", description="whose isoforms bind glycosides")
    isoform: dict[Alpha, Isoform] = Field(default_factory=dict, description="its isoforms by name (isoforms)")
    atp: PositiveConcentration | None = Field(None, description=f"ATP inside (isoforms){_left_out('atp')}")
    adp: PositiveConcentration | None = Field(None, description=f"ADP inside (isoforms){_left_out('adp')}")
    pi: PositiveConcentration | None = Field(
        None, description=f"phosphate inside (isoforms){_left_out('pi')}"
    )
    km_atp: Concentration | None = Field(
        None, description=f"half-saturation for ATP (isoforms){_left_out('km_atp')}"
    )
    dg0: Energy | None = Field(
        None, description=f"standard free energy of ATP's hydrolysis (isoforms){_left_out('dg0')}"
    )
    q10: Factor | None = Field(
        None, description=f"factor on its rate for 10 degC (isoforms){_left_out('q10')}"
    )
    tref: ReferenceTemperature | None = Field(
        None, description=f"the temperature at which imax is meant (isoforms){_left_out('tref')}"
    )
    voltage: Share | None = Field(
        None,
        description=f"how much of the voltage dependence it has, 1 for all (isoforms){_left_out('voltage')}",
    )
    n_na: Count = Field(description="Na+ that a cycle takes out")
    n_k: Count = Field(description="K+ that a cycle takes in")
    imax: CurrentDensity | None = Field(
        None, description="F times its largest cycle rate; needed without [balance]"
    )
    mechanism: str | None = Field(
        None, description="in place of a law: any density mechanism that WRITEs ina and ik"
    )
    maximal_current: str | None = Field(
        None, description="the mechanism's RANGE parameter to which its current is proportional"
    )
    set: dict[str, MechanismParameter] = Field(
        default_factory=dict, description="the mechanism's other RANGE parameters by name"
    )

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """The mechanisms that make this pump: one or, with isoforms, one each."""
        if self.mechanism is not None:
            return (self.mechanism,)
        if self.law == "isoforms":
            return tuple(f"pl_nak{alpha}" for alpha in ISOFORMS if alpha in self.isoform)
        return PUMP_LAWS[self.law][0]

    def quantities(self) -> dict[str, float]:
        """Every number of the pump by name, "alpha1_km_na" for those of an isoform, but for imax."""
        if self.mechanism is not None:
            return {"n_na": self.n_na, "n_k": self.n_k}
        _, asked, known = PUMP_LAWS[self.law]
        found = {name: getattr(self, name) for name in (*asked, "n_na", "n_k")}
        common = library("isoforms")["common"]
        for name in known:
            given = getattr(self, name)
            found[name] = common[name] if given is None else given
        if self.law == "isoforms":
            for alpha, isoform in self.isoform.items():
                for name in SITES:
                    given = getattr(isoform, name)
                    found[f"{alpha}_{name}"] = library("isoforms")[alpha][name] if given is None else given
        return found
