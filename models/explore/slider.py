"""A slider of the browser's own kind, which keyboard, mouse, touch and screen readers all know."""

from collections.abc import Callable

from nicegui.elements.mixins.value_element import ValueElement

OFTEN = 0.03  # s between two messages of a slider that is being moved


class Slider(ValueElement[float], component="slider.js"):
    """A slider from 0 to `most`. named: for those who cannot see it; moved: called with the position where
    the user has moved it; released: called when it is let go."""

    LOOPBACK = False  # where the user has it is where it stands, whatever is still under way

    def __init__(
        self,
        most: float,
        named: str,
        moved: Callable[[float], None],
        released: Callable[[], None] | None = None,
    ):
        self._moved, self._setting = moved, False
        super().__init__(value=0.0, on_value_change=self._changed, throttle=OFTEN)
        self._props.update({"max": most, "step": 1, "named": named, "said": "", "off": False})
        if released is not None:
            self.on("released", lambda _: released(), args=[])

    def put(self, position: float, said: str, most: float | None = None, off: bool = False) -> None:
        """Let it stand elsewhere. said: what its position means; most: its end; off: whether it is fixed."""
        wanted = {"said": said, "off": off, "max": self._props["max"] if most is None else most}
        if self.value == position and all(self._props[key] == value for key, value in wanted.items()):
            return
        self._setting = True
        try:
            self._props.update(wanted)
            self.set_value(position)
            self.update()
        finally:
            self._setting = False

    def says(self, said: str) -> None:
        """What its position means."""
        if self._props["said"] != said:
            self._props["said"] = said
            self.update()

    def _changed(self, event: object) -> None:
        value = getattr(event, "value", None)
        if not self._setting and isinstance(value, int | float):
            self._moved(float(value))
