"""What is asked on the page: a cell, what its sliders say, what was done to it; its past; its link."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..errors import InputError, unknown_name
from .cells import shipped
from .controls import check_values

DEFAULT = "stylised"  # the cell that the page begins with: small enough to answer while a slider moves
DONE = ("blocked", "closed", "water")  # what the buttons do, in their order
LONGEST = 4000  # letters of a link
PAST = 200  # states that can be come back to


@dataclass(frozen=True)
class State:
    """A cell and what is asked of it.

    cell: name of a shipped cell
    values: what differs from the cell's own, by the names of the sliders
    blocked: whether its pump is stopped, closed: its outside a small closed space, water: let in, from the
    time on when the course begins
    """

    cell: str = DEFAULT
    values: Mapping[str, float] = field(default_factory=dict)
    blocked: bool = False
    closed: bool = False
    water: bool = False

    def __post_init__(self) -> None:
        if self.cell not in shipped():
            raise unknown_name("cell", self.cell, shipped())
        if any(not isinstance(getattr(self, name), bool) for name in DONE):
            raise InputError(f"{', '.join(DONE)}: expected yes or no")
        object.__setattr__(self, "values", MappingProxyType(check_values(self.values)))

    def with_value(self, name: str, value: float) -> Self:
        """This state with a slider elsewhere."""
        return replace(self, values={**self.values, name: value})

    def without(self, name: str) -> Self:
        """This state with a slider at the cell's own value."""
        return replace(self, values={key: value for key, value in self.values.items() if key != name})

    @property
    def done(self) -> tuple[str, ...]:
        """What the buttons have done."""
        return tuple(name for name in DONE if getattr(self, name))

    @property
    def settings(self) -> "State":
        """The cell as it rests before anything is done to it."""
        return replace(self, blocked=False, closed=False, water=False)

    def plain(self) -> dict:
        """As a dictionary that can be sent, `State(**plain)`."""
        return {"cell": self.cell, "values": dict(self.values)} | {name: getattr(self, name) for name in DONE}


def query(state: State) -> str:
    """A state as the end of a link, "cell=neuron&ko=8&blocked=1"."""
    found = {"cell": state.cell} | {name: f"{value:g}" for name, value in state.values.items()}
    return urlencode(found | dict.fromkeys(state.done, "1"))


def state_of(link: str) -> State:
    """The state that a link, or its end, holds. InputError, in a sentence, for what is none."""
    if len(link) > LONGEST:
        raise InputError(f"the link has {len(link)} letters; expected at most {LONGEST}")
    try:
        end = urlsplit(link).query or link.rpartition("?")[2] if "?" in link or "//" in link else link
        pairs = parse_qsl(end, keep_blank_values=True, strict_parsing=bool(end))
    except ValueError:
        raise InputError("the link cannot be read; expected NAME=VALUE pairs, cell=neuron&ko=8") from None
    given = dict(pairs)
    if len(given) < len(pairs):
        raise InputError("the link says a value twice; expected each once")
    done = {name: _yes(name, given.pop(name)) for name in DONE if name in given}
    cell = given.pop("cell", DEFAULT)
    return State(cell, given, **done)  # type: ignore[arg-type]


def _yes(name: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise InputError(f"{name}={value[:20]}: expected 0 or 1")
    return value == "1"


@dataclass(frozen=True)
class History:
    """A state and those before it. by: what made it, so that a slider that goes on moving is one change."""

    now: State
    past: tuple[State, ...] = ()
    by: str = ""

    def to(self, state: State, by: str = "") -> Self:
        """With another state now. by: the same as of the change before where this one goes on with it."""
        if state == self.now:
            return self
        if by and by == self.by:
            return replace(self, now=state)
        return replace(self, now=state, past=(*self.past, self.now)[-PAST:], by=by)

    def settled(self) -> Self:
        """With the change that was going on at its end: the next is another."""
        return replace(self, by="")

    def undone(self) -> Self:
        """Back to the state before; itself where there is none."""
        if not self.past:
            return self
        return replace(self, now=self.past[-1], past=self.past[:-1], by="")
