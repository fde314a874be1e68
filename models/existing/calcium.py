"""A cell's own Ca2+ in place of a pool that takes it out without current or energy.

Published pools bring back what enters at a rate. In their place: a buffer, a pump of the membrane (PMCA) and
a leak. At the cell's V and one cai everywhere, in every compartment,

    imax f(cai) + p g(V, cai) + I = 0        I: what channels carry in, and what comes along the cell

with the pump as strong as its file says and the leak p that makes it so; where the channels alone bring in
more than that pump takes, the leak is 0 and the pump stronger.
"""

from typing import Any

import numpy as np

from ..cell.cell import Cell
from ..errors import BalanceError, InputError
from ..parameters import read_parameters
from ..physics.ions import AMOUNT, VALENCE
from ..physics.theory import FARADAY, nernst
from ..simulator.mechanisms import PARAMETER
from ..simulator.runtime import SegmentVariable, h
from ..solve.steady_state import settle_gates
from .dissolved import Dissolved
from .memory import Memory
from .reading import Model, read_model, values_now
from .settle import SettleResult

OWN, REPLACED = "own", "replaced"
LIKE = "saetra2020"  # the shipped cell whose buffer and diffusion of Ca2+ a cell gets, a neuron's
PUMP = "pl_pmca"
MOST_MM = 0.1  # of cai, that is a resting cell's


def take_pool_out(model: Model, memory: Memory) -> list[str]:
    """Take the mechanisms that compute cai out of a model, and put a Ca2+ pump in; their names. InputError
    where there is none, or where one does more than that."""
    pools = [one for one in model.mechanisms.values() if one.said.concentrations("ca")]
    if not pools:
        raise InputError("calcium = replaced: no mechanism of the model computes Ca2+")
    for one in pools:
        written = [name for names in one.said.writes.values() for name in names]
        more = [name for name in (*written, *one.said.nonspecific) if name not in ("cai", "cao")]
        if more or one.point or "cao" in written:
            does = "is a point process" if one.point else f"writes {(more or ['cao'])[0]} too"
            raise InputError(
                f"calcium = replaced: {one.name} {does}, which nothing would do in its place; "
                "take it out, or keep the model's own, calcium = own"
            )
    for one in pools:
        own = [sec for sec in model.compartments.sections if h.ismembrane(one.name, sec=sec)]
        memory.exchanged(one.name, own)
        for sec in own:
            sec.uninsert(one.name)
    for sec in model.compartments.sections:
        sec.insert(PUMP)
    return [one.name for one in pools]


def replace_pools(
    model: Model, own: SettleResult, cai: np.ndarray, wanted: Dissolved, memory: Memory
) -> tuple[Model, SettleResult]:
    """The model without its pools of Ca2+, and its rest without their states; wanted: told what was done."""
    pools = take_pool_out(model, memory)
    wanted.sentences.append(words(model, cai, pools))
    return read_model(model.compartments.sections), own.without([*pools, "cai"])


def given(model: Model, cai: np.ndarray, dna: float) -> dict[str, Any]:
    """What a parameter file is to say of Ca2+. cai: the model's own at rest (mM), (compartments,); dna: D of
    Na+ at its temperature."""
    like, ion = read_parameters(LIKE), model.ions["ca"]
    here = ~np.isnan(cai)
    inside = float(np.average(cai[here], weights=model.volume[here]))
    if not 0 < inside < MOST_MM:
        raise InputError(f"calcium = replaced: cai at rest is {inside:.3g} mM; expected 0 to {MOST_MM:g}")
    return {
        "ions": ["na", "k", "cl", "ca"],
        "inside.cai": inside,
        "outside.cao": float(np.median(ion.outside[here])),
        "diffusion.dca": float(like.diffusion.dca) / float(like.diffusion.dna) * dna,
        "calcium.buffer": float(like.calcium.buffer),
        "calcium.kd": float(like.calcium.kd),
    }


def words(model: Model, cai: np.ndarray, pools: list[str]) -> str:
    """What was done with Ca2+, in a sentence."""
    found = given(model, cai, 1.0)
    inside, outside = found["inside.cai"], found["outside.cao"]
    e = float(nernst(inside, outside, VALENCE["ca"], model.celsius))
    return (
        f"{', '.join(pools)}: a buffer, a pump (pl_pmca) and a leak of Ca2+ in its place; cai rests at "
        f"{inside:.3g} mM everywhere, and E of Ca2+ follows from it, {e:.4g} mV"
    )


def put(cell: Cell) -> None:
    """Give a cell without leaks and pumps those of Ca2+ with which it rests at its start. BalanceError where
    the pump has no energy for that."""
    strength = SegmentVariable(cell.sections, f"imax_{PUMP}")
    usual = float(h.MechanismStandard(PUMP, PARAMETER).get(f"imax_{PUMP}"))

    def flux(imax: float, leak: float) -> np.ndarray:
        """What leaves through the membrane and along the cell (mA/cm2)."""
        strength.set(imax)
        cell.strength = cell.strength | {"ca": np.full(cell.size, leak)}
        system, x = settle_gates(cell)
        rates = system.full_rates(system.expand(x))
        return -rates[system.at[AMOUNT["ca"]]] * VALENCE["ca"] * FARADAY * cell.volume / (1e4 * cell.area)

    own = flux(0.0, 0.0)
    pump, leak = flux(usual, 0.0) - own, flux(0.0, 1.0) - own
    if not ((pump > 0) & (leak < 0)).all():
        raise BalanceError(f"{cell.name}: at its cai the Ca2+ pump stands still, or Ca2+ would leak out")
    permeability = np.maximum(-(pump + own) / leak, 0.0)
    strength.set(np.where(permeability > 0, usual, -usual * own / pump))
    cell.strength = cell.strength | {"ca": permeability}


def at_rest(model: Model) -> np.ndarray:
    """cai of a model now (mM), (compartments,), nan where it has none."""
    found = np.full(model.size, np.nan)
    if "ca" in model.ions:
        own = np.flatnonzero(model.ions["ca"].present)
        found[own] = values_now([model.compartments.segments[int(i)] for i in own], "cai")
    return found
