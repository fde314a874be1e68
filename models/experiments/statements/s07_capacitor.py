"""How many ions a resting potential is."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ...cells import make_cell
from ...physics.ions import VALENCE
from ...physics.theory import AVOGADRO
from ..rest import rest
from .bench import Bench
from .finding import FAILS, HOLDS, LIMITED, Finding, Line, Panel, Statement

CELL = "muscle"
DIAMETERS = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)  # um, from the thinnest axon to a muscle fibre
SMALL, SOME = 0.01, 0.1  # shares of the cell's ions
CUBIC_MICRON = 1e-15  # litres


def try_it(bench: Bench) -> Finding:
    """Ions in excess inside fibres of many diameters, counted from the concentrations at rest."""
    share, number = [], []
    for i, diameter in enumerate(DIAMETERS):
        bench.told(i / len(DIAMETERS), f"{diameter:g} um")
        file = bench.of_file | {"morphology.diameter": f"{diameter} um", "morphology.length": "1000 um"}
        cell = make_cell(CELL, set=file, max_compartment_length=1000.0)
        found = rest(cell)
        # what K+, Na+ and Cl- carry beyond the anions that cannot leave
        excess = sum(VALENCE[ion] * found.inside[ion] for ion in found.layout.ions) - cell.anion
        ions = sum(found.inside[ion] for ion in found.layout.ions) + cell.anion
        volume = found.layout.volume
        number.append(float(abs(excess @ volume)) * 1e-3 * CUBIC_MICRON * AVOGADRO)
        share.append(float(abs(excess @ volume) / (ions @ volume)))
    slope = float(np.polyfit(np.log(DIAMETERS), np.log(share), 1)[0])
    values = {
        "largest_share": max(share),
        "smallest_share": min(share),
        "fibre_10um_share": share[DIAMETERS.index(10.0)],
        "exponent_n": slope,
        "fibre_10um_ions_per_um": number[DIAMETERS.index(10.0)] / 1000.0,
    }
    limit = (
        f"one ion in {1 / values['fibre_10um_share']:,.0f} at 10 µm; the thinner the fibre, the more: one in "
        f"{1 / max(share):,.0f} at {DIAMETERS[0]:g} µm"
    )
    drawn = Line(list(DIAMETERS), share, "", "k", "line")
    title = "a capacitor of few ions: inversely as the diameter"
    return Finding(
        values, limit, [Panel(title, "diameter (µm)", "separated, of the cell's ions", [drawn], "xy")]
    )


def judge(values: Mapping[str, Any]) -> str:
    """By the criterion."""
    if values["largest_share"] >= SOME or abs(values["exponent_n"] + 1) > 0.02:
        return FAILS
    return HOLDS if values["largest_share"] < SMALL else LIMITED


STATEMENT = Statement(
    7,
    "The membrane is a capacitor, and the resting potential is separated charge",
    "the excess of ions inside fibres of 0.1 to 100 µm, counted from their concentrations at rest",
    "holds where fewer than one ion in 100 is separated at every diameter, inversely as the diameter "
    "within 2 %; "
    "within limits fewer than one in 10; else not",
    try_it,
    judge,
    {"of_file": {"electrical.capacitance": "1000 uF/cm2"}},
    "python run.py rest --cell muscle --set 'morphology.diameter=10 um'",
)
