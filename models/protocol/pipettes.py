"""A pipette on a cell: what passes its tip, or the pores of a perforated patch, and what it holds."""

import math
from typing import NamedTuple

from ..cell.cell import Cell
from ..cell.stimuli import Stimulus
from ..errors import InputError
from ..physics.access import passages
from ..physics.theory import thermal_voltage
from .tables import Pipette

IONS = ("na", "k", "cl")
# permeabilities relative to K+. Gramicidin: measured on such patches of ventricular myocytes, Cs 1.11, K 1,
# Na 0.65, no Cl-: (1996) Am J Physiol 271:C524, doi:10.1152/ajpcell.1996.271.2.C524. The polyenes discern
# cations weakly: Hartsel et al. (1994) Eur Biophys J 23:125, doi:10.1007/BF00208866; Cl- a tenth: assumed (no
# number was found; looked for in Horn & Marty 1988 J Gen Physiol 92:145, Rae et al. 1991 J Neurosci Methods)
PORES = {
    "gramicidin": {"na": 0.65, "k": 1.0, "cl": 0.0},
    "amphotericin": {"na": 1.0, "k": 1.0, "cl": 0.1},
    "nystatin": {"na": 1.0, "k": 1.0, "cl": 0.1},
}
FELT = 0.5  # mV across the tip at the end that are told of


class OnCell(NamedTuple):
    """A pipette on a cell, and what should be known of it."""

    stimulus: Stimulus
    remarks: list[str]


def put_on(table: Pipette, cell: Cell, what: str) -> OnCell:
    """Put a pipette on a cell, not yet open. InputError where that cannot be, or a key has no effect."""
    places = cell.where(table.where)
    if len(places) != 1:
        one = cell.geometry.name_of(int(places[0]))
        raise InputError(
            f"where = {table.where!r}: has {len(places)} compartments; expected one, such as {one}"
        )
    _check_commands(table)
    place = int(places[0])
    relative = PORES[table.perforated] if table.perforated else _diffusion(cell)
    solution, anions = _solution(table, cell, place, relative["cl"] > 0)
    through = passages(float(table.access_resistance), relative, solution, cell.celsius)
    made = Stimulus(cell, what, "pl_pipette", places)
    made.give({"clamped": float(table.voltage is not None)})
    made.give({f"p{ion}": through[ion] for ion in IONS} | {f"{ion}p": solution[ion] for ion in IONS})
    return OnCell(made, _remarks(cell, what, solution, anions))


def _check_commands(table: Pipette) -> None:
    if table.voltage is not None and table.current is not None:
        raise InputError("current has no effect beside voltage; expected one of the two")
    own, other = ("voltage", "current") if table.voltage is not None else ("current", "voltage")
    for number, step in enumerate(table.step, start=1):
        if getattr(step, other) is not None or getattr(step, own) is None:
            raise InputError(f"step {number}: expected {own}, as of the pipette itself")


def _diffusion(cell: Cell) -> dict[str, float]:
    """Coefficients in water (um2/ms), of which the temperature changes all alike."""
    return {ion: cell.conditions.diffusion[ion] for ion in IONS}


def _solution(table: Pipette, cell: Cell, place: int, passes: bool) -> tuple[dict[str, float], float | None]:
    """What the pipette holds (mM), and by how much the negative charge that the compartment cannot lose is
    more than the pipette's (mM); None where Cl- does not pass, so that the cell keeps its own."""
    given: dict[str, float] = {ion: float(value) for ion, value in table.solution.items()}
    needed = ("na", "cl") if passes else ("na",)
    for ion in needed:
        if ion not in given:
            raise InputError(f"solution: {ion} is missing")
    if not passes and "cl" in given:
        raise InputError(f"solution: cl has no effect: {table.perforated} lets no Cl- through")
    inside = {ion: float(cell.start[ion][place]) for ion in IONS}
    if not passes:
        given["cl"] = inside["cl"]  # of no account
    fixed = inside["na"] + inside["k"] - inside["cl"]  # with all that does not pass the tip
    own = fixed - given["na"] + given["cl"]
    if "k" not in given:
        if own <= 0:
            raise InputError(
                f"solution: no K+ is left beside na and cl: the compartment's own anions are {fixed:.4g} mM; "
                "expected less na, or more cl"
            )
        given["k"] = own
    return given, own - given["k"] if passes else None


def _remarks(cell: Cell, what: str, solution: dict[str, float], anions: float | None) -> list[str]:
    """A sentence where the solution's anions are not the compartment's, which it cannot lose."""
    if anions is None:
        return []
    cations, fixed = solution["na"] + solution["k"], anions + solution["na"] + solution["k"] - solution["cl"]
    more = (fixed + math.sqrt(fixed**2 + 4 * cations * solution["cl"])) / (2 * cations)  # of cations, inside
    across = -float(thermal_voltage(cell.celsius)) * math.log(more)
    if abs(across) < FELT:
        return []
    return [
        f"{what}: the compartment keeps {anions:.4g} mM more of impermeant anions than the solution has and "
        f"ends with {more:.4g} times the pipette's cations and {across:.3g} mV across the tip (Donnan); "
        "without k in the solution there is none"
    ]
