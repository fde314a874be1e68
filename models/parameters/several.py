"""Files of several cells in one system: its tables, and how they are read."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import Field

from ..errors import InputError, unknown_name
from ..physics.ions import IONS
from .fields import Concentration, Conducting, Coordinate, Many, Ratio, Table, Temperature, checked
from .files import find, load, parse
from .per_ion import IonTable, for_each_ion
from .units import shown

LIBRARY = Path(__file__).resolve().parent / "junction" / "connexins.toml"


class Connexin(Table):
    """A connexin: what one open channel of it conducts between two cells with `salt` of a K+ salt of Cl-,
    and permeabilities over that of K+."""

    conductance: Conducting
    salt: Concentration
    na: Ratio
    cl: Ratio
    ca: Ratio
    mg: Ratio
    hco3: Ratio


@cache
def connexins() -> dict[str, Connexin]:
    """The connexins that are known, by name."""
    data = tomllib.loads(LIBRARY.read_text(encoding="utf-8"))
    return {name: Connexin(**table) for name, table in data.items()}


class Junction(Table):
    """A gap junction between two compartments of two cells: open channels of a connexin, or a conductance."""

    between: list[str] = Field(description="its two ends, each CELL.PLACE of one compartment")
    connexin: str = Field(
        "cx43", description="whose permeabilities it has, and whose channels are counted; cx43 or cx40"
    )
    conductance: Conducting | None = Field(
        None, description="of all of it, with what the cells hold when they start"
    )
    channels: Many | None = Field(None, description="instead: how many of the connexin's channels are open")
    permeability: dict[str, Any] = Field(
        default_factory=dict, description="of ions over that of K+, in place of the connexin's"
    )


class SystemCell(Table):
    """A cell of the system."""

    name: str = Field("", description="what results call it; left out: as its own file does")
    cell: str = Field(description="a shipped cell or a file of your own")
    position: list[Coordinate] | None = Field(
        None, description="of its middle, three lengths; spaces outside are open to each other over distances"
    )
    set: dict[str, Any] = Field(
        default_factory=dict, description="values in place of its file's, as --set takes them"
    )


@for_each_ion(ion_o=lambda ion: None)
class SharedBath(IonTable):
    """The bath of all cells, as far as it is another than their files'."""

    ion_o: Concentration | None = Field(None, description="{symbol} in the bath")
    impermeant: Concentration | None = Field(None, description="what else is dissolved there")


class SystemFile(Table):
    """Several cells in one system."""

    name: str = Field("", description="what results call the system; left out: the file's name")
    description: str = Field("", description="one line about it")
    celsius: Temperature | None = Field(None, description="of all cells; left out: as all their files say")
    outside: SharedBath = SharedBath.model_validate({})
    cell: list[SystemCell]
    junction: list[Junction] = Field(default_factory=list)
    path: Path


def is_system(cell: Any) -> bool:
    """Whether a name or path is that of a file of several cells."""
    if not isinstance(cell, str | Path) or not str(cell).lower().endswith(".toml"):
        return False
    try:
        return isinstance(parse(Path(cell)).get("cell"), list)
    except InputError:
        return False  # whoever reads it as a cell's says what is wrong with it


def read_system(given: str | Path) -> SystemFile:
    """The tables of a file of several cells, checked. InputError with the file and the key."""
    path = find(given, Path.cwd())
    data = load(path)
    data.setdefault("name", path.stem)
    for table in data["cell"]:
        own = table.get("cell") if isinstance(table, dict) else None
        if isinstance(own, str) and (path.parent / own).is_file():
            table["cell"] = str(path.parent / own)
    return checked(SystemFile, {**data, "path": path}, str(path))


def ratios(junction: Junction, where: str) -> dict[str, float]:
    """Permeabilities of the ions over that of K+; InputError for an unknown ion or number."""
    own = connexins()[junction.connexin]
    found = {"k": 1.0} | {ion: float(getattr(own, ion)) for ion in IONS if ion != "k"}
    for ion, value in junction.permeability.items():
        if ion not in IONS:
            raise unknown_name("ion", ion, IONS, f"{where}: permeability")
        try:
            number = float(value["value"] if isinstance(value, dict) else value)
        except (TypeError, ValueError, KeyError):
            number = -1.0
        if not 0 <= number <= 1e3:
            raise InputError(
                f"{where}: permeability.{ion} = {shown(value)}: expected a number from 0 to 1000, over K+'s"
            )
        found[ion] = number
    return found


def conducted(junction: Junction, where: str) -> tuple[float, float | None]:
    """What a junction conducts (nS) and, of channels that are counted, with how much KCl on both sides (mM);
    else None, with what the cells hold. InputError where it says both, or neither."""
    if junction.connexin not in connexins():
        raise unknown_name("connexin", junction.connexin, connexins(), where)
    if (junction.conductance is None) == (junction.channels is None):
        raise InputError(f"{where}: expected one of conductance and channels")
    if junction.conductance is not None:
        return float(junction.conductance), None
    own = connexins()[junction.connexin]
    assert junction.channels is not None
    return float(junction.channels) * float(own.conductance), float(own.salt)
