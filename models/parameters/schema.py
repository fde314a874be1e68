"""The values of a cell type, all tables of a parameter file together."""

import hashlib
import json
import math
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from ..physics.ions import IONS
from ..physics.leaks import leak_of
from .activity_table import Activity
from .energy_table import Energy
from .fields import MechanismValue, Table
from .glia_tables import Glia, GlialBuffer, GlialSink
from .light_table import Light
from .pump_table import Pump
from .tables import (
    AxialIons,
    Balance,
    Calcium,
    Channel,
    Electrical,
    Epithelium,
    Inside,
    Leak,
    Morphology,
    Outside,
    Region,
    Space,
    Tubules,
)
from .units import NUMBER, Quantity
from .water_table import Water


def _known_ion(name: str) -> str:
    if name not in IONS:
        *first, last = map(repr, IONS)
        raise ValueError(f"Input should be {', '.join(first)} or {last}")
    return name


KnownIon = Annotated[str, AfterValidator(_known_ion)]
NO_KEYS = {"path", "changed"}  # what Parameters has beside the keys of a file
NO_VALUES = {*NO_KEYS, "name", "description", "base"}  # what makes no difference to the cell


class Parameters(Table):
    """A cell type, checked and in NEURON's units (mM, mV, cm/s, S/cm2, mA/cm2, um, um2/ms, degC).

    Its tables and keys: `run.py keys`.

    path: the file, against which a relative morphology path is read
    changed: by dotted key ("inside.nai"), what took the place of the file's value, in the key's own unit
    """

    name: str = Field("", description="what results call the cell; left out: the file's name")
    description: str = Field("", description="one line about it")
    base: str | None = Field(
        None, description="a shipped cell or another file, of which this one says only what differs"
    )
    ions: list[KnownIon] = Field(
        default_factory=lambda: ["na", "k", "cl"],
        description=f"which of {', '.join(IONS)} the cell has; na and k always",
    )
    morphology: Morphology
    electrical: Electrical
    outside: Outside
    inside: Inside
    activity: Activity | None = None
    balance: Balance | None = None
    leak: Leak = Leak()
    pump: Pump
    diffusion: AxialIons = AxialIons.model_validate({})
    calcium: Calcium = Calcium()
    energy: Energy = Energy.model_validate({})
    water: Water = Water()
    space: Space = Space.model_validate({})
    glia: Glia | None = None
    glial_sink: GlialSink | None = None
    glial_buffer: GlialBuffer | None = None
    tubules: Tubules | None = None
    epithelium: Epithelium | None = None
    region: dict[str, Region] = Field(default_factory=dict)
    channel: list[Channel] = Field(default_factory=list)
    light: Light | None = None
    path: Path
    changed: dict[str, float | str] = Field(default_factory=dict)

    def strengths(self) -> dict[str, float]:
        """Leak strengths (cm/s, or S/cm2 of ohmic ones) by ion and the pump's maximal current (mA/cm2) as
        "pump", where the file gives them itself."""
        found = {ion: getattr(self.leak, leak_of(ion, self.leak.law).name) for ion in self.ions}
        found["pump"] = self.pump.imax
        return {name: value for name, value in found.items() if value is not None}

    def sources(self) -> list[dict[str, Any]]:
        """Every value of the file with where it comes from: parameter, value, unit, source."""
        further = [ion for ion in IONS if IONS[ion].further and ion not in self.ions]
        absent = {key for ion in further for key in (f"{ion}o", f"d{ion}")}
        found = []
        for name, table in self:
            if isinstance(table, Table) and name != "pump":
                own = [(key, v) for key, v in table if isinstance(v, Quantity) and key not in absent]
                found += [_row(f"{name}.{key}", value) for key, value in own]
        numbers = self.pump.quantities() | {a: i.share for a, i in self.pump.isoform.items()}
        found += [_row(f"pump.{name}", value) for name, value in numbers.items()]
        for region, there in self.region.items():
            found += [_row(f"region.{region}.{name}", value) for name, value in there if value is not None]
        mechanisms = [(self.pump.mechanism, self.pump.set)]
        mechanisms += [(channel.mechanism, channel.set) for channel in self.channel]
        for mechanism, own_set in mechanisms:
            found += [_mechanism_row(f"{mechanism}.{name}", value) for name, value in own_set.items()]
        return found

    def digest(self) -> str:
        """Hash of every value, for the provenance of results; what is said of ions that the cell has not does
        not count."""
        data = self.model_dump(mode="json", exclude=NO_VALUES, exclude_none=True)
        for ion in {*IONS} - {*self.ions}:
            data["outside"].pop(f"{ion}o", None)
            data["diffusion"].pop(f"d{ion}", None)
        return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]


def _row(name: str, value: Any) -> dict[str, Any]:
    return {"parameter": name, "value": float(value), "unit": value.unit, "source": value.source}


def _mechanism_row(name: str, given: MechanismValue) -> dict[str, Any]:
    match = NUMBER.match(given.value)
    value, unit = (float(match[1]), match[2] or "1") if match else (math.nan, "")
    return {"parameter": name, "value": value, "unit": unit, "source": given.source}
