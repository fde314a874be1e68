"""Words in figures: none over another, none cut off at the edge, none over a line that it does not name."""

from functools import cache
from itertools import combinations, pairwise

import made_up
import numpy as np
import pytest
from matplotlib.text import Text

from models.show.command import figure_of


def turned(result, **of_state):
    """A result whose course has these states everywhere, at its last two times."""
    for key, (before, last) in of_state.items():
        result.course.state[key][-2], result.course.state[key][-1] = before, last
    return result


def close_levels():
    result = made_up.block(part=True)
    result.summary["v_immediate_mV"] = result.summary["final_mV"] - 0.2
    return result


def small_currents():
    result = made_up.rest(channels=False, ions=("na", "k", "cl"))
    for parts in result.currents.values():
        for process in parts:
            parts[process] = parts[process] / 100
    return result


CELLS = ("muscle_fast", "ventricle", "red_cell", "epithelium", "duesterwald2018", "excitable_muscle")
CASES = {
    "rest": made_up.rest,
    "rest_few": lambda: made_up.rest(channels=False, ions=("na", "k", "cl")),
    "rest_small": small_currents,
    "block": made_up.block,
    "block_close": close_levels,
    "block_few": lambda: made_up.block(ions=("na", "k"), part=True),
    "block_recovery": lambda: turned(made_up.block(True, space="closed", osmotic=True), v=(-95.0, -71.0)),
    "block_tubules": lambda: made_up.block(tubules=True, endless="never"),
    "block_shell": lambda: made_up.block(space="shell"),
    **{f"compare_{n}": lambda n=n: made_up.compare(CELLS[:n], osmotic=n % 2 == 0) for n in range(1, 7)},
    "compare_bath": lambda: made_up.compare(CELLS[:2], closed=False),
    "excite": made_up.excite,
    "excite_once": lambda: made_up.excite(None),
    "glycoside": made_up.glycoside,
    "glycoside_washout": lambda: made_up.glycoside(washout=0.5),
    "glycoside_long": lambda: made_up.glycoside(washout=6.0, hours=12.0),
    "glycoside_without_calcium": lambda: made_up.glycoside(False, hours=48.0),
    "validate": made_up.validate,
}


@cache
def drawn(name):
    figure = figure_of(CASES[name]())
    figure.canvas.draw()
    return figure


def words_of(figure) -> list[tuple[str, object]]:
    """What can be read in a figure as it is drawn, and where (pixels)."""
    hidden = {text for axes in figure.axes for text in not_drawn(axes)}
    return [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


def not_drawn(axes) -> list[Text]:
    """All words of axes that are not shown; labels of ticks beyond the limits, or of axes without any."""
    if not axes.get_visible():
        return axes.findobj(Text)
    found = []
    for axis in (axes.xaxis, axes.yaxis):
        low, high = sorted(axis.get_view_interval())
        slack = 1e-6 * (high - low)
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            if not (axes.axison and low - slack <= tick.get_loc() <= high + slack):
                found += [tick.label1, tick.label2]
    return found


@pytest.mark.parametrize("name", CASES)
def test_no_words_meet_and_none_are_cut(name):
    figure = drawn(name)
    shown = words_of(figure)
    assert len(shown) > 10
    width, height = figure.canvas.get_width_height()
    for text, box in shown:
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1, text
    for (one, a), (other, b) in combinations(shown, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        along = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert min(across, along) <= 1, f"{one!r} meets {other!r}"


def crossed(axis, box) -> list[str]:
    """Labels of the lines of an axis that go through a box."""
    found = []
    for line in axis.lines:
        if line.get_linestyle() == "None" or len(line.get_xdata()) < 3:
            continue
        points = axis.transData.transform(line.get_xydata())
        points = points[np.isfinite(points).all(axis=1)]
        share = np.linspace(0, 1, 200)
        for start, stop in pairwise(points):
            x, y = (start + (stop - start) * share[:, None]).T
            if ((x > box.x0) & (x < box.x1) & (y > box.y0) & (y < box.y1)).any():
                found.append(line.get_label())
                break
    return found


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith(("block", "excite"))])
def test_no_line_goes_through_words(name):
    """Neither through what is written beside a course nor through a legend that is not where it is best."""
    for axis in drawn(name).axes:
        for text in axis.texts:
            assert not crossed(axis, text.get_window_extent()), text.get_text()
        if name.startswith("excite"):
            assert axis.get_legend() is None


@pytest.mark.parametrize("name", CASES)
def test_numbers_have_the_minus_sign(name):
    """In a figure as in the tables; matplotlib's own ticks have it too."""
    for text, _ in words_of(drawn(name)):
        assert not any(text[i] == "-" and text[i + 1 : i + 2].isdigit() for i in range(len(text))), text
