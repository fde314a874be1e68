"""The flux formula: what ions and current do between two compartments, compiled.

For a face from a to b with axial resistance R and diffusive conductance G = A/dx = Ra/R, with
w = (Va - Vb) F/RT and per ion dc = ca - cb and the logarithmic mean L(ca, cb),

    M    = sum z^2 D L                    what the ions conduct; their resistance is RT/(F^2 G M)
    lj   = sum z D dc / M                 liquid junction potential, in units of RT/F
    I    = (RT/F)(w + lj) / R             axial current: NEURON's own (RT/F) w/R plus diffusion's charge
    phi  = I RT/(F^2 G M) F/RT - lj       field that carries it
    J_k  = D_k G (dc_k + z_k L_k phi)     ion flux, a to b

so F sum z J = I: what leaves one compartment arrives in the next and the charge that moves is the charge
that changes the voltage, in every compartment. Every flux vanishes where all electrochemical potentials
are level, whatever Ra is: with R = RT/(F^2 G M), the resistance that the ions themselves imply, this is
the Nernst-Planck flux; with any other, Ra sets the net current and the ions' mobilities the mixing.

Where each compartment faces a closed space of its own, the current returns through these spaces, carried
by their ions in the same way (subscript o; the space has its own shape, tortuosity and field):

    I = (RT/F)(w + lj - lj_o) / (R + RT/(F^2 G_o M_o)),   J_o,k from -I

so the charge of every space is kept as well; V is the difference across the membrane there. A shell that
exchanges with a bath is at the bath's potential: there ions move from shell to shell by diffusion, and the
current returns through the bath, carried by its ions in their transference numbers z^2 D c / sum z^2 D c.

When a compartment swells its length stays and its cross-section grows: the conductance of its arms, for
ions and for current alike, is proportional to its relative volume.

Qian N, Sejnowski TJ (1989) Biol Cybern 62:1-15 (electrodiffusion in branching cables); Scharfetter DL,
Gummel HK (1969) IEEE Trans Electron Devices 16:64-77 (fluxes exact at equilibrium); Halnes G, Ostby I,
Pettersen KH, Omholt SW, Einevoll GT (2013) PLoS Comput Biol 9:e1003386 (two domains).

Units: um2/ms, um, mM, mV, MOhm; fluxes mM um3/ms (1e-18 mol/ms), currents nA. Every function takes complex
states too, for derivatives by complex steps.
"""

from typing import NamedTuple

import numpy as np

from ..compiled import compiled
from .theory import FARADAY, Values

CHARGE = 1e-6 * FARADAY  # nA per mM um3/ms
SERIES = 2e-3  # x^2 up to which x/atanh(x) is taken from its series; the next term is below 2e-18
WHOLE = 1 - 1e-12  # the largest x: a trial state may hold a concentration below 0, where no such mean exists


class FlowOptions(NamedTuple):
    """By which of the formulas ions and current move."""

    electric: bool  # electrodiffusion
    mixes: bool  # or at least diffusion
    osmotic: bool  # compartments swell
    lateral: bool  # ions move between the spaces outside
    returns: bool  # and the current returns through these
    follows: bool  # the axial resistance is the ions' own
    calcium: int  # which ion is buffered, or -1


class Medium(NamedTuple):
    """What all compartments have in common.

    vt: RT/F (mV)
    ratio: volume inside over outside, where the outside's changes, else 0
    outside_share: volume outside over inside at the beginning
    buffer, kd: sites of the Ca2+ buffer and their dissociation constant (mM)
    area_power: of the relative volume, to which the membrane's area is proportional; 0 where it stays
    beside: as ratio, of another cell that faces the spaces outside
    """

    vt: float
    ratio: float
    outside_share: float
    buffer: float
    kd: float
    area_power: float
    beside: float = 0.0


@compiled
def free_calcium(total: Values, relative_volume: Values, buffer: float, kd: float) -> Values:
    """cai (mM) where `total` mM is free or bound to `buffer` mM of sites, both per initial volume, of
    dissociation constant `kd` (mM); the root of pl_calcium.mod. Numbers or arrays of one shape, complex ones
    too."""
    b = relative_volume * kd + buffer - total
    return 2 * total * kd / (b + np.sqrt(b * b + 4 * relative_volume * total * kd))


@compiled
def log_mean(ca: complex, cb: complex) -> complex:
    """Logarithmic mean (ca - cb)/ln(ca/cb) of two concentrations (mM), from x = (ca - cb)/(ca + cb) as
    (arithmetic mean) x/atanh(x); 0 of two zeros."""
    total = ca + cb
    if total.real == 0:
        return total
    x = (ca - cb) / total
    if abs(x.real) > WHOLE:
        x = WHOLE * np.sign(x.real) + 0 * x
    square = x * x
    if square.real > SERIES:
        return 0.5 * total * x / np.arctanh(x)
    # near 0 the quotient loses digits; the series is exact to round-off, and faster
    series = 44 / 945 + square * (428 / 14175 + square * (10196 / 467775))
    return 0.5 * total * (1 - square * (1 / 3 + square * (4 / 45 + square * series)))


