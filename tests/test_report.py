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
from printing import TABLE, lonely, printed

from models.show.tables import amount, dose
from models.words import duration, minus

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
        (0.048, "48 µM"), (1.0, "1 mM"), (999.0, "999 mM"), (2500.0, "2.5e+03 mM"), (-0.5, "−500 µM"),
    ],
)  # fmt: skip
def test_doses(mm, said):
    assert dose(mm) == said


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_terminal(name, width):
    """Nothing is cut, and no number is broken over two lines."""
    show, make = CASES[name]
    said = printed(show, make(), width=width)
    assert "…" not in said
    wide = printed(show, make(), width=1000)
    numbers = re.compile(r"[+−×]?\d[\d.]*(?:e[+−]\d+)?")
    assert {*numbers.findall(wide)} == {*numbers.findall(said)}


@pytest.mark.parametrize("count", [2, 3, 4, 7])
def test_a_comparison_fits_a_terminal_of_80(count):
    """Names whole or broken where words end, a number a cell, every cell in one of the tables."""
    names = ("muscle_fast", "ventricle", "red_cell", "epithelium", "duesterwald2018", "hek293", "astrocyte")
    said = printed(TABLE["compare"], made_up.compare(names[:count], osmotic=True), width=80).splitlines()
    assert max(map(len, said)) <= 80 and "…" not in "".join(said)
    words = {word for line in said for word in line.split()}
    assert {part for name in names[:count] for part in name.split("_")} <= words
    rests = [line.split()[3:] for line in said if line.startswith("rests at (mV)")]
    inside = [line.split()[3:] for line in said if line.startswith("  K⁺ inside (mM)")]
    assert sum(map(len, rests)) == 2 * count and [*map(len, rests)] == [*map(len, inside)]


def test_states_of_a_block_fit_a_terminal_of_80():
    many = made_up.block(True, space="closed", osmotic=True)  # more ions than fit in one table
    said = printed(TABLE["block"], many, width=72).splitlines()
    rows = [line.split()[3:] for line in said if line.startswith("after 2 h ")]
    assert [*map(len, rows)] == [5, 4]
    few = made_up.block(space="closed", osmotic=True, ions=("na", "k", "cl"))
    said = printed(TABLE["block"], few, width=80).splitlines()
    (row,) = [line.split() for line in said if line.startswith("after 2 h ")]
    assert len(row) == 3 + 8


@pytest.mark.parametrize("name", CASES)
def test_one_minus(name):
    """Negative numbers and exponents have the sign, and no hyphen stands for it."""
    show, make = CASES[name]
    assert not re.search(r"(?<![\w=])-\d|\de-\d", printed(show, make()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("-70.0", "−70.0"), ("(-70)", "(−70)"), ("1.2e-08", "1.2e−08"), ("-.5", "−.5"), ("a-1", "a-1"),
        ("26-18", "26-18"), ("10.7554/eLife.39575", "10.7554/eLife.39575"), ("ko=-4", "ko=-4"),
        ("--set", "--set"), ("-62 to -38", "−62 to −38"), ("pump-leak", "pump-leak"),
    ],
)  # fmt: skip
def test_what_is_a_minus(text, said):
    assert minus(text) == said


@pytest.mark.parametrize("name", ["rest", "block_endless", "validate"])
def test_sentences_are_broken_between_words_on_a_terminal_only(name):
    show, make = CASES[name]
    on_terminal = re.sub("\x1b\\[[0-9;]*m", "", printed(show, make(), styles=True, width=60))
    assert max(map(len, on_terminal.splitlines())) <= 60
    anywhere = printed(show, make(), width=60)
    assert sorted(on_terminal.split()) == sorted(anywhere.split())  # no word is broken
    if name == "rest":
        assert max(map(len, anywhere.splitlines())) > 60


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (20000.0, 4, "20000"), (3141592.6, 6, "3141590"), (1e9, 4, "1e+09"), (5e-5, 4, "5e−05"),
        (0.0, 4, "0"), (0.00012, 4, "0.00012"), (-0.87834, 4, "−0.8783"), (9.25, 4, "9.25"), (3.0, 4, "3"),
        (-2.5e-7, 2, "−2.5e−07"), (1e-4, 4, "0.0001"), (1e7, 4, "1e+07"),
    ],
)  # fmt: skip
def test_amounts(value, digits, said):
    assert amount(value, digits) == said


def test_thousands_of_ohms_are_kilo_ohms():
    result = made_up.inspect()
    for value, said in ((20000.0, "20 kΩ·cm²"), (1000.0, "1 kΩ·cm²"), (999.0, "999 Ω·cm²")):
        result.parameters[0] |= {"value": value, "unit": "ohm cm2"}
        assert said in printed(TABLE["inspect"], result)
