"""Values of a parameter file that would change nothing in its cell, whatever is done with it: refused."""

from collections.abc import Iterator

from ..physics.ions import IONS
from ..physics.leaks import leak_of
from .fields import Table
from .schema import Parameters

Found = Iterator[tuple[str, str]]
KEYS_THERE = ("capacitance", "membrane_resistance")  # that a region's table may have, for example
DRAWN = ("cylinder", "epithelium", "soma_dendrite")  # the shapes that have a length and a diameter
OF_TEMPERATURE = ("q10", "plateau")  # what a file may say of an ion's leak in any law
OF_ION = {
    "cl": ("cli", "chloride_share")
}  # of what use only where the cell has the ion, beside bath and axis


def without_effect(p: Parameters) -> Found:
    """Every value without effect, "outside.clo", and why, "in a cell whose ions are na, k"."""
    for part in (_of_regions, _of_ions, _of_leaks, _of_pump, _of_calcium, _of_space, _of_shape):
        yield from part(p)


def _of_regions(p: Parameters) -> Found:
    for name, table in p.region.items():
        if not table.model_fields_set:
            yield f"region.{name}", f"without a key; give one ({', '.join(KEYS_THERE)}, ...) or take it out"


def _of_ions(p: Parameters) -> Found:
    tables: dict[str, Table | None] = {
        "outside": p.outside,
        "inside": p.inside,
        "diffusion": p.diffusion,
        "balance": p.balance,
        "activity": p.activity,
    }
    tables |= {f"region.{name}": table for name, table in p.region.items()}
    for ion in IONS:
        if ion in p.ions:
            continue
        why = f'in a cell whose ions are {", ".join(p.ions)}; add "{ion}" to ions or take it out'
        for name, table in tables.items():
            read = ion == "ca" and name == "inside"  # channels may read the Ca2+ of a cell without
            inside = [] if read else [f"{ion}i"]
            for key in (f"{ion}o", f"d{ion}", *inside, *OF_ION.get(ion, ())):
                if table is not None and key in table.model_fields_set and getattr(table, key, None):
                    yield f"{name}.{key}", why


def _of_leaks(p: Parameters) -> Found:
    leaks = {leak_of(ion, p.leak.law).name for ion in p.ions}
    warm = {key + ion for key in OF_TEMPERATURE for ion in p.ions}
    for key in sorted(p.leak.model_fields_set - {"law", *leaks, *warm}):
        yield f"leak.{key}", f'in a cell of law = "{p.leak.law}" and ions = {p.ions}'


def _of_pump(p: Parameters) -> Found:
    if "species" in p.pump.model_fields_set and not p.pump.isoform:
        yield "pump.species", f'with law = "{p.pump.law}", which has no isoforms'
    for alpha, isoform in p.pump.isoform.items():
        if isoform.mutated_share is not None and isoform.mutation is None:
            yield f"pump.isoform.{alpha}.mutated_share", "without a mutation; give mutation = NAME"


def _of_calcium(p: Parameters) -> Found:
    given = p.calcium.model_fields_set
    if given and "ca" not in p.ions:
        yield f"calcium.{min(given)}", 'in a cell that does not follow Ca2+; add "ca" to ions or take it out'
    if "kd" in given and "buffer" not in given:
        yield "calcium.kd", "without a buffer; give calcium.buffer"


def _of_space(p: Parameters) -> Found:
    given = p.space.model_fields_set
    alone = [key for key in given if key.startswith("rate")]
    for ion in IONS:
        if f"rate{ion}" in alone and ion not in p.ions:
            yield (
                f"space.rate{ion}",
                f'in a cell whose ions are {", ".join(p.ions)}; add "{ion}" or take it out',
            )
    if "exchange_charge" in given and not (alone or p.glial_sink or p.glial_buffer):
        yield (
            "space.exchange_charge",
            "where no ion exchanges alone; give ratek, [glial_sink] or [glial_buffer]",
        )


def _of_shape(p: Parameters) -> Found:
    shape, space = p.morphology.shape, p.space.model_fields_set
    if shape not in DRAWN:
        for key in ("length", "diameter"):
            if key in p.morphology.model_fields_set:
                yield f"morphology.{key}", f'with shape = "{shape}", which has its own'
    if "area_power" in p.water.model_fields_set and p.water.area == "constant":
        yield "water.area_power", 'where the area stays (area = "constant")'
    if "tortuosity_outside" in space and not p.space.diffusion:
        yield "space.tortuosity_outside", "where no ions move between the spaces outside (diffusion = false)"
    if p.epithelium is not None:
        for key in sorted(space):
            yield f"space.{key}", "for an epithelium, which stands between two baths"
        for key in p.water.model_fields_set:
            yield f"water.{key}", "for an epithelium, whose volume is fixed"
    if p.tubules is not None or p.epithelium is not None:
        what = "with T-tubules, which stands in a bath or a closed space"
        what = what if p.tubules else "of an epithelium, which stands between two baths"
        tables = ("glia", "glial_sink", "glial_buffer")
        keys = [key for key in sorted(space) if key.startswith(("rate", "exchange")) and p.tubules]
        for key in (*(name for name in tables if getattr(p, name)), *(f"space.{key}" for key in keys)):
            yield key, f"in a cell {what}"
