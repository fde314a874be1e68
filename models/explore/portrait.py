"""The cell in its own shape, coloured by V."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .frames import Described, Frame
from .marks import WIDTH, coordinate, drawing, number, words

if TYPE_CHECKING:
    from ..experiments.outlines import Piece

LOWEST, HIGHEST, COLOURS = -100.0, 20.0, 24  # mV
HEIGHT, EDGE = 250.0, 12.0
# a row of colours from polarised to depolarised that stays apart for colour-blind readers, on light and dark
STOPS = ((45, 75, 155), (60, 130, 175), (95, 175, 160), (200, 190, 90), (235, 140, 50), (205, 60, 40))


def _colour(share: float) -> str:
    at = share * (len(STOPS) - 1)
    low = min(int(at), len(STOPS) - 2)
    mixed = (round(a + (b - a) * (at - low)) for a, b in zip(STOPS[low], STOPS[low + 1], strict=True))
    return "#" + "".join(f"{one:02x}" for one in mixed)


PALETTE = [_colour(i / (COLOURS - 1)) for i in range(COLOURS)]


class Portrait:
    """The drawing of a cell, made ready: only its colours change with V. thicker: whether it is drawn so, a
    fibre that would be a line."""

    def __init__(self, cell: Described):
        self._owners = np.array(cell.owners, int)
        self._lines, self._widths, self.thicker = _fitted(cell.pieces)

    def drawn(self, frame: Frame) -> str:
        """The cell at one time."""
        v = np.asarray(frame.each)
        marks: list[str] = []
        if len(v) and len(self._owners):
            share = np.clip((v[self._owners] - LOWEST) / (HIGHEST - LOWEST), 0, 1)
            bins = np.round(share * (COLOURS - 1)).astype(int)
            groups: dict[tuple[int, float], list[str]] = {}
            for colour, width, line in zip(bins.tolist(), self._widths, self._lines, strict=True):
                groups.setdefault((colour, width), []).append(line)
            marks = [
                f'<path fill="none" stroke-linecap="round" stroke="{PALETTE[colour]}" '
                f'stroke-width="{width:g}" d="{"".join(lines)}"/>'
                for (colour, width), lines in groups.items()
            ]
        spread = frame.highest - frame.lowest
        said = (
            f"V from {number(frame.lowest)} to {number(frame.highest)} mV"
            if spread > 0.05
            else "V alike everywhere"
        )
        return drawing(HEIGHT + 44, "The cell, coloured by V", said, [*marks, *_legend(said)])


def _legend(said: str) -> list[str]:
    left, width, y = 76.0, 170.0, HEIGHT + 14
    step = width / COLOURS
    marks = [
        f'<rect x="{left + step * i:.1f}" y="{y:.0f}" width="{step + 0.5:.1f}" height="12" fill="{colour}"/>'
        for i, colour in enumerate(PALETTE)
    ]
    marks += [words(left - 6, y + 11, f"{number(LOWEST, 0)}", "soft small", "end")]
    marks += [words(left + width + 6, y + 11, f"{number(HIGHEST, 0)} mV", "soft small", "start")]
    return [*marks, words(WIDTH - 8, y + 28, said, "soft small", "end")]


def _fitted(pieces: "Sequence[Piece]") -> tuple[list[str], list[float], bool]:
    """The pieces in the drawing's own measure, how thick each is drawn, and whether that is more than it
    is."""
    if not pieces:
        return [], [], False
    given = np.array(pieces, float)
    x, y, thick = given[:, [0, 2]], -given[:, [1, 3]], given[:, 4]
    half = thick[:, None] / 2
    wide = max(float((x + half).max() - (x - half).min()), 1e-9)
    high = max(float((y + half).max() - (y - half).min()), 1e-9)
    scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)
    x = WIDTH / 2 + scale * (x - (x.max() + x.min()) / 2)
    y = HEIGHT / 2 + scale * (y - (y.max() + y.min()) / 2)
    widths = np.maximum(np.round(2 * scale * thick) / 2, 2.0)
    thicker = high < 0.1 * wide
    if thicker:
        widths = np.full(len(widths), 36.0)
    lines = [
        f"M{coordinate(a)} {coordinate(c)}L{coordinate(b)} {coordinate(d)}"
        for (a, b), (c, d) in zip(x, y, strict=True)
    ]
    return lines, np.minimum(widths, 110).tolist(), thicker
