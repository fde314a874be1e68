"""What the criteria of statements say, at their bounds; and that cells do what the reference says."""

import json
from pathlib import Path

import numpy as np
import pytest

from models.experiments.statements.bench import Bench
from models.experiments.statements.every import every
from models.experiments.statements.finding import FAILS, HOLDS, LIMITED
from models.experiments.statements.s19_patients import foretold
from models.experiments.statements.s20_primary import _plain

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = json.loads((ROOT / "results" / "reference" / "statements.json").read_text(encoding="utf-8"))
VERDICT = {"h": HOLDS, "l": LIMITED, "n": FAILS}
# a cell of each statement that is tried in a second or two; of the others see test_statements.py
CHEAP = {1: "red_cell", 2: "muscle", 4: "astrocyte", 5: "muscle", 6: "muscle", 9: "excitable_muscle",
         10: "muscle_slow", 13: "ventricle", 14: "muscle", 18: "excitable", 20: "astrocyte"}  # fmt: skip
# what the criteria say in words, at both sides of each of their bounds: the values that they judge by, and of
# each row the verdict; h: holds, l: within limits, n: not
BOUNDS = {
    1: (
        "least_k_ratio least_na_ratio two_rests",
        [
            (3.1, 3.1, [], "h"), (3.1, 3.1, ["one"], "l"), (3.0, 9.0, [], "n"), (9.0, 3.0, [], "n"),
        ],
    ),
    2: (
        "nerve_and_muscle_highest_ratio highest_ratio",
        [
            (0.099, 0.099, "h"), (0.099, 0.1, "l"), (0.1, 0.1, "n"),
        ],
    ),
    3: (
        "least_difference_mV least_share_of_na share_near_the_words",
        [
            (3.0, 0.51, 1, "h"), (3.0, 0.51, 0.9, "l"), (2.9, 0.51, 1, "n"), (3.0, 0.5, 1, "n"),
        ],
    ),
    4: (
        "largest_share_left",
        [
            (0.499, "h"), (0.5, "l"), (0.74, "l"), (0.76, "n"),
        ],
    ),
    5: (
        "largest_for_good_mV largest_at_once_mV",
        [
            (4.9, 4.9, "h"), (4.9, 5.1, "l"), (5.1, 4.9, "n"),
        ],
    ),
    6: (
        "equal_at_once_mV",
        [
            ([50.1, 60.0], "h"), ([49.9, 50.1], "l"), ([49.9, 49.9], "n"),
        ],
    ),
    7: (
        "largest_share exponent_n",
        [
            (0.0099, -1.019, "h"), (0.01, -1, "l"), (0.1, -1, "n"), (0.001, -0.979, "n"),
        ],
    ),
    8: (
        "spread_mV nerve_and_muscle_farthest_from_70_mV outside_of_measured",
        [
            (20.0, 10.0, [], "h"), (20.0, 10.1, [], "l"), (20.0, 9.0, ["a"], "l"), (19.9, 9.0, [], "n"),
        ],
    ),
    9: (
        "cells_changed_n cells_n",
        [
            (3, 3, "h"), (1, 3, "l"), (0, 3, "n"),
        ],
    ),
    10: (
        "largest_of_all_mV largest_of_disorder_or_dose_mV",
        [
            (9.0, 3.0, "h"), (0.1, 2.9, "l"), (0.09, 0.0, "n"),
        ],
    ),
    11: (
        "least_shift_mV cells_that_stop",
        [
            (3.0, ["a"], "h"), (3.0, [], "l"), (2.9, ["a"], "n"),
        ],
    ),
    12: (
        "largest_error_of_3_2_1 highest_work_kJ_mol",
        [
            (9e-07, 49.9, "h"), (9e-07, 50.0, "l"), (9e-07, 60.0, "n"), (2e-06, 40.0, "n"),
        ],
    ),
    13: (
        "least_followed_share followed_share",
        [
            (0.1, {"a": 0.1, "b": 0.2}, "h"), (0.09, {"a": 0.09, "b": 0.1}, "l"),
            (0.09, {"a": 0.09, "b": 0.09}, "n"),
        ],
    ),
    14: (
        "least_share_linear_near least_share_linear_at_once least_share_linear_whole",
        [
            (0.95, 0.95, 0.95, "h"), (0.95, 0.95, 0.94, "l"), (0.94, 1.0, 1.0, "n"), (1.0, 0.94, 1.0, "n"),
        ],
    ),
    15: (
        "na_share_useful ca_share_useful v_change_highest_mV v_change_useful_mV",
        [
            (0.05, 0.05, 3.0, 3.0, "h"), (0.05, 0.05, 3.0, 2.9, "l"), (0.05, 0.04, 9.0, 9.0, "n"),
            (0.05, 0.05, 2.9, 0.0, "n"),
        ],
    ),
    16: (
        "latency_ms size_mV na_gained_share",
        [
            (10.0, 10.0, 0.049, "h"), (10.0, 10.0, 0.05, "l"), (10.1, 40.0, 0.0, "n"),
            (None, 40.0, 0.0, "n"), (1.0, 9.9, 0.0, "n"),
        ],
    ),
    17: (
        "shift_mV with_kir_mV two_rests_in_mM jump_mV",
        [
            (10.0, -65.1, [], 30.0, "h"), (10.0, -64.9, [], 30.0, "l"), (10.0, -65.1, [1.0], 30.0, "l"),
            (10.0, -65.1, [], 29.0, "l"), (9.9, -75.0, [], 40.0, "n"),
        ],
    ),
    18: (
        "over_noise_n",
        [
            ({"field": 3.0, "impedance": 0.0, "spikes": 0.0}, "h"),
            ({"field": 0.0, "impedance": 3.0, "spikes": 0.0}, "h"),
            ({"field": 2.9, "impedance": 2.9, "spikes": 3.0}, "l"),
            ({"field": 2.9, "impedance": 2.9, "spikes": 2.9}, "n"),
        ],
    ),
    19: (
        "explained_share",
        [
            (0.8, "h"), (0.79, "l"), (0.5, "l"), (0.49, "n"),
        ],
    ),
    20: (
        "share_of_gradient_for_ever share_of_gradient_at_once",
        [
            (1.0, 1.0, "h"), (1.0, 0.9, "l"), (0.5, 0.0, "l"), (0.49, 1.0, "n"),
        ],
    ),
}  # fmt: skip


