"""The pumps of a cell: which mechanisms, where, with which parameters in NEURON."""

import numpy as np

from .errors import InputError
from .parameters.pumps import (
    CYCLE,
    DRUGS,
    HORMONES,
    ISOFORMS,
    PUMP_LAWS,
    SITES,
    binding,
    hormone_factor,
    library,
)

MECHANISMS = {mechanism for mechanisms, _, _ in PUMP_LAWS.values() for mechanism in mechanisms}


def isoform_of(mechanism: str) -> str | None:
    """ "alpha2" of "pl_nakalpha2"; None for the pumps that have no isoforms."""
    name = mechanism.removeprefix("pl_nak")
    return name if name in ISOFORMS else None


def values(parameters) -> dict[str, float]:
    """Every number of the pump that may be changed later, by name; no drug, no hormone, no mutation."""
    found = {name: float(value) for name, value in parameters.pump.quantities().items()}
    for alpha in parameters.pump.isoform:
        found[f"{alpha}_activity"] = 1.0
    if parameters.pump.isoform:
        found |= dict.fromkeys((*DRUGS, *HORMONES), 0.0)
    return found


def mutate(cell) -> None:
    """What the mutations of the cell's file leave of each isoform's activity."""
    for alpha, isoform in cell.parameters.pump.isoform.items():
        if isoform.mutation is not None:
            share = 0.5 if isoform.mutated_share is None else float(isoform.mutated_share)
            left = float(library("mutations")[isoform.mutation]["activity"])
            cell.pump[f"{alpha}_activity"] = 1 - share + share * left


def shares(cell) -> dict[str, np.ndarray]:
    """Share of each of the cell's pump mechanisms in the pumps of every compartment."""
    pump = cell.parameters.pump
    if not pump.isoform:
        return {pump.mechanisms[0]: np.ones(cell.size)}
    whole = {alpha: np.full(cell.size, float(isoform.share)) for alpha, isoform in pump.isoform.items()}
    for name, own in cell.parameters.region.items():
        here = np.flatnonzero(cell.region == name)
        given = {alpha: float(getattr(own, alpha)) for alpha in whole if getattr(own, alpha) is not None}
        if not given:
            continue
        rest = sum(values[here[0]] for alpha, values in whole.items() if alpha not in given)
        left = 1 - sum(given.values())
        if left < -1e-9 or (rest == 0 and left > 1e-9):
            raise InputError(
                f"{cell.parameters.path}: [region.{name}]: the isoforms' shares there add up to "
                f"{sum(given.values()):g}, expected 1"
            )
        for alpha, values in whole.items():
            values[here] = given.get(alpha, values[here] * (left / rest if rest else 0.0))
    return {f"pl_nak{alpha}": values for alpha, values in whole.items()}


def neurons_values(cell, mechanism: str) -> dict:
    """The RANGE parameters of one of the cell's pump mechanisms, as NEURON takes them."""
    pump, alpha = cell.pump, isoform_of(mechanism)
    found = {"imax": cell.strength["pump"] * cell.pump_share[mechanism], "block": cell.block}
    found |= {name: pump[name] for name in ("n_na", "n_k")}
    if alpha is None:
        return found | {name: pump[name] for name in PUMP_LAWS[cell.parameters.pump.law][1]}
    found |= {name: pump[name] for name in CYCLE}
    found |= {name: pump[f"{alpha}_{name}"] for name in SITES}
    found["km_na"] = found["km_na"] * hormone_factor({name: pump[name] for name in HORMONES})
    found["activity"] = pump[f"{alpha}_activity"]
    drugs = [name for name in DRUGS if pump[name] > 0]
    if len(drugs) > 1:
        raise InputError(f"{cell.name}: {' and '.join(drugs)} at once; expected one glycoside at a time")
    drug = drugs[0] if drugs else cell.glycoside
    rates = binding(drug, cell.species, alpha)
    return found | rates | {"dose": pump[drug]}
