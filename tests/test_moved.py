"""What mechanisms move that do not tell their own currents: a pump of the user's, channels of NEURON's."""

import numpy as np
import pytest

from models import make_cell, run

pytestmark = pytest.mark.usefixtures("users_mechanisms")
PUMP = '[pump]\nmechanism = "op_milli"\nmaximal_current = "imax"\n'


def gained_and_moved(cell, found, ion):
    values = getattr(found.course, ion) * found.course.relative_volume
    moved = sum(values for (_, of), values in found.course.moved.items() if of == ion)
    return (values - values[0]) @ cell.volume * 1e-3, moved


def test_a_pump_of_the_users_counts_as_the_built_in_one_of_its_law(write_toml):
    """Of the same law: amounts and ATP as far as the steps are the same."""
    own = make_cell(write_toml(f'base = "stylised"\n{PUMP}'), max_compartment_length=200.0)
    ours = make_cell("stylised", max_compartment_length=200.0, set={"pump.km_k": "2 mM"})
    tables = {
        "duration": "10 s",
        "change": [{"at": "2 s", "block": 0.5}],
        "current": [{"where": "soma", "amplitude": "20 pA", "at": "4 s", "ions": {"na": 1.0}}],
    }
    one, other = (run(tables, cell) for cell in (own, ours))
    for key in ("na", "k", "atp"):
        theirs = other.summary["moved"]["pump"][key]
        assert one.summary["moved"]["pump"][key] == pytest.approx(theirs, rel=1e-7)
    assert one.summary["atp_molecules"] == pytest.approx(other.summary["atp_molecules"], rel=1e-7)
    salt = (one.course.na[0] + one.course.k[0]) @ own.volume * 1e-3
    for ion in own.ions:
        gained, moved = gained_and_moved(own, one, ion)
        assert gained == pytest.approx(moved, abs=1e-13 * salt)


def test_channels_that_tell_nothing_share_what_is_left(write_toml, section):
    """NEURON's hh beside an electrode."""
    soma = section()
    soma.insert("hh")
    text = '[balance]\nmembrane_resistance = "700 ohm cm2"\n'
    cell = make_cell(write_toml(f'base = "neuron"\n{text}'), sections=[soma], carries={"il_hh": "na"})
    pulse = {"where": "soma", "amplitude": "2 nA", "at": "2 ms", "duration": "1 ms"}
    found = run({"duration": "20 ms", "current": [pulse]}, cell)
    assert found.summary["moved"]["hh"]["na"] > 0 > found.summary["moved"]["hh"]["k"]
    salt = (found.course.na[0] + found.course.k[0]) @ cell.volume * 1e-3
    for ion in cell.ions:
        gained, moved = gained_and_moved(cell, found, ion)
        assert gained == pytest.approx(moved, abs=1e-13 * salt)
    assert np.ptp(found.course.v) > 20


def test_a_current_into_a_membrane_that_grows_is_told(write_toml):
    """It grows with the membrane, and what is moved has what flowed."""
    text = '[outside]\nimpermeant = "30 mM"\n[water]\narea = "with_volume"\narea_power = "1"\n'
    path = write_toml(f'base = "stylised"\n{text}')
    cell = make_cell(path, max_compartment_length=300.0, volume="osmotic")
    tables = {
        "duration": "20 min",
        "change": [{"set": {"impermeant": "5 mM"}}],
        "current": [{"where": "soma", "amplitude": "10 pA"}],
    }
    found = run(tables, cell)
    assert any("grows with its volume" in words for words in found.layout.warnings)
    soma = cell.where("soma")
    grown = found.course.relative_volume[:, soma] @ cell.area[soma] / cell.area[soma].sum()
    assert grown[-1] > 1.1
    assert -found.current("current", "k")[1:] == pytest.approx(0.01 * grown[1:], rel=1e-9)
    gained, moved = gained_and_moved(cell, found, "k")
    assert gained == pytest.approx(moved, abs=1e-12 * np.abs(gained).max())


def test_a_current_that_ions_carry_counts_by_their_shares(write_toml, section):
    """NEURON's pas, of K+ and Na+, where nothing is silent."""
    soma = section()
    soma.insert("pas")
    path = write_toml('base = "neuron"\n[balance]\nmembrane_resistance = "700 ohm cm2"\n')
    cell = make_cell(path, sections=[soma], carries={"i_pas": {"k": 0.65, "na": 0.35}})
    found = run({"duration": "1 s", "change": [{"block": 1.0}]}, cell)
    own = found.summary["moved"]["i_pas"]
    assert own["k"] / 0.65 == pytest.approx(own["na"] / 0.35, rel=1e-9) and own["k"] != 0
    salt = (found.course.na[0] + found.course.k[0]) @ cell.volume * 1e-3
    for ion in cell.ions:
        gained, moved = gained_and_moved(cell, found, ion)
        assert gained == pytest.approx(moved, abs=1e-13 * salt)
