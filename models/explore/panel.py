"""The sliders of the page: one a thing that can be turned, with its number beside it."""

from collections.abc import Callable
from functools import partial

from nicegui import ui

from ..errors import InputError
from .controls import CONTROLS, STEPS, Control, control
from .frames import Described
from .slider import Slider
from .state import State

GROUPS = {
    "Outside": ("ko", "nao", "clo"),
    "Membrane": ("kleak", "naleak", "clleak", "caleak", "hco3leak", "mgleak"),
    "Pump": ("pump", "energy", "oxygen"),
    "Surroundings": ("celsius",),
}
UNITS = {"degC": "°C", "1": ""}
CHANNELS = "Channels and carriers"
Turned = Callable[[str, float], None]


class Row:
    """One slider with its number. turned: called with a value that the user has given; ended: when a slider
    is let go; wrong: with the sentence on what is no value."""

    def __init__(
        self, record: Control, turned: Turned, ended: Callable[[], None], wrong: Callable[[str], None]
    ):
        self._record, self._turned, self._wrong = record, turned, wrong
        self._value = self._own = 1.0
        with ui.element("div").classes("control").props(f'data-name="{record.name}"') as self.whole:
            ui.label(record.title).classes("control-title")
            self._number = ui.input(value="").classes("control-number").props("dense borderless")
            self._number.props(f'aria-label="{record.title}, number" inputmode="decimal"')
            ui.label("×" if record.of_strength else UNITS.get(record.unit, record.unit)).classes(
                "control-unit"
            )
            self._slider = Slider(STEPS, record.title, self._moved, ended).classes("control-slider")
            self._why = ui.label("").classes("control-why")
        self._number.on("keydown.enter", self._typed, args=[]).on("blur", self._typed, args=[])

    def shows(self, own: float, value: float, why: str) -> None:
        """Let it stand at a value. own: the cell's; why: it has no effect, "" where it has."""
        self._own = own
        self._value = value
        self._slider.put(round(self._record.position(value)), self._record.said(value), off=bool(why))
        self._write()
        self._number.set_enabled(not why)
        self._why.set_text(why)
        self.whole.classes(add="void" if why else "", remove="" if why else "void")

    def _write(self) -> None:
        self._number.set_value(f"{self._value:g}")
        changed = self._value != self._own
        self.whole.classes(add="changed" if changed else "", remove="" if changed else "changed")

    def _moved(self, position: float) -> None:
        value = self._record.value(position)
        near = abs(self._record.position(self._own) - position) <= STEPS / 100
        self._value = self._own if near and self._record.spread == "times" else value
        self._write()
        self._slider.says(self._record.said(self._value))
        self._turned(self._record.name, self._value)

    def _typed(self, _: object) -> None:
        said = str(self._number.value or "").strip()
        if said == f"{self._value:g}":
            return
        try:
            value = self._record.parse(said)
        except InputError as error:
            self._wrong(str(error))
            self._number.set_value(f"{self._value:g}")
            return
        self.shows(self._own, value, "")
        self._turned(self._record.name, value)


class Panel:
    """All sliders of a cell."""

    def __init__(self, turned: Turned, ended: Callable[[], None], wrong: Callable[[str], None]):
        self._make = partial(Row, turned=turned, ended=ended, wrong=wrong)
        self._rows: dict[str, Row] = {}
        for title, names in GROUPS.items():
            with ui.element("fieldset").classes("group"):
                with ui.element("legend"):
                    ui.label(title)
                for name in names:
                    self._rows[name] = self._make(CONTROLS[name])
        self._more = ui.expansion(CHANNELS).classes("group more")
        self._channels: dict[str, Row] = {}

    def describe(self, cell: Described, state: State) -> None:
        """Show the sliders that a cell has, each as its state says."""
        others = [name for name in cell.own if name not in CONTROLS]
        self._more.set_visibility(bool(others))
        self._more.clear()
        with self._more:
            self._channels = {name: self._make(control(name)) for name in others}
        self.show(cell, state)

    def show(self, cell: Described, state: State) -> None:
        """Let every slider stand where a state says."""
        for name, row in (self._rows | self._channels).items():
            own = cell.own.get(name, 1.0)
            why = cell.void.get(name, "")
            row.whole.set_visibility(why != "this cell has none" and not _other_energy(name, cell))
            row.shows(own, state.values.get(name, own), why)


def _other_energy(name: str, cell: Described) -> bool:
    """Whether it is the one of the two sliders of energy that this cell does not have."""
    if name not in ("energy", "oxygen"):
        return False
    return (name == "oxygen") != ("oxygen" not in cell.void)
