"""Every validated number in one picture: where it lies in what its source allows."""

import matplotlib.pyplot as plt
import numpy as np

from .figures import STYLE

FAR = 3.2  # half-widths of the band; what lies beyond is drawn there as an arrow
SHADE = {"within": "#1B7837", "miss": "#C51B7D", "put in": "#AAAAAA"}
MARK = {"within": "o", "miss": "D", "put in": "o"}


def validation_figure(result):
    """One line a number, in two columns: the band is what the source allows, the mark what was got."""
    checks = [check for check in result.checks if not np.isnan(check.got)]
    half = (len(checks) + 1) // 2
    s = result.summary
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, 2, figsize=(16.5, 0.235 * half + 1.2), layout="constrained")
        for axis, column in zip(axes, (checks[:half], checks[half:]), strict=True):
            axis.axvspan(-1, 1, color="#1B7837", alpha=0.10, lw=0)
            axis.axvline(0, color="#1B7837", lw=0.6, alpha=0.5)
            for line, check in enumerate(column):
                _line(axis, line, check)
            names = [f"{check.row}  {check.what}" for check in column]
            axis.set_yticks(range(len(column)), names, fontsize=8)
            axis.set_ylim(half - 0.4, -0.6)
            axis.set_xlim(-FAR - 0.3, FAR + 6.5)
            axis.set_xticks([-1, 1], ["lowest", "highest"])
            axis.tick_params(axis="y", length=0)
            axis.spines["left"].set_visible(False)
        figure.suptitle(
            f"{s['within']} of {s['counted']} numbers are within what their sources allow (green); "
            "grey: put in, not counted",
            fontsize=11,
        )
    return figure


def _line(axis, line: int, check) -> None:
    place = (check.got - 0.5 * (check.low + check.high)) / (0.5 * (check.high - check.low))
    colour = SHADE[check.verdict]
    if abs(place) > FAR:
        mark = ">" if place > 0 else "<"
        axis.plot(np.sign(place) * FAR, line, mark, color=colour, ms=7)
    else:
        axis.plot(place, line, MARK[check.verdict], color=colour, ms=5.5)
    unit = "" if check.unit == "1" else f" {check.unit}"
    text = f"{check.got:.4g}{unit}  ({check.low:g} to {check.high:g})"
    axis.annotate(text, (FAR + 0.3, line), fontsize=7.5, va="center", color=colour)
