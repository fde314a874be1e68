"""The command iv: the current through a membrane by voltage, and where there is none."""

from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from ..errors import InputError
from ..experiments.iv import IVResult, iv
from ..words import minus
from .command import Command
from .options import Changes, FastFibre
from .output import Output
from .session import Session
from .style import GREY, new_figure
from .tables import new_table, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Voltages = Annotated[str, typer.Option("--v", metavar="FROM:TO", help="voltages, in mV, e.g. -120:40")]
Chloride = Annotated[
    str | None,
    typer.Option(help="passive (at equilibrium with each voltage) or held (default: held where transported)"),
]
Where = Annotated[
    str | None, typer.Option(help="whose membrane: a region, a section or a place (default: the whole cell)")
]
ROOM = 4.0  # times the largest current between two voltages without current: how much of it is shown
LARGEST = 6  # processes that have a colour of their own


def run(
    session: Session,
    cell: FastFibre,
    changes: Changes,
    v: Voltages = "-120:40",
    chloride: Chloride = None,
    where: Where = None,
) -> IVResult:
    """Current against voltage while concentrations stay; every voltage without current, rests and edges."""
    low, colon, high = v.partition(":")
    if not colon or not low.strip() or not high.strip():
        raise InputError(f"--v {v}: expected FROM:TO in mV, e.g. --v -120:40")
    if changes.max_spikes is not None:
        raise InputError("--max-spikes has no effect: V is held, so that nothing fires")
    made = session.make(cell, changes)
    given = changes.given()
    with session.progress("finding currents", 1.0) as report:
        return iv(
            made,
            (low.strip(), high.strip()),
            chloride,
            where,
            set=given["set"],
            scale=given["scale"],
            progress=report,
        )


def table(console: Console, result: IVResult) -> None:
    """Every voltage without current."""
    s = result.summary
    chloride = f", chloride {result.chloride}" if result.chloride else ""
    console.print(f"\n[bold]{s['cell']}: no current through {result.place}[/], concentrations held{chloride}")
    rows = new_table("V\nmV", "slope\nmS/cm²", "pushed a little", left=("pushed a little",))
    for one in result.roots:
        words = "it comes back" if one["holds"] else "it leaves: an edge between two rests"
        rows.add_row(number(one["v_mV"]), number(one["slope_mS_cm2"], 4), words)
    if result.roots:
        console.print(rows)
    else:
        low, high = result.v[[0, -1]]
        console.print(minus(f"there is a current at every voltage from {low:g} to {high:g} mV"))
    console.print(f"solved in {s['wall_s']:.1f} s")


def files(to: Output, result: IVResult) -> None:
    """Currents by voltage, and the figure."""
    names = {
        f"{name.replace('+', '').replace('-', '').replace(' ', '_')}_uA_cm2": name for name in result.parts
    }
    parts = {key: result.parts[name] for key, name in names.items()}
    to.csv("currents.csv", {"v_mV": result.v, "current_uA_cm2": result.current, **parts})
    to.figure("iv.png", figure(result))


def figure(result: IVResult) -> "Figure":
    """The whole current near 0, with every voltage without current, and what it is made of."""
    with new_figure(12, 4.4) as drawn:
        whole, parts = drawn.subplots(1, 2)
        most = _room(result)
        whole.plot(result.v, result.current, color="#222222")
        for one in result.roots:
            fill = "#222222" if one["holds"] else "white"
            whole.plot(one["v_mV"], 0, "o", color="#222222", mfc=fill, ms=8, mew=1.5, zorder=5)
            side = 10 if one["holds"] else -16
            whole.annotate(
                minus(f"{one['v_mV']:.1f}"), (one["v_mV"], 0), (9, side), textcoords="offset points",
                fontsize=9, bbox={"fc": "white", "ec": "none", "pad": 1},
            )  # fmt: skip
        whole.set_title("the whole current; ●: it comes back there, ○: it leaves")
        _largest(parts, result, most)
        parts.set_title("what it is made of")
        for axis in (whole, parts):
            axis.axhline(0, color=GREY, lw=0.8, zorder=0)
            axis.set_ylim(-most, most)
            axis.set_xlim(result.v[0], result.v[-1])
            axis.set_xlabel("V (mV)")
            axis.set_ylabel("current, outward (µA/cm²)")
        chloride = f", chloride {result.chloride}" if result.chloride else ""
        drawn.suptitle(f"{result.layout.name}, {result.place}: concentrations held{chloride}", fontsize=10.5)
    return drawn


def _room(result: IVResult) -> float:
    """How much of the current is shown (uA/cm2): what matters between the voltages without current, or beside
    the only one."""
    at = [one["v_mV"] for one in result.roots]
    if not at:
        return float(1.1 * np.abs(result.current).max())
    low, high = min(at) - 15, max(at) + 15
    near = np.abs(result.current[(result.v >= low) & (result.v <= high)])
    between = np.abs(result.current[(result.v >= min(at)) & (result.v <= max(at))])
    return float(ROOM * between.max() if len(at) > 1 and between.size else 1.1 * near.max())


def _by_process(parts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The currents by process, those of several ions together: a pump's and an exchanger's net current, of a
    store inside the cell next to none. Leaks are one an ion."""
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, values in parts.items():
        ion, _, process = name.partition(" ")
        found.setdefault(name if process == "leak" else process, {})[ion] = values
    return {
        name if name in parts or len(own) > 1 else f"{next(iter(own))} {name}": np.sum(
            [*own.values()], axis=0
        )
        for name, own in found.items()
    }


def _largest(axis: "Axes", result: IVResult, most: float) -> None:
    """The processes that carry most of what is shown, each with its name."""
    import matplotlib

    shown = np.abs(result.current) <= most
    together = _by_process(result.parts)
    size = {name: float(np.abs(values[shown]).max()) for name, values in together.items() if shown.any()}
    named = [name for name in sorted(size, key=lambda name: -size[name]) if size[name] > 0][:LARGEST]
    colours = matplotlib.colormaps["tab10"](np.arange(LARGEST))
    for name, colour in zip(named, colours, strict=False):
        axis.plot(result.v, together[name], color=colour, label=minus(name.replace("pl_", "")))
    axis.plot(result.v, result.current, color="#222222", lw=1.0, ls="--", label="the whole")
    axis.legend(loc="best", fontsize=8.5)


COMMAND = Command("iv", run, IVResult, table, files, figure)
