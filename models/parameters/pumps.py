"""The Na+/K+ pump of a parameter file: its rate law, isoforms, mutations, glycosides and hormones.

What is known of the isoforms themselves stands in pump/isoforms.toml, of drugs and hormones in
pump/drugs.toml, of mutations in pump/mutations.toml, each number with its source; a cell's file says which
isoforms it has and may change any of their parameters.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import numpy as np
from pydantic import Field

from ..errors import InputError, unknown_name
from .fields import (
    Celsius,
    Concentration,
    Count,
    CurrentDensity,
    Energy,
    Factor,
    HalfEffect,
    MechanismParameter,
    Rate,
    Section,
    Share,
    Slope,
    specification,
)

LIBRARY = Path(__file__).resolve().parent / "pump"
Alpha = Literal["alpha1", "alpha2", "alpha3"]
ISOFORMS = get_args(Alpha)
SPECIES = ("rat", "human")
DRUGS = ("ouabain", "digoxin")
MOLAR_MASS = {"ouabain": 584.65, "digoxin": 780.94}  # g/mol
HORMONES = ("insulin", "adrenaline")
CYCLE = ("atp", "adp", "pi", "km_atp", "dg0", "q10", "tref", "voltage")

# rate law of the pump -> its mechanisms in mod/, the parameters it asks for and those it has a value for
PUMP_LAWS = {
    "hill": (("pl_nakpump",), ("km_na", "km_k", "hill_na", "hill_k"), ()),
    "sigmoid": (("pl_nakpumpsigmoid",), ("half_na", "slope_na", "half_k", "slope_k"), ()),
    "cubic": (("pl_nakpumpcubic",), (), ()),
    "voltage": (("pl_nakpumpvoltage",), ("km_na", "km_k"), ()),
    "isoforms": (tuple(f"pl_nak{alpha}" for alpha in ISOFORMS), (), CYCLE),
}


class Isoform(Section):
    """share: of the cell's pumps; km_na, km_k: half-saturation of one site inside, outside, hill_na, hill_k:
    how many sites; kki, knao: K+ inside, Na+ outside that double them; mutation: a name in
    pump/mutations.toml, and the share of this isoform's pumps that carry it."""

    share: Share
    km_na: Concentration | None = None
    km_k: Concentration | None = None
    hill_na: Count | None = None
    hill_k: Count | None = None
    kki: HalfEffect | None = None
    knao: HalfEffect | None = None
    mutation: str | None = None
    mutated_share: Share | None = None


OF_MECHANISM = ("mechanism", "maximal_current", "set")  # keys of a pump that is a mechanism of the user's
SITES = ("km_na", "km_k", "hill_na", "hill_k", "kki", "knao")


class Pump(Section):
    """law: the rate law (mod/pl_nakpump*.mod, mod/pl_nakalpha*.mod); n_na, n_k: ions a cycle; the rest as
    the law asks. In place of a law mechanism, any density mechanism that WRITEs ina and ik; maximal_current:
    its RANGE parameter to which its current is proportional; set: its other parameters."""

    law: Literal["hill", "sigmoid", "cubic", "voltage", "isoforms"] = "hill"
    km_na: Concentration | None = None
    km_k: Concentration | None = None
    hill_na: Count | None = None
    hill_k: Count | None = None
    half_na: Concentration | None = None
    slope_na: Slope | None = None
    half_k: Concentration | None = None
    slope_k: Slope | None = None
    species: Literal["rat", "human"] = "rat"
    isoform: dict[Alpha, Isoform] = Field(default_factory=dict)
    atp: Slope | None = None
    adp: Slope | None = None
    pi: Slope | None = None
    km_atp: Concentration | None = None
    dg0: Energy | None = None
    q10: Factor | None = None
    tref: Celsius | None = None
    voltage: Share | None = None
    n_na: Count
    n_k: Count
    imax: CurrentDensity | None = None
    mechanism: str | None = None
    maximal_current: str | None = None
    set: dict[str, MechanismParameter] = Field(default_factory=dict)

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


class _Cycle(Section):
    atp: Slope
    adp: Slope
    pi: Slope
    km_atp: Concentration
    dg0: Energy
    q10: Factor
    tref: Celsius
    voltage: Share


class _Sites(Section):
    km_na: Concentration
    km_k: Concentration
    hill_na: Count
    hill_k: Count
    kki: HalfEffect
    knao: HalfEffect


class _Binding(Section):
    kd: Slope
    koff: Rate


class _Antagonism(Section):
    ko: Slope
    kkg: Slope
    hinder: Factor


class _Hormone(Section):
    gain: Share
    half: Slope


class _Mutation(Section):
    isoform: Alpha
    activity: Factor


@cache
def library(name: str) -> dict[str, dict]:
    """A file of pump/ as plain dicts of quantities: "isoforms", "drugs" or "mutations"."""
    data = tomllib.loads((LIBRARY / f"{name}.toml").read_text(encoding="utf-8"))

    def checked(kind, table):
        return {key: value for key, value in kind(**table) if value is not None}

    if name == "isoforms":
        return {key: checked(_Cycle if key == "common" else _Sites, table) for key, table in data.items()}
    if name == "mutations":
        return {key: checked(_Mutation, table) for key, table in data.items()}
    found = {"antagonism": checked(_Antagonism, data["antagonism"])}
    found |= {name: checked(_Hormone, data[name]) for name in HORMONES}
    for drug in DRUGS:
        for species in SPECIES:
            for alpha, table in data[drug][species].items():
                found[f"{drug}.{species}.{alpha}"] = checked(_Binding, table)
    return found


