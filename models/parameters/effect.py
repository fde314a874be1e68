"""Values of a parameter file that would change nothing in its cell, whatever is done with it: refused."""

from collections.abc import Iterator
from itertools import chain

from ..errors import InputError

DRAWN = ("cylinder", "epithelium")  # the shapes that have a length and a diameter


def check_effect(parameters, ions_known, leaks) -> None:
    """InputError for the first value without effect. ions_known: all that a cell may follow; leaks: the names
    of the strengths that this one has."""
    p = parameters
    found = chain(_of_ions(p, ions_known), _of_leaks(p, leaks), _of_pump(p), _of_calcium(p), _of_shape(p))
    for key, why in found:
        raise InputError(f"{p.path}: {key} has no effect {why}")


def _of_ions(p, ions_known) -> Iterator[tuple[str, str]]:
    for ion in ions_known:
        if ion in p.ions:
            continue
        why = f'in a cell whose ions are {", ".join(p.ions)}; add "{ion}" to ions or take it out'
        tables = {"outside": p.outside, "inside": p.inside, "diffusion": p.diffusion, "balance": p.balance}
        tables |= {f"region.{name}": table for name, table in p.region.items()}
        keys = [f"{ion}o", f"d{ion}", *(["chloride_share"] if ion == "cl" else [])]
        keys += [f"{ion}i"] if ion != "ca" else []  # a mechanism may read an unfollowed cai
        for name, table in tables.items():
            for key in keys:
                if getattr(table, key, None) and key in table.model_fields_set:
                    yield f"{name}.{key}", why


def _of_leaks(p, leaks) -> Iterator[tuple[str, str]]:
    for key in sorted(p.leak.model_fields_set - {"law", *leaks}):
        yield f"leak.{key}", f'in a cell of law = "{p.leak.law}" and ions = {p.ions}'


def _of_pump(p) -> Iterator[tuple[str, str]]:
    if "species" in p.pump.model_fields_set and not p.pump.isoform:
        yield "pump.species", f'with law = "{p.pump.law}", which has no isoforms'
    for alpha, isoform in p.pump.isoform.items():
        if isoform.mutated_share is not None and isoform.mutation is None:
            yield f"pump.isoform.{alpha}.mutated_share", "without a mutation; give mutation = NAME"


def _of_calcium(p) -> Iterator[tuple[str, str]]:
    given = p.calcium.model_fields_set
    if given and "ca" not in p.ions:
        yield f"calcium.{min(given)}", 'in a cell that does not follow Ca2+; add "ca" to ions or take it out'
    if "kd" in given and "buffer" not in given:
        yield "calcium.kd", "without a buffer; give calcium.buffer"


def _of_shape(p) -> Iterator[tuple[str, str]]:
    shape, space = p.morphology.shape, p.space.model_fields_set
    if shape not in DRAWN:
        for key in ("length", "diameter"):
            if key in p.morphology.model_fields_set:
                yield f"morphology.{key}", f'with shape = "{shape}", which has its own'
    if "tortuosity_outside" in space and not p.space.diffusion:
        yield "space.tortuosity_outside", "where no ions move between the spaces outside (diffusion = false)"
    if p.epithelium is not None:
        for key in sorted(space):
            yield f"space.{key}", "for an epithelium, which stands between two baths"
        for key in p.water.model_fields_set:
            yield f"water.{key}", "for an epithelium, whose volume is fixed"
    if p.tubules is not None and "exchange_rate" in space:
        yield "space.exchange_rate", "in a cell with T-tubules, which stands in a bath or a closed space"