@compiled
def face_shape(arm_a: complex, arm_b: complex, meeting: complex) -> complex:
    """Diffusive conductance (um) of a face of two arms (length over cross-section, 1/um). meeting: sum of
    the conductances of all arms that meet in its branch point, or 0 where these two are all."""
    others = meeting - 1 / arm_a.real - 1 / arm_b.real if meeting.real > 0 else 0 * meeting
    return 1 / (arm_a + arm_b + others * arm_a * arm_b)


@compiled
def _solution(
    ca: np.ndarray, cb: np.ndarray, valence: np.ndarray, diffusion: np.ndarray, mean: np.ndarray
) -> tuple[complex, complex]:
    """Conduction M and liquid junction potential; fills in the logarithmic means."""
    conducts = junction = 0 * ca[0]
    for k in range(len(valence)):
        mean[k] = log_mean(ca[k], cb[k])
        carries = valence[k] * diffusion[k]
        conducts += valence[k] * carries * mean[k]
        junction += carries * (ca[k] - cb[k])
    return conducts, junction / conducts


@compiled
def _swollen(
    a: np.ndarray, b: np.ndarray, face: np.ndarray, meeting: np.ndarray, f: int, n: int, options: FlowOptions,
    medium: Medium,
) -> tuple[complex, complex, complex, complex]:  # fmt: skip
    """Diffusive conductance (um) of face f between compartments swollen as the states a and b of n ions say,
    the relative volumes of their spaces, and the diffusive conductance between these."""
    sa, sb = a[n + 1, f], b[n + 1, f]
    wide_a = wide_b = 1 + 0 * sa
    outer_shape = wide_a * face[4, f]
    shape = face_shape(face[0, f] / sa, face[1, f] / sb, meeting[0, f])
    if options.lateral and medium.ratio > 0:
        wide_a, wide_b = 1 - medium.ratio * (sa - 1), 1 - medium.ratio * (sb - 1)
        if medium.beside > 0:
            wide_a = wide_a - medium.beside * (a[n + 2, f] - 1)
            wide_b = wide_b - medium.beside * (b[n + 2, f] - 1)
        between = face_shape(face[0, f] / wide_a, face[1, f] / wide_b, meeting[1, f])
        outer_shape = medium.outside_share * between
    return shape, wide_a, wide_b, outer_shape


