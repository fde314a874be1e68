"""The command inspect: what a cell is made of."""

from rich.console import Console

from ..errors import InputError
from ..experiments.inspect import InspectResult, inspect
from ..experiments.keys import shown
from ..words import count, minus
from .command import Command
from .options import CellOptions, FileValues
from .output import Output
from .session import Session
from .tables import SYMBOL, amount, new_table

MOST_NAMED = 4  # sections; of more, these and how many more


def run(session: Session, cell: CellOptions, values: FileValues) -> InspectResult:
    """What the cell is made of, who reads and writes each ion, and where every number comes from."""
    if others := values.of_experiment():
        raise InputError(
            f"--set {min(others)}: inspect shows the cell as it is made; expected TABLE.KEY=VALUE, a value "
            "of its file"
        )
    return inspect(session.make(cell, values))


def table(console: Console, result: InspectResult) -> None:
    """Regions, who touches which ion, and the source of every parameter."""
    s = result.summary
    console.print(
        f"\n[bold]{s['cell']}[/] from {s['source']}: {count(s['sections'], 'section')}, "
        f"{count(s['compartments'], 'compartment')}, {amount(s['length_um'], 6)} µm, "
        f"area {amount(s['area_um2'], 6)} µm², volume {amount(s['volume_um3'], 6)} µm³"
    )
    regions = new_table("region", "sections", "compartments", "area µm²", "volume µm³", left=("region",))
    for region, r in s["regions"].items():
        sizes = (amount(r["area_um2"], 6), amount(r["volume_um3"], 6))
        regions.add_row(region, str(r["sections"]), str(r["compartments"]), *sizes)
    if "glia" in s:
        g = s["glia"]
        sizes = (amount(g["area_um2"], 6), amount(g["volume_um3"], 6))
        regions.add_row(f"glia: {g['cell']}", str(g["compartments"]), str(g["compartments"]), *sizes)
    console.print(regions)
    heads = ("ion", "mechanism", "reads", "writes", "in")
    access = new_table(*heads, left=heads)
    for row in result.access:
        everywhere = len(row["sections"]) == s["sections"]
        place = "every section" if everywhere else _few(row["sections"])
        access.add_row(SYMBOL[row["ion"]], row["mechanism"], row["reads"], row["writes"], place)
    console.print(access)
    parameters = new_table("parameter", "value", left=("parameter", "value"), no_wrap=True)
    parameters.add_column("source", overflow="fold")
    for row in result.parameters:
        parameters.add_row(row["parameter"], _with_unit(row["value"], row["unit"]), minus(row["source"]))
    console.print(parameters)


def _with_unit(value: float, unit: str) -> str:
    """A value as a reader says it: "20 kΩ·cm²" of 20000 ohm cm2."""
    if unit.startswith("ohm") and abs(value) >= 1000:
        value, unit = value / 1000, f"k{unit}"
    return amount(value) if unit == "1" else f"{amount(value)} {shown(unit)}"


def _few(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def files(to: Output, result: InspectResult) -> None:
    """Sections, who reads and writes which ion, and the sources of the parameters."""
    access = [{**row, "sections": " ".join(row["sections"])} for row in result.access]
    for name, rows in (("sections", result.sections), ("access", access), ("parameters", result.parameters)):
        to.csv(f"{name}.csv", {key: [row[key] for row in rows] for key in rows[0]})


COMMAND = Command("inspect", run, InspectResult, table, files)
