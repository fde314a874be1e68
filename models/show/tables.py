"""What the tables on the terminal share."""

import re

import numpy as np
from rich.console import Console
from rich.padding import PaddingDimensions
from rich.table import Table

from ..physics.ions import IONS
from ..words import minus

PRINTED = {ion.symbol: ion.printed for ion in IONS.values()}
SYMBOL = {name: ion.printed for name, ion in IONS.items()}
ROOMY = 100  # letters across a terminal from which there is room between the columns of wide tables
SIGN = {"p": "P", "g": "g"}  # of a leak's strength, as physiologists write it


def new_table(
    *heads: str, left: tuple[str, ...] = ("",), no_wrap: bool = False, padding: PaddingDimensions = (0, 1)
) -> Table:
    """A table without lines whose columns are numbers, to the right, but for those named in `left`."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=padding)
    for head in heads:
        table.add_column(head, justify="left" if head in left else "right", no_wrap=no_wrap)
    return table


Column = tuple[str, list[str]]  # its head and its cells


def print_columns(
    console: Console, head: str, labels: list[str], columns: list[Column], padding: PaddingDimensions
) -> None:
    """Print rows with a label each; of the columns as many side by side as the terminal has room for, the
    others below."""

    def made(some: list[Column]) -> Table:
        table = new_table(head, *(name for name, _ in some), left=(head,), no_wrap=True, padding=padding)
        for label, *cells in zip(labels, *(values for _, values in some), strict=True):
            table.add_row(label, *cells)
        return table

    def fits(some: list[Column]) -> bool:
        unbound = console.options.update(max_width=10_000)
        return console.measure(made(some), options=unbound).maximum <= console.width

    for parts in range(1, len(columns) + 1):
        size = -(-len(columns) // parts)  # as many in each
        cut = [columns[first : first + size] for first in range(0, len(columns), size)]
        if size == 1 or all(map(fits, cut)):
            break
    for some in cut:
        console.print(made(some))


def print_sentence(console: Console, sentence: str) -> None:
    """Print a sentence on one line, however long, with the tables' minus signs; on a terminal it is broken
    between words."""
    console.print(minus(sentence), soft_wrap=not console.is_terminal)


def printed(text: str) -> str:
    """Words with their ions as on paper: "Na⁺ inside"."""
    return re.sub(r"[A-Z][A-Za-z0-9]*[+-]", lambda found: PRINTED.get(found[0], found[0]), text)


def number(value: float | None, digits: int = 2) -> str:
    """A number with so many places behind the point; "–" for none."""
    if value is None:
        return "–"
    return minus(f"{round(value, digits) + 0.0:.{digits}f}")  # + 0.0: no "-0.00"


def amount(value: float, digits: int = 4) -> str:
    """A number to so many digits, with a power of ten only where it would be long."""
    if value == 0 or 1e-4 <= abs(value) < 1e7:
        return minus(np.format_float_positional(value, digits, fractional=False, trim="-"))
    return minus(f"{value:.{digits}g}")


def concentration(mm: float) -> str:
    """A concentration in mM; three digits of one that two places behind the point would not show."""
    return number(mm) if mm == 0 or mm >= 0.1 else minus(f"{mm:.3g}")


def current(value: float, scale: float) -> str:
    """A current in uA/cm2; "0" where it is round-off of `scale`."""
    return "0" if abs(value) <= 1e-8 * scale else minus(f"{value:+.4f}")


def dose(mm: float) -> str:
    """A concentration as a reader says it: "1.28 nM", "48 µM"."""
    for unit, size in (("pM", 1e9), ("nM", 1e6), ("µM", 1e3), ("mM", 1.0)):
        if abs(mm * size) < 1000:
            return minus(f"{mm * size:.3g} {unit}")
    return minus(f"{mm:.3g} mM")
