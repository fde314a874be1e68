"""A report of small parts: two statements, two made-up cells, HEK293."""

from dataclasses import replace

import made_up
import pytest

from models import make_cell
from models.experiments.layout import layout_of
from models.experiments.shipped import shipped
from models.experiments.statements.tried import statements
from models.show import report, report_parts
from models.show.compare_figure import figure
from models.show.options import CellOptions, Changes
from models.show.session import Session

TRIED = (7, 12)
ORIGIN = ({"cell": "hek293"},)  # what the small parts below are said to be of


def _as_of_hek(result):
    result.layout.provenance.update(layout_of(make_cell("hek293")).provenance)
    return result


def _small(part, made):
    """A part of small results; `made` hears of each that is made."""

    def make(session):
        made.append(part.name)
        if part.name == "statements":
            return statements(TRIED)
        if part.name == "compare":
            result = made_up.compare(("quick", "slow"), closed=False)
            for one in result.blocks.values():
                _as_of_hek(one)
            return result
        if part.name == "validation":
            result = _as_of_hek(made_up.validate())
            result.summary |= shipped()
            return result
        return report_parts.determinants.run(session, CellOptions(cell="hek293"), Changes(), threshold=False)

    command = replace(part.command, files=_few) if part.name == "compare" else part.command
    return replace(part, make=make, cells=ORIGIN if part.cells else (), command=command)


def _few(to, result):
    """Of a comparison what the page shows; its other figures take seconds."""
    to.figure("compare.png", figure(result))
    for name in result.blocks:
        to.csv(f"{name}_course.csv", {"t_ms": [0.0, 1.0], "v_mV": [-70.0, -60.0]})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A function that makes the report of small parts and returns its folder and which parts it made."""
    home, patch = tmp_path_factory.mktemp("page") / "results" / "report", pytest.MonkeyPatch()
    made = []
    patch.setattr(report_parts, "PARTS", [_small(part, made) for part in report_parts.PARTS])
    bench = home.parent / "bench"
    bench.mkdir(parents=True)
    patch.chdir(home.parents[1])  # what there may be in the clone's results/ is not looked at
    (bench / "first.csv").write_text(
        "what,cold,goal\n<b>Neuron()</b>,0.37,<= 0.2\nerror,1.0657757343324192e-08,-0.044765901\n"
    )

    def go(quiet=True):
        made.clear()
        report.COMMAND.write(report.run(Session(quiet, home)), home, "report")
        return home, list(made)

    yield go
    patch.undo()
