"""The page is served: to this machine alone, by one thread, until it is ended."""

import logging
import socket
import threading
import time
import webbrowser
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI, Request
from nicegui import app as inner
from nicegui import ui

from ..errors import InputError
from .desk import Desk
from .guard import Guard, new_token
from .page import TITLE, Page
from .state import DEFAULT, State, query, state_of

HOST = "127.0.0.1"
LARGEST = 1_000_000  # bytes of one message
MOST_COMING = 20  # pages that were asked for and in which no browser has yet run; the oldest are let go
STARTING = 30.0  # s that the server may take to listen
# what libraries say of messages that make no sense is no news to whoever reads the terminal
LOGGERS = ("nicegui", "uvicorn", "uvicorn.error", "engineio.server", "socketio.server", "asyncio")
ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><rect width='32' height='32' rx='7' "
    "fill='#1f5fa8'/><path d='M4 22h7l4-14 4 19 3-8h6' fill='none' stroke='#fff' stroke-width='2.6'/></svg>"
)


class Served:
    """The page while it is served. address: where, with its token."""

    def __init__(self, port: int = 0, first: State | None = None):
        self._listening = _listening(port)
        self.port, token = self._listening.getsockname()[1], new_token()
        self.address = f"http://{HOST}:{self.port}/{token}/"
        self.opened = self.address + ("" if first is None else f"?{query(first)}")
        self._pages: dict[Page, None] = {}  # in the order in which they were opened
        self.desk = Desk(self._tell)
        self._server = self._made(token)
        given = {"sockets": [self._listening]}
        self._thread = threading.Thread(target=self._server.run, kwargs=given, daemon=True)
        self._thread.start()
        begun = time.monotonic()
        while not self._server.started and self._thread.is_alive() and time.monotonic() - begun < STARTING:
            time.sleep(0.01)

    def wait(self) -> None:
        """Until it is ended from elsewhere."""
        while self._thread.is_alive():
            self._thread.join(0.2)

    def close(self) -> None:
        """End it, and its worker."""
        self.desk.close()
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(2.0)
        self._listening.close()

    def _made(self, token: str) -> uvicorn.Server:
        """The server, with nothing of its own on the terminal."""
        for name in LOGGERS:
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = [logging.NullHandler()], False
        inner.config.socket_io_js_transports = ["websocket"]
        outer = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)

        @ui.page("/")
        async def index(request: Request) -> None:
            page = _opened(self.desk, str(request.url.query))
            self._pages[page] = None
            ui.context.client.on_delete(lambda: self._pages.pop(page, None))
            for one in [one for one in self._pages if not one.came][:-MOST_COMING]:
                one.leave()

        ui.run_with(
            outer, title=TITLE, favicon=ICON, dark=None, tailwind=False, show_welcome_message=False,
            binding_refresh_interval=None,
        )  # fmt: skip
        config = uvicorn.Config(
            Guard(outer, token, self.port), log_config=None, access_log=False, server_header=False,
            proxy_headers=False, ws_max_size=LARGEST, timeout_graceful_shutdown=1, lifespan="on",
        )  # fmt: skip
        return uvicorn.Server(config)

    def _tell(self, sentence: str) -> None:
        """Say it on every page; from the desk's thread."""
        for page in list(self._pages):
            page.from_elsewhere(sentence)


def _opened(desk: Desk, link: str) -> Page:
    """A page in the state that its link holds; in the first one, and with the reason, where it holds none."""
    try:
        return Page(desk, state_of(link), "")
    except InputError as error:
        return Page(desk, State(DEFAULT), str(error))


def _listening(port: int) -> socket.socket:
    """A socket that listens on this machine alone; InputError for a port that is taken. port: 0 for any."""
    found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((HOST, port))
        found.listen(64)
    except OSError as error:
        found.close()
        raise InputError(
            f"--port {port}: {error.strerror or error}; expected a free one, or none given"
        ) from None
    return found


def serve(port: int, browser: bool, first: State | None, say: Callable[[str], None]) -> Served:
    """Serve the page. say: tells the user its address."""
    served = Served(port, first)
    say(f"the page is at {served.opened}")
    say("it answers to this machine alone, by this address; Ctrl-C ends it")
    if browser and not webbrowser.open(served.opened):
        say("no browser was found to open it; open this address in one")
    return served
