"""Ion flow between the compartments of a cell: the Kirchhoff-Nernst-Planck flux on NEURON's own tree.

Every pair of compartments that a current can pass between is a *face* with an axial resistance R and a
diffusive conductance G = A/dx = Ra/R. A face consists of two arms that meet in a node without volume (the
boundary between two compartments, or a branch point); where more than two arms meet, eliminating the node
(star-mesh transform: the conductance between arms e and f is g_e g_f / sum g) leaves faces between the
arms, exactly equivalent for voltage and for diffusion, so one formula serves cables and branch points.

For a face from a to b, with w = (Va - Vb) F/RT and per ion dc = ca - cb and the logarithmic mean L(ca, cb),

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

Units: um2/ms, um, mM, mV, MOhm; fluxes mM um3/ms (1e-18 mol/ms), currents nA.
"""

from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import breadth_first_order

from .engine import SegmentVariable, initialise
from .errors import InputError
from .solutes import AMOUNT, OUTER, VALENCE, free_calcium
from .theory import FARADAY, thermal_voltage

MODES = ("electrodiffusion", "diffusion", "none")
SERIES = 1e-6  # x^2 up to which x/atanh(x) is taken from its series; the next term is below 1e-18
WIDE = 1e9  # a bath before the membrane, as a multiple of the cross-section inside
CHARGE = 1e-6 * FARADAY  # nA per mM um3/ms
TINY = 1e-40  # step of the complex-step derivative; its square vanishes, so nothing is cancelled


@dataclass
class Faces:
    """Faces of a tree: compartments a, b; resistance (MOhm); length over cross-section of the two arms
    (1/um); star, the node where more than two arms meet, or -1. For those nodes, per arm: its conductance
    (um), its compartment and its node."""

    a: np.ndarray
    b: np.ndarray
    resistance: np.ndarray
    arm_a: np.ndarray
    arm_b: np.ndarray
    star: np.ndarray
    star_arm: np.ndarray
    star_end: np.ndarray
    star_node: np.ndarray

    def shape(self, swollen_a=1.0, swollen_b=1.0, swollen=None):
        """Diffusive conductance (um) of each face, its compartments grown to the given relative volumes.

        swollen: relative volume of every compartment, for the other arms of branch points.
        """
        a, b = self.arm_a / swollen_a, self.arm_b / swollen_b
        if not len(self.star_arm):
            return 1 / (a + b)
        arms = self.star_arm if swollen is None else self.star_arm * swollen[self.star_end]
        others = np.zeros(len(self.a))
        star = self.star >= 0
        meeting = np.bincount(self.star_node, arms)[self.star[star]]
        others[star] = meeting - 1 / np.real(a[star]) - 1 / np.real(b[star])
        return 1 / (a + b + others * a * b)


def faces_of(sections, index_of, volume) -> Faces:
    """The faces of a tree of sections.

    index_of: mapping from NEURON's node index to the compartment's number; volume (um3) per compartment.
    NEURON must have set up its tree (finitialize does).
    """
    arms: dict[int, list[tuple[int, float, float]]] = {}
    faces: list[tuple[int, int, float, float, float, int]] = []

    def join(node_a: int, node_b: int, resistance: float, ra: float, at_end: bool) -> None:
        a, b = index_of.get(node_a), index_of.get(node_b)
        shape = 1e-2 * ra / resistance  # Ohm cm / MOhm = 1e-2 um
        if a is not None and b is not None:
            # halves of equal length: the resistance of each is in inverse proportion to its volume; a
            # section that begins in the middle of another has no part in the other's resistance
            share = 0.0 if at_end else volume[b] / (volume[a] + volume[b])
            faces.append((a, b, resistance, share / shape, (1 - share) / shape, -1))
        elif a is not None or b is not None:
            node, end = (node_b, a) if b is None else (node_a, b)
            arms.setdefault(node, []).append((end, 1 / resistance, shape))

    for sec in sections:
        near = int(sec.orientation())
        inner = list(sec) if near == 0 else list(sec)[::-1]
        chain = [sec(near), *inner, sec(1 - near)]
        for position, (parent, child) in enumerate(pairwise(chain)):
            join(parent.node_index(), child.node_index(), child.ri(), sec.Ra, position == 0)
    stars = [star for star in arms.values() if len(star) > 1]
    for number, star in enumerate(stars):
        electric = sum(arm[1] for arm in star)
        for (a, ge, gs), (b, fe, fs) in combinations(star, 2):
            faces.append((a, b, electric / (ge * fe), 1 / gs, 1 / fs, number if len(star) > 2 else -1))
    columns = [np.array(column) for column in zip(*faces, strict=True)] or [np.zeros(0)] * 6
    many = [(end, shape, i) for i, star in enumerate(stars) if len(star) > 2 for end, _, shape in star]
    ends, shapes, owners = [np.array(column) for column in zip(*many, strict=True)] or [np.zeros(0)] * 3
    a, b, resistance, arm_a, arm_b, star = columns
    return Faces(
        a.astype(int), b.astype(int), resistance, arm_a, arm_b, star.astype(int), shapes, ends.astype(int),
        owners.astype(int),
    )  # fmt: skip


