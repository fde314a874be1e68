"""A user's finished NEURON cell made into one whose rest is a result: its V(x), gates and conductances kept,
its leaks divided among ions, pumps and moving ions put in.

The cell that comes of it fires as before, because at rest nothing but the leaks' e has changed its name, and
rests for ever, because every ion is balanced in every compartment.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..cell.carriers import NOBODY, ChordCarrier, Chords
from ..cell.cell import Cell
from ..cell.pumps import pumped
from ..errors import BalanceError
from ..parameters import Parameters, read_parameters
from ..physics.ions import AMOUNT, IONS, VALENCE
from ..physics.temperature import mobility
from ..physics.theory import FARADAY, thermal_voltage
from ..simulator.nmodl import order
from ..simulator.runtime import SegmentVariable
from ..solve.currents import by_process, slope_conductance
from ..solve.steady_state import settle_gates
from . import calcium
from .balanced import Asked, Balanced, share
from .dissolved import Dissolved
from .linear import Current
from .memory import Memory
from .reading import Model

KEEP, FOLLOW = "keep", "follow"  # what becomes of the user's own calcium
EXCHANGED = "na"  # what carries the charge of Ca2+ that the user's own mechanism makes vanish
DENSITY = 1e-8  # mA/cm2, below which a point process does nothing at rest


@dataclass(frozen=True, eq=False)
class Seen:
    """What a copy of the process has seen of a model at its rest. v: (mV), (compartments,); currents: those
    that belong to no ion; idle: names of point processes that do nothing there; calcium: cai (mM),
    (compartments,), nan where it has none; replaced: whether that is to be the cell's own."""

    v: np.ndarray
    currents: list[Current]
    idle: list[str]
    calcium: np.ndarray
    replaced: bool = False


def without_ion(model: Model) -> list[tuple[str, list[str], np.ndarray]]:
    """The currents of a model's density mechanisms that belong to no ion which is known here: NEURON's name
    on a segment, the mechanisms that make it, the compartments that have it."""
    found: list[tuple[str, list[str], np.ndarray]] = []
    for one in (one for one in model.mechanisms.values() if not one.point):
        found += [(f"{name}_{one.name}", [one.name], one.at) for name in one.said.nonspecific]
    for ion in (ion for ion in model.ions.values() if ion.name not in IONS and ion.carried_by):
        own = [name for name in ion.carried_by if not model.mechanisms[name].point]
        at = np.unique(np.concatenate([model.mechanisms[name].at for name in own]))
        found.append((f"i{ion.name}", sorted(own, key=order), at))
    return found


def parameters_of(model: Model, base: Parameters, dissolved: Dissolved, seen: Seen) -> Parameters:
    """A shipped cell's file with the model's temperature and concentrations; leaks are ohmic, as the user's
    are."""
    v = seen.v
    celsius, ions = model.celsius, ("na", "k", "cl")
    moves = mobility(celsius, float(base.electrical.celsius))
    given: dict[str, Any] = {
        "ions": list(ions),
        "electrical.celsius": celsius,
        "leak.law": "ohmic",
        "inside.v": float(np.median(v)),
        "inside.ki": float(np.median(dissolved.inside["k"])),
        "inside.nai": float(np.median(dissolved.inside["na"])),
    }
    given |= {f"outside.{ion}o": value for ion, value in dissolved.outside.items()}
    given |= {f"diffusion.d{ion}": float(getattr(base.diffusion, f"d{ion}")) * moves for ion in ions}
    if seen.replaced:
        given |= calcium.given(model, seen.calcium, given["diffusion.dna"])
    return read_parameters(base.path, given)


