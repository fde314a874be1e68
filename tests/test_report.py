"""What is printed: every number against the result it stands for, and every letter as it was last looked at.

tests/printed/ holds what each command prints for made-up results, ‹1› where bold begins and ‹0› where it
ends. After a change of wording look at `git diff tests/printed` of:

    LOOKED_AT=1 python -m pytest tests/test_report.py
"""

import os
import re
from pathlib import Path

import made_up
import pytest
from printing import TABLE, at_80, lonely, printed

from models.show.tables import dose
from models.words import duration

PRINTED = Path(__file__).parent / "printed"


def leaky_conservation():
    result = made_up.block(osmotic=True)
    result.summary["max_local_charge_error"] = 1.1e-6
    return result


CASES = {
    "rest": (TABLE["rest"], lambda: made_up.rest()),
    "rest_without_channels": (
        TABLE["rest"],
        lambda: made_up.rest(channels=False, ions=("na", "k", "cl")),
    ),
    "rest_ohmic": (TABLE["rest"], lambda: made_up.rest(law="ohmic", channels=False, osmotic=True)),
    "rest_held": (TABLE["rest"], lambda: made_up.rest(hold="concentrations", osmotic=True)),
    "block": (TABLE["block"], lambda: made_up.block(ions=("na", "k", "cl"))),
    "block_recovery": (TABLE["block"], lambda: made_up.block(True, space="closed", osmotic=True)),
    "block_endless": (TABLE["block"], lambda: made_up.block(endless="It never ends [so].", osmotic=True)),
    "block_part": (TABLE["block"], lambda: made_up.block(part=True, space="shell")),
    "block_leaky": (TABLE["block"], leaky_conservation),
    "compare": (TABLE["compare"], lambda: made_up.compare(osmotic=True)),
    "compare_one": (TABLE["compare"], lambda: made_up.compare(("one",), endless="never")),
    "compare_many": (TABLE["compare"], lambda: made_up.compare(("a cell", "b", "c_d", "e"))),
    "compare_alone": (TABLE["compare"], lambda: lonely(1)),
    "excite": (TABLE["excite"], lambda: made_up.excite()),
    "excite_once": (TABLE["excite"], lambda: made_up.excite(None)),
    "glycoside": (TABLE["glycoside"], lambda: made_up.glycoside()),
    "glycoside_without_calcium": (TABLE["glycoside"], lambda: made_up.glycoside(False)),
    "validate": (TABLE["validate"], made_up.validate),
    "inspect": (TABLE["inspect"], made_up.inspect),
}


@pytest.mark.parametrize("name", CASES)
def test_every_letter(name):
    show, make = CASES[name]
    text = re.sub("\x1b\\[([0-9;]*)m", r"‹\1›", printed(show, make(), styles=True))
    path = PRINTED / f"{name}.txt"
    if "LOOKED_AT" in os.environ:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (1e-6, "3.6 ms"), (0.999 / 3600, "999 ms"), (1 / 3600, "1 s"), (89.9 / 3600, "89.9 s"),
        (90 / 3600, "1.5 min"), (89.9 / 60, "89.9 min"), (1.5, "1.5 h"), (95.9, "95.9 h"), (96, "4 days"),
        (1000, "41.7 days"),
    ],
)  # fmt: skip
def test_durations(hours, said):
    assert duration(hours) == said


@pytest.mark.parametrize(
    ("mm", "said"),
    [
        (1.28e-9, "1.28 pM"), (9.99e-7, "999 pM"), (1e-6, "1 nM"), (1.28e-5, "12.8 nM"), (1e-3, "1 µM"),
        (0.048, "48 µM"), (1.0, "1 mM"), (999.0, "999 mM"), (2500.0, "2.5e+03 mM"), (-0.5, "-500 µM"),
    ],
)  # fmt: skip
def test_doses(mm, said):
    assert dose(mm) == said


def test_tables_fit_a_terminal_of_80():
    """No name is cut, no label broken after every word."""
    said = at_80(
        TABLE["compare"], made_up.compare(names=("muscle_fast", "ventricle", "red_cell", "epithelium"))
    )
    assert "…" not in said
    states = at_80(TABLE["block"], made_up.block(space="closed", osmotic=True, ions=("na", "k", "cl")))
    assert "after 2 h " in states
