"""The command iv: the current of a membrane at every voltage, and where it passes none."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from ..experiments.iv import HIGH, LOW, IvResult, iv
from ..words import minus
from .command import Command
from .options import CellOptions, Changes, quantity
from .output import Output
from .session import Session
from .style import COLOUR, GREEN, GREY, MAGENTA, new_figure
from .tables import SYMBOL, amount, new_table, number, print_sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Low = Annotated[float, quantity("low", "mV", "VOLTAGE", "lowest voltage")]
High = Annotated[float, quantity("high", "mV", "VOLTAGE", "highest voltage")]
Chloride = Annotated[
    str, typer.Option(help="held, or passive: at equilibrium at every voltage, so that it carries nothing")
]
Concentrations = Annotated[
    str, typer.Option(help="rest: of the changed cell; start: as they are before they have changed")
]
Where = Annotated[str, typer.Option(help="which membrane: soma, apical, dend[3](0.5)")]
AROUND = 25.0  # mV beyond the zeros that the close view shows
WIDE = 3.0  # times what flows between the zeros that it shows


def run(
    session: Session,
    cell: CellOptions,
    changes: Changes,
    low: Low = LOW,
    high: High = HIGH,
    chloride: Chloride = "held",
    concentrations: Concentrations = "rest",
    where: Where = "all",
) -> IvResult:
    """The membrane's current at every voltage, by ion, and all voltages at which it is 0."""
    made = session.make(cell, changes)
    with session.progress("stepping the voltage", 1.0) as report:
        return iv(
            made,
            low,
            high,
            chloride=chloride,
            concentrations=concentrations,
            place=where,
            progress=report,
            **changes.given(),
        )


def table(console: Console, result: IvResult) -> None:
    """The voltages of no net current, with the slope there."""
    s = result.summary
    whose = "" if s["where"] == "all" else f", {s['where']}"
    console.print(f"\n[bold]{s['cell']}{whose}: voltages of no net current[/]")
    rows = new_table("", "mV", "slope\nµS/cm²", left=("",))
    for v, slope in zip(*result.zeros, strict=True):
        rows.add_row("V stays" if slope > 0 else "V leaves", number(v, 2), amount(1e6 * slope, 4))
    console.print(rows)
    held = "of its rest" if result.concentrations == "rest" else "of its start"
    cl = "chloride at equilibrium" if result.chloride == "passive" else "chloride held too"
    rests = "" if result.v_rest is None else f"; it rests at {result.v_rest:.2f} mV"
    print_sentence(console, f"at the concentrations {held}, {cl}, gates settled{rests}")


def files(to: Output, result: IvResult) -> None:
    """Every current against V, and the figure."""
    columns = {"v_mV": result.v, "total_uA_cm2": 1e3 * result.total}
    for ion, parts in result.currents.items():
        columns[f"{ion}_uA_cm2"] = 1e3 * result.of_ion(ion)
        columns |= {f"i_{ion}_{name}_uA_cm2": 1e3 * values for name, values in parts.items()}
    to.csv("iv.csv", columns)
    to.figure("iv.png", figure(result))


def figure(result: IvResult) -> "Figure":
    """The whole curve by ion, and its zeros close by."""
    with new_figure(11, 4.4) as drawn:
        whole, close = drawn.subplots(1, 2)
        net = 1e3 * result.total
        _ions(whole, result)
        whole.set_xlim(result.v[0], result.v[-1])
        whole.set_title(f"{result.layout.name}: current of each ion")
        _zeros(close, result)
        low, high = _span(result)
        close.set_xlim(low, high)
        close.set_ylim(*_height(result.v, net, result.zeros[0], low, high))
        close.set_title("voltages of no net current")
        for axis in (whole, close):
            axis.plot(result.v, net, color=COLOUR["v"], lw=2.2, label="all", zorder=3)
            axis.axhline(0, color="black", lw=0.8)
            axis.set_xlabel("V (mV)")
            axis.set_ylabel("current (µA/cm², outward +)")
        whole.legend(loc="upper left", fontsize=8.5)
    return drawn


def _span(result: IvResult) -> tuple[float, float]:
    """The voltages (mV) of the close view: around the zeros, all where there is none."""
    zeros = result.zeros[0]
    if not len(zeros):
        return float(result.v[0]), float(result.v[-1])
    return (
        max(float(zeros.min()) - AROUND, float(result.v[0])),
        min(float(zeros.max()) + AROUND, float(result.v[-1])),
    )


def _height(
    v: np.ndarray, net: np.ndarray, zeros: np.ndarray, low: float, high: float
) -> tuple[float, float]:
    """The currents (µA/cm²) of the close view, which those between the zeros fill by a third or more."""
    seen = net[(v >= low) & (v <= high)]
    between = net[(v >= zeros.min()) & (v <= zeros.max())] if len(zeros) > 1 else seen
    size = WIDE * float(np.abs(between).max(initial=0.0)) or float(np.abs(net).max()) or 1.0
    return max(-size, 1.2 * float(seen.min(initial=0.0))), min(size, 1.2 * float(seen.max(initial=0.0)))


def _ions(axis: "Axes", result: IvResult) -> None:
    """A line for each ion that is counted, one for the pump's net current."""
    for ion in result.currents:
        if not (ion == "cl" and result.chloride == "passive"):
            axis.plot(result.v, 1e3 * result.of_ion(ion), color=COLOUR[ion], label=SYMBOL[ion], lw=1.4)
    pump = sum(parts["pump"] for parts in result.currents.values() if "pump" in parts)
    axis.plot(result.v, 1e3 * np.asarray(pump), color=GREY, ls="--", lw=1.2, label="pump, net")


def _zeros(axis: "Axes", result: IvResult) -> None:
    """A mark and its voltage at every zero, full where V stays; a line where the cell rests."""
    for i, (v, slope) in enumerate(zip(*result.zeros, strict=True)):
        colour = GREEN if slope > 0 else MAGENTA
        axis.plot(v, 0, "o", ms=8, mec=colour, mfc=colour if slope > 0 else "white", zorder=4)
        axis.annotate(
            minus(f"{v:.1f}"), (v, 0), (0, 10 if i % 2 == 0 else -18), textcoords="offset points",
            ha="center", color=colour, fontsize=9, zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    if result.v_rest is not None:
        axis.axvline(result.v_rest, color=GREY, lw=1, ls=":", label="rest")


COMMAND = Command("iv", run, IvResult, table, files, figure)
