"""Ion flow between the compartments of a cell: the Kirchhoff-Nernst-Planck flux on NEURON's own tree.

Every pair of compartments that a current can pass between is a *face* with an axial resistance R and a
diffusive conductance G = A/dx = Ra/R. Where sections meet, NEURON has a node without volume; eliminating it
(star-mesh transform: the conductance between arms e and f is g_e g_f / sum g) leaves faces between the
arms, exactly equivalent for voltage and for diffusion, so one formula serves cables and branch points.

For a face from a to b, with w = (Va - Vb) F/RT and per ion dc = ca - cb and the logarithmic mean L(ca, cb),

    M    = sum z^2 D L                    what the ions conduct
    lj   = sum z D dc / M                 liquid junction potential, in units of RT/F
    I    = (RT/F)(w + lj) / R             axial current: NEURON's own (RT/F) w/R plus diffusion's charge
    phi  = I R F/RT RT/(F^2 G R M) - lj   field that carries it
    J_k  = D_k G (dc_k + z_k L_k phi)     ion flux, a to b

so F sum z J = I: what leaves one compartment arrives in the next and the charge that moves is the charge
that changes the voltage, in every compartment. Every flux vanishes where all electrochemical potentials
are level, whatever Ra is: with R = RT/(F^2 G M), the resistance that the ions themselves imply, this is
the Nernst-Planck flux; with any other, Ra sets the net current and the ions' mobilities the mixing.

Qian N, Sejnowski TJ (1989) Biol Cybern 62:1-15 (electrodiffusion in branching cables); Scharfetter DL,
Gummel HK (1969) IEEE Trans Electron Devices 16:64-77 (fluxes exact at equilibrium).

Units: um2/ms, um, mM, mV, MOhm; fluxes mM um3/ms (1e-18 mol/ms), currents nA.
"""

from itertools import pairwise

import numpy as np
import scipy.sparse as sp

from .engine import SegmentVariable
from .errors import InputError
from .parameters import VALENCE
from .theory import FARADAY, thermal_voltage

MODES = ("electrodiffusion", "diffusion", "none")
SERIES = 1e-6  # x^2 up to which x/atanh(x) is taken from its series; the next term is below 1e-18
CHARGE = 1e-6 * FARADAY  # nA per mM um3/ms


