"""The tables of a protocol file: every key with its kind of value, its default and what it means."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ..parameters.fields import Kind, Share, Table, value_and_source
from ..parameters.units import GIVEN, Quantity

LONGEST = 3.6e13  # ms, 1e7 h
Time = Annotated[Quantity, Kind("ms", 0, LONGEST)]
Lasting = Annotated[Quantity, Kind("ms", 0, LONGEST, above=True)]
Resistance = Annotated[Quantity, Kind("Mohm", 0, 1e6, above=True)]
Place = str | list[str]
CSV = ".csv"


class Given(Table):
    """A value over time, as a file gives it: a number with its unit, or the name of a CSV file.

    text: "8 mM", 0.5 or "course.csv"
    source: where it is from
    """

    text: str | float
    source: str = GIVEN

    @property
    def samples(self) -> str | None:
        """The name of the CSV file, None of a number."""
        return self.text if isinstance(self.text, str) and self.text.lower().endswith(CSV) else None


def _given(value: Any) -> Any:
    if isinstance(value, Given):
        return value
    text, source = value_and_source(value)
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        raise ValueError(f'expected a value such as "8 mM" or a CSV file, got {text!r}')
    return {"text": text, "source": source}


Value = Annotated[Given, BeforeValidator(_given)]
Count = Annotated[int, Field(ge=1, strict=True)]


class Timing(Table):
    """When something is so, and how it gets there."""

    at: Time = Field(Quantity(0, "ms", "the beginning"), description="when it begins")
    over: Lasting | None = Field(
        None, description="how long the way there takes, and back; left out: at once"
    )
    duration: Lasting | None = Field(
        None, description="after which it is as before; left out: it stays until it is changed again"
    )
    every: Lasting | None = Field(None, description="time from one beginning to the next, of what repeats")
    times: Count | None = Field(None, description="how often; left out: until the end")
    sine: Lasting | None = Field(
        None, description="period: it swings about what it was, by what the value is away from that"
    )


class Change(Timing):
    """What changes in the cell or its surroundings."""

    set: dict[str, Value] = Field(default_factory=dict, description="settings by name, as --set takes them")
    scale: dict[str, Value] = Field(
        default_factory=dict, description="factors on strengths by name, as --scale takes them"
    )
    parameter: dict[str, Value] = Field(
        default_factory=dict,
        description="parameters of mechanisms by name, kcc2.u, in the units of their .mod files; "
        "calcium.buffer and calcium.kd",
    )
    block: Share | None = Field(None, description="blocked fraction of the pump")
    where: Place = Field("all", description="of which compartments, of a block or of parameters")


class Current(Timing):
    """Current through an electrode."""

    where: Place = Field(description="the compartment, or compartments, that share it by their areas")
    amplitude: Value = Field(description="of the current, positive into the cell")
    ions: dict[str, Share] = Field(
        default_factory=lambda: {"k": Quantity(1, "1", "assumed: an electrode filled with a K+ salt")},
        description="which ions carry it, in which shares",
    )


class ClampStep(Timing):
    """Another command voltage of a clamp."""

    voltage: Value = Field(description="the command")


class Clamp(Table):
    """A voltage clamp."""

    where: Place = Field(description="the compartment, or compartments, that are held")
    voltage: Value = Field(description="the holding command")
    series_resistance: Resistance = Field(description="between the amplifier and the inside of the cell")
    ions: dict[str, Share] = Field(
        default_factory=lambda: {"k": Quantity(1, "1", "assumed: an electrode filled with a K+ salt")},
        description="which ions carry its current, in which shares",
    )
    at: Time = Field(Quantity(0, "ms", "the beginning"), description="when it is switched on")
    duration: Lasting | None = Field(None, description="for how long; left out: to the end")
    step: list[ClampStep] = Field(default_factory=list, description="other commands, one table each")


class Start(Table):
    """Where it begins."""

    state: Literal["rest", "file"] = Field(
        "rest", description="the cell's rest, or the state that its own file starts from"
    )
    values: dict[str, str] = Field(
        default_factory=dict, description="V and concentrations in place of those, as --start takes them"
    )
    run: str | None = Field(None, description="the folder of an earlier run, whose end it is")
    after: Lasting | None = Field(None, description="how long the cell is left alone first")


class Tables(Table):
    """A protocol as its file holds it."""

    name: str = Field("", description="what results call it; left out: the file's name")
    description: str = Field("", description="one line about it")
    source: str = Field("", description="the publication that it is from")
    cell: str = Field("neuron", description="the cell, where none is given")
    options: dict[str, Any] = Field(
        default_factory=dict, description="how the cell is made, as make_cell takes it: volume, outside, ..."
    )
    set: dict[str, str | float] = Field(
        default_factory=dict, description="the experiment's settings from before the beginning, as --set"
    )
    scale: dict[str, float] = Field(default_factory=dict, description="factors likewise, as --scale")
    duration: Lasting = Field(description="how long the cell is followed")
    report: list[Time] = Field(default_factory=list, description="times that the summary tells of")
    points: Annotated[int, Field(ge=10, le=200000, strict=True)] = Field(
        1000, description="output times, evenly, beside those of the report and around what happens"
    )
    start: Start = Start()
    change: list[Change] = Field(default_factory=list)
    current: list[Current] = Field(default_factory=list)
    clamp: list[Clamp] = Field(default_factory=list)