def binding(drug: str, species: str, alpha: str) -> dict[str, float]:
    """kon (/mM/s, without K+), koff (/s), kkg (mM) and hinder of a glycoside on an isoform, as
    pl_nakalpha*.mod takes them.

    The library's dissociation constant is that at its reference K+ outside.
    """
    antagonism, found = library("drugs")["antagonism"], library("drugs")[f"{drug}.{species}.{alpha}"]
    kkg, hinder, ko = (float(antagonism[name]) for name in ("kkg", "hinder", "ko"))
    kon = float(found["koff"] / found["kd"]) * (1 + hinder * ko / (ko + kkg))
    return {"kon": kon, "koff": float(found["koff"]), "kkg": kkg, "hinder": hinder}


def occupancy(drug: str, species: str, alpha: str, dose, ko: float):
    """Share of an isoform's pumps that hold a glycoside at equilibrium, at `dose` and `ko` outside (mM)."""
    rates = binding(drug, species, alpha)
    on = rates["kon"] * np.asarray(dose) / (1 + rates["hinder"] * ko / (ko + rates["kkg"]))
    return on / (on + rates["koff"])


def hormone_factor(doses: dict[str, float]) -> float:
    """Factor on the pump's km_na at `doses` of hormones (mM): product of 1 - gain dose/(dose + half)."""
    factor = 1.0
    for name, dose in doses.items():
        effect = library("drugs")[name]
        factor *= 1 - effect["gain"] * dose / (dose + effect["half"])
    return float(factor)


def settings() -> dict[str, tuple]:
    """What `--set` may change of a pump: name -> (unit, low, high, above)."""
    found = {}
    for name in Pump.model_fields:
        if name not in ("law", "imax", "species", "isoform", *OF_MECHANISM):
            found[name] = specification(Pump, name)
    for alpha in ISOFORMS:
        found |= {f"{alpha}_{name}": specification(Isoform, name) for name in SITES}
        found[f"{alpha}_activity"] = ("1", 0.0, 1e3, False)
    return found | {name: ("mM", 0.0, 1e3, False) for name in (*DRUGS, *HORMONES)}


def check_pump(pump: Pump, path) -> None:
    """InputError where the parameters of a pump do not belong together."""
    if pump.mechanism is not None:
        return _check_mechanism(pump, path)
    for name in OF_MECHANISM:
        if name in pump.model_fields_set:
            raise InputError(
                f'{path}: pump.{name} belongs to a pump with mechanism = "NAME", and there is none'
            )
    _, asked, known = PUMP_LAWS[pump.law]
    for name in dict.fromkeys(name for _, a, k in PUMP_LAWS.values() for name in (*a, *k)):
        given = getattr(pump, name) is not None
        if given and name not in (*asked, *known):
            raise _wrong(path, pump.law, name, "belongs to another law", asked)
        if not given and name in asked:
            raise _wrong(path, pump.law, name, "is missing", asked)
    if (pump.law == "isoforms") != bool(pump.isoform):
        wanted = "expected [pump.isoform.alpha1] with its share (and alpha2, alpha3)"
        what = wanted if pump.law == "isoforms" else f'law = "{pump.law}" has no isoforms'
        raise InputError(f"{path}: pump.isoform: {what}")
    total = sum(isoform.share for isoform in pump.isoform.values())
    if pump.isoform and abs(total - 1) > 1e-9:
        raise InputError(f"{path}: pump.isoform: the shares add up to {total:g}, expected 1")
    for alpha, isoform in pump.isoform.items():
        if isoform.mutation is not None:
            known = library("mutations")
            if isoform.mutation not in known:
                raise unknown_name("mutation", isoform.mutation, known, f"{path}: pump.isoform.{alpha}")
            if known[isoform.mutation]["isoform"] != alpha:
                raise InputError(
                    f"{path}: pump.isoform.{alpha}: {isoform.mutation} is a mutation of "
                    f"{known[isoform.mutation]['isoform']}"
                )


def _check_mechanism(pump: Pump, path) -> None:
    """InputError where a pump that is a mechanism of the user's has what only pumpleak's own pumps have."""
    for name in sorted(pump.model_fields_set - {*OF_MECHANISM, "n_na", "n_k", "imax"}):
        raise InputError(
            f'{path}: pump.{name} belongs to pumpleak\'s own pumps; mechanism = "{pump.mechanism}" is as its '
            "own file says, and its parameters go into set"
        )
    if not pump.maximal_current:
        raise InputError(
            f"{path}: pump.maximal_current is missing; expected the name of {pump.mechanism}'s RANGE "
            'parameter to which its current is proportional, e.g. maximal_current = "imax"'
        )
    if pump.maximal_current in pump.set:
        raise InputError(
            f"{path}: pump.set.{pump.maximal_current}: the maximal current is what the balance finds; "
            "without [balance] give it as pump.imax"
        )


def _wrong(path, law: str, name: str, wrong: str, asked) -> InputError:
    return InputError(f'{path}: pump.{name} {wrong}; law = "{law}" asks for {", ".join(asked) or "nothing"}')
