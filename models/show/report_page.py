"""The report as one page: what stands in it, in the order in which it stands."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..errors import InputError
from ..experiments.compare import CLOSED
from ..experiments.keys import name_and_unit, shown
from ..experiments.statements.every import every
from ..experiments.statements.finding import Finding
from ..experiments.statements.tried import finding_of
from ..version import VERSION
from ..words import duration, minus
from . import determinants
from . import report_figures as figures
from .compare import side_by_side
from .report_figures import Download, Picture
from .report_parts import Kept
from .report_tables import Table
from .tables import printed

TEMPLATE, STYLE = "report.html.j2", "report.css"
MOST_NUMBERS = 12  # of a table of determinants


def page(parts: Sequence[Kept], benches: dict[str, Table], program: str) -> str:
    """The whole page. parts: all of them; benches: tables of benchmarks by their file; program: as the user
    calls it."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    own = {one.name: one for one in parts}
    here = Path(__file__).parent
    made = Environment(
        loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return made.get_template(TEMPLATE).render(
        style=Markup((here / STYLE).read_text(encoding="utf-8")),
        version=VERSION,
        provenance=own["statements"].summary["provenance"],
        statements=_statements(own["statements"], program),
        verdict_data=_all_data(own["statements"], "statements.csv"),
        compare=_compare(own["compare"], program),
        compare_table=_compare_table(own["compare"]),
        validation=_validation(own["validation"], program),
        validation_table=_validation_table(own["validation"]),
        missed_table=_missed_table(own["validation"]),
        determinants=[
            (_determinants(kept, program), _determinants_table(kept))
            for name, kept in own.items()
            if name.startswith("determinants")
        ],
        costs=_costs(parts),
        benches=benches,
        parts=parts,
        program=program,
    )


def value(kept: Kept, *keys: str, unit: str | None = None, digits: int = 3) -> Markup:
    """A number of a part's summary as a reader sees it, and for a machine as it is. keys: where it is; unit:
    where its key does not say it."""
    found: Any = kept.summary
    for key in keys:
        found = found[key]
    said = unit if unit is not None else [*name_and_unit(keys[-1]), ""][1]
    text = "–" if found is None else minus(f"{found:.{digits}g}") + (f" {said}" if said else "")
    place = "/".join((kept.name, *keys))
    return Markup('<data value="{}" data-of="{}">{}</data>').format(
        "" if found is None else repr(found), place, text
    )


def word(kept: Kept, *keys: str) -> Markup:
    """A name from a part's summary."""
    found: Any = kept.summary
    for key in keys:
        found = found[key]
    return Markup('<span data-of="{}">{}</span>').format("/".join((kept.name, *keys)), found)


def _all_data(kept: Kept, *names: str) -> list[Download]:
    return [
        figures.file(kept.folder / "summary.json", f"{kept.name}_summary.json"),
        *(figures.file(kept.folder / name) for name in names),
    ]


def _picture(kept: Kept, name: str, said: str, caption: Markup, program: str, data: Sequence[str]) -> Picture:
    png = (kept.folder / name).read_bytes()
    return Picture(
        figures.address(png, ".png"), None, figures.size_of(png), said, caption,
        f"{program} {kept.part.line}", _all_data(kept, *data),
    )  # fmt: skip


def _statements(kept: Kept, program: str) -> list[dict[str, Any]]:
    """Every statement with its figure and its values."""
    path = kept.folder / "findings.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        findings = {
            one["number"]: finding_of(found[str(one["number"])]) for one in kept.summary["statements"]
        }
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path}: is damaged ({error}); delete its folder and it is made anew") from error
    return [_statement(kept, one, findings[one["number"]], program) for one in kept.summary["statements"]]


def _statement(kept: Kept, told: dict[str, Any], finding: Finding, program: str) -> dict[str, Any]:
    number = told["number"]
    png = (kept.folder / told["figure"]).read_bytes()
    stem = f"statement_{number:02d}"
    data = [Download(f"{stem}.csv", figures.address(figures.panel_data(finding), ".csv"))]
    limit = minus(told["limit"])
    caption = Markup('<span data-of="statements/{}/limit">{}.</span>').format(
        number, limit[:1].upper() + limit[1:] if limit[:1].isascii() else limit
    )
    picture = Picture(
        figures.address(png, ".png"),
        figures.narrow(every()[number], finding, told["verdict"]),
        figures.size_of(png),
        figures.described(finding),
        caption,
        f"{program} statements {number}\n{told['command'].replace('python run.py', program)}",
        data,
    )
    values = Table(f"Numbers of statement {number}", ("quantity", "value", "unit"), _flat(told["values"]))
    return {**told, "picture": picture, "values": values}


def _flat(values: dict[str, Any]) -> list[tuple[str, str, str]]:
    """A row each number or word, however deep it stands."""
    rows: list[tuple[str, str, str]] = []

    def add(name: str, unit: str, found: Any) -> None:
        if isinstance(found, dict):
            for key, inner in found.items():
                add(f"{name}: {key}", unit, inner)
        elif isinstance(found, list):
            rows.append((name, ", ".join(map(_said, found)) or "none", unit))
        else:
            rows.append((name, _said(found), unit))

    for key, found in values.items():
        name, unit = _named(key)
        add(name, unit, found)
    return rows


