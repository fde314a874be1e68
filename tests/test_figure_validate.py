"""The figure of the validation: lines, bars, marks, labels and colours against the result they stand for."""

import made_up
import numpy as np
import pytest
from matplotlib.colors import same_color

from models.show.validate import figure as validation_figure


def test_validate():
    """Each number at its place in what its source allows, in its verdict's colour."""
    result = made_up.validate()
    figure = validation_figure(result)
    *checks, last = result.checks  # the last has no number
    shade = {"within": "#1B7837", "miss": "#C51B7D", "put in": "#AAAAAA"}
    marks = [(axis, line) for axis in figure.axes for line in axis.lines if line.get_marker() != "None"]
    texts = [text for axis in figure.axes for text in axis.texts]
    drawn = [(axis, line, text) for (axis, line), text in zip(marks, texts[:-1], strict=True)]
    assert len(drawn) == len(checks)
    for check, (axis, mark, text) in zip(checks, drawn, strict=True):
        place = (check.got - check.low) / (check.high - check.low) * 2 - 1  # -1 is lowest, 1 highest
        row = int(mark.get_ydata()[0])
        assert axis.get_yticklabels()[row].get_text() == f"{check.row}  {check.what}"
        if abs(place) > 3.2:
            assert mark.get_xdata()[0] == np.sign(place) * 3.2 and mark.get_marker() == (
                ">" if place > 0 else "<"
            )
        else:
            assert mark.get_xdata()[0] == pytest.approx(place)
            assert mark.get_marker() == ("D" if check.verdict == "miss" else "o")
        assert same_color(mark.get_color(), shade[check.verdict])
        unit = "" if check.unit == "1" else f" {check.unit}"
        said = f"{check.got:.4g}{unit}  ({check.low:g} to {check.high:g})"
        assert text.get_text() == said.replace("-", "−")
        assert text.xy[1] == row and same_color(text.get_color(), shade[check.verdict])
    assert figure.get_suptitle().startswith("1 of 5 numbers are within")
    assert [t.get_text() for t in figure.axes[0].get_xticklabels()] == ["lowest", "highest"]
    assert list(figure.axes[0].get_xticks()) == [-1, 1]
    assert texts[-1].get_text() == "no number  (1 to 2 nM)"
    assert figure.axes[1].get_yticklabels()[-1].get_text() == f"{last.row}  {last.what}"
    assert "rows: R rest, K ions outside, P pump" in figure.get_suptitle()
