"""The command settle: where a model rests, as it stands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import numpy as np
import typer
from rich.console import Console

from ..errors import notify
from ..existing.audit import AuditResult
from ..existing.loading import Loaded, load
from ..existing.settle import SettleResult, settle
from ..words import count, duration, minus
from .command import Command
from .drawing import draw_cell, visible
from .options import Folders, quantity
from .output import Output
from .session import Session
from .style import COLOUR, new_figure
from .tables import new_table, number, print_sentence

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Found = TypeVar("Found", SettleResult, AuditResult)
Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="MODEL...", help="files of the model, loaded in this order: .hoc, .py; or .json; or .nml"
    ),
]
New = Annotated[
    str | None,
    typer.Option(
        "--new", metavar="TEMPLATE", help="make a cell of a template: 'L5PCtemplate(\"cell1.asc\")'"
    ),
]
Then = Annotated[
    list[str],
    typer.Option(
        "--then", metavar="HOC", help="a statement to do after loading, as a button would; repeatable"
    ),
]
Drawn = Annotated[
    Path | None, typer.Option("--morphology", metavar="FILE", help="of a cell of .json files: .swc or .asc")
]
Fitted = Annotated[
    Path | None,
    typer.Option(
        "--values", metavar="FILE", help="of BluePyOpt's .json: what was fitted, by name and section"
    ),
]
Start = Annotated[
    float | None,
    quantity("start", "mV", "V", "V where its run begins (default: its v_init, else -65)"),
]
ForGood = Annotated[
    float | None,
    quantity(
        "for_good", "ms", "TIME", "IClamps that are on for so long stay on (default: 100 s)", "--for-good"
    ),
]
SHARE = 0.02  # mV, between compartments from which V counts as different


@dataclass(frozen=True)
class ModelOptions:
    """What a model of one's own is made from."""

    mod: Folders = field(default_factory=list)
    new: New = None
    then: Then = field(default_factory=list)
    morphology: Drawn = None
    values: Fitted = None

    def load(self, session: Session, files: list[Path]) -> Loaded:
        """The model that files make."""
        with session.progress("loading the model", 1.0) as report:
            loaded = load(files, self.mod, self.new, self.then, self.morphology, self.values, report)
        for note in loaded.notes:
            notify(note)
        return loaded

    def ask(
        self, of: Callable[..., Found], session: Session, files: list[Path], start: Any, for_good: Any
    ) -> Found:
        """What `settle`, or `audit`, finds in the model that files make; what it leaves out is said."""
        loaded = self.load(session, files)
        stays = {} if for_good is None else {"for_good": for_good}
        with session.progress("finding the rest", 1.0) as report:
            found = of(loaded.sections, start, progress=report, name=loaded.name, **stays)
        session.warn(found.summary["left_out"])
        return found


def run(
    session: Session, model: Files, options: ModelOptions, start: Start = None, for_good: ForGood = None
) -> SettleResult:
    """Where any NEURON model rests as it stands: V, gates and pools, in place of a run-in; whether it is
    stable."""
    return options.ask(settle, session, model, start, for_good)


def table(console: Console, result: SettleResult) -> None:
    """Where it rests, by region, and how it comes back there."""
    s = result.summary
    console.print(
        f"\n[bold]{s['cell']}[/]: {count(s['sections'], 'section')}, "
        f"{count(s['compartments'], 'compartment')}, {', '.join(s['mechanisms'])}"
    )
    rows = new_table("region", "compartments", "V (mV)", "lowest", "highest", left=("region",))
    layout = result.layout
    for region in dict.fromkeys(layout.region):
        own = layout.region == region
        v = result.v[own]
        mean = float(v @ layout.area[own] / layout.area[own].sum())
        cells = (number(x, 3) for x in (mean, v.min(), v.max()))
        rows.add_row(str(region), f"{own.sum()}", *cells)
    console.print(rows)
    print_sentence(console, _told(result))
    console.print(f"solved in {s['wall_s']:.1f} s")


def _told(result: SettleResult) -> str:
    s = result.summary
    said = f"it starts at {s['start_mV']:.2f} and rests at {s['v_rest_mV']:.2f} mV"
    if not s["modes"]:
        return said
    slow = s["modes"][0]
    verb = "leaves it by" if slow["grows"] else "comes back to it by"
    return (
        f"{said}; it {verb} {slow['moves']} ({slow['place']}) with a time constant of "
        f"{duration((slow['time_constant_s'] or np.inf) / 3600)}"
    )


def files(to: Output, result: SettleResult) -> None:
    """V and states of every compartment, NEURON's SaveState and the figure."""
    layout = result.layout
    where = {"section": layout.section, "x": layout.x, "distance_um": layout.distance}
    to.csv("compartments.csv", {**where, "v_mV": result.v})
    states: dict[str, list] = {"section": [], "x": [], "state": [], "value": []}
    for kind, values in result.states.items():
        here = np.flatnonzero(~np.isnan(values))
        states["section"] += layout.section[here].tolist()
        states["x"] += layout.x[here].tolist()
        states["state"] += [kind] * len(here)
        states["value"] += values[here].tolist()
    to.csv("states.csv", states)
    if result.saved is not None:
        to.path("rest.dat").write_bytes(result.saved)
    to.figure("settle.png", figure(result))


def figure(result: SettleResult) -> "Figure":
    """V along the cell and, where it has a shape, on it."""
    layout = result.layout
    drawn_too = len(visible(layout)) > 0 and np.ptp(result.v) > SHARE
    with new_figure(9.5 if drawn_too else 6, 4) as drawn:
        axes = drawn.subplots(1, 2, squeeze=False)[0] if drawn_too else [drawn.subplots()]
        axes[0].plot(layout.distance, result.v, "o", ms=3, color=COLOUR["v"])
        axes[0].axhline(result.start, color="0.6", lw=0.8, ls=":")
        axes[0].set_xlabel("distance from the soma (µm)")
        axes[0].set_ylabel("V at rest (mV)")
        axes[0].set_title(minus(f"{layout.name} rests at {result.summary['v_rest_mV']:.2f} mV"))
        axes[0].ticklabel_format(useOffset=False)
        if drawn_too:
            draw_cell(axes[1], layout, result.v, "V (mV)")
    return drawn


COMMAND = Command("settle", run, SettleResult, table, files, figure)
