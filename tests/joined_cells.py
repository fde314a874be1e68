"""HEK cells side by side with a junction between them."""

from models import Cells, make_cell

BATH = {"outside.nao": 140, "outside.ko": 4, "outside.clo": 120, "outside.impermeant": "30 mM"}
BATH["electrical.celsius"] = 37
EVERY = [(outside, volume) for outside in ("bath", "shell", "closed") for volume in ("fixed", "osmotic")]
AT = ["a.cable(0.5)", "b.cable(0.5)"]
APART = {"a": (0, 0, 0), "b": (25, 0, 0)}
CABLE = {
    "morphology.shape": "cylinder",
    "morphology.length": "150 um",
    "morphology.diameter": "5 um",
    "morphology.max_compartment_length": "50.1 um",
}


def cell(name, v=-50, file="hek293", set=None, **options):
    made = make_cell(file, set={**BATH, "inside.v": v, **(set or {})}, **options)
    made.name = name
    return made


def pair(conductance="2 nS", cells=None, more=None, **options):
    """A HEK cell and, alike but for its rest or as given, another, with one junction between them."""
    cells = [cell("a", -50, **options), cell("b", -70, **options)] if cells is None else cells
    junction = {"between": AT, "conductance": conductance, **(more or {})}
    return Cells(cells, [junction], positions=APART if options.get("outside") else None)


def only(result):
    """The one junction of a result's summary."""
    return result.summary["junctions"][0]
