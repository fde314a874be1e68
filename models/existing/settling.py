"""How a rest is found in a copy of the process: a run from the model's start until it is quiet, and Newton's
method from there."""

from dataclasses import dataclass

import numpy as np

from ..errors import ConvergenceError, InputError, NoRestError
from ..simulator.runtime import h
from ..solve.linear import Linear
from ..solve.modes import Modes, modes_of
from ..words import Progress, minus
from .approach import Follower, Way, begin, hold_stimuli
from .currents import Currents, currents_in_copy
from .equations import Equations, States
from .newton import Rest, find_rest
from .reading import Model
from .stability import beside

PARTS = (50.0, 200.0, 1000.0, 3000.0, 10000.0)  # ms, until which a model is followed, while it has to be
NEAR = 1.0  # mV: a stable rest as close as this to a quiet model is where it goes
QUIET = 0.1  # mV/ms: slower than any spike begins
MANY = 20  # spikes, after which a model without a stable rest is one that fires
LONG = 1000.0  # ms, likewise
EVEN, LATER = 4, 0.02  # gaps between the last spikes, and how much longer the last may be than the first
STEPS = 40  # of NEURON's own, after which the rest must still be there
STAYS = 1e-7  # mV
WITHIN = 96  # dimensions: slow gates of a thousand compartments are next to one
SWINGS = 0.5  # mV, between which V goes for ever without a spike


@dataclass(frozen=True, eq=False)
class Settled:
    """What comes out of the copy: plain data.

    y: all states; states: what they are; linear: the equations there; modes: of the rest
    ends: V of each section's beginning and end (mV), (sections, 2)
    currents: at the rest
    start: where finitialize began (mV); way: how the model went from there
    left_out: sentences
    moved: by how much V moves in STEPS of NEURON's own from there (mV)
    iterations: of Newton's method
    lags: whether currents are computed from what a mechanism found the step before
    """

    y: np.ndarray
    states: States
    linear: Linear
    modes: Modes
    ends: np.ndarray
    currents: Currents
    start: float
    way: Way
    left_out: list[str]
    moved: float
    iterations: int
    lags: bool


def settle_in_copy(model: Model, start: float | None, for_good: float, progress: Progress) -> Settled:
    """Find the rest of a model. ConvergenceError where it has none, NoRestError where it fires, InputError
    where it is not one model but many (random numbers)."""
    left_out = hold_stimuli(for_good)
    began = begin(start)
    follower = Follower(model, roots_of(model), began)
    equations = Equations(model)
    _check_pure(equations)
    for number, until in enumerate(PARTS):
        progress(number / len(PARTS), f"{until:g} ms")
        equations.release()
        way = follower.to(until)
        equations.take(h.t)
        fires = any(t > until / 2 for t in way.spikes)
        if fires and until < LONG and len(way.spikes) < MANY:
            continue
        here = equations.now()
        rest, modes = find_rest(equations, here), None
        away = float(np.abs(rest.y - here)[equations.states.is_v].max())
        comes = away < NEAR and way.moving < QUIET
        if rest.found and (comes or fires or until == PARTS[-1]):
            linear = beside(equations, rest.y)
            modes = modes_of(linear, most=WITHIN, growing=False)
            if modes.stable and not fires and (comes or not _swings(way)):
                return _settled(equations, rest, linear, modes, began, way, left_out)
        unstable = modes is not None and not modes.stable
        if fires and (unstable or until > LONG or _regular(way)):
            break
        equations.put(here)
    raise _without_rest(equations, way, rest, modes)


def roots_of(model: Model) -> np.ndarray:
    """Of each cell the compartment at its soma's centre or its root's beginning."""
    cells = range(int(model.cell.max()) + 1)
    return np.array([min(np.flatnonzero(model.cell == one), key=model.distance.__getitem__) for one in cells])


