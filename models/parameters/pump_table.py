"""The tables of the Na+/K+ pump in a parameter file, [pump] and [pump.isoform.NAME]."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, create_model

from .fields import (
    Concentration,
    Count,
    CurrentDensity,
    HalfEffect,
    MechanismParameter,
    Share,
    Table,
    TemperatureFactor,
)
from .pump_laws import PUMP_KEYS, PUMP_LAWS
from .pumps import CYCLE, ISOFORMS, SITES, Alpha, Species, library
from .units import Quantity

if TYPE_CHECKING:
    Law = str
else:
    Law = Literal[*PUMP_LAWS]


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
    coop_na: Count | None = Field(
        None, description=f"cooperativity of each of its sites for Na+{_left_out('coop_na')}"
    )
    hill_k: Count | None = Field(None, description=f"how many sites for K+{_left_out('hill_k')}")
    kki: HalfEffect | None = Field(None, description=f"K+ inside that doubles km_na{_left_out('kki')}")
    knao: HalfEffect | None = Field(None, description=f"Na+ outside that doubles km_k{_left_out('knao')}")
    mutation: str | None = Field(None, description="a name in pump/mutations.toml")
    mutated_share: Share | None = Field(
        None, description="share of this isoform's pumps that carry the mutation; left out: 0.5"
    )


def _keys_of_laws(table: type[Table]) -> type[Table]:
    """A table with every key that a rate law asks for or knows."""
    keys: dict[str, Any] = {}
    for name, key in PUMP_KEYS.items():
        left_out = _left_out(name) if name in CYCLE else ""
        meaning = f"{key.meaning} ({', '.join(key.laws)}){left_out}"
        keys[name] = (key.kind | None, Field(None, description=meaning))
    return create_model(table.__name__, __base__=table, __module__=table.__module__, **keys)


@_keys_of_laws
class OfLaw(Table):
    """What depends on the pump's rate law."""

    law: Law = Field("hill", description="how its current depends on what is inside and outside")


class Pump(OfLaw):
    """The Na+/K+ pump: one of pumpleak's own laws (mod/pl_nakpump*.mod, mod/pl_nakalpha*.mod), each with the
    parameters that it asks for, or a mechanism of your own."""

    species: Species = Field("rat", description="whose isoforms bind glycosides")
    isoform: dict[Alpha, Isoform] = Field(default_factory=dict, description="its isoforms by name (isoforms)")
    n_na: Count = Field(description="Na+ that a cycle takes out")
    n_k: Count = Field(description="K+ that a cycle takes in")
    q10: TemperatureFactor = Field(
        Quantity(2.1, "1", "alpha2 of mouse muscle, DiFranco et al. 2015 J Gen Physiol 146:281"),
        description="factor on its rate for 10 degC",
    )
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
        return PUMP_LAWS[self.law].mechanisms

    def quantities(self) -> dict[str, float]:
        """Every number of the pump by name, "alpha1_km_na" for those of an isoform, but for imax."""
        if self.mechanism is not None:
            return {"n_na": self.n_na, "n_k": self.n_k}
        law = PUMP_LAWS[self.law]
        found = {name: getattr(self, name) for name in (*law.asks, "n_na", "n_k", "q10")}
        common = library("isoforms")["common"]
        for name in law.knows:
            given = getattr(self, name)
            found[name] = common[name] if given is None else given
        if self.law == "isoforms":
            for alpha, isoform in self.isoform.items():
                for name in SITES:
                    given = getattr(isoform, name)
                    found[f"{alpha}_{name}"] = library("isoforms")[alpha][name] if given is None else given
        return found