def faces_of(sections, index_of) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Faces of a tree of sections: compartments a, b, resistance (MOhm) and diffusive conductance (um).

    index_of: mapping from NEURON's node index to the compartment's number. NEURON must have set up its
    tree (finitialize does).
    """
    arms: dict[int, list[tuple[int, float, float]]] = {}
    faces: list[tuple[int, int, float, float]] = []

    def join(node_a: int, node_b: int, resistance: float, ra: float) -> None:
        a, b = index_of.get(node_a), index_of.get(node_b)
        shape = 1e-2 * ra / resistance  # Ohm cm / MOhm = 1e-2 um
        if a is not None and b is not None:
            faces.append((a, b, resistance, shape))
        elif a is not None or b is not None:
            node, end = (node_b, a) if b is None else (node_a, b)
            arms.setdefault(node, []).append((end, 1 / resistance, shape))

    for sec in sections:
        near = int(sec.orientation())
        inner = list(sec) if near == 0 else list(sec)[::-1]
        chain = [sec(near), *inner, sec(1 - near)]
        for parent, child in pairwise(chain):
            join(parent.node_index(), child.node_index(), child.ri(), sec.Ra)
    for star in arms.values():
        electric = sum(arm[1] for arm in star)
        shape = sum(arm[2] for arm in star)
        for i, (a, ge, gs) in enumerate(star):
            for b, fe, fs in star[:i]:
                faces.append((a, b, electric / (ge * fe), gs * fs / shape))
    if not faces:
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0), np.zeros(0)
    a, b, resistance, shape = map(np.array, zip(*faces, strict=True))
    return a, b, resistance, shape


def _log_mean(ca, cb):
    """Logarithmic mean (ca - cb)/ln(ca/cb), with x = (ca - cb)/(ca + cb) and mean/(arithmetic mean)."""
    total = ca + cb
    # a trial state may hold a concentration below 0, where no such mean exists: keep it finite
    x = np.clip((ca - cb) / np.where(total == 0, 1.0, total), -1 + 1e-12, 1 - 1e-12)
    square = x * x
    # x/atanh(x); its quotient loses digits near 0, where the series is exact to round-off
    ratio = 1 - square * (1 / 3 + square * (4 / 45))
    steep = square > SERIES
    if steep.any():
        ratio[steep] = x[steep] / np.arctanh(x[steep])
    return 0.5 * total * ratio, x, ratio


def _log_mean_slopes(x, ratio):
    """Derivatives of the logarithmic mean by ca and by cb."""
    square = x * x
    slope = -x * (2 / 3 + square * (16 / 45))
    steep = square > SERIES
    slope[steep] = (ratio[steep] - ratio[steep] ** 2 / (1 - square[steep])) / x[steep]
    return 0.5 * (ratio + (1 - x) * slope), 0.5 * (ratio - (1 + x) * slope)


class AxialFlow:
    """Axial ion flow of one cell. Called by NEURON before every evaluation of its equations.

    mode: "electrodiffusion", "diffusion" (each ion by its own gradient; NEURON's current moves charge
    without ions, so local charge is not kept) or "none".
    """

    def __init__(self, cell, mode: str):
        if mode not in MODES:
            raise InputError(f"axial={mode!r}: expected one of {', '.join(MODES)}")
        self.mode = mode
        self.ions = cell.ions
        self.frozen = False
        nodes = {segment.node_index(): i for i, segment in enumerate(cell.segments)}
        self.a, self.b, self.resistance, self.shape = faces_of(cell.sections, nodes)
        size, count = cell.size, len(self.a)
        face = np.arange(count)
        signs = np.concatenate([-np.ones(count), np.ones(count)])
        # what flows a -> b leaves a and enters b
        self.incidence = sp.csr_matrix(
            (signs, (np.concatenate([self.a, self.b]), np.concatenate([face, face]))), shape=(size, count)
        )
        self.volume, self.area = cell.volume, cell.area
        self.valence = np.array([VALENCE[ion] for ion in self.ions], float)[:, None]
        self._voltage = SegmentVariable(cell.segments, "v")
        self._inside = [SegmentVariable(cell.segments, f"{ion}i") for ion in self.ions]
        self._arrival = [SegmentVariable(cell.segments, f"j{ion}_ions") for ion in self.ions]
        self._charge = SegmentVariable(cell.segments, "idiff_ions")
        self.density = np.zeros(size)  # diffusion's charge as it was last written (mA/cm2)
        self._concentration = np.empty((len(self.ions), size))
        for variable in (*self._arrival, self._charge):
            variable.set(0.0)  # nothing of a cell that these sections were before
        self.configure(cell.diffusion, cell.celsius)

    def configure(self, diffusion: dict[str, float], celsius: float) -> None:
        """Diffusion coefficients (um2/ms) by ion and temperature (degC)."""
        self.diffusion = np.array([[diffusion[ion]] for ion in self.ions])
        if self.mode == "electrodiffusion" and len(self.a) and not self.diffusion.any():
            raise InputError("every diffusion coefficient is 0; no ion could carry the axial current")
        self.vt = float(thermal_voltage(celsius))
        # RT/(F^2 G R): what the ions would have to conduct for R to be their own resistance (um2/ms mM)
        self._kappa = self.vt / (CHARGE * self.shape * self.resistance)

    def __call__(self) -> None:
        """Read voltages and concentrations from NEURON, write arrivals and diffusion's charge back."""
        if self.frozen or self.mode == "none":
            return
        for row, variable in zip(self._concentration, self._inside, strict=True):
            row[:] = variable.get()
        flux, current = self.flows(self._voltage.get(), self._concentration)
        for row, variable in zip(self.arrivals(flux), self._arrival, strict=True):
            variable.set(row)
        if self.mode == "electrodiffusion":
            self.density = self.charge_density(current)
            self._charge.set(self.density)

    def arrivals(self, flux: np.ndarray) -> np.ndarray:
        """dc/dt (mM/ms) of each ion in each compartment from fluxes over the faces."""
        return np.array([self.incidence @ row for row in flux]) / self.volume

    def charge_density(self, current: np.ndarray) -> np.ndarray:
        """Outward current density (mA/cm2) that stands for diffusion's charge leaving a compartment."""
        return -100.0 * (self.incidence @ current) / self.area  # nA/um2 = 100 mA/cm2

    def flows(self, v: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Ion fluxes (ions, faces) in mM um3/ms and diffusion's current (faces,) in nA, both a to b.

        v: (compartments,) mV; c: (ions, compartments) mM.
        """
        ca, cb = np.take(c, self.a, axis=1), np.take(c, self.b, axis=1)
        if self.mode == "diffusion":
            return self.diffusion * self.shape * (ca - cb), np.zeros(len(self.a))
        mean = _log_mean(ca, cb)[0]
        junction, _, driven = self._field(v, ca, cb, mean)
        flux = self.diffusion * self.shape * (ca - cb + self.valence * mean * (driven - junction))
        return flux, self.vt * junction / self.resistance

    def _field(self, v, ca, cb, mean):
        """Per face: liquid junction potential, the ions' conduction M, driving part of phi."""
        zd = self.valence * self.diffusion
        ionic = np.sum(self.valence * zd * mean, axis=0)
        junction = np.sum(zd * (ca - cb), axis=0) / ionic
        driven = self._kappa / ionic * ((v[self.a] - v[self.b]) / self.vt + junction)
        return junction, ionic, driven

    def derivatives(self, v: np.ndarray, c: np.ndarray):
        """Exact derivatives of `flows` by the states at the two ends of each face.

        Returns (by_v, by_c): by_v (ions + 1, 2, faces), by_c (ions + 1, ions, 2, faces). The last row is
        diffusion's current, the axis of length 2 the end of the face (a, b).
        """
        n, faces = len(self.ions), len(self.a)
        by_v, by_c = np.zeros((n + 1, 2, faces)), np.zeros((n + 1, n, 2, faces))
        conductance = self.diffusion * self.shape
        if self.mode == "diffusion":
            for k in range(n):
                by_c[k, k] = conductance[k] * np.array([[1.0], [-1.0]])
            return by_v, by_c
        ca, cb = np.take(c, self.a, axis=1), np.take(c, self.b, axis=1)
        mean, x, ratio = _log_mean(ca, cb)
        mean_a, mean_b = _log_mean_slopes(x, ratio)
        junction, ionic, driven = self._field(v, ca, cb, mean)
        kappa = self._kappa
        drift = conductance * self.valence * mean
        phi = driven - junction
        for end, sign, slope in ((0, 1.0, mean_a), (1, -1.0, mean_b)):
            by_v[:n, end] = drift * (sign * kappa / (ionic * self.vt))
            for j in range(n):
                zd = self.valence[j] * self.diffusion[j]
                d_ionic = self.valence[j] * zd * slope[j]
                d_junction = (sign * zd - junction * d_ionic) / ionic
                d_phi = (kappa * d_junction - driven * d_ionic) / ionic - d_junction
                by_c[:n, j, end] = drift * d_phi
                by_c[j, j, end] += conductance[j] * (sign + self.valence[j] * slope[j] * phi)
                by_c[n, j, end] = self.vt * d_junction / self.resistance
        return by_v, by_c

    def voltage_spread(self, v: np.ndarray, capacitance: np.ndarray) -> np.ndarray:
        """dV/dt (mV/ms) by NEURON's own axial current. v: mV, capacitance: uF/cm2, per compartment."""
        current = (np.take(v, self.a) - np.take(v, self.b)) / self.resistance
        return self.incidence @ current * (1e5 / (capacitance * self.area))  # nA / (uF/cm2 um2) = 1e5 mV/ms

    def voltage_coupling(self, capacitance: np.ndarray) -> sp.csr_matrix:
        """d(dV/dt)/dV (1/ms) of NEURON's own axial current. capacitance: (compartments,) uF/cm2."""
        # nA/mV / (uF/cm2 um2) = 1e5 /ms
        spread = sp.diags(1e5 / (capacitance * self.area)) @ self.incidence
        return (spread @ sp.diags(1 / self.resistance) @ -self.incidence.T).tocsr()
