"""Cells ready to use: built, and balanced so that the wanted resting state is at rest."""

from pathlib import Path
from typing import Any

from .balance import balance, feed
from .cell import pumps
from .cell.cell import Cell
from .cell.changes import channel_strengths
from .cell.contents import osmolarity_outside
from .cell.light import in_the_dark
from .errors import InputError, unknown_name, warn_of
from .parameters import Parameters, read_parameters, with_values
from .parameters.several import is_system
from .physics.electroneutrality import check_water
from .sharing import share_by_reversal
from .simulator import runtime

OPTIONS = (
    *("morphology", "scale_morphology", "repair", "max_compartment_length", "sections", "carries"),
    *("axial", "volume", "outside", "mechanisms", "progress"),
)


def make_cell(
    cell: str | Path | Parameters = "neuron", *, set: dict[str, Any] | None = None, **options: Any
) -> Cell:
    """A balanced cell from a shipped name ("neuron", "muscle", "stylised"), a TOML file or `Parameters`.

    set: values in place of the file's, by the keys of its tables, {"inside.nai": "12 mM",
    "balance.chloride_share": 0.3, "region.apical.ko": "4 mM", "channel.pl_kir.gbar": "0.5 mS/cm2"}; numbers
    without a unit are in the key's own.

    The options are

    morphology: built-in name, or path of an .swc or .asc file.
    scale_morphology: factor that makes um of the file's numbers, above 0.
    repair: mend an .swc file, and say what was changed.
    max_compartment_length: um; each section is cut into equal compartments no longer than that.
    sections: NEURON sections the caller has built; whole cells.
    carries: which ions carry a non-specific current, {"il_hh": "k"}, {"i_pas": {"k": 0.65, "na": 0.35}} or,
    in the shares that its reversal potential says, {"i_pas": "balance"}.
    axial: "electrodiffusion", "diffusion" or "none".
    volume: "fixed" or "osmotic".
    outside: "bath", "shell" or "closed"; left out, what the cell's file says, else "bath".
    mechanisms: folders with .mod files of the caller's own.
    progress: called with how much is done, 0 to 1, and what is being done.

    Raises InputError where something given cannot be used, BalanceError where no membrane has the wanted
    rest, EngineError where NEURON or its mechanisms cannot be used; each says why in one sentence. What else
    should be known of the cell is warned of (PumpleakWarning) and stays in its `warnings`.
    """
    if not isinstance(cell, Parameters) and is_system(cell):
        raise InputError(f"{cell}: has several [[cell]] tables; expected a cell, or Cells({str(cell)!r})")
    for name in options:
        if name not in OPTIONS:
            raise unknown_name("option", name, OPTIONS)
    known = with_values(cell, set) if isinstance(cell, Parameters) else read_parameters(cell, set)
    made = Cell(known, **options)
    if made.glia is not None and made.before_glia is not None:
        made.write()
        with made.before_glia.resting():
            _find_membrane(made.glia)
    _find_membrane(made)
    # so that NEURON's own run starts from the balanced cell too, by the integrator that axial ion flow needs
    runtime.reset(made.celsius)
    made.write()
    warn_of(made.warnings)
    return made


def _find_membrane(made: Cell) -> None:
    """Balance a cell as its file asks, in the dark."""
    with in_the_dark(made):
        _find_in_the_dark(made)


def _find_in_the_dark(made: Cell) -> None:
    share_by_reversal(made)
    idle = _idle_channels(made)
    made.warnings += [f"{name}: its strength is 0 everywhere, so it has no effect" for name in sorted(idle)]
    if made.parameters.balance is not None:
        added = {channel.mechanism for channel in made.parameters.channel if not channel.balanced} - idle
        with made.changed(scale=dict.fromkeys(added, 0)):
            balance(made)
            found = made.strength
        made.strength = found
        if made.osmotic:
            inside = sum(made.start[ion] for ion in made.ions) + made.impermeant
            check_water(inside, osmolarity_outside(made), made.name)
    feed(made)
    made.conditions = made.conditions.with_(**pumps.mutated(made.parameters.pump))
    _check_charge(made)


def _idle_channels(cell: Cell) -> set[str]:
    """The channels of a cell's file whose strength is 0 everywhere."""
    names = {channel.mechanism for channel in cell.parameters.channel}
    strengths = {name: channel_strengths(cell, name) for name in names}
    return {name for name, own in strengths.items() if own and not any(values.any() for _, values in own)}


def _check_charge(cell: Cell) -> None:
    """InputError unless K+ and the impermeant anion that close the charge balance are positive."""
    k, na, cl = (float(cell.start[ion].min()) for ion in ("k", "na", "cl"))
    if k <= 0 or (cell.anion < 0).any():
        raise InputError(
            f"{cell.parameters.path}: inside: nai {na:g}, ki {k:g} and cli {cl:g} mM leave "
            f"{cell.anion.min():g} mM of impermeant anion; expected positive K+ and anion, so lower cli "
            "or raise ki"
        )


def Neuron(cell: str | Path = "neuron", **options: Any) -> Cell:
    """The pyramidal neuron, by default on the reconstruction that ships with NEURON. As `make_cell`, which
    says what it takes and raises."""
    return make_cell(cell, **options)


def Muscle(cell: str | Path = "muscle", **options: Any) -> Cell:
    """The skeletal muscle fibre. As `make_cell`, which says what it takes and raises."""
    return make_cell(cell, **options)