def carries(model: Model, seen: Seen, dissolved: Dissolved) -> dict[str, Any]:
    """What carries the currents of a model that belong to none of the cell's ions, as `Cell` takes it."""
    e = {ion: dissolved.potential(ion, model.celsius) for ion in ("k", "na")}
    found: dict[str, Any] = dict.fromkeys(seen.idle, NOBODY)
    for one in seen.currents:
        here = {ion: share(ion, one.reversal, e["k"][one.at], e["na"][one.at]) for ion in e}
        if one.leaks:  # the cell's own leaks take its place
            found[one.variable] = NOBODY if one.strength else Chords({}, np.zeros(len(one.at)))
        elif one.known:
            found[one.variable] = Chords(here, one.constant, one.factors)
        else:
            k = float(np.mean(here["k"]))
            found[one.variable] = {"k": k, "na": 1 - k}
    for ion in (ion for ion in model.ions.values() if ion.name in IONS and ion.carried_by):
        if ion.name not in ("na", "k", "cl", *(["ca"] if seen.replaced else [])):
            found[f"i{ion.name}"] = EXCHANGED
    return found


def made(
    model: Model, seen: Seen, dissolved: Dissolved, base: Parameters, options: Mapping[str, Any]
) -> Cell:
    """The cell, without leaks and pumps as yet, at the model's own V(x)."""
    cell = Cell(
        parameters_of(model, base, dissolved, seen),
        sections=model.compartments.sections,
        carries=carries(model, seen, dissolved),
        **options,
    )
    v, rt = seen.v, float(thermal_voltage(model.celsius))
    chloride = dissolved.outside["cl"] * np.exp(v / rt)  # at equilibrium everywhere
    cell.start = cell.start | {"v": v.copy(), "cl": chloride} | dissolved.inside
    cell.anion = cell.anion + cell.charge(cell.start)
    if (cell.anion < 0).any():
        raise BalanceError(
            f"{cell.name}: what is dissolved inside leaves {cell.anion.min():.3g} mM of impermeant anion; "
            "expected more K+ or Na+ inside"
        )
    outside = sum(cell.outside.values()) + cell.bath_impermeant()[0]
    cell.impermeant = np.maximum(outside - sum(cell.start[ion] for ion in cell.ions), 0.0)
    cell.strength = dict.fromkeys(cell.strength, np.zeros(cell.size))
    if seen.replaced:
        calcium.put(cell)
    return cell


def ask(cell: Cell, seen: Seen, chloride: float) -> Asked:
    """What the membrane of a cell without leaks and pumps has to be like."""
    system, x = settle_gates(cell)
    y = system.expand(x)
    rates = system.full_rates(y)
    # mM/ms of a mA/cm2: 1e4 um/cm, 1e6 mM/(mol/cm3), 1e-3 A/mA, 1e-3 s/ms
    per_current = 1e4 * cell.area / (FARADAY * cell.volume)
    leaving = {
        ion: -rates[system.at[AMOUNT[ion]]] / (VALENCE[ion] * per_current) - cell.variables[f"i{ion}"].get()
        for ion in ("k", "na")
    }
    parts = by_process(cell, pumped(system, y), lambda: system.full_rates(y))
    carried: dict[str, dict[str, np.ndarray]] = {}
    for ion in ("k", "na"):
        for process, values in parts[ion].items():
            if process not in ("leak", "pump"):
                carried.setdefault(process, {})[ion] = values.copy()
    conductance = slope_conductance(system, y)
    cycle, slope = _pump(cell, conductance)
    leak = np.zeros(cell.size)
    for one in (one for one in seen.currents if one.leaks):
        leak[one.at] += one.conductance
    chords, e = _chords(cell, seen), {}
    for ion in ("k", "na"):
        e[ion] = np.asarray(cell.start["v"] - _drive(cell, ion))
    return Asked(
        v=seen.v,
        e=e,
        carried=carried,
        fixed=frozenset(
            {f"i{ion}" for ion in IONS} | {one.variable for one in seen.currents if not one.known}
        ),
        chords=chords,
        leaving=leaving,
        leak=leak,
        whole=conductance + leak,
        chloride=chloride,
        cycles={"k": cell.conditions.pump["n_k"], "na": cell.conditions.pump["n_na"]},
        slope=slope / cycle,
        area=cell.area,
    )