def _named(key: str) -> tuple[str, str]:
    try:
        name, unit = [*name_and_unit(key), ""][:2]
    except KeyError:  # of words
        name, unit = key, ""
    return name.removesuffix("_n").replace("_", " "), unit


def _said(found: Any) -> str:
    if found is None:
        return "none"
    return minus(f"{found:.4g}" if isinstance(found, float) else str(found))


def _compare(kept: Kept, program: str) -> Picture:
    cells = [name for name in kept.summary["cells"] if not name.endswith(CLOSED)]
    rests = Markup(", ").join(
        Markup("the {} rests at {}").format(name, value(kept, "cells", name, "rest", "v_rest_mV"))
        for name in cells
    )
    blocks = Markup(", ").join(
        Markup("the {} after {}").format(name, value(kept, "cells", name, "block", "hours_half_way_to_final"))
        for name in cells
    )
    caption = Markup("In the bath {}. With the pump blocked half of the way to the end is done, {}.").format(
        rests, blocks
    )
    said = (
        "Neuron and muscle fibre side by side, in a bath and in a closed space: V and concentrations over "
        "time after the pump is blocked, on a logarithmic axis of time. The table below has the numbers."
    )
    courses = [name for name in kept.files("_course.csv") if "closed" not in name]
    return _picture(kept, "compare.png", said, caption, program, courses)


def _compare_table(kept: Kept) -> Table:
    cells = kept.summary["cells"]
    return Table("Neuron and muscle", ("", *cells), side_by_side(cells, osmotic=False))


def _validation(kept: Kept, program: str) -> Picture:
    caption = Markup(
        "{} of {} numbers are within what their sources allow; {} are compared in all, the rest of them put "
        "in and no test."
    ).format(*(value(kept, key) for key in ("within", "counted", "numbers")))
    said = (
        "Every number of the shipped cells beside the range that its source allows: a mark inside the green "
        "band is within, a diamond outside it a miss. The table below has every number."
    )
    return _picture(kept, "validation.png", said, caption, program, ["validation.csv"])


def _validation_table(kept: Kept) -> Table:
    rows = []
    for row in _read(kept.folder / "validation.csv"):
        unit = "" if row["unit"] == "1" else shown(row["unit"])
        allowed = f"{float(row['low']):g} to {float(row['high']):g}"
        got = "none" if not row["got"] else f"{float(row['got']):.4g}"
        rows.append([f"{row['row']} {row['what']}", minus(allowed), minus(got), unit, row["verdict"]])
    return Table("Numbers beside their sources", ("what", "allowed", "got", "unit", "verdict"), rows)


def _missed_table(kept: Kept) -> Table:
    """Numbers outside what their sources allow, which a print of the figure is too small to name."""
    rows = [
        (*shown[:4], row["why"])
        for row, shown in zip(
            _read(kept.folder / "validation.csv"), _validation_table(kept).rows, strict=True
        )
        if row["verdict"] == "miss"
    ]
    return Table("What is missed, and why", ("what", "allowed", "got", "unit", "why"), rows)


def _determinants(kept: Kept, program: str) -> Picture:
    s = kept.summary
    names, unit = _labels(kept), s["determinants_unit"]["v"]
    changes = Markup(", ").join(
        Markup("{} {}").format(names[name], value(kept, "determinants", name, "steady", unit=unit))
        for name in s["first"]["steady"][:3]
    )
    caption = Markup("The {} rests at {}; what changes that most, for ever: {}.").format(
        word(kept, "cell"), value(kept, "v_rest_mV"), changes
    )
    said = (
        f"Bars: by how much V of the {s['cell']} changes per e-fold of each number, at once and for ever, "
        "the strongest first; beside them concentrations inside and volume. The table below has the numbers."
    )
    return _picture(kept, "determinants.png", said, caption, program, ["determinants.csv"])


def _determinants_table(kept: Kept) -> Table:
    s = kept.summary
    names, times = _labels(kept), list(next(iter(s["determinants"].values())))
    rows = [
        [label, *(_said(s["determinants"][name][time]) for time in times)]
        for name, label in list(names.items())[:MOST_NUMBERS]
    ]
    heads = ("number", *(determinants.said(time) for time in times))
    unit = s["determinants_unit"]["v"]
    return Table(f"Change of V of the {s['cell']}, {unit}", heads, rows)


def _labels(kept: Kept) -> dict[str, str]:
    """What each number is called by a reader, those that matter most first."""
    rows = _read(kept.folder / "determinants.csv")
    return {row["parameter"]: minus(printed(row["what"])) for row in rows}


def _costs(parts: Sequence[Kept]) -> Table:
    """What each part took when it was made, where its summary says so."""

    def took(kept: Kept) -> str:
        cells = kept.summary.get("cells", {}).values()
        inner = [part["wall_s"] for one in cells if isinstance(one, dict) for part in one.values()]
        return duration(kept.summary.get("wall_s", sum(inner)) / 3600)

    rows = [[one.name.replace("_", " "), one.part.line, took(one), one.how] for one in parts]
    return Table("What the parts of this page took", ("part", "command", "time", "in this run"), rows)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))