def _log_mean(ca, cb):
    """Logarithmic mean (ca - cb)/ln(ca/cb), from x = (ca - cb)/(ca + cb) as (arithmetic mean) x/atanh(x)."""
    total = ca + cb
    # a trial state may hold a concentration below 0, where no such mean exists: keep it finite
    x = (ca - cb) / np.where(total == 0, 1.0, total)
    size = np.abs(x.real)
    steepest = size.max(initial=0.0)
    if steepest > 1 - 1e-12:
        beyond = size > 1 - 1e-12
        x[beyond] = np.sign(x.real[beyond]) * (1 - 1e-12)
    square = x * x
    # x/atanh(x); its quotient loses digits near 0, where the series is exact to round-off
    ratio = 1 - square * (1 / 3 + square * (4 / 45))
    if steepest**2 > SERIES:
        steep = square.real > SERIES
        ratio[steep] = x[steep] / np.arctanh(x[steep])
    return 0.5 * total * ratio


class AxialFlow:
    """Axial ion flow of one cell. Called by NEURON before every evaluation of its equations.

    mode: "electrodiffusion", "diffusion" (each ion by its own gradient; NEURON's current moves charge
    without ions, so local charge is not kept) or "none". kinds: the states the flow depends on; a state is
    an array (kinds, compartments) of them. lateral: whether ions move between the spaces outside.
    """

    def __init__(self, cell, mode: str):
        if mode not in MODES:
            raise InputError(f"axial={mode!r}: expected one of {', '.join(MODES)}")
        self.mode = mode
        self.ions = cell.ions
        self.frozen = False
        self.osmotic = cell.osmotic
        in_bath = cell.faces_spaces and cell.space == "bath"
        apart = cell.parameters.space.diffusion or in_bath
        self.lateral = cell.faces_spaces and mode != "none" and apart
        electric = mode == "electrodiffusion"
        self.returns_outside = electric and self.lateral and (cell.space == "closed" or in_bath)
        self.returns_by_bath = electric and cell.space == "shell"
        self.follows_ions = cell.parameters.electrical.axial_resistivity == "ions"
        nodes = {segment.node_index(): i for i, segment in enumerate(cell.segments)}
        self.faces = faces_of(cell.sections, nodes, cell.volume)
        self.neurons_resistance = self.faces.resistance.copy()  # what NEURON's own current flows through
        self.radial = None if cell.tubules is None else cell.tubules.reshape(self.faces)
        self.a, self.b, self.resistance = self.faces.a, self.faces.b, self.faces.resistance
        self.shape = self.faces.shape()
        size, count = cell.size, len(self.a)
        face = np.arange(count)
        signs = np.concatenate([-np.ones(count), np.ones(count)])
        # what flows a -> b leaves a and enters b
        self.incidence = sp.csr_matrix(
            (signs, (np.concatenate([self.a, self.b]), np.concatenate([face, face]))), shape=(size, count)
        )
        self.valence = np.array([[VALENCE[ion]] for ion in self.ions], float)
        self.volume = cell.volume
        self.charging = 1e5 / (cell.capacitance * cell.area)  # mV/ms of 1 nA: 1e5 um2 uF/cm2
        self.kinds = ["v", *(AMOUNT[ion] for ion in self.ions)]
        if self.osmotic:
            self.kinds.append("swelling_ions")
        if self.lateral:
            self.kinds += [OUTER[ion] for ion in self.ions]
        self._state = SegmentVariable(cell.segments, self.kinds)
        arriving = [f"j{AMOUNT[ion]}" for ion in self.ions]
        if cell.faces_spaces:
            arriving += [f"j{ion}_space" for ion in self.ions]
        self._written = SegmentVariable(cell.segments, [*arriving, "idiff_ions"])
        self._written.set(0.0)  # nothing of a cell that these sections were before
        self._rows = np.zeros((len(arriving) + 1, size))  # what is written
        self.entering = np.zeros(size)  # current along the cell into each compartment, as last written (nA)
        self._per_area = -1e-2 * cell.area  # nA/um2 = 100 mA/cm2
        self.configure(cell)
        if self.returns_outside and count and cell.space == "closed":
            self._add_return_path(cell, nodes)

    def configure(self, cell) -> None:
        """Take over the cell's temperature, diffusion coefficients and outside volumes as they are now."""
        diffusion = np.array([[cell.diffusion[ion]] for ion in self.ions])
        if self.mode == "electrodiffusion" and len(self.a) and not diffusion.any():
            raise InputError("every diffusion coefficient is 0; no ion could carry the axial current")
        self.diffusion = diffusion / cell.tortuosity["tortuosity"] ** 2
        self.diffusion_out = diffusion / cell.tortuosity["tortuosity_outside"] ** 2
        self.vt = float(thermal_voltage(cell.celsius))
        self.ratio = cell.water_ratio  # of the volumes inside/outside where the outside's changes, else 0
        self.outside_volume = cell.outside_volume
        self.outside_share = cell.volume_fraction / (1 - cell.volume_fraction)
        self.buffer = cell.buffer
        bath = np.array([[cell.outside[ion]] for ion in self.ions])
        conducts = self.valence**2 * diffusion * bath
        self.bath_conducts = float(conducts.sum() / cell.tortuosity["tortuosity_outside"] ** 2)
        # mM um3/ms of each ion that 1 nA out of a shell takes along
        self.carried = (
            conducts / conducts.sum() / (self.valence * CHARGE) if diffusion.any() else 0 * diffusion
        )

        if self.lateral:
            self.outer_shape = self._outer_shape(cell)

    def _outer_shape(self, cell) -> np.ndarray:
        """Diffusive conductance (um) between the spaces outside, per face, at the initial volumes."""

        # openings are what they are in the file's own bath; in another their resistance differs, not they
        out = cell.parameters.outside
        bath = np.array([[float(getattr(out, f"{ion}o"))] for ion in self.ions])
        conducts = float(np.sum(self.valence**2 * self.diffusion_out * bath))

        def conducting(resistance):  # the conductance (um) whose ions have this resistance (MOhm)
            return self.vt / (CHARGE * resistance * conducts)

        wide = WIDE if cell.space == "bath" else self.outside_share
        found = wide * self.shape
        if self.radial is not None:
            tubules = cell.tubules
            lumen = tubules.volume_fraction * tubules.factor * cell.tortuosity["tortuosity_outside"] ** 2
            found[self.radial] = lumen * self.shape[self.radial]
            # ohm cm2 / um2 = 1e2 MOhm
            opening = 1e2 * tubules.access / cell.area[tubules.surface]
            mouth = self.radial[:, 0]
            found[mouth] = 1 / (1 / found[mouth] + 1 / conducting(opening))
        if cell.epithelium is not None:
            apical = cell.region == "apical"
            between = apical[self.a] != apical[self.b]
            shunt = 1e2 * float(cell.epithelium.shunt_resistance) / cell.area[apical].sum()
            found[between] = conducting(shunt)
        return found

    def _add_return_path(self, cell, nodes) -> None:
        """Give NEURON's Ra the resistance of the way back outside, with the bath in it.

        The current is ours anyhow (`__call__` makes up the difference), but NEURON's integrator solves with
        its own resistances, and with those of the inside alone it would creep.
        """
        for sec in cell.sections:  # MOhm um = 1e2 ohm cm
            cell.resistivity.append((sec, sec.Ra))
            sec.Ra += 1e2 * self.vt / (CHARGE * self.bath_conducts * self.outside_share)
        initialise()  # NEURON takes over the new resistances
        self.neurons_resistance = faces_of(cell.sections, nodes, cell.volume).resistance

    def __call__(self) -> None:
        """Read the state from NEURON, write arrivals and the charge that its own current lacks back."""
        if self.frozen:
            return
        state = self._state.get()
        a, b = state.take(self.a, axis=1), state.take(self.b, axis=1)
        flux, current = self.flows(a, b, state)
        missing = current - (a[0] - b[0]) / self.neurons_resistance
        *arriving, self.entering, charge = (self.incidence @ np.concatenate([flux, [current, missing]]).T).T
        if self.mode == "none" and not self.osmotic:
            return
        if self.mode != "none":
            arriving = self.arrivals(np.array(arriving), self.entering)
            self._rows[: len(arriving)] = arriving
        if self.mode == "electrodiffusion" or self.osmotic:
            self._rows[-1] = charge / self._per_area
        self._written.set(self._rows)

    def arrivals(self, arriving: np.ndarray, current: np.ndarray) -> np.ndarray:
        """d(amount)/dt (mM/ms) of each ion in each compartment, then in each space, from what fluxes and
        current bring along the cell."""
        n = len(self.ions)
        inner, outer = arriving[:n] / self.volume, arriving[n:]
        if self.returns_by_bath:
            outer = outer if self.lateral else np.zeros_like(inner)
            leaving = current + CHARGE * np.sum(self.valence * outer, axis=0)
            outer = outer - self.carried * leaving
        return np.concatenate([inner, outer / self.outside_volume]) if len(outer) else inner

    def outer_charge(self, slopes: np.ndarray) -> np.ndarray:
        """Of the derivatives of all fluxes and the current: those of the charge that moves outside (nA)."""
        n = len(self.ions)
        return CHARGE * np.tensordot(self.valence[:, 0], slopes[n : 2 * n], 1) if self.lateral else 0.0

    def voltage_rate(self) -> np.ndarray:
        """dV/dt (mV/ms) by the axial current that was last written."""
        return self.entering * self.charging

    def elimination_order(self) -> np.ndarray:
        """Rank of every compartment in an order in which the leaves of the tree come first."""
        size = self.incidence.shape[0]
        graph = sp.csr_matrix((np.ones(len(self.a)), (self.a, self.b)), shape=(size, size))
        seen, order = np.zeros(size, bool), []
        for root in range(size):
            if not seen[root]:
                found = breadth_first_order(graph, root, directed=False, return_predecessors=False)
                seen[found] = True
                order.append(found)
        rank = np.empty(size, int)
        rank[np.concatenate(order)] = np.arange(size)[::-1]
        return rank

    def stiffness(self) -> float:
        """Fastest rate (1/ms) at which NEURON's axial current levels V between two compartments."""
        if not len(self.a):
            return 0.0
        rates = self.charging[self.a] / self.resistance, self.charging[self.b] / self.resistance
        return float(max(rate.max() for rate in rates))

    def flows(self, a: np.ndarray, b: np.ndarray, state=None) -> tuple[np.ndarray, np.ndarray]:
        """Ion fluxes (ions inside, then outside where lateral; faces) and current (faces), both a to b.

        a, b: state at the two ends of the faces (kinds, faces); state: of every compartment.
        """
        n = len(self.ions)
        shape, resistance = self.shape, self.resistance
        outer_a, outer_b = a[-n:], b[-n:]  # where lateral
        outer_shape = self.outer_shape if self.lateral else None
        sa, sb = (a[n + 1], b[n + 1]) if self.osmotic else (1.0, 1.0)
        ca, cb = self._free(a[1 : n + 1], sa), self._free(b[1 : n + 1], sb)
        if self.osmotic:
            every = None if state is None else state[n + 1]
            shape = self.faces.shape(sa, sb, every)
            resistance = resistance * self.shape / shape
            if self.lateral and self.ratio:
                wide_a, wide_b = 1 - self.ratio * (sa - 1), 1 - self.ratio * (sb - 1)
                outer_a, outer_b = outer_a / wide_a, outer_b / wide_b
                wide = None if every is None else 1 - self.ratio * (every - 1)
                outer_shape = self.outside_share * self.faces.shape(wide_a, wide_b, wide)
        w = (a[0] - b[0]) / self.vt
        if self.mode != "electrodiffusion":
            mixing = [self.diffusion * shape * (ca - cb)] if self.mode == "diffusion" else [0.0 * (ca - cb)]
            if self.lateral:
                mixing.append(self.diffusion_out * outer_shape * (outer_a - outer_b))
            return np.concatenate(mixing), self.vt * w / resistance
        mean, conducts, junction = self._solution(ca, cb, self.diffusion)
        own = self.vt / (CHARGE * shape * conducts)  # the ions' own resistance (MOhm)
        if self.follows_ions:
            resistance = own
        if not self.returns_outside:
            current = self.vt * (w + junction) / resistance
            field = current * own / self.vt - junction
            inner = self.diffusion * shape * (ca - cb + self.valence * mean * field)
            if self.lateral:
                outer = self.diffusion_out * outer_shape * (outer_a - outer_b)
                return np.concatenate([inner, outer]), current
            return inner, current
        outer_mean, outer_conducts, outer_junction = self._solution(outer_a, outer_b, self.diffusion_out)
        back = self.vt / (CHARGE * outer_shape * outer_conducts)
        current = self.vt * (w + junction - outer_junction) / (resistance + back)
        field = current * own / self.vt - junction
        outer_field = -current * back / self.vt - outer_junction
        inner = self.diffusion * shape * (ca - cb + self.valence * mean * field)
        outer = outer_a - outer_b + self.valence * outer_mean * outer_field
        return np.concatenate([inner, self.diffusion_out * outer_shape * outer]), current

    def _free(self, amounts, swelling):
        """Concentrations from amounts (ions, faces)."""
        free = amounts / swelling if self.osmotic else amounts.copy()
        if "ca" not in self.ions:
            return free
        at = self.ions.index("ca")
        free[at] = free_calcium(amounts[at], swelling, *self.buffer)
        return free

    def _solution(self, ca, cb, diffusion):
        """Per face: logarithmic means, conduction M, liquid junction potential."""
        z = self.valence[:, 0]
        zd = z * diffusion[:, 0]
        mean = _log_mean(ca, cb)
        conducts = (z * zd) @ mean
        return mean, conducts, zd @ (ca - cb) / conducts

    def derivatives(self, state: np.ndarray) -> np.ndarray:
        """Derivatives of fluxes and current by the states at the two ends of each face, to round-off.

        state: (kinds, compartments). Returns (fluxes and current, kinds, 2 ends, faces). By complex steps:
        Squire W, Trapp G (1998) SIAM Rev 40:110-112, doi:10.1137/S003614459631241X
        """
        ends = [np.take(state, self.a, axis=1), np.take(state, self.b, axis=1)]
        fluxes = len(self.ions) * (1 + self.lateral)
        found = np.empty((fluxes + 1, len(self.kinds), 2, len(self.a)))
        for kind in range(len(self.kinds)):
            for end in (0, 1):
                if kind == 0 and end == 1:  # only the difference of V counts
                    found[:, 0, 1] = -found[:, 0, 0]
                    continue
                shifted = [e.astype(complex) if i == end else e for i, e in enumerate(ends)]
                shifted[end][kind] += 1j * TINY
                flux, current = self.flows(*shifted, state)
                found[:-1, kind, end], found[-1, kind, end] = flux.imag / TINY, current.imag / TINY
        return found
