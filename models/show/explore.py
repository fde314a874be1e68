"""The command explore: a page on which a cell is changed by sliders and answers at once."""

from importlib.util import find_spec
from typing import Annotated

import typer

from .. import interrupts
from ..errors import InputError
from ..explore.state import State, state_of
from ..installation import INSTALLED, program
from .command import Service
from .session import console

NEEDED = "nicegui"
CLOSED = "the page is closed"
Port = Annotated[
    int, typer.Option(min=0, max=65535, help="where the page is served (default: any free port)")
]
NoBrowser = Annotated[bool, typer.Option("--no-browser", help="print the address and open nothing")]
CellName = Annotated[str | None, typer.Option("--cell", help="the shipped cell that the page begins with")]
Link = Annotated[
    str | None, typer.Option("--link", metavar="LINK", help="a link copied from a page: begin in its state")
]


def run(cell: CellName = None, port: Port = 0, no_browser: NoBrowser = False, link: Link = None) -> None:
    """A page in the browser: sliders, V among its ions, what becomes of the cell; on this machine alone."""
    check_installed()
    if cell is not None and link is not None:
        raise InputError("--cell and --link both say which cell; expected one of them")
    first = None
    if cell is not None:
        first = State(cell)
    elif link is not None:
        first = state_of(link)
    from ..explore.serve import serve

    def say(sentence: str) -> None:
        console.print(sentence, soft_wrap=True, highlight=False, markup=False)

    interrupts.sentence = CLOSED  # while it begins, too
    served = serve(port, not no_browser, first, say)
    interrupts.at_exit.append(served.desk.close)
    try:
        served.wait()
    finally:
        served.close()


def check_installed() -> None:
    """InputError, which says how to install it, where what the page is built on is missing."""
    if find_spec(NEEDED) is None:
        how = "pip install 'pumpleak[explore]'" if INSTALLED else "make explore"
        raise InputError(f"{program()} explore needs NiceGUI, which is not installed: {how}")


SERVICE = Service("explore", run)
