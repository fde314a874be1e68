"""What is a cell made of: compartments, area, volume, and who reads and writes which ion where."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..cell.cell import Cell
from ..simulator import nmodl
from .dataset import measured, text
from .given import Given, cell_of
from .layout import Layout, layout_of
from .result import Result

if TYPE_CHECKING:
    from xarray import Dataset

Rows = list[dict[str, Any]]


@dataclass(repr=False)
class InspectResult(Result):
    """What a cell is made of.

    sections: one dict per section (section, region, compartments, length_um, area_um2, volume_um3,
    mechanisms)
    access: one dict per mechanism and ion (mechanism, ion, reads, writes, sections)
    warnings: sentences about the source
    parameters: one dict per number (parameter, value, unit, source), those the balance found at the end
    summary: scalars, the unit in every key
    """

    layout: Layout
    sections: Rows
    access: Rows
    warnings: list[str]
    parameters: Rows
    summary: dict[str, Any]

    def line(self) -> str:
        """What it is, on one line."""
        s = self.summary
        return f"{s['cell']}: {s['sections']} sections, {s['compartments']} compartments, {s['source']}"

    def to_xarray(self) -> "Dataset":
        """Sizes per section, values per parameter, and who reads and writes which ion."""

        def column(rows: Rows, key: str) -> list[Any]:
            return [row[key] for row in rows]

        variables = {
            "region": text("section", column(self.sections, "region")),
            "compartments": measured("section", column(self.sections, "compartments"), "1"),
            "mechanisms": text("section", column(self.sections, "mechanisms")),
            "value": ("parameter", column(self.parameters, "value"), {"long_name": "in the unit beside it"}),
            "unit": text("parameter", column(self.parameters, "unit")),
            "source": text("parameter", column(self.parameters, "source")),
            **{
                key: text("access", column(self.access, key))
                for key in ("ion", "mechanism", "reads", "writes")
            },
            "sections": text("access", [" ".join(row["sections"]) for row in self.access]),
        }
        for key, unit in (("length", "um"), ("area", "um2"), ("volume", "um3")):
            variables[key] = measured("section", column(self.sections, f"{key}_{unit}"), unit)
        coords = {
            "section": text("section", column(self.sections, "section")),
            "parameter": text("parameter", column(self.parameters, "parameter")),
        }
        return self._dataset(variables, coords)


def inspect(cell: Given, **options: Any) -> InspectResult:
    """Take stock of a cell; cell, options: as in `rest`.

    Raises InputError for what cannot be used, BalanceError where the cell cannot be made.
    """
    cell = cell_of(cell, options)
    layout = layout_of(cell)
    sections, where_of = _sections(cell, layout)
    summary = {
        "cell": layout.name,
        "source": cell.source,
        "sections": len(sections),
        "compartments": layout.size,
        "area_um2": float(layout.area.sum()),
        "volume_um3": float(layout.volume.sum()),
        "surface_to_volume_per_um": float(layout.area.sum() / layout.volume.sum()),
        "length_um": float(sum(row["length_um"] for row in sections)),
        "regions": {
            str(region): {
                "sections": len({r["section"] for r in sections if r["region"] == region}),
                "compartments": int((layout.region == region).sum()),
                "area_um2": float(layout.area[layout.region == region].sum()),
                "volume_um3": float(layout.volume[layout.region == region].sum()),
            }
            for region in dict.fromkeys(layout.region)
        },
        "warnings": list(cell.warnings),
    }
    parameters = cell.parameters.sources() + found_by_balance(cell, layout) + impermeants(cell, layout)
    if cell.glia is not None:
        own = inspect(cell.glia)
        keys = ("cell", "compartments", "area_um2", "volume_um3")
        summary["glia"] = {key: own.summary[key] for key in keys}
        parameters += [{**row, "parameter": f"glia: {row['parameter']}"} for row in own.parameters]
    return InspectResult(layout, sections, _access(cell, where_of), list(cell.warnings), parameters, summary)


def _sections(cell: Cell, layout: Layout) -> tuple[Rows, dict[str, list[str]]]:
    """A row per section, and by mechanism the sections that have it."""
    rows: Rows = []
    where_of: dict[str, list[str]] = {}
    first = 0
    for sec in cell.sections:
        own = slice(first, first + sec.nseg)  # the compartments are in the sections' order
        first += sec.nseg
        mechanisms = [m.name() for m in sec(0.5) if not m.name().endswith("_ion")]
        mechanisms += sorted({p.hname().split("[")[0] for p in sec(0.5).point_processes()})
        for name in mechanisms:
            where_of.setdefault(name, []).append(sec.name())
        rows.append(
            {
                "section": sec.name(),
                "region": layout.region[own.start],
                "compartments": sec.nseg,
                "length_um": sec.L,
                "area_um2": float(layout.area[own].sum()),
                "volume_um3": float(layout.volume[own].sum()),
                "mechanisms": " ".join(mechanisms),
            }
        )
    return rows, where_of


def _access(cell: Cell, where_of: dict[str, list[str]]) -> Rows:
    """Which mechanism reads and writes what of each ion, and where."""
    rows = [
        {
            "ion": ion,
            "mechanism": name,
            "reads": " ".join(reads),
            "writes": " ".join(nmodl.declarations(name).writes[ion]),
            "sections": owners,
        }
        for name, owners in where_of.items()
        for ion, reads in nmodl.declarations(name).reads.items()
        if ion in cell.ions
    ]
    rows.sort(key=lambda row: (cell.ions.index(str(row["ion"])), row["mechanism"]))
    return rows


def impermeants(cell: Cell, layout: Layout) -> Rows:
    """What cannot pass the membrane, inside (mean) and in the bath, as far as the file does not give it."""
    amount = float(layout.by_volume(cell.impermeant))
    charge = float(layout.by_volume(cell.anion))
    inside = {"impermeant": amount, "impermeant_valence": -charge / amount if amount else 0.0}
    outside = dict(zip(inside, cell.bath_impermeant(), strict=True))
    follows = {
        ("inside", "impermeant"): "follows from the charge or, with no valence given, the osmotic balance",
        ("outside", "impermeant"): "follows from electroneutrality",
        ("inside", "impermeant_valence"): "follows from electroneutrality",
        ("outside", "impermeant_valence"): "follows from electroneutrality, -1 where that leaves it open",
    }
    return [
        {"parameter": f"{table}.{name}", "value": value, "unit": unit, "source": follows[table, name]}
        for table, values in (("inside", inside), ("outside", outside))
        for (name, value), unit in zip(values.items(), ("mM", "1"), strict=True)
        if getattr(getattr(cell.parameters, table), name) is None
    ]


def found_by_balance(cell: Cell, layout: Layout) -> Rows:
    """The strengths of leaks and pump (means over the membrane), where the file does not give them."""
    if cell.parameters.balance is None:
        return []
    pump = cell.parameters.pump
    source = "found by the balance"
    of_pump = source if pump.mechanism is None else f"{source}; {pump.maximal_current} of {pump.mechanism}"
    known = {ion: (f"leak.{leak.name}", leak.unit, source) for ion, leak in cell.membrane.leak.items()}
    known["pump"] = ("pump.imax", "mA/cm2", of_pump)
    return [
        {
            "parameter": known[name][0],
            "value": float(layout.by_area(values)),
            "unit": known[name][1],
            "source": known[name][2],
        }
        for name, values in cell.strength.items()
    ]
