"""What tables say beside their numbers: how a rest was reached, what is not predicted, what never ends."""

import io

import made_up
import pytest
from rich.console import Console

from models.show.command import commands

TABLE = {name: command.table for name, command in commands().items()}


def said(name, result, width=110) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    TABLE[name](console, result)
    return console.file.getvalue().splitlines()


LONG = "because of one of the channels, which nobody would have thought of, " * 3 + "and so on"


def test_how_a_rest_was_reached_is_said_on_one_line():
    result = made_up.rest()
    result.summary["way"] = f"reached in time, {LONG}"
    assert f"reached in time, {LONG}" in said("rest", result)


def test_sentences_have_the_minus_of_the_tables():
    result = made_up.rest()
    result.summary["way"] = "left its polarised rest at -70.0 mV; next rest -18.9 mV"
    assert "left its polarised rest at −70.0 mV; next rest −18.9 mV" in said("rest", result)


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        (["ghk_mV"], "GHK (no pump)"),
        (["mullins_noda_mV", "chord_mV"], "Mullins–Noda, chord"),
        (["ghk_mV", "mullins_noda_mV", "chord_mV"], "GHK (no pump), Mullins–Noda, chord"),
    ],
)
def test_what_is_not_predicted_is_named_with_its_reason(missing, names):
    result = made_up.rest()
    result.summary |= {"not_predicted": LONG, **dict.fromkeys(missing)}
    lines = said("rest", result)
    assert f"not predicted: {names}; {LONG}" in lines
    assert any(line.startswith("predicted") for line in lines) == (len(missing) < 3)


def test_a_reason_without_a_missing_prediction_is_not_said():
    result = made_up.rest()
    result.summary["not_predicted"] = LONG
    assert "not predicted" not in "\n".join(said("rest", result))


def test_a_membranes_resistance_to_three_digits():
    result = made_up.rest()
    result.summary["membrane_resistance_ohm_cm2"] = 12349.0
    assert any(line.startswith("membrane 12.3 kΩ·cm²") for line in said("rest", result))
    result.summary["membrane_resistance_ohm_cm2"] = 12350.1
    assert any(line.startswith("membrane 12.4 kΩ·cm²") for line in said("rest", result))


def driven():
    """A block that fires at once and ends where something else goes on pumping."""
    result = made_up.block()
    result.summary |= {"v_immediate_mV": None, "final_name": f"at rest without the pump; {LONG}"}
    return result


def test_where_something_else_pumps_the_end_is_not_called_donnan():
    lines = said("block", driven())
    assert f"no Donnan equilibrium: {LONG}" in lines
    (speed,) = [line for line in lines if "half-way" in line or "Na⁺ rises at" in line]
    assert speed.startswith("fires at once (pump current")
    assert "half-way to that end after 34.1 min" in " ".join(" ".join(lines).split())
    assert not any(line.startswith("at once") for line in lines)


def test_a_block_that_ends_at_donnan_has_no_remark():
    assert "no Donnan" not in "\n".join(said("block", made_up.block()))


def test_remarks_of_a_comparison_name_the_cell():
    result = made_up.compare(("a", "b"), closed=False)
    cells = result.summary["cells"]
    cells["a"]["rest"]["way"] = f"reached in time, {LONG}"
    cells["b"]["rest"]["not_predicted"] = LONG
    cells["b"]["block"] |= {"final_name": f"at rest; {LONG}", "v_immediate_mV": None}
    result.left_out["c"] = "it has no rest"
    lines = said("compare", result)
    for sentence in (
        "c: it has no rest",
        f"a: reached in time, {LONG}",
        f"b: not predicted, because {LONG}",
        f"b: no Donnan equilibrium: at rest; {LONG}",
    ):
        assert sentence in lines, sentence
    assert not any(line.startswith("a: no") for line in lines)
    (row,) = [line.split() for line in lines if line.startswith("pump blocked, at once")]
    assert row[-1] == "fires"


def test_names_of_many_cells_are_broken_where_words_end():
    names = ("one_name", "two names", "x", "y", "z")
    lines = said("compare", made_up.compare(names, closed=False))
    assert lines[0].split() == ["one", "two"] and lines[1].split() == ["name", "names", "x", "y", "z"]
    lines = said("compare", made_up.compare(names[:2], closed=False))
    assert lines[0].split() == ["two"] and lines[1].split() == ["one_name", "names"]
