"""The drawings of the page and what is said beneath each."""

from collections.abc import Sequence

from nicegui import ui

from .captions import of_contents, of_course, of_flows, story, when
from .courses import course
from .flows import composition, currents
from .frames import Described, Frame
from .ladder import ladder
from .marks import number
from .player import Player
from .portrait import Portrait


def _card(title: str, kind: str) -> ui.element:
    whole = ui.element("section").classes(f"card {kind}")
    with whole, ui.element("h2"):
        ui.label(title)
    return whole


def _drawing() -> ui.html:
    return ui.html("", sanitize=False).classes("figure")


class Figures:
    """All drawings of one page."""

    def __init__(self) -> None:
        self._portrait: Portrait | None = None
        self._largest: float | None = None
        self._now: Frame | None = None

    def hero(self) -> None:
        """V, large, where it lies, and its story."""
        with ui.element("section").classes("card hero"):
            with ui.element("div").classes("big").props('aria-live="polite"'):
                self._v = ui.label("…").classes("big-number")
                self._when = ui.label("").classes("big-when")
            self._ladder = _drawing()
            self._story = ui.html("", sanitize=False, tag="p").classes("caption")

    def others(self) -> None:
        """What flows, what is dissolved, and the cell itself."""
        with _card("What flows through the membrane", "flows"):
            self._currents = _drawing()
            self._flows = ui.label("").classes("caption")
        with _card("What is dissolved", "contents"):
            self._composition = _drawing()
            self._contents = ui.label("").classes("caption")
        with _card("The cell, coloured by V", "portrait"):
            self._cell = _drawing()
            self._size = ui.label("").classes("caption")

    def over_time(self) -> None:
        """What becomes of it."""
        self._course = _drawing()
        self._told = ui.label("").classes("caption")

    def describe(self, cell: Described) -> None:
        """Of another cell."""
        self._portrait, self._largest = Portrait(cell), None
        places = "place" if cell.size == 1 else "places"
        said = f"{cell.size:,} {places}, each with a voltage and concentrations of its own."
        self._size.set_text(said + (" Drawn thicker than it is." if self._portrait.thicker else ""))

    def show(
        self, frame: Frame, before: float | None, largest: float | None = None, stale: bool = False
    ) -> None:
        """The cell at one time. before: V (mV) that it had; largest: uA/cm2, of the longest bar; stale: it is
        as in its file, not as it is asked for."""
        self._now = frame
        self._v.set_text(f"{number(frame.v)} mV")
        rests = "as in its file" if stale else "at rest"
        self._when.set_text(rests if frame.t <= 0 else when(frame))
        self._ladder.set_content(ladder(frame, before))
        self._story.set_content(" ".join(story(frame)))
        self._currents.set_content(currents(frame, largest))
        self._flows.set_text(of_flows(frame))
        self._composition.set_content(composition(frame))
        self._contents.set_text(of_contents(frame))
        if self._portrait is not None:
            self._cell.set_content(self._portrait.drawn(frame))

    def show_course(self, player: Player) -> None:
        """What has become of it so far."""
        seen: Sequence[Frame] = player.frames[: player.shown + 1] if player.playing else player.frames
        self._course.set_content(course(seen, player.shown, player.earlier, player.name))
        refused = player.ended and not player.frames
        told = of_course(player.done, player.frames if not player.playing else seen[:1])
        self._told.set_text("This cannot be followed; why is said above." if refused else told)

    def picture(self) -> str:
        """All that is seen of the cell now, as one SVG of its own; "" before anything is."""
        parts = [self._ladder, self._currents, self._composition, self._course]
        found = [part.content for part in parts if part.content]
        return "" if self._now is None else together(found)


def together(drawings: Sequence[str]) -> str:
    """Several drawings, one beside the other in two columns, with colours of their own."""
    from .style import LIGHT

    placed, lowest = [], [0.0, 0.0]
    for index, one in enumerate(drawings):
        column = index % 2
        height = float(one.split('viewBox="', 1)[1].split('"', 1)[0].split()[3])
        head, tail = one.split(">", 1)
        place = f'x="{20 + 470 * column}" y="{20 + lowest[column]:.0f}" width="440" height="{height:.0f}"'
        placed.append(f"{head} {place}>{tail}")
        lowest[column] += height + 24
    high = max(lowest) + 20
    size = f'width="950" height="{high:.0f}" viewBox="0 0 950 {high:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<style>{LIGHT}</style><rect width="950" height="{high:.0f}" fill="#ffffff"/>{"".join(placed)}</svg>'
    )
