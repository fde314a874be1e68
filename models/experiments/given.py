"""The cell that an experiment is done on, whatever was given for it."""

from pathlib import Path
from typing import Any

from ..cell.cell import Cell
from ..cell.several import SeveralCells
from ..errors import InputError
from ..parameters import Parameters
from ..parameters.arguments import named, shown
from ..parameters.files import called
from ..parameters.overrides import split
from ..parameters.settings import setting
from ..systems import make

Given = Cell | Parameters | str | Path


def cell_and_settings(
    given: Given, set: Any, options: dict[str, Any], several: bool = False
) -> tuple[Cell, dict[str, Any]]:
    """The cell (see `cell_of`), made with what `set` says of its file ("inside.nai"), and the rest of `set`,
    by which the experiment changes it."""
    if isinstance(given, SeveralCells):
        return cell_of(given, options, several), named("set", set)
    of_file, settings = split(set)
    if of_file and isinstance(given, Cell):
        setting(min(of_file), called(given.parameters.path))  # says where such a value is given
    return cell_of(given, options | ({"set": of_file} if of_file else {}), several), settings


def cell_of(given: Given, options: dict[str, Any], several: bool = False) -> Cell:
    """The cell itself, or the one that `options` (see `make_cell`) make of a name, a file or parameters.

    several: whether several cells in one system will do. InputError for anything else, for a cell that cannot
    be run any more, and for options with a cell, which stays as it was made.
    """
    found = _cell_of(given, options)
    if isinstance(found, SeveralCells) and not several:
        raise InputError(
            f"{found.name} is several cells in one system; this is asked of one cell alone, unlike rest, "
            "block and run"
        )
    return found


def _cell_of(given: Given, options: dict[str, Any]) -> Cell:
    if isinstance(given, Cell):
        if options:
            raise InputError(
                f"{given.name}: a cell stays as it was made; give {', '.join(options)} where it is made"
            )
        given.check_unchanged()
        return given
    if isinstance(given, Parameters | str | Path):
        return make(given, **options)
    raise InputError(f"expected a cell, its name or a TOML file, got {shown(given)}")
