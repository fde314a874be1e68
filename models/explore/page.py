"""The page: where everything stands on it, and what each thing does."""

import asyncio
import time
from collections.abc import Callable

from nicegui import ui

from .captions import when
from .cellfile import file_name
from .cells import shipped
from .desk import Desk
from .figures import Figures
from .frames import Described, Frame
from .marks import number
from .panel import Panel
from .player import PACE, Player
from .session import Session, View
from .slider import Slider
from .state import DONE, State
from .style import WHOLE

KEPT = 8.0  # s that the page goes on saying what has befallen its worker
TITLE = "What keeps a cell’s voltage?"
LEAD = (
    "Ions leak through the membrane, a pump carries them back, and the cell rests where both are equal. "
    "Move a slider, then stop the pump and watch."
)
DOINGS = {"blocked": "Block the pump", "closed": "Close the space", "water": "Let water in"}
# the address is another in the browser itself, before the server knows: whoever reloads at once loses nothing
ADDRESS = """() => {
    const there = new URL(location), held = there.searchParams;
    %s;
    history.replaceState({}, "", there);
}"""
PRESSED = "held.get('{0}') === '1' ? held.delete('{0}') : held.set('{0}', '1')"
ALL_RESET = "[...held.keys()].filter(name => name !== 'cell').forEach(name => held.delete(name))"
HINTS = {
    "blocked": "All pumps stop at once.",
    "closed": "The outside becomes a narrow space that nothing is exchanged with, a fifth of the tissue.",
    "water": "The membrane lets water through: the cell swells or shrinks.",
}


