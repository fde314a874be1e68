"""One page that is open: its state and past, what it asks of the worker, and what it shows of the answers."""

import asyncio
import itertools
import time
from collections.abc import Callable
from functools import partial

from .cells import shipped
from .desk import Desk
from .frames import Answer, Described, Frame, Frames, Question
from .player import Player
from .state import History, State, query

PAUSE = 0.8  # s, after which a slider that is moved again makes another change to come back from
RESTS = 0.5  # s without a change, after which the address is that of the state
NOBODY = 0.3  # s without an answer, after which the page says that it is computing
_numbers = itertools.count(1)


class View:
    """What a session needs of a page; each may be called at any time. All do nothing of their own."""

    def describe(self, cell: Described, state: State) -> None:
        """Show the sliders and the drawing of another cell."""

    def controls(self, cell: Described | None, state: State, undo: bool) -> None:
        """Let sliders and buttons be as a state says, but, of no cell, the sliders. undo: whether there is a
        state before."""

    def link(self, link: str) -> None:
        """Let the page's address be the one that restores the state."""

    def frame(self, frame: Frame, before: float | None, largest: float | None, stale: bool = False) -> None:
        """Show a cell at one time; stale: another than the one that is asked for."""

    def course(self, player: Player) -> None:
        """Show a course."""

    def says(self, sentence: str, stale: bool = True) -> None:
        """Say why something cannot be had; "" takes that back. stale: whether what is drawn is of before."""

    def news(self, sentence: str) -> None:
        """Say what goes on."""

    def save(self, text: str) -> None:
        """Hand over the cell's file."""

    def mistaken(self, error: Exception) -> None:
        """Say that the page itself failed in what it was to show."""


