"""The command adopt: any NEURON cell made to rest by itself where it rested."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer
from rich.console import Console

from ..existing.adopt import MAY, AdoptResult, adopt
from ..existing.calcium import OWN, REPLACED
from ..words import count, minus
from .command import Command
from .drawing import draw_cell, visible
from .options import pairs, quantity
from .output import Output
from .session import Session
from .settle import Files, ModelOptions, Start
from .style import COLOUR, new_figure
from .tables import new_table, number, print_sentence, printed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Known = Annotated[
    list[str],
    typer.Option(
        "--known",
        metavar="NAME=VALUE",
        help="a concentration that is known: ki, ko, nai, nao, clo (mM); the other side follows from the "
        "model's E; may be repeated",
    ),
]
Change = Annotated[
    list[str],
    typer.Option(
        "--change",
        metavar="WHAT",
        help=f"what may be changed where nothing rests otherwise: {', '.join(MAY)}, or none; may be repeated "
        "(default: leak and concentration)",
    ),
]
Share = Annotated[
    float | None,
    quantity("chloride_share", "1", "SHARE", "of the leaks' conductance (default: 0.2)", "--chloride-share"),
]
Calcium = Annotated[
    str,
    typer.Option(
        "--calcium",
        metavar="WHAT",
        help=f"{OWN} keeps the model's own pools of Ca2+; {REPLACED} puts a buffer, a pump and a leak of it "
        "in their place",
    ),
]


@dataclass(frozen=True)
class AdoptOptions:
    """How a model is adopted."""

    known: Known = field(default_factory=list)
    change: Change = field(default_factory=list)
    chloride_share: Share = None
    calcium: Calcium = OWN


def run(
    session: Session, model: Files, options: ModelOptions, how: AdoptOptions, start: Start = None
) -> AdoptResult:
    """Make any NEURON cell rest by itself where it rested: leaks divided among ions, pumps, moving ions; as a
    folder for NEURON alone."""
    loaded = options.load(session, model)
    with session.progress("adopting", 1.0) as report:
        found = adopt(
            loaded.sections,
            concentrations=pairs("known", how.known),
            start=start,
            chloride_share=how.chloride_share,
            change=how.change or ("leak", "concentration"),
            calcium=how.calcium,
            progress=report,
            name=loaded.name,
        )
    session.warn(found.changed)
    return found


def table(console: Console, result: AdoptResult) -> None:
    """Where it rested and rests, and what its leaks and pumps are, by region."""
    s, layout = result.summary, result.layout
    console.print(f"\n[bold]{s['cell']}[/]: {count(s['compartments'], 'compartment')}")
    heads = ("region", "compartments", "V, own\nmV", "V\nmV", "leaks, own\nµS/cm²", "K⁺", "Na⁺", "Cl⁻")
    rows = new_table(*heads, "pump\nµA/cm²", left=("region",))
    for region in dict.fromkeys(layout.region):
        own = layout.region == region
        share = layout.area[own] / layout.area[own].sum()
        leaks = (result.asked.leak, *(result.membrane.leak[ion] for ion in ("k", "na", "cl")))
        cells = [number(float(v[own] @ share), 3) for v in (result.own.v, result.rest.v)]
        cells += [number(1e6 * float(values[own] @ share), 2) for values in leaks]
        cells += [number(1e3 * float(result.membrane.cycle[own] @ share), 3)]
        rows.add_row(str(region), f"{own.sum()}", *cells)
    console.print(rows)
    for sentence in result.said:
        print_sentence(console, printed(minus(sentence)))
    print_sentence(console, minus(f"it rests within {s['v_apart_mV']:.2g} mV of its own V everywhere"))


def files(to: Output, result: AdoptResult) -> None:
    """Every compartment, the figure, and the cell for NEURON alone: adopted.py, its numbers and
    mechanisms."""
    layout, membrane = result.layout, result.membrane
    columns: dict[str, np.ndarray] = {
        "section": layout.section,
        "x": layout.x,
        "distance_um": layout.distance,
        "v_own_mV": result.own.v,
        "v_mV": result.rest.v,
        "leak_own_S_cm2": result.asked.leak,
    }
    columns |= {f"leak_{ion}_S_cm2": values for ion, values in membrane.leak.items()}
    to.csv("compartments.csv", {**columns, "pump_net_mA_cm2": membrane.cycle})
    for name, text in result.exported().items():
        path = to.path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    to.figure("adopt.png", figure(result))


def figure(result: AdoptResult) -> "Figure":
    """V before and after along the cell, and its pumps' current on it."""
    layout = result.layout
    drawn_too = len(visible(layout)) > 0
    with new_figure(9.5 if drawn_too else 6, 4) as drawn:
        axes = drawn.subplots(1, 2, squeeze=False)[0] if drawn_too else [drawn.subplots()]
        axes[0].plot(layout.distance, result.own.v, "o", ms=5, color="0.75", label="its own")
        axes[0].plot(layout.distance, result.rest.v, "o", ms=2, color=COLOUR["v"], label="with pumps")
        axes[0].set_xlabel("distance from the soma (µm)")
        axes[0].set_ylabel("V at rest (mV)")
        axes[0].legend(frameon=False)
        axes[0].ticklabel_format(useOffset=False)
        if drawn_too:
            draw_cell(axes[1], layout, 1e3 * result.membrane.cycle, "pump (µA/cm²)")
    return drawn


COMMAND = Command("adopt", run, AdoptResult, table, files, figure)
