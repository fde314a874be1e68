"""Where V lies among the potentials that the ions alone would give, and what two equations say of it."""

from collections.abc import Callable

from .frames import Frame
from .marks import LETTER, WIDTH, box, drawing, levels, line, number, printed, shape, words

LEFT, RIGHT = 22, WIDTH - 22
LOWEST, HIGHEST, FARTHEST = -110.0, 80.0, 160.0  # mV
AXIS, STEP = 108.0, 19.0


def ladder(frame: Frame, before: float | None = None) -> str:
    """The drawing. before: V (mV) from which the last change has moved it."""
    ions = {ion: own for ion, own in frame.ions.items() if abs(own.nernst) < FARTHEST}
    every = [frame.v, *(own.nernst for own in ions.values())]
    low, high = min(LOWEST, *(v - 5 for v in every)), max(HIGHEST, *(v + 5 for v in every))

    def x(v: float) -> float:
        return LEFT + (RIGHT - LEFT) * (v - low) / (high - low)

    marks = [line(LEFT, AXIS, RIGHT, AXIS, "axis")]
    for tick in range(-160, 161, 40):
        if low <= tick <= high:
            at = x(tick)
            marks += [line(at, AXIS, at, AXIS + 5, "axis"), words(at, AXIS + 20, number(tick, 0), "soft")]
    said = [f"{printed(ion)} {number(own.nernst, 0)}" for ion, own in ions.items()]
    places = [x(own.nernst) for own in ions.values()]
    rows = levels(places, [LETTER * len(one) for one in said])
    labels = []  # above the lines of what stands higher
    for ion, place, one, row in zip(ions, places, said, rows, strict=True):
        top = AXIS - 46 - STEP * row
        half = LETTER * len(one) / 2
        held = min(max(place, half + 2), WIDTH - half - 2)
        marks += [line(place, top + 6, place, AXIS, f"nernst {ion}")]
        labels += [box(held - half, top - 13, 2 * half, 18, "paper"), words(held, top, one)]
    marks += labels
    if before is not None and abs(before - frame.v) > 0.05:
        marks += [line(x(before), AXIS - 30, x(before), AXIS, "before")]
        marks += [line(x(before), AXIS - 22, x(frame.v), AXIS - 22, "moved")]
    bottom, below = _predicted(frame, x)
    marks += below
    v = x(frame.v)
    marks += [box(v - 3.5, AXIS - 36, 7, 44, "v", 3.5)]
    others = ", ".join(said)
    told = f"V {number(frame.v)} mV; equilibrium potentials in mV: {others}"
    return drawing(bottom, "V among the equilibrium potentials", told, marks)


def _predicted(frame: Frame, x: Callable[[float], float]) -> tuple[float, list[str]]:
    """What two equations say, below the axis; how far down it reaches."""
    given = {"GHK": frame.ghk, "Mullins–Noda": frame.mullins_noda}
    known = {name: v for name, v in given.items() if v is not None}
    said = {name: f"{name} {number(v)}" for name, v in known.items()}
    marks, labels = [], []
    for row, (name, v) in enumerate(known.items()):
        place, y = x(v), AXIS + 44 + STEP * row
        width = LETTER * len(said[name])
        held = min(max(place, width / 2 + 12), WIDTH - width / 2 - 12)
        kind = "ghk" if name == "GHK" else "mullins"
        marks += [line(place, AXIS, place, y - 11, f"thin {kind}")]
        marks += [shape([(place, AXIS + 1), (place - 5, AXIS + 9), (place + 5, AXIS + 9)], f"mark {kind}")]
        labels += [
            box(held - width / 2 - 3, y - 13, width + 6, 17, "paper", 3),
            words(held, y, said[name], "soft"),
        ]
    return AXIS + 52 + STEP * max(len(known) - 1, 0), [*marks, *labels]
