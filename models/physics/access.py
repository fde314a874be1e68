"""Closed forms of a pipette on a cell: how fast what it holds exchanges through its tip."""

from collections.abc import Mapping

from .ions import VALENCE
from .theory import FARADAY, thermal_voltage

NANOAMPERE = 1e-6 * FARADAY  # nA of 1 mM um3/ms of a monovalent ion


def passages(
    resistance: float, relative: Mapping[str, float], solution: Mapping[str, float], celsius: float
) -> dict[str, float]:
    """What an opening lets through of each ion per concentration (um3/ms), by its resistance.

    resistance: MOhm, with the solution on both sides. relative: by ion its diffusion coefficient or its
    permeability, of any one unit. solution: mM by ion. celsius: degC.

    Of an open tip it is D/g, where g, the tip's length over its cross-section, is resistance over the
    resistivity that the ions' mobilities give the solution, R T/(F^2 sum z^2 D c): Oliva C, Cohen IS, Mathias
    RT (1988) Biophys J 54:791-799; Pusch M, Neher E (1988) Pfluegers Arch 411:204, doi:10.1007/BF00582316.
    """
    conducts = sum(VALENCE[ion] ** 2 * relative[ion] * c for ion, c in solution.items())
    scale = thermal_voltage(celsius) / (resistance * NANOAMPERE * conducts)
    return {ion: float(one * scale) for ion, one in relative.items()}


def exchange_time(volume: float, passage: float) -> float:
    """Time constant (ms) with which a small cell's concentration of an ion goes to the pipette's: V g/D.

    volume: um3. passage: of `passages`. Oliva et al. 1988, as there. It is that of an ion which is scarce
    beside the others; of one that is not, the tip's potential has a part.
    """
    return volume / passage
