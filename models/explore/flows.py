"""What flows through the membrane, ion by ion, and what is in the cell and outside."""

from .frames import Frame, OfIon
from .marks import WIDTH, box, drawing, line, number, of_size, printed, words

NAME, EDGE = 46, 14
MIDDLE = NAME + (WIDTH - NAME - EDGE) / 2
REACH = (WIDTH - NAME - EDGE) / 2 - 62  # of the longest bar; beyond it stands its number
ROW, BAR = 46, 15
UNSEEN = 1e-4  # of the longest bar, what is as good as nothing


def currents(frame: Frame, largest: float | None = None) -> str:
    """Two bars an ion: what flows by itself and what the pump carries. largest: uA/cm2, of the longest
    bar."""
    ions = {ion: own for ion, own in frame.ions.items() if ion in ("k", "na", "cl") or _counts(frame, own)}
    most = max([*(max(abs(own.passive), abs(own.pump)) for own in ions.values()), 1e-9])
    reach = max(largest or most, most)
    scale = REACH / reach
    top, marks = 24, []
    marks += [words(MIDDLE - 8, 13, "← into the cell", "soft", "end")]
    marks += [words(MIDDLE + 8, 13, "out of the cell →", "soft", "start")]
    for row, (ion, own) in enumerate(ions.items()):
        y = top + ROW * row
        marks += [words(8, y + BAR + 7, printed(ion), "strong", "start")]
        bars = [(own.passive, f"fill {ion}")]
        if ion in ("k", "na"):
            bars.append((own.pump, f"pumped {ion}"))
        for place, (current, kind) in enumerate(bars):
            at = y + 2 + (BAR + 4) * place + (0 if len(bars) == 2 else (BAR + 4) / 2)
            size = scale * abs(current)
            marks += [box(MIDDLE if current >= 0 else MIDDLE - size, at, size, BAR, kind)]
            side = 1 if current >= 0 else -1
            said = of_size(current) if abs(current) > UNSEEN * reach else "0"
            anchor = "start" if side > 0 else "end"
            marks += [words(MIDDLE + side * (size + 6), at + BAR - 3, said, "soft", anchor)]
    bottom = top + ROW * len(ions)
    marks += [line(MIDDLE, top - 4, MIDDLE, bottom, "axis")]
    y = bottom + 18
    marks += [box(NAME + 2, y - 11, 14, 12, "fill plain"), words(NAME + 22, y, "by itself", "soft", "start")]
    marks += [box(150, y - 11, 14, 12, "pumped plain"), words(170, y, "by the pump", "soft", "start")]
    marks += [words(WIDTH - EDGE, y, "µA/cm²", "soft", "end")]
    told = "; ".join(
        f"{printed(ion)} by itself {of_size(own.passive)}, by the pump {of_size(own.pump)}"
        for ion, own in ions.items()
    )
    return drawing(bottom + 26, "Currents through the membrane", f"in µA/cm², outward: {told}", marks)


def _counts(frame: Frame, own: OfIon) -> bool:
    """Whether an ion's currents can be seen beside the largest."""
    most = max(abs(one.passive) for one in frame.ions.values())
    return abs(own.passive) > 0.02 * most


HEIGHT, BASE = 186.0, 226.0
INNER, OUTER, SIDE = 64.0, 174.0, 88.0


def composition(frame: Frame) -> str:
    """What is dissolved inside and outside, a column each, and the cell's volume beside it."""
    columns = {}
    for place, side, rest in ((INNER, "inside", 0), (OUTER, "outside", 1)):
        parts = {ion: getattr(own, side) for ion, own in frame.ions.items() if getattr(own, side) > 1e-3}
        columns[side] = place, {**parts, "rest": max(frame.impermeant[rest], 0.0)}
    most = max(sum(parts.values()) for _, parts in columns.values())
    scale, marks, told = HEIGHT / max(most, 1e-9), [], []
    for side, (left, parts) in columns.items():
        y = BASE
        marks += [words(left + SIDE / 2, BASE + 18, side, "strong")]
        for name, amount in parts.items():
            size = scale * amount
            y -= size
            said = "others" if name == "rest" else printed(name)
            marks += [box(left, y, SIDE, max(size - 1.5, 0.5), f"fill {name}", 2)]
            if size >= 15:
                marks += [words(left + SIDE / 2, y + size / 2 + 5, f"{said} {_mM(amount)}", f"on {name}")]
            elif size >= 1.5:
                anchor, x = ("end", left - 6) if side == "inside" else ("start", left + SIDE + 6)
                marks += [words(x, y + size / 2 + 5, f"{said} {_mM(amount)}", "soft small", anchor)]
            told += [f"{said} {side} {_mM(amount)} mM"]
    marks += _volume(frame)
    marks += [words(8, 16, "mM", "soft", "start")]
    return drawing(BASE + 26, "What is dissolved", "; ".join(told), marks)


def _mM(amount: float) -> str:
    return number(amount, 0) if amount >= 20 else number(amount, 1)


def _volume(frame: Frame) -> list[str]:
    """The cell as a square of its volume over that which it had."""
    plain, x, middle = 44.0, 386.0, 120.0
    side = plain * min(frame.volume, 4.0) ** 0.5
    marks = [box(x - side / 2, middle - side / 2, side, side, "cell", 8)]
    marks += [box(x - plain / 2, middle - plain / 2, plain, plain, "outline", 6)]
    marks += [
        words(x, BASE, f"{number(frame.volume, 2)} ×", "strong"),
        words(x, BASE + 18, "volume", "strong"),
    ]
    return marks