def test_every_criterion_has_its_bounds():
    assert list(BOUNDS) == list(every())


@pytest.mark.parametrize("number", list(BOUNDS))
def test_a_criterion_at_its_bounds(number):
    names, rows = BOUNDS[number]
    for *values, verdict in rows:
        assert every()[number].judge(dict(zip(names.split(), values, strict=True))) == VERDICT[verdict], (
            values
        )


def of_cell(values, cell, within=False):
    """What values say of one cell: all that stands below a key that begins with its name, by its path."""
    found = {}
    for key, value in values.items():
        own = within or str(key).startswith(cell)
        if isinstance(value, dict):
            found |= {f"{key}/{path}": one for path, one in of_cell(value, cell, own).items()}
        elif own:
            found[key] = value
    return found


@pytest.mark.parametrize("number", list(CHEAP))
def test_one_cell_of_a_statement_is_as_the_reference_says(number):
    """Alone it does what it does among the others. Tolerance as in test_statements.py."""
    cell = CHEAP[number]
    found = of_cell(every()[number].try_it(Bench(only=(cell,))).values, cell)
    kept = of_cell(next(one for one in REFERENCE["statements"] if one["number"] == number)["values"], cell)
    assert found and found.keys() == {path for path in kept if path in found}
    for path, value in found.items():
        wanted = kept[path]
        assert value == (pytest.approx(wanted, rel=1e-4, abs=1e-6) if isinstance(wanted, float) else wanted)


def test_what_is_foretold_too_high_throughout_is_not_foretold():
    found = np.array([1.0, 2.0, 3.0])
    assert foretold(found, found) == 1 and foretold(found, found + 1) == pytest.approx(-0.5)


def test_determinants_are_said_in_words():
    assert [_plain(what) for what in ("nao", "clo", "pump", "pl_kir")] == [
        "Na⁺ outside",
        "Cl⁻ outside",
        "pump",
        "kir",
    ]
