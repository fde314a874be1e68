"""What the tables on the terminal share."""

from rich.padding import PaddingDimensions
from rich.table import Table

from ..physics.ions import IONS

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


def number(value: float | None, digits: int = 2) -> str:
    """A number with so many places behind the point; "–" for none."""
    if value is None:
        return "–"
    return f"{round(value, digits) + 0.0:.{digits}f}"  # + 0.0: no "-0.00"


def concentration(mm: float) -> str:
    """A concentration in mM; three digits of one that two places behind the point would not show."""
    return number(mm) if mm == 0 or mm >= 0.1 else f"{mm:.3g}"


def current(value: float, scale: float) -> str:
    """A current in uA/cm2; "0" where it is round-off of `scale`."""
    return "0" if abs(value) <= 1e-8 * scale else f"{value:+.4f}"


def dose(mm: float) -> str:
    """A concentration as a reader says it: "1.28 nM", "48 µM"."""
    for unit, size in (("pM", 1e9), ("nM", 1e6), ("µM", 1e3), ("mM", 1.0)):
        if abs(mm * size) < 1000:
            return f"{mm * size:.3g} {unit}"
    return f"{mm:.3g} mM"
