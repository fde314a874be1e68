"""What becomes of a cell over time, drawn as far as it is known."""

from collections.abc import Callable, Mapping, Sequence
from math import log10

from .frames import Frame
from .marks import WIDTH, apart, box, drawing, line, number, path, printed, words

BEGIN, END = 0.01, 24 * 3600.0  # s
LEFT, RIGHT = 44.0, WIDTH - 68.0
SHORT = {"blocked": "no pump", "closed": "closed", "water": "water"}
TICKS = {"0.1 s": 0.1, "1 s": 1.0, "10 s": 10.0, "1 min": 60.0, "10 min": 600.0, "1 h": 3600.0, "1 day": END}
V_TOP, V_BOTTOM = 26.0, 160.0
C_TOP, C_BOTTOM = 196.0, 322.0
Curve = tuple[str, str, list[float]]  # class, name at its end, values


def x_of(t: float) -> float:
    """Where a time (s) is; before all of them the rest."""
    if t <= 0:
        return LEFT - 10
    return LEFT + (RIGHT - LEFT) * min(max(log10(t / BEGIN) / log10(END / BEGIN), 0.0), 1.0)


def course(
    frames: Sequence[Frame], shown: int, before: Mapping[str, Sequence[tuple[float, float]]], name: str
) -> str:
    """The drawing. shown: which of the frames the page shows; before: V (mV) over t (s) of courses played
    earlier, by what was done in them; name: what is done in this one."""
    marks = _axes()
    old = [v for points in before.values() for _, v in points]
    low, high = _range([*(frame.v for frame in frames), *old, -80.0, 5.0])

    def y(v: float) -> float:
        return V_BOTTOM - (V_BOTTOM - V_TOP) * (v - low) / (high - low)

    step = 20 if high - low < 130 else 40
    for v in range(-200, 201, step):
        if low <= v <= high:
            marks += [line(LEFT - 12, y(v), RIGHT, y(v), "grid")]
            marks += [words(LEFT - 16, y(v) + 5, number(v, 0), "soft small", "end")]
    for points in before.values():
        marks += [path([(x_of(t), y(v)) for t, v in points], "earlier")]
    marks += [path([(x_of(frame.t), y(frame.v)) for frame in frames], "course")]
    marks += _ends(before, frames, y, name)
    marks += _concentrations(frames)
    if frames:
        now = frames[min(shown, len(frames) - 1)]
        marks += [line(x_of(now.t), V_TOP - 8, x_of(now.t), C_BOTTOM, "now")]
        marks += [f'<circle class="spot" cx="{x_of(now.t):.1f}" cy="{y(now.v):.1f}" r="5"/>']
    told = f"V goes from {number(frames[0].v)} to {number(frames[-1].v)} mV" if frames else "not yet played"
    return drawing(C_BOTTOM + 30, f"Over time: {name}", told, marks)


def _axes() -> list[str]:
    marks = [words(2, 14, "V, mV", "soft", "start"), words(2, C_TOP - 12, "inside, mM", "soft", "start")]
    for said, t in TICKS.items():
        marks += [
            line(x_of(t), V_TOP, x_of(t), V_BOTTOM, "grid"),
            line(x_of(t), C_TOP, x_of(t), C_BOTTOM, "grid"),
        ]
        if said not in ("0.1 s", "10 s", "10 min"):
            marks += [words(x_of(t), C_BOTTOM + 20, said, "soft")]
    return marks


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    return low - 4, high + 4


def _ends(
    before: Mapping[str, Sequence[tuple[float, float]]],
    frames: Sequence[Frame],
    y: Callable[[float], float],
    name: str,
) -> list[str]:
    """What each line of V is, at its end."""
    lines = [(said, points[-1]) for said, points in before.items() if points]
    if frames:
        lines.append((name, (frames[-1].t, frames[-1].v)))
    places = apart([y(v) for _, (_, v) in lines], 14, V_TOP, V_BOTTOM + 8)
    marks = []
    for (said, (t, _)), place in zip(lines, places, strict=True):
        kind = "strong small" if said == name else "soft small"
        short = [SHORT.get(one, one) for one in said.split("+")]
        if t >= END * 0.9:
            marks += [
                words(RIGHT + 5, place + 4, short[0] if len(short) == 1 else f"+{short[-1]}", kind, "start")
            ]
    return marks


def _concentrations(frames: Sequence[Frame]) -> list[str]:
    """Concentrations inside and, where it changes, K+ outside, and the volume."""
    curves: list[Curve] = []
    if not frames:
        return []
    for ion in (ion for ion in ("k", "na", "cl") if ion in frames[0].ions):
        curves.append((f"conc {ion}", printed(ion), [frame.ions[ion].inside for frame in frames]))
    outside = [frame.ions["k"].outside for frame in frames]
    if max(outside) - min(outside) > 0.5:
        curves.append(("conc k dashed", f"{printed('k')} out", outside))
    top = max(max(values) for _, _, values in curves) * 1.04

    def y(c: float) -> float:
        return C_BOTTOM - (C_BOTTOM - C_TOP) * c / top

    marks = [box(LEFT - 12, C_BOTTOM, RIGHT - LEFT + 12, 1, "axis")]
    for c in range(0, 400, 50):
        if c <= top:
            marks += [line(LEFT - 12, y(c), RIGHT, y(c), "grid")]
            marks += [words(LEFT - 16, y(c) + 5, f"{c}", "soft small", "end")]
    places = apart([y(values[-1]) for _, _, values in curves], 14, C_TOP, C_BOTTOM)
    for (kind, said, values), place in zip(curves, places, strict=True):
        points = [(x_of(frame.t), y(value)) for frame, value in zip(frames, values, strict=True)]
        marks += [path(points, kind), words(RIGHT + 5, place + 4, said, "small", "start")]
    return marks
