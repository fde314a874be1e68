"""What an experiment may change in a cell that has been made (`--set`): one record each."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import InputError, unknown_name
from ..physics.ions import IONS
from .fields import Table, kind_of
from .pump_table import Isoform, Pump
from .pumps import DRUGS, HORMONES, ISOFORMS, OF_MECHANISM, SITES
from .tables import AxialIons, Balance, Electrical, Inside, Morphology, Outside, Space
from .units import parse_number
from .water_table import Water


@dataclass(frozen=True)
class Made:
    """How a cell was made, as far as settings may be void for it.

    axial, outside: its options
    exchanges: whether the outside exchanges ions with a bath
    osmotic: whether water flows
    lateral: whether ions move between its spaces outside
    energy: whether ATP is a state
    """

    axial: str
    outside: str
    exchanges: bool
    osmotic: bool
    lateral: bool
    energy: bool


@dataclass(frozen=True)
class Need:
    """Without what a setting is void.

    words: what it is, for the reference
    met: whether a cell has it
    without: what is so in one that has it not, {outside} for its option
    """

    words: str
    met: Callable[[Made], bool]
    without: str


AXIAL = Need(
    'axial = "diffusion" or "electrodiffusion"',
    lambda made: made.axial != "none",
    'where no ions move along the cell (axial = "none")',
)
SPACE = Need(
    'outside = "shell" or "closed"',
    lambda made: made.outside != "bath",
    'where the outside is a bath; give outside = "shell" or "closed"',
)
MADE = Need(
    "energy.followed = true",
    lambda made: made.energy,
    "where ATP is no state; give energy.followed = true in the cell's file",
)
GIVEN = Need(
    "ATP that is no state",
    lambda made: not made.energy,
    "where ATP is a state (energy.followed); change what makes it, oxygen",
)
SHELL = Need(
    'outside = "shell"',
    lambda made: made.exchanges,
    'where the outside is "{outside}"; only a shell exchanges with the bath',
)
OSMOTIC = Need(
    'volume = "osmotic"',
    lambda made: made.osmotic,
    'where the volume is fixed; give volume = "osmotic"',
)
OSMOTIC_OR_SPACE = Need(
    'volume = "osmotic", or outside = "shell" or "closed"',
    lambda made: made.osmotic or made.outside != "bath",
    'on a cell of fixed volume in a bath; give volume = "osmotic"',
)
LATERAL = Need(
    "spaces outside between which ions move",
    lambda made: made.lateral,
    "where no ions move between the spaces outside",
)


@dataclass(frozen=True)
class Setting:
    """One parameter that an experiment may change.

    name: as in `--set name=value`
    table: of the file where the cell has it from
    unit: in which it is where none is given
    low, high: its range in that unit
    above: whether `low` itself is left out
    meaning: in words
    attribute, key: where it goes, the attribute of the cell's conditions and, of a mapping, the key in it
    ion: the ion whose it is, if any
    needs: without which it is void
    """

    name: str
    table: str
    unit: str
    low: float
    high: float
    above: bool
    meaning: str
    attribute: str
    key: str | None = None
    ion: str | None = None
    needs: tuple[Need, ...] = ()

    def parse(self, value: Any) -> float:
        """The number meant by `--set name=value`: in its own unit, or with a unit ("8 mM"). InputError."""
        return parse_number(self.name, value, self.unit, self.low, self.high, self.above)

    def void(self, made: Made) -> str:
        """Why changing it would change nothing in a cell made so; "" where it does."""
        lacking = next((need for need in self.needs if not need.met(made)), None)
        return "" if lacking is None else lacking.without.format(outside=made.outside)


def _of(table: str, section: type[Table], field: str, **where: Any) -> Setting:
    """The record of a setting that is a key of the file: its kind and meaning are the schema's."""
    info = section.model_fields[field]
    kind = kind_of(info)
    assert kind is not None, field
    own = {"name": field, "meaning": _meaning(section, field)} | where
    return Setting(table=table, unit=kind.unit, low=kind.low, high=kind.high, above=kind.above, **own)


def _meaning(section: type[Table], field: str) -> str:
    """What a key means, without what counts where a file leaves it out."""
    return (section.model_fields[field].description or "").split("; left out")[0]


