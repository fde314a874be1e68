"""The command determinants: what decides where a cell rests, at once, later and in the end."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from ..experiments.determinants import TIMES, determinants
from ..experiments.determinants_result import THRESHOLD, DeterminantsResult, unit_of_quantity
from ..experiments.keys import with_unit
from ..words import count, minus
from . import rest
from .command import Command
from .excite import Duration
from .options import CellOptions, Changes, hours_of
from .output import Output
from .session import Session
from .style import COLOUR, GREEN, GREY, MAGENTA, new_figure
from .tables import amount, new_table, number, print_sentence, printed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Times = Annotated[
    str,
    typer.Option(metavar="TIME,...", help="after which the response is told, beside at once and for ever"),
]
Place = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="PLACE",
        help="where V is told too, and the cell stimulated if it has channels: soma, dend[3](0.5)",
    ),
]
Asked = Annotated[
    bool, typer.Option("--threshold/--no-threshold", help="whether what decides the threshold is asked too")
]
USUAL = ",".join(TIMES)
ROWS = 12  # on the terminal
EARLY = 3  # that come first at another time than the end
BARS = 9  # of a panel
GROUPS = {
    "bath": ("concentration outside", "#0072B2"),
    "strength": ("strength", "#D55E00"),
    "pump": ("the pump's law", GREEN),
    "inside": ("what cannot leave", MAGENTA),
    "temperature": ("temperature", COLOUR["v"]),
    "other": ("others", GREY),
}
SECOND = {
    "v_place": "V there",
    "nai": "Na⁺ inside",
    "ki": "K⁺ inside",
    "cli": "Cl⁻ inside",
    "relative_volume": "volume",
    "threshold": "threshold",
}


def run(
    session: Session,
    cell: CellOptions,
    changes: Changes,
    times: Times = USUAL,
    where: Place = None,
    threshold: Asked = True,
    duration: Duration = 2.0,
) -> DeterminantsResult:
    """What decides V at rest: its change with every number, at once, after 1 s, 1 min, 1 h and for ever."""
    made = session.make(cell, changes)
    stated = hours_of(times)
    with session.progress("turning every number", 1.0) as report:
        given = changes.given()
        return determinants(
            made,
            stated,
            where,
            progress=report,
            threshold=threshold,
            duration_ms=duration,
            **given,
        )


def table(console: Console, result: DeterminantsResult) -> None:
    """The rest, and the numbers that matter most in the end."""
    rest.table(console, result.before)
    _ranked(console, result, "v", "what decides it: change of V, in mV per e-fold of each number")
    warm = [i for i, group in enumerate(result.groups) if group == "temperature"]
    for i in warm:
        kelvin = result.values[i] + 273.15
        each = ", ".join(
            f"{change / kelvin:+.2f} mV {'' if when in ('held', 'steady') else 'after '}{said(when)}"
            for when, change in zip(result.times, result.change["v"][i], strict=True)
        )
        print_sentence(console, f"a degree more of temperature: {each}")
    s = result.summary
    if THRESHOLD in result.change:
        at = f"{amount(s['threshold_nA'])} nA, a pulse of {s['duration_ms']:g} ms into {s['where']}"
        _ranked(console, result, THRESHOLD, f"threshold of {at}: its change, in nA per e-fold", 3)
    else:
        print_sentence(console, f"threshold: {s['why']['threshold_nA']}")
    print_sentence(console, f"found in {s['wall_s']:.2f} s")


def _ranked(console: Console, result: DeterminantsResult, quantity: str, head: str, digits: int = 2) -> None:
    """The numbers that matter most for a quantity, in the end and before."""
    told = result.ranked(quantity=quantity)[:ROWS]
    for when in result.times:
        told += [i for i in result.ranked(when, quantity)[:EARLY] if i not in told]
    console.print(f"\n[bold]{head}[/]  ({len(told)} of {count(len(result.names), 'number')})")
    rows = new_table("", "is", *(said(when) for when in result.times))
    for i in told:
        values = (number(value, digits) for value in result.change[quantity][i])
        rows.add_row(printed(result.labels[i]), _value(result, i), *values)
    console.print(rows)


def said(when: str) -> str:
    """A time as a reader says it."""
    return {"held": "at once", "steady": "for ever"}.get(when, when)


def _value(result: DeterminantsResult, i: int) -> str:
    unit = "" if result.units[i] == "1" else f" {result.units[i]}"
    return minus(f"{result.values[i]:.4g}{unit}")


def files(to: Output, result: DeterminantsResult) -> None:
    """Every number's derivatives, those that matter most first, and the figure."""
    order = [*result.ranked(), *(i for i in range(len(result.names)) if i not in result.ranked())]
    columns: dict[str, list] = {
        "parameter": [result.names[i] for i in order],
        "what": [result.labels[i] for i in order],
        "group": [result.groups[i] for i in order],
        "value": [float(result.values[i]) for i in order],
        "unit": [result.units[i] for i in order],
    }
    for quantity, change in result.change.items():
        for column, when in enumerate(result.times):
            name = with_unit(f"{when.replace(' ', '_')}_{quantity}", unit_of_quantity(quantity))
            columns[name] = [float(change[i, column]) for i in order]
    to.csv("determinants.csv", columns)
    to.figure("determinants.png", figure(result))