@compiled
def flows(
    a: np.ndarray, b: np.ndarray, face: np.ndarray, meeting: np.ndarray, ion: np.ndarray,
    options: FlowOptions, medium: Medium,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Ion fluxes (mM um3/ms), (ions inside, then outside where lateral; faces), and current (nA), (faces,),
    both a to b.

    a, b: state at the two ends: v, amounts inside, relative volume where compartments swell, that of another
    cell before a closed space, amounts outside where lateral, (kinds, faces). face: arms a and b (1/um),
    shape (um), resistance (MOhm) and shape outside (um) at the initial volumes, (5, faces). meeting: what
    `face_shape` asks for, inside and outside, (2, faces). ion: valence, diffusion coefficient inside and
    outside (um2/ms), (3, ions).
    """
    valence, diffusion, diffusion_out = ion
    n, one = len(valence), a.dtype.type(1.0)
    flux = np.zeros((n * (1 + options.lateral), a.shape[1]), a.dtype)
    current = np.empty(a.shape[1], a.dtype)
    ca, cb, mean = np.empty(n, a.dtype), np.empty(n, a.dtype), np.empty(n, a.dtype)
    oa, ob, outer_mean = np.empty(n, a.dtype), np.empty(n, a.dtype), np.zeros(n, a.dtype)
    for f in range(a.shape[1]):
        sa = sb = wide_a = wide_b = one
        shape, resistance, outer_shape = one * face[2, f], one * face[3, f], one * face[4, f]
        if options.osmotic:
            sa, sb = a[n + 1, f], b[n + 1, f]
            shape, wide_a, wide_b, outer_shape = _swollen(a, b, face, meeting, f, n, options, medium)
            resistance *= face[2, f] / shape
        for k in range(n):
            if k == options.calcium:
                ca[k] = free_calcium(a[1 + k, f], sa, medium.buffer, medium.kd)
                cb[k] = free_calcium(b[1 + k, f], sb, medium.buffer, medium.kd)
            else:
                ca[k], cb[k] = a[1 + k, f] / sa, b[1 + k, f] / sb
            if options.lateral:
                oa[k], ob[k] = a[k - n, f] / wide_a, b[k - n, f] / wide_b
        w = (a[0, f] - b[0, f]) / medium.vt
        field, outer_field = 0 * one, 0 * one
        if options.electric:
            conducts, junction = _solution(ca, cb, valence, diffusion, mean)
            own = medium.vt / (CHARGE * shape * conducts)  # the ions' own resistance (MOhm)
            way = own if options.follows else resistance
            if options.returns:
                outer_conducts, outer_junction = _solution(oa, ob, valence, diffusion_out, outer_mean)
                back = medium.vt / (CHARGE * outer_shape * outer_conducts)
                current[f] = medium.vt * (w + junction - outer_junction) / (way + back)
                outer_field = -current[f] * back / medium.vt - outer_junction
            else:
                current[f] = medium.vt * (w + junction) / way
            field = current[f] * own / medium.vt - junction
        else:
            current[f] = medium.vt * w / resistance
        for k in range(n):
            if options.electric:
                flux[k, f] = diffusion[k] * shape * (ca[k] - cb[k] + valence[k] * mean[k] * field)
            elif options.mixes:
                flux[k, f] = diffusion[k] * shape * (ca[k] - cb[k])
            if options.lateral:
                drift = valence[k] * outer_mean[k] * outer_field  # 0 unless the current returns there
                flux[n + k, f] = diffusion_out[k] * outer_shape * (oa[k] - ob[k] + drift)
    return flux, current


@compiled
def gathered(
    state: np.ndarray, ends: np.ndarray, face: np.ndarray, neurons_resistance: np.ndarray,
    meeting: np.ndarray, ion: np.ndarray, options: FlowOptions, medium: Medium, rows: np.ndarray,
    entering: np.ndarray,
) -> None:  # fmt: skip
    """Fill in what the faces bring to each compartment: `rows`, of each ion inside and then, where
    compartments face spaces, outside (mM um3/ms), and last the current (nA) that NEURON's own axial current,
    through `neurons_resistance` (MOhm), lacks; `entering`, the current along the cell (nA).

    state: as in `flows`, (kinds, compartments). ends: compartments a and b of the faces, (2, faces).
    """
    a, b = state[:, ends[0]], state[:, ends[1]]
    flux, current = flows(a, b, face, meeting, ion, options, medium)
    rows[:], entering[:] = 0.0, 0.0
    for f in range(len(current)):
        here, there = ends[0, f], ends[1, f]
        for k in range(len(flux)):
            rows[k, here] -= flux[k, f]
            rows[k, there] += flux[k, f]
        entering[here] -= current[f]
        entering[there] += current[f]
        lacking = current[f] - (a[0, f] - b[0, f]) / neurons_resistance[f]
        rows[-1, here] -= lacking
        rows[-1, there] += lacking


@compiled
def spread(
    state: np.ndarray, valence: np.ndarray, medium: Medium, room: np.ndarray, carried: np.ndarray,
    rows: np.ndarray, entering: np.ndarray,
) -> None:  # fmt: skip
    """Make of what is `gathered` what NEURON's mechanisms take: of each ion mM/ms, and last the current
    (mA/cm2) that NEURON's own has too much.

    room: volume inside and outside (um3) and area (um2), (3, compartments). carried: what 1 nA out of a shell
    takes along of each ion (mM um3/ms) where the current returns by the bath, else nothing.
    """
    n = len(valence)
    for i in range(state.shape[1]):
        if len(carried):
            leaving = entering[i]
            for k in range(n):
                leaving += CHARGE * valence[k] * rows[n + k, i]
            for k in range(n):
                rows[n + k, i] -= carried[k] * leaving
        for k in range(n):
            rows[k, i] /= room[0, i]
        for k in range(n, len(rows) - 1):
            rows[k, i] /= room[1, i]
        if medium.area_power > 0:  # NEURON's cable equation has the area that the compartment began with
            rows[-1, i] -= entering[i] * (1 - state[n + 1, i] ** -medium.area_power)
        rows[-1, i] /= -1e-2 * room[2, i]  # nA/um2 = 100 mA/cm2


@compiled
def arriving(
    state: np.ndarray, ends: np.ndarray, face: np.ndarray, neurons_resistance: np.ndarray,
    meeting: np.ndarray, ion: np.ndarray, options: FlowOptions, medium: Medium, room: np.ndarray,
    carried: np.ndarray, rows: np.ndarray, entering: np.ndarray,
) -> None:  # fmt: skip
    """`gathered` and `spread`."""
    gathered(state, ends, face, neurons_resistance, meeting, ion, options, medium, rows, entering)
    spread(state, ion[0], medium, room, carried, rows, entering)
