"""Synapses on a cell: which ions carry their current in which shares, and what opens them."""

from typing import NamedTuple

import numpy as np

from ..cell.cell import Cell
from ..cell.stimuli import Stimulus
from ..errors import InputError
from ..parameters.units import parse_number
from ..physics.ions import IONS, VALENCE
from ..physics.theory import FARADAY, ghk_voltage, nernst
from ..solve.accounting import RELATIVE
from ..solve.plan import Level
from .events import Conductance, events_of
from .shapes import Asked, Track
from .tables import REVERSAL, USUAL, Synapse, Timing
from .targets import Target

DRIVEN = 10.0  # mV, the driving force at which what an event carries is known as well as all else


class Placed(NamedTuple):
    """Synapses in a cell: what should be known of them, their point processes, the conductance that is turned
    (nS), and what becomes of it."""

    remarks: list[str]
    stimuli: list[Stimulus]
    target: Target
    asked: list[Asked]
    track: Track


def place(table: Synapse, cell: Cell, what: str, stop: float) -> Placed:
    """Put the synapses of a table into a cell. stop: when the protocol ends (ms). InputError where they
    cannot be there, or would have no effect."""
    usual = USUAL[table.kind]
    peak = float(usual.conductance if table.conductance is None else table.conductance)
    rise, decay = (
        float(own if given is None else given)
        for own, given in ((usual.rise, table.rise), (usual.decay, table.decay))
    )
    if not rise < decay:
        raise InputError(f"rise = {rise:g} ms: expected less than decay, {decay:g} ms")
    times = events_of(table, stop)
    at_once = 1 if table.rate is not None else table.number
    stimuli = _stimuli(table, cell, what)
    opened = [stimulus.variable("g") for stimulus in stimuli]

    def put(nanosiemens: Level) -> None:
        for stimulus, g in zip(stimuli, opened, strict=True):
            g.set(1e-3 * nanosiemens * stimulus.part)

    def parse(value: object) -> float:
        return parse_number(what, value, "nS", 0)

    target = Target(what, "", "nS", 0.0, parse, put, plain=True)
    conductance = Conductance(times, at_once * peak, rise, decay)
    for stimulus in stimuli:  # with V held no state tells the integrator how an event goes
        stimulus.tolerated = RELATIVE * conductance.integral * DRIVEN / FARADAY  # nS ms mV / F = fmol
    first = Timing.model_validate({"at": f"{times[0]!r} ms", "times": len(times)})
    asked = [Asked(what, first, at_once * peak)]
    return Placed(_remarks(table, cell, what), stimuli, target, asked, conductance.track(stop, put))


def _remarks(table: Synapse, cell: Cell, what: str) -> list[str]:
    if table.kind == "ampa" or "hco3" in cell.ions:
        return []
    return [
        f"{what}: this cell does not follow HCO3-, so Cl- carries all of the current, which reverses at E_Cl"
    ]


def _stimuli(table: Synapse, cell: Cell, what: str) -> list[Stimulus]:
    places = cell.where(table.where)
    e = {ion: nernst(*_both(cell, ion, places), VALENCE[ion], cell.celsius) for ion in cell.ions}
    if table.kind == "ampa":
        if table.permeability_ratio is not None:
            raise InputError(
                "permeability_ratio has no effect on an ampa synapse, which lets no anion through"
            )
        share = _share_of_sodium(table, e["na"], e["k"])
        made = [Stimulus(cell, what, "pl_ampa", places)]
        made[0].give({"share": share})
        return made
    if table.reversal is not None:
        raise InputError("reversal has no effect on a gaba synapse, whose ions say it")
    if "hco3" not in cell.ions:
        if table.permeability_ratio is not None:
            raise InputError("permeability_ratio has no effect: this cell does not follow HCO3-")
        return [Stimulus(cell, what, "pl_gaba", places)]
    share = _share_of_bicarbonate(table, cell, places, e["cl"], e["hco3"])
    made = [Stimulus(cell, what, mechanism, places) for mechanism in ("pl_gaba", "pl_gabahco3")]
    made[0].give({"share": 1.0 - share})
    made[1].give({"share": share})
    return made


def _both(cell: Cell, ion: str, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """An ion's concentrations inside and outside (mM) as the protocol begins, (places,) each."""
    outside = cell.start.get(f"{ion}o")
    return cell.start[ion][places], (cell.baths()[ion] if outside is None else outside)[places]


def _share_of_sodium(table: Synapse, e_na: np.ndarray, e_k: np.ndarray) -> np.ndarray:
    """Na+'s share of an AMPA synapse's conductance, with which its current reverses where it is measured."""
    reversal = float(REVERSAL if table.reversal is None else table.reversal)
    share = (reversal - e_k) / (e_na - e_k)
    if (share < 0).any() or (share > 1).any():
        low, high = e_k.max(), e_na.min()
        raise InputError(
            f"reversal = {reversal:g} mV: expected between E_K and E_Na, {low:.4g} and {high:.4g} mV"
        )
    return np.asarray(share)


def _share_of_bicarbonate(
    table: Synapse, cell: Cell, places: np.ndarray, e_cl: np.ndarray, e_hco3: np.ndarray
) -> np.ndarray:
    """HCO3-'s share of a GABA-A synapse's conductance, with which its current reverses where that of a
    channel of this ratio of permeabilities does; the channel's own where both ions are at one potential."""
    ratio = IONS["hco3"].per_chloride if table.permeability_ratio is None else table.permeability_ratio
    ions = {"cl": 1.0, "hco3": float(ratio or 0.0)}
    inside, outside = ({ion: _both(cell, ion, places)[side] for ion in ions} for side in (0, 1))
    reversal = ghk_voltage(ions, inside, outside, cell.celsius)
    apart = e_hco3 - e_cl
    near = np.abs(apart) < 1e-6
    alone = ions["hco3"] / (1 + ions["hco3"])
    return np.where(near, alone, (reversal - e_cl) / np.where(near, 1.0, apart))