def _check_pure(equations: Equations) -> None:
    """InputError where the rates of the same states differ from one evaluation to the next."""
    y = equations.now()
    for _ in range(2):  # what is only computed of them comes to its value
        equations.rates(y)
    first, second = equations.rates(y), equations.rates(y)
    differ = np.flatnonzero((first != second) & ~(np.isnan(first) & np.isnan(second)))
    other = np.abs(second - first)[differ] > 1e-6 * np.abs(first)[differ]
    if other.any():
        states = equations.states
        kinds = dict.fromkeys(states.kinds[kind] for kind in states.kind[differ[other]])
        raise InputError(
            f"the rates of {', '.join(list(kinds)[:3])} differ each time that they are computed: random "
            "numbers are drawn by a mechanism or played into a variable, so that the model never rests; "
            "expected one without noise"
        )


def _settled(
    equations: Equations,
    rest: Rest,
    linear: Linear,
    modes: Modes,
    start: float,
    way: Way,
    left_out: list[str],
) -> Settled:
    """The rest, once NEURON's own steps are known to stay there."""
    model = equations.model
    equations.rates(rest.y)  # brings the ends of sections where they belong
    equations.release()
    equations.put(rest.y)
    ends = np.array([(sec(0).v, sec(1).v) for sec in model.compartments.sections])
    v = model.v()
    for _ in range(STEPS):
        h.fadvance()
    moved = float(np.abs(model.v() - v).max())
    if not moved < STAYS:
        raise ConvergenceError(
            f"V moves by {moved:.2g} mV in {STEPS} steps of NEURON's own from where all known states rest: a "
            "mechanism keeps something that is no STATE and no concentration"
        )
    equations.put(rest.y)
    currents = currents_in_copy(model)  # takes mechanisms out: the last that is done
    found = rest.y, equations.states, linear, modes, ends, currents
    return Settled(*found, start, way, left_out, moved, rest.iterations, equations.lags)


def _regular(way: Way) -> bool:
    """Whether spikes go on coming: the last ones evenly, and none later than the one before."""
    gaps = np.diff(way.spikes[-EVEN - 1 :])
    if len(gaps) < EVEN:
        return False
    even = gaps[-1] < (1 + LATER) * gaps[0] and gaps.max() < 2 * gaps.min()
    return bool(even and way.t - way.spikes[-1] < 2 * gaps[-1])


def _swings(way: Way) -> bool:
    return way.high - way.low > SWINGS


def _without_rest(equations: Equations, way: Way, rest: Rest, modes: Modes | None) -> ConvergenceError:
    """What a model does that does not come to rest."""
    late = [t for t in way.spikes if t > way.t / 2]
    span = f"from {way.low:.1f} to {way.high:.1f} mV"
    at = f" (it would rest at {rest.y[equations.states.is_v].mean():.2f} mV" if rest.found else ""
    if at:
        at += ", where it would stay)" if modes is not None and modes.stable else ", which it leaves)"
    if late:
        period = float(np.mean(np.diff(late))) if len(late) > 1 else way.t / 2
        return NoRestError(
            minus(
                f"it does not rest, it fires: {len(late)} spikes in the last {way.t / 2e3:.3g} s of "
                f"{way.t / 1e3:.3g} s, V goes {span}{at}"
            ),
            period,
            way.low,
            way.high,
        )
    if _swings(way):
        return NoRestError(
            minus(f"it does not rest: after {way.t / 1e3:.3g} s V still goes {span}{at}"),
            np.nan,
            way.low,
            way.high,
        )
    return ConvergenceError(minus(f"it does not rest: {_drift(equations, way)}{at}"))


def _drift(equations: Equations, way: Way) -> str:
    """Which state goes on changing, and how fast."""
    y, states = equations.now(), equations.states
    rates = equations.rates(y)
    most = int(np.argmax(np.abs(rates / equations.scale(y))))
    unit = "mV" if states.is_v[most] else "mM" if states.dissolved[most] else ""
    name, place = states.kinds[states.kind[most]], equations.model.compartments.name_of(states.owner[most])
    return (
        f"after {way.t / 1e3:.3g} s {name} of {place} is {y[most]:.4g} {unit} and changes by "
        f"{60e3 * rates[most]:.3g} {unit} per minute"
    )