def _records() -> list[Setting]:
    found = [_of("electrical", Electrical, "celsius", attribute="celsius")]
    for ion in IONS:
        own = {"key": ion, "ion": ion}
        found += [_of("outside", Outside, f"{ion}o", attribute="outside", **own)]
        found += [_of("diffusion", AxialIons, f"d{ion}", attribute="diffusion", needs=(AXIAL,), **own)]
    for field in ("impermeant", "impermeant_valence"):
        found += [_of("outside", Outside, field, attribute=field, needs=(OSMOTIC_OR_SPACE,))]
    found += [
        _of("water", Water, "water_permeability", attribute="water_permeability", needs=(OSMOTIC,)),
        _of("space", Space, "volume_fraction", attribute="volume_fraction", needs=(SPACE,)),
        _of("space", Space, "exchange_rate", attribute="exchange_rate", needs=(SHELL,)),
    ]
    left = "ATP that is left, of that at rest; ADP, AMP, phosphate and phosphocreatine go with it"
    fed = "supply of what makes ATP, of that at rest: 0 in anoxia"
    found += [
        Setting("energy", "energy", "1", 0.0, 1.0, True, left, "energy", needs=(GIVEN,)),
        Setting("oxygen", "energy", "1", 0.0, 1e3, False, fed, "oxygen", needs=(MADE,)),
    ]
    for ion in (ion for ion in IONS if not IONS[ion].further):
        own = {"key": ion, "ion": ion}
        found += [_of("space", Space, f"rate{ion}", attribute="rates", needs=(SHELL,), **own)]
    lateral = {"attribute": "tortuosity_outside", "needs": (SPACE, LATERAL)}
    return [
        *found,
        _of("diffusion", AxialIons, "tortuosity", attribute="tortuosity", needs=(AXIAL,)),
        _of("space", Space, "tortuosity_outside", **lateral),
        *_of_pump(),
    ]


def _of_pump() -> list[Setting]:
    found = []
    for key in Pump.model_fields:
        if key not in ("law", "imax", "species", "isoform", *OF_MECHANISM):
            found += [_of("pump", Pump, key, attribute="pump", key=key)]
    for alpha in ISOFORMS:
        for site in SITES:
            name, meaning = f"{alpha}_{site}", f"{alpha}: {_meaning(Isoform, site)}"
            found += [_of("pump", Isoform, site, name=name, meaning=meaning, attribute="pump", key=name)]
        name, meaning = f"{alpha}_activity", f"factor on the cycles of {alpha}, as of a mutation"
        found += [Setting(name, "pump", "1", 0.0, 1e3, False, meaning, "pump", name)]
    for name in (*DRUGS, *HORMONES):
        meaning = f"dose of {name} in the bath (law = isoforms)"
        found += [Setting(name, "pump", "mM", 0.0, 1e3, False, meaning, "pump", name)]
    return found


SETTINGS: dict[str, Setting] = {record.name: record for record in _records()}
# keys that only a cell's file has, and their tables
OF_FILE = {
    key: name
    for name, table in (
        ("morphology", Morphology),
        ("electrical", Electrical),
        ("balance", Balance),
        ("inside", Inside),
    )
    for key in table.model_fields
    if key not in SETTINGS
}


def setting(name: str, cell: str = "...") -> Setting:
    """The record of what `--set` may change; InputError for a name that nothing has.

    cell: what the cell in hand is made of, for the sentence that sends the user there: '"muscle"'.
    """
    if name in SETTINGS:
        return SETTINGS[name]
    if "." in name:
        raise InputError(
            f"{name} is a value of the cell's file, from which the cell is made; give it there, "
            f'make_cell({cell}, set={{"{name}": ...}})'
        )
    if name in OF_FILE:
        raise InputError(
            f"unknown parameter {name!r}: a value of the cell's file is named with its table, "
            f"{OF_FILE[name]}.{name}, and given where the cell is made"
        )
    raise unknown_name("parameter", name, SETTINGS)


def parse_setting(name: str, value: Any, cell: str = "...") -> float:
    """The number meant by `--set name=value`, in the setting's own unit. InputError for an unknown name (see
    `setting`) or an impossible value."""
    return setting(name, cell).parse(value)
