"""A statement, what was found of it, and the pictures of that: plain data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .bench import Bench

HOLDS, LIMITED, FAILS = "holds", "holds within limits", "does not hold"
VERDICTS = (HOLDS, LIMITED, FAILS)
Values = dict[str, Any]


@dataclass(frozen=True)
class Line:
    """Points, or a line through them.

    x, y: numbers, or of bars what each is called and how long it is
    label: in the legend, "" for none
    colour: an ion's name, "v", or "" for the next one
    style: "line", "broken" (a line), "points", "bars", "range" (from y[0] to y[1] at the bar x[0]) or "level"
    (a line across at y[0])
    """

    x: list[Any]
    y: list[float]
    label: str = ""
    colour: str = ""
    style: str = "line"


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    title: what it says, in a few words
    x, y: what the axes are, with their units
    lines: what is drawn
    log: which axes are logarithmic, "", "x", "y" or "xy"
    """

    title: str
    x: str
    y: str
    lines: list[Line]
    log: str = ""


@dataclass(frozen=True)
class Finding:
    """What was found of a statement.

    values: numbers and names, the unit in every key
    limit: in words, where it holds and where not
    panels: its figure
    """

    values: Values
    limit: str
    panels: list[Panel]


@dataclass(frozen=True)
class Statement:
    """What is said, and how it is tried.

    number: its place in the list
    said: the statement
    experiment: what is done
    criterion: in words, when it holds, when within limits, when not
    try_it: does it on a bench of cells
    judge: the verdict on what was found, by the criterion
    wrong: a model that is broken so that the verdict has to be another one (see `Bench`)
    command: a command line that shows the heart of it
    """

    number: int
    said: str
    experiment: str
    criterion: str
    try_it: Callable[[Bench], Finding]
    judge: Callable[[Mapping[str, Any]], str]
    wrong: dict[str, Any] = field(default_factory=dict)
    command: str = ""