def _drive(cell: Cell, ion: str) -> np.ndarray:
    rt = float(thermal_voltage(cell.celsius)) / VALENCE[ion]
    return cell.start["v"] - rt * np.log(cell.bath_of(ion) / cell.start[ion])


def _pump(cell: Cell, conductance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The cycles (mA/cm2) and the slope conductance (S/cm2) of a pump of 1 mA/cm2, (compartments,) each."""
    before = cell.strength
    cell.strength = before | {"pump": np.ones(cell.size)}
    try:
        system, x = settle_gates(cell)
        y = system.expand(x)
        slope = slope_conductance(system, y) - conductance
        cycle = pumped(system, y).cycle
    finally:
        cell.strength = before
    if not (cycle > 0).all():
        raise BalanceError(f"{cell.name}: its pump stands still or runs backwards at the cell's own rest")
    return cycle, slope


def _chords(cell: Cell, seen: Seen) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Conductance (S/cm2) and reversal (mV) of every linear current that ions carry, as NEURON has it now."""
    found: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for one in (one for one in seen.currents if one.known and not one.leaks):
        reversal = np.full(cell.size, np.nan)
        reversal[one.at] = one.reversal
        found[one.variable] = np.zeros(cell.size), reversal
    for carrier in cell.membrane.carriers:
        if isinstance(carrier, ChordCarrier) and carrier.current in found:
            found[carrier.current][0][carrier.compartment] = carrier.process.conductance
    return found


def put(cell: Cell, membrane: Balanced, name: str) -> None:
    """Give a cell these leaks, the pump that keeps them, and a name."""
    cell.name = name
    cycle, _ = _pump(cell, np.zeros(cell.size))
    cell.strength = cell.strength | membrane.leak | {"pump": membrane.cycle / cycle}


def idle_points(model: Model) -> list[str]:
    """Point processes of a model that carry nothing now: NEURON has just computed all currents. BalanceError
    for one whose current no ion carries."""
    idle = []
    for one in (one for one in model.mechanisms.values() if one.point):
        names = [*one.said.nonspecific, *one.said.electrode]
        if not names and one.said.ions:
            continue
        for name in names:
            density = 100 * np.abs(one.values(name)) / model.area[one.at]
            if (density > DENSITY).any():
                at = model.compartments.name_of(int(one.at[np.argmax(density)]))
                raise BalanceError(
                    f"{one.name} in {at} carries {density.max():.3g} mA/cm2 at rest, which no ion does, so "
                    "none could balance it; take it out, or its current"
                )
        idle.append(one.name)
    return idle


def take_away(model: Model, seen: Seen, memory: Memory) -> None:
    """Set the strengths of the model's own leaks to 0; memory: that puts them back."""
    for one in (one for one in seen.currents if one.leaks and one.strength):
        variable = SegmentVariable([model.compartments.segments[i] for i in one.at], one.strength)
        memory.changed(one.strength, one.mechanism, variable)
        variable.set(0.0)


def names_of(currents: Sequence[Current]) -> list[str]:
    """What was done with each current that belongs to no ion, in words."""
    said = []
    for one in currents:
        e = one.reversal[np.isfinite(one.reversal)]
        where = f", e = {e.min():.4g} to {e.max():.4g} mV" if len(e) and np.ptp(e) > 1e-3 else ""
        where = where or (f", e = {e[0]:.4g} mV" if len(e) else "")
        if one.leaks:
            said.append(f"{one.variable}{where}: a leak, in whose place are leaks of K+, Na+ and Cl-")
        elif one.known:
            of = " ".join(f"{name}^{power:g}" if power != 1 else name for name, power in one.factors)
            said.append(f"{one.variable}{where}: K+ and Na+ carry it, each by its own gradient ({of})")
        else:
            said.append(
                f"{one.variable}{where}: K+ and Na+ carry it in fixed shares: its conductance is not seen"
            )
    return said
