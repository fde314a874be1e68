"""A protocol set up on a cell: which numbers it turns, what is put into the cell, and when all of it
happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import TypeVar

import numpy as np

from ..cell.cell import Cell
from ..cell.stimuli import Stimulus
from ..errors import InputError
from ..parameters.units import NUMBER, parse_number
from ..solve.plan import Level, Motion, Step
from .pipettes import put_on
from .read import Protocol
from .shapes import Asked, Track, check_apart, read_samples, track
from .synapses import place
from .tables import Change, Clamp, Current, Given, Pipette, Synapse, Tables, Timing
from .targets import (
    Target,
    block_target,
    parameter_target,
    setting_target,
    strength_target,
)
from .told import Told, told_of

T = TypeVar("T")
GROWS = (
    "this cell's membrane grows with its volume, and with it what electrodes, clamps, pipettes and synapses "
    "carry, which is as said at the volume that the protocol begins with"
)


@dataclass(frozen=True)
class Turned:
    """One number that a protocol turns, and what happens to it."""

    target: Target
    asked: list[Asked]
    track: Track


@dataclass
class Rig:
    """All that a protocol does to one cell.

    turned: the numbers that it turns; stimuli: what is put into the cell; remarks: sentences on what should
    be known of it
    """

    turned: list[Turned] = field(default_factory=list)
    stimuli: list[Stimulus] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[Step]:
        """What happens at once."""
        return [step for one in self.turned for step in one.track.steps]

    @property
    def motions(self) -> list[Motion]:
        """What moves."""
        return [motion for one in self.turned for motion in one.track.motions]

    def told(self, stop: float) -> list[Told]:
        """What it does, as plain data. stop: the end (ms)."""
        return [
            told_of(one.target, one.asked, one.track.trace(one.target.first, stop)) for one in self.turned
        ]

    def put_back(self) -> None:
        """Give the cell what it had before, and take out what was put into it."""
        for one in self.turned:
            one.target.put(one.target.first)
        for stimulus in self.stimuli:
            stimulus.remove()


def set_up(protocol: Protocol, cell: Cell) -> Rig:
    """Put a protocol on a cell, which is as the protocol begins. InputError where it cannot be done to this
    cell, or would have no effect."""
    made = _Setting(protocol, cell)
    try:
        return made.all_of(protocol.tables)
    except BaseException:
        for stimulus in made.stimuli:
            stimulus.remove()
        raise


class _Setting:
    """What of a protocol has been put on a cell so far."""

    def __init__(self, protocol: Protocol, cell: Cell) -> None:
        self.protocol, self.cell = protocol, cell
        self.stop = float(protocol.tables.duration)
        self.stimuli: list[Stimulus] = []
        self.turned: list[Turned] = []
        self.remarks: list[str] = []
        self.targets: dict[tuple[str, str], tuple[Target, list[Asked]]] = {}

    def all_of(self, tables: Tables) -> Rig:
        """All that a protocol does."""
        for number, change in enumerate(tables.change, start=1):
            self.change(change, f"change {number}")
        for number, current in enumerate(tables.current, start=1):
            self.current(current, f"current {number}" if len(tables.current) > 1 else "current")
        for number, clamp in enumerate(tables.clamp, start=1):
            self.clamp(clamp, f"clamp {number}" if len(tables.clamp) > 1 else "clamp")
        for number, pipette in enumerate(tables.pipette, start=1):
            self.pipette(pipette, f"pipette {number}" if len(tables.pipette) > 1 else "pipette")
        kinds = [table.kind for table in tables.synapse]
        for number, synapse in enumerate(tables.synapse, start=1):
            alone = kinds.count(synapse.kind) == 1
            if synapse.rate is not None and synapse.seed is None:  # no two alike
                synapse = synapse.model_copy(update={"seed": number})
            self.synapse(synapse, f"{synapse.kind} synapse" + ("" if alone else f" {number}"))
        return self.rig()

    def rig(self) -> Rig:
        """All that has been asked for."""
        try:
            for (one, asked), (other, also) in combinations(self.targets.values(), 2):
                if one.numbers & other.numbers and one.parts & other.parts:
                    check_apart([asked, also], self.stop)
            found = [
                Turned(target, asked, track(asked, target.first, target.put, target.plain, self.stop))
                for target, asked in self.targets.values()
            ]
        except InputError as error:
            raise InputError(f"{self.protocol.path}: {error}") from None
        grows = [GROWS] if self.stimuli and self.cell.area_power else []
        return Rig([*found, *self.turned], self.stimuli, self.remarks + grows)

    def change(self, table: Change, what: str) -> None:
        """What changes in the cell or its surroundings."""
        cell, where = self.cell, table.where
        given = [(partial(setting_target, cell, name), value) for name, value in table.set.items()]
        given += [(partial(strength_target, cell, name), value) for name, value in table.scale.items()]
        given += [
            (partial(parameter_target, cell, name, where), value) for name, value in table.parameter.items()
        ]
        if table.block is not None:
            given.append((partial(block_target, cell, where), Given(text=float(table.block))))
        if not given:
            raise InputError(
                f"{self.protocol.path}: {what}: changes nothing; expected set, scale, parameter or block"
            )
        if not table.parameter and table.block is None and table.where != "all":
            raise InputError(
                f"{self.protocol.path}: {what}: where has no effect: it is of a block or of parameters"
            )
        for make, value in given:
            self._ask(self._within(what, make), value, table, what)

    def current(self, table: Current, what: str) -> None:
        """An electrode, and its current."""
        stimulus = self._stimulus(what, "pl_electrode", table.where, table.ions)
        amp, part = stimulus.variable("amp"), stimulus.part

        def put(nanoampere: Level) -> None:
            amp.set(nanoampere * part)

        self._ask(self._of_stimulus(what, "nA", 0.0, put), table.amplitude, table, what)

    def clamp(self, table: Clamp, what: str) -> None:
        """A voltage clamp, its switch and its commands."""
        stimulus = self._stimulus(what, "pl_clamp", table.where, table.ions)
        conductance, command = stimulus.variable("g"), stimulus.variable("command")
        part, whole = stimulus.part, 1.0 / float(table.series_resistance)  # uS

        def switch(on: Level) -> None:
            conductance.set(on * whole * part)

        self._switch(table, what, switch)
        steps = [(step, step.voltage) for step in table.step]
        self._command(self._of_stimulus(what, "mV", 0.0, command.set), "voltage", table.voltage, table, steps)

    def pipette(self, table: Pipette, what: str) -> None:
        """A pipette, its switch and its commands."""
        placed = self._within(what, lambda: put_on(table, self.cell, what))
        self.stimuli.append(placed.stimulus)
        self.remarks += placed.remarks
        self._switch(table, what, placed.stimulus.variable("open").set)
        name, unit = ("voltage", "mV") if table.voltage is not None else ("current", "nA")
        put = placed.stimulus.variable({"voltage": "command", "current": "amp"}[name]).set
        target, given = self._of_stimulus(what, unit, 0.0, put), getattr(table, name)
        steps = [(step, getattr(step, name)) for step in table.step]
        if given is not None or steps:
            self._command(target, name, given or Given(text="0 nA"), table, steps)

    def _switch(self, table: Clamp | Pipette, what: str, put: Callable[[Level], None]) -> None:
        """What is on from `at` on, for its duration."""
        name = f"{what} on"
        on = Target(name, "", "1", 0.0, lambda value: parse_number(name, value, "1", 0, 1), put, plain=True)
        timing = Timing(at=table.at, duration=table.duration)
        self._ask(on, Given(text=1.0), timing, name)

    def _command(
        self,
        target: Target,
        name: str,
        given: Given,
        table: Clamp | Pipette,
        steps: Sequence[tuple[Timing, Given]],
    ) -> None:
        """What something commands while it is on, and in its steps."""
        what, off = target.name, self.stop if table.duration is None else table.at + table.duration
        asked = [Asked(f"{what}: {name}", Timing(at=table.at), *self._value(target, given, what))]
        for number, (step, value) in enumerate(steps, start=1):
            own = f"{what}: step {number}"
            if not table.at <= step.at < off:
                raise InputError(
                    f"{self.protocol.path}: {own}: at = {step.at:g} ms: expected while it is on, from "
                    f"{table.at:g} to {off:g} ms"
                )
            asked.append(Asked(own, step, *self._value(target, value, own), target.parse))
        self.targets[target.key] = target, asked

    def synapse(self, table: Synapse, what: str) -> None:
        """Synapses, and the conductance of their events."""
        placed = self._within(what, lambda: place(table, self.cell, what, self.stop))
        self.stimuli += placed.stimuli
        self.remarks += placed.remarks
        self.turned.append(Turned(placed.target, placed.asked, placed.track))

    def _of_stimulus(self, what: str, unit: str, first: float, put: Callable[[Level], None]) -> Target:
        low, high = (-1e6, 1e6) if unit == "nA" else (-500.0, 500.0)
        return Target(
            what, "", unit, first, lambda value: parse_number(what, value, unit, low, high), put, plain=True
        )

    def _stimulus(self, what: str, mechanism: str, where: object, ions: dict) -> Stimulus:
        def make() -> Stimulus:
            made = Stimulus(self.cell, what, mechanism, self.cell.where(where))
            made.carry({ion: float(share) for ion, share in ions.items()}, self.cell.ions)
            return made

        self.stimuli.append(self._within(what, make))
        return self.stimuli[-1]

    def _within(self, what: str, make: Callable[[], T]) -> T:
        """What `make` makes; of an InputError the sentence with the file and the table."""
        try:
            return make()
        except InputError as error:
            said = str(error).removeprefix(f"{what}: ")
            raise InputError(f"{self.protocol.path}: {what}: {said}") from None

    def _ask(self, target: Target, value: Given, timing: Timing, what: str) -> None:
        """Ask for a value of a target, which may be the same as of another table."""
        kept, asked = self.targets.setdefault(target.key, (target, []))
        label = what if target.name.startswith(what) else f"{what}: {target.name}"
        asked.append(Asked(label, timing, *self._value(kept, value, what), kept.parse))

    def _value(
        self, target: Target, given: Given, what: str
    ) -> tuple[float | None, tuple[np.ndarray, np.ndarray] | None]:
        """The value that is meant, or samples over time."""
        if given.samples is None:
            match = NUMBER.fullmatch(str(given.text))
            if target.unit not in ("", "1") and match and not match[2]:
                raise InputError(
                    f"{self.protocol.path}: {what}: {target.name} = {given.text}: expected a value with its "
                    f'unit, such as "{given.text} {target.unit}"'
                )
            return self._within(what, lambda: target.parse(given.text)), None
        unit = "1" if target.unit == "1" else target.unit
        times, values = read_samples(self.protocol.file(given.samples), target.name, unit)
        for value in values.tolist():
            self._within(f"{what}: {given.samples}", partial(target.parse, value))
        return None, (times, values)