class Page(View):
    """One page that is open."""

    def __init__(self, desk: Desk, state: State, wrong: str):
        self.came = False  # whether a browser runs it
        self._client = ui.context.client
        self._figures = Figures()
        ui.add_css(WHOLE)
        ui.page_title(TITLE)
        self._loop = asyncio.get_running_loop()
        self._session = Session(desk, self, state, self._loop)
        self._kept = 0.0  # until when the news stays
        self._told = False  # whether the server sets a choice, not the user
        self._head(state)
        self._says = ui.label(wrong).classes("says").props('role="alert"')
        self._news = ui.label("getting ready …").classes("news").props('role="status"')
        with ui.element("div").classes("page-grid") as self._main:
            self._strip = ui.label("").classes("strip").props('aria-hidden="true"')
            with ui.element("div").classes("panel").props('aria-label="what can be changed" role="group"'):
                self._panel = Panel(self._session.turn, self._session.let_go, self._wrong)
            with ui.element("div").classes("figures"):
                self._figures.hero()
                with ui.element("section").classes("card over-time"):
                    self._over_time()
                self._figures.others()
        self.course(Player())
        ui.timer(PACE, self._session.tick)
        self._client.on_connect(self._comes)
        self._client.on_delete(self._session.close)
        ui.on_exception(self.mistaken)
        self._session.open()

    def _head(self, state: State) -> None:
        session = self._session
        with ui.element("header").classes("top"):
            with ui.element("h1"):
                ui.label(TITLE)
            named = {name: f"{name}: {what}" for name, what in shipped().items()}
            self._choice = ui.select(named, value=state.cell, on_change=self._chosen, label="cell")
            self._choice.classes("cell-choice").props("dense outlined options-dense")
            with ui.element("div").classes("tools"):
                self._undo = _tool("Undo", session.undo)
                _tool("Reset", session.reset).on("click", js_handler=ADDRESS % ALL_RESET)
                _tool("Copy link", self._copy)
                _tool("Cell (TOML)", session.write)
                _tool("Picture (SVG)", self._picture)
            ui.label(LEAD).classes("lead")

    def _over_time(self) -> None:
        with ui.element("h2"):
            ui.label("And then?")
        with ui.element("div").classes("doings"):
            self._doings = {name: self._doing(name) for name in DONE}
        self._figures.over_time()
        with ui.element("div").classes("times"):
            self._again = _tool("Play again", self._session.again)
            self._times = Slider(1, "time of the course", lambda at: self._session.hold(int(at)))
            self._when = ui.label("").classes("now")

    def _doing(self, name: str) -> ui.button:
        made = ui.button(DOINGS[name], on_click=lambda: self._session.do(name), color=None)
        made.on("click", js_handler=ADDRESS % PRESSED.format(name))
        made.classes("doing").props(f'flat no-caps aria-pressed="false" title="{HINTS[name]}"')
        return made

    def _comes(self) -> None:
        self.came = True

    def leave(self) -> None:
        """End it, for a browser that asks for it again gets another."""
        self._client.delete()

    # ------------------------------------------------------------------ what the user does

    def _chosen(self, event: object) -> None:
        if not self._told:
            self._session.choose(str(getattr(event, "value", "")))

    def _wrong(self, sentence: str) -> None:
        self.says(sentence, stale=False)

    def _copy(self) -> None:
        ui.clipboard.write(str(self._address()))
        self._news.set_text("The link is copied; it restores this state while this page is served.")

    def _address(self) -> str:
        url = self._client.request.url
        return f"{url.scheme}://{url.netloc}{url.path}?{self._session.link()}"

    def _picture(self) -> None:
        drawn = self._figures.picture()
        if drawn:
            name = f"{self._session.history.now.cell}.svg"
            ui.download.content(drawn, name, "image/svg+xml")

    # ------------------------------------------------------------------ what the session shows

    def describe(self, cell: Described, state: State) -> None:
        self._figures.describe(cell)
        self._panel.describe(cell, state)

    def controls(self, cell: Described | None, state: State, undo: bool) -> None:
        if cell is not None:
            self._panel.show(cell, state)
        self._told = True
        self._choice.set_value(state.cell)
        self._told = False
        self._undo.set_enabled(undo)
        if state.done:
            self._main.props('data-course="playing"')
        for name, button in self._doings.items():
            button.props(f'aria-pressed="{str(getattr(state, name)).lower()}"')

    def link(self, link: str) -> None:
        with self._client:
            ui.navigate.history.replace(f"?{link}")

    def frame(self, frame: Frame, before: float | None, largest: float | None, stale: bool = False) -> None:
        self._main.classes(add="stale") if stale else self._main.classes(remove="stale")
        self._figures.show(frame, before, largest, stale)
        others = {"GHK": frame.ghk, "Mullins–Noda": frame.mullins_noda}
        known = [f"{name} {number(v)}" for name, v in others.items() if v is not None]
        self._strip.set_text("  ·  ".join([f"V {number(frame.v)} mV", *known]))

    def course(self, player: Player) -> None:
        self._figures.show_course(player)
        last, said = len(player.frames) - 1, when(player.frame) if player.frame else ""
        self._times.put(player.shown, said, most=max(last, 1), off=last < 1)
        self._again.set_enabled(last > 0)
        self._when.set_text(said)
        state = "none" if not player.done else "playing" if player.playing else "shown"
        self._main.props(f'data-course="{state}"')

    def says(self, sentence: str, stale: bool = True) -> None:
        self._says.set_text(sentence)
        if sentence and stale:
            self._main.classes(add="stale")

    def news(self, sentence: str) -> None:
        if time.monotonic() > self._kept:
            self._news.set_text(sentence)

    def mistaken(self, error: Exception) -> None:
        self._befallen(f"this page made a mistake ({type(error).__name__}); what was asked last is not done")

    def from_elsewhere(self, sentence: str) -> None:
        """Say what has befallen the worker; from another thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._befallen, sentence)

    def _befallen(self, sentence: str) -> None:
        if not sentence:
            return self.news("")
        self._news.set_text(sentence)
        self._kept = time.monotonic() + KEPT

    def save(self, text: str) -> None:
        with self._client:
            ui.download.content(text, file_name(self._session.history.now), "application/toml")


def _tool(said: str, do: Callable[[], None]) -> ui.button:
    return ui.button(said, on_click=lambda: do(), color=None).classes("tool").props("flat no-caps")
