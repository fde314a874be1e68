"""Several cells in one system: made from a file with [[cell]] tables, or from cells in Python."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from .axial.junctions import permeability
from .cell.cell import Cell
from .cell.openings import Joint
from .cell.several import SeveralCells
from .cells import make_cell
from .errors import InputError, unknown_name, warn_of
from .parameters import Parameters, read_parameters
from .parameters.arguments import named
from .parameters.fields import checked
from .parameters.several import (
    Junction,
    SystemCell,
    SystemFile,
    conducted,
    is_system,
    ratios,
    read_system,
)
from .parameters.units import shown
from .physics.ions import IONS, VALENCE
from .physics.theory import thermal_voltage
from .simulator import runtime

OPTIONS = ("axial", "volume", "outside", "mechanisms", "max_compartment_length", "progress")
NAME = re.compile(r"[A-Za-z0-9_-]+")


def make(given: str | Path | Parameters, *, set: dict[str, Any] | None = None, **options: Any) -> Cell:
    """A cell, or several in one system where `given` is a file with [[cell]] tables. As `make_cell`; set then
    has the name of a cell before each key, {"a.inside.nai": "12 mM"}."""
    if isinstance(given, Parameters) or not is_system(given):
        return make_cell(given, set=set, **options)
    return _of_file(read_system(given), named("set", set), options)


def Cells(
    cells: str | Path | Sequence[Cell | str | Path | Parameters | Mapping[str, Any]],
    junctions: Sequence[Mapping[str, Any]] = (),
    *,
    name: str = "system",
    positions: Mapping[str, Sequence[float]] | None = None,
    **options: Any,
) -> SeveralCells:
    """Several cells in one system, joined by gap junctions.

    cells: a file with [[cell]] tables, and then only `options`; or a list of cells that have been made, each
    of another name, which are afterwards parts of the system, and of names, files or tables as of a [[cell]],
    {"name": "a", "cell": "hek293", "set": {...}}, that are made here with `options` (see `make_cell`).
    junctions: tables as of a [[junction]], {"between": ["a.soma(0.5)", "b.soma(0.5)"], "conductance": "5 nS"}
    or with {"connexin": "cx43", "channels": 100}.
    positions: of cells by name (um), where spaces outside are open to each other.

    Raises InputError where the cells cannot stand in one system (bath, temperature, space outside), for an
    unknown cell or place, and for a junction of a cell with itself; as `make_cell` for cells that are made.
    """
    if isinstance(cells, str | Path) and is_system(cells):
        return _of_file(read_system(cells), {}, options)
    if isinstance(cells, str | Path | Cell | Mapping) or len(list(cells)) < 2:
        raise InputError("cells: expected a list of two or more, or a file with [[cell]] tables")
    made: dict[str, Cell] = {}
    where: dict[str, np.ndarray] = {}
    for i, one in enumerate(cells):
        table = one if isinstance(one, Mapping) else None
        label = f"cells[{i}]"
        if isinstance(one, Cell):
            if options:
                raise InputError(
                    f"{label}: it stays as it was made; give {', '.join(options)} where it is made"
                )
            _add(made, one.name, one, label)
            continue
        if isinstance(one, Parameters):
            _add(made, one.name, make_cell(one, **options), label)
            continue
        own = checked(SystemCell, dict(table) if table is not None else {"cell": str(one)}, label)
        _add_made(made, where, own, {}, options, label)
    for label, place in (positions or {}).items():
        where[label] = _place([float(value) for value in place], f"positions: {label}")
    tables = [checked(Junction, dict(one), f"junctions[{i}]") for i, one in enumerate(junctions)]
    return _system(name, made, where, tables, "junctions")


def _of_file(file: SystemFile, given: dict[str, Any], options: dict[str, Any]) -> SeveralCells:
    """The system of a file. given: values in place of its cells' files, by cell and key."""
    if len(file.cell) < 2:
        raise InputError(f"{file.path}: cell: expected two [[cell]] tables or more")
    shared = {f"outside.{key}": value for key, value in file.outside if value is not None}
    if file.celsius is not None:
        shared["electrical.celsius"] = file.celsius
    options = {key: value for key, value in options.items() if value not in (None, False, [], ())}
    for key in options:
        if key not in OPTIONS:
            raise InputError(
                f"{file.path}: {key}: each of several cells has its own; expected it in their files"
            )
    made: dict[str, Cell] = {}
    where: dict[str, np.ndarray] = {}
    for i, own in enumerate(file.cell):
        _add_made(made, where, own, shared, options, f"{file.path}: cell[{i}]", given)
    for key in given:
        if key.partition(".")[0] not in made:
            raise unknown_name("cell", key.partition(".")[0], made, f"set {key}")
    return _system(file.name, made, where, file.junction, f"{file.path}: junction")


