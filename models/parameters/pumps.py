"""What is known of the Na+/K+ pump: its isoforms, mutations, glycosides and hormones.

Its rate laws stand in pump_laws.py. The numbers stand in pump/isoforms.toml, pump/drugs.toml (hormones too)
and pump/mutations.toml, each with its source; a cell's file says which isoforms it has and may change any of
their parameters.
"""

import tomllib
from functools import cache
from typing import Any, Literal, get_args

import numpy as np
from pydantic import create_model

from .fields import (
    Concentration,
    Count,
    Factor,
    HalfEffect,
    PositiveConcentration,
    Rate,
    Share,
    Table,
)
from .pump_laws import LIBRARY, PUMP_KEYS, PUMP_LAWS

Alpha = Literal["alpha1", "alpha2", "alpha3"]
ISOFORMS: tuple[str, ...] = get_args(Alpha)
Species = Literal["rat", "human", "frog"]
SPECIES: tuple[str, ...] = get_args(Species)
DRUGS = ("ouabain", "digoxin")
MOLAR_MASS = {"ouabain": 584.65, "digoxin": 780.94}  # g/mol
HORMONES = ("insulin", "adrenaline")
CYCLE = PUMP_LAWS["isoforms"].knows  # what all isoforms have alike
OF_MECHANISM = ("mechanism", "maximal_current", "set")  # keys of a pump that is a mechanism of the user's
SITES = ("km_na", "km_k", "hill_na", "coop_na", "hill_k", "kki", "knao")


_CYCLE: dict[str, Any] = {key: (PUMP_KEYS[key].kind, ...) for key in CYCLE}
_Cycle = create_model("_Cycle", __base__=Table, **_CYCLE)


class _Sites(Table):
    km_na: Concentration
    km_k: Concentration
    hill_na: Count
    coop_na: Count
    hill_k: Count
    kki: HalfEffect
    knao: HalfEffect


class _Binding(Table):
    kd: PositiveConcentration
    koff: Rate


class _Antagonism(Table):
    ko: PositiveConcentration
    kkg: PositiveConcentration
    hinder: Factor


class _Hormone(Table):
    gain: Share
    half: PositiveConcentration


class _Mutation(Table):
    isoform: Alpha
    activity: Factor


@cache
def library(name: str) -> dict[str, dict[str, Any]]:
    """A file of pump/ as plain dicts of quantities: "isoforms", "drugs" or "mutations"."""
    data = tomllib.loads((LIBRARY / f"{name}.toml").read_text(encoding="utf-8"))

    def checked(kind: type[Table], table: dict[str, Any]) -> dict[str, Any]:
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


def occupancy(drug: str, species: str, alpha: str, dose: Any, ko: float) -> Any:
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
