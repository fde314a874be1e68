"""What a command prints of a result, as a test reads it."""

import io
import re

import made_up
from rich.console import Console

from models.show.command import commands

TABLE = {name: command.table for name, command in commands().items()}


def lonely(which: int):
    """Two cells of which one has no pump, or takes up no Na+: nothing to compare."""
    result = made_up.compare()
    other = result.summary["cells"]["quick cell"]
    if which == 0:
        other["block"]["nai_rise_mM_per_min"] = 0.0
    else:
        other["rest"]["pump_net_current_uA_cm2"] = 0.0
    return result


def printed(show, result, styles=False, width=110) -> str:
    console = Console(
        file=io.StringIO(), width=width, highlight=False, force_terminal=styles, legacy_windows=False,
        color_system="standard" if styles else None,
    )  # fmt: skip
    show(console, result)
    return console.file.getvalue()


def plain(show, result) -> str:
    """What is printed, with the minus of a Python number."""
    return printed(show, result).replace("−", "-")


def lines(show, result) -> list[list[str]]:
    """Each line in its cells, which two blanks or more hold apart; with plain minus signs."""
    return [re.split(r"\s{2,}", line.strip()) for line in plain(show, result).splitlines()]


def starting(found: list[list[str]], label: str) -> list[str]:
    """The cells after `label` in the one line that begins with it."""
    (only,) = [cells[1:] for cells in found if cells[0] == label]
    return only