def _add_made(
    made: dict[str, Cell],
    where: dict[str, np.ndarray],
    own: SystemCell,
    shared: Mapping[str, Any],
    options: Mapping[str, Any],
    label: str,
    given: Mapping[str, Any] | None = None,
) -> None:
    """Make a cell of a table and add it. shared: values of all cells' files; given: by cell and key."""
    try:
        known = read_parameters(own.cell)
        name = own.name or known.name
        mine = {
            key.removeprefix(f"{name}."): value
            for key, value in (given or {}).items()
            if key.startswith(f"{name}.")
        }
        others = {f"outside.{ion}o" for ion in IONS if ion not in known.ions}
        common = {key: float(value) for key, value in shared.items() if key not in {*own.set, *others}}
        cell = make_cell(own.cell, set={**common, **own.set, **mine} or None, **options)
    except InputError as error:
        raise InputError(f"{label}: {error}") from None
    _add(made, name, cell, label)
    if own.position is not None:
        where[name] = _place([float(value) for value in own.position], f"{label}: position")


def _add(made: dict[str, Cell], name: str, cell: Cell, where: str) -> None:
    if not NAME.fullmatch(name):
        raise InputError(f"{where}: name {name!r}: expected letters, digits, - and _")
    if name in made:
        raise InputError(f"{where}: two cells are called {name!r}; give each a name of its own")
    made[name] = cell


def _place(values: Sequence[float], where: str) -> np.ndarray:
    found = np.array(values, float)
    if found.shape != (3,) or not np.isfinite(found).all():
        raise InputError(f"{where}: expected three lengths (um), x, y and z, got {shown(list(values))}")
    return found


def _system(
    name: str,
    cells: Mapping[str, Cell],
    positions: Mapping[str, np.ndarray],
    junctions: Sequence[Junction],
    where: str,
) -> SeveralCells:
    for label in positions:
        if label not in cells:
            raise unknown_name("cell", label, cells, "positions")
    firsts = dict(zip(cells, np.cumsum([0] + [one.size for one in cells.values()]), strict=False))
    joints = [_joint(cells, firsts, one, f"{where}[{i}]") for i, one in enumerate(junctions)]
    names = [joint.name for joint in joints]
    for joint in joints:
        if names.count(joint.name) > 1:
            raise InputError(
                f"{where}: {joint.name} is given twice; expected one junction between two places"
            )
    runtime.flush()
    system = SeveralCells(name, cells, joints, positions)
    runtime.reset(system.celsius)
    system.write()
    warn_of(system.warnings)
    return system


def _joint(cells: Mapping[str, Cell], firsts: Mapping[str, int], junction: Junction, where: str) -> Joint:
    """A junction of a table; InputError where there is none such."""
    if len(junction.between) != 2:
        raise InputError(f'{where}: between: expected two places, ["a.soma(0.5)", "b.soma(0.5)"]')
    ends = [_end(cells, place, f"{where}: between") for place in junction.between]
    (one, at), (other, to) = ends
    if one == other:
        raise InputError(f"{where}: between: both ends are in {one}; a junction joins two cells")
    conductance, salt = conducted(junction, where)
    every = ratios(junction, where)
    ions = [ion for ion in cells[one].ions if ion in cells[other].ions and every[ion] > 0]
    own = np.array([every[ion] for ion in ions])
    valence = np.array([VALENCE[ion] for ion in ions], float)
    if salt is None:
        c = np.array([0.5 * (cells[one].start[ion][at] + cells[other].start[ion][to]) for ion in ions])
    else:
        c = np.array([salt if ion in ("k", "cl") else 0.0 for ion in ions])
        if "cl" not in ions:  # which carries its part in the measurement all the same
            own, valence, c = (np.append(a, b) for a, b in ((own, every["cl"]), (valence, -1.0), (c, salt)))
    if not float((valence**2 * own) @ c) > 0:
        raise InputError(f"{where}: no ion that both cells have passes it")
    vt = float(thermal_voltage(cells[one].conditions.reference))
    strength = permeability(conductance, own, valence, c, vt)
    first, second = int(firsts[one]) + at, int(firsts[other]) + to
    name = f"{_named(cells, one, at)} to {_named(cells, other, to)}"
    passes = {ion: strength * every[ion] for ion in ions}
    return Joint(name, first, second, conductance, passes)


def _named(cells: Mapping[str, Cell], label: str, at: int) -> str:
    return f"{label}.{cells[label].geometry.name_of(at)}"


def _end(cells: Mapping[str, Cell], place: str, where: str) -> tuple[str, int]:
    """The cell and its compartment that a place means."""
    label, dot, rest = place.partition(".")
    if label not in cells:
        raise unknown_name("cell", label, cells, where)
    if not dot or not rest:
        raise InputError(f"{where}: {place!r}: expected CELL.PLACE, such as {label}.soma(0.5)")
    found = cells[label].geometry.where(rest)
    if len(found) != 1:
        raise InputError(
            f"{where}: {place!r} means {len(found)} compartments; expected one, such as {place}(0.5)"
            if "(" not in rest
            else f"{where}: {place!r} means {len(found)} compartments; expected one"
        )
    return label, int(found[0])