class Session:
    """A page's state and what it asks. view: shows it; loop: in which all of this happens."""

    def __init__(self, desk: Desk, view: View, state: State, loop: asyncio.AbstractEventLoop):
        self.number, self.player = next(_numbers), Player()
        self._desk, self._view, self._loop = desk, view, loop
        self.history = History(state)
        self._cell: Described | None = None
        self._rest: Frame | None = None
        self._before: float | None = None  # V that the page showed before the last change, mV
        self._turned = self._asked = 0.0  # when
        self._waits = False
        self._linked = query(state)

    # ------------------------------------------------------------------ what the user does

    def open(self) -> None:
        """Ask for all that the page begins with."""
        self._to_cell()

    def turn(self, name: str, value: float) -> None:
        """Move a slider."""
        if self._cell is None:  # the sliders are not yet those of a cell
            return
        now = time.monotonic()
        if now - self._turned > PAUSE:
            self.history = self.history.settled()
        self._turned = now
        state = self.history.now
        own = value == self._cell.own.get(name)
        self._to(state.without(name) if own else state.with_value(name, value), by=name)

    def let_go(self) -> None:
        """A slider is let go: moved again, it is another change."""
        self.history = self.history.settled()

    def do(self, name: str) -> None:
        """Press one of the buttons, or let it go."""
        state = self.history.now
        self._to(State(**{**state.plain(), name: not getattr(state, name)}))

    def choose(self, cell: str) -> None:
        """Go to another cell, as it is in its file."""
        if cell in shipped() and cell != self.history.now.cell:
            self._to(State(cell))

    def undo(self) -> None:
        """Go back to the state before."""
        self._go(self.history.undone())

    def reset(self) -> None:
        """Back to the cell as it is in its file."""
        self._to(State(self.history.now.cell))

    def write(self) -> None:
        """Ask for the cell's file."""
        question = Question("write", self.history.now.settings.plain())
        self._desk.ask((self.number, "write"), question, partial(self._hear, self._written))

    def close(self) -> None:
        """The page is gone."""
        for what in ("describe", "now", "own", "write"):
            self._desk.forget((self.number, what))

    # ------------------------------------------------------------------ what is asked

    def _to(self, state: State, by: str = "") -> None:
        self._go(self.history.to(state, by), by)

    def _go(self, history: History, by: str = "") -> None:
        was, self.history = self.history.now, history
        now = history.now
        if was == now:
            return
        self._view.says("")
        if not by:  # of a slider that is being moved it waits: browsers take few changes of it a second
            self._show_link()
        if was.cell != now.cell:
            self._to_cell()
            return
        if was.settings != now.settings and self._rest is not None:
            self._before = self._rest.v
        self._show_controls(by)
        self._ask(keep=was.settings == now.settings)

    def _to_cell(self) -> None:
        self._cell = self._rest = self._before = None
        question = Question("describe", State(self.history.now.cell).plain())
        self._desk.ask((self.number, "describe"), question, partial(self._hear, self._described))
        self._ask(keep=False)

    def _ask(self, keep: bool) -> None:
        """Ask what is so in the state that the page is in now. keep: courses played before, to compare."""
        state = self.history.now
        self._asked, self._waits = time.monotonic(), True
        self.player.begin(state.done, keep)
        what = "follow" if state.done else "settle"
        question = Question(what, state.plain())
        self._desk.ask((self.number, "now"), question, partial(self._hear, partial(self._found, state)))

    def _hear(self, take: Callable[[Answer], None], answer: Answer) -> None:
        """From the desk's thread into the page's loop."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(_handed, self._view, take, answer)

    # ------------------------------------------------------------------ what is answered

    def _described(self, answer: Answer) -> None:
        if not isinstance(answer.found, Described) or answer.found.cell != self.history.now.cell:
            if answer.why:
                self._view.says(answer.why)
            return
        self._cell = answer.found
        self._view.describe(self._cell, self.history.now)
        self._show_controls()
        if self.player.frame or self._rest:
            self._show()

    def _found(self, state: State, answer: Answer) -> None:
        if state != self.history.now:
            return  # another has been asked for meanwhile
        self._waits = False
        self._view.news("")
        if answer.why:
            self._view.says(answer.why)
            self.player.ended = True
            self._view.course(self.player)
            if self._rest is None:  # there is nothing to be seen yet: the cell as it is in its file
                question = Question("settle", State(state.cell).plain())
                self._desk.ask((self.number, "own"), question, partial(self._hear, self._seen_first))
            return
        if isinstance(answer.found, Frame):
            self._rest = answer.found
            self._show()
        elif isinstance(answer.found, Frames):
            first = not self.player.frames
            self.player.add(answer.found)
            if first or answer.found.number == 0:
                self._rest = self.player.frames[0]
                self._show()

    def _seen_first(self, answer: Answer) -> None:
        """The cell as it is in its file, where its state on the page has no rest."""
        if isinstance(answer.found, Frame) and self._rest is None:
            self._view.frame(answer.found, None, None, stale=True)

    def _written(self, answer: Answer) -> None:
        if isinstance(answer.found, str):
            self._view.save(answer.found)
        elif answer.why:
            self._view.says(answer.why)

    # ------------------------------------------------------------------ what is seen

    def tick(self) -> None:
        """Some time has gone by: show the next of a course, say that something is being computed."""
        if self.player.playing and self.player.step():
            self._show()
        if self._waits and time.monotonic() - self._asked > NOBODY:
            self._view.news("computing …")
        if time.monotonic() - self._asked > RESTS:
            self._show_link()

    def again(self) -> None:
        """Play the course from its beginning."""
        self.player.again()
        self._show()

    def hold(self, index: int) -> None:
        """Show the course at one time."""
        if self.player.frames:
            self.player.hold(index)
            self._show()

    def link(self) -> str:
        """The end of the link that restores this state."""
        return query(self.history.now)

    def _show(self) -> None:
        frame = self.player.frame or self._rest
        if frame is None:
            return
        rest, before, largest = self._rest, self._before, None
        if self.player.frame is not None and rest is not None:
            largest = max(max(abs(own.passive), abs(own.pump)) for own in rest.ions.values())
            before = rest.v if frame.t > 0 else before
        self._view.frame(frame, before, largest)
        self._view.course(self.player)

    def _show_link(self) -> None:
        link = self.link()
        if link != self._linked:
            self._linked = link
            self._view.link(link)

    def _show_controls(self, by: str = "") -> None:
        """by: the slider that is being moved, which stands where the user has it."""
        self._view.controls(None if by else self._cell, self.history.now, bool(self.history.past))


def _handed(view: View, take: Callable[[Answer], None], answer: Answer) -> None:
    """Hand over an answer; the loop would tell nobody what goes wrong with it."""
    try:
        take(answer)
    except Exception as error:
        view.mistaken(error)