def figure(result: DeterminantsResult) -> "Figure":
    """Ranked bars: of V at each time, and of what is inside in the end."""
    second = [name for name in SECOND if name in result.change and result.ranked(quantity=name)]
    across = max(len(result.times), len(second))
    with new_figure(3.2 * across, 7.2) as drawn:
        panels = drawn.subplots(2, across, squeeze=False)
        for axis, when in zip(panels[0], result.times, strict=False):
            _bars(axis, result, when, "v")
            axis.set_title(f"V {said(when)}" if when in ("held", "steady") else f"V after {when}")
        for axis, name in zip(panels[1], second, strict=False):
            _bars(axis, result, result.times[-1], name)
            axis.set_title(f"{SECOND[name]}, for ever")
        for axis in [*panels[0][len(result.times) :], *panels[1][len(second) :]]:
            axis.axis("off")
        _legend(panels[1][-1] if len(second) < across else panels[0][-1], result)
        at = f"{result.layout.name} at {result.summary['v_rest_mV']:.1f} mV"
        drawn.suptitle(minus(f"{at}: change per e-fold of each number"))
    return drawn


def _bars(axis: "Axes", result: DeterminantsResult, when: str, quantity: str) -> None:
    """The numbers that matter most, a bar each, the most on top."""
    ranks = result.ranked(when, quantity)[:BARS]
    values = [float(result.change[quantity][i, result.times.index(when)]) for i in ranks]
    colours = [GROUPS[result.groups[i]][1] for i in ranks]
    axis.barh(range(len(ranks)), values, 0.8, color=colours)
    axis.axvline(0, color="black", lw=0.8)
    for row, (i, value) in enumerate(zip(ranks, values, strict=True)):
        axis.annotate(
            printed(result.labels[i]), (0, row), (-4 if value >= 0 else 4, 0), textcoords="offset points",
            ha="right" if value >= 0 else "left", va="center", fontsize=8,
        )  # fmt: skip
    most = max(map(abs, values), default=1.0)
    axis.set_xlim(-1.35 * most, 1.35 * most)
    axis.set_ylim(BARS - 0.4, -0.6)
    axis.set_yticks([])
    axis.locator_params(axis="x", nbins=5)
    axis.spines["left"].set_visible(False)
    unit = unit_of_quantity(quantity)
    axis.set_xlabel("relative" if unit == "1" else unit)


def _legend(axis: "Axes", result: DeterminantsResult) -> None:
    from matplotlib.patches import Patch

    there = [name for name in GROUPS if name in result.groups and name != "temperature"]
    handles = [Patch(color=GROUPS[name][1], label=GROUPS[name][0]) for name in there]
    axis.legend(handles=handles, loc="lower right", fontsize=8.5)


COMMAND = Command("determinants", run, DeterminantsResult, table, files, figure)
