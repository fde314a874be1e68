"""The tables of a protocol file: every key with its kind of value, its default and what it means."""

from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from ..parameters.fields import Concentration, Kind, Rate, Ratio, Share, Table, Voltage, value_and_source
from ..parameters.units import GIVEN, Quantity
from ..solve.accounting import RELATIVE

LONGEST = 3.6e13  # ms, 1e7 h
Time = Annotated[Quantity, Kind("ms", 0, LONGEST)]
Lasting = Annotated[Quantity, Kind("ms", 0, LONGEST, above=True)]
Resistance = Annotated[Quantity, Kind("Mohm", 0, 1e6, above=True)]
PeakConductance = Annotated[Quantity, Kind("nS", 0, 1e6, above=True)]
Tolerance = Annotated[Quantity, Kind("1", 1e-8, 1e-2)]
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


class PipetteStep(Timing):
    """Another command of a pipette."""

    voltage: Value | None = Field(None, description="of one that is clamped")
    current: Value | None = Field(None, description="of one that is not, positive into the cell")


class Pipette(Table):
    """A whole-cell pipette, or one on a perforated patch."""

    where: str = Field(description="the compartment")
    access_resistance: Resistance = Field(description="between the pipette and the inside of the cell")
    solution: dict[Literal["na", "k", "cl"], Concentration] = Field(
        description="what it holds; K+ left out is what makes its impermeant anions those of the compartment"
    )
    perforated: Literal["gramicidin", "amphotericin", "nystatin"] | None = Field(
        None, description="by what the patch is perforated; left out: it is open, and the ions diffuse"
    )
    voltage: Value | None = Field(None, description="at which it is clamped; left out: a current flows")
    current: Value | None = Field(None, description="positive into the cell; left out: none")
    at: Time = Field(Quantity(0, "ms", "the beginning"), description="when it gets access")
    duration: Lasting | None = Field(None, description="for how long; left out: to the end")
    step: list[PipetteStep] = Field(default_factory=list, description="other commands, one table each")


class Synapse(Table):
    """A synapse that opens at events, or several that open as one."""

    kind: Literal["ampa", "gaba"] = Field(
        description="ampa lets Na+ and K+ through, gaba Cl- and, where the cell follows it, HCO3-"
    )
    where: Place = Field(description="the compartment, or compartments that share it by their areas")
    conductance: PeakConductance | None = Field(
        None, description="peak of one event; left out: 0.5 nS of ampa, 0.3 nS of gaba"
    )
    rise: Lasting | None = Field(None, description="time constant; left out: 0.2 ms of ampa, 0.19 ms of gaba")
    decay: Lasting | None = Field(None, description="time constant; left out: 1.7 ms of ampa, 5.6 ms of gaba")
    reversal: Voltage | None = Field(
        None, description="of ampa, at the concentrations that the protocol begins with; left out: 0 mV"
    )
    permeability_ratio: Ratio | None = Field(
        None, description="of gaba, of HCO3- over Cl-; left out: that of the ion's record, 0.18"
    )
    number: Count = Field(
        1, description="how many synapses: at set times they open as one, at a rate each by itself"
    )
    at_times: list[Time] = Field(default_factory=list, description="when it opens")
    rate: Rate | None = Field(None, description="of one synapse's random events, a Poisson train")
    seed: Annotated[int, Field(ge=0, strict=True)] | None = Field(
        None,
        description="of that train, the same each time; left out: which of the synapses it is, from 1",
    )
    at: Time = Field(
        Quantity(0, "ms", "the beginning"), description="when a train begins, or the one event is"
    )
    duration: Lasting | None = Field(None, description="of a train; left out: until the end")
    every: Lasting | None = Field(None, description="from one event to the next")
    times: Count | None = Field(None, description="how many events; left out: until the end")


class Usual(NamedTuple):
    """What a kind of synapse has where its table does not say: conductance (nS), rise and decay (ms)."""

    conductance: Quantity
    rise: Quantity
    decay: Quantity


OTIS = (
    "conductance 0.2-0.4 nS and decay 4.2-7.2 ms of spontaneous inhibitory currents, granule cells, rat, "
    "34-35 degC, Otis & Mody 1992 Neuroscience 49:13"
)
DESTEXHE = (
    "alpha = 5 /mM/ms, beta = 0.18 /ms, 1 mM of transmitter, Destexhe, Mainen & Sejnowski, after Otis & Mody"
)
HAUSSER = (
    "the Blue Brain Project's AMPA synapse (ProbAMPANMDA.mod: 0.2 and 1.7 ms), after Haeusser & Roth 1997 "
    "J Neurosci 17:7606, layer 5 pyramidal cells"
)
AMPA_TABLE = "0.5 nS, 0.2 and 2 ms, 0 mV: table 1 of PMC6636706, a spine of a CA1 pyramidal cell"
USUAL = {
    "ampa": Usual(
        Quantity(0.5, "nS", AMPA_TABLE), Quantity(0.2, "ms", HAUSSER), Quantity(1.7, "ms", HAUSSER)
    ),
    "gaba": Usual(
        Quantity(0.3, "nS", OTIS), Quantity(0.19, "ms", DESTEXHE), Quantity(5.6, "ms", f"{DESTEXHE}; {OTIS}")
    ),
}
LINEAR = "about 0 mV and nearly linear, patches of CA3 dendrites, Spruston et al. 1995 J Physiol 482:325"
REVERSAL = Quantity(0, "mV", LINEAR)


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
    tolerance: Tolerance = Field(
        Quantity(RELATIVE, "1", "as every course"),
        description="the integrator's relative error per step; for the timing of spikes 1e-6",
    )
    start: Start = Start()
    change: list[Change] = Field(default_factory=list)
    current: list[Current] = Field(default_factory=list)
    clamp: list[Clamp] = Field(default_factory=list)
    pipette: list[Pipette] = Field(default_factory=list)
    synapse: list[Synapse] = Field(default_factory=list)
