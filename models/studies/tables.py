"""The tables of a study's file: every key with its kind of value, its default and what it means."""

from typing import Annotated, Any, Literal

from pydantic import Field

from ..parameters.fields import Kind, Table
from ..parameters.units import Quantity

METHODS = ("latin", "sobol", "saltelli")
Number = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Seed = Annotated[int, Field(ge=0, strict=True)]
Limit = Annotated[Quantity, Kind("ms", 0, 1e10, above=True)]
Spread = Annotated[Quantity, Kind("1", 0, 5, above=True)]
Correlation = Annotated[Quantity, Kind("1", -1, 1)]


class Sample(Table):
    """Points between limits, in place of a grid."""

    method: Literal["latin", "sobol", "saltelli"] = Field(
        description="latin: a Latin hypercube; sobol: a scrambled Sobol sequence; saltelli: Sobol's points "
        "once more with each number exchanged, which Sobol indices are made of"
    )
    members: Number = Field(description="how many points; of saltelli, of which the others are made")


class Spreading(Table):
    """A number of a cohort that differs from member to member, log-normally."""

    cv: Spread = Field(description="coefficient of variation: standard deviation over mean")
    median: str | float | None = Field(
        None, description="half of the members lie below; left out: 1, for a strength"
    )


class Correlated(Table):
    """Two numbers of a cohort that go together."""

    between: list[str] = Field(min_length=2, max_length=2, description="which two")
    r: Correlation = Field(description="correlation of their logarithms")


class Tables(Table):
    """A study: one question, and the cells that it is asked of."""

    name: str = Field("study", description="what figures call it")
    cell: str = Field("neuron", description="a shipped cell's name or a TOML file")
    compute: str = Field("rest", description="what is computed of each member: rest, block, run, ...")
    protocol: str | None = Field(None, description="of run: a shipped protocol's name or a TOML file")
    options: dict[str, Any] = Field(
        default_factory=dict, description="how the cell is made: morphology, axial, volume, outside, ..."
    )
    arguments: dict[str, Any] = Field(
        default_factory=dict, description="of what is computed: hours, fraction, dose, along, ..."
    )
    set: dict[str, Any] = Field(default_factory=dict, description="settings and file values of all members")
    scale: dict[str, Any] = Field(default_factory=dict, description="factors on strengths of all members")
    vary: dict[str, Any] = Field(
        default_factory=dict,
        description="what differs: a list of values, or FROM:TO:COUNT with log after it; with a sample "
        "FROM:TO",
    )
    sample: Sample | None = Field(None, description="points between limits, in place of a grid")
    spread: dict[str, Spreading] = Field(
        default_factory=dict, description="a cohort's numbers; all is every strength that the cell has"
    )
    correlated: list[Correlated] = Field(default_factory=list, description="pairs of them that go together")
    members: Number | None = Field(None, description="how many a cohort has")
    rows: str | None = Field(None, description="a CSV file with a member a row, its columns as in vary")
    seed: Seed = Field(0, description="of samples and cohorts")
    time_limit: Limit | None = Field(None, description="of one member's computation; left out: none")
    keep: list[str] = Field(
        default_factory=list, description="which keys of the results are kept; left out: all numbers"
    )
