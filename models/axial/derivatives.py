"""Derivatives of the flow along a cell, to round-off, by complex steps.

Squire W, Trapp G (1998) SIAM Rev 40:110-112, doi:10.1137/S003614459631241X
"""

import numpy as np

from ..physics.flux import flows
from .electrodiffusion import AxialFlow
from .reading import BESIDE, VOLUME

TINY = 1e-40  # step of the complex-step derivative; its square vanishes, so nothing is cancelled


def derivatives(flow: AxialFlow, state: np.ndarray) -> np.ndarray:
    """Derivatives of fluxes and current by the states at the two ends of each face.

    state: (kinds, compartments). Returns (fluxes and current, kinds, 2 ends, faces).
    """
    ends = state[:, flow.a].astype(complex), state[:, flow.b].astype(complex)
    meeting = flow.meeting_at(state).astype(complex)
    found = np.empty((_flows(flow), len(flow.kinds), 2, len(flow.a)))
    for kind in range(len(flow.kinds)):
        for end in (0, 1):
            if kind == 0 and end == 1:  # only the difference of V counts
                found[:, 0, 1] = -found[:, 0, 0]
                continue
            ends[end][kind] += 1j * TINY
            found[:, kind, end] = _slopes(flow, ends, meeting)
            ends[end][kind] = ends[end][kind].real
    return found


def swelling(flow: AxialFlow) -> list[tuple[str, int, float]]:
    """The states by which arms swell that meet in a branch point: its kind, where they meet (0 inside, 1
    outside), and by how much they do per relative volume."""
    if not (flow.options.osmotic and len(flow.faces.star_arm)):
        return []
    outside = flow.lateral and flow.medium.ratio > 0
    found = [(VOLUME, 0, 1.0)] + ([(VOLUME, 1, -flow.medium.ratio)] if outside else [])
    return found + ([(BESIDE, 1, -flow.medium.beside)] if BESIDE in flow.kinds else [])


def by_meeting(flow: AxialFlow, state: np.ndarray) -> np.ndarray:
    """Derivatives of fluxes and current by what an arm that is none of a face's own conducts more (um) by
    each of `swelling`, (fluxes and current, swelling, faces). state: as in `derivatives`."""
    ends, by = (state[:, flow.a].astype(complex), state[:, flow.b].astype(complex)), swelling(flow)
    found = np.empty((_flows(flow), len(by), len(flow.a)))
    for i, (_, where, share) in enumerate(by):
        meeting = flow.meeting_at(state).astype(complex)
        meeting[where] += 1j * TINY
        found[:, i] = share * _slopes(flow, ends, meeting)
    return found


def _flows(flow: AxialFlow) -> int:
    """How many flows there are, the current among them."""
    return len(flow.ions) * (1 + flow.lateral) + 1


def _slopes(flow: AxialFlow, ends: tuple[np.ndarray, np.ndarray], meeting: np.ndarray) -> np.ndarray:
    """Fluxes and current by what is TINY and imaginary, (fluxes and current, faces)."""
    flux, current = flows(*ends, flow.face, meeting, flow.ion, flow.options, flow.medium)
    return np.vstack([flux.imag, current.imag[None]]) / TINY
